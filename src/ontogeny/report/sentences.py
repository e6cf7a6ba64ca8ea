"""What a study found, in sentences that need no mathematics."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.counting import counted
from .._core.digits import short
from .._core.notes import Writer, said
from .._core.shown import shown
from .._core.ties import EQUAL
from ..networks.comparison import Deviation
from ..semantics.illusions import NOTICEABLE
from .phrasing import percent
from .studies import Study
from .tables import missing_cells, modes, separates

MOST_ASTRAY = 100  # errors on the way that are listed one by one; a table has all of them
ORDINARY = ("modes can be told apart", "balanced start", "modes start apart")  # not fulfilled by most runs


class Sentences:
    """Plain words for every figure of a study."""

    def __init__(self, study: Study, setting: Writer = str) -> None:
        self.study, self.setting = study, setting
        self.modes = modes(study)
        self.named = separates(study)
        self.shared = self.modes["shared_by_all"].to_numpy()
        self.end = float(study.theory.time[-1])
        self.filled = missing_cells(study).to_dict("records") if study.environment.has_missing else []
        self.astray: list[dict[Any, Any]] = []
        self.astray_count = 0
        if study.names_items:
            found, least = study.illusions, (NOTICEABLE + EQUAL) * study.illusions.scale
            self.astray_count = int(np.sum(np.abs(found.excess[~np.isnan(found.peak_time)]) > least))
            self.astray = found.to_dataframe(min(MOST_ASTRAY, self.astray_count)).to_dict("records")

    def headline(self) -> str:
        """The finding in one paragraph."""
        text = self._when_learned() + self._followed() + self._left_over()
        if self.astray:
            text += self._wrong(self.astray[0]) + " "
        return text + self.follow()

    def clock(self) -> str:
        """How time is counted and drawn."""
        text = "Time is learning rate times the number of steps through the table (in units of τ = 1 / learning rate)."
        if self.study.first_time is not None:
            text += (
                f" It is drawn on a logarithmic axis from t = {short(self.study.first_time, 2)} on, because most of a "
                "linear one would be flat."
            )
        return text

    def warnings(self) -> list[str]:
        """What does not hold here, a sentence each; ties and random starts are usual and not mentioned."""
        checks = {
            check.name: check.meaning
            for record in (self.study.theory, self.study.networks)
            for check in record.validity.assumptions
            if not check.holds and check.name not in ORDINARY
        }
        scales = [said(note.words, self.setting) for note in self.study.environment.notes if note.kind == "scales"]
        return [
            *scales,
            *self._many_items(),
            *self._nothing_to_project(),
            *(f"Not fulfilled: {name}. {meaning[0].upper()}{meaning[1:]}." for name, meaning in checks.items()),
        ]

    def notes(self) -> list[str]:
        """What was done to the table and noticed in it, a sentence each."""
        return [said(note.words, self.setting) for note in self.study.environment.notes]

    def _many_items(self) -> list[str]:
        count = len(self.study.environment.items)
        if self.study.names_items:
            return []
        if self.study.environment.is_streamed:
            return [
                "The table was read in pieces, so that the report does not look at single rows (the table itself, "
                "differentiation, illusory correlations, typicality); to see them, write some rows to a file."
            ]
        return [
            f"With {count:,} items the report does not look at single ones (the table itself, differentiation, "
            "illusory correlations, typicality); to see them, take a sample of the rows (df.sample(2000))."
        ]

    def _nothing_to_project(self) -> list[str]:
        found = self.study.phenomena.projection
        if found is None or not np.isnan(found.width).all():
            return []
        item = next(iter(found.taught))
        item = shown(item)
        return [f"A new property of “{item}” does not generalize: “{item}” has no features that others could share."]

    def _when_learned(self) -> str:
        told = np.flatnonzero(~self.shared)
        count = self.study.environment.spectrum().groups.size - int(self.shared.sum())
        if not told.size:
            return f"All that this table holds is what its items share, {self._common()}. "
        first, last = int(told[0]), int(told[-1])
        if count == 1 and not self.shared.any():
            return f"This table holds a single distinction, “{self.named[0]}”, half learned at {self._when(0)}. "
        opening = f"A network that learns this table learns {counted(count, 'distinction')}"
        if self.shared[0] and self.study.theory.depth > 1:
            opening = f"A network that learns this table first learns what most items share, {self._common()}, then "
            opening += counted(count, "distinction")
        elif self.shared.any():
            opening = f"A network that learns this table learns what most items share, {self._common()}, and "
            opening += counted(count, "distinction")
        if count == 1:
            return f"{opening}, “{self.named[first]}”, half learned at {self._when(first)}. "
        if first == last:
            return f"{opening}, all equally strong and learned together, half at {self._when(0)}. "
        if self.study.theory.depth == 1:
            return f"{opening}, all at the same pace: each is half learned at {self._when(first)}. "
        return (
            f"{opening}, the strongest first: “{self.named[first]}” is half learned at {self._when(first)}, "
            f"“{self.named[last]}” at {self._when(last)} (time is learning rate times steps). "
        )

    def _common(self) -> str:
        """What all items share, and when it is learned."""
        shared = np.flatnonzero(self.shared).tolist()
        return " and ".join(f"“{self.named[group]}” (half learned at {self._when(group)})" for group in shared)

    def _followed(self) -> str:
        count, followed = self.study.environment.spectrum().groups.size, self.study.followed
        if followed == count:
            return ""
        units = self.study.networks.provenance.settings["hidden_units"]
        return (
            f"Of these {count} modes the {followed} strongest are followed here: the run ends when they are learned, "
            f"and the trained networks have {units} hidden units, room for {min(units, count)} of the {count}. "
        )

    def _left_over(self) -> str:
        groups = self.study.environment.spectrum().groups[: self.study.followed]
        late = np.flatnonzero((self.modes["half_time"].to_numpy() > self.end) & ~self.shared)
        count = int(np.isin(groups, late).sum())
        if not count:
            return ""
        are = "are" if count > 1 else "is"
        return f"The run ends at t = {short(self.end)}, before {count} of them {are} half learned. "

    def world(self) -> str:
        """Caption of the table."""
        world = self.study.environment
        sorted_by = "category" if world.category is not None else "similarity"
        return (
            f"Every row is one of {counted(len(world.items), 'item')}, every column one of "
            f"{counted(len(world.features), 'feature')}; rows "
            f"are sorted by {sorted_by}. The input of the network is an item, its target output the features."
        )

    def loadings(self) -> str:
        """Caption of the loadings."""
        tied = int(self.study.environment.spectrum().is_tied.sum())
        text = (
            "A mode is one distinction in the table: features with bars to the right go together, and contrast with "
            "those with bars to the left, if there are any. The taller its bar in the first panel (its singular "
            "value), the more of the table it explains and the sooner it is learned."
        )
        if tied:
            text += (
                f" {tied} modes have the same strength as another one; these are learned together, and only their "
                "group as a whole has a meaning."
            )
        return text

    def courses(self) -> str:
        """Caption of the courses."""
        if self.study.theory.depth == 1:
            return "Without a hidden layer the learning of every mode starts at once, and all take equally long."
        return (
            "With a hidden layer each mode stays near zero, then is learned quickly: learning proceeds in stages, "
            "strong modes first. Thick lines are theory, thin lines are networks trained from small random weights. "
            "Without a hidden layer (below) all modes are learned from the start"
            + (" and at the same pace." if self.study.environment.is_white else ".")
        )

    def stages(self) -> str:
        """Caption of the learning times."""
        text = "Each dot marks when half of a mode is learned, its bar runs from a tenth to nine tenths."
        if self.study.theory.depth > 1:
            alike = "all share one dot" if self.study.environment.is_white else "they wait less"
            text += f" With a hidden layer, weak modes start later and take longer; without one, {alike}."
        return text

    def loss(self) -> str:
        """Caption of the error."""
        if self.study.theory.depth == 1:
            return "The error falls smoothly: a network without hidden layer has no stages."
        return (
            "With a hidden layer the error stays on a plateau at first, then drops with every mode that is learned: "
            "steeply for the strong ones, more slowly for the weak ones that follow. Without one it falls smoothly "
            "from the start."
        )

    def answers(self) -> str:
        """Caption of the answers for one item."""
        return (
            f"The item with the largest errors on the way, summed over its features. {self._lines()}; the right "
            "answers are where the lines end. Shown are the features whose answers go "
            "farthest beyond where they begin and end. An answer first follows what is true of the larger group that "
            "the item belongs to, and is corrected when a finer distinction is learned."
        )

    def illusions(self) -> str:
        """Caption of the wrong answers."""
        return (
            self._wrong(self.astray[0])
            + f" In all, {percent(self.study.illusions.share())} of the answers are wrong in this way for a while, by "
            f"more than {percent(NOTICEABLE)} of the largest right answer{self._overshooting()}. Early distinctions "
            "are too coarse: what is true of the larger group is attributed to the item until a finer distinction is "
            "learned. The figure shows the largest of these errors, one for each feature, with the modes (as numbered "
            f"above) that create and remove each. {self._lines()}."
        )

    def _lines(self) -> str:
        return "Thick lines are theory, thin lines trained networks" if self.study.follows else "Lines are theory"

    def follow(self) -> str:
        """How well the trained networks agree with the theory."""
        record, count = self.study.deviation, self.study.networks.dataset.sizes["seed"]
        networks = f"{_spelled_out(count)} trained network{'s' * (count > 1)}"
        if record is None:
            if not self.filled:
                typical, worst = self._apart()
                return (
                    "The theory is the integrated gradient flow, because modes interfere here; "
                    f"{networks[0].lower()}{networks[1:]} with small random weights stay within {typical} of a mode’s "
                    f"final strength typically, {worst} at worst."
                )
            return (
                f"{counted(len(self.filled), 'cell')} of the table took no part in learning; the theory is the "
                "integrated gradient flow. What networks say of them in the end is in the tables below: over "
                f"{networks[0].lower()}{networks[1:]} it varies by {short(self._spread(), 2)} (standard deviation, "
                "median)."
            )
        typical, worst = percent(record.typical), percent(record.largest)
        closeness = f"within {typical} of a mode’s final strength typically, {worst} at worst"
        if record.largest < 1e-3:
            closeness = "within 0.1% of a mode’s final strength all the way"
        if not self.study.follows and self.study.theory.depth > 2:
            return self._trusted(networks, record)
        if not self.study.follows:
            return (
                f"{networks} did not follow the theory closely: the difference is {typical} of a mode’s final strength "
                f"typically and {worst} at worst; “When this holds” lists which assumptions are met."
            )
        return (
            f"{networks} follow{'s' * (count == 1)} the theory, {'each ' * (count > 1)}from its own initial strengths "
            f"and with its own step size, to {closeness}."
        )

    def _apart(self) -> tuple[str, str]:
        """How far networks are from the integrated theory, typically and at worst, in percent of final strengths."""
        theory, networks = self.study.theory, self.study.networks
        shown = slice(self.study.followed)
        course = theory.dataset["mode_strength"].values[:, shown]
        times = networks.time
        expected = np.stack([np.interp(times, theory.time, one) for one in course.T], axis=1)
        off = (networks.dataset["mode_strength"].values[:, :, shown] - expected) / np.abs(course).max(axis=0)
        return percent(float(np.sqrt(np.mean(off**2)))), percent(float(np.abs(off).max()))

    def _spread(self) -> float:
        """How far networks differ in what they say of missing cells."""
        return float(np.median([row["deviation"] for row in self.filled]))

    def _trusted(self, networks: str, record: Deviation) -> str:
        """What can be trusted where layers do not start balanced."""
        measured, predicted = record.half_times
        both = np.isfinite(measured) & np.isfinite(predicted)
        pace = float(np.median(measured[both] / predicted[both])) if both.any() else np.nan
        paced = f", but at other times (typically {short(pace, 2)} of the predicted)" if np.isfinite(pace) else ""
        one = len(measured) == 1
        return (
            f"All this is the theory of layers that start balanced. {networks}, whose small random weights are not "
            f"balanced, learn{'s' * one} {percent(_in_order(measured, predicted))} of all pairs of modes in the order "
            f"of the theory{paced}: trust the order, and what is confused on the way, not the times."
        )

    def deviation(self) -> str:
        """Caption of the deviations."""
        text = self.follow() + " Colors are those of the modes above."
        if self.study.theory.depth > 1:
            text += " The difference peaks while a mode is being learned, when a small delay makes a large difference."
        if self.study.theory.depth == 2:
            text += (
                " Each prediction starts from the strength that the network’s own random weights leave to a mode once "
                "the stronger ones are learned."
            )
        if self.study.theory.depth > 2:
            text += (
                " The theory of several hidden layers assumes that all layers start with the same strength for every "
                "mode, which random weights do not: it predicts the order of learning, not the times."
            )
        if self.study.episodes_deviation is not None:
            other = self.study.episodes_deviation
            text += (
                f" Trained on one randomly drawn item at a time, networks stay within {percent(other.typical)} "
                f"typically and {percent(other.largest)} at worst."
            )
        return text

    def synapse(self) -> str:
        """Caption of the figure from synapse to behavior."""
        return (
            "One network in each column, over one time axis: some of its weights, what one of its hidden units "
            "responds to (red: positive, blue: negative, white: zero), how similar its representations of items are "
            "(red: similar, blue: opposite), and what it answers. Units differ from network to network; "
            "representational similarity and answers do not."
        )

    def _overshooting(self) -> str:
        """How many errors are about features that an item does not have, if right answers are yes or no."""
        found = self.study.illusions
        if not self._is_yes_no:
            return ""
        no = np.abs(found.final) < 0.5
        false = float(np.mean((found.excess > (NOTICEABLE + EQUAL) * found.scale) & no))
        return f" ({percent(false)} of all attribute a feature to an item that does not have it)"

    @property
    def _is_yes_no(self) -> bool:
        targets = self.study.environment.targets
        known = self.study.illusions.final if targets is None else targets[~np.isnan(targets)]
        return bool(np.isin(known.round(9), (0, 1)).all() and self.study.illusions.scale > 0.5)

    def _wrong(self, row: dict[str, Any]) -> str:
        question = "asked whether “{item}” has “{feature}”" if self._is_yes_no else "asked for “{feature}” of “{item}”"
        direction = "rises to" if row["excess"] > 0 else "falls to"
        asked = question.format(item=shown(row["item"]), feature=shown(row["feature"]))
        return (
            f"On the way it gets things wrong: {asked}, its answer {direction} {short(row['peak'])} "
            f"at t = {short(row['peak_time'])}, {self._right(row['final'])}."
        )

    def _right(self, final: float) -> str:
        if self.study.environment.has_missing:  # right answers are not all known: those of the end of the run are
            return f"and ends at {short(round(final, 3) + 0.0)}"
        return f"although the right answer is {short(final)}"

    def _when(self, group: int) -> str:
        time = float(self.modes["half_time"].iloc[group])
        return f"t = {short(time)}" if np.isfinite(time) else "a time after this run"


def _in_order(measured: np.ndarray, predicted: np.ndarray) -> float:
    """Share of pairs of modes that each network learns in the predicted order; those not learned come last."""
    first, second = np.triu_indices(measured.shape[1], k=1)
    differs = predicted[:, first] != predicted[:, second]
    agree = (measured[:, first] < measured[:, second]) == (predicted[:, first] < predicted[:, second])
    return float(agree[differs].mean()) if differs.any() else 1.0


def _spelled_out(count: int) -> str:
    """A count at the start of a sentence."""
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
    return words[count] if count < len(words) else f"{count}"
