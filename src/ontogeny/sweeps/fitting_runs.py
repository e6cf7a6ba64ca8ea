"""Runs of `fit`: learning curves of every learner in a table, under other assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .._core.checks import InputError, finite, not_negative, positive
from .._core.setting_checks import choice, number, text, true_or_false
from .._core.settings import Entry, toml_value
from ..fitting.effective_depth import EffectiveDepth, effective_depth
from ..fitting.likelihood import FIT as FITTED
from ..fitting.likelihood import LearningCurveFit
from ..report.fit_study import fit_study, grouped
from ..tables.answers import Answers, read_answers
from .commands import Command, Inputs, Quantity, Settings, Values, one_by_one
from .design import Design
from .worlds import reference

COLUMNS = ("learner", "time", "correct", "trials", "score", "error", "clock", "position")

OF_FITS = (
    Quantity("half_time", ("learner",), "When half is learned [unit of the times]; NaN without a sign of learning."),
    Quantity("half_time_low", ("learner",), "Lower end of its interval."),
    Quantity("half_time_high", ("learner",), "Upper end of its interval."),
    Quantity("width", ("learner",), "Time from 10 to 90% of what is learned."),
    Quantity("rate", ("learner",), "Rate of the curve."),
    Quantity("initial_fraction", ("learner",), "Share of what is learned that was there at time 0."),
    Quantity("fitted_floor", ("learner",), "Chance, or score without knowledge."),
    Quantity("fitted_ceiling", ("learner",), "Right answers, or score, with all knowledge."),
    Quantity("likelihood_ratio", ("learner",), "Twice the gain in logarithmic likelihood over no learning."),
)
OF_DEPTHS = (
    Quantity("effective_depth", ("learner",), "Most likely depth; NaN of scores, and without a sign of learning."),
    Quantity("effective_depth_low", ("learner",), "Lower end of its interval."),
    Quantity("effective_depth_high", ("learner",), "Upper end of its interval."),
)


def _end(value: Any, key: str) -> float | str:
    """A check of chance, lapse, floor or ceiling: a number, or "fit"."""
    if value == FITTED:
        return FITTED
    if isinstance(value, str):
        raise InputError(key, f"is {toml_value(value)}, which is not a number", 'write a number, or "fit"')
    return number(not_negative, "a share")(value, key) if key in ("chance", "lapse") else number(finite)(value, key)


def _answers(settings: Settings, inputs: Inputs) -> Answers:
    frame, notes = inputs[reference(settings["table"])]
    named = {name: settings[name] for name in COLUMNS}
    return read_answers(frame, **named, notes=notes)


def _learners(design: Design, inputs: Inputs) -> dict[str, Any]:
    names: dict[str, None] = {}
    for run in range(design.runs) if any(axis.name in COLUMNS for axis in design.axes) else (0,):
        names |= dict.fromkeys(_answers(design.settings(run), inputs).blocks["learner"].astype(str))
    return {"learner": list(names)}


def _check(design: Design) -> None:
    """Refuse other learners in every run: their names are one dimension of the store."""
    spec = design.specification
    for axis in design.axes:
        if axis.name == "learner":
            with spec.blamed("grid" if spec.grid else "random", "learner"):
                raise InputError("learner", "varies, but all runs are about the same learners", "write it in [fixed]")


def _computed(settings: Settings, inputs: Inputs) -> Values:
    answers = _answers(settings, inputs)
    ends = ("floor", "ceiling") if answers.is_score else ("chance", "lapse")
    usual = {"floor": FITTED, "ceiling": FITTED, "chance": 0.5, "lapse": 0.02}
    given: dict[str, Any] = {name: usual[name] if settings[name] is None else settings[name] for name in ends}
    found = fit_study(answers, depth=settings["depth"], **given)
    depths = _depths(answers, found.fits, given) if settings["depths"] and not answers.is_score else {}
    columns: dict[str, list[float]] = {quantity.name: [] for quantity in OF_FITS + OF_DEPTHS}
    for name, fit in found.fits.items():
        low, high = fit.interval
        depth = _depth(depths, name)
        row = (low, high, fit.width, fit.rate, fit.initial_fraction, fit.floor, fit.ceiling, fit.likelihood_ratio)
        for column, value in zip(columns.values(), (fit.half_time, *row, *depth)):
            column.append(float(value))
    return {"learner": list(found.fits), **{name: np.array(column) for name, column in columns.items()}}


def _depths(answers: Answers, fits: Mapping[str, LearningCurveFit], ends: dict[str, Any]) -> dict[str, EffectiveDepth]:
    """The most likely depth of every learner with a sign of learning."""
    found = {}
    for name, blocks in answers.blocks.groupby("learner", sort=False):
        if fits[str(name)].is_learning:
            few = grouped(blocks)
            found[str(name)] = effective_depth(few["time"], few["correct"], few["trials"], **ends)
    return found


def _depth(depths: Mapping[str, EffectiveDepth], name: str) -> tuple[float, float, float]:
    return (depths[name].depth, *depths[name].interval) if name in depths else (np.nan, np.nan, np.nan)


FIT = Command(
    "fit",
    (
        Entry("table", None, "A row for each trial or block of every learner.", text, "sessions.csv"),
        Entry("learner", None, "Column with the learner; by default guessed.", text, "mouse"),
        Entry("time", None, "Column that says when; by default guessed.", text, "session"),
        Entry("correct", None, "Column of right answers; by default guessed.", text, "correct"),
        Entry("trials", None, "Column with the number of trials, where a row is a block.", text, "trials"),
        Entry("score", None, "Column of a score instead of right answers.", text, "dprime"),
        Entry("error", None, "Column with the standard error of each score.", text, "se"),
        Entry("clock", None, "Count trials instead of taking a column: shown or answered.", choice("shown", "answered"),
              "shown"),
        Entry("position", "middle", "Where in a block its number stands.", choice("start", "middle", "end")),
        Entry("depth", 2.0, "Depth of the curve.", number(positive, "a network has layers")),
        Entry("chance", None, 'Share of right answers without knowledge, or "fit"; by default 0.5.', _end, 0.5),
        Entry("lapse", None, 'Share of wrong answers with full knowledge, or "fit"; by default 0.02.', _end, 0.02),
        Entry("floor", None, 'Score without knowledge, or "fit".', _end, 0.0),
        Entry("ceiling", None, 'Score with full knowledge, or "fit".', _end, 1.0),
        Entry("depths", False, "Whether the most likely depth is sought too.", true_or_false),
    ),
    ("table",),
    lambda design: OF_FITS + OF_DEPTHS * any(design.every("depths")),
    _learners,
    one_by_one(_computed),
    check=_check,
)  # fmt: skip
