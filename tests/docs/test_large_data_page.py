"""The page on tables larger than memory: its examples run and say what it says, its commands exist."""

import re
from pathlib import Path

import typer

from ontogeny import cli

PAGE = (Path(__file__).parents[2] / "docs" / "large_data.md").read_text(encoding="utf-8")


def test_the_examples_run(capsys):
    names = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL):
        exec(example, names)
    out = capsys.readouterr().out
    assert "50 features, 50 modes" in out and "<Spectrum: 5 modes, singular values" in out
    assert "<DataPrediction: 20000 rows; lowest test error from 40 samples" in out and "from 20000 rows" in out
    world = names["world"]
    assert next(note for note in world.notes if note.kind == "streamed").words.startswith(
        "The table (the iterator) has 60000"
    )
    assert world.spectrum().singular_values[3] > 4 * world.spectrum().singular_values[4]  # the four kinds


def test_the_commands_exist():
    commands = typer.main.get_group(cli.app).commands
    known = {name for each in ("learn", "generalize") for option in commands[each].params for name in option.opts}
    assert {*re.findall(r"--[a-z-]+", " ".join(re.findall(r"^ontogeny .*", PAGE, re.MULTILINE)))} <= known
