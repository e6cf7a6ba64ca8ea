"""Two worlds of the same items: similarities of pairs, and when distinctions are learned, in one against the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect
from .._core.counting import evenly
from ..semantics.worlds import WorldComparison
from .labels import write_names
from .style import axes, color, shortened, written_out

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMED = 6  # dots with names beside them
CLEAR = 300  # dots that may be opaque; more of them are transparent
MOST = 2000  # pairs that are drawn, evenly chosen of more
LONGEST = 26  # letters of such a name
DIFFERENT = 0.05  # similarities from which on a pair is named
SIDES = ("first", "second")


def compared_similarities(
    record: WorldComparison, *, names: tuple[str, str] = SIDES, ax: Axes | None = None, **dot_style: Any
) -> Axes:
    """Similarity of pairs of shared items in the second world against the first; those that differ most have names."""
    expect(record, WorldComparison, "record", "pass what semantics.compare_worlds returns")
    ax = axes(ax)
    above = np.triu_indices(len(record.rows), k=1)
    x, y = (part[above] for part in record.similarities)
    drawn = evenly(len(x), MOST)
    alpha = min(1.0, (CLEAR / len(drawn)) ** 0.5)
    dots = {"marker": "o", "linestyle": "", "markersize": 4, "markeredgewidth": 0, "color": color(0), "alpha": alpha}
    ax.plot(x[drawn], y[drawn], **{**dots, **dot_style})
    _diagonal(ax)
    far = [p for p in np.argsort(-np.abs(x - y).round(9), kind="stable")[:NAMED] if abs(x[p] - y[p]) > DIFFERENT]
    named = [(", ".join(shortened(record.items[item[p]], 12) for item in above), int(p)) for p in far]
    write_names(ax, np.stack([x, y], axis=1), named, [color(0)] * len(x), LONGEST)
    found = record.agreement[0]
    if np.isfinite(found.value):
        ax.set_title(f"Spearman {found.value:.2f} [{found.low:.2f}, {found.high:.2f}], {found.n} pairs")
    ax.set(xlabel=f"similarity, {shortened(names[0])}", ylabel=f"similarity, {shortened(names[1])}")
    return ax


def compared_distinctions(
    record: WorldComparison, *, names: tuple[str, str] = SIDES, ax: Axes | None = None, **dot_style: Any
) -> Axes:
    """When the second world learns each shared distinction against when the first does; larger dots match better."""
    expect(record, WorldComparison, "record", "pass what semantics.compare_worlds returns")
    ax = axes(ax)
    matched = record.matched
    for number, one in enumerate(matched):
        dots = {"marker": "o", "linestyle": "", "markersize": 3 + 7 * one.match**2, "color": color(number)}
        ax.plot(one.first_time, one.second_time, **{**dots, **dot_style})
    if matched:
        ax.set(xscale="log", yscale="log")
        _diagonal(ax)
        for axis in (ax.xaxis, ax.yaxis):
            written_out(axis, ax.get_xlim()[1] / ax.get_xlim()[0])
        points = np.array([(one.first_time, one.second_time) for one in matched])
        named = [(one.first_separates, number) for number, one in enumerate(matched[:NAMED])]
        write_names(ax, points, named, [color(number) for number in range(len(matched))], LONGEST)
    tau = next(one for one in record.agreement if one.of == "distinctions")
    if np.isfinite(tau.value):
        ax.set_title(f"Kendall's tau {tau.value:.2f}, {tau.n} shared distinctions")
    ax.set(
        xlabel=f"half learned (1: half of the table is), {shortened(names[0])}",
        ylabel=f"half learned, {shortened(names[1])}",
    )
    return ax


def _diagonal(ax: Axes) -> None:
    """Where both are the same."""
    ends = [*ax.get_xlim(), *ax.get_ylim()]
    low, high = min(ends), max(ends)
    ax.plot([low, high], [low, high], color="0.6", linewidth=0.6, zorder=0)
    ax.set(xlim=(low, high), ylim=(low, high))
