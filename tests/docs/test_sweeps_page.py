"""The page on sweeps: its Python runs and says what it says, its files are specifications, its commands exist."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import typer

from ontogeny import cli
from ontogeny.sweeps import read_specification
from ontogeny.sweeps.commands import PLACES
from ontogeny.sweeps.design import design_of
from ontogeny.sweeps.worlds import FORMS

pytest.importorskip("zarr")

FILES = re.compile(r"```toml\n(.*?)```", flags=re.DOTALL)
PAGE = (Path(__file__).parents[2] / "docs" / "sweeps.md").read_text(encoding="utf-8")


def test_the_example_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    names = {}
    exec(example, names)
    plt.close("all")
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "<Sweep of predict over depth (3), initial_strength (20): 60 runs, 60 done>"
    small, large = map(float, re.findall(r"\d+\.\d*", out[1]))
    assert small > large > 0, "from a smaller start it takes longer"
    assert len(names["ax"].lines) == 3 and (tmp_path / "starts.zarr.log").exists()
    (tmp_path / "starts.toml").write_text(FILES.findall(PAGE)[0], encoding="utf-8")
    assert names["on"].sweeps.run("starts.toml", "starts.zarr").is_complete, "the file says the same"


@pytest.mark.parametrize(("number", "shape"), [(0, (3, 20)), (1, (500,)), (2, (3, 50))])
def test_its_files_are_specifications(number, shape, tmp_path):
    (tmp_path / "spec.toml").write_text(FILES.findall(PAGE)[number], encoding="utf-8")
    assert design_of(read_specification(tmp_path / "spec.toml")).shape == shape


def test_its_commands_forms_and_options_exist():
    commands = typer.main.get_group(cli.app).commands
    known = {name for each in ("sweep", "sweep-status") for one in commands[each].params for name in one.opts}
    lines = [line for line in PAGE.splitlines() if line.startswith("ontogeny ")]
    assert {*re.findall(r"--[a-z-]+", "\n".join(lines))} <= known
    for name in (*PLACES, *FORMS):
        assert f"`{name}`" in PAGE, name
