"""Every command line that cannot be carried out, and the sentence it must get.

For the tests and for docs/bad_input.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TABLE = "animal,wings,gills\nrobin,1,0\ntrout,0,1\nworm,0,0\n"


def table(folder: Path) -> str:
    """A small table that can be learned."""
    path = folder / "animals.csv"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def options(*words: str) -> Callable[[Path], list[str]]:
    """`learn` on a small good table with these options, its report inside the folder."""
    return lambda folder: ["learn", table(folder), "--out", str(folder / "report"), *words]


def _foreign_file(folder: Path) -> list[str]:
    report = folder / "thesis"
    report.mkdir()
    (report / "chapter1.tex").write_text("precious", encoding="utf-8")
    return ["learn", table(folder), "--out", str(report)]


def _file_added_to_report(folder: Path) -> list[str]:
    report = folder / "report"
    report.mkdir()
    (report / "ontogeny-report.json").write_text('{"files": ["index.html"]}', encoding="utf-8")
    (report / "index.html").write_text("ours", encoding="utf-8")
    (report / "remarks.txt").write_text("precious", encoding="utf-8")
    return ["learn", table(folder), "--out", str(report)]


def _file_in_the_way(folder: Path) -> list[str]:
    return ["learn", table(folder), "--out", table(folder)]


def _below_a_file(folder: Path) -> list[str]:
    return ["learn", table(folder), "--out", f"{table(folder)}/report"]


@dataclass(frozen=True)
class BadCommand:
    """One command line that cannot be carried out."""

    name: str
    words: Callable[[Path], list[str]]
    match: str


COMMANDS = (
    BadCommand("An unknown built-in table", lambda _: ["learn", "zooo"], "no file 'zooo'.*'zoo'"),
    BadCommand(
        "A negative initial strength", options("--initial-strength=-1"), "--initial-strength is '-1', but a mode"
    ),
    BadCommand("An initial strength of zero", options("--initial-strength", "0"), "write a number above 0"),
    BadCommand("An initial strength that is not a number", options("--initial-strength", "nan"), "must be finite"),
    BadCommand("A word for a number", options("--initial-strength", "small"), "'small', which is not a number"),
    BadCommand("Depth 0", options("--depth", "0"), "--depth is 0, but a network has at least one weight matrix"),
    BadCommand("A depth between whole numbers", options("--depth", "2.5"), "'2.5', but it must be a whole number"),
    BadCommand("No hidden units", options("--hidden", "0"), "--hidden is 0, but a hidden layer has at least one unit"),
    BadCommand("No networks", options("--seeds", "0"), "--seeds is 0, but at least one network is trained"),
    BadCommand("No time to learn", options("--until", "0"), "--until is '0', but learning takes time"),
    BadCommand("An infinite time", options("--until", "inf"), "--until is 'inf', but it must be finite"),
    BadCommand(
        "More time than can be simulated",
        options("--until", "1e9"),
        "takes .* steps, which .* would take about .* hours",
    ),
    BadCommand("More networks than fit", options("--seeds", "1000000"), "would take .* gigabytes; write fewer seeds"),
    BadCommand(
        "An unknown normalization",
        options("--normalization", "sums"),
        "--normalization is 'sums', but it must be one of 'sum', 'mean', 'white'; did you mean 'sum'",
    ),
    BadCommand("A category column that does not exist", options("--category", "wing"), "'wing'.*'wings'"),
    BadCommand("A column to drop that does not exist", options("--drop", "tail"), "'tail'"),
    BadCommand(
        "A folder that holds other files", _foreign_file, "holds files .*chapter1.tex.* would be lost; name another"
    ),
    BadCommand("An earlier report with a file added", _file_added_to_report, "remarks.txt"),
    BadCommand("A file where the report should go", _file_in_the_way, "which is not a folder; name a new folder"),
    BadCommand("A report inside a file", _below_a_file, "is a file; name another"),
)
