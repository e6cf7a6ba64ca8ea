"""What the laws of this room accept, beyond the bounds of `_core.domains`: the clock, the load, and their limits.

Infinite arguments are limits, and zero times infinity is zero: no noise, however amplified, is no error. A load is kept
below the square root of the largest number, where every law has long reached its limit.
"""

from __future__ import annotations

import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace, on_host, refuse_traced
from .._core.checks import InputError, finite
from .._core.domains import law_arrays
from ..random_matrices.quadrature import LATEST, settled, within_reach

RESOLVED = f"times between {LATEST:.0e} tau and the end are not resolved at a load so near 1"


def prepared(
    time: ArrayLike,
    load: ArrayLike,
    signal_variance: ArrayLike,
    noise_variance: ArrayLike,
    initial_variance: ArrayLike,
    tau: ArrayLike = 1.0,
) -> tuple[Array, ...]:
    """The namespace, the times in units of tau, and the other arguments of a law as arrays, all checked."""
    xp, t, a, signal, noise, initial, unit = law_arrays(
        time=time, load=load, signal_variance=signal_variance, noise_variance=noise_variance,
        initial_variance=initial_variance, tau=tau,
    )  # fmt: skip
    a = within_reach(xp, a)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # an infinite time in infinite units is unknown
        t = t / unit
    return xp, resolved(xp, t, a), a, signal, noise, initial


def resolved(xp: Namespace, time: Array, load: Array) -> Array:
    """Times, with those so late that nothing moves any more as the end of learning."""
    time = xp.where(settled(xp, time, load), xp.inf, time)
    between = (time > LATEST) & (time < xp.inf)
    return checked(xp, "time", time, ~between, RESOLVED, "write inf for the end of learning")


def checked(xp: Namespace, name: str, value: Array, inside: Array, why: str, remedy: str) -> Array:
    """The value where it lies inside its domain; elsewhere refused, or NaN in a library that traces."""
    if xp is not np:
        return xp.where(inside | xp.isnan(value), value, xp.nan)
    refused = ~inside & ~np.isnan(value)
    if refused.any():
        first = float(np.broadcast_to(value, refused.shape)[refused].flat[0])
        raise InputError(name, f"is {first!r}, but {why}", remedy)
    return value


def untraced(name: str, *values: ArrayLike) -> list[np.ndarray]:
    """Arguments of a law that is integrated step by step, in NumPy; without derivatives."""
    for value in values:
        refuse_traced(value, name)
    return [np.asarray(on_host(value)) for value in values]


def layers(depth: ArrayLike) -> float:
    """A number of weight matrices, 1 or more."""
    number = finite(depth, "depth")
    if number < 1:
        raise InputError("depth", f"is {depth!r}, but a network has at least one weight matrix", "write 1 or more")
    return number
