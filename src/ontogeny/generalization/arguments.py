"""What the laws of this room accept, beyond the bounds of `_core.domains`: the clock, the load, and their limits.

Infinite arguments are limits, and products of nothing and infinity are nothing: no noise is amplified to no error. A
load is kept below the root of the largest number, where every law has long reached its limit.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace, on_host
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
    """The namespace, times in units of tau and the other arguments of a law as arrays, looked at."""
    xp, t, a, signal, noise, initial, unit = law_arrays(
        time=time,
        load=load,
        signal_variance=signal_variance,
        noise_variance=noise_variance,
        initial_variance=initial_variance,
        tau=tau,
    )
    a = within_reach(xp, a)
    return xp, resolved(xp, over_unit(t, unit), a), a, signal, noise, initial


def over_unit(time: ArrayLike, tau: ArrayLike) -> Array:
    """Times in units of tau; endlessly late ones are the end, and of an endless unit nothing has passed."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # an endless time in endless units is not known
        return time / tau


def resolved(xp: Namespace, time: Array, load: Array) -> Array:
    """Times, with those so late that nothing moves any more as the end of learning."""
    end = settled(xp, time, load)
    time = xp.where(end, xp.inf, time)
    between = (time > LATEST) & (time < xp.inf)
    return looked_at(xp, "time", time, ~between, RESOLVED, "write inf for the end of learning")


def looked_at(xp: Namespace, name: str, value: Any, inside: Array, why: str, instead: str) -> Array:
    """The value where it lies inside; elsewhere refused in a sentence, or not a number in a library that traces."""
    if xp is not np:
        return xp.where(inside | xp.isnan(value), value, xp.nan)
    refused = ~inside & ~np.isnan(value)
    if refused.any():
        first = float(np.broadcast_to(value, refused.shape)[refused].flat[0])
        raise InputError(name, f"is {first!r}, but {why}", f"{instead}")
    return value


def product(xp: Namespace, one: Array, other: Array) -> Array:
    """Their product, which is 0 wherever one of them is, also where the other is infinite."""
    nothing = ((one == 0) & (other == xp.inf)) | ((other == 0) & (one == xp.inf))
    return xp.where(nothing, 0.0, one) * xp.where(nothing, 0.0, other)


def untraced(name: str, *values: Any) -> list[np.ndarray]:
    """Values of a law that is integrated step by step, in NumPy."""
    known = [on_host(value) if hasattr(value, "shape") else np.asarray(value) for value in values]
    if any(value is None for value in known):
        raise InputError(name, "is integrated step by step, which no compiler can trace", "call it outside of jit")
    return [value for value in known if value is not None]


def layers(depth: ArrayLike) -> float:
    """A number of weight matrices, 1 or more."""
    number = finite(depth, "depth")
    if number < 1:
        raise InputError("depth", f"is {depth!r}, but a network has at least one weight matrix", "write 1 or more")
    return number
