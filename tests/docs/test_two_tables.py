"""The page on two tables: its example runs, and its commands exist."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import typer

from ontogeny import cli

PAGE = (Path(__file__).parents[2] / "docs" / "two_tables.md").read_text(encoding="utf-8")


def test_the_example_runs(capsys):
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    exec(example, {})
    plt.close("all")
    out = capsys.readouterr().out
    assert out.startswith("<WorldComparison: 8 shared items, 3 shared distinctions") and "first_separates" in out


def test_the_commands_exist():
    compare = typer.main.get_group(cli.app).commands["compare"]
    known = {name for each in compare.params for name in each.opts}
    assert {*re.findall(r"--[a-z-]+", PAGE)} <= known
