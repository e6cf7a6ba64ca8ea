"""Students trained on a table, in sentences, numbers and figures that need no mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import plot
from .._core.digits import short
from .._core.notes import Writer, said
from .._core.papers import cite, software
from .._core.shown import shown
from ..generalization.moment_pool import MomentPool
from ..validity import Assumption
from .drawing import Section, drawn
from .generalization_study import StoredSamples, TableStudy
from .phrasing import number, percent

if TYPE_CHECKING:
    import pandas as pd

HARDLY = 0.01  # relative rise of an error that is not worth stopping for
PAPERS = ("advani2020", "hastie2019")


class TableWords:
    """Plain words for a study of a table."""

    title = "How well it can be predicted, and when to stop"
    notes_title = "How the table was read"
    numbers_title = "The errors, in numbers"
    standing: tuple[str, ...] = ()
    numbers_note = (
        "Errors are mean squared errors on held-out rows. Time is learning rate times steps of gradient descent on "
        "half the mean squared error (for a loss without the half, divide times by 2); ∞ means that training longer "
        "never hurts. ± is one standard error."
    )

    def __init__(self, study: TableStudy, setting: Writer = str) -> None:
        self.setting = setting
        self.study, self.prediction = study, study.prediction
        self.name, self.target = study.name, study.samples.target
        self.called = shown(self.target)
        self.heading = f"“{self.name}”: {self.title[0].lower()}{self.title[1:]}"
        self.question = (
            f"How well can “{self.called}” be predicted from the other columns, from how many rows, and when should "
            "training stop?"
        )

    def headline(self) -> str:
        """The finding in one paragraph."""
        most = int(np.argmax(self.prediction.samples))
        stop, error = self.prediction.stopping[most], float(self.prediction.standard_error[most])
        learner = f"A student trained on {self.prediction.samples[most]} rows"
        if stop.time == 0 or stop.start_error - stop.error < HARDLY * stop.start_error:
            return (
                f"{learner} cannot predict “{self.called}” from the other columns: the error on held-out rows hardly "
                f"falls below {short(stop.start_error)}, and ends at {number(stop.final_error)}."
            )
        text = (
            f"{learner} predicts up to {percent(1 - stop.error / stop.start_error)} of the variance of “{self.called}” "
            f"in held-out rows: its squared error falls from {short(stop.start_error)} to {short(stop.error)} ± "
            f"{short(error, 2)}"
        )
        if np.isinf(stop.time):
            text += ", and training longer never hurts. "
        elif stop.final_error - stop.error < HARDLY * stop.error:
            text += f" at t = {short(stop.time)}, and hardly rises after that. "
        else:
            text += (
                f" at t = {short(stop.time)}, and then rises to {number(stop.final_error)}: the student overfits its "
                "rows. "
            )
        text = f"{text.strip()} {self._correct(most)}"
        few = int(np.argmin(self.prediction.samples))
        if few != most:
            least = self.prediction.stopping[few]
            text += (
                f"With {self.prediction.samples[few]} rows it reaches {short(least.error)}"
                + (f" at t = {short(least.time)}" if 0 < least.time < np.inf else "")
                + f", and {number(least.final_error)} at the end."
            )
        return text.strip()

    def _correct(self, place: int) -> str:
        """How many classes are right, beside what the commonest class alone gives."""
        runs, pool = self.prediction.runs, self.prediction.pool
        if runs is None or runs.correct is None or isinstance(pool, MomentPool):
            return ""
        share = self._at(runs.correct[place].mean(axis=0), self.prediction.stopping[place].time)
        _, counts = np.unique(pool.answers, axis=0, return_counts=True)
        return (
            f"Trained students then name the right class of {percent(share)} of the held-out rows; the commonest "
            f"class alone is right for {percent(float(counts.max() / counts.sum()))}. "
        )

    def warnings(self) -> list[str]:
        """What does not hold here, a sentence each."""
        found = [
            f"Not fulfilled: {check.name}. {check.meaning[0].upper()}{check.meaning[1:]}."
            for check in self.assumptions
            if not check.holds
        ]
        sizes = zip(self.prediction.samples, self.prediction.stopping, self.prediction.standard_error, strict=True)
        for size, stop, error in sizes:
            first = float(stop.minima_errors[0]) if stop.minima_errors.size else stop.error
            if first - stop.error > error:
                found.append(f"With {size} rows, {stop.meaning}.")
        return found

    def sections(self) -> list[Section]:
        """The figures."""
        sections: list[Section] = [
            ("prediction", "Test and train error over time", self._over_time(), _draw_prediction)
        ]
        if len(self.prediction.samples) > 1:
            sections.append(("samples", "Error against number of rows", self._over_samples(), _draw_samples))
        return sections

    def numbers(self) -> list[dict[str, Any]]:
        """The rows of the table of numbers."""
        found = []
        for place, (size, stop) in enumerate(zip(self.prediction.samples, self.prediction.stopping, strict=True)):
            row = {
                "training rows": size, "before training": stop.start_error, "optimal stopping time": stop.time,
                "error then": stop.error, "±": float(self.prediction.standard_error[place]),
                "error at the end": stop.final_error,
            }  # fmt: skip
            if self.prediction.runs is not None:
                course = self.prediction.runs.test_error[place].mean(axis=0)
                last = f"trained, at t = {short(self.prediction.time[-1])}"
                row |= {"trained, then": self._trained_at(place, stop.time), last: float(course[-1])}
                if self.prediction.runs.correct is not None:
                    correct = self.prediction.runs.correct[place].mean(axis=0)
                    row |= {"% correct": 100 * self._at(correct, stop.time)}
            found.append(row)
        return found

    def _trained_at(self, place: int, time: float) -> float:
        """Mean error of trained students at the optimal stopping time; NaN outside the times that were recorded."""
        assert self.prediction.runs is not None
        return self._at(self.prediction.runs.test_error[place].mean(axis=0), time)

    def _at(self, course: np.ndarray, time: float) -> float:
        """A course at some time; NaN outside the times that were recorded."""
        times = self.prediction.time
        if np.isinf(time):
            return float(course[-1])
        if not times[0] <= time <= times[-1]:
            return float("nan")
        return float(np.interp(time, times, course))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was read and decided, a sentence each."""
        return tuple(
            said(note.words, self.setting) for note in (*self.study.samples.notes, *self.prediction.pool.notes)
        )

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the numbers assume, measured."""
        return self.prediction.validity.assumptions

    @property
    def snippet(self) -> str:
        """How to go on in Python."""
        options = f", samples={list(self.prediction.samples)}"
        runs = 0 if self.prediction.runs is None else self.prediction.runs.test_error.shape[1]
        kinds = {note.kind for note in self.prediction.pool.notes}
        if self.prediction.pool.outputs > 1 or "classes" in kinds:
            options += ", classes=True"
        if "standardized" in kinds:
            options += ", standardize=True"
        if isinstance(self.study.samples, StoredSamples):
            return (
                "import ontogeny as on\n"
                f"record = on.generalization.from_data({self.study.samples.path!r}, {self.target!r}{options}, "
                f"simulate={runs})\n"
                "print(record.summary())\n"
                "on.plot.data_prediction(record)"
            )
        return (
            "import ontogeny as on\n"
            "import pandas as pd\n"
            'table = pd.read_csv("tables/samples.csv")  # the columns as they were used\n'
            f"record = on.generalization.from_data(table, {self.target!r}{options}, simulate={runs})\n"
            "print(record.summary())\n"
            "on.plot.data_prediction(record)"
        )

    @property
    def references(self) -> str:
        """What to cite."""
        return "\n\n".join([*map(cite, PAPERS), software()])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Name of each file and its table."""
        import pandas as pd

        samples = self.study.samples
        kept = {} if isinstance(samples, StoredSamples) else {
            "samples": samples.features.assign(**{self.target: samples.answers})
        }  # fmt: skip
        return {
            **kept,
            "errors": pd.DataFrame(self.numbers()),
            "courses": self.prediction.to_dataframe(),
            "assumptions": self.prediction.validity.to_dataframe(),
        }

    def document(self) -> dict[str, Any]:
        """The finding for machines."""
        found = self.prediction
        return {
            "table": self.name,
            "target": self.target,
            "features": list(found.pool.names),
            "rows": found.pool.rows,
            "notes": list(self.notes),
            "sizes": [
                {
                    "samples": size, "initial_error": stop.start_error, "stopping_time": stop.time,
                    "test_error": stop.error, "standard_error": error, "final_error": stop.final_error,
                    "meaning": stop.meaning,
                }
                for size, stop, error in zip(found.samples, found.stopping, found.standard_error, strict=True)
            ],
            "time": found.time.tolist(),
            "train_error": found.train_error.tolist(),
            "test_error": found.test_error.tolist(),
        }  # fmt: skip

    def _over_time(self) -> str:
        text = (
            f"Test error on held-out rows (solid) and train error (dashed) while “{self.called}” is learned, for each "
            "number of training rows; dots mark the optimal stopping times. "
        )
        if self.prediction.runs is not None:
            text += (
                f"Thin lines are {self.prediction.runs.test_error.shape[1]} trained students for each size, on rows "
                "drawn at random, tested on all other rows. "
            )
        return text + (
            "The theory uses only the covariance of the columns and how much of the target each principal direction "
            "explains; it treats the rest as noise, and the columns as Gaussian."
        )

    def _over_samples(self) -> str:
        return (
            "Bars are one standard error of the prediction; dots are the means of trained students. Without early "
            "stopping, more rows can even be worse (double descent): when there are about as many rows as columns, "
            "they can just be fitted, noise included. These data cannot tell the error with more than half of the rows."
        )


def _draw_prediction(study: TableStudy) -> drawn:
    return drawn(4.8, lambda ax: plot.data_prediction(study.prediction, ax=ax))


def _draw_samples(study: TableStudy) -> drawn:
    return drawn(4.2, lambda ax: plot.sample_sizes(study.prediction, ax=ax))
