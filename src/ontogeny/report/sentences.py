"""What a study found, in sentences that need no mathematics."""

from __future__ import annotations

from typing import Any

import numpy as np

from .studies import Study
from .tables import modes, separates

FOLLOWS = 0.05  # typical deviation up to which a curve lies over another to the eye
NOTICEABLE = 0.05  # share of the largest answer from which a wrong answer is worth a sentence


class Sentences:
    """Plain words for every figure of a study."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.modes = modes(study)
        self.named = separates(study.environment)
        table = study.illusions.to_dataframe()
        size = float(np.abs(study.illusions.final).max()) or 1.0
        self.wrong = table[np.abs(table["excess"]) > NOTICEABLE * size].to_dict("records")

    def headline(self) -> str:
        """The finding in one paragraph."""
        learned = int(np.sum(self.modes["half_time"] <= self.study.theory.time[-1]))
        text = self._when_learned()
        if learned < len(self.modes):
            text += (
                f"{len(self.modes) - learned} of them are too weak to be half learned by t = "
                f"{self.study.theory.time[-1]:.3g}. "
            )
        if self.wrong:
            text += self._astray(self.wrong[0]) + " "
        return text + self.follow()

    def _when_learned(self) -> str:
        first, last = self._order()[0], self._order()[-1]
        if len(self.modes) == 1:
            return f"This table holds a single distinction, “{self.named[0]}”, half learned at t = {self._when(0)}. "
        opening = f"A network that learns this table learns {len(self.modes)} distinctions"
        if self.study.theory.depth == 1:
            return f"{opening}, all at the same pace: each is half learned at t = {self._when(first)}. "
        return (
            f"{opening}, the strongest first: “{self.named[first]}” is half learned at t = {self._when(first)}, "
            f"“{self.named[last]}” at t = {self._when(last)}. "
        )

    def world(self) -> str:
        """Under the table."""
        world = self.study.environment
        sorted_by = "category" if world.category is not None else "likeness"
        return (
            f"Every row is one of {len(world.items)} items, every column one of {len(world.features)} features; rows "
            f"are sorted by {sorted_by}. The network is told an item and has to name its features."
        )

    def loadings(self) -> str:
        """Under the loadings."""
        tied = int(self.study.environment.spectrum().is_tied.sum())
        text = (
            "A mode is one distinction that runs through the table: features on the right go together, and against "
            "those on the left. The taller its bar in the first panel, the more of the table it explains and the "
            "sooner it is learned."
        )
        if tied:
            text += (
                f" {tied} modes are equally strong; they are learned together, and only the group as a whole has a "
                "meaning."
            )
        return text

    def courses(self) -> str:
        """Under the courses."""
        if self.study.theory.depth == 1:
            return "Without a hidden layer every mode starts to be learned at once, and all take equally long."
        return (
            "With a hidden layer each mode waits, then is learned quickly, then is done: learning comes in stages, "
            "strong modes first. Thick lines are computed, thin lines are real networks started from small random "
            "weights. Without a hidden layer (below) all modes are learned from the start and at the same pace."
        )

    def stages(self) -> str:
        """Under the learning times."""
        text = "Each dot marks when half of a mode is learned, its bar how long it takes from a tenth to nine tenths."
        if self.study.theory.depth > 1:
            text += (
                " With a hidden layer, weak modes wait longer and take longer; without one, all modes have the same "
                "dot."
            )
        return text

    def loss(self) -> str:
        """Under the error."""
        if self.study.theory.depth == 1:
            return "The error falls smoothly: a network without hidden layer has no stages."
        return (
            "With a hidden layer the error hardly moves at first, then drops with every mode that is learned: "
            "steeply for the strong ones, ever more slowly for the weak ones that follow. Without one it falls "
            "smoothly from the start."
        )

    def answers(self) -> str:
        """Under the answers for one item."""
        return (
            "The item whose answers wander most. Thick lines are computed, thin lines are trained networks; the "
            f"right answers are where the lines end. What “{self.study.focus_item}” shares with most other items is "
            "said first, what sets it apart later."
        )

    def illusions(self) -> str:
        """Under the wrong answers."""
        return (
            self._astray(self.wrong[0])
            + f" In all, {100 * self.study.illusions.share:.0f}% of the answers go astray for a while: early "
            "distinctions are too coarse, and the network believes what is true of the larger group until it learns "
            "the exception."
        )

    def follow(self) -> str:
        """How well trained networks follow the theory."""
        record, count = self.study.deviation, self.study.deviation.measured.shape[0]
        networks = f"{_counted(count)} trained network{'s' * (count > 1)}"
        if record.typical > FOLLOWS:
            return (
                f"{networks} did not follow the theory closely: they differ from it by {_percent(record.typical)} of "
                f"a mode’s final strength typically and {_percent(record.largest)} at worst; what holds and what does not "
                "is listed under “When this holds”."
            )
        return (
            f"{networks} follow{'s' * (count == 1)} the theory, each from its own starting strengths, to within "
            f"{_percent(record.typical)} of a mode’s final strength typically and {_percent(record.largest)} at worst."
        )

    def deviation(self) -> str:
        """Under the deviations."""
        text = (
            self.follow()
            + " Colors are those of the modes above. The deviation peaks while a mode is being learned, when a "
            "small delay makes a large difference. Each prediction starts from what the network’s own random weights "
            "leave to a mode once the stronger ones are learned."
        )
        if self.study.episodes_deviation is not None:
            other = self.study.episodes_deviation
            text += (
                f" Shown one randomly drawn item at a time, networks stay within {_percent(other.typical)} "
                f"typically and {_percent(other.largest)} at worst."
            )
        return text

    def synapse(self) -> str:
        """Under the figure from synapse to behavior."""
        return (
            "One network in each column, over one time axis: some of its weights, what one of its hidden units "
            "responds to, which items it represents alike, and what it answers. Units differ from one network to the "
            "next; what is alike inside, and what is answered, do not."
        )

    def _astray(self, row: dict[str, Any]) -> str:
        direction = "rises to" if row["excess"] > 0 else "falls to"
        return (
            f"On the way it gets things wrong: asked whether “{row['item']}” has “{row['feature']}”, its answer "
            f"{direction} {row['peak']:.2f} at t = {row['peak_time']:.2f}, although the right answer is "
            f"{row['final'] + 0.0:.2g}."
        )

    def _order(self) -> np.ndarray:
        times = self.modes["half_time"].to_numpy()
        reached = np.isfinite(times)
        return np.argsort(np.where(reached, times, np.inf), kind="stable")[: max(1, int(reached.sum()))]

    def _when(self, group: int) -> str:
        return f"{self.modes['half_time'].iloc[group]:.2f}"


def _counted(count: int) -> str:
    """A count as it may begin a sentence."""
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
    return words[count] if count < len(words) else f"{count}"


def _percent(share: float) -> str:
    """A share in words.

    >>> _percent(0.0004), _percent(0.0123), _percent(0.39)
    ('less than 0.1%', '1.2%', '39%')
    """
    if share < 1e-3:
        return "less than 0.1%"
    return f"{100 * share:.1f}%" if share < 0.1 else f"{100 * share:.0f}%"
