"""Typicality of the members of each category, from the most to the least typical."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect
from ..semantics.typical_items import Typicality
from .style import axes, color, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MANY = 500  # items from which dots are drawn as pixels, also in a vector file


def typicality(record: Typicality, *, ax: Axes | None = None, most: int = 12, **dot_style: Any) -> Axes:
    """Typicality of every item in a row for each category; the most and the least typical are named.

    Each dot is one item, or several equal ones. The `most` largest categories are drawn, except those of a single item.
    A star marks categories with a caveat, that of their prototype.
    """
    expect(record, Typicality, "record", "pass what semantics.typicality returns")
    ax = axes(ax)
    ranked = [one for one in record.prototypes if one.modes and one.members.size > 1]
    shown = sorted(sorted(ranked, key=lambda one: -one.members.size)[:most], key=lambda one: -one.members.size)
    many = len(record.category) > MANY
    for row, one in enumerate(shown):
        places = record.ranking(one.category)
        values = np.array([value for value, _ in places])
        sizes = np.array([len(names) for _, names in places])
        style = {
            "color": color(0),
            "alpha": 0.6,
            "edgecolors": "white",
            "linewidths": 0.5,
            "rasterized": many,
            **dot_style,
        }
        ax.scatter(values, np.full(values.size, row), s=14 + 10 * (sizes - 1), zorder=3, **style)
        ends = [(places[0], "left", 7)] + [(places[-1], "right", -7)] * (len(places) > 1)
        for (value, names), side, shift in ends:
            ax.annotate(
                _named(names), (value, row), xytext=(shift, 0), textcoords="offset points",
                ha=side, va="center", fontsize=7.5,
            )  # fmt: skip
    ax.set_yticks(
        range(len(shown)),
        [f"{shortened(one.category, 16)}{'*' * bool(one.caveat)} ({one.members.size})" for one in shown],
    )
    ax.set(ylim=(len(shown) - 0.5, -0.5), xlabel="typicality (score)")
    ax.axvline(0, color="0.6", linewidth=0.6)
    ax.margins(x=0.45)
    left_out = len(record.prototypes) - len(shown)
    ax.set_ylabel("category (items)" + (f", {left_out} left out" if left_out else ""))
    return ax


def _named(names: tuple[str, ...], most: int = 2) -> str:
    """The first of equal items, and how many more there are."""
    more = f" + {len(names) - most}" if len(names) > most else ""
    return ", ".join(shortened(name, 12) for name in names[:most]) + more
