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


def wide(folder: Path) -> str:
    """A table of more cells than a page shows."""
    path = folder / "wide.csv"
    names = ",".join(f"f{n}" for n in range(1300))
    rows = "".join(f"a{n}," + ",".join(str(n * k % 7) for k in range(1300)) + "\n" for n in range(200))
    path.write_text(f"animal,{names}\n{rows}", encoding="utf-8")
    return str(path)


def kept(folder: Path) -> str:
    """A folder with a file that is no part of a report."""
    (folder / "kept").mkdir()
    (folder / "kept" / "notes.txt").write_text("mine", encoding="utf-8")
    return str(folder / "kept")


def options(*words: str) -> Callable[[Path], list[str]]:
    """`learn` on a small good table with these options, its report inside the folder."""
    return lambda folder: ["learn", table(folder), "--out", str(folder / "report"), *words]


SAMPLES = "size,habitat,weight,mark,name\n" + "".join(
    f"{n % 7},{'sea' if n % 2 else 'land'},{n * n % 11},3,animal {n}\n" for n in range(40)
)


def samples(folder: Path, text: str = SAMPLES) -> str:
    """A table of forty samples, of which some columns can be predicted."""
    path = folder / "samples.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def generalize(*words: str, rows: int = 40, text: str = SAMPLES) -> Callable[[Path], list[str]]:
    """`generalize` on the first rows of the samples with these options, its report inside the folder."""
    table = "\n".join(text.splitlines()[: rows + 1]) + "\n"
    return lambda folder: ["generalize", samples(folder, table), "--out", str(folder / "report"), *words]


def compare(*words: str, text: str) -> Callable[[Path], list[str]]:
    """`compare` of the small good table with another, its report inside the folder."""

    def words_in(folder: Path) -> list[str]:
        (folder / "other.csv").write_text(text, encoding="utf-8")
        return ["compare", table(folder), str(folder / "other.csv"), "--out", str(folder / "report"), *words]

    return words_in


def diagnose(*words: str, data: tuple[int, ...] | None = None, code: str | None = None) -> Callable[[Path], list[str]]:
    """`diagnose` with these options, an array of a shape and a file with code inside the folder."""

    def words_in(folder: Path) -> list[str]:
        import numpy as np

        given = list(words)
        if data is not None:
            np.save(folder / "x.npy", np.random.default_rng(0).standard_normal(data))
            given += ["--data", str(folder / "x.npy")]
        if code is not None:
            (folder / "net.py").write_text(code, encoding="utf-8")
            given += ["--module", f"{folder / 'net.py'}:make"]
        return ["diagnose", *given]

    return words_in


def representations(*words: str, second: str = "item_1,item_2,dissimilarity\n") -> Callable[[Path], list[str]]:
    """`compare-representations` of a good file and a second one."""

    def words_in(folder: Path) -> list[str]:
        activity = "item,u1,u2\nrobin,1,0\noak,0,1\nrock,0.5,0.25\n"
        (folder / "one.csv").write_text(activity, encoding="utf-8")
        (folder / "two.csv").write_text(second, encoding="utf-8")
        return ["compare-representations", str(folder / "one.csv"), str(folder / "two.csv"), *words]

    return words_in


def plasticity(kind: str, settings: str) -> Callable[[Path], list[str]]:
    """`plasticity` with a file of settings, its report inside the folder."""

    def words_in(folder: Path) -> list[str]:
        path = folder / "settings.toml"
        path.write_text(settings, encoding="utf-8")
        return ["plasticity", kind, str(path), "--out", str(folder / "report")]

    return words_in


def world(*words: str) -> Callable[[Path], list[str]]:
    """`generalize` without a table, its report inside the folder."""
    return lambda folder: ["generalize", "--out", str(folder / "report"), *words]


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


def stored(*words: str, shape: tuple[int, ...] = (40, 3)) -> Callable[[Path], list[str]]:
    """A command about a NumPy file of zeros; its report inside the folder. What is not written takes no space."""

    def words_in(folder: Path) -> list[str]:
        import numpy as np

        path = folder / "table.npy"
        np.lib.format.open_memmap(path, "w+", np.float64, shape).flush()
        return [words[0], str(path), "--out", str(folder / "report"), *words[1:]]

    return words_in


LARGE = (5001, 5000)  # rows and columns: more than are read as a whole


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
    BadCommand(
        "A learning rate of zero", options("--learning-rate", "0"), "--learning-rate is '0', but a learning rate must"
    ),
    BadCommand("A word for a learning rate", options("--learning-rate", "slow"), "'slow', which is not a number"),
    BadCommand("Depth 0", options("--depth", "0"), "--depth is 0, but a network has at least one weight matrix"),
    BadCommand("A depth between whole numbers", options("--depth", "2.5"), "'2.5', but it must be a whole number"),
    BadCommand("No hidden units", options("--hidden", "0"), "--hidden is 0, but a hidden layer has at least one unit"),
    BadCommand("No networks", options("--seeds", "0"), "--seeds is 0, but at least one network is trained"),
    BadCommand("No time to learn", options("--until", "0"), "--until is '0', but it must be positive"),
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
    BadCommand(
        "A file where the report should go", _file_in_the_way, "is not a folder; name another folder with --out"
    ),
    BadCommand("A report inside a file", _below_a_file, "is a file; name another"),
    BadCommand("No processes to read", options("--workers", "0"), "--workers is 0, but at least one process reads"),
    BadCommand("A NumPy file of one dimension", stored("learn", shape=(40,)), "but a table of numbers has two dimens"),
    BadCommand("A NumPy file of zeros", stored("learn"), "every value in the table is 0"),
    BadCommand(
        "A column that a NumPy file does not have",
        stored("generalize", "--target", "feature 9"),
        "--target names column 'feature 9', but the table has no such column; did you mean",
    ),
    BadCommand(
        "Single rows of a table that is read in pieces",
        stored("learn", "--project", "item 1", shape=LARGE),
        "--project looks at single rows, but .* has more than 25 million numbers, and is read in pieces; leave it out",
    ),
    BadCommand(
        "Missing cells of a table that is read in pieces",
        stored("generalize", "--target", "feature 1", "--drop-missing", shape=LARGE),
        "--drop-missing looks at single rows, but",
    ),
    BadCommand("No load and no table", world("--snr", "5"), "--load is missing, but .* write --load 0.5, or name a"),
    BadCommand("No signal-to-noise ratio", world("--load", "0.5"), "--snr is missing, .* write --snr 5, or name a"),
    BadCommand("A load of zero", world("--load", "0", "--snr", "5"), "--load is '0', but it is the number of examples"),
    BadCommand("A negative load", world("--load=-1", "--snr", "5"), "--load is '-1', .* write a number above 0"),
    BadCommand("An infinite load", world("--load", "inf", "--snr", "5"), "--load is 'inf', but it must be finite"),
    BadCommand("A word for a load", world("--load", "half", "--snr", "5"), "--load is 'half', which is not a number"),
    BadCommand("A negative ratio", world("--load", "1", "--snr=-5"), "--snr is '-5', .* is not negative; write 0 or"),
    BadCommand(
        "Negative first weights", world("--load", "1", "--snr", "5", "--inr=-1"), "--inr is '-1', .* write 0 or"
    ),
    BadCommand(
        "Hidden layers without first weights",
        world("--load", "1", "--snr", "5", "--inr", "0", "--depth", "2"),
        "--inr is 0, but a student with hidden layers whose weights are all 0 never learns; write --inr 0.001",
    ),
    BadCommand(
        "Depth 0 of a student", world("--load", "1", "--snr", "5", "--depth", "0"), "--depth is 0, but a network"
    ),
    BadCommand(
        "More time than hidden layers can be followed",
        world("--load", "1", "--snr", "5", "--depth", "2", "--until", "1e6"),
        r"--until is 1e\+06, but students with hidden layers are integrated step by step; write 10000 or less",
    ),
    BadCommand(
        "Negative time", world("--load", "1", "--snr", "5", "--until=-1"), "--until is '-1', but it must be positive"
    ),
    BadCommand(
        "A time beyond all that is resolved", world("--load", "1", "--snr", "5", "--until", "1e30"), "are not resolved"
    ),
    BadCommand(
        "No students", world("--load", "1", "--snr", "5", "--runs", "0"), "--runs is 0, but at least one student"
    ),
    BadCommand(
        "A target without a table",
        world("--load", "1", "--snr", "5", "--target", "y"),
        "--target is about a table, but none was named; write ontogeny generalize DATA --target COLUMN",
    ),
    BadCommand("A table with a load", generalize("--target", "size", "--load", "1"), "--load is about random inputs"),
    BadCommand("A table without a target", generalize(), "--target is missing, .* write --target COLUMN"),
    BadCommand(
        "An unknown target",
        generalize("--target", "wieght"),
        r"--target names column 'wieght', .*did you mean 'weight'\?",
    ),
    BadCommand(
        "A target that is left out",
        generalize("--target", "size", "--drop", "size"),
        "--target is column 'size', which has another use",
    ),
    BadCommand(
        "A target of names",
        generalize("--target", "name"),
        "--target is column 'name', which holds 40 different texts .* nor classes",
    ),
    BadCommand(
        "A target that never differs",
        generalize("--target", "mark", "--drop", "habitat", "--drop", "name"),
        "--target is column 'mark', which is the same in every row",
    ),
    BadCommand(
        "Text to predict from",
        generalize("--target", "weight", "--drop", "name"),
        "'habitat' holds text .*--drop habitat",
    ),
    BadCommand(
        "Nothing to predict from",
        generalize("--target", "size", "--drop", "habitat", "--drop", "weight", "--drop", "mark", "--drop", "name"),
        "no column besides 'size' to predict it from",
    ),
    BadCommand(
        "Too few rows",
        generalize("--target", "weight", "--drop", "habitat", "--drop", "name", rows=20),
        "the data have 20 rows, too few to estimate the error on new rows; pass 30 or more",
    ),
    BadCommand(
        "A training set of most rows",
        generalize("--target", "weight", "--drop", "habitat", "--drop", "name", "--samples", "30"),
        "samples goes up to 30, but the pool has 40 rows, .* write 20 or less",
    ),
    BadCommand(
        "A training set of two rows",
        generalize("--target", "weight", "--samples", "2"),
        "--samples is 2, but that is too few",
    ),
    BadCommand(
        "Missing cells of samples",
        generalize("--target", "weight", "--drop", "habitat", "--drop", "name", text=SAMPLES.replace("\n2,", "\n,")),
        r"6 rows of 40 have missing cells \(in 'size'\), and nothing is filled in; .*--drop-missing",
    ),
    BadCommand(
        "A table of samples that is not there", lambda _: ["generalize", "gone.csv", "--target", "y"], "no file"
    ),
    BadCommand(
        "Two tables without a common item",
        compare(text="n,a\nlion,1\nbear,0\nwolf,1\n"),
        "the two tables share no item, .* first are 'robin', 'trout', 'worm', .* second 'lion', 'bear', 'wolf'",
    ),
    BadCommand(
        "Two tables with two common items",
        compare(text="n,a\nRobin,1\nTROUT,0\nwolf,1\n"),
        r"share 2 items \('robin', 'trout'\), but similarities need 3 or more",
    ),
    BadCommand(
        "An item that is there twice but for capitals",
        compare(text="n,a,b\nrobin,1,0\nRobin,1,1\ntrout,0,1\nworm,0,1\n"),
        "second names 'robin', 'Robin', which differ only in capitals",
    ),
    BadCommand(
        "Another table with missing cells",
        compare(text="n,a,b\nrobin,1,0\ntrout,,1\nworm,0,1\n"),
        "in '.*other.csv', 1 cell is missing .'a' of 'trout'.*--drop-missing-items",
    ),
    BadCommand(
        "Another table with text",
        compare(text="n,a,b\nrobin,1,x\ntrout,0,y\nworm,1,z\n"),
        "in '.*other.csv', column 'b' holds text .*--drop b",
    ),
    BadCommand(
        "A column to drop that neither table has",
        compare("--drop", "wing", text=TABLE),
        "--drop is 'wing', but it must be one of .*; did you mean 'wings'?",
    ),
    BadCommand(
        "Names of items for three tables",
        compare(*("--items", "animal") * 3, text=TABLE),
        "--items is written 3 times, but there are two tables; write it once or twice",
    ),
    BadCommand(
        "A column of names that one table lacks",
        compare("--items", "animal", text="n,a\nrobin,1\nworm,0\n"),
        "--items names column 'animal', but the table has no such column",
    ),
    BadCommand("No network to diagnose", lambda _: ["diagnose"], "--widths is missing, as is --module; write one"),
    BadCommand(
        "Two networks to diagnose", diagnose("--widths", "5,3", code=""), "--widths is given, and so is --module"
    ),
    BadCommand("A network of inputs alone", diagnose("--widths", "5"), "--widths is '5', but a network has inputs and"),
    BadCommand(
        "Widths that are no numbers", diagnose("--widths", "5,3a,2"), "'3a' is no number of units; write as 784,"
    ),
    BadCommand("A layer without units", diagnose("--widths", "5,0,2"), "'0' is no number of units"),
    BadCommand("A network that does not fit", diagnose("--widths", "1000000x3"), "2,000,000,000,000 weights, but"),
    BadCommand(
        "Examples of another size",
        diagnose("--widths", "5,3", data=(9, 4)),
        "--data holds examples of 4 numbers, but the network has 5 inputs; write --widths 4,",
    ),
    BadCommand("A single example", diagnose("--widths", "4,3", data=(1, 4)), "--data has one example, but how alike"),
    BadCommand(
        "Examples that are no array",
        lambda folder: ["diagnose", "--widths", "3,2", "--data", table(folder)],
        "--data is .*animals.csv', which holds no array of numbers that NumPy wrote; write it by numpy.save",
    ),
    BadCommand(
        "Examples that are not there",
        lambda folder: ["diagnose", "--widths", "3,2", "--data", str(folder / "no.npy")],
        "--data is .*no.npy', which cannot be read .No such file or directory.; write it by numpy.save",
    ),
    BadCommand("A module without examples", diagnose(code="make = list"), "--data is missing, but --module needs"),
    BadCommand(
        "A module that is drawn and made",
        diagnose("--nonlinearity", "relu", data=(4, 4), code="make = list"),
        "--nonlinearity is about a network that is drawn, but --module makes its own; leave it out",
    ),
    BadCommand(
        "A module without its function",
        diagnose("--module", "net.py", data=(4, 4)),
        "--module is 'net.py', but a file and a function are needed; write file.py:make_network",
    ),
    BadCommand(
        "A function that the file does not have",
        diagnose(data=(4, 4), code="other = list"),
        "--module names 'make', but .*net.py' has no such function; write file.py:make_network",
    ),
    BadCommand(
        "A file that fails",
        diagnose(data=(4, 4), code="make = 1 / 0"),
        "--module fails with ZeroDivisionError: division by zero; mend the file",
    ),
    BadCommand(
        "A function that makes no network",
        diagnose(data=(4, 4), code="make = dict"),
        "--module is of type dict, which does not run by itself; pass a PyTorch module, a list of weights",
    ),
    BadCommand(
        "An unknown nonlinearity", diagnose("--widths", "3,2", "--nonlinearity", "sine"), "must be one of 'linear'"
    ),
    BadCommand(
        "Weights of variance 0", diagnose("--widths", "3,2", "--weight-variance", "0"), "--weight-variance is '0'"
    ),
    BadCommand(
        "An unknown kind of weights", diagnose("--widths", "3,2", "--weights", "he"), "--weights is 'he', but it"
    ),
    BadCommand("A seed that is no number", diagnose("--widths", "3,2", "--seed", "x"), "--seed is 'x', but it must be"),
    BadCommand(
        "A figure of an unknown kind",
        diagnose("--widths", "3,2", "--figure", "a.gif"),
        "--figure is 'a.gif', but it is written as .svg, .pdf or .png; write found.svg",
    ),
    BadCommand(
        "A table over the examples",
        lambda folder: ["diagnose", "--widths", "3,2", "--data", samples(folder), "--csv", samples(folder)],
        "samples.csv', which is a file to read; write another name",
    ),
    BadCommand(
        "A table in a folder that is not there",
        diagnose("--widths", "3,2", "--csv", "nowhere/a.csv"),
        "--csv is 'nowhere/a.csv', but that folder does not exist",
    ),
    BadCommand("A depth of 0 for two tables", compare("--depth", "0", text=TABLE), "--depth is 0, but a network"),
    BadCommand(
        "A setting that is not known",
        plasticity("perceptual", "# mine\ntuning_with = 20\n"),
        r"settings.toml', line 2: 'tuning_with' is no setting here; did you mean 'tuning_width'\?",
    ),
    BadCommand(
        "A negative noise",
        plasticity("perceptual", "units = 24\ninput_noise = -0.3\n"),
        "settings.toml', line 2: input_noise is -0.3, but a standard deviation is not negative; write 0 or more",
    ),
    BadCommand(
        "All layers and the readout at zero",
        plasticity("perceptual", "gains = [0.0, 0.0]\n"),
        "line 1: gains and readout are 0 in more than one layer, which nothing leaves; write one above 0",
    ),
    BadCommand(
        "Noise for other layers than there are",
        plasticity("perceptual", "internal_noise = [0.1, 0.1, 0.1]\n"),
        "line 1: internal_noise has 3 numbers, but there are 2 layers; write one for each",
    ),
    BadCommand(
        "Two orientations that evoke the same",
        plasticity("perceptual", "units = 2\n"),
        "settings.toml': task_precision is 2, with which both orientations evoke the same responses",
    ),
    BadCommand(
        "Single trials with steps that are too large",
        plasticity("perceptual", "learning_rate = 0.2\nunits = 90\n"),
        "line 1: learning_rate is 0.2, with which weights grow without bound",
    ),
    BadCommand(
        "An unknown deficit",
        plasticity("critical-period", 'deficit = "patch"\n'),
        "line 1: deficit is 'patch', but it must be one of 'freeze', 'silence'",
    ),
    BadCommand(
        "Deficits that overlap",
        plasticity("critical-period", "\ndeficits = [{ onset = 0, end = 5 }, { onset = 3, end = 6 }]\n"),
        "line 2: deficits overlap: one begins at 3, before the one before it ends at 5; write one after the other",
    ),
    BadCommand(
        "A pathway that is open more than fully",
        plasticity("critical-period", "[[deficits]]\nonset = 0\nend = 5\nopen = [1, 2]\n"),
        r"line 1: deficits hold one that is open \[1, 2\]; write a number from 0 to 1 for each pathway",
    ),
    BadCommand(
        "A deficit without an end",
        plasticity("critical-period", "deficits = [{ onset = 0 }]\n"),
        "line 1: deficits lacks 'end' in number 1; write deficits",
    ),
    BadCommand(
        "Pathways that know the task before they learn",
        plasticity("critical-period", "initial_weights = [5.0, 5.0]\n"),
        "line 1: initial_weights are too large or too small to see how 2 layers learn a task of 1",
    ),
    BadCommand(
        "A readout alone cannot be pretrained",
        plasticity("pretraining", "depth = 1\n"),
        "line 1: depth is 1, but the last matrix is the readout, and an autoencoder comes before it",
    ),
    BadCommand(
        "Another number of singular values than of variances",
        plasticity("pretraining", "singular_values = [1.0, 0.5]\n"),
        "line 1: singular_values are 2, but there are 4 variances; write one for each",
    ),
    BadCommand(
        "A task for a table that is not named",
        plasticity("pretraining", 'target = "dose"\n'),
        "line 1: target is about a table, but none is named; write table",
    ),
    BadCommand(
        "Settings that are no TOML",
        plasticity("pretraining", "depth = 3\nshare =\n"),
        "settings.toml' is no TOML: line 2, column 8: invalid value; write the defaults to a file by --print-settings",
    ),
    BadCommand(
        "Settings that are not there",
        lambda folder: ["plasticity", "pretraining", str(folder / "none.toml")],
        r"none.toml' cannot be read \(No such file or directory\); write the defaults",
    ),
    BadCommand(
        "Representations of other items",
        representations(second="item,u\nrobin,1\nelm,2\nash,3\n"),
        "'one.csv' and 'two.csv' share 1 item, but it takes three to compare; use the same names in both",
    ),
    BadCommand(
        "A table that is neither distances nor activity",
        representations(second="item,note\nrobin,good\noak,bad\n"),
        "'two.csv' is no table of items .* by units: column 'note' holds text; write numbers, or the",
    ),
    BadCommand("An unknown measure", representations("--method", "kendal"), "--method is 'kendal', but it"),
    BadCommand("An unknown metric", representations("--metric", "manhattan"), "--metric is 'manhattan'"),
    BadCommand(
        "A layer that is not there",
        representations("--layer", "V4", second="item,unit,value,layer\nrobin,1,1,V1\noak,1,2,V1\nrock,1,4,V1\n"),
        "--layer is 'V4', but it must be one of 'V1'",
    ),
    BadCommand("Fewer samples than none", representations("--bootstrap=-1"), "--bootstrap is -1, but there"),
    BadCommand(
        "A file of names that is not there",
        representations("--items", "none.txt"),
        "--items is 'none.txt', which",
    ),
    BadCommand(
        "A table that would be written over what it is made of",
        lambda folder: [*(words := representations()(folder)), "--csv", words[2]],
        "two.csv', which is a file to read; write another name",
    ),
    BadCommand(
        "A layer where there are none",
        representations("--layer", "V4", second="item,u\nrobin,1\noak,2\nrock,4\n"),
        "--layer is 'V4', but neither 'one.csv' nor 'two.csv' has layers; leave it out",
    ),
    BadCommand(
        "Items that are all alike",
        representations(second="item,u\nrobin,1\noak,1\nrock,1\n"),
        "in 'two.csv' all items are alike, so that there is nothing to compare",
    ),
    BadCommand(
        "A paper without figures", lambda _: ["reproduce", "saxe201"], "paper is 'saxe201', but it must be one of"
    ),
    BadCommand(
        "A figure that a paper does not have",
        lambda _: ["reproduce", "saxe2014", "--figure", "33"],
        "--figure is '33', which is not among the figures of saxe2014; write 2, 3, 4",
    ),
    BadCommand(
        "A figure of the overview",
        lambda _: ["reproduce", "overview", "--figure", "3"],
        "--figure is '3', but the overview is made as a whole; name the paper of the figure",
    ),
    BadCommand(
        "A port that is no number", lambda folder: ["explore", "--port", "http"], "--port is 'http', but it must"
    ),
    BadCommand(
        "A port beyond the last", lambda folder: ["explore", "--port", "70000"], "--port is 70000, but the last"
    ),
    BadCommand(
        "A table to explore that is not there",
        lambda folder: ["explore", str(folder / "none.csv"), "--no-browser"],
        "no file '.*none.csv'",
    ),
    BadCommand(
        "A folder for the explorer with files of your own",
        lambda folder: ["explore", "--static", kept(folder)],
        "holds files that do not belong to an earlier report .*name another folder with --static",
    ),
    BadCommand(
        "A table too large for a page",
        lambda folder: ["explore", wide(folder), "--static", str(folder / "page")],
        "'wide.csv' has 260000 cells, but a page shows 250000; use ontogeny learn",
    ),
)
