"""Coherence: how much of each category the modes of a table hold, against the theory and against random groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect
from .._core.ties import ranked
from ..semantics.coherence_law import category_overlap
from ..semantics.coherent_categories import Coherence
from .style import GRAY, axes, below, color, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 150  # random groups drawn of each category
NAMED = 12  # categories with names


def coherence(record: Coherence, *, ax: Axes | None = None, **dot_style: Any) -> Axes:
    """Overlap of a mode with each category's items against its coherence, on a logarithmic axis.

    The line is the theory of large tables, with its threshold at 1; gray dots are random groups of as many items, which
    pick their features in the same way. Infinite coherence is drawn at the right edge.
    """
    expect(record, Coherence, "record", "pass what semantics.coherence returns")
    ax = axes(ax)
    share = np.array([block.members.size for block in record.blocks]) / len(record.environment.items)
    null = record.null[:, :SHOWN].copy()
    null[..., 0] *= 1 - share[:, None]
    finite = np.concatenate([null[..., 0].ravel(), record.effective])
    finite = finite[np.isfinite(finite) & (finite > 0)]
    low, high = 0.7 * min(finite.min(initial=1.0), 0.3), 3.0 * max(finite.max(initial=1.0), 3.0)
    place = np.clip(record.effective, low, high / 2.2)
    ax.scatter(np.clip(null[..., 0], low, high), null[..., 1], s=5, color=GRAY, alpha=0.5, linewidths=0, zorder=1,
               label="random groups of items")  # fmt: skip
    grid = np.geomspace(low, high, 400)
    law = category_overlap(grid, items=len(record.environment.items), features=len(record.environment.features))[0]
    ax.plot(grid, law, color="0.2", linewidth=1.6, label="theory of large tables", zorder=2)
    ax.axvline(1, color="0.2", linewidth=0.8, linestyle=":")
    order = ranked(record.effective, [block.category for block in record.blocks])
    for rank, k in enumerate(order):
        style = {"s": 34, "color": color(rank), "zorder": 3, "edgecolors": "white", "linewidths": 0.6, **dot_style}
        ax.scatter(place[k], record.observed[k, 0], **style)
    _write_names(
        ax, [record.blocks[k].category for k in order[:NAMED]], place[order[:NAMED]], record.observed[order[:NAMED], 0]
    )
    ax.set(xscale="log", xlim=(low, high), ylim=(-0.03, 1.05))
    left_out = f"; {order.size - NAMED} not named" if order.size > NAMED else ""
    ax.set(xlabel=f"coherence, less what centering takes{left_out}", ylabel="squared overlap with the items")
    below(ax)
    return ax


def _write_names(ax: Axes, names: list[str], across: np.ndarray, up: np.ndarray) -> None:
    """Names beside their dots, moved up where they would lie on each other."""
    taken: list[tuple[float, float]] = []
    for name, x, y in ((names[k], across[k], up[k]) for k in ranked(-up, names, scale=1.0)):
        height = float(y)
        while any(abs(height - other) < 0.045 and abs(np.log(x / at)) < 0.9 for at, other in taken):
            height += 0.01
        taken.append((float(x), height))
        ax.annotate(shortened(name, 16), (x, y), xytext=(x * 1.09, height), textcoords="data", va="center", fontsize=8)
