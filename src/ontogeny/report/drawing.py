"""How a figure of a report is made: drawn in the common style, kept as SVG for the page and PNG for slides."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import plot
from ..plot.style import logarithmic

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 4.8  # of every figure [inches]: its letters can be read on a phone too
DOTS_PER_INCH = 200
QUICK = 1  # of PNG files: a third larger, and made in a third of the time
POINTS = 3  # decimals of coordinates, in points: finer than any screen, and far coarser than rounding
PLACED = 6  # decimals of the positions of axes, as shares of the figure: the layout solver differs in the fifteenth

Section = tuple[str, str, str, Callable[[Any], "drawn"]]  # key, title, caption, what draws it from a study


@dataclass(frozen=True, eq=False)
class Picture:
    """One drawn figure.

    Parameters
    ----------
    key : str
        Name of its files.
    title, sentence : str
        What it shows, in plain words.
    svg : str
        The drawing, for a page.
    png : bytes
        The drawing, for slides.
    """

    key: str
    title: str
    sentence: str
    svg: str
    png: bytes

    def __repr__(self) -> str:
        return f"<Picture: {self.key}, {self.title!r}>"


def picture(study: Any, key: str, title: str, sentence: str, draw: Callable[[Any], drawn]) -> Picture:
    """Draw one section of a study."""
    with _any_script(), draw(study) as (figure, _):
        return Picture(key, title, sentence, _svg(figure, key), _png(figure))


class drawn:
    """A figure of a given height with `draw` applied to its axes, in the common style, its layout fixed."""

    def __init__(self, height: float, draw: Callable[[Any], Any], **grid: Any) -> None:
        self._context = plot.figure(WIDTH, height, **grid)
        self._draw = draw

    def __enter__(self) -> tuple[Figure, Any]:
        figure, axes = self._context.__enter__()
        self._draw(axes)
        _settle(figure)
        return figure, axes

    def __exit__(self, *error: Any) -> None:
        self._context.__exit__(*error)


def over_time(study: Any, *axes: Axes) -> None:
    """Make time axes logarithmic where the study is drawn so."""
    if study.first_time is not None:
        for ax in axes:
            logarithmic(ax, study.first_time, float(study.theory.time[-1]))


def _settle(figure: Figure) -> None:
    """Lay the figure out once, to a few decimals, so that the same study is drawn the same in every run and format."""
    engine = figure.get_layout_engine()
    assert engine is not None  # figures of the house have one
    with _any_script():
        engine.execute(figure)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = np.round(axes.get_position(original=True).bounds, PLACED)
        axes.set_position((left, bottom, width, height), which="original")


def _svg(figure: Figure, key: str) -> str:
    """The drawing as an element for a page, without XML header."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": key}), _any_script():
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
    drawing = buffer.getvalue()
    return _numbered(_rounded(drawing[drawing.index("<svg") :]), key)


def _rounded(drawing: str) -> str:
    """The drawing with coordinates rounded to a few decimals; its text stays as it is.

    >>> _rounded('<path d="M 44.040084 205.77736"/><text x="1.25">3.14159</text>')
    '<path d="M 44.04 205.777"/><text x="1.25">3.14159</text>'
    """
    long = rf"\d+\.\d{{{POINTS + 1},}}"
    return _inside_tags(drawing, long, lambda found: f"{float(found[0]):.{POINTS}f}".rstrip("0").rstrip("."))


def _numbered(drawing: str, key: str) -> str:
    """The drawing with its parts numbered in order, under a name of its own, instead of by hashes of coordinates.

    >>> _numbered('<path id="m30161fc8fb"/><use xlink:href="#m30161fc8fb"/><g clip-path="url(#m30161fc8fb)"/>', "loss")
    '<path id="loss-1"/><use xlink:href="#loss-1"/><g clip-path="url(#loss-1)"/>'
    """
    parts = dict.fromkeys(re.findall(r'<[^>]*?\bid="([^"]+)"', drawing))
    number = {part: f"{key}-{place}" for place, part in enumerate(parts, start=1)}
    named = r'(\bid="|href="#|url\(#)([^")]+)'
    return _inside_tags(drawing, named, lambda found: found[1] + number[found[2]])


def _inside_tags(drawing: str, pattern: str, replacement: Callable[[re.Match[str]], str]) -> str:
    return re.sub(r"<[^>]+>", lambda tag: re.sub(pattern, replacement, tag[0]), drawing)


def _png(figure: Figure) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    figure.set_dpi(DOTS_PER_INCH)
    with _any_script():
        FigureCanvasAgg(figure).print_png(buffer, pil_kwargs={"compress_level": QUICK})
    return buffer.getvalue()


@contextmanager
def _any_script() -> Iterator[None]:
    """No warning for each letter that the font lacks; pages draw text with the reader's own fonts."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield
