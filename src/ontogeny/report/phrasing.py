"""How every report writes numbers and names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.digits import steady
from .._core.shown import shown

ROUNDING = 1e-12  # share of a scale below which a number is a rounding error


def percent(share: float) -> str:
    """A share in percent.

    >>> percent(0.0004), percent(0.0123), percent(0.39)
    ('less than 0.1%', '1.2%', '39%')
    """
    if steady(share) < 1e-3:
        return "less than 0.1%"
    return f"{steady(100 * share):.{1 if steady(share) < 0.1 else 0}f}%"


def number(value: Any, digits: int = 3, scale: float = 0.0, *, infinite: str = "∞") -> str:
    """A value of a table: a few digits, a dash where there is none, 0 where it is rounding beside some scale.

    >>> number(0.12345), number(float("inf")), number(None), number("noise"), number(1200), number(1e-17, scale=1.0)
    ('0.123', '∞', '–', 'noise', '1200', '0')
    """
    if isinstance(value, str | int):
        return str(value)
    if value is None or np.isnan(value):
        return "–"
    if np.isinf(value):
        return infinite if value > 0 else "–"
    return f"{steady(value):.{digits}g}" if abs(value) > ROUNDING * scale else "0"


def some(names: Sequence[str], most: int = 4) -> str:
    """The first few names, and how many more there are.

    >>> some(["calf", "goat", "pony"], most=2)
    'calf, goat and 1 more'
    """
    return ", ".join(map(shown, names[:most])) + (f" and {len(names) - most} more" if len(names) > most else "")
