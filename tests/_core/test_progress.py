"""A bar where somebody is looking, and nothing else; the items are the same."""

import sys

import pytest

from ontogeny._core.progress import silence, track


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)


def test_without_a_terminal_the_items_are_passed_on():
    items = [1, 2, 3]
    assert track(items, "counting", 3) is items


def test_on_a_terminal_the_items_are_the_same(terminal):
    assert list(track(iter("abc"), "counting", 3)) == ["a", "b", "c"]


def test_silence_holds_inside_its_block_only(terminal):
    items = [1, 2]
    with silence():
        assert track(items, "counting", 2) is items
        with silence(False):
            assert track(items, "counting", 2) is not items
        assert track(items, "counting", 2) is items
    assert track(items, "counting", 2) is not items
