"""Inductive projection: how a learner generalizes something new, over development."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect
from .._core.ties import ranked
from ..semantics.projections import Projection
from .courses import THICK, THIN
from .style import GRAY, axes, below, color, shortened, time_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMED = 7  # lines with a color and a name of their own


def projection(record: Projection, *, ax: Axes | None = None, width: bool = True, **line_style: Any) -> Axes:
    """Projection to each category (mean of its items), or to each item or feature, over time.

    The taught ones are left out of the means. The largest have colors and names, the others are gray. A dotted
    line gives the width, the effective number that it generalizes to, on an axis of its own unless `width` is False.
    """
    expect(record, Projection, "record", "pass what semantics.project_property or project_item returns")
    ax = axes(ax)
    names, lines = _lines(record)
    last = np.nan_to_num(np.mean(np.abs(lines[..., -1, :]), axis=0), nan=-1.0)
    order = ranked(last, names, scale=max(map(abs, record.taught.values())))
    style = {**(THICK if len(lines) == 1 else THIN), **line_style}
    for place in range(order.size - 1, -1, -1):
        number = order[place]
        for network, line in enumerate(lines[:, :, number]):
            label = {"label": shortened(names[number], 18)} if network == 0 and place < NAMED else {}
            look = {"color": color(place)} if place < NAMED else {"color": GRAY, "linewidth": 0.6}
            ax.plot(record.times, line, **{**style, **look, **label})
    new = f"a new property of {record.told}" if record.kind == "property" else f"a new item with {record.told}"
    ax.set_title(shortened(new, 60), fontsize="medium")
    ax.axhline(0, color="0.6", linewidth=0.6)
    ax.set(
        xlabel=time_label(record.environment.normalization),
        ylabel="extended to",
        xlim=(record.times[0], record.times[-1]),
    )
    handles, written = ax.get_legend_handles_labels()
    below(ax, columns=4, handles=handles[::-1], labels=written[::-1])
    if width:
        _draw_width(record, ax)
    return ax


def _draw_width(record: Projection, ax: Axes) -> None:
    twin = ax.twinx()
    for line in np.atleast_2d(record.width):
        twin.plot(record.times, line, color="0.25", linestyle=":", linewidth=1.2)
    kinds = "items" if record.kind == "property" else "features"
    twin.set(ylabel=f"effective number, dotted ({kinds}, of {len(record.names)})", ylim=(0, len(record.names) * 1.02))
    twin.spines["top"].set_visible(False)


def _lines(record: Projection) -> tuple[list[str], np.ndarray]:
    """Names and courses (networks, times, lines) of categories, else of items or features, less what was taught."""
    values = record.values.reshape(-1, *record.values.shape[-2:])
    other = np.array([name not in record.taught for name in record.names])
    kinds = record.environment.category if record.kind == "property" else None
    if kinds is None or len(set(kinds)) == 1:
        return [name for name, kept in zip(record.names, other, strict=True) if kept], values[..., other]
    groups = {name: other & (np.array(kinds) == name) for name in sorted(set(kinds))}
    groups = {name: members for name, members in groups.items() if members.any()}
    return list(groups), np.stack([values[..., members].mean(axis=-1) for members in groups.values()], axis=-1)
