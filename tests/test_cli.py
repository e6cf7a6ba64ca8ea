"""The command line as a person meets it: in process for its answers, as a process for its exit and its debris."""

import json
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

import ontogeny as on
from bad_commands import COMMANDS, options, table
from ontogeny import cli

FAST = ("--seeds", "1", "--until", "3")


def run(words, monkeypatch):
    """Exit code of the command line with these words."""
    monkeypatch.setattr(sys, "argv", ["ontogeny", *words])
    try:
        cli.main()
    except SystemExit as stop:
        return stop.code or 0
    return 0


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """An empty folder to be in, and signal handlers put back."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    before = signal.getsignal(signal.SIGTERM)
    yield tmp_path / "here"
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("case", COMMANDS, ids=lambda case: case.name)
def test_bad_command_gets_one_sentence_and_code_2(case, tmp_path, monkeypatch, capsys):
    words = case.words(tmp_path)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    assert run(words, monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.search(case.match, err), err
    assert err.startswith("ontogeny: ")
    assert err.count("\n") == 1, "more than one line"
    assert sorted(path.name for path in tmp_path.rglob("*")) == before, "something was written or lost"


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
    def refused(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ontogeny.report.folder.tempfile.TemporaryFile", refused)
    assert run(["learn", table(tmp_path), "--out", str(tmp_path / "report")], monkeypatch) == 2
    assert "nothing can be written in" in capsys.readouterr().err


def test_learn_prints_a_summary_and_writes_the_report(elsewhere, monkeypatch, capsys):
    assert run(["learn", "rumelhart", *FAST], monkeypatch) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "A network that learns this table learns 8 distinctions" in out
    assert out.endswith("Report: " + str(elsewhere / "ontogeny-rumelhart" / "index.html"))
    assert sorted(path.name for path in elsewhere.iterdir()) == ["ontogeny-rumelhart"]


def test_learn_again_replaces_its_own_report(elsewhere, monkeypatch):
    assert run(["learn", "rumelhart", *FAST, "--quiet", "--episodes"], monkeypatch) == 0
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


def test_quiet_prints_the_path_alone(elsewhere, monkeypatch, capsys):
    assert run(["learn", "rumelhart", *FAST, "--quiet"], monkeypatch) == 0
    assert capsys.readouterr().out == str(elsewhere / "ontogeny-rumelhart" / "index.html") + "\n"


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


def test_version_is_fast_and_says_itself():
    done = subprocess.run([sys.executable, "-m", "ontogeny", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"ontogeny {on.__version__}\n"


def test_help_lists_the_options(monkeypatch, capsys):
    assert run(["learn", "--help"], monkeypatch) == 0
    out = capsys.readouterr().out
    assert all(option in out for option in ("--initial-strength", "--episodes", "--category", "--json", "--out"))


WAITING = """
import signal, sys, time
from ontogeny import cli
from ontogeny.report import pages

def waiting(*_):
    print("writing", flush=True)
    time.sleep(300)

pages.page = waiting
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs tests in the background has it ignored
sys.argv = ["ontogeny", "learn", "rumelhart", "--seeds", "1", "--until", "3", "--quiet"]
cli.main()
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_being_stopped_leaves_no_debris(sent, elsewhere, monkeypatch):
    """Stopped while the report is being written: the earlier report stays, the draft goes."""
    assert run(["learn", "rumelhart", *FAST, "--quiet"], monkeypatch) == 0
    page = elsewhere / "ontogeny-rumelhart" / "index.html"
    before = page.read_bytes()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", WAITING], **pipes) as process:
        assert process.stdout.readline() == "writing\n"
        assert list(elsewhere.glob(".ontogeny-rumelhart-*"))
        os.kill(process.pid, sent)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "ontogeny: stopped; nothing was written\n"
    assert [path.name for path in elsewhere.iterdir()] == ["ontogeny-rumelhart"]
    assert page.read_bytes() == before
