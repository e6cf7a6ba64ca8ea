"""The nonlinearities of hidden units, for any array library, and their derivatives from their values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .arrays import Array, Namespace

NONLINEARITIES = ("linear", "tanh", "relu", "sigmoid")

_VALUE: dict[str, Callable[[Namespace, Array], Array]] = {
    "linear": lambda xp, h: h,
    "tanh": lambda xp, h: xp.tanh(h),
    "relu": lambda xp, h: xp.where(h > 0, h, xp.zeros_like(h)),
    "sigmoid": lambda xp, h: (1 + xp.tanh(h / 2)) / 2,  # cannot overflow
}
_SLOPE: dict[str, Callable[[Namespace, Array], Array]] = {
    "linear": lambda xp, a: xp.ones_like(a),
    "tanh": lambda xp, a: 1 - a**2,
    "relu": lambda xp, a: xp.where(a > 0, xp.ones_like(a), xp.zeros_like(a)),
    "sigmoid": lambda xp, a: a * (1 - a),
}


def activation(xp: Namespace, summed: Array, nonlinearity: str) -> Array:
    """Activity of units with the summed input `summed`."""
    return _VALUE[nonlinearity](xp, summed)


def slope(xp: Namespace, activity: Array, nonlinearity: str) -> Array:
    """Derivative of the nonlinearity where it has the value `activity`."""
    return _SLOPE[nonlinearity](xp, activity)


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
