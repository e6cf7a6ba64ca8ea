"""The style shared by all plots: style sheet, new axes, colors of modes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from .._core.shown import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

NAMED = 8  # modes with a color and a name of their own; the others are thin and gray
GRAY = "0.72"
LETTER, HANDLE = 0.075, 0.5  # width of a letter of a legend, and of what comes before its label [inches]
DECADES = 1e4  # ratio of the ends of a logarithmic axis from which on only powers of ten are written
POINTS = 72  # to an inch
DIVERGING = "RdBu_r"  # colors of values on both sides of zero


@contextmanager
def styled() -> Iterator[None]:
    """The house style inside this block."""
    from matplotlib import rc_context

    with rc_context(_sheet()):
        yield


@cache
def _sheet() -> Any:
    """Settings of the style sheet, read once."""
    from matplotlib import rc_params_from_file

    with as_file(files(__package__) / "ontogeny.mplstyle") as sheet:
        return rc_params_from_file(str(sheet), use_default_template=False)


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


def below(ax: Axes, columns: int = 2, *, drop: float = 36.0, **legend: Any) -> None:
    """A legend under the axes, in as many columns as fit the figure; none if nothing is labeled.

    `drop` is how far below the axes it begins [points].
    """
    from matplotlib.transforms import ScaledTranslation

    handles = legend.pop("handles", None) or ax.get_legend_handles_labels()[0]
    labels = legend.pop("labels", None) or [handle.get_label() for handle in handles]
    if not labels:
        return
    figure = ax.figure
    style = {
        "loc": "upper center",
        "bbox_to_anchor": (0.0 if legend.get("loc") == "upper left" else 0.5, 0.0),
        "bbox_transform": ax.transAxes + ScaledTranslation(0.0, -drop / POINTS, figure.dpi_scale_trans),
        "handlelength": 1.2,
        "borderaxespad": 0.0,
        "columnspacing": 1.2,
    }
    ax.legend(
        handles, labels, ncols=columns_that_fit(labels, figure.bbox.width / figure.dpi, columns), **{**style, **legend}
    )


def columns_that_fit(labels: Sequence[str], width: float, most: int) -> int:
    """Columns of a legend that fit a width [inches]; labels go down the columns.

    >>> columns_that_fit(["a short one", "another", "a label that is quite long", "x"], 4.0, 4)
    3
    """
    for columns in range(most, 1, -1):
        rows = -(-len(labels) // columns)
        longest = [max(map(len, labels[start : start + rows])) for start in range(0, len(labels), rows)]
        if sum(longest) * LETTER + len(longest) * HANDLE <= width:
            return columns
    return 1


def logarithmic(ax: Axes, first: float, last: float) -> None:
    """Make the time axis logarithmic, from the first to the last time, with ticks that are written out."""
    ax.set(xscale="log", xlim=(first, last))
    written_out(ax.xaxis, last / first)


def written_out(axis: Axis, ratio: float) -> None:
    """Ticks of a logarithmic axis as plain numbers: 1, 2 and 5 of each decade, or only 1 if there are many.

    `ratio` is that of its ends.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if ratio < DECADES else (1.0,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(NullLocator())


def depth_name(depth: int) -> str:
    """A depth in words.

    >>> depth_name(1), depth_name(3)
    ('no hidden layer', '2 hidden layers')
    """
    return {1: "no hidden layer", 2: "one hidden layer"}.get(depth, f"{depth - 1} hidden layers")
