"""Two pathways through a deficit, in sentences, numbers and figures that need no mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import plot
from .._core.digits import short
from .._core.notes import Writer
from .._core.papers import cite, software
from .._core.ties import EQUAL
from ..plasticity.pathways import Pathways
from ..validity import Assumption
from .critical_period_study import CriticalPeriodStudy
from .drawing import Section, drawn
from .phrasing import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAPERS = ("shi2022", "kleinman2024")
KINDS = {
    "freeze": "a closed pathway goes on contributing and does not learn (freeze)",
    "silence": "no signal passes a closed pathway (silence)",
}
UNTOUCHED = 0.01  # by which a share may differ from an undisturbed one and count as the same
NEARLY_ALL, NOTHING = 0.99, 1e-6  # of the task
ESTABLISHED = (
    "Established: two pathways of linear layers with one task compete, and early deficits divide it for good (Shi et "
    "al. 2022; Kleinman et al. 2024). Derived for this package: the law of the residual dose, from which the "
    "windows come."
)
DEEPER = (
    "Deeper is not always worse: what decides is the dose of residual that one pathway had alone, and the strength of "
    "the task."
)
RECOVERS = "What both do together recovers in any case; what may be lost is the division between them."
DECAYS = (
    "Weight decay forgets a deficit of pathways of one layer, keeps that of two, and loses the pathway that is behind "
    "where there are three or more. Both together stay below the task."
)
FOR_GOOD = (
    "What comes back hangs on the kind of deficit: a frozen pathway has only the residual that the other has left, a "
    "silenced one has all of it while the other is closed, if that lasts long enough: the deeper, the longer."
)


class CriticalPeriodWords:
    """Plain words for a study of a critical period."""

    name = "critical-period"
    title = heading = "What does a deficit leave behind, and when does it have to come?"
    question = (
        "Two pathways, such as two eyes, learn one task together. One of them is closed for a while. What does each do "
        "in the end, and at what time is a deficit too late to matter?"
    )
    notes_title = "Settings"
    numbers_title = "What each pathway does in the end"

    def __init__(self, study: CriticalPeriodStudy, setting: Writer = str) -> None:
        self.study, self.settings = study, study.settings
        self.many = len(self.settings["target"]) > 1

    @property
    def standing(self) -> tuple[str, ...]:
        """What is established, and what is not."""
        return (ESTABLISHED, DEEPER, DECAYS if self.settings["weight_decay"] else RECOVERS, FOR_GOOD)

    def headline(self) -> str:
        """The finding in one paragraph."""
        kind, unlike = (KINDS[each.deficit] for each in (self.study.course, self.study.other))
        both = float(self.study.course.strengths[-1].sum() / sum(self.settings["target"]))
        if both < NOTHING:
            return "Nothing is learned: weights decay faster than the task makes them grow."
        share, other = (self._shares(each) for each in (self.study.course, self.study.other))
        whole = ", which is the whole task"
        all_of_it = whole if both >= NEARLY_ALL else f", and both together {percent(both)} of the task"
        text = f"Where {kind}, the second pathway does {share} of what both do in the end{all_of_it}. "
        shares = [each.shares[-1] for each in (self.study.course, self.study.other)]
        if np.max(np.abs(shares[0] - shares[1])) < UNTOUCHED:
            return text + f"It would be the same where {unlike}."
        return text + f"Where {unlike}, it would do {other}."

    def _shares(self, course: Pathways) -> str:
        """Share of the second pathway in the end, of each mode if there are several."""
        found = [percent(float(share)) if np.isfinite(share) else "nothing" for share in course.shares[-1]]
        if not self.many:
            return found[0]
        return ", ".join(f"{share} (mode {mode})" for mode, share in enumerate(found, start=1))

    def warnings(self) -> list[str]:
        """What should not be overlooked."""
        first, second = self.settings["initial_weights"]
        found = []
        if self.settings["depth"] > 2 and abs(first - second) > EQUAL * max(first, second):
            found.append(
                "The pathways do not start alike. With three layers or more a small lead decides the race without any "
                "deficit, so compare with the same start and no deficits."
            )
        if self.settings["weight_decay"] > 0 and self.settings["depth"] > 2:
            found.append(
                "With weight decay and three layers or more the pathway that is behind is lost in the end, however "
                "small the difference."
            )
        return found

    def sections(self) -> list[Section]:
        """The figures."""
        return [
            (
                "course", "Both pathways over time",
                "Strength of each pathway and of both together; gray is where one of them is not fully open. "
                + f"Here {KINDS[self.settings['deficit']]}." + " The first mode is drawn." * self.many,
                _draw_course,
            ),
            (
                "other", "The same with the other kind of deficit",
                f"Here {KINDS[self.study.other.deficit]}.", _draw_other,
            ),
            (
                "portrait", "One against the other",
                "The course in the plane of both strengths. On the gray line the task is learned"
                + (", which decaying weights never do in full." if self.settings["weight_decay"] else
                   ", and nothing drives learning any more: where the course meets it is where it stays.")
                + " The first mode is drawn." * self.many, _draw_portrait,
            ),
            (
                "windows", "Windows",
                f"Share of the second pathway in the end, if both start alike and it is closed (frozen) for "
                f"{short(self.settings['window_length'])} "
                "half-times from each onset on; one half-time is the time to learn half of the task undisturbed. Half "
                "is no effect. Windows close more sharply the deeper the pathways are."
                + " The task is the first mode." * self.many, _draw_windows,
            ),
            (
                "depths", "The same deficits at other depths",
                "Share of the second pathway in the end, for pathways of more and more layers that start equally "
                "strong." + " The task is the first mode." * self.many,
                _draw_depths,
            ),
        ]  # fmt: skip

    def numbers(self) -> list[dict[str, Any]]:
        """The rows of the table of numbers."""
        rows = []
        for course in (self.study.course, self.study.other):
            for mode, goal in enumerate(self.settings["target"]):
                first, second = course.strengths[-1, :, mode]
                named = f"{course.deficit}, mode {mode + 1}" if self.many else course.deficit
                rows.append(
                    {"": named, "first": first, "second": second, "share of the second": course.shares[-1, mode],
                     "together, of the task": (first + second) / goal}
                )  # fmt: skip
        return rows

    numbers_note = (
        "Strength is how much of the task a pathway does by itself. With freeze a closed pathway goes on contributing "
        "and does not learn; with silence no signal passes it."
    )

    @property
    def notes(self) -> tuple[str, ...]:
        """The settings, a sentence each."""
        first, second = self.settings["initial_weights"]
        layers = self.settings["depth"]
        told = [
            f"From {short(each['onset'])} to {short(each['end'])} tau the first pathway is {_open(each, 0)} and the "
            f"second {_open(each, 1)}{_signal(each)}."
            for each in self.settings["deficits"]
        ]
        decay = self.settings["weight_decay"]
        return (
            f"Each pathway has {layers} layer{'s' * (layers > 1)}; their weights start at {short(first)} and "
            f"{short(second)}" + f" and decay at a rate of {short(decay)}." * (decay > 0) + "." * (decay == 0),
            *(told or ["Nothing is lacking at any time."]),
            f"Undisturbed, half of the task is learned at t = {short(self.study.half_time)}."
            if np.isfinite(self.study.half_time)
            else "Half of the task is never learned, disturbed or not.",
        )

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the numbers assume."""
        return (
            Assumption(
                "gradient flow", 0.0, 0.0, True,
                "small steps are assumed: large steps of gradient descent balance pathways again",
            ),
            Assumption(
                "equal layers", 0.0, 0.0, True, "layers of a pathway start equally strong, along the modes of the task"
            ),
        )  # fmt: skip

    @property
    def snippet(self) -> str:
        """How to go on in Python."""
        chosen = self.settings
        deficits = [
            (each["onset"], each["end"], tuple(each.get("open", (1.0, 0.0))), each.get("signal", 1.0))
            for each in chosen["deficits"]
        ]
        return (
            "import ontogeny as on\n"
            f"segments = on.plasticity.schedule({deficits}, {chosen['until']!r})\n"
            f"found = on.plasticity.two_pathways(segments, target={chosen['target']}, depth={chosen['depth']},\n"
            f"    initial_weights={tuple(chosen['initial_weights'])}, deficit={chosen['deficit']!r}, "
            f"weight_decay={chosen['weight_decay']!r})\n"
            "on.plot.pathway_strengths(found)"
        )

    @property
    def references(self) -> str:
        """What to cite."""
        return "\n\n".join([*map(cite, PAPERS), software()])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Name of each file and its table."""
        return {
            "ends": pd.DataFrame(self.numbers()).rename(columns={"": "deficit"}),
            "course": self.study.course.to_dataframe(),
            "windows": self.study.windows.to_series().reset_index(),
            "by_depth": self.study.by_depth.to_series().reset_index(),
        }

    def document(self) -> dict[str, Any]:
        """The finding for machines."""
        return {
            "settings": dict(self.settings),
            "half_time": self.study.half_time,
            "ends": pd.DataFrame(self.numbers()).rename(columns={"": "deficit"}).to_dict("records"),
            "windows": self.study.windows.to_series().reset_index().to_dict("records"),
            "by_depth": self.study.by_depth.to_series().reset_index().to_dict("records"),
        }


def _open(deficit: dict[str, Any], pathway: int) -> str:
    share = tuple(deficit.get("open", (1.0, 0.0)))[pathway]
    return {0.0: "closed", 1.0: "open"}.get(float(share), f"open to {percent(float(share))}")


def _signal(deficit: dict[str, Any]) -> str:
    return f"; the task is {percent(float(deficit['signal']))} as large" if "signal" in deficit else ""


def _draw_course(study: CriticalPeriodStudy) -> drawn:
    return drawn(4.2, lambda ax: plot.pathway_strengths(study.course, ax=ax))


def _draw_other(study: CriticalPeriodStudy) -> drawn:
    return drawn(4.2, lambda ax: plot.pathway_strengths(study.other, ax=ax))


def _draw_portrait(study: CriticalPeriodStudy) -> drawn:
    def draw(ax: Axes) -> None:
        both: tuple[Pathways, ...] = (study.course, study.other)
        for course, hue, dashes in zip(both, ("C0", "C1"), ("-", "--"), strict=True):
            plot.pathway_portrait(course, ax=ax, label=course.deficit, color=hue, linestyle=dashes)
        handles, names = ax.get_legend_handles_labels()
        known = dict(zip(names, handles, strict=True))
        ax.legend(known.values(), known.keys(), loc="best")

    return drawn(4.6, draw)


def _draw_windows(study: CriticalPeriodStudy) -> drawn:
    def draw(ax: Axes) -> None:
        plot.lines(study.windows, logarithmic=False, ax=ax, markersize=3)
        ax.set(xlabel="onset of the deficit [half-times]", ylabel="share of the second pathway", ylim=(0, 0.55))

    return drawn(4.2, draw)


def _draw_depths(study: CriticalPeriodStudy) -> drawn:
    def draw(ax: Axes) -> None:
        plot.lines(study.by_depth, logarithmic=False, ax=ax)
        top = float(np.nanmax(study.by_depth.values))
        ax.set(
            xlabel="layers of each pathway", ylabel="share of the second pathway", ylim=(-0.02, max(0.55, 1.1 * top))
        )

    return drawn(4.2, draw)
