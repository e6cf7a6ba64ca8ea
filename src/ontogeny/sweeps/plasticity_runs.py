"""Runs of `plasticity`: pretraining, two pathways through a critical period, perceptual learning."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.checks import InputError
from ..environments.environment import Environment
from ..modes.milestones import crossing_time
from ..plasticity.experience import Deficit, schedule
from ..plasticity.help import STARTS, will_pretraining_help
from ..plasticity.pathways import LOOKS, two_pathways
from ..plasticity.perception import perceptual_learning
from ..plasticity.trials import single_trial_learning
from ..report import plasticity_settings
from ..report.perception_study import EARLIEST, EARLY_LOOKS
from .commands import Command, Inputs, Quantity, Settings, Values, counted_along, one_by_one
from .design import Design
from .tables import samples_of

PERCEPTUAL_LOOKS = 61
NOT_SWEPT = ("deprived", "window_length")  # of what the reports vary by themselves
PATHWAYS = (1, 2)


def _entries(kind: str) -> tuple[Any, ...]:
    return tuple(entry for entry in plasticity_settings.KINDS[kind] if entry.key not in NOT_SWEPT)


# Pretraining ----------------------------------------------------------------------------------------------------------

OF_PRETRAINING = (
    Quantity("learning_time", ("start",), "Time of supervised learning from every start [tau]; inf if never learned."),
    Quantity("pretraining_time", (), "Time of learning from inputs alone, all layers together [tau]."),
    Quantity("speedup", (), "How many times sooner the task is learned after pretraining, its time not counted."),
    Quantity("speedup_in_all", (), "The same with the time of pretraining counted."),
)


def _pretrained(settings: Settings, inputs: Inputs) -> Values:
    if settings["table"] is None:
        variances = settings["variances"]
        task = settings["singular_values"] or variances
        if len(task) != len(variances):
            problem = f"are {len(task)}, but there are {len(variances)} variances"
            raise InputError("singular_values", problem, "write one for each")
        given: tuple[Any, ...] = (Environment.from_correlations(np.diag(task), np.diag(variances)),)
    else:
        from ..generalization.pool import pool_of

        samples = samples_of(settings, inputs)
        pool = pool_of(
            samples.features, samples.answers, standardize=settings["standardize"], classes=settings["classes"]
        )
        given = (pool.features, pool.answers)
    asked = {name: settings[name] for name in ("depth", "initial_weight", "duration", "share")}
    found = will_pretraining_help(*given, **asked)
    return {
        "learning_time": np.array(found.learning_times), "pretraining_time": found.pretraining_time,
        "speedup": found.speedup, "speedup_in_all": found.speedup_in_all,
    }  # fmt: skip


PRETRAINING = Command(
    "plasticity pretraining",
    _entries("pretraining"),
    (),
    lambda design: OF_PRETRAINING,
    lambda design, inputs: {"start": list(STARTS)},
    one_by_one(_pretrained),
)

# Critical periods -----------------------------------------------------------------------------------------------------

OF_PATHWAYS = (
    Quantity("final_share", ("mode",), "Share of the second pathway in what both do in the end."),
    Quantity("final_dose", ("mode",), "Residual that the first pathway has had more than the second [tau]."),
    Quantity("time", ("look",), "Time of every look [tau]."),
    Quantity("strength", ("look", "pathway", "mode"), "Strength of both pathways."),
)


def _pathway_labels(design: Design, inputs: Inputs) -> dict[str, Any]:
    segments = max(2 * len(deficits) + 1 for deficits in design.every("deficits"))  # before, between and after
    modes = max(len(target) for target in design.every("target"))
    return {"look": segments * (LOOKS - 1) + 1, "pathway": list(PATHWAYS), "mode": counted_along(modes)}


def _competed(settings: Settings, inputs: Inputs) -> Values:
    deficits = [
        Deficit(each["onset"], each["end"], each.get("open", (1.0, 0.0)), each.get("signal", 1.0))
        for each in settings["deficits"]
    ]
    asked = {name: settings[name] for name in ("target", "depth", "initial_weights", "deficit", "weight_decay")}
    found = two_pathways(schedule(deficits, settings["until"]), **asked)
    return {
        "final_share": found.shares[-1], "final_dose": found.dose[-1], "time": found.time, "strength": found.strengths,
    }  # fmt: skip


CRITICAL_PERIOD = Command(
    "plasticity critical-period",
    _entries("critical-period"),
    (),
    lambda design: OF_PATHWAYS,
    _pathway_labels,
    one_by_one(_competed),
)

# Perceptual learning --------------------------------------------------------------------------------------------------

OF_PERCEPTION = (
    Quantity("final_slope_ratio", ("layer",), "Slope at the reference in every layer, over that before training."),
    Quantity("half_time", ("layer",), "When half of the change of every layer is there [tau]."),
    Quantity("final_output", (), "Difference of the decision variable over twice its target in the end."),
    Quantity("final_d_prime", (), "Discriminability in the end."),
    Quantity("time", ("look",), "Time of every look [tau]."),
    Quantity("output", ("look",), "Difference of the decision variable over twice its target."),
    Quantity("percent_correct", ("look",), "Share of right answers, one of two orientations shown."),
    Quantity("layer_gain", ("look", "layer"), "Gain of every layer along the learned direction."),
    Quantity("readout_gain", ("look",), "The same of the readout."),
)
OF_TRIALS = (Quantity("trained_output", ("look",), "The output from single trials; NaN where none were asked for."),)


def _perceived(settings: Settings, inputs: Inputs) -> Values:
    asked = {name: value for name, value in settings.items() if name not in ("until", "learning_rate", "seed")}
    until = settings["until"]
    times = np.linspace(0.0, until, PERCEPTUAL_LOOKS)
    found = perceptual_learning(times, **asked)
    early = np.append(0.0, np.geomspace(EARLIEST * until, until, EARLY_LOOKS))
    gains = perceptual_learning(early, **asked).layer_gains
    change = np.abs(gains - gains[0])
    layers = len(settings["gains"])
    values = {
        "final_slope_ratio": found.slope_ratio[-1], "final_output": found.output[-1],
        "half_time": crossing_time(early, change[None], change[-1] / 2)[0][:layers],
        "final_d_prime": found.d_prime()[-1], "time": times, "output": found.output,
        "percent_correct": found.percent_correct(), "layer_gain": found.layer_gains[:, :-1],
        "readout_gain": found.layer_gains[:, -1],
    }  # fmt: skip
    rate = settings["learning_rate"]
    if rate:
        values["trained_output"] = single_trial_learning(
            times, learning_rate=rate, seed=settings["seed"], **asked
        ).output  # fmt: skip
    return values


PERCEPTUAL = Command(
    "plasticity perceptual",
    _entries("perceptual"),
    (),
    lambda design: OF_PERCEPTION + OF_TRIALS * any(design.every("learning_rate")),
    lambda design, inputs: {
        "look": PERCEPTUAL_LOOKS, "layer": counted_along(max(len(gains) for gains in design.every("gains"))),
    },
    one_by_one(_perceived),
)  # fmt: skip
