"""Runs of `predict`: whole chunks of them in one call, where the law of single modes holds."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from .._core.checks import positive
from .._core.setting_checks import choice, number, whole_number
from .._core.settings import Entry
from ..environments.environment import Environment
from ..modes.laws import Law, law
from ..validity import all_observed, input_alignment
from ..workflows.arguments import WEAKEST_SHOWN, starting_strengths
from ..workflows.prediction import predict
from .commands import Command, Inputs, Quantity, Settings, Values, counted_along
from .design import Design
from .worlds import check_world, most_modes, reference, world_of

METHODS = ("auto", "closed_form", "flow")
MOST_LOOKS = 100_000
LEARNED = 0.95  # share of a mode that is learned by the time at which a run ends by itself
LONGER = 1.1

LOOKS = Entry(
    "looks", 101, "Number of times to look at, from 0 to the end.", whole_number(2, "a run begins and ends", MOST_LOOKS)
)
ENVIRONMENT = Entry("environment", None, "The world: a built-in name, a path, a table or a form.", check_world, "zoo")
DEPTH = Entry("depth", 2, "Number of weight matrices.", whole_number(1, "a network has at least one weight matrix"))
STRENGTH = Entry(
    "initial_strength", None, "Strength of every mode before learning; by default small.",
    number(positive, "a mode that starts at 0 is never learned"), 1e-3,
)  # fmt: skip
UNTIL = Entry(
    "until", None, "Last time [tau]; by default when all but the weakest modes are learned.",
    number(positive, "it must be positive"), 4.0,
)  # fmt: skip
OF_MODES = (
    Quantity("modes", (), "Number of modes of the world.", int),
    Quantity("singular_value", ("mode",), "Singular value of every mode in the world."),
    Quantity("final_strength", ("mode",), "Strength of every mode at the end of learning."),
    Quantity("half_time", ("mode",), "When half of a mode is learned [tau]."),
    Quantity("rise_time", ("mode",), "Time from 10 to 90% of a mode [tau]."),
    Quantity("time", ("look",), "Learning time of every look [tau]."),
    Quantity("mode_strength", ("look", "mode"), "Strength of every mode in the network."),
    Quantity("loss", ("look",), "Loss."),
)


def _labels(design: Design, inputs: Inputs) -> dict[str, Any]:
    modes = most_modes(design.every("environment"), inputs)
    return {"look": max(design.every("looks")), "mode": counted_along(modes)}


def _together(settings: Settings, inputs: Inputs) -> Hashable:
    """Runs of one depth are one call of its law."""
    if settings["method"] == "flow":
        return None
    known = inputs.get(reference(settings["environment"]))
    if known is not None and not _has_law(known):
        return None
    return settings["depth"], settings["looks"]


def _has_law(world: Environment) -> bool:
    return input_alignment(world).holds and all_observed(world).holds


def _computed(runs: Sequence[Settings], inputs: Inputs) -> list[Values]:
    worlds = [world_of(settings["environment"], inputs) for settings in runs]
    found: list[Values] = [{}] * len(runs)
    groups: dict[int, list[int]] = {}
    lawful = {id(world): _has_law(world) for world in {id(each): each for each in worlds}.values()}
    for place, (settings, world) in enumerate(zip(runs, worlds)):
        if lawful[id(world)] and settings["method"] != "flow" and world.spectrum().singular_values.size:
            groups.setdefault(world.spectrum().singular_values.size, []).append(place)
        else:
            found[place] = _alone(settings, world)
    for places in groups.values():
        computed = _by_law([runs[place] for place in places], [worlds[place] for place in places])
        for place, values in zip(places, computed):
            found[place] = values
    return found


def _alone(settings: Settings, world: Environment) -> Values:
    """One run by `predict`."""
    asked = {name: settings[name] for name in ("depth", "initial_strength", "until", "tau", "method")}
    if asked["until"] is None:
        asked["until"] = float(predict(world, **asked).time[-1])
    times = np.linspace(0.0, asked.pop("until"), settings["looks"])
    record = predict(world, **asked, times=times).dataset
    known = {name: record[name].values for name in (quantity.name for quantity in OF_MODES) if name in record}
    return {**known, "modes": record.sizes["mode"]}


def _by_law(runs: Sequence[Settings], worlds: Sequence[Environment]) -> list[Values]:
    """Runs of one depth and one number of modes in one call: all arrays are (runs, [looks,] modes)."""
    depth = runs[0]["depth"]
    of_depth = law(depth)
    spectra = [world.spectrum() for world in worlds]
    s, d = (np.stack([getattr(each, name) for each in spectra]) for name in ("singular_values", "input_variances"))
    final = np.stack([world.final_strength for world in worlds])
    start = np.stack([starting_strengths(each, run["initial_strength"], depth) for run, each in zip(runs, worlds)])
    tau = np.array([run["tau"] for run in runs])
    given = np.array([np.nan if run["until"] is None else run["until"] for run in runs]) / tau
    until = np.where(np.isnan(given), _ends(of_depth, s, d, start), given)
    clock = np.linspace(0.0, until, runs[0]["looks"], axis=-1)
    course = of_depth.mode_strength(clock[:, :, None], s[:, None], start[:, None], input_variance=d[:, None])
    parts = np.multiply.outer((0.1, 0.5, 0.9), final)
    reached = of_depth.time_to_strength(parts, s, start, input_variance=d)
    rise, half, risen = np.maximum(np.where(start < final, reached, 0.0), 0.0) * tau[:, None]
    nothing = {id(world): float(world.loss_of_map(np.zeros_like(world.input_output_correlation))) for world in
               {id(each): each for each in worlds}.values()}  # fmt: skip
    unexplained = np.maximum([nothing[id(world)] for world in worlds] - np.sum(s * final, axis=-1) / 2, 0)
    loss = unexplained[:, None] + np.sum(d[:, None] * (final[:, None] - course) ** 2, axis=-1) / 2
    return [
        {
            "modes": s.shape[1], "singular_value": s[place], "final_strength": final[place], "half_time": half[place],
            "rise_time": risen[place] - np.where(np.isfinite(rise[place]), rise[place], 0.0),
            "time": clock[place] * tau[place], "mode_strength": course[place], "loss": loss[place],
        }
        for place in range(len(runs))
    ]  # fmt: skip


def _ends(of_depth: Law, s: np.ndarray, d: np.ndarray, start: np.ndarray) -> np.ndarray:
    """When runs end by themselves, (runs,): all modes of a few percent of the strongest are learned to 95%."""
    reach = of_depth.time_to_strength(LEARNED * s / d, s, start, input_variance=d)
    waited_for = (s >= WEAKEST_SHOWN * s[:, :1]) & np.isfinite(reach) & (reach > 0)
    least = [of_depth.natural_time(one, input_variance=other) for one, other in zip(s[:, 0], d[:, 0])]
    return np.maximum(np.where(waited_for, reach, 0.0).max(axis=-1), least) * LONGER


PREDICT = Command(
    "predict",
    (
        ENVIRONMENT, DEPTH, STRENGTH, UNTIL,
        Entry("tau", 1.0, "Time constant.", number(positive, "it must be positive")),
        Entry("method", "auto", "auto, closed_form or flow.", choice(*METHODS)),
        LOOKS,
    ),
    ("environment",),
    lambda design: OF_MODES,
    _labels,
    _computed,
    _together,
)  # fmt: skip
