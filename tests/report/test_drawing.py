"""Drawings are the same in every run: their layout settles, and their parts are numbered."""

import re

import matplotlib.layout_engine
import numpy as np
import pytest

import ontogeny as on
from ontogeny import plot
from ontogeny.report.drawing import _numbered, _rounded, drawn, picture

JITTER = 1e-13  # of where axes stand: what one run of the layout's solver differs from another


@pytest.fixture
def jitter(monkeypatch):
    """A layout whose last digits are others at every call."""
    settle, draw = matplotlib.layout_engine.ConstrainedLayoutEngine.execute, np.random.default_rng(0)

    def execute(self, figure):
        settle(self, figure)
        for axes in figure.axes:
            bounds = np.array(axes.get_position(original=True).bounds)
            axes._set_position(bounds * (1 + JITTER * draw.standard_normal(4)), which="original")

    monkeypatch.setattr(matplotlib.layout_engine.ConstrainedLayoutEngine, "execute", execute)


def loadings(world):
    return drawn(5.0, lambda grid: [plot.feature_loadings(world, mode + 1, ax=grid[mode]) for mode in (0, 1)], rows=2)


@pytest.mark.parametrize("draw", [
    loadings,
    lambda world: drawn(5.0, lambda ax: plot.table(world, ax=ax)),
    lambda world: drawn(4.0, lambda ax: plot.projection(
        on.semantics.project_property(on.predict(world, until=4.0), "pine"), ax=ax)),
], ids=["panels", "color bar", "second axis"])  # fmt: skip
def test_a_picture_hangs_not_on_the_last_digits_of_its_layout(jitter, draw):
    world = on.datasets.load("rumelhart")
    first, again = (picture(world, "key", "title", "sentence", draw) for _ in range(2))
    assert again.svg == first.svg
    assert again.png == first.png


def test_parts_are_numbered_as_they_come():
    svg = picture(on.datasets.load("rumelhart"), "key", "title", "sentence", loadings).svg
    parts = re.findall(r'\bid="([^"]+)"', svg)
    assert parts == [f"key-{number}" for number in range(1, len(parts) + 1)]
    used = re.findall(r'href="#([^"]+)"', svg) + re.findall(r"url\(#([^)]+)\)", svg)
    assert len(used) > 10 and set(used) <= set(parts)


def test_words_keep_their_digits_and_their_signs():
    drawing = '<g id="a"><text x="3.14159265">url(#a) 3.14159265, id="x"</text><path d="M -0.12345 9.99999"/></g>'
    rounded = '<g id="a"><text x="3.142">url(#a) 3.14159265, id="x"</text><path d="M -0.123 10"/></g>'
    assert _rounded(drawing) == rounded
    drawing, numbered = (f'<text>id="thing" url(#x)</text><use href="#{n}"/><path id="{n}"/>' for n in ("m1", "k-1"))
    assert _numbered(drawing, "k") == numbered
