"""The one table of nonlinearities: values and slopes on any array library, kinks, slopes far out.

Training needs the slope of a unit from its activity and knows those in `NONLINEARITIES`; signal propagation averages
values and slopes over Gaussian sums and knows all of `TABLE`, and functions of a user's own (`Nonlinearity`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arrays import Array, ArrayLike, Namespace, arrays
from .checks import InputError, finite, one_of
from .special import error_function, normal_cdf

NONLINEARITIES = ("linear", "tanh", "relu", "sigmoid")
BESIDE = 1e-9  # a kink, on both sides of which the function is looked at
JUMP = 1e-4  # relative change from one side to the other that no slope explains
NEGATIVE_SLOPE = 0.01  # of leaky units, as PyTorch and JAX have it


@dataclass(frozen=True, eq=False)
class Nonlinearity:
    r"""What a unit makes of the sum that it receives.

    Parameters
    ----------
    value : function
        Of an array of sums :math:`h`: the activity of the units, an array of the same shape. Of sums alone, or, where
        `takes_namespace`, of an array namespace and sums.
    slope : function, optional
        Its derivative, in the same form. Without it, differences of eighth order that no kink lies between.
    kinks : tuple of float
        Sums at which the value or one of its derivatives jumps. A kink that is not declared costs digits, and the
        error that results carry says how many.
    outer_slopes : pair of float, optional
        Slopes far to the left and far to the right; where they are not known, nothing is said of a diverging variance.
    name : str
        What it is called.
    takes_namespace : bool
        Whether the functions take the array namespace first, as those of `TABLE` do.

    Examples
    --------
    A unit that is silent below a threshold:

    >>> late = Nonlinearity(lambda h: np.maximum(h - 1, 0), kinks=(1.0,), outer_slopes=(0.0, 1.0), name="late")
    >>> late.of(np.array([0.5, 3.0])).tolist()
    [0.0, 2.0]
    """

    value: Callable[..., Any]
    slope: Callable[..., Any] | None = None
    kinks: tuple[float, ...] = ()
    outer_slopes: tuple[float, float] | None = None
    name: str = "custom"
    takes_namespace: bool = False

    def __post_init__(self) -> None:
        if not callable(self.value):
            raise InputError("value", f"is {self.value!r}, but a function of the sums is needed", "write np.tanh")
        kinks = tuple(sorted(finite(kink, "kinks") for kink in self.kinks))
        object.__setattr__(self, "kinks", kinks)
        for kink in () if self.takes_namespace else kinks:
            before, after = self.of(np.array([kink - BESIDE, kink + BESIDE])).tolist()
            if abs(after - before) > JUMP * (1 + abs(before) + abs(after)):
                raise InputError(
                    "kinks",
                    f"has {kink:g}, at which {self.name!r} jumps from {before:.4g} to {after:.4g}, but units that jump "
                    "have no slope for gradients to pass",
                    "write a function without jumps",
                )

    def __repr__(self) -> str:
        return f"Nonlinearity({self.name!r}" + (f", kinks={self.kinks}" if self.kinks else "") + ")"

    def of(self, sums: ArrayLike) -> Array:
        """Activity of units with the summed inputs `sums`, of the same shape."""
        return self.value(*arrays(sums)) if self.takes_namespace else self._checked(self.value, sums)

    def slope_at(self, sums: ArrayLike) -> Array:
        """Derivative of the activity where the units have the summed inputs `sums`, of the same shape."""
        if self.slope is not None:
            return self.slope(*arrays(sums)) if self.takes_namespace else self._checked(self.slope, sums)
        return differences(self.of, sums, self.kinks)

    def _checked(self, function: Callable[..., Any], sums: Any) -> Any:
        try:
            with np.errstate(all="ignore"):  # large sums may well overflow
                made = function(sums)
        except TypeError as error:
            raise InputError(
                "nonlinearity", f"{self.name!r} fails on a NumPy array ({error})", "write np.tanh, or a name: 'tanh'"
            ) from None
        if np.shape(made) != np.shape(sums):
            raise InputError(
                "nonlinearity",
                f"{self.name!r} makes an array of shape {np.shape(made)} of sums of shape {np.shape(sums)}, but every "
                "unit has one activity",
                "write a function that works value by value, such as np.tanh",
            )
        if isinstance(made, np.ndarray) and np.any(unknown := np.isnan(made)):
            first = float(np.asarray(sums)[unknown].flat[0])
            raise InputError(
                "nonlinearity",
                f"{self.name!r} makes no number of a sum of {first:.4g}, but sums have every size",
                "write a function that is defined everywhere",
            )
        return made


def leaky_relu(negative_slope: float = NEGATIVE_SLOPE) -> Nonlinearity:
    """Rectified units that leak: slope 1 above zero, `negative_slope` below.

    >>> leaky_relu(0.5).of(np.array([-2.0, 2.0])).tolist()
    [-1.0, 2.0]
    """
    low = finite(negative_slope, "negative_slope")
    return Nonlinearity(
        lambda xp, h: xp.where(h > 0, h, low * h),
        lambda xp, h: xp.where(h > 0, xp.ones_like(h), low * xp.ones_like(h)),
        (0.0,),
        (low, 1.0),
        "leaky_relu" if low == NEGATIVE_SLOPE else f"leaky_relu({low:g})",
        takes_namespace=True,
    )


def _logistic(xp: Any, h: Any) -> Any:
    return (1 + xp.tanh(h / 2)) / 2  # cannot overflow


def _normal_density(xp: Any, h: Any) -> Any:
    return xp.exp(-(h**2) / 2) / math.sqrt(2 * math.pi)


def _built(
    name: str, value: Callable[..., Any], slope: Callable[..., Any], outer: tuple[float, float], *kinks: float
) -> Nonlinearity:
    return Nonlinearity(value, slope, kinks, outer, name, takes_namespace=True)


TABLE: dict[str, Nonlinearity] = {
    each.name: each
    for each in (
        _built("linear", lambda xp, h: h, lambda xp, h: xp.ones_like(h), (1.0, 1.0)),
        _built("tanh", lambda xp, h: xp.tanh(h), lambda xp, h: 1 - xp.tanh(h) ** 2, (0.0, 0.0)),
        _built(
            "erf", lambda xp, h: error_function(h), lambda xp, h: 2 / math.sqrt(math.pi) * xp.exp(-(h**2)), (0.0, 0.0)
        ),
        _built("sigmoid", _logistic, lambda xp, h: (1 - xp.tanh(h / 2) ** 2) / 4, (0.0, 0.0)),
        _built(
            "relu",
            lambda xp, h: xp.where(h > 0, h, xp.zeros_like(h)),
            lambda xp, h: xp.where(h > 0, xp.ones_like(h), xp.zeros_like(h)),
            (0.0, 1.0),
            0.0,
        ),
        leaky_relu(),
        _built(
            "hard_tanh",
            lambda xp, h: xp.clip(h, -1.0, 1.0),
            lambda xp, h: xp.where(xp.abs(h) < 1, xp.ones_like(h), xp.zeros_like(h)),
            (0.0, 0.0),
            -1.0,
            1.0,
        ),
        _built(
            "gelu",
            lambda xp, h: h * normal_cdf(h),
            lambda xp, h: normal_cdf(h) + h * _normal_density(xp, h),
            (0.0, 1.0),
        ),
        _built(
            "silu",
            lambda xp, h: h * _logistic(xp, h),
            lambda xp, h: _logistic(xp, h) + h * (1 - xp.tanh(h / 2) ** 2) / 4,
            (0.0, 1.0),
        ),
    )
}

_SLOPE_OF_ACTIVITY: dict[str, Callable[[Namespace, Array], Array]] = {
    "linear": lambda xp, a: xp.ones_like(a),
    "tanh": lambda xp, a: 1 - a**2,
    "relu": lambda xp, a: xp.where(a > 0, xp.ones_like(a), xp.zeros_like(a)),
    "sigmoid": lambda xp, a: a * (1 - a),
}


def named(nonlinearity: str | Nonlinearity | Callable[..., Any]) -> Nonlinearity:
    """A nonlinearity of the table by its name; one of a user's own as it is, a bare function as a smooth one.

    >>> named("relu")
    Nonlinearity('relu', kinks=(0.0,))
    """
    if isinstance(nonlinearity, Nonlinearity):
        return nonlinearity
    if callable(nonlinearity):
        return Nonlinearity(nonlinearity, name=getattr(nonlinearity, "__name__", "custom"))
    return TABLE[one_of(nonlinearity, tuple(TABLE), "nonlinearity")]


def activation(xp: Namespace, summed: Array, nonlinearity: str) -> Array:
    """Activity of units with the summed input `summed`."""
    return TABLE[nonlinearity].value(xp, summed)


def slope(xp: Namespace, activity: Array, nonlinearity: str) -> Array:
    """Derivative of the nonlinearity where it has the value `activity`."""
    return _SLOPE_OF_ACTIVITY[nonlinearity](xp, activity)


def forward(
    xp: Namespace, weights: Sequence[Array], inputs: Array | float, nonlinearity: str, upto: int | None = None
) -> list[Array]:
    """Activity of every layer after the input, (..., units, items), for inputs (..., inputs, items).

    The last layer of a network is linear. With `upto`, only the first `upto` layers are computed.
    A number for `inputs` stands for that multiple of the identity: one-hot inputs.
    """
    activity, layers = inputs, []
    for number, layer in enumerate(weights[:upto], start=1):
        summed = layer * activity if isinstance(activity, float) else layer @ activity
        activity = summed if number == len(weights) else activation(xp, summed, nonlinearity)
        layers.append(activity)
    return layers


# Slopes from values ---------------------------------------------------------------------------------------------------

ORDER = 8  # of differences: nine places
PLACES = np.arange(ORDER + 1)
SPACING = 0.02  # of these places: h^8 is 3e-14, and rounding is amplified a few hundred times


def _difference_weights() -> np.ndarray:
    """Weights of nine equally spaced places for the derivative at each of them, (place, weights)."""
    steps = PLACES - PLACES[:, None]
    powers = steps[:, None, :].astype(float) ** PLACES[:, None]  # (place, power, other place)
    first = np.zeros(ORDER + 1)
    first[1] = 1.0
    return np.stack([np.linalg.solve(each, first) for each in powers])


def differences(function: Callable[[Any], Any], sums: Any, kinks: Sequence[float]) -> np.ndarray:
    """Derivative of a function by differences of eighth order, none of which reaches across a kink.

    >>> float(differences(np.sin, np.array(0.0), ()).round(12))
    1.0
    """
    h = np.asarray(sums, dtype=float)
    edges = np.array([-np.inf, *kinks, np.inf])
    piece = np.searchsorted(edges, h, side="right") - 1
    left, right = edges[piece], edges[piece + 1]
    spacing = np.minimum(SPACING * np.maximum(1, np.abs(h) / 100), (right - left) / (ORDER + 2))
    before, after = ((h - left) / spacing, (right - h) / spacing)
    place = np.clip(np.where(before < ORDER / 2, np.floor(before), ORDER / 2), 0, ORDER)
    place = np.where(after < ORDER / 2, ORDER - np.floor(after), place).astype(int)
    weights = _WEIGHTS[np.clip(place, 0, ORDER)]
    total = np.zeros(h.shape)
    with np.errstate(invalid="ignore"):  # where the function overflows it has no slope
        for number in PLACES:
            total += weights[..., number] * np.asarray(function(h + (number - place) * spacing), dtype=float)
    return total / spacing


_WEIGHTS = _difference_weights()
