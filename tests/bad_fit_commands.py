"""Every command line of `ontogeny fit` that cannot be carried out, and the sentence it must get.

For the tests and for docs/bad_input.md, as `bad_commands`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bad_commands import BadCommand


def fit(*words: str, text: str = "day,acc\n1,0\n2,1\n3,1\n", name: str = "answers.csv") -> Callable[[Path], list[str]]:
    """`fit` of a table of answers."""

    def words_in(folder: Path) -> list[str]:
        (folder / name).write_text(text, encoding="utf-8")
        return ["fit", str(folder / name), *words]

    return words_in


def binary(name: str, content: bytes) -> Callable[[Path], list[str]]:
    """`fit` of a file that another program wrote."""

    def words_in(folder: Path) -> list[str]:
        (folder / name).write_bytes(content)
        return ["fit", str(folder / name)]

    return words_in


WIDE = "word,16,17,18\nball,0.1,0.5,0.9\n"
SCORES = "day,dprime\n" + "".join(f"{day},{0.3 * day}\n" for day in range(6))

FIT_COMMANDS = (
    BadCommand(
        "A table of answers without a time", fit(text="x,acc\na,0\nb,1\n"), "--time is not given, and no column of"
    ),
    BadCommand(
        "Answers that are neither right nor wrong",
        fit(text="day,acc\n1,0\n2,7\n"),
        "--correct is column 'acc', which holds 7, but one trial is right .1. or wrong .0.; name the column",
    ),
    BadCommand("A learner that is no column", fit("--learner", "rat"), "--learner is 'rat', but the columns are"),
    BadCommand("A chance of 1", fit("--chance", "1"), "--chance is 1.0 and lapse 0.02, which leaves nothing to learn"),
    BadCommand(
        "A chance that divides by 0", fit("--chance", "1/0"), "--chance is '1/0', which divides by 0; write 1/3"
    ),
    BadCommand("A depth of 0 for a curve", fit("--depth", "0"), "--depth is 0.0, but a network has a layer"),
    BadCommand(
        "Two blocks are no curve", fit(text="day,acc\n1,0\n2,1\n"), "--time has 2 blocks, but a curve takes three"
    ),
    BadCommand(
        "Fits over what they are made of",
        lambda folder: [*(words := fit()(folder)), "--csv", words[1]],
        "answers.csv', which is a file to read; write another name",
    ),
    BadCommand("A number in place of a depth", fit("--depth", "two"), "--depth is 'two', which is not a number"),
    BadCommand("A chance in words", fit("--chance", "half"), "--chance is 'half', which is not a number"),
    BadCommand(
        "Where in a block its number stands", fit("--position", "begin"),
        "--position is 'begin', but it must be one of 'start', 'middle', 'end'",
    ),
    BadCommand(
        "The end of a block 0", fit("--position", "end", text="day,acc\n0,0\n1,1\n2,1\n"),
        "--position is 'end', but 'day' holds 0, before which no block ended",
    ),
    BadCommand(
        "A clock that counts no trials", fit("--clock", "days"),
        "--clock is 'days', but it must be one of 'shown', 'answered'",
    ),
    BadCommand(
        "Columns of a file with other ones", fit("--columns", "day,acc", text="1 0 7\n2 1 8\n", name="answers.dat"),
        "--columns are 2, but line 1 of '.*answers.dat' has 3; name all of them",
    ),
    BadCommand(
        "Columns that are named twice", fit("--columns", "day,day"),
        "--columns are 'day', 'day', of which one is blank or",
    ),
    BadCommand(
        "A column for each time, and not what it holds", fit(text=WIDE),
        "--correct is not given, and no column of .* name 'value', with the number of trials, or take it as a score",
    ),
    BadCommand(
        "Shares of an unknown number of trials", fit(text="day,acc\n1,0.5\n2,0.7\n3,0.9\n"),
        "--correct is column 'acc', which holds 0.5, but one trial is right .1. or wrong .0.",
    ),
    BadCommand("A chance of a score", fit("--score", "dprime", "--chance", "0.5", text=SCORES),
               "--chance is of right answers, but a score is named; write floor and ceiling"),
    BadCommand("A floor of answers", fit("--floor", "0"),
               "--floor is of scores, but none is named; write chance and lapse"),
    BadCommand("An error of no score", fit("--error", "se"), "--error is that of a score, but none is named"),
    BadCommand("A posterior of scores", fit("--score", "dprime", "--bayes", text=SCORES),
               "--bayes is for right answers, but a score is named; leave one of them out"),
    BadCommand("A score that never varies", fit("--score", "d", text="day,d\n" + "".join(f"{k},1\n" for k in range(6))),
               "--score is 1 at all times, which tells nothing of learning"),
    BadCommand(
        "A chance that a posterior would have to find",
        fit("--bayes", "--chance", "fit", text="day,acc\n" + "1,0\n2,1\n" * 9 + "3,1\n4,1\n5,1\n6,1\n"),
        "--chance is 'fit', but it has to be known here",
    ),
    BadCommand("More to fit than blocks", fit("--chance", "fit", "--lapse", "fit"),
               "--time has 3 blocks, but 4 numbers are fitted; pass more, or fix chance and lapse"),
    BadCommand("An R file", binary("answers.RData", b"\x1f\x8b\x08\x00RDX3"),
               "ends in '.rdata', but .* in R, write write.csv"),
    BadCommand("A file of Python objects", binary("answers.npz", b"PK\x03\x04"),
               "it may hold Python objects, which can run code"),
    BadCommand(
        "One of several learners that cannot be fitted",
        fit(text="rat,day,acc\n" + "".join(f"a,{k},{k % 2}\n" for k in range(6)) + "b,1,0\n"),
        "--time of learner 'b' has 1 block, but a curve takes three",
    ),
)  # fmt: skip
