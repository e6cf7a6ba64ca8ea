"""Names beside dots: each where it covers no other name and the fewest dots, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .._core.ties import ALIKE
from .style import GRAY, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))
LETTER, LINE, GAP = 0.055, 0.11, 0.05  # width and height of a letter, its distance from the dot; axes go from -1 to 1
LONGEST = 14  # letters of a name


def write_names(
    ax: Axes,
    points: np.ndarray,
    named: Sequence[tuple[str, int]],
    shades: Sequence[str],
    longest: int = LONGEST,
) -> None:
    """Write names beside their points, in order, as long as there is room between the limits of the axes.

    Parameters
    ----------
    ax : Axes
        With their limits and scales set.
    points : array, shape (points, 2)
        All dots that are drawn.
    named : list of (str, int)
        Names, and the number of the point of each.
    shades : list of str, shape (points,)
        Color of each point.
    longest : int
        Letters of a name.
    """
    from matplotlib.patheffects import withStroke

    low, high = ax.transScale.transform(np.array([ax.get_xlim(), ax.get_ylim()]).T)
    scaled = 2 * (ax.transScale.transform(points) - low) / (high - low) - 1
    for name, point, side in _placed(scaled, named, longest):
        shade = shades[point]
        note = ax.annotate(
            name, points[point], xytext=(4 * side[0], 5 * side[1]), textcoords="offset points",
            ha=("right", "center", "left")[side[0] + 1], va=("top", "center", "bottom")[side[1] + 1], fontsize=7.5,
            color="0.15" if shade == GRAY else shade, path_effects=[withStroke(linewidth=2.2, foreground="white")],
            zorder=4,
        )  # fmt: skip
        note.set_in_layout(False)


def _placed(
    points: np.ndarray, named: Sequence[tuple[str, int]], longest: int
) -> Iterator[tuple[str, int, tuple[int, int]]]:
    """The names that have room, with their point and the side of it; points are between -1 and 1."""
    taken: list[np.ndarray] = []
    for name, point in named:
        label = shortened(name, longest)
        found = _free_side(points, point, len(label), taken)
        if found is not None:
            taken.append(found[1])
            yield label, point, found[0]


def _free_side(
    points: np.ndarray, point: int, letters: int, taken: list[np.ndarray]
) -> tuple[tuple[int, int], np.ndarray] | None:
    """The side of a point where its name covers no other name and the fewest points, and its box; None without room."""
    size = np.array([LETTER * letters, LINE])
    best = None
    for side in SIDES:
        center = points[point] + np.array(side) * (size / 2 + GAP)
        low, high = center - size / 2, center + size / 2
        outside = np.abs([low, high]).max() > 1
        if outside or any(np.all(low < other[1]) and np.all(high > other[0]) for other in taken):
            continue
        covered = int(np.sum(np.all((points > low - ALIKE) & (points < high + ALIKE), axis=1)))
        if best is None or covered < best[0]:
            best = covered, side, np.stack([low, high])
    return None if best is None else best[1:]
