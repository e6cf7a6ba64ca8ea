"""A student of random inputs, in sentences, numbers and figures that need no mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import plot
from .._core.digits import short
from .._core.papers import cite, software
from ..generalization.learning import learning_curves
from ..plot.style import depth_name
from ..validity import Assumption
from .drawing import Section, drawn
from .generalization_study import CurvesStudy
from .phrasing import percent

if TYPE_CHECKING:
    import pandas as pd

AGREES = 0.15  # relative deviation of the mean student up to which it counts as following the theory
HARDLY = 0.01  # share of its start that an error has to fall for something to be learned
PAPERS = ("advani2020", "krogh1992")
QUESTION = "How well does what a network learns from noisy examples hold for new ones, and when should it stop?"


class CurvesWords:
    """Plain words for a study of random inputs."""

    name = "generalize"
    title = "When to stop learning"
    question = QUESTION
    notes_title = "What was asked"
    numbers_title = "The errors, in numbers"

    def __init__(self, study: CurvesStudy) -> None:
        self.study = study
        self.curves, self.stop = study.curves, study.curves.stopping
        self.snr, self.inr = float(self.stop.signal_variance), float(self.stop.initial_variance)
        self.best_time, self.best, self.final, self.bayes = (
            float(value) for value in (self.stop.time, self.stop.error, self.stop.final_error, self.stop.bayes_error)
        )
        self.start = self.snr + self.inr + 1
        self.train_then = float(self._at(self.best_time).train_error[0]) if np.isfinite(self.best_time) else np.nan

    def headline(self) -> str:
        """The finding in one paragraph."""
        world = (
            "With as many noisy examples as inputs"
            if self.curves.load == 1
            else f"With {short(self.curves.load)} noisy examples for each input"
        )
        if self.best_time == 0:
            return (
                f"{world} there is nothing to be learned: the answers are noise, and the error on new examples only "
                f"rises, from {short(self.start)} to {self._ends()}. The best student never starts."
            )
        if self.start - self.best < HARDLY * self.start:
            return (
                f"{world} there is hardly anything to be learned: the error on new examples is {short(self.start, 4)} "
                f"before learning, {short(self.best, 4)} at its best, at t = {short(self.best_time)}, and "
                f"{self._ends()} at the end. Nothing can do better than {short(self.bayes, 4)} with these data."
            )
        text = (
            f"{world}, the error on new examples falls from {short(self.start)} to {short(self.best)} at "
            f"t = {short(self.best_time)}"
        )
        if self.final - self.best < HARDLY * self.best:
            return (
                f"{text}, and hardly changes after: when to stop matters little here. Nothing can do better than "
                f"{short(self.bayes, 4)} with these data."
            )
        text += (
            f", and then rises again {self._ends_in_words()}: from that time on the student learns the noise of its "
            "examples. "
        )
        excess = (self.best - self.bayes) / (self.bayes - 1) if self.bayes > 1 else 0.0
        return text + (
            f"Stop there: the least error that anything can reach from these data is {short(self.bayes)} (a penalty "
            f"on large weights does), and of that, {short(1.0)} is noise that nobody can predict; stopping in time "
            f"leaves an error beyond the noise that is {percent(excess)} larger."
        )

    def warnings(self) -> list[str]:
        """What should not be overlooked, a sentence each."""
        found = [f"{check.meaning[0].upper()}{check.meaning[1:]}." for check in self.assumptions if not check.holds]
        if self.best_time > self.curves.time[-1]:
            found.append(
                f"Learning was followed to t = {short(self.curves.time[-1])} only, before the best time to stop, "
                f"t = {short(self.best_time)}."
            )
        return found

    def sections(self) -> list[Section]:
        """The figures."""
        return [
            ("curves", "The error over time", self._over_time(), _draw_curves),
            ("loads", "How many examples", self._over_loads(), _draw_loads),
        ]

    def numbers(self) -> list[dict[str, Any]]:
        """The rows of the table of numbers."""
        floor = max(0.0, 1 - 1 / self.curves.load)
        rows = [
            ("before learning", 0.0, self.start, self.start),
            ("at the best time", self.best_time, self.best, self.train_then),
            ("at the end of learning", np.inf, self.final, floor),
            ("the least possible", None, self.bayes, None),
            ("the noise alone", None, 1.0, None),
        ]
        keys = ("", "time", "error on new examples", "error on learned examples")
        return [dict(zip(keys, row, strict=True)) for row in rows]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was asked, a sentence each."""
        layers = depth_name(int(self.curves.depth))
        many = (
            "as many examples as inputs" if self.curves.load == 1 else f"{short(self.curves.load)} examples per input"
        )
        notes = [
            f"A student with {layers}, {many}.",
            f"Without noise, the right answers vary {short(self.snr)} times as much as the noise in them.",
            f"The first weights vary {short(self.inr)} times as much as the noise."
            if self.inr
            else "Learning begins with all weights at 0.",
        ]
        if self.study.students is not None:
            runs = self.study.students.test_error.shape[1]
            count = round(self.curves.load * self.study.inputs)
            notes.append(
                f"Beside the theory, {runs} student{'s' * (runs != 1)} of {self.study.inputs} inputs and {count} "
                f"examples {'were' if runs != 1 else 'was'} trained, each on answers of its own."
            )
        elif self.curves.depth > 1:
            notes.append("No students with hidden layers were trained beside the theory.")
        else:
            notes.append(
                "No students were trained beside the theory: they would be too large or their examples too few."
            )
        return tuple(notes)

    @property
    def numbers_note(self) -> str:
        """The units."""
        clock = (
            "learning rate times steps on half the squared error, added over examples, for inputs of variance one over "
            "their number"
        )
        if self.curves.depth > 1:
            clock += ", times the number of inputs to the power 1 - 1/depth"
        return (
            "Errors are mean squared errors, in units of the noise in one answer, which nobody can predict. Time is "
            f"{clock}."
        )

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the numbers rest on."""
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
            runs = self.study.students
            count = runs.test_error.shape[1]
            found["students"] = pd.DataFrame({
                "student": np.repeat(np.arange(1, count + 1), self.curves.time.size),
                "time": np.tile(self.curves.time, count),
                "train_error": runs.train_error[0].ravel(), "test_error": runs.test_error[0].ravel(),
            })  # fmt: skip
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

    def _at(self, time: float) -> Any:
        known = {"signal_variance": self.snr, "initial_variance": self.inr, "depth": self.curves.depth}
        return learning_curves(self.curves.load, **known, times=[time])

    def _followed(self) -> Assumption:
        """How far the mean student is from the theory up to the best time."""
        assert self.study.students is not None
        until = (self.curves.time <= max(self.best_time, self.curves.time[1])) | (self.curves.time == 0)
        mean = self.study.students.test_error[0].mean(axis=0)
        off = float(np.max(np.abs(mean / self.curves.test_error - 1)[until]))
        meaning = (
            f"the mean of {self.study.students.test_error.shape[1]} trained students of {self.study.inputs} inputs "
            f"differs from the theory by up to {percent(off)} until the best time to stop"
        )
        return Assumption("agrees with trained students", off, AGREES, off <= AGREES, meaning)

    def _ends(self) -> str:
        return short(self.final) if np.isfinite(self.final) else "beyond all bounds"

    def _ends_in_words(self) -> str:
        return f"to {short(self.final)}" if np.isfinite(self.final) else "without bound"

    def _over_time(self) -> str:
        text = (
            "Thick: the error on new examples. Below it, thinner: the error on the examples that are learned, which "
            "falls all the time and says nothing of when to stop. "
        )
        if self.study.students is not None:
            text += "Hairlines are trained students, each in a world of its own. "
        if np.isfinite(self.best_time) and self.best_time > 0:
            text += f"The dot is the best time to stop, t = {short(self.best_time)}. "
        return text + (
            "The dashed line is the least error that anything can reach from these data, the dotted one the noise "
            "in the answers themselves."
        )

    def _over_loads(self) -> str:
        layers = "" if self.curves.depth == 1 else ", for a student without hidden layer"
        record = self.study.by_load
        gap = np.max(np.asarray(record.error) / np.asarray(record.bayes_error)) - 1
        close = ", and comes so close to the least possible that the lines are hard to tell apart" * bool(gap < 0.05)
        return (
            f"The same world with fewer or more examples per input{layers}; the vertical line is the number asked for. "
            "Whoever learns to the end does worst with about as many examples as inputs, because these can just be "
            "fitted, noise included; the peak is the higher, the more noise there is. Whoever stops in time gets "
            "better "
            f"with every example{close}."
        )


def _draw_curves(study: CurvesStudy) -> Any:
    return drawn(6.6, 4.8, lambda ax: plot.generalization_error(study.curves, study.students, ax=ax))


def _draw_loads(study: CurvesStudy) -> Any:
    def draw(ax: Any) -> None:
        plot.stopping(study.by_load, ax=ax)
        ax.axvline(study.curves.load, color="0.6", linewidth=0.8)

    return drawn(6.6, 4.2, draw)
