"""A student trained on random inputs, in sentences, numbers and figures that need no mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import plot
from .._core.digits import short
from .._core.notes import Writer
from .._core.papers import cite, software
from .._core.tidy import tidy
from ..generalization.learning import learning_curves
from ..plot.style import depth_name
from ..validity import Assumption
from .drawing import Section, drawn
from .generalization_study import CurvesStudy
from .phrasing import number, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

AGREES = 0.15  # relative deviation of the mean student up to which it counts as following the theory
HARDLY = 0.01  # share of its initial value that the error has to fall for something to count as learned
PAPERS = ("advani2020", "krogh1992")
QUESTION = "How well does a network generalize from noisy examples to new ones, and when should training stop?"


class CurvesWords:
    """Plain words for a study of random inputs."""

    name = "generalize"
    title = heading = "When to stop training"
    question = QUESTION
    notes_title = "Settings"
    numbers_title = "The errors, in numbers"
    standing: tuple[str, ...] = ()

    def __init__(self, study: CurvesStudy, setting: Writer = str) -> None:
        self.study = study
        self.curves, self.stop = study.curves, study.curves.stopping
        self.snr, self.inr = float(self.stop.signal_variance), float(self.stop.initial_variance)
        self.best_time, self.best, self.final, self.bayes = (
            float(value) for value in (self.stop.time, self.stop.error, self.stop.final_error, self.stop.bayes_error)
        )
        self.start = self.snr + self.inr + 1
        self.train_then = np.nan
        if np.isfinite(self.best_time):
            known = {"signal_variance": self.snr, "initial_variance": self.inr, "depth": self.curves.depth}
            then = learning_curves(self.curves.load, **known, times=[self.best_time])
            self.train_then = float(then.train_error[0])

    def headline(self) -> str:
        """The finding in one paragraph."""
        world = (
            "With as many noisy examples as inputs"
            if self.curves.load == 1
            else f"With {short(self.curves.load)} noisy examples for each input"
        )
        if self.best_time == 0:
            return (
                f"{world} there is nothing to learn: the answers are noise, and the test error (on new examples) only "
                f"rises, from {short(self.start)} to {number(self.final)}. It is best not to train."
            )
        if self.start - self.best < HARDLY * self.start:
            return (
                f"{world} there is hardly anything to learn: the test error (on new examples) is "
                f"{short(self.start, 4)} before training, {short(self.best, 4)} at its lowest, at "
                f"t = {short(self.best_time)}, and {number(self.final)} at the end. No method can do better than "
                f"{short(self.bayes, 4)} with these data."
            )
        text = (
            f"{world}, the test error (on new examples) falls from {short(self.start)} to {short(self.best)} at "
            f"t = {short(self.best_time)}"
        )
        if self.final - self.best < HARDLY * self.best:
            return (
                f"{text}, and hardly changes after that: when to stop matters little here. No method can do better "
                f"than {short(self.bayes, 4)} with these data."
            )
        text += (
            f", and then rises again {'to ' + short(self.final) if np.isfinite(self.final) else 'without bound'}: "
            "the student overfits the noise of its examples. "
        )
        excess = (self.best - self.bayes) / (self.bayes - 1) if self.bayes > 1 else 0.0
        return text + (
            f"Stop there (early stopping). The lowest error possible with these data is {short(self.bayes)}, with the "
            "optimal ridge penalty; 1 of it is noise that cannot be predicted. With early stopping the excess over the "
            f"noise is {percent(excess)} larger."
        )

    def warnings(self) -> list[str]:
        """What should not be overlooked, a sentence each."""
        found = [f"{check.meaning[0].upper()}{check.meaning[1:]}." for check in self.assumptions if not check.holds]
        if self.best_time > self.curves.time[-1]:
            found.append(
                f"Training was followed only to t = {short(self.curves.time[-1])}, before the optimal stopping time "
                f"t = {short(self.best_time)}."
            )
        return found

    def sections(self) -> list[Section]:
        """The figures."""
        return [
            ("curves", "Test and train error over time", self._over_time(), _draw_curves),
            ("loads", "Error against number of examples", self._over_loads(), _draw_loads),
        ]

    def numbers(self) -> list[dict[str, Any]]:
        """The rows of the table of numbers."""
        floor = max(0.0, 1 - 1 / self.curves.load)
        rows = [
            ("before training", 0.0, self.start, self.start),
            ("at the optimal stopping time", self.best_time, self.best, self.train_then),
            ("at the end of training", np.inf, self.final, floor),
            ("lowest possible", None, self.bayes, None),
            ("noise alone", None, 1.0, None),
        ]
        keys = ("", "time", "test error", "train error")
        return [dict(zip(keys, row, strict=True)) for row in rows]

    @property
    def notes(self) -> tuple[str, ...]:
        """The settings, a sentence each."""
        layers = depth_name(int(self.curves.depth))
        many = (
            "as many examples as inputs" if self.curves.load == 1 else f"{short(self.curves.load)} examples per input"
        )
        notes = [
            f"A student with {layers}, {many}.",
            f"The variance of the noise-free answers is {short(self.snr)} times that of their noise (SNR).",
            f"The variance of the initial weights is {short(self.inr)} times that of the noise."
            if self.inr
            else "All weights are initialized at 0.",
        ]
        if self.study.students is not None:
            runs = self.study.students.test_error.shape[1]
            count = round(self.curves.load * self.study.inputs)
            notes.append(
                f"For comparison, {runs} student{'s' * (runs != 1)} with {self.study.inputs} inputs "
                f"{'were' if runs != 1 else 'was'} trained on {count} examples, each with its own teacher."
            )
        elif self.curves.depth > 1:
            notes.append("No students with hidden layers were trained for comparison.")
        else:
            notes.append("No students were trained for comparison: they would be too large or have too few examples.")
        return tuple(notes)

    @property
    def numbers_note(self) -> str:
        """The units."""
        clock = (
            "learning rate times steps of gradient descent on half the squared error, summed over examples, for inputs "
            "with variance one over their number"
        )
        if self.curves.depth > 1:
            clock += ", times the number of inputs to the power 1 - 1/depth"
        return (
            "Errors are mean squared errors, in units of the noise variance of one answer, which cannot be predicted. "
            f"Time is {clock}."
        )

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the numbers assume."""
        rests = [Assumption("many inputs", 0.0, 0.0, True, f"the theory is {self.curves.meaning}")]
        if self.study.students is not None:
            rests.append(self._followed())
        return tuple(rests)

    @property
    def snippet(self) -> str:
        """How to go on in Python."""
        depth = "" if self.curves.depth == 1 else f", depth={self.curves.depth:g}"
        first = "" if self.inr == 0 else f", initial_variance={self.inr!r}"
        return (
            "import ontogeny as on\n"
            f"curves = on.generalization.learning_curves({self.curves.load!r}, signal_variance={self.snr!r}{first}"
            f"{depth})\n"
            "on.plot.generalization_error(curves)"
        )

    @property
    def references(self) -> str:
        """What to cite."""
        return "\n\n".join([*map(cite, PAPERS), software()])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Name of each file and its table."""
        import pandas as pd

        found = {
            "curves": self.curves.to_dataframe(),
            "errors": pd.DataFrame(self.numbers()).rename(columns={"": "when"}),
            "errors_by_load": self.study.by_load.to_dataframe(),
        }
        if self.study.students is not None:
            train, test = self.study.students.train_error[0], self.study.students.test_error[0]
            labels = {"student": range(1, len(test) + 1), "time": self.curves.time}
            found["students"] = tidy(labels, {"train_error": train, "test_error": test})
        return found

    def document(self) -> dict[str, Any]:
        """The finding for machines."""
        return {
            "settings": {"load": self.curves.load, "snr": self.snr, "inr": self.inr, "depth": self.curves.depth},
            "stopping": {
                "time": self.best_time, "test_error": self.best, "train_error": self.train_then,
                "initial_error": self.start, "final_error": self.final, "least_possible_error": self.bayes,
            },
            "curves": self.curves.to_dataframe().drop(columns=["load", "depth"]).to_dict("list"),
        }  # fmt: skip

    def _followed(self) -> Assumption:
        """How far the mean student is from the theory up to the optimal stopping time."""
        assert self.study.students is not None
        until = (self.curves.time <= max(self.best_time, self.curves.time[1])) | (self.curves.time == 0)
        mean = self.study.students.test_error[0].mean(axis=0)
        off = float(np.max(np.abs(mean / self.curves.test_error - 1)[until]))
        meaning = (
            f"the mean of {self.study.students.test_error.shape[1]} trained students with {self.study.inputs} inputs "
            f"differs from the theory by up to {percent(off)} until the optimal stopping time"
        )
        return Assumption("agrees with trained students", off, AGREES, off <= AGREES, meaning)

    def _over_time(self) -> str:
        text = (
            "Thick line: test error (on new examples). Below it, thinner: train error, which always falls and does not "
            "tell when to stop. "
        )
        if self.study.students is not None:
            text += "Hairlines are trained students, each with its own teacher. "
        if np.isfinite(self.best_time) and self.best_time > 0:
            text += f"The dot is the optimal stopping time, t = {short(self.best_time)}. "
        return text + (
            "The dashed line is the lowest error possible with these data, the dotted line the noise in the answers."
        )

    def _over_loads(self) -> str:
        layers = "" if self.curves.depth == 1 else ", for a student without hidden layer"
        record = self.study.by_load
        gap = np.max(np.asarray(record.error) / np.asarray(record.bayes_error)) - 1
        close = ", and is so close to the lowest possible error that the lines nearly coincide" * bool(gap < 0.05)
        return (
            f"The same problem with fewer or more examples per input{layers}; the vertical line is the chosen number. "
            "Double descent: without early stopping the test error peaks where there are about as many examples as "
            "inputs, because these can just be fitted, noise included; the peak is higher the more noise there is. "
            f"With early stopping the test error falls with every example{close}."
        )


def _draw_curves(study: CurvesStudy) -> drawn:
    return drawn(4.8, lambda ax: plot.generalization_error(study.curves, study.students, ax=ax))


def _draw_loads(study: CurvesStudy) -> drawn:
    def draw(ax: Axes) -> None:
        plot.stopping(study.by_load, ax=ax)
        ax.axvline(study.curves.load, color="0.6", linewidth=0.8)

    return drawn(4.2, draw)
