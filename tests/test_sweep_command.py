"""`ontogeny sweep` and `ontogeny sweep-status`, as a person meets them."""

import json
import sys
import tomllib

import pytest

from ontogeny import cli
from ontogeny.sweeps import Specification, run
from ontogeny.sweeps.commands import PLACES, command_of
from swept_stores import as_toml, networks, starts

pytest.importorskip("zarr")


def said(words, monkeypatch, capsys):
    """Exit code, and what the command line prints."""
    monkeypatch.setattr(sys, "argv", ["ontogeny", *words])
    with pytest.raises(SystemExit, match=r"^[0-9]|None$") as stop:
        cli.main()
    return (stop.value.code or 0, *capsys.readouterr())


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "starts.toml"
    path.write_text(as_toml(starts(4, looks=5)), encoding="utf-8")
    return path


def test_a_sweep_says_what_it_did_and_the_same_call_does_no_more(spec, tmp_path, monkeypatch, capsys):
    store = tmp_path / "a.zarr"
    code, out, err = said(["sweep", str(spec), "--out", str(store)], monkeypatch, capsys)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"predict over depth (3), initial_strength (4): {store}"
    assert lines[1].startswith("12 runs: 12 done; ") and len(lines) == 2
    assert said(["sweep", str(spec), "--out", str(store)], monkeypatch, capsys)[1] == out
    assert said(["sweep-status", str(store)], monkeypatch, capsys) == (0, out, "")
    assert said(["sweep", str(spec), "--out", str(store), "--quiet"], monkeypatch, capsys) == (0, f"{store}\n", "")


def test_the_store_is_by_default_here_and_called_as_the_specification(spec, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert said(["sweep", str(spec), "--quiet"], monkeypatch, capsys) == (0, "starts.zarr\n", "")


def test_failures_are_told_with_their_settings_and_as_json(tmp_path, monkeypatch, capsys):
    (tmp_path / "spec.toml").write_text(as_toml(networks(2)), encoding="utf-8")
    words = ["sweep", str(tmp_path / "spec.toml"), "--out", str(tmp_path / "a.zarr")]
    code, out, _ = said(words, monkeypatch, capsys)
    assert code == 0 and "6 runs: 4 done, 2 failed; " in out
    assert "failed at learning_rate = 1.5, seed = 0, and 1 more: " in out
    document = json.loads(said(["sweep-status", str(tmp_path / "a.zarr"), "--json"], monkeypatch, capsys)[1])
    assert document["done"] == 4 and document["failed"] == 2 and document["missing"] == 0
    assert [*document["failures"].values()] == [["learning_rate = 1.5, seed = 0", "learning_rate = 1.5, seed = 1"]]


def test_what_is_missing_is_said(tmp_path, monkeypatch, capsys):
    from ontogeny.sweeps import running

    monkeypatch.setattr(running, "_outcomes", lambda *_: (each for each in ()))
    run(starts(3), tmp_path / "a.zarr")
    out = said(["sweep-status", str(tmp_path / "a.zarr")], monkeypatch, capsys)[1]
    assert "9 runs: 0 done, 9 missing" in out and out.endswith(
        "The same `ontogeny sweep` goes on with what is missing.\n"
    )


def test_a_full_disk_is_one_sentence_and_code_1(spec, tmp_path, monkeypatch, capsys):
    from ontogeny.sweeps.store import Store

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "write", full)
    code, out, err = said(["sweep", str(spec), "--out", str(tmp_path / "a.zarr")], monkeypatch, capsys)
    assert (code, out) == (1, "") and err.count("\n") == 1
    assert (
        err.startswith("ontogeny: no space left on device: what was written to") and "0 of 12 runs are recorded" in err
    )


@pytest.mark.parametrize("name", PLACES)
def test_printed_settings_are_a_specification_to_start_from(name, monkeypatch, capsys):
    code, out, err = said(["sweep", "--print-settings", name], monkeypatch, capsys)
    assert (code, err) == (0, "")
    document = tomllib.loads(out)
    command = command_of(name)
    assert document["command"] == name
    for entry in command.entries:
        assert entry.default is None or document["fixed"][entry.key] == entry.default
        assert f"{entry.key} = " in out and "null" not in out
        if entry.default is None:
            entry.check(entry.example, entry.key)


def test_examples_in_python_and_files_are_the_same(tmp_path):
    asked = starts(4, looks=5)
    assert tomllib.loads(as_toml(asked)) == {"command": "predict", "fixed": dict(asked.fixed), "grid": dict(asked.grid)}
    assert isinstance(asked, Specification)
