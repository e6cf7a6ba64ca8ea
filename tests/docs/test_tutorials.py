"""Tutorials: short scripts in order, each of which ends by checking what it claims; `make docs` runs them."""

import ast
import re
from pathlib import Path

import gallery_order
import pytest

TUTORIALS = sorted((Path(__file__).parents[2] / "docs" / "tutorials").glob("plot_*.py"))
MOST_LINES = 125


@pytest.mark.parametrize("script", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_is_short_and_ends_with_what_it_claims(script):
    text = script.read_text(encoding="utf-8")
    tree = ast.parse(text)
    number, title = ast.get_docstring(tree).splitlines()[0].split(". ", 1)
    assert script.stem.startswith(f"plot_{number}_") and title
    assert len(text.splitlines()) <= MOST_LINES and isinstance(tree.body[-1], ast.Assert)
    assert "# What this page claims, checked:" in text
    assert not re.search(r"^(import|from) (torch|jax)", text, re.MULTILINE)  # documentation is built without them


def test_figures_stand_in_the_order_of_their_numbers():
    names = ["plot_fig10_projection.py", "plot_fig2_differentiation.py", "plot_fig3_stages.py"]
    assert sorted(names, key=gallery_order.ByNumber("saxe2019")) == [*names[1:], names[0]]
    numbers = [int(path.stem.split("_")[1]) for path in TUTORIALS]
    assert numbers == list(range(1, len(TUTORIALS) + 1))
