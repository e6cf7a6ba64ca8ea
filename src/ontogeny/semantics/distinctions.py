"""Which distinctions between the same items two worlds both make: their modes, matched over items.

A mode distinguishes items by its loadings, less their mean; a mode that mostly says what all items share, as the first
mode of many tables does, is no distinction. Tied modes count as one, of which only the space is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .._core.ties import ALIKE, ranked
from ..environments.environment import Environment
from ..environments.spectrum import group_name

MATCHED = 0.5  # match from which on two distinctions count as the same
SHARED = 0.5  # share of a mode's squared loadings that lies in their mean, from which on it says what items share
MOST = 100  # modes of each world that are compared, strongest first
SHUFFLES = 199


class Distinction(NamedTuple):
    """A distinction of the first world and the same one in the second.

    Attributes
    ----------
    first_modes, second_modes : tuple of int
        Numbers of its modes, counted from 1; several if they are tied, none where a world does not make it.
    first_separates, second_separates : str
        The features that it separates.
    first_time, second_time : float
        When half of it is learned, relative to when half of the table is; NaN where a world does not make it.
    match : float
        Absolute correlation of the two loadings over items, from 0 to 1; where there is no match, the best there is.
    by_chance : float
        The best match after the items are shuffled, a median.
    """

    first_modes: tuple[int, ...]
    first_separates: str
    first_time: float
    second_modes: tuple[int, ...]
    second_separates: str
    second_time: float
    match: float
    by_chance: float

    @property
    def is_matched(self) -> bool:
        """Whether both worlds make it."""
        return bool(self.first_modes and self.second_modes)


class Group(NamedTuple):
    """Tied modes of one world, mostly one: their numbers from 1, what they separate, when, and over which items."""

    modes: tuple[int, ...]
    separates: str
    time: float
    axes: np.ndarray  # orthonormal columns, (items, dimensions)


def groups_of(world: Environment, rows: np.ndarray, times: np.ndarray) -> list[Group]:
    """Distinctions that a world makes between some of its items; modes that say what these items share are none.

    Parameters
    ----------
    world : Environment
        The world.
    rows : array of int, shape (items,)
        The items.
    times : array, shape (modes,)
        When each mode is learned.
    """
    modes = world.spectrum()
    loadings = world.along(modes.input_modes)[rows]
    names, found = world.mode_names(), []
    for number in np.unique(modes.groups[:MOST]):
        own = np.flatnonzero(modes.groups == number)
        axes = _distinguishing(loadings[:, own])
        if axes.shape[1]:
            strengths = np.linalg.norm(modes.output_modes[:, own], axis=1)
            name = names[own[0]] if own.size == 1 else group_name(strengths, world.features)
            found.append(Group(tuple((own + 1).tolist()), name, float(np.median(times[own])), axes))
    return found


def _distinguishing(loadings: np.ndarray) -> np.ndarray:
    """Orthonormal axes of the loadings of tied modes (items, modes), less the mean over items and what they share."""
    axes, sizes, turn = np.linalg.svd(loadings - loadings.mean(axis=0), full_matrices=False)
    lengths = np.linalg.norm(loadings @ turn.T, axis=0)
    return axes[:, (sizes / np.where(lengths > 0, lengths, np.inf)) ** 2 > 1 - SHARED + ALIKE]


def matched_distinctions(first: list[Group], second: list[Group], seed: int = 0) -> tuple[Distinction, ...]:
    """Distinctions of two worlds side by side: the best match first, then the best among the rest.

    Tied modes may match as many modes of the other world as they are. A match is the root mean squared cosine between
    the spaces, over the dimensions of the smaller; for single modes, the absolute correlation of their loadings.
    """
    if not first or not second:
        return tuple([_alone(one, True, 0.0, 0.0) for one in first] + [_alone(one, False, 0.0, 0.0) for one in second])
    match = _matches(first, second, np.arange(len(first[0].axes)))
    chance = _by_chance(first, second, seed)
    left = [[one.axes.shape[1] for one in groups] for groups in (first, second)]
    pairs = []
    for a, b in _best_first(match):
        if match[a, b] >= MATCHED - ALIKE and left[0][a] and left[1][b]:
            taken = min(left[0][a], left[1][b])
            left[0][a], left[1][b] = left[0][a] - taken, left[1][b] - taken
            pairs.append((a, b))
    rows = [(a, b, _both(first[a], second[b], float(match[a, b]), float(chance[0][a]))) for a, b in pairs]
    seen = [{pair[side] for pair in pairs} for side in (0, 1)]
    rows += [
        (a, 0, _alone(one, True, float(match[a].max()), float(chance[0][a])))
        for a, one in enumerate(first) if a not in seen[0]
    ]  # fmt: skip
    rows += [
        (len(first), b, _alone(one, False, float(match[:, b].max()), float(chance[1][b])))
        for b, one in enumerate(second) if b not in seen[1]
    ]  # fmt: skip
    return tuple(one for _, _, one in sorted(rows, key=lambda row: row[:2]))


def _both(one: Group, other: Group, match: float, by_chance: float) -> Distinction:
    return Distinction(*one[:3], *other[:3], match, by_chance)


def _alone(one: Group, is_first: bool, match: float, by_chance: float) -> Distinction:
    nothing = Group((), "", float("nan"), one.axes)
    sides = (one, nothing) if is_first else (nothing, one)
    return _both(*sides, match, by_chance)


def _matches(first: list[Group], second: list[Group], order: np.ndarray) -> np.ndarray:
    """Match of every two groups, with the items of the second in this order, shape (first, second)."""
    a, b = (np.hstack([one.axes for one in groups]) for groups in (first, second))
    sizes = [np.array([one.axes.shape[1] for one in groups]) for groups in (first, second)]
    starts = [np.append(0, np.cumsum(size)[:-1]) for size in sizes]
    squares = np.add.reduceat(np.add.reduceat((a.T @ b[order]) ** 2, starts[0], axis=0), starts[1], axis=1)
    return np.minimum(np.sqrt(squares / np.minimum.outer(*sizes)), 1.0)


def _by_chance(first: list[Group], second: list[Group], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Best match of every group of either world after the items are shuffled: medians over shuffles."""
    draw, count = np.random.default_rng(seed), len(first[0].axes)
    found = [_matches(first, second, draw.permutation(count)) for _ in range(SHUFFLES)]
    best = ([match.max(axis=axis) for match in found] for axis in (1, 0))
    of_first, of_second = (np.median(each, axis=0) for each in best)
    return of_first, of_second


def _best_first(match: np.ndarray) -> Iterator[tuple[int, int]]:
    """All pairs, best match first; ties go to the stronger modes."""
    rows, columns = (places.ravel() for places in np.indices(match.shape))
    for place in ranked(match.ravel(), rows, columns, tolerance=ALIKE):
        yield int(rows[place]), int(columns[place])
