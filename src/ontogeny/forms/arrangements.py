"""Items put in order, around a ring, or into the cells of a graph, so that neighbors differ little.

Without noise, the likelihood of a field depends on the arrangement through one number alone, the sum of squared
differences between neighbors. It is minimized by local search from several starts, of which the best is kept. A tour
starts by nearest neighbors, a layout by multidimensional scaling and assignment; the best exchange is then made until
none helps. Ties go to the first in the order of the items.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.optimize import linear_sum_assignment

from .._core.ties import first_least, slack

TOURS = 12, 5  # items at which a tour starts, for few and for many stops
KICKS = 10  # random perturbations of the best tour
LONGEST = 3  # longest stretch of stops that is moved as a whole
DIRECTIONS = (2, 3, 4, 6)  # numbers of coordinates by which items are matched with cells at first
TURNS = 20, 2  # random rotations from which each matching starts, besides the identity; for few and many cells
MOST_TURNS = 12  # iterations of one matching, which converges in about five
FEW = 60  # cells or stops
POWERS = 20  # iterations of the power method, after which the leading directions stand out
JITTER = 1e-3  # relative to their spread: noise that keeps equal items, and equivalent cells, from tying in a matching


def tour(distance: np.ndarray, *, closed: bool) -> np.ndarray:
    """Order of the items with a small sum of distances between neighbors, shape (items,).

    Parameters
    ----------
    distance : array, shape (items, items)
        Squared differences between items.
    closed : bool
        Whether the last item is a neighbor of the first.
    """
    count, firsts = len(distance), _farthest_points(distance, TOURS[len(distance) > FEW])
    if not closed:  # a path is a tour through one more stop, at distance 0 from all
        distance = np.pad(distance, (0, 1))
    tours = [_improved(_nearest_neighbors(distance, first), distance) for first in firsts]
    lengths = np.array([_steps(order, distance).sum() for order in tours])
    best = _kicked(tours[first_least(lengths, slack(distance))], distance)
    if closed:
        return best
    end = int(np.argmax(best == count))
    return np.roll(best, -end)[1:]


def layout(adjacency: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Cell of each item, chosen so that items in neighboring cells differ little, shape (items,).

    Parameters
    ----------
    adjacency : array, shape (cells, cells)
        Which cells are neighbors; at least as many cells as items.
    distance : array, shape (items, items)
        Squared differences between items.
    """
    cells, items = len(adjacency), len(distance)
    adjacency = adjacency.astype(float)
    padded = np.pad(distance, (0, cells - items))  # an empty cell differs from none
    starts = [np.append(start, np.setdiff1d(np.arange(cells), start)) for start in _matched(adjacency, distance)]
    found = [_exchanged(adjacency, padded, start) for start in starts]
    costs = np.array([np.sum(adjacency[np.ix_(place, place)] * padded) for place in found])
    return found[first_least(costs, slack(distance))][:items]


def _farthest_points(distance: np.ndarray, count: int) -> list[int]:
    """Items far from each other: the one farthest from all on average, then each farthest from those before it."""
    tied = slack(distance)
    found = [first_least(-distance.mean(axis=1), tied)]
    while len(found) < min(count, len(distance)):
        to_found = -distance[found].min(axis=0)
        to_found[found] = 1.0  # above all others, so not chosen again
        found.append(first_least(to_found, tied))
    return found


def _steps(order: np.ndarray, distance: np.ndarray) -> np.ndarray:
    return distance[order, np.roll(order, -1)]


def _nearest_neighbors(distance: np.ndarray, first: int) -> np.ndarray:
    order, tied = [first], slack(distance)
    free = np.ones(len(distance), dtype=bool)
    while len(order) < len(distance):
        free[order[-1]] = False
        order.append(first_least(np.where(free, distance[order[-1]], np.inf), tied))
    return np.array(order)


def _improved(order: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """The tour after reversing a stretch (2-opt) or moving a short one (Or-opt) until neither makes it shorter."""
    tied = slack(distance)
    while True:
        following, is_pair = _pairs(len(order))
        next_stop = order[following]
        between, to_next = distance[order[:, None], order], distance[order[:, None], next_stop]  # [i, j]: i to j, j + 1
        step = np.diagonal(to_next)
        gains = [is_pair * (step[:, None] + step - between - distance[next_stop[:, None], next_stop])]
        for length in range(1, min(LONGEST, len(order) - 3) + 1):
            gains += _moves(step, between, to_next, length)
        best = np.array([gain.max() for gain in gains])
        if best.max() <= tied:
            return order
        kind = first_least(-best, tied)
        i, j = divmod(first_least(-gains[kind], tied), len(order))
        if kind == 0:
            order = np.concatenate([order[: i + 1], order[i + 1 : j + 1][::-1], order[j + 1 :]])
        else:
            length, turned = (kind - 1) // 2 + 1, (kind - 1) % 2
            after = order[j]
            order = np.roll(order, -i)
            moved, rest = order[:length], order[length:]
            order = np.insert(rest, int(np.argmax(rest == after)) + 1, moved[::-1] if turned else moved)


def _kicked(order: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """The tour after random exchanges of two neighboring stretches, each improved, and kept if it is shorter."""
    draw, tied = np.random.default_rng(0), slack(distance)
    for _ in range(KICKS if len(order) > 7 else 0):
        a, b, c = np.sort(draw.choice(np.arange(1, len(order)), 3, replace=False))
        tried = _improved(np.concatenate([order[:a], order[b:c], order[a:b], order[c:]]), distance)
        if _steps(tried, distance).sum() < _steps(order, distance).sum() - tied:
            order = tried
    return order


def _moves(step: np.ndarray, between: np.ndarray, to_next: np.ndarray, length: int) -> list[np.ndarray]:
    """Gain from moving the stretch that starts at stop i behind stop j, unchanged and reversed, at [i, j]."""
    last, before, after, itself = _stretches(len(step), length)
    closed = (step[before] + step[last] - between[before, after])[:, None] + step
    gains = [closed - between - to_next[last], closed - between[last] - to_next]
    for gain in gains:
        gain[itself] = 0
    return gains


@lru_cache(maxsize=64)
def _pairs(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the stop after each one is, and which pairs of stops are in order."""
    first = np.arange(count)
    return (first + 1) % count, first[:, None] < first


@lru_cache(maxsize=64)
def _stretches(count: int, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Last stop, and the stops before and after, of the stretch from each stop; where it would move behind itself."""
    first, last = np.arange(count), (np.arange(count) + length - 1) % count
    offset = (first - first[:, None]) % count
    return last, first - 1, (last + 1) % count, (offset < length) | (offset == count - 1)


def _matched(adjacency: np.ndarray, distance: np.ndarray) -> list[np.ndarray]:
    """Cells of the items by alternating rotation and assignment, from several rotations, without duplicates."""
    draw = np.random.default_rng(0)
    cells, items = smooth_coordinates(adjacency, draw), principal_coordinates(distance, draw)
    found: dict[bytes, np.ndarray] = {}
    for width in DIRECTIONS:
        x, y = cells[:, :width], items[:, :width]
        x, y = (part / max(float(np.linalg.norm(part)), 1e-300) for part in (x, y))
        x, y = (part + JITTER * draw.standard_normal(part.shape) / np.sqrt(part.size) for part in (x, y))
        turns = [np.eye(DIRECTIONS[-1])]
        turns += [np.linalg.qr(draw.standard_normal((width, width)))[0] for _ in range(TURNS[len(cells) > FEW])]
        for turn in turns:
            place = _assigned(x, y, turn[: y.shape[1], : x.shape[1]])
            found.setdefault(place.tobytes(), place)
    return list(found.values())


def _assigned(x: np.ndarray, y: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Cell of each item: the items `y` are assigned to cells `x`, then rotated to fit, until nothing changes."""
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


def principal_coordinates(distance: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Classical multidimensional scaling (MDS) of squared distances, widest directions first, (items, directions)."""
    centered = distance - distance.mean(axis=0) - distance.mean(axis=1)[:, None] + distance.mean()
    return _widest(-centered / 2, draw)


def smooth_coordinates(adjacency: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Coordinates of the cells of a graph that vary as a field on it does, smoothest first, (cells, directions)."""
    level = np.full_like(adjacency, 1 / len(adjacency))
    return _widest(np.linalg.inv(np.diag(adjacency.sum(axis=1)) - adjacency + level) - level, draw)


def _widest(gram: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Coordinates with nearly this Gram matrix, by the power method, which is smooth where its modes are tied."""
    basis = draw.standard_normal((len(gram), min(DIRECTIONS[-1], len(gram))))
    for _ in range(POWERS):
        basis, triangle = np.linalg.qr(gram @ basis)
        basis = basis * np.where(np.diagonal(triangle) < 0, -1.0, 1.0)
    return basis * np.sqrt(np.linalg.norm(gram @ basis, axis=0))


def _exchanged(adjacency: np.ndarray, distance: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Cells of the items after repeating the best exchange of two until none helps."""
    tied, place = slack(distance), place.copy()
    near = adjacency[np.ix_(place, place)]
    cost = near @ distance  # [i, j]: of item j where item i is
    while True:
        own = np.diagonal(cost)
        change = cost + cost.T - own[:, None] - own + 2 * near * distance
        if change.min() >= -tied:
            return place
        i, j = np.unravel_index(first_least(change, tied), change.shape)
        pair, swapped = [i, j], [j, i]
        place[pair] = place[swapped]
        before = near[:, pair]
        near[pair] = near[swapped]
        near[:, pair] = near[:, swapped]
        cost += (near[:, pair] - before) @ distance[pair]
        cost[pair] = near[pair] @ distance
