"""The world: the table, the strengths of its modes, their loadings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, expect
from .._core.ties import ALIKE, ranked, ties
from ..environments.environment import Environment
from .style import DIVERGING, POINTS, axes, color, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

MISSING = "0.6"  # gray of a cell that was not observed
SMALLEST, LARGEST = 4.5, 8.0  # letters of the names of rows and columns [points]
TIGHT = 0.9  # height of a letter, as a share of its row
SORTED = 3  # modes that items are sorted by


def table(environment: Environment, *, ax: Axes | None = None, **image_style: Any) -> Axes:
    """The table of items and features, items sorted by category (else by their first modes); missing cells are gray.

    Tables of two values have two colors and a key, others a color bar.
    """
    expect(environment, Environment, "environment", "pass the world, for example trajectory.environment")
    ax = axes(ax)
    order = item_order(environment)
    values = _cells(environment)[order]
    limit = float(np.nanmax(np.abs(values))) or 1.0
    scale = {"vmin": 0.0, "cmap": "Blues"} if np.nanmin(values) >= 0 else {"vmin": -limit, "cmap": DIVERGING}
    style = {"aspect": "auto", "vmax": limit, "interpolation": "nearest", **scale, **image_style}
    two = np.unique(values[~np.isnan(values)])
    ax.set_facecolor(MISSING)  # shows where there is no value
    image = ax.imshow(values, **style)
    name_ticks(ax.xaxis, environment.features, rotation=90)
    name_ticks(ax.yaxis, [environment.items[i] for i in order])
    ax.set(xlabel="feature", ylabel=f"item ({len(environment.items)})")
    if environment.category is not None:
        _mark_categories(ax, [environment.category[i] for i in order])
    if two.size == 2:
        _key(ax, [(f"{value:g}", image.to_rgba(value)) for value in two])
    else:
        ax.figure.colorbar(image, ax=ax, shrink=0.5, label="value")
    return ax


def singular_values(environment: Environment, *, ax: Axes | None = None, **bar_style: Any) -> Axes:
    """Strength of every mode of the world."""
    ax = axes(ax)
    modes = environment.spectrum()
    number = np.arange(1, modes.singular_values.size + 1)
    colors = [color(int(group)) for group in modes.groups]
    ax.bar(number, modes.singular_values, **{"color": colors, **bar_style})
    ax.set(xlabel="mode", ylabel="singular value")
    ax.set_xticks(number[:: max(1, number.size // 8)])
    return ax


def feature_loadings(
    environment: Environment, mode: int, *, ax: Axes | None = None, most: int = 12, **style: Any
) -> Axes:
    """How much the features load on one mode (numbered from 1); the `most` strongest are shown.

    In a tied group single loadings are arbitrary: the length of each feature's loadings on the whole group is drawn.
    """
    expect(environment, Environment, "environment", "pass the world, for example trajectory.environment")
    modes = environment.spectrum()
    if mode not in range(1, modes.groups.size + 1):
        raise InputError("mode", f"is {mode!r}, but there are {modes.groups.size}", f"write 1 to {modes.groups.size}")
    ax = axes(ax)
    members = modes.groups == modes.groups[mode - 1]
    tied = np.count_nonzero(members) > 1
    loading = np.linalg.norm(modes.output_modes[:, members], axis=1) if tied else modes.output_modes[:, mode - 1]
    shown = ranked(np.abs(loading), environment.features, tolerance=ALIKE)[:most]
    shown = shown[ranked(loading[shown], [environment.features[i] for i in shown], tolerance=ALIKE)][::-1]
    ax.barh(np.arange(shown.size), loading[shown], **{"color": color(int(modes.groups[mode - 1])), **style})
    ax.set_yticks(np.arange(shown.size), [shortened(environment.features[i], 22) for i in shown])
    ax.axvline(0, color="0.3", linewidth=0.8)
    more = f" and {np.count_nonzero(members) - 1} tied with it" if tied else ""
    ax.set_title(f"mode {mode}" + (": shared by all" if environment.shared_modes()[mode - 1] else more))
    ax.set_xlabel("length in the tied group" if tied else "loading")
    if most < loading.size:
        ax.set_ylabel(f"{most} strongest of {loading.size}", fontsize=8)
    return ax


def _cells(environment: Environment) -> np.ndarray:
    if environment.targets is not None:
        return environment.targets
    return environment.along(environment.input_output_correlation.T)


def _key(ax: Axes, colors: list[tuple[str, Any]]) -> None:
    """What each color stands for, above the axes."""
    from matplotlib.patches import Patch

    handles = [Patch(facecolor=shade, edgecolor="0.4", linewidth=0.5, label=name) for name, shade in colors]
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(handles), borderaxespad=0.2)


def item_order(environment: Environment) -> np.ndarray:
    """Order in which items are drawn: by category where known, then by their first modes, then by name."""
    modes = environment.spectrum()
    loading = environment.along(modes.input_modes[:, :SORTED])
    keys = [np.asarray(environment.items), *(ties(-column, ALIKE) for column in loading.T[::-1])]
    if environment.category is not None:
        keys.append(np.asarray(environment.category))
    return np.lexsort(keys)


def _mark_categories(ax: Axes, categories: list[str]) -> None:
    starts = [0, *(i for i in range(1, len(categories)) if categories[i] != categories[i - 1]), len(categories)]
    for start, end in zip(starts, starts[1:], strict=False):
        ax.axhline(start - 0.5, color="0.2", linewidth=0.5)
        ax.annotate(
            shortened(categories[start], 14), (1.01, (start + end) / 2 - 0.5), xycoords=("axes fraction", "data"),
            va="center", fontsize=8,
        )  # fmt: skip


def name_ticks(axis: Axis, names: Sequence[str], **style: Any) -> None:
    """Names at every tick, as large as there is room, or no ticks if there are too many to read."""
    ax = axis.axes
    place = ax.get_window_extent()
    room = (place.width if axis is ax.xaxis else place.height) / ax.figure.dpi * POINTS
    size = min(LARGEST, TIGHT * room / len(names))
    if size >= SMALLEST:
        axis.set_ticks(np.arange(len(names)), [shortened(str(name), 20) for name in names], fontsize=size, **style)
    else:
        axis.set_ticks([])
