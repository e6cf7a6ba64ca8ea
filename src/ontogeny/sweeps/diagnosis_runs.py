"""Runs of `diagnose`: where wide random networks settle, and chains that are drawn and measured layer by layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.checks import InputError, not_negative, positive
from .._core.nonlinearities import named
from .._core.setting_checks import choice, number, text, whole_number
from .._core.settings import Entry, toml_value
from ..propagation import diagnose
from ..propagation.draws import KINDS, draws
from ..propagation.mean_fields import mean_field
from .commands import Command, Inputs, Quantity, Settings, Values, counted_along, one_by_one
from .design import Design

MOST_WEIGHTS = 50_000_000  # of a chain that is drawn, in 0.4 gigabytes
MEASURED = ("second_moment", "correlation", "gradient", "dead_or_saturated")

OF_FIELDS = (
    Quantity("variance_fixed_point", (), "Variance that sums settle at over layers; inf where it diverges."),
    Quantity("chi_1", (), "Growth of squared gradients per layer at that variance."),
    Quantity("correlation_fixed_point", (), "Correlation that attracts all correlations of 0 or more."),
    Quantity("variance_depth_scale", (), "Layers over which variances settle."),
    Quantity("correlation_depth_scale", (), "Layers over which correlations last."),
    Quantity("gradient_depth_scale", (), "Layers over which gradients last; below 0 they grow."),
)
OF_CHAINS = (
    Quantity("second_moment", ("layer",), "Mean square of the sums that the units of every layer receive."),
    Quantity("correlation", ("layer",), "Mean cosine of two examples in every layer."),
    Quantity("gradient", ("layer",), "Mean squared gradient per unit of the answers in every layer."),
    Quantity("dead_or_saturated", ("layer",), "Share of units that hardly pass a gradient on."),
)


def _widths(value: Any, key: str) -> list[int]:
    check = whole_number(1, "a layer has units")
    if not isinstance(value, list) or len(value) < 2:
        raise InputError(key, f"is {toml_value(value)}, but a chain has inputs and outputs", "write [100, 50, 50, 10]")
    sizes = [check(each, key) for each in value]
    weights = sum(into * out for into, out in zip(sizes, sizes[1:]))
    if weights > MOST_WEIGHTS:
        raise InputError(key, f"makes {weights:,} weights, which take very long", f"write {MOST_WEIGHTS:,} or less")
    return sizes


def _nonlinearity(value: Any, key: str) -> str:
    return named(text(value, key)).name


def _computed(settings: Settings, inputs: Inputs) -> Values:
    variance, bias = settings["weight_variance"], settings["bias_variance"]
    drawn = draws(settings["nonlinearity"], variance, bias, settings["weights"], settings["seed"])
    theory = mean_field(settings["nonlinearity"], drawn.weight_variance, drawn.bias_variance)
    scales = theory.depth_scales
    values: Values = {
        "variance_fixed_point": theory.variance_fixed_point, "chi_1": theory.chi_1,
        "correlation_fixed_point": theory.correlation_fixed_point, "variance_depth_scale": scales.variance,
        "correlation_depth_scale": scales.correlation, "gradient_depth_scale": scales.gradient,
    }  # fmt: skip
    sizes = settings["widths"]
    if sizes is None:
        return values
    layers = [drawn.weights(out, into) for into, out in zip(sizes, sizes[1:])]
    biases = [drawn.biases(out) for out in sizes[1:]] if drawn.bias_variance > 0 else None
    count = settings["examples"]
    batch = np.random.default_rng([settings["seed"], count]).standard_normal((count, sizes[0]))
    found = diagnose(layers, batch, nonlinearity=settings["nonlinearity"], biases=biases, seed=settings["seed"]).layers
    linear = found["kind"].values == "linear"
    units = np.append(np.flatnonzero(linear)[1:] - 1, np.flatnonzero(linear)[-1])  # what the sums become
    rows = {name: found[name].values[linear] for name in MEASURED[:-1]}
    return {**values, **rows, "dead_or_saturated": found["dead_or_saturated"].values[units]}


def _labels(design: Design, inputs: Inputs) -> dict[str, Any]:
    return {"layer": counted_along(max(len(widths) - 1 for widths in design.every("widths") if widths))}


def _is_drawn(design: Design) -> bool:
    return any(widths is not None for widths in design.every("widths"))


DIAGNOSE = Command(
    "diagnose",
    (
        Entry("nonlinearity", "tanh", "Between the layers.", _nonlinearity),
        Entry("weight_variance", None, "Variance of the weights times the number of inputs; by default critical.",
              number(positive, "signals end where weights are 0"), 1.5),
        Entry("bias_variance", None, "Variance of the biases.", number(not_negative, "a variance"), 0.05),
        Entry("widths", None, "Draw a chain of such layers too: inputs, units of every layer, outputs.", _widths,
              [100, 100, 100, 10]),
        Entry("weights", "gaussian", "gaussian or orthogonal, of a chain that is drawn.", choice(*KINDS)),
        Entry("examples", 128, "Examples of noise that it is fed with.", whole_number(2, "two examples differ")),
        Entry("seed", 0, "Of weights and examples.", whole_number(0, "seeds are not negative")),
    ),
    (),
    lambda design: OF_FIELDS + (OF_CHAINS if _is_drawn(design) else ()),
    lambda design, inputs: _labels(design, inputs) if _is_drawn(design) else {},
    one_by_one(_computed),
)  # fmt: skip
