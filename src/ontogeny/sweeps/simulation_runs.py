"""Runs of `simulate`: networks that differ in their seed alone are trained in one batch."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from .._core.checks import positive
from .._core.nonlinearities import NONLINEARITIES
from .._core.setting_checks import choice, number, true_or_false, whole_number
from .._core.settings import Entry
from ..workflows.simulation import SIMULATED_TIMES, simulate
from .commands import Command, Inputs, Settings, Values, counted_along
from .design import Design
from .prediction_runs import DEPTH, ENVIRONMENT, OF_MODES, STRENGTH, UNTIL
from .worlds import most_modes, world_of

KEYWORDS = (
    "depth", "hidden_units", "initial_strength", "initial_scale", "nonlinearity", "learning_rate", "episodes", "until",
    "backend",
)  # fmt: skip


def _labels(design: Design, inputs: Inputs) -> dict[str, Any]:
    modes = most_modes(design.every("environment"), inputs)
    return {"look": SIMULATED_TIMES, "mode": counted_along(modes)}


def _together(settings: Settings, inputs: Inputs) -> Hashable:
    return json.dumps({key: value for key, value in settings.items() if key != "seed"})


def _computed(runs: Sequence[Settings], inputs: Inputs) -> list[Values]:
    first = runs[0]
    seeds = [settings["seed"] for settings in runs]
    record = simulate(
        world_of(first["environment"], inputs), **{name: first[name] for name in KEYWORDS}, seed=seeds
    ).dataset  # fmt: skip
    names = [quantity.name for quantity in OF_MODES if quantity.name in record]
    known = [{name: record[name].isel(seed=place, missing_dims="ignore").values for name in names}
             for place in range(len(runs))]  # fmt: skip
    return [{**each, "modes": record.sizes["mode"], "time": np.asarray(record["time"])} for each in known]


SIMULATE = Command(
    "simulate",
    (
        ENVIRONMENT, DEPTH,
        Entry("hidden_units", None, "Units of every hidden layer; by default 64 or more.",
              whole_number(1, "a hidden layer has at least one unit"), 64),
        STRENGTH,
        Entry("initial_scale", None, "Standard deviation of every weight before learning, instead of a strength.",
              number(positive, "weights that start from 0 never learn"), 0.01),
        Entry("nonlinearity", "linear", "Of the hidden units.", choice(*NONLINEARITIES)),
        Entry("learning_rate", None, "Step size; by default a few percent of the limit of stability.",
              number(positive, "a learning rate must be positive"), 0.01),
        Entry("episodes", False, "Whether one randomly drawn item is shown at a time.", true_or_false),
        UNTIL,
        Entry("seed", 0, "Of the weights.", whole_number(0, "seeds are not negative")),
        Entry("backend", "numpy", "numpy or jax.", choice("numpy", "jax")),
    ),
    ("environment",),
    lambda design: OF_MODES,
    _labels,
    _computed,
    _together,
)  # fmt: skip
