"""Two tables side by side, in sentences, numbers and figures that need no mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import plot
from .._core.counting import counted
from .._core.notes import Note, Writer, said
from .._core.papers import cite
from ..semantics.acquired import MEASURES
from ..semantics.distinctions import MATCHED
from ..validity import Assumption
from .comparison_study import ComparisonStudy
from .drawing import Section, drawn
from .phrasing import number, some

if TYPE_CHECKING:
    import pandas as pd

HEADING = 18  # letters of a name that fits above a column
FEW = 10  # items up to which little can be said
MOST_ROWS = 50_000  # of the table of pairs
ORDERS = (
    (0.999, "in the same order"),
    (0.7, "in nearly the same order"),
    (0.3, "in a similar order"),
    (-1.0, "in another order"),
)


class ComparisonWords:
    """Plain words for a comparison of two tables."""

    title = "Two tables side by side"
    notes_title = "How the tables were read"
    numbers_title = "The distinctions, in the order in which the first table learns them"

    def __init__(self, study: ComparisonStudy, setting: Writer = str) -> None:
        self.setting = setting
        self.found, self.names = study.comparison, study.names
        self.short = self.names if max(map(len, self.names)) <= HEADING else ("A", "B")
        self.name = f"{self.names[0]} and {self.names[1]}"
        self.question = (
            f"Do “{self.names[0]}” and “{self.names[1]}” agree in which items are alike, which distinctions there are, "
            "and which of them are learned first?"
        )

    @property
    def numbers_note(self) -> str:
        """What the table of distinctions says."""
        letters = f"A is “{self.names[0]}”, B is “{self.names[1]}”. " if self.short != self.names else ""
        return (
            f"{letters}Time is relative to when half of its own table is learned, because tables with more or larger "
            "features are learned faster; “a | b” is features a against features b. “match” is the correlation of the "
            f"two distinctions over the items, whatever its sign; from {MATCHED} on they count as the same. “by "
            "chance” is the best match after the items are shuffled."
        )

    def headline(self) -> str:
        """The finding in one paragraph."""
        items = len(self.found.rows)
        return f"{self._alike(items)} {self._distinguished()}"

    def _alike(self, items: int) -> str:
        one = self.found.agreement[0]
        if np.isnan(one.value):
            return (
                f"The tables share {items} items, but in one of them all pairs are equally similar, so that their "
                "similarities cannot be compared."
            )
        interval = "" if np.isnan(one.low) else f", 95% interval {one.low:.2f} to {one.high:.2f}"
        return (
            f"About which of the {items} shared items are alike, the tables agree by {one.value:.2f} (rank correlation "
            f"over {one.n} pairs{interval}; shuffled items agree as well in {_share(one.p)} of cases)."
        )

    def _distinguished(self) -> str:
        tau = next(one for one in self.found.agreement if one.of == "distinctions")
        first = len({one.first_modes for one in self.found.distinctions} - {()})
        second = len({one.second_modes for one in self.found.distinctions} - {()})
        shared = len({one.first_modes for one in self.found.matched})
        beyond = len({one.first_modes for one in self.found.matched if one.match > one.by_chance})
        text = (
            f"{counted(shared, 'distinction')} {'has' if shared == 1 else 'have'} a match in the other table, of "
            f"{first} in “{self.names[0]}” and {second} in “{self.names[1]}” ({beyond} of these match better than "
            "shuffled items)"
        )
        if np.isnan(tau.value):
            return f"{text}: too few to compare their order."
        order = next(words for least, words in ORDERS if tau.value >= least)
        return (
            f"{text}; they are learned {order} (Kendall's tau {tau.value:.2f}; a random order agrees as well in "
            f"{_share(tau.p)} of cases)."
        )

    def warnings(self) -> list[str]:
        """What should not be relied on, a sentence each."""
        found, items = [], len(self.found.rows)
        if items <= FEW:
            found.append(f"Only {items} items are shared, which leaves much to chance.")
        shared = self.found.matched
        weak = [one for one in shared if one.match <= one.by_chance]
        if weak:
            found.append(f"Matches no better than those of shuffled items: {len(weak)} of {len(shared)} distinctions.")
        for name, record in zip(self.names, self.found.records, strict=True):
            found += [
                f"“{name}”, not fulfilled: {check.name}. {check.meaning[0].upper()}{check.meaning[1:]}."
                for check in record.validity.assumptions
                if not check.holds and check.name != "modes can be told apart"
            ]
        return found

    @property
    def notes(self) -> list[str]:
        """How the tables were read, and which items have no partner."""
        found = []
        for name, record, alone in zip(self.names, self.found.records, self.found.unshared, strict=True):
            notes: list[Note] = [note for note in record.environment.notes if note.kind != "unshared"]
            found += [f"{name}: {said(note.words, self.setting)}" for note in notes]
            if alone:
                found.append(f"{name}: {counted(len(alone), 'item')} not in the other table, left out: {some(alone)}.")
        return found

    def numbers(self, most: int | None = None) -> list[dict[str, Any]]:
        """The rows of the table of distinctions, with what each table separates."""
        first, second = self.short
        return [
            {
                f"in {first}": one.first_separates or "–", f"in {second}": one.second_separates or "–",
                "match": f"{one.match:.2f}", "by chance": f"{one.by_chance:.2f}",
                f"time, {first}": number(one.first_time), f"time, {second}": number(one.second_time),
            }
            for one in self.found.distinctions[:most]
        ]  # fmt: skip

    def respects(self) -> list[dict[str, Any]]:
        """The rows of the table of agreement."""
        words = {"similarity": "which items are alike", "distinctions": "order of shared distinctions"}
        return [
            {
                "agreement in": words.get(one.of, f"when items are known: {one.of.replace('_', ' ')}"),
                "measure": one.statistic.capitalize(), "value": _correlation(one.value),
                "95% interval": "–" if np.isnan(one.low) else f"{one.low:.2f} to {one.high:.2f}",
                "p": number(one.p), "n": one.n,
            }
            for one in self.found.agreement
        ]  # fmt: skip

    @property
    def measures(self) -> str:
        """What the measures of when an item is known mean."""
        return "; ".join(f"{name.replace('_', ' ')}: {meaning}" for name, meaning in MEASURES.items())

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the report by their names."""
        names = ["agreement", "distinctions", "items"]
        names += ["pairs"] * (self.found.agreement[0].n <= MOST_ROWS)
        return {name: self.found.to_dataframe(name) for name in names}

    def sections(self) -> list[Section]:
        """The figures."""
        similar = (
            "Each dot is a pair of items: its similarity (cosine of the rows) in either table. On the gray line both "
            "tables say the same; the pairs that differ most have names."
        )
        learned = (
            "Each dot is a distinction that both tables make: when half of it is learned, relative to when half of the "
            "table is. Larger dots match better; names are those of the first table. On the gray line it comes equally "
            "early in both; dots that rise from left to right are learned in the same order."
        )
        return [
            ("similarities", "Which items are alike", similar, _draw_similarities),
            ("distinctions", "Which distinctions are learned when", learned, _draw_distinctions),
        ]

    @property
    def checked(self) -> list[tuple[str, tuple[Assumption, ...]]]:
        """The assumptions behind the times, measured in either table."""
        records = zip(self.names, self.found.records, strict=True)
        return [(name, tuple(record.validity.assumptions)) for name, record in records]

    @property
    def references(self) -> str:
        """BibTeX of the law behind the times, and of the software."""
        return cite(self.found)


def _share(p: float) -> str:
    return "less than 1%" if p < 0.01 else f"{100 * p:.0f}%"


def _correlation(value: float) -> str:
    return "–" if np.isnan(value) else f"{round(value, 2) + 0.0:.2f}"  # 0.00, not -0.00


def _draw_similarities(study: ComparisonStudy) -> drawn:
    return drawn(5.0, lambda ax: plot.compared_similarities(study.comparison, names=study.names, ax=ax))


def _draw_distinctions(study: ComparisonStudy) -> drawn:
    return drawn(5.0, lambda ax: plot.compared_distinctions(study.comparison, names=study.names, ax=ax))
