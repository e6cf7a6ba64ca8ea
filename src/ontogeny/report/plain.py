"""Values as JSON knows them."""

from __future__ import annotations

from typing import Any

import numpy as np


def plain_values(value: Any) -> Any:
    """Python values that JSON knows: numbers that are not finite become null.

    >>> plain_values({"time": np.float64("inf"), "sizes": (1, 2)})
    {'time': None, 'sizes': [1, 2]}
    """
    if isinstance(value, dict):
        return {str(key): plain_values(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | range):
        return [plain_values(entry) for entry in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
