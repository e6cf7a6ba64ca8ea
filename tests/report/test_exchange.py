"""Two folders change places, or nothing happens."""

import sys

import pytest

from ontogeny.report import exchange as module
from ontogeny.report.exchange import exchange


@pytest.fixture
def pair(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    return tmp_path / "one", tmp_path / "other"


def held(folder):
    return [path.name for path in folder.iterdir()]


@pytest.mark.skipif(sys.platform != "linux", reason="a call of Linux")
def test_folders_change_places(pair):
    if not exchange(*pair):
        pytest.skip("this file system cannot")
    assert (held(pair[0]), held(pair[1])) == (["other"], ["one"])


def test_what_is_not_there_changes_nothing(pair, tmp_path):
    assert not exchange(pair[0], tmp_path / "none")
    assert held(pair[0]) == ["one"]


def test_other_systems_say_that_they_cannot(pair, monkeypatch):
    monkeypatch.setattr(module.sys, "platform", "darwin")
    assert not exchange(*pair)
    assert held(pair[0]) == ["one"]
