"""Embeddings (MDS) over development: frames side by side, with the path of every point so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, expect
from .._core.counting import evenly
from .._core.ties import ALIKE, ranked
from ..semantics.scaling import Embedding
from .style import GRAY, NAMED, color, shortened, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

READABLE = 25  # points whose names can still be read
LINES = 150  # points whose ways are drawn
MANY = 500  # points from which they are drawn as pixels, also in a vector file


def embedding(
    record: Embedding, *, axes: Any = None, frames: int = 4, network: int = 0, **line_style: Any
) -> np.ndarray:
    """Positions of items (or features) at several times: small multiples, each with the paths so far.

    Parameters
    ----------
    record : Embedding
        What `semantics.embedding` returns, in two dimensions or more (the first two are drawn).
    axes : array of Axes, optional
        One for each frame; by default new ones side by side.
    frames : int
        How many frames, if no axes are given; the last is the end of the record.
    network : int
        Which network to draw.
    **line_style
        Of the paths.

    Returns
    -------
    array of Axes
    """
    expect(record, Embedding, "record", "pass semantics.embedding(trajectory)")
    if record.coordinates.shape[-1] < 2:
        raise InputError("record", "has one dimension, but a picture needs two", "write embedding(..., dimensions=2)")
    if network not in range(len(record.coordinates)):
        raise InputError(
            "network", f"is {network!r}, but the record has {len(record.coordinates)}", "write a smaller number"
        )
    places = _axes(axes, min(frames, record.times.size))
    points = record.coordinates[network, :, :, :2]
    many = points.shape[1] > MANY
    shades = _shades(record)
    named = _named(record, points[-1])
    by_name = np.argsort(record.names)
    traced = by_name[evenly(by_name.size, LINES)]
    middle, reach = points.mean(axis=(0, 1)), 1.12 * np.abs(points - points.mean(axis=(0, 1))).max() or 1.0
    for ax, frame in zip(places, _moments(points, len(places)), strict=True):
        for point in traced:
            way = points[: frame + 1, point]
            ax.plot(way[:, 0], way[:, 1], **{"color": shades[point], "linewidth": 0.7, "alpha": 0.4, **line_style})
        ax.scatter(
            points[frame, :, 0],
            points[frame, :, 1],
            c=shades,
            s=16 if len(shades) <= 150 else 5,
            zorder=3,
            rasterized=many,
        )
        _write_names(ax, points[frame], named, shades, reach)
        ax.set(xlim=(middle[0] - reach, middle[0] + reach), ylim=(middle[1] - reach, middle[1] + reach), aspect="equal")
        ax.set(xticks=[], yticks=[])
        ax.set_title(f"t = {record.times[frame]:.3g}")
    for axis, label in enumerate(("first", "second")):
        tied = " (among tied modes)" if record.tied[axis] else ""
        (places[0].set_xlabel, places[0].set_ylabel)[axis](f"{label} axis{tied}")
    return places


def _axes(given: Any, frames: int) -> np.ndarray:
    if given is not None:
        return np.atleast_1d(np.asarray(given, dtype=object)).ravel()
    import matplotlib.pyplot as plt

    with styled():
        figure = plt.figure(figsize=(2.9 * frames, 3.3), layout="compressed")
        return np.atleast_1d(figure.subplots(1, frames))


def _moments(points: np.ndarray, count: int) -> np.ndarray:
    """Frames at equal shares of the distance that the points have moved, the last one included."""
    steps = np.sqrt(np.sum(np.diff(points, axis=0) ** 2, axis=(1, 2)))
    gone = np.append(0.0, np.cumsum(steps)) / (steps.sum() or 1.0)
    found = np.searchsorted(gone, np.linspace(0, 1, count + 1)[1:] * (1 - 1e-3))
    found[-1] = len(points) - 1
    latest = len(points) - count + np.arange(count)
    return np.minimum(np.maximum.accumulate(found - np.arange(count)) + np.arange(count), latest)  # all different


def _shades(record: Embedding) -> list[str]:
    if record.of == "features" or record.environment.category is None:
        return [color(0)] * len(record.names)
    kinds = sorted(set(record.environment.category))
    return [color(kinds.index(kind)) for kind in record.environment.category]


def _named(record: Embedding, last: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """What is written: every point while that can be read, else categories at their means, else the farthest points."""
    if len(record.names) <= READABLE:
        return [(name, np.array([point])) for point, name in enumerate(record.names)]
    category = record.environment.category if record.of == "items" else None
    if category is not None and len(set(category)) <= READABLE:
        kind = np.array(category)
        return [(one, np.flatnonzero(kind == one)) for one in sorted(set(category))]
    far = ranked(np.linalg.norm(last, axis=1), record.names, tolerance=ALIKE)[:NAMED]
    return [(record.names[point], np.array([point])) for point in far]


def _write_names(
    ax: Axes, points: np.ndarray, named: list[tuple[str, np.ndarray]], shades: list[str], reach: float
) -> None:
    """Names beside their points, pushed apart where they would cover each other; one where points lie on each other."""
    from matplotlib.patheffects import withStroke

    at = np.array([points[members].mean(axis=0) for _, members in named])
    if np.abs(at - at.mean(axis=0)).max() < 0.08 * reach:
        ax.annotate(f"all {len(named)} together", at.mean(axis=0), xytext=(0, 8), textcoords="offset points",
                    ha="center", fontsize=8)  # fmt: skip
        return
    text = at.copy()
    gap, edge = 0.105 * reach, 0.95 * reach
    middle = -ALIKE * reach  # points above each other in the middle are all on the right
    for side in (at[:, 0] >= middle, at[:, 0] < middle):
        rows = np.flatnonzero(side)
        rows = rows[ranked(at[rows, 1], [named[row][0] for row in rows], tolerance=ALIKE, scale=reach)][::-1]
        text[rows, 1] = _apart(at[rows, 1], gap, edge)
    for (name, members), place, shown in zip(named, at, text, strict=True):
        right = place[0] < 0.45 * reach if place[0] >= middle else place[0] < -0.45 * reach
        shade = shades[members[0]]
        note = ax.annotate(
            shortened(name, 14), (place[0], shown[1]), xytext=(5 if right else -5, 0), textcoords="offset points",
            ha="left" if right else "right", va="center", fontsize=7.5, color="0.15" if shade == GRAY else shade,
            path_effects=[withStroke(linewidth=2.2, foreground="white")], zorder=2.5,
        )  # fmt: skip
        note.set_in_layout(False)


def _apart(heights: np.ndarray, gap: float, edge: float) -> np.ndarray:
    """Increasing heights pushed apart until none are closer than a gap, inside the edges as far as there is room."""
    heights = heights.copy()
    for _ in range(200):
        push = np.maximum(gap - np.diff(heights), 0) / 2
        if not np.any(push > 1e-3 * gap):
            break
        heights[:-1] -= push
        heights[1:] += push
        heights = np.clip(heights, -edge, edge)
    return heights
