"""Every sweep that cannot be carried out, and the sentence it must get; for the tests and for docs/bad_input.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bad_commands import BadCommand

SPEC = """command = "predict"

[fixed]
environment = "zoo"

[grid]
depth = [1, 2]
"""


def sweep(old: str = "", new: str = "", *words: str, spec: str = SPEC) -> Callable[[Path], list[str]]:
    """`sweep` of a specification in which something is written otherwise, its store inside the folder."""

    def words_in(folder: Path) -> list[str]:
        path = folder / "spec.toml"
        path.write_text(spec.replace(old, new, 1) if old else spec, encoding="utf-8")
        return ["sweep", str(path), "--out", str(folder / "found.zarr"), *words]

    return words_in


def _no_store(folder: Path) -> list[str]:
    return ["sweep-status", str(folder / "none.zarr")]


def _another_folder(folder: Path) -> list[str]:
    (folder / "found.zarr").mkdir()
    (folder / "found.zarr" / "chapter1.tex").write_text("precious", encoding="utf-8")
    return sweep()(folder)


TREE = '{ form = "tree", branching = [2, 2], flip_probability = 0.1, leaves = 4 }'
SWEEP_COMMANDS = (
    BadCommand("A sweep without a specification", lambda _: ["sweep"], "no specification is named; write ontogeny swe"),
    BadCommand("A specification that is not there", lambda folder: ["sweep", str(folder / "none.toml")], "cannot be "),
    BadCommand("A command that cannot be swept", sweep('"predict"', '"learn"'), "line 1: command is 'learn', but it"),
    BadCommand("A setting that is needed", sweep('environment = "zoo"', ""), "spec.toml' lacks 'environment', which"),
    BadCommand("No command", sweep('command = "predict"', ""), "names no command; write command = "),
    BadCommand("A setting that the command does not have", sweep("depth =", "deepth ="), "line 7: 'deepth' is no set"),
    BadCommand("A value of a grid that cannot be", sweep("[1, 2]", "[1, 0]"), "line 7: depth is 0, but a network has"),
    BadCommand("A grid of one value", sweep("[1, 2]", "2"), "line 7: depth is 2, but a grid takes several values; wr"),
    BadCommand("A grid with a value twice", sweep("[1, 2]", "[1, 2, 1]"), "line 7: depth has 1 twice, and equal sett"),
    BadCommand("Logarithms from 0", sweep("depth = [1, 2]", 'tau = { from = 0, to = 1, count = 3, spacing = "log" }'),
               "line 7: tau is 0, but a logarithm needs numbers above 0"),
    BadCommand("A fixed setting that varies", sweep("depth =", 'environment = ["zoo", "rumelhart"]\ndepth ='),
               r"line 7: environment is in \[fixed\] and in \[grid\]; write it in one of them"),
    BadCommand("A form with a number that it does not have", sweep('"zoo"', TREE), "line 4: environment has 'leaves'"),
    BadCommand("A world that is no file", sweep('"zoo"', '"zooo"'), "line 4: there is no file '.*zooo'"),
    BadCommand("Nothing that varies", sweep("[grid]\ndepth = [1, 2]", ""), r"has neither \[grid\] nor \[random\]"),
    BadCommand("Draws without a number", sweep("[grid]", "[random]"), r"spec.toml' has \[random\], but no number"),
    BadCommand("A specification that is no TOML", sweep("[1, 2]", "[1, 2"), "is no TOML: "),
    BadCommand("No workers", sweep("", "", "--workers", "0"), "--workers is '0', but somebody|--workers is 0, but so"),
    BadCommand("An address that is none", sweep("", "", "--cluster", "10.0.0.5"), "--cluster is '10.0.0.5', which is"),
    BadCommand("A folder that holds something else", _another_folder, "found.zarr' is not the store of a sweep; name"),
    BadCommand("A store that is not there", _no_store, "there is no store '.*none.zarr'; write the folder that"),
)  # fmt: skip
