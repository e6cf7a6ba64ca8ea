"""Work shared with a copy of the process: the same pieces in the same order, whatever happens to the copy."""

import os
import threading
import time
from functools import partial

import pytest

from ontogeny.report import by_two as module
from ontogeny.report.by_two import by_two, can_be_copied

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be copied here")


@pytest.fixture(autouse=True)
def two(monkeypatch):
    monkeypatch.setattr(module, "can_be_copied", lambda: True)


def named(number, seconds=0.01):
    time.sleep(seconds)
    return number, os.getpid()


def test_pieces_come_in_order_and_two_processes_make_them():
    found = list(by_two([partial(named, number, 0.05) for number in range(12)]))
    assert [number for number, _ in found] == list(range(12))
    assert len({process for _, process in found}) == 2


def test_what_a_copy_that_dies_had_taken_is_made_here():
    here = os.getpid()

    def fatal(number):
        if os.getpid() != here:
            os._exit(3)
        return named(number, 0.05)

    found = list(by_two([partial(fatal, number) for number in range(8)]))
    assert found == [(number, here) for number in range(8)]


def test_a_copy_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    here = os.getpid()

    def stuck(number):
        if os.getpid() != here:
            time.sleep(600)
        return named(number)

    assert list(by_two([partial(stuck, number) for number in range(8)])) == [(number, here) for number in range(8)]


def test_errors_are_those_of_this_process(capfd):
    def broken(number):
        if number == 5:
            raise ValueError(f"piece {number} of {os.getpid()}")
        return number

    with pytest.raises(ValueError, match=f"piece 5 of {os.getpid()}"):
        list(by_two([partial(broken, number) for number in range(8)]))
    assert capfd.readouterr().err == ""


def test_few_pieces_are_made_here():
    found = list(by_two([partial(named, number) for number in range(3)]))
    assert found == [(number, os.getpid()) for number in range(3)]


def test_a_process_with_other_threads_is_not_copied(monkeypatch):
    monkeypatch.undo()
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert not can_be_copied()
    finally:
        done.set()
        other.join()


def test_figures_are_the_same_from_one_process_and_from_two(monkeypatch):
    import ontogeny as on
    from ontogeny.report.figures import pictures
    from ontogeny.report.sentences import Sentences
    from ontogeny.report.studies import study

    found = study(on.datasets.load("rumelhart"), "rumelhart", networks=2)
    plan = pictures(found, Sentences(found))[2:8]
    two = list(by_two(plan))
    monkeypatch.setattr(module, "can_be_copied", lambda: False)
    one = list(by_two(plan))
    assert [(each.key, each.svg, each.png) for each in one] == [(each.key, each.svg, each.png) for each in two]
