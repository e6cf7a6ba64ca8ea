"""Everything in a report on generalization: random inputs or a table, theory and trained students."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .._core.checks import InputError
from .._core.notes import Note
from ..generalization.learning import GeneralizationCurves, learning_curves
from ..generalization.pool import Pool, ask_about_codes
from ..generalization.real_data import DataPrediction, from_data
from ..generalization.runs import TrainingRuns, training_runs
from ..generalization.stopping import OptimalStopping, optimal_stopping
from ..tables.batches import batches_of
from ..tables.item_names import unknown_column
from ..tables.targets import Samples
from .phrasing import number

LOADS = np.geomspace(0.05, 20, 241)  # the median is 1
INPUTS, EXAMPLES = (100, 2000), 100  # number of inputs of trained students: as many as it takes for this many examples
LARGEST = 5e6  # numbers in the examples of one student: a second of computing
EARLY, SMALL = 0.1, 0.02  # a step: as a share of the first time, and times the largest eigenvalue
TESTED = 2000  # new examples that each student is tested on


@dataclass(frozen=True, eq=False)
class CurvesStudy:
    """A student of random inputs, in theory and trained.

    Parameters
    ----------
    curves : GeneralizationCurves
        Errors over time, with the optimal stopping time. Variances are in units of the noise variance.
    by_load : OptimalStopping
        Errors of students without hidden layer, with early stopping and without, for many loads.
    students : TrainingRuns or None
        Trained students without hidden layer, at the times of the curves; None if none were trained.
    inputs : int
        Their number of inputs.
    """

    curves: GeneralizationCurves
    by_load: OptimalStopping
    students: TrainingRuns | None
    inputs: int

    def __repr__(self) -> str:
        stop = self.curves.stopping
        return (
            f"<CurvesStudy: {number(float(self.curves.load))} examples per input, depth {self.curves.depth:g}; lowest "
            f"test error {number(float(stop.error))} at t = {number(float(stop.time))}>"
        )


@dataclass(frozen=True, eq=False)
class StoredSamples:
    """Samples that were read in pieces, and were not kept.

    Parameters
    ----------
    path : str
        Where they are.
    target : str
        Name of the column that holds the answers.
    drop : tuple of str
        Columns that were left out.
    notes : tuple of Note
        What is known besides the notes of the prediction.
    """

    path: str
    target: str
    drop: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def __repr__(self) -> str:
        return f"<StoredSamples: {self.path!r}, {self.target!r} to be predicted>"


@dataclass(frozen=True, eq=False)
class TableStudy:
    """Students trained on a table.

    Parameters
    ----------
    name : str
        Name of the table.
    samples : Samples or StoredSamples
        What was read from it.
    prediction : DataPrediction
        Errors over time in theory, with training for comparison.
    """

    name: str
    samples: Samples | StoredSamples
    prediction: DataPrediction

    def __repr__(self) -> str:
        return f"<TableStudy: {self.name!r}, {self.samples.target!r} to be predicted; {self.prediction!r}>"


GeneralizationStudy = CurvesStudy | TableStudy


def curves_study(
    *, load: float, snr: float, inr: float, depth: int, until: float | None = None, runs: int = 5, seed: int = 0
) -> CurvesStudy:
    """Predict the errors of a student of random inputs, and train some.

    Parameters
    ----------
    load : float
        Examples per input.
    snr, inr : float
        Variance of the right answers, and of the weights before learning, over that of the noise.
    depth : int
        Number of weight matrices.
    until : float, optional
        Last time [unit of tau].
    runs : int
        Students to train, if there is no hidden layer.
    seed : int
        Seed of these students and their teachers.
    """
    world = {"signal_variance": snr, "initial_variance": inr}
    times = None if until is None else np.concatenate([[0.0], until * np.geomspace(1e-3, 1, 200)])
    curves = learning_curves(load, **world, depth=depth, times=times)
    inputs = int(np.clip(np.ceil(EXAMPLES / load), *INPUTS))
    samples = round(load * inputs)
    students = None
    if depth == 1 and samples >= 3 and (samples + TESTED) * inputs <= LARGEST:
        students = _trained(curves.time, inputs, samples, snr + inr, runs, seed)
    return CurvesStudy(curves, optimal_stopping(LOADS, **world), students, inputs)


def _trained(time: np.ndarray, inputs: int, samples: int, distance: float, runs: int, seed: int) -> TrainingRuns:
    """Students with a teacher each.

    Errors depend only on the distance of the initial student from its teacher, so initial weights are part of it.
    """
    fastest = (1 + np.sqrt(samples / inputs)) ** 2
    step = min(EARLY * time[1], SMALL / fastest)
    found = []
    for run in range(runs):
        draw = np.random.default_rng([seed, run])
        teacher = draw.normal(size=inputs)
        teacher *= np.sqrt(distance * inputs) / np.linalg.norm(teacher)
        x = draw.normal(size=(samples + TESTED, inputs)) / np.sqrt(inputs)
        pool = Pool(x, (x @ teacher + draw.normal(size=len(x)))[:, None], (), False, ())
        found.append(training_runs(pool, (samples,), time * samples, runs=1, seed=run, learning_rate=samples * step))
    errors = [np.concatenate([getattr(one, name) for one in found], axis=1) for name in ("train_error", "test_error")]
    return replace(found[0], train_error=errors[0], test_error=errors[1], seed=seed)


def table_study(
    samples: Samples,
    name: str,
    *,
    sizes: tuple[int, ...] | None = None,
    standardize: bool = False,
    classes: bool | None = None,
    until: float | None = None,
    runs: int = 5,
    seed: int = 0,
) -> TableStudy:
    """Predict how well a column of a table can be predicted from the others, and train students for comparison.

    Parameters
    ----------
    samples : Samples
        What was read from the table.
    name : str
        Its name.
    sizes : tuple of int, optional
        Sizes of the training set.
    standardize, classes
        As in `from_data`.
    until : float, optional
        Last time [unit of tau].
    runs : int
        Students to train for each size.
    seed : int
        Seed of the draws of their training rows.

    Raises
    ------
    InputError
        A table that is too small, answers that are all the same, training sets of more than half of the rows.
    """
    if np.unique(samples.answers).size < 2:
        raise InputError(
            "target",
            f"is column {samples.target!r}, which is the same in every row, so there is nothing to predict",
            "name another column",
        )
    times = _times_until(until)
    if classes is None and samples.answers.dtype == object:
        classes = True
    if classes is None:
        ask_about_codes(samples.answers, "target", f"is column {samples.target!r}, which holds")
    found = from_data(
        samples.features, samples.answers, samples=sizes, times=times, standardize=standardize, classes=classes,
        simulate=runs, seed=seed,
    )  # fmt: skip
    return TableStudy(name, samples, found)


def stored_study(
    samples: StoredSamples,
    name: str,
    *,
    items: str | None = None,
    drop_missing: bool = False,
    sizes: tuple[int, ...] | None = None,
    standardize: bool = False,
    classes: bool | None = None,
    until: float | None = None,
    runs: int = 5,
    seed: int = 0,
    workers: int = 1,
) -> TableStudy:
    """The same study of a table that is read in pieces; see `table_study` and `from_data`."""
    table = batches_of(samples.path)
    aside = [*samples.drop, *([items] if items is not None else [])]
    if samples.target in aside:
        raise InputError(
            "target", f"is column {samples.target!r}, which has another use already", "name another column"
        )
    if samples.target not in table.names:
        raise unknown_column("target", samples.target, list(table.names))
    found = from_data(
        table.without(aside), samples.target, samples=sizes, times=_times_until(until), standardize=standardize,
        classes=classes, drop_missing=drop_missing, simulate=runs, seed=seed, workers=workers,
    )  # fmt: skip
    return TableStudy(name, samples, found)


def _times_until(until: float | None) -> np.ndarray | None:
    return None if until is None else np.concatenate([[0.0], until * np.geomspace(1e-4, 1, 120)])
