"""Fits of learning curves, in sentences, numbers and figures that need no mathematics."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import plot
from .._core.counting import counted
from .._core.digits import short
from .._core.notes import Writer, said
from .._core.papers import cite, software
from .._core.shown import shown
from ..validity import Assumption
from .drawing import Section, drawn
from .fit_study import FitStudy
from .phrasing import some

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAPERS = ("saxe2014", "saxe2019")
DRAWN, WIDE = 12, 2  # learners whose curves a page shows, and how many beside each other
CANNOT = (
    "One curve tells a half-time and a width. It cannot tell the time constant from the strength of what is learned, "
    "and hardly the depth; a wrong chance or lapse makes the rate wrong too."
)  # fmt: skip
CONFOUND = (
    "The effective depth is that of the curve, not of the network. Layers that start unequally make a deep network "
    "shallow (gains of 1, 1 and .001 in three layers look like 1.5), so exponential learning does not show that a "
    "brain or a network has one layer; anything else that makes learning sudden makes it look deep."
)
UNDECIDED = (
    "One learner tells one layer from more, and hardly two from three: of 30 simulated learners with 40 blocks of 50 "
    "trials about 25 leave it open. `fitting.trials_to_tell` says how many trials it takes."
)
SAME = (
    "The exponential curve is that of one layer, and the logistic curve that of two; power law and Weibull curve "
    "describe learning without saying how it comes about."
)


class FitWords:
    """Plain words for fits of learning curves."""

    name = "fit"
    title = heading = "When is it learned, and how suddenly?"
    question = (
        "The learning curve of a network of some depth is fitted to each learner: when half was learned, how sudden "
        "that was, and whether there is a sign of learning at all."
    )
    notes_title = "How the table was read"
    numbers_title = "The learners, in numbers"
    numbers_note = (
        "Half-time: when half of what is learned in the end was there, with a 95% interval; 10 to 90%: how long the "
        "rise took; likelihood ratio: evidence for learning over none (above 3.8 there is a sign of it)."
    )

    def __init__(self, study: FitStudy, setting: Writer = str) -> None:
        self.study, self.setting = study, setting
        self.learned = {name: fit for name, fit in study.fits.items() if fit.is_learning}

    @property
    def standing(self) -> tuple[str, ...]:
        """What the curves cannot tell."""
        more = (CONFOUND, UNDECIDED) if self.study.depths else ()
        return (CANNOT, *more, *((SAME,) if self.study.comparison is not None else ()))

    @property
    def notes(self) -> tuple[str, ...]:
        """How the table was read, and what was assumed."""
        clock = shown(self.study.answers.clock)
        read = tuple(said(note.words, self.setting) for note in self.study.answers.notes)
        return (*read, f"Time is counted in units of “{clock}”.", f"Assumed: {self._assumed()}.")

    def _assumed(self) -> str:
        words = {"fit": "fitted"}
        return ", ".join(
            f"{name} {words[value] if isinstance(value, str) else short(float(value))}"
            for name, value in self.study.settings.items()
        )

    def headline(self) -> str:
        """The finding in one paragraph."""
        return " ".join(self.findings())

    def findings(self) -> list[str]:
        """What was found, a sentence each."""
        many = len(self.study.fits)
        told = [f"{len(self.learned)} of {counted(many, 'learner')} show{'s' * (many == 1)} learning."]
        halves = np.array([fit.half_time for fit in self.learned.values()])
        clock = shown(self.study.answers.clock)
        if halves.size == 1:
            low, high = map(short, next(iter(self.learned.values())).interval)
            told.append(f"Half is learned at {short(halves[0])} [{low}, {high}], in units of “{clock}” from the start.")
        elif halves.size:
            middle, low, high = (short(float(each)) for each in (np.median(halves), halves.min(), halves.max()))
            told.append(f"Half is learned at {middle} (median; {low} to {high}), in units of “{clock}” from the start.")
        return told + self._on_depth() + self._on_curves() + self._on_posterior()

    def _on_depth(self) -> list[str]:
        if not self.study.depths:
            return []
        deeper = sum(found.is_deeper_than_one for found in self.study.depths.values())
        some_depths = list(self.study.depths.values())
        open_between = sum(found.interval[0] <= 2 and found.interval[1] >= 3 for found in some_depths)
        return [
            f"The curve of one layer (exponential) is ruled out in {deeper} of {counted(len(some_depths), 'learner')}; "
            f"two and three layers are both possible in {open_between}."
        ]

    def _on_curves(self) -> list[str]:
        found = self.study.comparison
        if found is None:
            return []
        others = [name for name in found.open if name != found.curves[0]]
        also = f"; not clearly worse: {', '.join(others)}" if others else ", clearly better than the others"
        return [f"Of the curves compared, {found.curves[0]} predicts held-out blocks best{also}."]

    def _on_posterior(self) -> list[str]:
        if self.study.posterior is None:
            return []
        posterior = self.study.posterior.group("posterior")
        told = []
        if "median_half_time" in posterior:
            low, middle, high = np.quantile(posterior["median_half_time"].values, [0.025, 0.5, 0.975])
            told.append(
                f"Together, by Bayes: the median half-time of such learners is {short(middle)} [{short(low)}, "
                f"{short(high)}]."
            )
        for name in ("depth", "lapse"):
            if name in posterior:
                low, middle, high = map(short, np.quantile(posterior[name].values, [0.025, 0.5, 0.975]))
                told.append(f"Their {name}, the same for all, is {middle} [{low}, {high}].")
        return told

    def warnings(self) -> list[str]:
        """What should not be overlooked."""
        told = []
        for name in ("independent answers", "chance", "lapse"):
            failed = [
                (learner, check)
                for learner, checks in self.study.checks.items()
                for check in checks
                if check.name == name and not check.holds
            ]
            if failed:
                whose = some([learner for learner, _ in failed])
                told.append(f"Not fulfilled: {name}, of {whose}: {failed[0][1].meaning}.")
        posterior = self.study.posterior
        if posterior is not None:
            told += posterior.problems
            odd = [name for name, p in posterior.predictive_p.items() if p < 0.005]
            if odd:
                told.append(
                    f"Predictive check: answers of {some(odd)} scatter more than those that the posterior simulates."
                )
        return told

    def numbers(self) -> list[dict[str, Any]]:
        """The rows of the table of numbers."""
        rows = []
        for name, fit in self.study.fits.items():
            row: dict[str, Any] = {
                "learner": shown(name, 24), "half-time": fit.half_time, "from": fit.interval[0],
                "to": "no end" if np.isinf(fit.interval[1]) else fit.interval[1], "10 to 90%": fit.width,
                "rate": fit.rate, "likelihood ratio": fit.likelihood_ratio,
            }  # fmt: skip
            if self.study.depths:
                found = self.study.depths.get(name)
                row["effective depth"] = (
                    "–" if found is None else f"{short(found.depth)} [{', '.join(map(short, found.interval))}]"
                )
            for end in ("floor", "ceiling"):
                if end in fit.intervals:
                    called = {"floor": "chance", "ceiling": "lapse"}[end] if fit.scale == "right answers" else end
                    row[called] = getattr(fit, called)
            rows.append(row)
        return rows

    def sections(self) -> list[Section]:
        """The figures."""
        names = list(self.study.fits)[:DRAWN]
        more = f" The first {DRAWN} of {len(self.study.fits)} learners." if len(self.study.fits) > DRAWN else ""
        found: list[Section] = [
            (
                "curves", "Answers and curves",
                "Dots: what was observed. Line: the fitted curve; gray line: when half was learned; dashed: without "
                f"knowledge. A learner without a curve shows no sign of learning.{more}", partial(_draw_curves, names),
            )
        ]  # fmt: skip
        if len(self.study.fits) > 1:
            found.append(
                (
                    "half_times", "Half-times",
                    "When each learner had learned half, with 95% intervals; an arrow: no upper end. A line without a "
                    "dot: no sign of learning, so that only short half-times are ruled out.", _draw_half_times,
                )
            )  # fmt: skip
        if self.study.posterior is not None:
            found.append(
                ("posterior", "Half-times, all learners together",
                 "Medians and 95% intervals of the posterior: learners of whom little is known move to the others.",
                 _draw_posterior)
            )  # fmt: skip
        if self.study.depths:
            found.append(
                ("depths", "Which depth do the curves look like?",
                 "How much less likely the answers are at each depth than at the best one; depths above the gray line "
                 "are ruled out. Layers that start unequally look shallower than they are.", _draw_depths)
            )  # fmt: skip
        if self.study.comparison is not None:
            found.append(
                ("comparison", "Other curves",
                 "How much worse each curve predicts blocks that it was not fitted to, over all learners, with "
                 "standard errors. Within two standard errors of 0 it may be as good as the best.", _draw_comparison)
            )  # fmt: skip
        return found

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the numbers assume, of the learner who keeps it least."""
        found = []
        for name in ("independent answers", "chance", "lapse"):
            checks = [each for checks in self.study.checks.values() for each in checks if each.name == name]
            if checks:
                rarest = name != "independent answers"  # a probability; that is a ratio
                found.append(min(checks, key=partial(_badness, rarest)))
        if self.study.answers.is_score:
            found.append(
                Assumption("normal errors", 0.0, 0.0, True, "errors of scores are taken to be normal and independent")
            )
        return tuple(found)

    @property
    def snippet(self) -> str:
        """How to go on in Python."""
        chosen = ", ".join(f"{name}={value!r}" for name, value in self.study.settings.items())
        values, law = (
            ("score", "fit_score_curve") if self.study.answers.is_score else ("correct, trials", "fit_learning_curve")
        )
        lines = [
            "import ontogeny as on",
            f"fit = on.fitting.{law}(time, {values}, {chosen})  # of one learner",
            "fit.to_dataframe()",
        ]
        if not self.study.answers.is_score:
            lines.append(f"together = on.fitting.fit_hierarchical(table, {chosen})  # learner, time, correct, trials")
        return "\n".join(lines)

    @property
    def references(self) -> str:
        """What to cite."""
        return "\n\n".join([*map(cite, PAPERS), software()])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Name of each file and its table."""
        found = {"fits": self.study.to_dataframe(), "answers": self.study.answers.blocks}
        if self.study.depths:
            parts = [each.to_dataframe().assign(learner=name) for name, each in self.study.depths.items()]
            found["depths"] = pd.concat(parts, ignore_index=True)[["learner", "depth", "log_likelihood"]]
        if self.study.comparison is not None:
            found["comparison"] = self.study.comparison.to_dataframe()
        if self.study.checks:
            rows = [
                {"learner": name, **vars(check)} for name, checks in self.study.checks.items() for check in checks
            ]  # fmt: skip
            found["checks"] = pd.DataFrame(rows)
        if self.study.posterior is not None:
            found["posterior"] = self.study.posterior.to_dataframe()
            found["posterior_diagnostics"] = self.study.posterior.diagnostics()
        return found

    def document(self) -> dict[str, Any]:
        """The finding for machines."""
        found: dict[str, Any] = {
            "learners": self.study.to_dataframe().to_dict("records"),
            "clock": self.study.answers.clock,
            "findings": [*self.findings(), CANNOT],
            "notes": list(self.notes),
        }
        if self.study.comparison is not None:
            found["curves"] = self.study.comparison.to_dataframe().to_dict("records")
        return found


def _badness(is_probability: bool, check: Assumption) -> float:
    return check.measured if is_probability else -check.measured


def _draw_curves(names: list[str], study: FitStudy) -> drawn:
    wide = min(WIDE, len(names))
    high = -(-len(names) // wide)

    def draw(grid: Any) -> None:
        panels = list(np.ravel(grid))
        for ax, name in zip(panels, names, strict=False):
            draw_learner(study, name, ax)
        for ax in panels[len(names) :]:
            ax.set_visible(False)

    return drawn(3.4 if wide == 1 else 2.1 * high, draw, rows=high, columns=wide, squeeze=False)


def draw_learner(study: FitStudy, name: str, ax: Axes) -> None:
    """The curve of one learner over what was observed."""
    blocks = study.answers.blocks[study.answers.blocks["learner"] == name]
    values = (blocks["score"],) if study.answers.is_score else (blocks["correct"], blocks["trials"])
    plot.learning_curve_fit(study.fits[name], blocks["time"], *values, ax=ax)
    ax.set_xlabel(shown(study.answers.clock, 24))
    if len(study.fits) > 1:
        ax.set_title(shown(name, 24), fontsize=9)
        ax.yaxis.label.set_fontsize(8)


def _height(study: FitStudy) -> float:
    return min(1.2 + 0.22 * len(study.fits), 8.0)


def _draw_half_times(study: FitStudy) -> drawn:
    return drawn(_height(study), lambda ax: plot.half_times(study.fits, ax=ax))


def _draw_posterior(study: FitStudy) -> drawn:
    posterior = study.posterior
    assert posterior is not None  # the section is there only with it
    return drawn(_height(study), lambda ax: plot.half_times(posterior, ax=ax))


def _draw_depths(study: FitStudy) -> drawn:
    return drawn(3.4, lambda ax: plot.effective_depths(study.depths, ax=ax))


def _draw_comparison(study: FitStudy) -> drawn:
    comparison = study.comparison
    assert comparison is not None  # the section is there only with it
    return drawn(2.8, lambda ax: plot.curve_comparison(comparison, ax=ax))
