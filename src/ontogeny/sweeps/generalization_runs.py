"""Runs of `generalize`: errors over time for random inputs, or for the rows of a table."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.checks import InputError, not_negative, positive
from .._core.setting_checks import names, number, text, true_or_false, whole_number
from .._core.settings import Entry
from ..generalization.learning import COUNT, learning_curves
from ..generalization.pool import ask_about_codes
from ..generalization.real_data import from_data
from .commands import Command, Inputs, Quantity, Settings, Values, one_by_one
from .design import Design
from .tables import samples_of

OF_CURVES, OF_TABLES = ("load", "snr", "inr", "depth"), (
    "target", "samples", "items", "drop", "drop_missing", "standardize", "classes", "runs", "seed",
)  # fmt: skip
EARLIEST = 1e-4  # of the last time, where that is given
SMALL_START = 1e-3  # initial weights of deep students by default, as at the command line: at 0 they never learn
TABLE_LOOKS = 122  # what `from_data` looks at by itself: 0, 120 times, and the best one

ERRORS = (
    Quantity("time", ("look",), "Learning time of every look [tau]."),
    Quantity("test_error", ("look",), "Mean squared error on new examples, in units of the noise variance."),
    Quantity("train_error", ("look",), "Mean squared error on the training set."),
    Quantity("stopping_time", (), "When the test error is lowest [tau]; inf if it never rises."),
    Quantity("stopping_error", (), "Test error then."),
    Quantity("final_error", (), "Test error at the end of learning."),
)
OF_RANDOM_INPUTS = (
    Quantity("weight_norm", ("look",), "Mean square of the weights."),
    Quantity("bayes_error", (), "Lowest test error that any method can reach."),
)
OF_ROWS = (
    Quantity("start_error", (), "Test error before learning."),
    Quantity("standard_error", (), "Standard error of the lowest test error, by the jackknife."),
)
OF_STUDENTS = (
    Quantity("trained_test_error", ("look",), "Mean test error of trained students; NaN where none were trained."),
    Quantity("trained_train_error", ("look",), "Mean training error of trained students."),
)


def _is_of_table(design: Design) -> bool:
    return design.base["table"] is not None


def _check(design: Design) -> None:
    """Refuse what is about a table where there is none, and the other way round."""
    spec = design.specification
    named = {**dict.fromkeys(spec.fixed, "fixed"), **{axis.path[0]: "grid" if spec.grid else "random"
                                                      for axis in design.axes}}  # fmt: skip
    wrong = OF_CURVES if _is_of_table(design) else OF_TABLES
    why = "random inputs, but a table is named" if _is_of_table(design) else "a table, but none is named in [fixed]"
    for name, where in named.items():
        with spec.blamed(where, name):
            if name in wrong:
                raise InputError(name, f"is about {why}", "leave one of them out")
            if name == "table" and where != "fixed":
                raise InputError("table", f"varies in [{where}], but tables have other columns", "write it in [fixed]")
    for name in ("target",) if _is_of_table(design) else ("load", "snr"):
        if name not in named:
            problem = f"{spec.name} lacks {name!r}, which has no default"
            raise InputError(None, problem, "write it below [fixed] or [grid]")


def _quantities(design: Design) -> tuple[Quantity, ...]:
    if not _is_of_table(design):
        return ERRORS + OF_RANDOM_INPUTS
    return ERRORS + OF_ROWS + OF_STUDENTS * any(design.every("runs"))


def _labels(design: Design, inputs: Inputs) -> dict[str, Any]:
    return {"look": TABLE_LOOKS if _is_of_table(design) else COUNT + 1}


def _computed(settings: Settings, inputs: Inputs) -> Values:
    return _of_curves(settings) if settings["table"] is None else _of_table(settings, inputs)


def _of_curves(settings: Settings) -> Values:
    depth, first = settings["depth"], settings["inr"]
    if first is None:
        first = SMALL_START if depth > 1 else 0.0
    until = settings["until"]
    times = None if until is None else np.append(0.0, until * np.geomspace(EARLIEST, 1, COUNT))
    found = learning_curves(
        settings["load"], signal_variance=settings["snr"], initial_variance=first, depth=depth, times=times
    )
    stop = found.stopping
    return {
        "time": found.time, "test_error": found.test_error, "train_error": found.train_error,
        "weight_norm": found.weight_norm, "stopping_time": stop.time, "stopping_error": stop.error,
        "final_error": stop.final_error, "bayes_error": stop.bayes_error,
    }  # fmt: skip


def _of_table(settings: Settings, inputs: Inputs) -> Values:
    samples = samples_of(settings, inputs)
    classes = settings["classes"]
    if classes is None and samples.answers.dtype == object:
        classes = True
    if classes is None:
        ask_about_codes(samples.answers, "target", f"is column {samples.target!r}, which holds")
    until = settings["until"]
    times = None if until is None else np.append(0.0, until * np.geomspace(EARLIEST, 1, TABLE_LOOKS - 1))
    size = settings["samples"] or len(samples.features) // 4
    found = from_data(
        samples.features, samples.answers, samples=size, times=times, standardize=settings["standardize"],
        classes=classes, simulate=settings["runs"], seed=settings["seed"],
    )  # fmt: skip
    (stop,) = found.stopping
    trained = {} if found.runs is None else {
        f"trained_{name}": getattr(found.runs, name)[0].mean(axis=0) for name in ("test_error", "train_error")
    }  # fmt: skip
    return {
        "time": found.time, "test_error": found.test_error[0], "train_error": found.train_error[0],
        "stopping_time": stop.time, "stopping_error": stop.error, "final_error": stop.final_error,
        "start_error": stop.start_error, "standard_error": found.standard_error[0], **trained,
    }  # fmt: skip


GENERALIZE = Command(
    "generalize",
    (
        Entry("load", None, "Examples per input (without a table).", number(positive, "there are examples"), 0.5),
        Entry("snr", None, "Variance of the right answers over that of their noise (without a table).",
              number(not_negative, "a ratio of variances"), 5.0),
        Entry("inr", None, "Variance of the weights before learning over that of the noise (without a table).",
              number(not_negative, "a ratio of variances"), 0.0),
        Entry("depth", 1, "Number of weight matrices (without a table).",
              whole_number(1, "a network has at least one weight matrix")),
        Entry("until", None, "Last time [tau].", number(positive, "it must be positive"), 100.0),
        Entry("table", None, "A file or a built-in table, whose rows are samples.", text, "samples.csv"),
        Entry("target", None, "Column of the table to predict.", text, "outcome"),
        Entry("samples", None, "Size of the training set; by default a quarter of the rows.",
              whole_number(3, "that is too few to learn from"), 100),
        Entry("items", None, "Column with the names of the rows, which is left out.", text, "name"),
        Entry("drop", [], "Columns to leave out.", names),
        Entry("drop_missing", False, "Whether to leave out rows with empty cells.", true_or_false),
        Entry("standardize", False, "Whether to divide each column by its standard deviation.", true_or_false),
        Entry("classes", None, "Whether numbers in the target column stand for classes.", true_or_false, True),
        Entry("runs", 0, "Students to train for comparison.", whole_number(0, "a number is not negative")),
        Entry("seed", 0, "Of their training sets.", whole_number(0, "seeds are not negative")),
    ),
    (),
    _quantities,
    _labels,
    one_by_one(_computed),
    check=_check,
)  # fmt: skip
