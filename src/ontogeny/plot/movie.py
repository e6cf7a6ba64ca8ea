"""Embeddings (MDS) over development: frames side by side, with the path of every point so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, expect
from .._core.counting import evenly
from .._core.ties import ALIKE, ranked
from ..environments.environment import Environment
from ..semantics.scaling import Embedding
from ..taxonomies.taxonomy import Taxonomy
from .labels import write_names
from .style import NAMED, color, columns_that_fit, shortened, styled
from .tree import top_groups

if TYPE_CHECKING:
    from matplotlib.axes import Axes

READABLE = 25  # points whose names can still be read
LINES = 150  # points whose paths are drawn
BENDS = 30  # times along a path
CLUSTERED = 2000  # points that are clustered for their colors
TOP = 6  # groups with a color, where there are no categories
TOGETHER = 0.08  # share of the frame in which all points are said to be together
MANY = 500  # points from which they are drawn as pixels, also in a vector file


def embedding(
    record: Embedding,
    *,
    axes: Sequence[Axes] | np.ndarray | None = None,
    frames: int = 4,
    network: int = 0,
    **line_style: Any,
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
    from matplotlib.collections import LineCollection

    expect(record, Embedding, "record", "pass semantics.embedding(trajectory)")
    if record.coordinates.shape[-1] < 2:
        raise InputError("record", "has one dimension, but a plot needs two", "make it with two dimensions or more")
    if network not in range(len(record.coordinates)):
        raise InputError(
            "network",
            f"is {network!r}, but the record holds {len(record.coordinates)}",
            f"write 0 to {len(record.coordinates) - 1}",
        )
    places = _axes(axes, min(frames, record.times.size))
    points = record.coordinates[network, :, :, :2]
    many = points.shape[1] > MANY
    kinds, groups = _groups(record)
    shades = [color(int(group)) for group in groups]
    named = [(record.names[point], point) for point in _named(record, points[-1], groups)]
    by_name = np.argsort(record.names)
    traced = by_name[evenly(by_name.size, LINES)]
    middle, reach = points.mean(axis=(0, 1)), 1.12 * np.abs(points - points.mean(axis=(0, 1))).max() or 1.0
    for ax, frame in zip(places, _moments(points, len(places)), strict=True):
        ax.scatter(
            points[frame, :, 0],
            points[frame, :, 1],
            c=shades,
            s=16 if len(shades) <= 150 else 5,
            zorder=3,
            rasterized=many,
        )
        ways = points[np.ix_(evenly(frame + 1, BENDS), traced)].swapaxes(0, 1)
        style = {"color": [shades[point] for point in traced], "linewidth": 0.7, "alpha": 0.4, **line_style}
        ax.add_collection(LineCollection(ways, capstyle="projecting", joinstyle="round", **style), autolim=False)
        edges = np.stack([middle - reach, middle + reach])
        ax.set(xlim=edges[:, 0], ylim=edges[:, 1], aspect="equal")
        if np.abs(points[frame] - points[frame].mean(axis=0)).max() < TOGETHER * reach:
            note = f"all {len(points[frame])} together"
            at = points[frame].mean(axis=0)
            ax.annotate(note, at, xytext=(0, 8), textcoords="offset points", ha="center", fontsize=8)
        else:
            write_names(ax, points[frame], named, shades)
        ax.set(xticks=[], yticks=[])
        ax.set_title(f"t = {record.times[frame]:.3g}")
    for axis, label in enumerate(("first", "second")):
        tied = " (among tied modes)" if record.tied[axis] else ""
        (places[0].set_xlabel, places[0].set_ylabel)[axis](f"{label} axis{tied}")
    if len(kinds) > 1:
        _key(places, kinds)
    return places


def _key(places: np.ndarray, kinds: list[str]) -> None:
    """What the colors stand for, below all frames."""
    from matplotlib.lines import Line2D

    shown = [*(shortened(kind, 26) for kind in kinds[:NAMED]), *["others"] * (len(kinds) > NAMED)]
    handles = [
        Line2D([], [], linestyle="", marker="o", markersize=4.5, color=color(number), label=name)
        for number, name in enumerate(shown)
    ]
    figure = places[0].figure
    columns = columns_that_fit(shown, figure.bbox.width / figure.dpi, 4)
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, fontsize=8, handletextpad=0.1)


def _axes(given: Sequence[Axes] | np.ndarray | None, frames: int) -> np.ndarray:
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


def _groups(record: Embedding) -> tuple[list[str], np.ndarray]:
    """What colors stand for, categories or else the top groups of a clustering, and the group of every point."""
    world, count = record.environment, len(record.names)
    if record.of == "items" and world.category is not None:
        kinds = sorted(set(world.category))
        return kinds, np.array([kinds.index(kind) for kind in world.category])
    if record.of != "items" or not isinstance(world, Environment) or not READABLE < count <= CLUSTERED:
        return [""], np.zeros(count, dtype=int)
    tree = Taxonomy.found(world)
    place, groups = {name: number for number, name in enumerate(world.items)}, np.zeros(count, dtype=int)
    ends = top_groups(tree, TOP)
    for number, node in enumerate(ends):
        groups[[place[item] for item in tree.members(node)]] = number
    return [f"{shortened(tree.names[node], 20)} ({len(tree.members(node))})" for node in ends], groups


def _named(record: Embedding, last: np.ndarray, groups: np.ndarray) -> list[int]:
    """Points whose names are written: all while that can be read, else of each group the one that lies farthest out."""
    names = np.array(record.names)
    if names.size <= READABLE:
        return [int(point) for point in np.argsort(names)]
    if not groups.any():
        return [int(point) for point in ranked(np.linalg.norm(last, axis=1), names, tolerance=ALIKE)[:NAMED]]
    chosen = []
    for group in np.unique(groups)[:READABLE]:
        members = np.flatnonzero(groups == group)
        toward = last[members] @ last[members].mean(axis=0)
        scale = float(np.abs(last).max() ** 2)
        chosen.append(int(members[ranked(toward, names[members], tolerance=ALIKE, scale=scale)[0]]))
    return chosen
