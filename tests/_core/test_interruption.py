"""An interruption waits for the end of a call that must not be cut in two."""

import os
import signal
import threading

import pytest

from ontogeny._core.interruption import uninterrupted

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent to this process itself")


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


def shielded(*steps):
    """What was done of some steps inside, and whether they were interrupted at the end."""
    done = []

    @uninterrupted()
    def inside():
        for step in steps:
            step()
            done.append(step)

    try:
        inside()
    except KeyboardInterrupt:
        return done, True
    return done, False


def nothing():
    pass


def test_an_interruption_waits_for_the_end():
    assert shielded(interrupt, nothing) == ([interrupt, nothing], True)
    assert shielded(nothing) == ([nothing], False)


def test_it_waits_for_the_outermost_end():
    found = []
    assert shielded(lambda: found.append(shielded(interrupt, nothing)), nothing)[1]
    assert found == [([interrupt, nothing], False)]


def test_a_second_one_does_not_wait():
    assert shielded(interrupt, interrupt, nothing) == ([interrupt], True)


def test_handlers_are_as_before_whatever_happens():
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(ValueError, match="its own"), uninterrupted():
        raise ValueError("its own")
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


def test_other_threads_do_without():
    failed = []

    def work():
        try:
            with uninterrupted():
                pass
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failed == []
