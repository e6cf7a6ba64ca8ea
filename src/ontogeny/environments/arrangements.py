"""Items put in order, around a ring, or into the cells of a graph, so that neighbors differ little.

Without noise, the likelihood of a field depends on the arrangement through one number alone, the sum of squared
differences between neighbors. Each arrangement makes it small: a good start, then the best exchange until none helps.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

ENOUGH = 1e-9  # relative to the largest distance: a gain below this is rounding
FIRSTS = 10  # items from which a tour starts to its nearest neighbor, besides the one along the widest direction
DIRECTIONS = (2, 3, 4, 6)  # numbers of coordinates by which items are matched with cells at first
TURNS = 6, 2  # random rotations from which each matching starts, besides that of the modes; for few and many cells
MOST_TURNS = 12  # of one matching, which settles in about five
FEW = 60  # cells


def tour(distance: np.ndarray, *, closed: bool) -> np.ndarray:
    """Order of the items in which the sum of distances between neighbors is small, shape (items,).

    Parameters
    ----------
    distance : array, shape (items, items)
        Squared differences between items.
    closed : bool
        Whether the last item is a neighbor of the first.
    """
    count = len(distance)
    coordinates = principal_coordinates(distance)
    if closed:
        start = [np.argsort(np.arctan2(coordinates[:, 1], coordinates[:, 0]), kind="stable")]
    else:  # a path is a tour through one more stop that is close to all
        distance = np.pad(distance, (0, 1))
        start = [np.append(np.argsort(coordinates[:, 0], kind="stable"), count)]
    firsts = np.unique(np.linspace(0, len(distance) - 1, FIRSTS).round().astype(int))
    start += [_nearest_neighbors(distance, int(first)) for first in firsts]
    tours = [_improved(order, distance) for order in start]
    best = min(tours, key=lambda order: float(_steps(order, distance).sum()))
    if closed:
        return best
    end = int(np.argmax(best == count))
    return np.roll(best, -end)[1:]


def layout(adjacency: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Cell of each item, such that items in neighboring cells differ little, shape (items,).

    Parameters
    ----------
    adjacency : array, shape (cells, cells)
        Which cells are neighbors; at least as many as items.
    distance : array, shape (items, items)
        Squared differences between items.
    """
    cells, items = len(adjacency), len(distance)
    adjacency = adjacency.astype(float)
    padded = np.pad(distance, (0, cells - items))  # an empty cell differs from none
    starts = _matched(_cell_coordinates(adjacency), principal_coordinates(distance))
    starts = [np.append(start, np.setdiff1d(np.arange(cells), start)) for start in starts]
    found = [_exchanged(adjacency, padded, start) for start in starts]
    best = min(found, key=lambda place: _unlikeness(adjacency, padded, place))
    return best[:items]


def _unlikeness(adjacency: np.ndarray, distance: np.ndarray, place: np.ndarray) -> float:
    """Sum of squared differences between neighbors, twice."""
    return float(np.sum(adjacency[np.ix_(place, place)] * distance))


def principal_coordinates(distance: np.ndarray) -> np.ndarray:
    """Coordinates whose squared distances come close to those given, widest direction first, (items, directions)."""
    centered = distance - distance.mean(axis=0) - distance.mean(axis=1)[:, None] + distance.mean()
    values, vectors = np.linalg.eigh(-centered / 2)
    widest = slice(-1, -min(DIRECTIONS[-1], len(distance)) - 1, -1)
    return vectors[:, widest] * np.sqrt(np.maximum(values[widest], 0))


def _steps(order: np.ndarray, distance: np.ndarray) -> np.ndarray:
    return distance[order, np.roll(order, -1)]


def _nearest_neighbors(distance: np.ndarray, first: int) -> np.ndarray:
    order = [first]
    free = np.ones(len(distance), dtype=bool)
    while len(order) < len(distance):
        free[order[-1]] = False
        order.append(int(np.argmin(np.where(free, distance[order[-1]], np.inf))))
    return np.array(order)


def _improved(order: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """A tour that neither turning a stretch around nor moving one stop makes shorter."""
    least = ENOUGH * float(distance.max())
    while True:
        step, between = _steps(order, distance), distance[np.ix_(order, order)]
        following = np.roll(between, (-1, -1), axis=(0, 1))  # [i, j]: from the stop after i to the stop after j
        turned = np.triu(step[:, None] + step - between - following, 1)
        skipped = step + np.roll(step, 1) - np.diagonal(np.roll(between, (1, -1), axis=(0, 1)))
        moved = skipped[:, None] + step - between - np.roll(between, -1, axis=1)  # stop i to behind stop j
        own = np.arange(len(order))
        moved[own, own] = moved[own, own - 1] = 0
        if max(turned.max(), moved.max()) <= least:
            return order
        if turned.max() >= moved.max():
            i, j = np.unravel_index(np.argmax(turned), turned.shape)
            order = np.concatenate([order[: i + 1], order[i + 1 : j + 1][::-1], order[j + 1 :]])
        else:
            i, j = np.unravel_index(np.argmax(moved), moved.shape)
            rest = np.delete(order, i)
            behind = int(np.argmax(rest == order[j])) + 1
            order = np.insert(rest, behind, order[i])


def _cell_coordinates(adjacency: np.ndarray) -> np.ndarray:
    """Smoothest coordinates of the cells of a graph, as a field on it has them."""
    values, vectors = np.linalg.eigh(np.diag(adjacency.sum(axis=1)) - adjacency)
    smooth = slice(1, DIRECTIONS[-1] + 1)
    return vectors[:, smooth] / np.sqrt(values[smooth])


def _matched(cells: np.ndarray, items: np.ndarray) -> list[np.ndarray]:
    """Cells of the items by rotation and assignment in turn, from several rotations; repeated ones are left out."""
    draw = np.random.default_rng(0)
    found: dict[bytes, np.ndarray] = {}
    for width in DIRECTIONS:
        x, y = cells[:, :width], items[:, :width]
        x, y = x / np.linalg.norm(x), y / max(float(np.linalg.norm(y)), 1e-300)
        for turn in range(1 + TURNS[len(cells) > FEW]):
            free = (x.shape[1], y.shape[1])
            start = (
                np.eye(*free)
                if turn == 0
                else np.linalg.qr(draw.standard_normal((max(free),) * 2))[0][: free[0], : free[1]]
            )
            place = _assigned(x, y, start.T)
            found.setdefault(place.tobytes(), place)
    return list(found.values())


def _assigned(x: np.ndarray, y: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Cell of each item when items `y`, turned, are assigned to cells `x` and then turned to fit, again and again."""
    place = np.full(len(y), -1)
    for _ in range(MOST_TURNS):
        turned = y @ rotation
        chosen = linear_sum_assignment(np.sum(x**2, axis=1) - 2 * turned @ x.T)[1]
        if np.array_equal(chosen, place):
            break
        place = chosen
        left, _, right = np.linalg.svd(y.T @ x[place], full_matrices=False)
        rotation = left @ right
    return place


def _exchanged(adjacency: np.ndarray, distance: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Cells of the items after the best exchange of two, again and again until none helps."""
    least, place = ENOUGH * float(distance.max()), place.copy()
    near = adjacency[np.ix_(place, place)]
    cost = near @ distance  # [i, j]: of item j where item i is
    while True:
        own = np.diagonal(cost)
        change = cost + cost.T - own[:, None] - own + 2 * near * distance
        i, j = np.unravel_index(np.argmin(change), change.shape)
        if change[i, j] >= -least:
            return place
        pair, swapped = [i, j], [j, i]
        place[pair] = place[swapped]
        before = near[:, pair]
        near[pair] = near[swapped]
        near[:, pair] = near[:, swapped]
        cost += (near[:, pair] - before) @ distance[pair]
        cost[pair] = near[pair] @ distance
