"""Every command line of `ontogeny fit --rdm` that cannot be carried out, and the sentence it must get.

For the tests and for docs/bad_input.md, as `bad_commands`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bad_commands import TABLE, BadCommand

NAMES = ("robin", "trout", "worm")
PAIRS = [("robin", "trout"), ("robin", "worm"), ("trout", "worm")]


def movie(head: str = "time,item_1,item_2,dissimilarity", times: int = 6) -> str:
    """Distances of three animals over time, as a table of pairs."""
    rows = [f"{t},{a},{b},{1 + t * (n + 1)}" for t in range(times) for n, (a, b) in enumerate(PAIRS)]
    return "\n".join([head, *rows, ""])


def fit_rdm(*words: str, text: str = movie(), rdm: bool = True, world: bool = True) -> Callable[[Path], list[str]]:
    """`fit --rdm` of distances over time, with a small world."""

    def words_in(folder: Path) -> list[str]:
        (folder / "movie.csv").write_text(text, encoding="utf-8")
        (folder / "animals.csv").write_text(TABLE, encoding="utf-8")
        given = ["--rdm"] * rdm + ["--world", str(folder / "animals.csv")] * world
        return ["fit", str(folder / "movie.csv"), *given, *words]

    return words_in


def array(*words: str, lines: str = "\n".join(NAMES), name: str = "items.txt") -> Callable[[Path], list[str]]:
    """`fit --rdm` of an array, with a file of lines."""

    def words_in(folder: Path) -> list[str]:
        import numpy as np

        np.save(folder / "movie.npy", np.arange(18.0).reshape(6, 3))
        (folder / name).write_text(lines, encoding="utf-8")
        (folder / "animals.csv").write_text(TABLE, encoding="utf-8")
        given = [str(folder / word) if word.endswith(".txt") else word for word in words]
        return ["fit", str(folder / "movie.npy"), "--rdm", "--world", str(folder / "animals.csv"), *given]

    return words_in


RDM_COMMANDS = (
    BadCommand(
        "Distances without a world", fit_rdm(world=False), "--world is missing, but the levels .* write --world zoo, or"
    ),
    BadCommand(
        "A world without distances",
        fit_rdm(rdm=False),
        "--world is about distances over time, but --rdm is not given; write --rdm, or leave it out",
    ),
    BadCommand(
        "A chance for distances",
        fit_rdm("--chance", "0.3"),
        "--chance is about right answers, but --rdm says that FILE holds distances; leave it out",
    ),
    BadCommand(
        "An unknown world",
        fit_rdm("--world", "zooo", world=False),
        "no file 'zooo'.*'zoo'",
    ),
    BadCommand(
        "A world of other items",
        fit_rdm("--world", "rumelhart", world=False),
        "the columns of rdms and the world have different names",
    ),
    BadCommand(
        "Correlation distances",
        fit_rdm("--metric", "correlation"),
        "--metric is 'correlation', which is an angle between activities: it has lost how strong each level is; pass",
    ),
    BadCommand(
        "Rank correlations of distances",
        fit_rdm("--metric", "spearman"),
        "--metric is 'spearman', which keeps only the order of distances: it has lost how strong",
    ),
    BadCommand("An unknown metric of distances", fit_rdm("--metric", "manhattan"), "--metric is 'manhattan', but it"),
    BadCommand("A layer of 0", fit_rdm("--layer", "0"), "--layer is 0, but layers are counted from 1"),
    BadCommand(
        "A layer above the depth",
        fit_rdm("--layer", "3"),
        "--depth is 2.0, but a network is at least as deep .* write 3",
    ),
    BadCommand("A word for a floor", fit_rdm("--floor", "low"), "--floor is 'low', which is not a number"),
    BadCommand("A negative floor", fit_rdm("--floor=-1"), "--floor is -1.0, but what noise adds .* write 0 or more"),
    BadCommand(
        "Distances of a single time",
        fit_rdm(text=movie(times=1).replace("time,", "note,")),
        "'movie.csv' holds distances of a single time; write a column `time`",
    ),
    BadCommand("Too few times", fit_rdm(text=movie(times=4)), "--times are 4, but a course and its noise take 5; pass"),
    BadCommand(
        "Negative times",
        fit_rdm(text=movie().replace("\n5,", "\n-5,")),
        "--times hold a number that is negative or unknown; count from the beginning of learning",
    ),
    BadCommand(
        "Two distances for one pair",
        fit_rdm(text=movie() + "0,trout,robin,9\n"),
        "'movie.csv' has two values for 'robin', 'trout': 9 and 1; keep one of them",
    ),
    BadCommand(
        "A time at which noise cannot be told from levels",
        fit_rdm(text=movie() + "6,robin,trout,9\n"),
        "--floor is to be found, but at some time too few pairs are known to tell it from the levels; leave such times",
    ),
    BadCommand("An array without names", array(), "--items are not given, and 'movie.npy' holds no names"),
    BadCommand(
        "Names that are too few",
        array("--items", "items.txt", lines="robin\ntrout\n"),
        "--items are 2 names for distances of 3 items; pass one for each",
    ),
    BadCommand(
        "A time that is no number",
        array("--items", "times.txt", "--times", "times.txt", lines="a\nb\nc\n", name="times.txt"),
        "--times is 'a', which is not a number",
    ),
    BadCommand(
        "A file of times that is not there", fit_rdm("--times", "none.txt"), "--times is 'none.txt', which cannot be"
    ),
    BadCommand(
        "A table over the world",
        lambda folder: [*(words := fit_rdm()(folder)), "--csv", words[4]],
        "animals.csv', which is a file to read; write another name",
    ),
)
