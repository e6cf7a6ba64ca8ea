"""Predictions compared with human ratings: age of acquisition, typicality, similarity, word frequency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import expect
from .._core.notes import Note
from .._core.ties import ALIKE, EQUAL, ties
from ..environments.environment import Environment
from ..representation.layers import activity
from ..representation.similarities import cosines
from ..trajectory import Trajectory
from .acquired import acquisition
from .ratings import Ratings, read_ratings
from .typical_items import typicality

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 4  # rated items from which on a rank correlation is computed
RESAMPLES = 2000
SEED = 0  # of the bootstrap

MAY = {
    "age_of_acquisition": (
        "Learning time has no unit of months: only the order of items can be compared with ages, which rank "
        "correlations do. A positive correlation means that what people learn early, the network learns early. The "
        "measures of acquisition ask different things and may disagree in sign. In published norms items with more "
        "features are acquired earlier, so that the number of features, listed as a baseline, may explain as much; so "
        "may word frequency. This does not show that the network learns as children do: their world is another one."
    ),
    "typicality": (
        "Typicality is compared within categories, because people rate items against their own category. `score` is "
        "the distance along the line between the category and the rest; `loading` uses one mode only, and is weak if "
        "that mode accounts for little of the category. Family resemblance (the mean similarity to the other members) "
        "is the usual baseline."
    ),
    "frequency": (
        "All items are equally frequent, unless the world has frequencies: a correlation with word frequency then says "
        "only that frequent words have features that are learned early or late. Give the frequencies to the world to "
        "see what they change."
    ),
    "similarity": (
        "The cosine similarity of items in the last hidden layer at the end of learning is compared with people's "
        "judgments, over pairs. Pairs that share an item are not independent, so that the interval, which resamples "
        "pairs, is too narrow. The baseline is the cosine similarity of the rows of the table; learning adds what "
        "exceeds it."
    ),
    "rating": (
        "What these ratings measure is unknown, so all measures of acquisition are shown. Write "
        "kind='age_of_acquisition', 'typicality', 'frequency' or 'similarity' for the measures that belong to it."
    ),
}


class Correlation(NamedTuple):
    """Rank correlation of one measure with human ratings.

    `low` and `high` are a 95% bootstrap interval over the rated items; NaN if there are too few, or all are equal.
    """

    measure: str
    role: str
    group: str
    spearman: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, eq=False)
class PeopleComparison:
    """Measures of a record compared with human ratings.

    Parameters
    ----------
    environment : Environment
        The world.
    ratings : Ratings
        The ratings, with notes on how they were read.
    measures : dict of str to array, shape (ratings,)
        Predictions and baselines for each rating.
    correlations : tuple of Correlation
        Predictions first, then baselines; for typicality by category.
    meaning : str
        What may and may not be compared.
    """

    environment: Environment
    ratings: Ratings
    measures: dict[str, np.ndarray]
    correlations: tuple[Correlation, ...]
    meaning: str

    @property
    def notes(self) -> tuple[Note, ...]:
        """How the ratings were read, and which of them match no item."""
        return self.ratings.notes

    @property
    def unrated(self) -> tuple[str, ...]:
        """Items of the world without a rating."""
        pairs = self.ratings.kind == "similarity"
        rated = {name for one in self.ratings.items for name in (one if pairs else (one,))}
        return tuple(item for item in self.environment.items if item not in rated)

    def to_dataframe(self) -> pd.DataFrame:
        """One row per measure (and category): measure, role, group, spearman, low, high, n."""
        import pandas as pd

        return pd.DataFrame(self.correlations, columns=list(Correlation._fields))

    def values(self) -> pd.DataFrame:
        """One row per rated item, or pair: its name, the rating and every measure."""
        import pandas as pd

        names = {"item": self.ratings.items}
        if self.ratings.kind == "similarity":
            first, second = zip(*self.ratings.items, strict=True)
            names = {"item": first, "item_2": second}
        return pd.DataFrame({**names, "rating": self.ratings.values, **self.measures})

    def __repr__(self) -> str:
        lines = [f"<PeopleComparison: {self.ratings.kind.replace('_', ' ')} of {len(self.ratings.items)}"]
        for one in self.correlations:
            where = f" in {one.group}" if one.group else ""
            lines.append(f" {one.spearman:+.2f} [{one.low:+.2f}, {one.high:+.2f}] {one.measure}{where} ({one.role})")
        return "\n".join(lines) + ">"


def compare_with_people(
    record: Trajectory, ratings: ArrayLike, *, kind: str | None = None, column: str | None = None
) -> PeopleComparison:
    """Rank correlations of predictions with human ratings of the same items.

    Parameters
    ----------
    record : Trajectory
        What `predict` or `simulate` returns.
    ratings : Series, mapping or DataFrame
        Ratings by the names of items (capitals, blanks and hyphens do not matter): one for each item, one for each pair
        of items, or the proportion of children who say a word at each age. Columns are recognized by their names and
        values; `notes` say how.
    kind : "age_of_acquisition", "typicality", "frequency", "similarity" or "rating", optional
        What was rated, if the table does not say.
    column : str, optional
        The column of ratings, if there are several.

    Returns
    -------
    PeopleComparison
        Spearman's rank correlation of every measure for this kind of rating and of the baselines, with a bootstrap
        interval over items.

    Raises
    ------
    InputError
        Ratings that cannot be read or are of no item of the world.

    Examples
    --------
    With made-up ratings:

    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=6.0)
    >>> ages = {"Robin": 20, "canary": 24, "rose": 30, "daisy": 32, "oak": 35, "pine": 38}
    >>> compare_with_people(theory, ages, kind="age_of_acquisition").to_dataframe().measure[:2].tolist()
    ['all_features', 'half_of_own_features']
    """
    expect(record, Trajectory, "record", "pass what `predict` or `simulate` returns")
    world = record.environment
    found = read_ratings(ratings, world.items, kind=kind, column=column)
    predictions, baselines = _MEASURES[found.kind](record, found)
    if found.frequency is not None:
        baselines["frequency"] = found.frequency
    if found.kind != "similarity" and world.weights is not None and np.ptp(world.weights) > EQUAL * world.weights.max():
        baselines["frequency_in_the_world"] = world.weights[_rows_of(world, found)]
    measures = {**predictions, **baselines}
    correlations = []
    for name, values in measures.items():
        role = "prediction" if name in predictions else "baseline"
        for group, rows in _compared(world, found).items():
            correlations.append(Correlation(name, role, group, *rank_correlation(values[rows], found.values[rows])))
    return PeopleComparison(world, found, measures, tuple(correlations), MAY[found.kind])


Measures = tuple[dict[str, np.ndarray], dict[str, np.ndarray]]


def _of_acquisition(record: Trajectory, found: Ratings) -> Measures:
    rows = _rows_of(record.environment, found)
    known = acquisition(record)
    times = {name: np.median(each, axis=0)[rows] for name, each in known.items.items()}
    return times, _number_of_features(record, found)


def _of_typicality(record: Trajectory, found: Ratings) -> Measures:
    world, rows = record.environment, _rows_of(record.environment, found)
    typical = typicality(record.environment)
    centered = world.samples.targets - world.samples.targets.mean(axis=0)
    near = cosines(centered)
    same = np.equal.outer(np.array(typical.category), np.array(typical.category)) & ~np.eye(len(near), dtype=bool)
    resemblance = np.sum(near * same, axis=1) / np.maximum(same.sum(axis=1), 1)
    return (
        {"score": typical.score[rows], "loading": typical.loading[rows]},
        {"family_resemblance": resemblance[rows], **_number_of_features(record, found)},
    )


def _of_similarity(record: Trajectory, found: Ratings) -> Measures:
    world = record.environment
    place = {name: index for index, name in enumerate(world.items)}
    first, second = np.array([[place[name] for name in pair] for pair in found.items]).T
    hidden = activity(record, max(record.depth - 1, 1), looks=[-1])
    hidden = hidden.reshape(-1, *hidden.shape[-2:])  # networks, units, items
    learned = np.mean([cosines(one.T) for one in hidden], axis=0)
    table = world.samples.targets
    shared = (table != 0).astype(float) @ (table != 0).T
    return (
        {"hidden_similarity": learned[first, second]},
        {"similarity_of_the_rows": cosines(table)[first, second], "shared_features": shared[first, second]},
    )


_MEASURES = {
    "age_of_acquisition": _of_acquisition,
    "typicality": _of_typicality,
    "frequency": _of_acquisition,
    "similarity": _of_similarity,
    "rating": _of_acquisition,
}


def _number_of_features(record: Trajectory, found: Ratings) -> dict[str, np.ndarray]:
    rows = _rows_of(record.environment, found)
    return {"number_of_features": np.count_nonzero(record.environment.samples.targets, axis=1)[rows].astype(float)}


def _rows_of(world: Environment, found: Ratings) -> np.ndarray:
    place = {name: index for index, name in enumerate(world.items)}
    return np.array([place[name] for name in found.items])


def _compared(world: Environment, found: Ratings) -> dict[str, np.ndarray]:
    """Groups within which ranks are correlated: categories for typicality, else all items."""
    everything = np.arange(len(found.items))
    if found.kind != "typicality" or world.category is None:
        return {"": everything}
    category = np.array(world.category)[_rows_of(world, found)]
    return {str(name): everything[category == name] for name in sorted(set(category))}


def rank_correlation(measure: np.ndarray, rating: np.ndarray) -> tuple[float, float, float, int]:
    """Spearman's rank correlation, its 95% bootstrap interval, and the number of ratings; robust to rounding."""
    kept = ~np.isnan(measure) & ~np.isnan(rating)
    n = int(kept.sum())
    ranks = [-ties(values[kept], ALIKE) for values in (measure, rating)] if n else []
    if n < FEWEST or any(np.ptp(each) == 0 for each in ranks):
        return float("nan"), float("nan"), float("nan"), n
    drawn = np.random.default_rng(SEED).integers(n, size=(RESAMPLES, n))
    low, high = np.nanpercentile(_spearman(*(each[drawn] for each in ranks)), [2.5, 97.5])
    return float(_spearman(*ranks)), float(low), float(high), n


def _spearman(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Correlation of ranks along the last axis; NaN in resamples in which all are equal."""
    from scipy.stats import rankdata

    x, y = (rankdata(each, axis=-1) for each in (x, y))
    x, y = (each - each.mean(axis=-1, keepdims=True) for each in (x, y))
    size = np.sqrt(np.sum(x**2, axis=-1) * np.sum(y**2, axis=-1))
    return np.sum(x * y, axis=-1) / np.where(size > 0, size, np.nan)
