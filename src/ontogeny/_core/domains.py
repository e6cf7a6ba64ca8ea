"""The domain of each argument of a law, by its name: one rule at the edge for all laws.

`law_arrays` is the first line of a law whose arguments have bounds. Numbers, lists and NumPy arrays outside of the
bounds are refused in one sentence that names the argument. Arrays of JAX, PyTorch and CuPy, whose values may be traced
or would have to be copied from an accelerator, become NaN there. NaN passes: NaN in, NaN out. Infinity passes wherever
it lies inside: a law answers with its limit.
"""

from __future__ import annotations

from typing import NamedTuple, NoReturn

import numpy as np

from .arrays import Array, ArrayLike, Namespace, arrays, is_foreign
from .checks import InputError


class Domain(NamedTuple):
    """A lower bound, whether it is excluded, and why values below it are refused."""

    least: float
    excluded: bool
    why: str


TIME = Domain(0.0, False, "learning starts at time 0")
VARIANCE = Domain(0.0, False, "a variance cannot be negative")
STRENGTH = Domain(0.0, False, "the law holds for strengths of 0 or more")
UNIT = Domain(0.0, True, "it must be positive")

DOMAINS = {
    "time": TIME,
    "scaled_time": TIME,
    "tau": UNIT,
    "learning_rate": UNIT,
    "singular_value": Domain(0.0, False, "a singular value cannot be negative"),
    "strength": STRENGTH,
    "initial_strength": STRENGTH,
    "margin": STRENGTH,
    "input_variance": VARIANCE,
    "variance": VARIANCE,
    "weight_variance": VARIANCE,
    "bias_variance": VARIANCE,
    "corruption_variance": VARIANCE,
    "weight_decay": Domain(0.0, False, "a decay rate cannot be negative"),
    "load": Domain(0.0, True, "it is the number of samples over the number of inputs"),
    "signal_variance": VARIANCE,
    "noise_variance": VARIANCE,
    "initial_variance": VARIANCE,
    "ridge": Domain(0.0, False, "a penalty that rewards large weights has no minimum"),
    "cutoff": Domain(0.0, False, "eigenvalues are never negative"),
    "step": Domain(0.0, False, "learning starts at step 0"),
    "share": Domain(0.0, True, "it is a part of the teacher's inputs"),
    "radius": Domain(0.0, False, "a radius cannot be negative"),
    "aspect_ratio": Domain(0.0, True, "it is the number of rows over the number of columns"),
    "weight_norm": Domain(0.0, False, "a squared norm cannot be negative"),
    "input_norm": Domain(0.0, False, "a squared norm cannot be negative"),
    "samples": Domain(0.0, True, "without samples there is nothing to learn from"),
}


def law_arrays(*, signed: tuple[str, ...] = (), **arguments: ArrayLike) -> tuple[Array, ...]:
    """The common namespace of the arguments of a law and each of them as an array in it, within its domain.

    Parameters
    ----------
    signed : tuple of str
        Names of arguments that this law takes with any sign.
    **arguments
        The arguments by name; a name that is not in `DOMAINS` has no bounds.

    Raises
    ------
    InputError
        A host number outside of its domain.

    >>> law_arrays(time=[0.0, 1.0], tau=1)[1].tolist()
    [0.0, 1.0]
    >>> law_arrays(time=[0.0, -1.0])
    Traceback (most recent call last):
    ontogeny._core.checks.InputError: time is -1.0, but learning starts at time 0; write 0 or more
    """
    xp, *values = arrays(*arguments.values(), names=tuple(arguments))
    for place, (name, given) in enumerate(arguments.items()):
        if name in DOMAINS and name not in signed:
            values[place] = _within(xp, DOMAINS[name], name, given, values[place])
    return xp, *values


def _within(xp: Namespace, domain: Domain, name: str, given: ArrayLike, value: Array) -> Array:
    if xp is not np and is_foreign(given):
        outside = value <= domain.least if domain.excluded else value < domain.least
        return xp.where(outside, xp.nan * xp.ones_like(value), value)
    known = value if xp is np else np.asarray(given, dtype=float)
    if known.ndim == 0:  # a third of the time that an array takes, and most arguments are numbers
        number = float(known)
        outside = number <= domain.least if domain.excluded else number < domain.least
        return _refuse(domain, name, number) if outside else value
    outside = known <= domain.least if domain.excluded else known < domain.least
    return _refuse(domain, name, float(known[outside][0])) if outside.any() else value


def _refuse(domain: Domain, name: str, value: float) -> NoReturn:
    above = "a number above 0" if domain.excluded else "0 or more"
    raise InputError(name, f"is {value!r}, but {domain.why}", f"write {above}")
