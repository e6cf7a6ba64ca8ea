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
NEARLY_ALL = 0.99  # of the task
STANDING = (
    "Established: two pathways of linear layers with one task compete, and early deficits divide it for good (Shi et "
    "al. 2022; Kleinman et al. 2024). Derived for this package: the law of the residual dose, from which the "
    "windows come.",
    "Deeper is not always worse: what decides is the dose of residual that one pathway had alone, and the strength of "
    "the task. What both do together recovers in any case; what may be lost is the division between them.",
    "Whether it is lost for good hangs on the kind of deficit and not on depth: a frozen pathway finds no residual "
    "left when it opens, a silenced one finds all of it while the other is closed.",
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
    standing = STANDING

    def __init__(self, study: CriticalPeriodStudy, setting: Writer = str) -> None:
        self.study, self.settings = study, study.settings
        self.many = len(self.settings["target"]) > 1

    def headline(self) -> str:
        """The finding in one paragraph."""
        share, other = (float(each.shares[-1, 0]) for each in (self.study.course, self.study.other))
        kind, unlike = (KINDS[each.deficit] for each in (self.study.course, self.study.other))
        both = float(self.study.course.strengths[-1, :, 0].sum() / self.settings["target"][0])
        mode = "of the first mode " * self.many
        text = f"Where {kind}, the second pathway does {percent(share)} {mode}of what both do in the end"
        text += (
            f", and both together {percent(both)} of the task. " if both < NEARLY_ALL else ", which is the whole task. "
        )
        if abs(share - other) < UNTOUCHED:
            return text + f"It would be the same where {unlike}."
        return text + f"Where {unlike}, it would do {percent(other)}."

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
                "The course in the plane of both strengths. On the gray line the task is learned, and nothing drives "
                "learning any more: where the course meets it is where it stays.", _draw_portrait,
            ),
            (
                "windows", "Windows",
                f"Share of the second pathway in the end, if it is closed (frozen) for "
                f"{short(self.settings['window_length'])} "
                "half-times from each onset on; one half-time is the time to learn half of the task undisturbed. Half "
                "is no effect. Windows close more sharply the deeper the pathways are.", _draw_windows,
            ),
            (
                "depths", "The same deficits at other depths",
                "Share of the second pathway in the end, for pathways of more and more layers that start equally "
                "strong.",
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
            f"The second pathway is open {_open(each, 1)} and the first {_open(each, 0)} from {short(each['onset'])} "
            f"to {short(each['end'])} tau"
            + (f", while the task is {short(each['signal'])} times as large." if "signal" in each else ".")
            for each in self.settings["deficits"]
        ]
        decay = self.settings["weight_decay"]
        return (
            f"Each pathway has {layers} layer{'s' * (layers > 1)}; their weights start at {short(first)} and "
            f"{short(second)}" + f" and decay at a rate of {short(decay)}." * (decay > 0) + "." * (decay == 0),
            *(told or ["Nothing is lacking at any time."]),
            f"Undisturbed, half of the task is learned at t = {short(self.study.half_time)}.",
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
    return {0.0: "not at all", 1.0: "fully"}.get(float(share), f"to {percent(float(share))}")


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
