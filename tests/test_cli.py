"""The command line as a person meets it: in process for its answers, as a process for its exit and its debris."""

import ast
import errno
import inspect
import json
import os
import re
import signal
import subprocess
import sys
from contextvars import Context
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer

import ontogeny as on
from bad_commands import COMMANDS, generalize, options, samples, table
from bad_fit_commands import FIT_COMMANDS
from bad_rdm_commands import RDM_COMMANDS
from bad_sweep_commands import SWEEP_COMMANDS
from ontogeny import cli
from ontogeny._core.notes import Setting
from ontogeny._core.settings import defaults
from ontogeny.cli.options import RENAMED, Shell
from ontogeny.report import generalization_study, pages, studies
from ontogeny.report.claims import claimed
from ontogeny.report.placing import replaced
from ontogeny.report.plasticity_settings import KINDS
from sketched import sketched

FAST = ("--seeds", "1", "--until", "3")
OPTIONS = {
    name: [option for one in getattr(command, "commands", {"": command}).values() for each in one.params
           for option in each.opts]
    for name, command in typer.main.get_group(cli.app).commands.items()
}  # fmt: skip
# Settings of functions that no command calls with these: at the command line they are written as in Python.
OF_PYTHON = {"features", "format", "minimum", "most", "own", "raters", "root"}
OF_PYTHON |= {"row_features", "without"}


def run(words, monkeypatch):
    """Exit code of the command line with these words."""
    monkeypatch.setattr(sys, "argv", ["ontogeny", *words])
    try:
        cli.main()
    except SystemExit as stop:
        return stop.code or 0
    return 0


@pytest.fixture
def drawn():
    """A test that asks for this has figures drawn; for all others they are only laid out."""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch, request):
    """An empty folder to be in, and signal handlers put back."""
    if "drawn" not in request.fixturenames:
        sketched(monkeypatch)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    before = signal.getsignal(signal.SIGTERM)
    yield tmp_path / "here"
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("case", [*COMMANDS, *FIT_COMMANDS, *RDM_COMMANDS, *SWEEP_COMMANDS], ids=lambda case: case.name)
def test_bad_command_gets_one_sentence_and_code_2(case, tmp_path, monkeypatch, capsys):
    words = case.words(tmp_path)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    assert run(words, monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.search(case.match, err), err
    assert err.startswith("ontogeny: ")
    assert err.count("\n") == 1, "more than one line"
    assert set(re.findall(r"--[a-z-]+", err)) <= set(OPTIONS[words[0]]), "an option that the command does not have"
    assert sorted(path.name for path in tmp_path.rglob("*")) == before, "something was written or lost"


def settings_in_messages():
    """Every keyword that a message of the library gives a value to."""
    for path in Path(on.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if f"{Setting.__name__}(" in text else ():
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == Setting.__name__ and len(node.args) == 2:
                yield from (each.value for each in node.args[:1] if isinstance(each, ast.Constant))


def test_every_setting_in_a_message_is_an_option_or_is_written_as_in_python():
    shells = {name: Shell(options) for name, options in OPTIONS.items()}
    found = set(settings_in_messages())
    assert {"drop", "items", "category", "standardize", "missing", "target", "folder"} <= found
    for keyword in found:
        written = [shell.setting(Setting(keyword, "x")) for shell in shells.values()]
        as_option = [text for text in written if text.startswith("--")]
        assert bool(as_option) is (keyword not in OF_PYTHON), keyword
        assert all(text in as_option or text == f"{Setting(keyword, 'x')} in Python" for text in written)


def test_renamed_keywords_are_keywords_of_the_library_and_have_options():
    doors = (
        *(studies.study, on.simulate, on.Environment.from_dataframe, pages.write),
        *(generalization_study.table_study, on.generalization.from_data, on.generalization.learning_curves),
        on.propagation.diagnose,
    )
    known = {name for door in doors for name in inspect.signature(door).parameters}
    assert set(RENAMED) <= known
    assert set(RENAMED.values()) <= {option for options in OPTIONS.values() for option in options}


def test_each_command_writes_its_own_options():
    learn, generalize = Shell(OPTIONS["learn"]), Shell(OPTIONS["generalize"])
    assert learn.name("hidden_units") == "--hidden" and generalize.name("hidden_units") == "hidden_units"
    assert learn.setting(Setting("category", "kind of fur")) == "--category 'kind of fur'"
    assert generalize.setting(Setting("category", "kind")) == "category='kind' in Python"
    assert generalize.setting(Setting("classes", False)) == "no --classes"
    assert learn.setting(Setting("missing", "mask")) == "--missing-cells mask"


def test_notes_name_options_at_the_command_line_and_keywords_in_python(tmp_path, monkeypatch, capsys):
    path = tmp_path / "animals.csv"
    path.write_text("animal,wings,gills,legs\nrobin,1,0,90\ntrout,0,1,0\nworm,0,0,0\n", encoding="utf-8")
    assert run(["learn", str(path), *FAST, "--json"], monkeypatch) == 0
    document = json.loads(capsys.readouterr().out)
    wanted = "such columns would dominate the modes, so write --standardize or --drop legs."
    assert any(note.endswith(wanted) for note in document["notes"])
    assert any(warning.endswith(wanted) for warning in document["warnings"])
    page = (Path(document["report"])).read_text(encoding="utf-8")
    assert page.count(wanted) == 2 and "standardize=True" not in page
    frame, _ = on.tables.read_table(path)
    assert "so write standardize=True or drop=['legs']." in on.Environment.from_dataframe(frame).summary()


@pytest.mark.parametrize("kind", ["pretraining", "critical-period", "perceptual"])
def test_printed_settings_are_settings(kind, tmp_path, monkeypatch, capsys):
    assert run(["plasticity", kind, "--print-settings"], monkeypatch) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"# Settings of `ontogeny plasticity {kind}`\n")
    assert not list((tmp_path / "here").iterdir())
    path = tmp_path / "mine.toml"
    path.write_text(printed, encoding="utf-8")
    assert run(["plasticity", kind, str(path), "--json", "--out", "report"], monkeypatch) == 0
    document = json.loads(capsys.readouterr().out)
    assert Path(document["report"]).is_file()
    usual = defaults(KINDS[kind]).values
    told = {key: value for key, value in document["settings"].items() if usual.get(key) is not None}
    assert told and told == {key: usual[key] for key in told}


def test_a_table_beside_the_settings_is_found(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "doses.csv").write_text("size,weight,mark\n" + "".join(
        f"{n % 7},{(n * n) % 11},{n % 7 + 0.1 * (n % 3)}\n" for n in range(60)
    ), encoding="utf-8")  # fmt: skip
    (folder / "mine.toml").write_text('depth = 2\ntable = "doses.csv"\ntarget = "mark"\n', encoding="utf-8")
    assert run(["plasticity", "pretraining", str(folder / "mine.toml"), "--json"], monkeypatch) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["speedup"] > 0 and "deprived" not in document["settings"]
    (folder / "mine.toml").write_text('depth = 2\ntable = "doses.csv"\ntarget = "size"\n', encoding="utf-8")
    assert run(["plasticity", "pretraining", str(folder / "mine.toml")], monkeypatch) == 2
    assert "write classes = true or classes = false" in capsys.readouterr().err


def test_bad_table_gets_one_sentence_and_code_2(tmp_path, monkeypatch, capsys):
    path = tmp_path / "habits.csv"
    path.write_text("animal,habitat\nseal,sea\nbear,land\n", encoding="utf-8")
    assert run(["learn", str(path)], monkeypatch) == 2
    assert re.search(r"column 'habitat' holds text", capsys.readouterr().err)
    assert not list((tmp_path / "here").iterdir())


def test_unknown_option_has_code_2(monkeypatch, capsys):
    assert run(["learn", "zoo", "--dept", "2"], monkeypatch) == 2
    assert "--depth" in capsys.readouterr().err


def test_folder_that_cannot_be_written(tmp_path, monkeypatch, capsys):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ontogeny.report.claims.Path.mkdir", refused)
    assert run(["learn", table(tmp_path), "--out", str(tmp_path / "report")], monkeypatch) == 2
    assert "nothing can be written in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("step", "number"),
    [
        ("pages.write_pictures", errno.ENOSPC), ("pages.write_tables", errno.EDQUOT), ("pages.page", errno.EFBIG),
        ("placing.write_manifest", errno.ENOSPC),
    ],
)  # fmt: skip
def test_a_full_disk_is_said_and_the_earlier_report_stays(step, number, elsewhere, tmp_path, monkeypatch, capsys):
    def full(*_):
        raise OSError(number, os.strerror(number))

    words = ["learn", table(tmp_path), "--out", "report", *FAST, "--quiet"]
    with replaced(elsewhere / "report") as draft:
        (draft / "index.html").write_text("earlier", encoding="utf-8")
    monkeypatch.setattr(f"ontogeny.report.{step}", full)
    monkeypatch.setattr(pages, "pictures", lambda *_: [])
    assert run(words, monkeypatch) == 1
    assert capsys.readouterr() == ("", f"ontogeny: the report was not written ({os.strerror(number)})\n")
    assert (elsewhere / "report" / "index.html").read_text(encoding="utf-8") == "earlier"
    assert list(elsewhere.iterdir()) == [elsewhere / "report"]


def test_the_second_run_into_a_folder_is_refused_before_any_work(elsewhere, monkeypatch, capsys):
    monkeypatch.setattr(studies, "study", lambda *_, **__: pytest.fail("work was done"))
    with claimed(elsewhere / "ontogeny-zoo"):
        assert Context().run(run, ["learn", "zoo"], monkeypatch) == 2
    said = (
        "ontogeny: another run is writing its report to 'ontogeny-zoo'; wait until it is done, or name another folder"
    )
    assert capsys.readouterr().err == f"{said} with --out FOLDER\n"


def test_being_stopped_after_the_report_was_written_is_said(elsewhere, monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("ontogeny.report.summary.show", stopped)
    assert run(["learn", "rumelhart", *FAST], monkeypatch) == 130
    assert capsys.readouterr().err == "ontogeny: stopped; the report was written\n"
    assert (elsewhere / "ontogeny-rumelhart" / "index.html").exists()


def test_a_sentence_about_odd_names_moves_no_terminal(tmp_path, monkeypatch, capsys):
    path = tmp_path / "odd\x1b[31m.csv"
    path.write_text("a,b\n", encoding="utf-8")
    assert run(["learn", str(path)], monkeypatch) == 2
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.usefixtures("drawn")
def test_learn_prints_a_summary_and_writes_the_report(elsewhere, monkeypatch, capsys):
    assert run(["learn", "rumelhart", *FAST], monkeypatch) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "first learns what most items share, “grow, living, living_thing” (half learned at t = 0.648)" in out
    assert "then 7 distinctions" in out and "shared by all: grow," in out
    assert out.endswith("Report: " + str(elsewhere / "ontogeny-rumelhart" / "index.html"))
    assert sorted(path.name for path in elsewhere.iterdir()) == ["ontogeny-rumelhart"]
    drawings = list((elsewhere / "ontogeny-rumelhart" / "figures").iterdir())
    assert len(drawings) > 20 and all(path.stat().st_size > 1000 for path in drawings)


def test_learn_again_replaces_its_own_report_and_quietly_prints_its_path_alone(elsewhere, monkeypatch, capsys):
    assert run(["learn", "rumelhart", *FAST, "--quiet", "--episodes"], monkeypatch) == 0
    assert capsys.readouterr().out == str(elsewhere / "ontogeny-rumelhart" / "index.html") + "\n"
    first = on.Trajectory.load(elsewhere / "ontogeny-rumelhart" / "trajectories.nc", "networks_episodes")
    assert first.provenance.method == "one-item episodes"
    assert run(["learn", "rumelhart", *FAST, "--quiet"], monkeypatch) == 0
    assert sorted(path.name for path in elsewhere.iterdir()) == ["ontogeny-rumelhart"]
    with pytest.raises(on.InputError, match="holds no record 'networks_episodes'"):
        on.Trajectory.load(elsewhere / "ontogeny-rumelhart" / "trajectories.nc", "networks_episodes")


def test_json_is_one_document_and_nothing_else(monkeypatch, capsys):
    assert run(["learn", "zoo", *FAST, "--json"], monkeypatch) == 0
    out, err = capsys.readouterr()
    document = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert err == ""
    strengths = [mode["singular_value"] for mode in document["modes"][:4]]
    np.testing.assert_allclose(strengths, [20.11, 9.67, 7.58, 5.00], atol=0.005)
    assert document["modes"][-1]["half_time"] is not None
    assert document["modes"][0]["separates"] == "backbone, tail, breathes"
    assert document["wrong_on_the_way"][0]["item"] == "seal"


def test_options_reach_the_world_and_the_networks(tmp_path, monkeypatch, capsys):
    words = options(
        "--depth", "3", "--hidden", "7", "--seeds", "2", "--until", "9", "--center", "--normalization", "mean"
    )
    assert run([*words(tmp_path), "--initial-strength", "0.01", "--json"], monkeypatch) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["settings"]["depth"] == 3
    assert document["settings"]["until"] == 9
    assert document["settings"]["initial_strength"][0] == 0.01
    assert document["normalization"] == "mean"
    assert document["networks"]["settings"]["hidden_units"] == 7
    assert document["networks"]["settings"]["seeds"] == [0, 1]
    assert any("centered" in note for note in document["notes"])


def test_the_learning_rate_and_the_start_are_asked_for(monkeypatch, capsys):
    asked = ("--learning-rate", "0.002", "--initial-strength", "0.01")
    assert run(["learn", "rumelhart", "--json", *FAST, *asked], monkeypatch) == 0
    found = json.loads(capsys.readouterr().out)
    settings = found["networks"]["settings"]
    assert (settings["learning_rate"], settings["initial_strength"]) == (0.002, 0.01)


def test_a_table_in_volts_is_learned(tmp_path, monkeypatch, capsys):
    draw = np.random.default_rng(0)
    values = 1.2e-5 * (1 + draw.random((8, 3)))
    rows = [f"item {number}," + ",".join(map(str, row)) for number, row in enumerate(values)]
    (tmp_path / "volts.csv").write_text("name,left,middle,right\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert run(["learn", str(tmp_path / "volts.csv"), "--json", "--seeds", "1"], monkeypatch) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["networks"]["typical_deviation"] < 0.05
    assert all(mode["half_time"] > 0 for mode in found["modes"])


def test_generalize_without_a_table(elsewhere, monkeypatch, capsys):
    assert run(["generalize", "--load", "0.5", "--snr", "5"], monkeypatch) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "falls from 6 to 4.13 at t = 2.71, and then rises again to 4.5" in out
    assert "the mean of 5 trained students with 200 inputs" in out
    assert out.endswith("Report: " + str(elsewhere / "ontogeny-generalize" / "index.html"))
    assert run(["generalize", "--load", "2", "--snr", "5", "--quiet"], monkeypatch) == 0  # replaces its own report
    assert sorted(path.name for path in elsewhere.iterdir()) == ["ontogeny-generalize"]


def test_generalize_with_hidden_layers_begins_small(monkeypatch, capsys):
    words = ["generalize", "--load", "2", "--snr", "5", "--depth", "2", "--json"]
    assert run(words, monkeypatch) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["settings"] == {"load": 2.0, "snr": 5.0, "inr": 0.001, "depth": 2.0}
    assert run([*words, "--inr", "0.1", "--until", "7", "--out", "other"], monkeypatch) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["settings"]["inr"] == 0.1 and document["curves"]["time"][-1] == 7
    assert document["stopping"]["test_error"] == pytest.approx(1.8118, abs=5e-5)  # the theory page, four digits


def test_generalize_of_a_table(tmp_path, elsewhere, monkeypatch, capsys):
    path = samples(tmp_path)
    words = ["generalize", path, "--target", "weight", "--drop", "habitat", "--drop", "mark", "--standardize",
             "--items", "name"]  # fmt: skip
    assert run([*words, "--samples", "20", "--samples", "10", "--runs", "2", "--json"], monkeypatch) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert err == "" and [size["samples"] for size in document["sizes"]] == [10, 20]
    assert document["features"] == ["size"] and document["rows"] == 40
    assert any("divided by its standard deviation" in note for note in document["notes"])
    assert sorted(path.name for path in elsewhere.iterdir()) == ["ontogeny-samples-generalize"]


@pytest.mark.parametrize("ending", ["npy", "zarr", "parquet"])
def test_a_stored_table_is_learned_as_a_whole_or_in_pieces(ending, tmp_path, monkeypatch, capsys):
    pytest.importorskip({"npy": "numpy", "zarr": "zarr", "parquet": "pyarrow"}[ending])
    draw = np.random.default_rng(0)
    values = draw.normal(size=(60, 2)) @ draw.normal(size=(2, 5)) + 0.1 * draw.normal(size=(60, 5))
    frame = pd.DataFrame(values, columns=[f"feature {number}" for number in range(1, 6)])
    path = tmp_path / f"cells.{ending}"
    if ending == "zarr":
        import zarr

        zarr.save(str(path), values)
    else:
        np.save(path, values) if ending == "npy" else frame.to_parquet(path)
    documents = []
    for most in (10**6, 10):
        monkeypatch.setattr("ontogeny.tables.stored_tables.MOST_WHOLE", most)
        assert run(["learn", str(path), "--seeds", "1", "--until", "0.5", "--json"], monkeypatch) == 0
        documents.append(json.loads(capsys.readouterr().out))
    whole, pieces = documents
    assert len(whole["items"]) == 60 and pieces["items"] == []
    assert any("was read in pieces" in note for note in pieces["notes"])
    assert any("does not look at single rows" in warning for warning in pieces["warnings"])
    for key, count in (("singular_value", 2), ("half_time", 1)):
        np.testing.assert_allclose(*([mode[key] for mode in one["modes"][:count]] for one in documents), rtol=1e-6)
    assert whole["features"] == pieces["features"] == list(frame)


@pytest.mark.parametrize("ending", ["npy", "parquet"])
def test_a_stored_table_is_predicted_as_a_whole_or_in_pieces(ending, elsewhere, tmp_path, monkeypatch, capsys):
    pytest.importorskip({"npy": "numpy", "parquet": "pyarrow"}[ending])
    draw = np.random.default_rng(0)
    x = draw.normal(size=(200, 4))
    frame = pd.DataFrame(np.column_stack([x, x @ [1, 2, 0, 0] + draw.normal(size=200)]))
    frame.columns = [f"feature {number}" for number in range(1, 6)]
    path = tmp_path / f"cells.{ending}"
    np.save(path, frame) if ending == "npy" else frame.to_parquet(path)
    words = ["generalize", str(path), "--target", "feature 5", "--drop", "feature 3", "--runs", "2", "--json"]
    documents = []
    for most in (10**6, 10):
        monkeypatch.setattr("ontogeny.tables.stored_tables.MOST_WHOLE", most)
        assert run(words, monkeypatch) == 0
        documents.append(json.loads(capsys.readouterr().out))
    whole, pieces = documents
    assert pieces["rows"] == whole["rows"] == 200 and pieces["features"] == whole["features"]
    for one, two in zip(*(each["sizes"] for each in documents), strict=True):
        assert one["test_error"] == pytest.approx(two["test_error"], rel=1e-6)
        assert one["standard_error"] == pytest.approx(two["standard_error"], rel=1e-6)
    page = (elsewhere / "ontogeny-cells-generalize" / "index.html").read_text(encoding="utf-8")
    assert "was read in pieces" in page and f"from_data(&#39;{path}&#39;" in page or f"from_data('{path}'" in page
    assert run([*words, "--target", "feature 9"], monkeypatch) == 2
    assert "--target names column 'feature 9', but the table has no such column" in capsys.readouterr().err


def test_generalize_of_classes_and_a_built_in_table(monkeypatch, tmp_path, capsys):
    words = generalize("--target", "habitat", "--drop", "name", "--runs", "1", "--json")
    assert run(words(tmp_path), monkeypatch) == 0
    assert any("-1 (land) and 1 (sea)" in note for note in json.loads(capsys.readouterr().out)["notes"])
    numbers = generalize(
        "--target", "size", "--drop", "name", "--drop", "habitat", "--classes", "--runs", "1", "--json"
    )
    assert run(numbers(tmp_path), monkeypatch) == 0
    assert any("7 classes were read" in note for note in json.loads(capsys.readouterr().out)["notes"])
    asked = ["generalize", "zoo", "--target", "milk", "--runs", "1", "--json"]
    assert run(asked, monkeypatch) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "--target is column 'milk', which holds only whole numbers from 0 to 1" in said
    assert said.endswith("write --classes or --amounts")
    assert run([*asked, "--classes"], monkeypatch) == 0
    assert (
        "of the held-out rows; the commonest class alone is right for"
        in json.loads(capsys.readouterr().out)["headline"]
    )
    assert run([*asked, "--amounts"], monkeypatch) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["rows"] == 101 and "legs" not in document["features"]
    assert "Left out of the built-in table, as it is always read: 'legs', 'type'." in document["notes"]


CHILD = "name,flies,swims,big,kind\nROBIN,1,0,0,x\nTrout,0,1,0,y\nwhale,0,1,1,z\nduck,1,1,0,z\n"
ADULT = "animal,wings,gills,milk\nrobin,1,0,0\ntrout,0,1,0\nwhale,0,0,1\nduck,1,0,0\nbat,1,0,1\n"


def test_compare_prints_a_screen_and_writes_the_report(tmp_path, elsewhere, monkeypatch, capsys):
    for name, text in (("child", CHILD), ("adult", ADULT)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    words = ["compare", str(tmp_path / "adult.csv"), str(tmp_path / "child.csv")]
    assert run([*words, "--drop", "kind"], monkeypatch) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "About which of the 4 shared items are alike" in out
    assert out.endswith("Report: " + str(elsewhere / "ontogeny-adult-child" / "index.html"))
    asked = ("--items", "animal", "--items", "name", "--drop-text", "--standardize", "--depth", "3", "--json")
    assert run([*words, *asked], monkeypatch) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["items"] == ["duck", "robin", "trout", "whale"] and document["settings"][1]["depth"] == 3
    assert sum("divided by its standard deviation" in note for note in document["notes"]) == 2
    assert any("child: The item names are column 'name'" in note for note in document["notes"])


def test_compare_takes_built_in_tables_and_replaces_its_own_report(elsewhere, monkeypatch, capsys):
    assert run(["compare", "zoo", "wordnet", "--quiet"], monkeypatch) == 0
    assert run(["compare", "zoo", "wordnet", "--json", "--drop", "fins"], monkeypatch) == 0
    document = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert document["tables"] == ["zoo", "wordnet"] and len(document["unshared"][1]) == 48 - len(document["items"])
    assert not any("fins" in one["first_separates"] for one in document["distinctions"])
    assert sorted(path.name for path in elsewhere.iterdir()) == ["ontogeny-zoo-wordnet"]


def test_version_is_fast_and_says_itself():
    done = subprocess.run([sys.executable, "-m", "ontogeny", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"ontogeny {on.__version__}\n"


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("learn", ("--initial-strength", "--episodes", "--category", "--json", "--out")),
        ("compare", ("--items", "--drop", "--standardize", "--depth", "--json", "--out")),
        ("generalize", ("--load", "--snr", "--inr", "--depth", "--until", "--target", "--samples", "--json", "--out")),
    ],
)
def test_help_lists_the_options(command, options, monkeypatch, capsys):
    assert run([command, "--help"], monkeypatch) == 0
    out = capsys.readouterr().out
    assert all(option in out for option in options)


WAITING = """
import signal, sys, time
from ontogeny import cli
from ontogeny.report import drawing, worded_page, pages

def waiting(*_):
    print("writing", flush=True)
    time.sleep(300)

drawing._svg, drawing._png = (lambda *_: "<svg></svg>"), (lambda *_: b"")  # as here, for it is not about them
pages.page = worded_page.page = waiting
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs tests in the background has it ignored
sys.argv = ["ontogeny", *sys.argv[1:]]
cli.main()
"""


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (signal.SIGINT, ["learn", "rumelhart", *FAST, "--quiet"]),
        (signal.SIGTERM, ["learn", "rumelhart", *FAST, "--quiet"]),
        (signal.SIGTERM, ["generalize", "--load", "1", "--snr", "5", "--quiet"]),
    ],
    ids=["learn, interrupted", "learn, terminated", "generalize, terminated"],
)
def test_being_stopped_leaves_no_debris(sent, words, elsewhere, monkeypatch):
    """Stopped while the report is being written: the earlier report stays, the draft goes."""
    assert run(words, monkeypatch) == 0
    (report,) = elsewhere.iterdir()
    before = (report / "index.html").read_bytes()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", WAITING, *words], **pipes) as process:
        assert process.stdout.readline() == "writing\n"
        assert list(elsewhere.glob(f".{report.name}-*"))
        os.kill(process.pid, sent)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "ontogeny: stopped; nothing was written\n"
    assert list(elsewhere.iterdir()) == [report]
    assert (report / "index.html").read_bytes() == before
