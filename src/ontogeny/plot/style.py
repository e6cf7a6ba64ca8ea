"""The style shared by all plots: style sheet, new axes, colors of modes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from .._core.shown import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMED = 8  # modes with a color and a name of their own; the others are thin and gray
GRAY = "0.72"
DIVERGING = "RdBu_r"  # colors of values on both sides of zero


@contextmanager
def styled() -> Iterator[None]:
    """The house style inside this block."""
    import matplotlib.style

    with as_file(files(__package__) / "ontogeny.mplstyle") as sheet, matplotlib.style.context(str(sheet)):
        yield


@contextmanager
def figure(width: float, height: float, rows: int = 1, columns: int = 1, **layout: Any) -> Iterator[tuple[Figure, Any]]:
    """A new figure in the house style, outside of any window system, and its axes.

    Parameters
    ----------
    width, height : float
        Size [inches].
    rows, columns : int
        Number of axes.
    **layout
        Passed on to `matplotlib.figure.Figure.subplots`.

    Examples
    --------
    >>> with figure(4, 3) as (fig, ax):
    ...     (line,) = ax.plot([0, 1])
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with styled():
        fig = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(fig)
        yield fig, fig.subplots(rows, columns, **layout)


def axes(ax: Axes | None) -> Axes:
    """`ax`, or new axes in the house style."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    with styled():
        return plt.subplots(layout="constrained")[1]


def time_label(normalization: str) -> str:
    """Label of a time axis, with the convention that sets its unit.

    >>> time_label("sum")
    'learning time (units of τ, normalization "sum")'
    """
    return f'learning time (units of τ, normalization "{normalization}")'


def color(number: int) -> str:
    """Color of a mode, a feature or a network by its number."""
    return _cycle()[number] if number < NAMED else GRAY


@cache
def _cycle() -> tuple[str, ...]:
    """Colors of the house, also outside of its style."""
    import matplotlib as mpl

    with styled():
        return tuple(f"#{shade}".replace("##", "#") for shade in mpl.rcParams["axes.prop_cycle"].by_key()["color"])


def shortened(name: str, most: int = 34) -> str:
    r"""A name cut to a length that fits a legend, and drawn as it is written: a dollar sign begins no formula.

    Nor does an underscore hide it from a legend, since a space without width comes first.

    >>> shortened("a very long name indeed", most=12), shortened("price ($)"), shortened("_id")
    ('a very long…', 'price (\\$)', '\u200b_id')
    """
    return "\u200b" * name.startswith("_") + shown(name, most).replace("$", r"\$")


def below(ax: Axes, columns: int = 2, **legend: Any) -> None:
    """A legend under the axes, which fits the screen of a phone too; none if nothing is labeled."""
    if ax.get_legend_handles_labels()[1]:
        place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.2), "handlelength": 1.2}
        ax.legend(ncols=columns, **{**place, **legend})


def depth_name(depth: int) -> str:
    """A depth in words.

    >>> depth_name(1), depth_name(3)
    ('no hidden layer', '2 hidden layers')
    """
    return {1: "no hidden layer", 2: "one hidden layer"}.get(depth, f"{depth - 1} hidden layers")
