"""Two worlds of the same items side by side: alike in which items are similar, what is distinguished, and when?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._core.checks import InputError, expect, one_of
from .._core.counting import counted
from .._core.ties import ties
from ..modes.milestones import crossing_time
from ..representation.similarities import cosines
from ..trajectory import Trajectory
from .acquired import MEASURES, acquisition
from .distinctions import Distinction, Group, groups_of, matched_distinctions
from .people import rank_correlation
from .shared_items import shared_rows, unshared
from .shuffled_items import pair_agreement

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 3  # matched distinctions whose order can be compared
UNKNOWN = float("nan")
MOST_ITEMS = 3000  # whose pairs can be shuffled in seconds
TABLES = ("agreement", "distinctions", "items", "pairs")
MEANING = (
    "Similarities are cosines between rows of the tables; intervals resample items, and p is how often chance agrees "
    "as well (shuffled items; random orders of distinctions). Distinctions are modes of learning, matched by their "
    "loadings on the items. Time is relative to when half of the table is learned (half of the error is gone), because "
    "tables of more or larger features are learned faster: compare what comes first, and how far apart, but no months "
    "or steps."
)


class WorldAgreement(NamedTuple):
    """How well two worlds agree in one respect.

    Attributes
    ----------
    of : str
        "similarity", "distinctions", or a measure of when items are known (`semantics.acquisition` explains them).
    statistic : "spearman", "pearson" or "kendall"
        Correlation of ranks, of values, or of orders.
    value : float
        From -1 to 1; NaN if there is too little to compare, or all is alike.
    low, high : float
        95% bootstrap interval over items; NaN for distinctions.
    p : float
        How often chance agrees as well: share of shuffles of the items, or of all orders of the distinctions; NaN for
        items.
    n : int
        Number of pairs of items, of matched distinctions, or of items.
    """

    of: str
    statistic: str
    value: float
    low: float
    high: float
    p: float
    n: int


@dataclass(frozen=True, eq=False)
class WorldComparison:
    """Two worlds of the same items, compared.

    Parameters
    ----------
    records : tuple of two Trajectories
        How each is learned.
    rows : array of int, shape (items, 2)
        Where the items that both have stand in each world, in alphabetical order.
    similarities : array, shape (2, items, items)
        Cosine similarity of these items in each table; 0 with an item that has no features.
    agreement : tuple of WorldAgreement
        Similarities first, then the order of distinctions, then when items are known.
    distinctions : tuple of Distinction
        Those of the first world in the order of its modes, each with its match; then those of the second alone.
    known : dict of str to array, shape (2, items)
        For each measure of `semantics.acquisition`, when each item is known, relative to `half_learned`.
    half_learned : tuple of two floats
        When half of each table is learned [unit of tau], the unit of all other times here.
    meaning : str
        What was measured, and what may be compared.
    """

    records: tuple[Trajectory, Trajectory]
    rows: np.ndarray
    similarities: np.ndarray
    agreement: tuple[WorldAgreement, ...]
    distinctions: tuple[Distinction, ...]
    known: dict[str, np.ndarray]
    half_learned: tuple[float, float]
    meaning: str

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the compared items, as the first world writes them."""
        return tuple(self.records[0].environment.items[row] for row in self.rows[:, 0])

    @property
    def equations(self) -> tuple[str, ...]:
        """What the times rest on."""
        return tuple(dict.fromkeys(one for record in self.records for one in record.provenance.equations))

    @property
    def matched(self) -> tuple[Distinction, ...]:
        """The distinctions that both worlds make."""
        return tuple(one for one in self.distinctions if one.is_matched)

    @property
    def unshared(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Items of each table that the other does not have, whether they took part in learning or were left out."""
        worlds = [record.environment for record in self.records]
        left_out = [
            tuple(name for note in world.notes if note.kind == "unshared" for name in note.columns) for world in worlds
        ]
        return (
            (*left_out[0], *unshared(worlds[0].items, worlds[1].items)),
            (*left_out[1], *unshared(worlds[1].items, worlds[0].items)),
        )

    def to_dataframe(self, of: str = "agreement") -> pd.DataFrame:
        """A tidy table.

        Parameters
        ----------
        of : "agreement", "distinctions", "items" or "pairs"
            One row for each respect (of, statistic, value, low, high, p, n); for each distinction (modes, what it
            separates and time in either world, match, by_chance); for each item (when it is known, by each measure and
            in either world); or for each pair of items (similarity in either world).
        """
        import pandas as pd

        one_of(of, TABLES, "of")
        if of == "agreement":
            return pd.DataFrame(self.agreement, columns=list(WorldAgreement._fields))
        if of == "distinctions":
            table = pd.DataFrame(self.distinctions, columns=list(Distinction._fields))
            modes = ["first_modes", "second_modes"]
            return table.assign(**{name: [", ".join(map(str, one)) for one in table[name]] for name in modes})
        if of == "items":
            times = {f"{side}_{name}": each[place] for name, each in self.known.items()
                     for place, side in enumerate(("first", "second"))}  # fmt: skip
            return pd.DataFrame({"item": self.items, **times})
        above = np.triu_indices(len(self.rows), k=1)
        names = np.array(self.items, dtype=object)
        one, other = (part[above] for part in self.similarities)
        return pd.DataFrame({"item": names[above[0]], "item_2": names[above[1]], "first": one, "second": other})

    def __repr__(self) -> str:
        lines = [f"<WorldComparison: {counted(len(self.rows), 'shared item')}, {len(self.matched)} shared distinctions"]
        for one in self.agreement:
            interval = "" if np.isnan(one.low) else f" [{one.low:+.2f}, {one.high:+.2f}]"
            lines.append(f" {one.value:+.2f}{interval} {one.of} ({one.statistic})")
        return "\n".join(lines) + ">"


def compare_worlds(first: Trajectory, second: Trajectory) -> WorldComparison:
    """Whether two worlds agree in which items are similar, what is distinguished, and what is learned first.

    Parameters
    ----------
    first, second : Trajectory
        What `predict` or `simulate` returns for two tables that share items: of two groups of people, of people and a
        model, of a table before and after a change. `comparable_worlds` makes worlds of the shared items alone.
        Items are matched by name; capitals, blanks, underscores and hyphens do not matter.

    Returns
    -------
    WorldComparison
        Correlations of the similarities of all pairs of items; distinctions (modes) matched over items, and Kendall's
        tau of the order in which both learn them; rank correlations of when items are known.

    Raises
    ------
    InputError
        Fewer than three shared items, missing cells, worlds without items, records that end before half is learned.

    Notes
    -----
    Items that the other world does not have take part in learning but are not compared. Two distinctions count as the
    same if their loadings on the items correlate by at least 0.5, whatever the sign. With few items such matches are
    frequent by chance: compare `match` with `by_chance`. Modes of almost equal strength mix, so that their match is low
    though the similarities agree. A mode that mostly says what all items share (at least half
    of its squared loadings lie in their mean) is no distinction.

    Examples
    --------
    A world and a smaller one, made of half of its features:

    >>> import ontogeny as on, pandas as pd
    >>> zoo = on.datasets.load("zoo")
    >>> half = pd.DataFrame(zoo.targets, zoo.items, zoo.features).iloc[:, ::2]
    >>> worlds = on.semantics.comparable_worlds(zoo, on.Environment.from_dataframe(half))
    >>> found = compare_worlds(*(on.predict(world) for world in worlds))
    >>> found.to_dataframe().value[:1].round(2).tolist(), len(found.matched)
    ([0.88], 7)
    """
    for argument, record in (("first", first), ("second", second)):
        expect(record, Trajectory, argument, "pass what `predict` or `simulate` returns")
    worlds = (first.environment, second.environment)
    for world in worlds:
        world.expect_all_observed("similarities of items need all of their features")
    targets = [world.samples.targets for world in worlds]
    rows = shared_rows(worlds[0].items, worlds[1].items)
    if len(rows) > MOST_ITEMS:
        raise InputError(
            None, f"the two tables share {len(rows)} items, but up to {MOST_ITEMS} are compared", "leave some items out"
        )
    similar = np.stack([cosines(values[own]) for values, own in zip(targets, rows.T, strict=True)])
    half = (_half_learned(first, "first"), _half_learned(second, "second"))
    (groups, known_first), (other_groups, known_second) = (
        _learned(record, own, unit) for record, own, unit in zip((first, second), rows.T, half, strict=True)
    )
    found = matched_distinctions(groups, other_groups)
    known = {name: np.stack([known_first[name], known_second[name]]) for name in MEASURES}
    agreement = (*_of_similarity(similar), _of_order(found), *(_of_items(name, *known[name]) for name in MEASURES))
    return WorldComparison((first, second), rows, similar, agreement, found, known, half, MEANING)


def _half_learned(record: Trajectory, argument: str) -> float:
    """Time at which half of the error of a silent network is gone; a median over networks."""
    loss = record.networks("loss")
    gone = (loss[:, :1] - loss)[..., None]
    time = float(np.median(crossing_time(record.time, gone, loss[0, :1] / 2)))
    if not np.isfinite(time) or time <= 0:
        raise InputError(
            argument,
            f"ends at t = {record.time[-1]:.3g}, before half of the table is learned, which sets the unit of time",
            "learn for longer",
        )
    return time


def _learned(record: Trajectory, rows: np.ndarray, unit: float) -> tuple[list[Group], dict[str, np.ndarray]]:
    """Distinctions between some items, and when each of these is known: medians over networks, in some unit of time."""
    half_times = np.median(record.networks("half_time"), axis=0) / unit
    known = {name: np.median(times, axis=0)[rows] / unit for name, times in acquisition(record).items.items()}
    return groups_of(record.environment, rows, half_times), known


def _of_similarity(similar: np.ndarray) -> list[WorldAgreement]:
    pairs = similar.shape[-1] * (similar.shape[-1] - 1) // 2
    return [
        WorldAgreement("similarity", method, *pair_agreement(similar[0], similar[1], method), pairs)
        for method in ("spearman", "pearson")
    ]


def _of_order(distinctions: tuple[Distinction, ...]) -> WorldAgreement:
    """Kendall's tau of the times of matched distinctions; those learned at the same time tie."""
    from scipy.stats import kendalltau

    matched = [one for one in distinctions if one.is_matched]
    ranks = [ties(np.array(times)) for times in zip(*((one.first_time, one.second_time) for one in matched))]
    tau, p = kendalltau(*ranks, alternative="greater") if len(matched) >= FEWEST else (UNKNOWN, UNKNOWN)
    return WorldAgreement("distinctions", "kendall", float(tau), UNKNOWN, UNKNOWN, float(p), len(matched))


def _of_items(measure: str, first: np.ndarray, second: np.ndarray) -> WorldAgreement:
    value, low, high, n = rank_correlation(first, second)
    return WorldAgreement(measure, "spearman", value, low, high, UNKNOWN, n)
