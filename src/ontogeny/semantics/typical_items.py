"""Typicality: how strongly an item expresses what distinguishes its category.

The score of an item says how far it lies from all other items toward its own category. The loading is the measure of
the paper: that of the item on the discriminant mode, the mode of the table that separates the category best from the
rest. The loadings of the features are the category's prototype. A learner's answers along the prototype are the loading
times the strength learned so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, one_of, quoted
from .._core.counting import counted
from .._core.digits import cents, steady
from .._core.names import carries_names, names_along, plain
from .._core.notes import Setting
from .._core.ties import ALIKE, EQUAL, largest, ranked, ties
from ..environments.arguments import Rows, item_categories
from ..environments.environment import Environment
from ..environments.spectrum import Spectrum, spectrum_of
from ..trajectory import Trajectory
from .directions import answers_along

if TYPE_CHECKING:
    import pandas as pd

BLURRED = 0.5  # share of a category's difference from the rest below which no single mode stands for it
WEAK = 0.2  # consistency below which features do not agree on who is typical

Categories = Sequence[str] | Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Prototype:
    """The prototype of one category.

    Parameters
    ----------
    category : str
        Its name.
    members : array of int, shape (members,)
        Numbers of its items.
    modes : tuple of int
        Its discriminant mode in the centered table, numbered from 1; several if tied.
    singular_value : float
        Strength of that mode in the centered table.
    share : float
        Share of the squared difference between members and the rest that lies along the mode, from 0 to 1.
    features : array, shape (features,)
        Loading of every feature, a vector of length 1; positive where members have more than the rest.
    note : str
        A caveat for reading the loadings; empty if there is none.
    consistency : float
        How far features agree on which members are typical: Cronbach's alpha of the members' scores, each a sum over
        features; at most 1. NaN if all members have the same score.
    """

    category: str
    members: np.ndarray
    modes: tuple[int, ...]
    singular_value: float
    share: float
    features: np.ndarray
    note: str
    consistency: float

    @property
    def caveat(self) -> str:
        """Why the ranking by scores says little here; empty if it does not."""
        if not self.modes:
            return self.note
        if self.members.size < 3:
            return f"{counted(self.members.size, 'item')}: too few to rank"
        if np.isnan(self.consistency):
            return "all members have the same score"
        if self.consistency < WEAK:
            return f"features hardly agree on who is typical (consistency {cents(self.consistency)})"
        return ""

    def __repr__(self) -> str:
        mode = (
            f", mode {self.modes[0]} accounts for {cents(self.share)} of its difference from the rest"
            if self.modes
            else ""
        )
        note = f"; {self.note}" if self.note else ""
        return f"<Prototype: {self.category!r}, {counted(self.members.size, 'item')}{mode}{note}>"


@dataclass(frozen=True, eq=False)
class Typicality:
    """How typical every item is of its category.

    Parameters
    ----------
    environment : Environment
        The world.
    category : tuple of str
        Category of each item.
    loading : array, shape (items,)
        Loading of each item on its category's discriminant mode, the measure of the paper. The mode's loadings over
        all items are a vector of length 1.
    score : array, shape (items,)
        Typicality: distance of each item along the line from the mean of all other items to the mean of its category,
        all modes taken together [units of the features, from the mean of all items].
    prototypes : tuple of Prototype
        One for each category.
    response : array, shape ([seed,] time, items), or None
        The learner's answer for each item along its category's prototype, minus the mean over all items; it approaches
        the loading times the singular value. None unless a trajectory was given.
    times : array, shape (time,), or None
        Of the responses [unit of tau].
    meaning : str
        What was done, and how exact it is.
    """

    environment: Environment
    category: tuple[str, ...]
    loading: np.ndarray
    score: np.ndarray
    prototypes: tuple[Prototype, ...]
    response: np.ndarray | None
    times: np.ndarray | None
    meaning: str

    def prototype(self, category: str) -> Prototype:
        """The prototype of one category."""
        names = [one.category for one in self.prototypes]
        return self.prototypes[names.index(one_of(category, names, "category"))]

    def ranking(self, category: str) -> list[tuple[float, tuple[str, ...]]]:
        """Scores of a category from the most typical to the least, each with all items that share it, by name."""
        members = self.prototype(category).members
        values, names = self.score[members], [self.environment.items[item] for item in members]
        order, rank = ranked(values, names, tolerance=ALIKE), ties(values, ALIKE)
        return [
            (float(values[same[0]]), tuple(names[member] for member in same))
            for same in (order[rank[order] == place] for place in range(rank.max() + 1))
        ]

    def to_dataframe(self) -> pd.DataFrame:
        """One row per item, by category and typicality: loading, score, rank (equal items share it), tied_with,
        centered_mode.

        ``rank`` goes by the score; ``tied_with`` counts the other members with the same score; ``centered_mode`` is
        the discriminant mode of the centered table, numbered from 1, the first of its group where it is tied; 0 if
        there is none.
        """
        import pandas as pd

        number = {name: index for index, name in enumerate(self.environment.items)}
        rows = []
        for one in self.prototypes:
            rank = 1
            for _, names in self.ranking(one.category):
                for name in names:
                    i = number[name]
                    place = (rank, len(names) - 1, one.modes[0] if one.modes else 0)
                    rows.append((name, one.category, self.loading[i], self.score[i], *place))
                rank += len(names)
        return pd.DataFrame(
            rows, columns=["item", "category", "loading", "score", "rank", "tied_with", "centered_mode"]
        )

    def compare(self, ratings: Mapping[str, float]) -> pd.DataFrame:
        """Rank correlation with human typicality ratings, one row per category.

        Parameters
        ----------
        ratings : mapping of str to float, or pandas.Series
            Rating of each item, by its name; items without rating, or with NaN, are left out.

        Returns
        -------
        pandas.DataFrame
            category, items (rated), spearman_loading, p_loading, spearman_score, p_score; NaN for fewer than three
            rated items, or if all are equal.

        Raises
        ------
        InputError
            Ratings without names, of unknown items, or two of one item.
        """
        import pandas as pd

        given = _by_name(ratings)
        for item in given:
            one_of(item, self.environment.items, "a rated item")
        rating = np.array([given.get(item, np.nan) for item in self.environment.items])
        rows = []
        for one in self.prototypes:
            rated = one.members[np.isfinite(rating[one.members])]
            measures = [_spearman(values[rated], rating[rated]) for values in (self.loading, self.score)]
            rows.append((one.category, rated.size, *measures[0], *measures[1]))
        names = ["category", "items", "spearman_loading", "p_loading", "spearman_score", "p_score"]
        return pd.DataFrame(rows, columns=names)

    def __repr__(self) -> str:
        lines = [f"<Typicality: {counted(len(self.category), 'item')} in {counted(len(self.prototypes), 'category')}"]
        for one in self.prototypes[:8]:
            ranked = self.ranking(one.category)
            ends = f"most {_joined(ranked[0][1])}; least {_joined(ranked[-1][1])}"
            said = one.caveat if len(ranked) < 2 else ends + f" ({one.caveat})" * bool(one.caveat)
            lines.append(f" {one.category}: {said or 'all equal'}")
        if len(self.prototypes) > 8:
            lines.append(f" and {len(self.prototypes) - 8} more categories")
        return "\n".join([*lines, f" {self.meaning}"]) + ">"


def typicality(source: Environment | Trajectory, category: Categories | None = None) -> Typicality:
    r"""How typical every item is of its category, and how a learner's answers show it.

    The table is centered here, feature by feature, so that features shared by all items do not count. An item's score
    is its projection on the line between the mean of the rest and the mean of its category. The discriminant mode of a
    category is the one on which members and the rest differ most on average; its sign is positive for the category. An
    item's loading on it is

    .. math:: v_i = \frac{1}{s} \sum_m u_m\, y_{im}

    with the prototype :math:`u` and the centered features :math:`y`: the more features of the prototype it has, the
    more typical it is.

    Implements: saxe2019 SI
    Checked by: tests/semantics/test_typical_items.py::test_loadings_are_weighted_sums_of_features

    Parameters
    ----------
    source : Environment or Trajectory
        A world; or a record of learning, which adds the responses over time.
    category : list of str, or Series or mapping of item to str, optional
        Category of each item; by default those of the world. Series and mappings are matched by name.

    Returns
    -------
    Typicality

    Raises
    ------
    InputError
        A world without items, without categories or with missing cells; a table in which all items are equal.

    Notes
    -----
    The two measures agree where one mode sets the category apart. Elsewhere the score is nearer to people: with the
    mean ratings of 73 zoo animals by 242 people (Belohlavek and Mikula) it has rank correlations of .56 for mammals
    and .58 for birds (the loading .57 and .27). For fish, whose features do not agree (consistency -.79), neither has
    any.

    Exact; all items count equally, whatever the frequencies of the world. For tied modes the direction in their common
    space is used along which the category differs from the rest; it does not depend on the choice of single modes.

    Examples
    --------
    >>> import ontogeny as on
    >>> mammals = typicality(on.datasets.load("zoo")).ranking("mammal")
    >>> mammals[0][1], mammals[-1][1]
    (('calf', 'goat', 'pony', 'reindeer'), ('platypus',))
    """
    trajectory = source if isinstance(source, Trajectory) else None
    world = source.environment if isinstance(source, Trajectory) else source
    if not isinstance(world, Environment):
        raise InputError(
            "source",
            f"is of type {type(world).__name__}, but an Environment or a Trajectory is needed here",
            "pass a world, or what `predict` or `simulate` returns",
        )
    targets, weights = world.samples.targets, world.samples.weights
    world.expect_all_observed("the modes of a centered table need every cell")
    labels = _labels(world, category)
    centered = targets - targets.mean(axis=0)
    if np.abs(centered).max() <= EQUAL * max(np.abs(targets).max(), 1e-300):
        raise InputError(
            "source",
            "has the same features for all items, so none is more typical than another",
            "use items that differ",
        )
    modes = spectrum_of(centered.T, 1.0, world.features)
    kinds = np.array(labels)
    prototypes = tuple(_prototype(modes, name, kinds == name, centered) for name in sorted(set(labels)))
    loading, score = np.full(len(labels), np.nan), np.full(len(labels), np.nan)
    for one in prototypes:
        if one.modes:
            along = centered @ one.features / one.singular_value
            loading[one.members] = along[one.members]
            score[one.members] = _shares(centered, one.members).sum(axis=1)
    meaning = "each feature was centered here" + _equal_weights(weights) + "; scores and loadings are exact"
    response = None if trajectory is None else _response(trajectory, prototypes)
    if trajectory is not None and trajectory.is_simulation:
        meaning += ", responses measured on trained networks"
    times = None if trajectory is None else trajectory.snapshot_time
    return Typicality(world, labels, loading, score, prototypes, response, times, meaning)


def _labels(world: Environment, category: Categories | None) -> tuple[str, ...]:
    if category is None:
        if world.category is None:
            raise InputError(
                "category",
                "is None, but the world has no categories",
                ("write the category of each item, or read the table with ", Setting("category", "column")),
            )
        return world.category
    if carries_names(category):
        return item_categories(category, Rows(world.items))
    labels = (category,) if isinstance(category, str) else tuple(map(str, category))
    if len(labels) != len(world.items):
        raise InputError(
            "category",
            f"holds {len(labels)} names, but there are {len(world.items)} items",
            "write one for each, in order",
        )
    return labels


def _prototype(modes: Spectrum, name: str, is_member: np.ndarray, centered: np.ndarray) -> Prototype:
    """The discriminant mode of one category, with a caveat if there is one."""
    members, rest = np.flatnonzero(is_member), int(np.sum(~is_member))
    if not rest:
        nothing = np.full(centered.shape[1], np.nan)
        why = "all items belong to it: there are no others to compare with"
        return Prototype(name, members, (), np.nan, np.nan, nothing, why, np.nan)
    contrast = is_member / members.size - ~is_member / rest
    along = contrast @ modes.input_modes  # difference of mean loadings
    groups = np.unique(modes.groups)
    share = np.array([np.sum(along[modes.groups == group] ** 2) for group in groups]) / np.sum(contrast**2)
    best = modes.groups == groups[largest(share)]
    turn = along[best] / np.linalg.norm(along[best])
    numbers = tuple(int(mode) + 1 for mode in np.flatnonzero(best))
    notes = []
    if members.size == 1:
        notes.append("one item: nothing to compare it with")
    if share.max() < BLURRED - EQUAL:
        notes.append(f"its mode accounts for only {steady(100 * share.max()):.0f}% of its difference from the rest")
    if len(numbers) > 1:
        notes.append(f"modes {numbers[0]} to {numbers[-1]} are tied and taken together")
    features, strength = modes.output_modes[:, best] @ turn, float(modes.singular_values[best][0])
    agreed = _consistency(_shares(centered, members))
    return Prototype(name, members, numbers, strength, float(share.max()), features, "; ".join(notes), agreed)


def _shares(centered: np.ndarray, members: np.ndarray) -> np.ndarray:
    """What each feature adds to how far a member lies toward the mean of all members, (members, features)."""
    difference = centered[members].mean(axis=0)  # the mean of the rest is opposite: the overall mean is 0
    length = np.linalg.norm(difference)
    is_rounding = length <= EQUAL * np.abs(centered).max() * np.sqrt(difference.size)
    return centered[members] * (0.0 if is_rounding else difference / length)


def _consistency(shares: np.ndarray) -> float:
    """Cronbach's alpha of sums over columns; NaN where the sums do not vary."""
    single, total = shares.var(axis=0), shares.sum(axis=1).var()
    rounding = (EQUAL * np.abs(shares).max()) ** 2 * shares.shape[1]
    varied = int(np.sum(single > rounding))
    if total <= rounding:
        return float("nan")
    return 1.0 if varied == 1 else float(varied / (varied - 1) * (1 - single.sum() / total))


def _response(trajectory: Trajectory, prototypes: Sequence[Prototype]) -> np.ndarray:
    """Answers along each item's own prototype, minus the mean over all items, ([seed,] time, items)."""
    probes = trajectory.environment.probes
    seeds = (trajectory.dataset.sizes["seed"],) if trajectory.is_simulation else ()
    response = np.full((*seeds, trajectory.snapshot_time.size, len(probes)), np.nan)
    for one in prototypes:
        if not one.modes:
            continue
        direction = one.features[:, None]
        if trajectory.nonlinearity == "linear":
            shown = np.vstack([probes[one.members], probes.mean(axis=0)])
            course = answers_along(trajectory, direction, shown)[..., 0, :]
            response[..., one.members] = course[..., :-1] - course[..., -1:]
        else:
            course = answers_along(trajectory, direction, probes)[..., 0, :]
            response[..., one.members] = (course - course.mean(axis=-1, keepdims=True))[..., one.members]
    return response


def _by_name(ratings: ArrayLike) -> dict[str, float]:
    names, values = names_along(ratings), plain(ratings)
    if names is None or values.ndim != 1:
        raise InputError(
            "ratings",
            f"are of type {type(ratings).__name__}, but they go by the names of the items",
            "write a dictionary or a Series, for example {'robin': 6.9}",
        )
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise InputError(
            "ratings", f"name {quoted(twice)} more than once, but an item has one rating", "average them first"
        )
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def _spearman(values: np.ndarray, ratings: np.ndarray) -> tuple[float, float]:
    if values.size < 3 or np.ptp(ratings) == 0 or not np.all(np.isfinite(values)) or not ties(values, ALIKE).any():
        return float("nan"), float("nan")
    from scipy.stats import spearmanr

    found = spearmanr(-ties(values, ALIKE), ratings)
    return float(found.statistic), float(found.pvalue)


def _equal_weights(weights: np.ndarray) -> str:
    return "" if np.ptp(weights) <= EQUAL * weights.max() else ", all items count equally although frequencies differ"


def _joined(names: tuple[str, ...], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return " = ".join(names[:most]) + more
