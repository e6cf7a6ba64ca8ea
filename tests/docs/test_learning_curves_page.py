"""The page on learning curves: its example runs and says what it says, its commands exist."""

import re
from pathlib import Path

import typer

from ontogeny import cli

PAGE = (Path(__file__).parents[2] / "docs" / "learning_curves.md").read_text(encoding="utf-8")


def test_the_example_runs(capsys):
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    names = {}
    exec(example, names)
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("<LearningCurveFit: half-time 4.75 [4.16, 5.3], width 3.18; depth 2")
    assert "more than one layer" in out[1] and "'constant')" in out[2] and out[3] == "5"
    assert names["table"]["simulated"].all()


def test_the_commands_exist():
    fit = typer.main.get_group(cli.app).commands["fit"]
    known = {name for each in fit.params for name in each.opts}
    assert {*re.findall(r"--[a-z-]+", PAGE)} <= known
