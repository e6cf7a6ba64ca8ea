"""Items put in order, around a ring, or into the cells of a graph, so that neighbors differ little.

Without noise, the likelihood of a field depends on the arrangement through one number alone, the sum of squared
differences between neighbors. Each arrangement makes it small: it grows from one item to the nearest that is left, and
is then changed by the best exchange until none helps; of several beginnings the best is kept. Equal gains are taken in
the order of the items.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from .._core.ties import first_least, slack

TOURS = 12, 5  # items from which a tour grows, of few and of many stops
KICKS = 10  # random changes of the best tour
LONGEST = 3  # stretch of stops that is moved elsewhere
DIRECTIONS = (2, 3, 4, 6)  # numbers of coordinates by which items are matched with cells at first
TURNS = 20, 2  # random rotations from which each matching starts, besides none; for few and many cells
MOST_TURNS = 12  # of one matching, which settles in about five
FEW = 60  # cells or stops
POWERS = 20  # of a matrix, after which its widest directions stand out
APART = 1e-3  # of their spread: by so much equal items, and cells that look alike, are moved apart for a matching


def tour(distance: np.ndarray, *, closed: bool) -> np.ndarray:
    """Order of the items in which the sum of distances between neighbors is small, shape (items,).

    Parameters
    ----------
    distance : array, shape (items, items)
        Squared differences between items.
    closed : bool
        Whether the last item is a neighbor of the first.
    """
    count, firsts = len(distance), _far_apart(distance, TOURS[len(distance) > FEW])
    if not closed:  # a path is a tour through one more stop that is close to all
        distance = np.pad(distance, (0, 1))
    tours = [_improved(_nearest_neighbors(distance, first), distance) for first in firsts]
    lengths = np.array([_steps(order, distance).sum() for order in tours])
    best = _kicked(tours[first_least(lengths, slack(distance))], distance)
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
    starts = [np.append(start, np.setdiff1d(np.arange(cells), start)) for start in _matched(adjacency, distance)]
    found = [_exchanged(adjacency, padded, start) for start in starts]
    costs = np.array([np.sum(adjacency[np.ix_(place, place)] * padded) for place in found])
    return found[first_least(costs, slack(distance))][:items]


def _far_apart(distance: np.ndarray, count: int) -> list[int]:
    """Items that lie far from each other: first the one farthest from all, then always the farthest from those."""
    tied = slack(distance)
    found = [first_least(-distance.mean(axis=1), tied)]
    while len(found) < min(count, len(distance)):
        to_found = -distance[found].min(axis=0)
        to_found[found] = 1.0  # taken: equal items are far from none
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
    """A tour that neither turning a stretch around nor moving a short one elsewhere makes shorter."""
    tied = slack(distance)
    while True:
        step, between = _steps(order, distance), distance[np.ix_(order, order)]
        following = np.roll(between, (-1, -1), axis=(0, 1))  # [i, j]: from the stop after i to the stop after j
        gains = [np.triu(step[:, None] + step - between - following, 1)]
        for length in range(1, min(LONGEST, len(order) - 3) + 1):
            gains += _moves(step, between, length)
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
    """The tour after exchanges of two neighboring stretches at random, each improved and kept where it is shorter."""
    draw, tied = np.random.default_rng(0), slack(distance)
    for _ in range(KICKS if len(order) > 7 else 0):
        a, b, c = np.sort(draw.choice(np.arange(1, len(order)), 3, replace=False))
        tried = _improved(np.concatenate([order[:a], order[b:c], order[a:b], order[c:]]), distance)
        if _steps(tried, distance).sum() < _steps(order, distance).sum() - tied:
            order = tried
    return order


def _moves(step: np.ndarray, between: np.ndarray, length: int) -> list[np.ndarray]:
    """What is gained by putting the stretch from stop i on behind stop j, as it is and turned around, at [i, j]."""
    count = len(step)
    first, last = np.arange(count), (np.arange(count) + length - 1) % count
    before, after = first - 1, (last + 1) % count
    closed = step[before] + step[last] - between[before, after]
    to_first, to_last = between[first], between[last]  # [i, j]: from stop j
    gains = [
        closed[:, None] + step - to_first - np.roll(to_last, -1, axis=1),
        closed[:, None] + step - to_last - np.roll(to_first, -1, axis=1),
    ]
    for gain in gains:
        for offset in range(-1, length):  # behind itself
            gain[first, (first + offset) % count] = 0
    return gains


def _matched(adjacency: np.ndarray, distance: np.ndarray) -> list[np.ndarray]:
    """Cells of the items by rotation and assignment in turn, from several rotations; repeated ones are left out."""
    draw = np.random.default_rng(0)
    cells, items = smooth_coordinates(adjacency, draw), principal_coordinates(distance, draw)
    found: dict[bytes, np.ndarray] = {}
    for width in DIRECTIONS:
        x, y = cells[:, :width], items[:, :width]
        x, y = (part / max(float(np.linalg.norm(part)), 1e-300) for part in (x, y))
        x, y = (part + APART * draw.standard_normal(part.shape) / np.sqrt(part.size) for part in (x, y))
        turns = [np.eye(DIRECTIONS[-1])]
        turns += [np.linalg.qr(draw.standard_normal((width, width)))[0] for _ in range(TURNS[len(cells) > FEW])]
        for turn in turns:
            place = _assigned(x, y, turn[: y.shape[1], : x.shape[1]])
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


def principal_coordinates(distance: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Coordinates whose squared distances come close to those given, widest directions first, (items, directions)."""
    centered = distance - distance.mean(axis=0) - distance.mean(axis=1)[:, None] + distance.mean()
    return _widest(-centered / 2, draw)


def smooth_coordinates(adjacency: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Coordinates of the cells of a graph that vary as a field on it does, smoothest first, (cells, directions)."""
    level = np.full_like(adjacency, 1 / len(adjacency))
    return _widest(np.linalg.inv(np.diag(adjacency.sum(axis=1)) - adjacency + level) - level, draw)


def _widest(gram: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Coordinates with nearly these products, by powers of the matrix, smooth where its modes are tied."""
    basis = draw.standard_normal((len(gram), min(DIRECTIONS[-1], len(gram))))
    for _ in range(POWERS):
        basis, triangle = np.linalg.qr(gram @ basis)
        basis = basis * np.where(np.diagonal(triangle) < 0, -1.0, 1.0)
    return basis * np.sqrt(np.linalg.norm(gram @ basis, axis=0))


def _exchanged(adjacency: np.ndarray, distance: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Cells of the items after the best exchange of two, again and again until none helps."""
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
