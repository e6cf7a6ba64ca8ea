"""What the laws of this room accept, with one sentence for everything else.

A law first brings its arguments into one array library, then looks at their values (where they have any: a compiler
traces without values), and only then computes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.arrays import arrays, on_host
from .._core.checks import InputError
from ..random_matrices.quadrature import LATEST

VARIANCE = ("a variance is a finite number and never negative", "write 0 or more")
SAMPLES = ("it is the number of samples over the number of inputs, which is above 0", "write a number above 0")
CLOCK = ("learning begins at time 0", "write 0 or more, inf for the end of learning")


def prepared(
    time: Any, load: Any, signal_variance: Any, noise_variance: Any, initial_variance: Any, tau: Any = 1.0
) -> tuple[Any, ...]:
    """The namespace, times in units of tau and the other arguments of a law as arrays, looked at."""
    xp, t, a, signal, noise, initial, unit = arrays(time, load, signal_variance, noise_variance, initial_variance, tau)
    variances(signal, noise, initial)
    look_at("load", a, lambda x: (x > 0) & np.isfinite(x), *SAMPLES)
    look_at("tau", unit, lambda x: (x > 0) & np.isfinite(x), "it is the unit of time", "write a number above 0")
    look_at("time", t, lambda x: x >= 0, *CLOCK)
    t = t / unit
    resolved = f"times between {LATEST:.0e} tau and the end are not resolved", "write inf for the end of learning"
    look_at("time", t, lambda x: (x <= LATEST) | np.isinf(x), *resolved)
    return xp, t, a, signal, noise, initial


def variances(signal: Any, noise: Any, initial: Any = None) -> None:
    """Refuse variances that are negative, infinite or no numbers."""
    for name, value in (("signal", signal), ("noise", noise), ("initial", initial)):
        if value is not None:
            look_at(f"{name}_variance", value, lambda x: (x >= 0) & np.isfinite(x), *VARIANCE)


def look_at(name: str, value: Any, accepts: Any, why: str, instead: str) -> None:
    """Refuse an array with a value that is not accepted, and show the first of them."""
    known = on_host(value)
    if known is None:
        return
    refused = ~accepts(known)
    if np.any(refused):
        raise InputError(f"{name} is {float(known[refused].flat[0])!r}, but {why}; {instead}")
