"""How a figure of a report is made: drawn in the house style, kept as SVG for the page and PNG for a slide."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import plot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 150

Section = tuple[str, str, str, Callable[[Any], Any]]  # key, title, sentence, what draws it from a study


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
        The drawing, for a slide.
    """

    key: str
    title: str
    sentence: str
    svg: str
    png: bytes


def picture(study: Any, key: str, title: str, sentence: str, draw: Callable[[Any], Any]) -> Picture:
    """Draw one section of a study."""
    with _any_script(), draw(study) as (figure, _):
        return Picture(key, title, sentence, _svg(figure, key), _png(figure))


class drawn:
    """A figure of some size with `draw` applied to its axes, inside the house style."""

    def __init__(self, width: float, height: float, draw: Callable[[Any], Any], **grid: Any) -> None:
        self._context = plot.figure(width, height, **grid)
        self._draw = draw

    def __enter__(self) -> tuple[Figure, Any]:
        figure, axes = self._context.__enter__()
        self._draw(axes)
        return figure, axes

    def __exit__(self, *error: Any) -> None:
        self._context.__exit__(*error)


def _svg(figure: Figure, key: str) -> str:
    """The drawing as an element for a page: no XML header, names of its parts unlike those of other figures."""
    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": key}), _any_script():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r'\b(id|xlink:href|href)="(#?)([^":/]+)"', rf'\1="\2{key}-\3"', drawing)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", drawing)


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    with _any_script():
        figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
    return buffer.getvalue()


@contextmanager
def _any_script() -> Iterator[None]:
    """No warning for each letter that the drawing font lacks; pages draw text with the reader's own fonts."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield
