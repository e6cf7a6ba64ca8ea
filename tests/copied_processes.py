"""What must be true of work shared with a copy of the process; each is run in a process of its own by test_by_two.py.

Processes of the tests have threads and JAX, with which none may be copied.
"""

import os
import select
import signal
import sys
import threading
import time
from functools import partial

from ontogeny.report import by_two as module
from ontogeny.report.by_two import by_two, can_be_copied


def named(number, seconds=0.01):
    time.sleep(seconds)
    return number, os.getpid()


def pieces_come_in_order_and_two_processes_make_them():
    here, (came, sent) = os.getpid(), os.pipe()

    def waiting(number):
        """This process makes its first piece once the copy has begun, however long that takes to come to it."""
        if os.getpid() == here:
            assert select.select([came], [], [], 60)[0]
        else:
            os.write(sent, b"!")
        return named(number)

    found = list(by_two([partial(waiting, number) for number in range(12)]))
    assert [number for number, _ in found] == list(range(12))
    assert len({process for _, process in found}) == 2


def a_copy_ends_with_its_process():
    """Killed, too: the copy would keep what it inherited, such as the lock of a report's folder."""
    came, sent = os.pipe()

    def slow(_):
        os.write(sent, b"!")
        time.sleep(90)

    if (process := os.fork()) == 0:
        list(by_two([partial(slow, number) for number in range(8)]))
    os.close(sent)
    begun = b""
    while len(begun) < 2:  # by the process and by its copy
        begun += os.read(came, 1)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    assert select.select([came], [], [], 60)[0] and os.read(came, 1) == b""  # nobody holds the other end


def what_a_copy_that_dies_had_taken_is_made_here():
    here = os.getpid()

    def fatal(number):
        if os.getpid() != here:
            os._exit(3)
        return named(number, 0.05)

    assert list(by_two([partial(fatal, number) for number in range(8)])) == [(number, here) for number in range(8)]


def a_copy_that_hangs_is_given_up():
    module.PATIENCE = 0.2
    here = os.getpid()

    def stuck(number):
        if os.getpid() != here:
            time.sleep(600)
        return named(number)

    assert list(by_two([partial(stuck, number) for number in range(8)])) == [(number, here) for number in range(8)]


def errors_are_those_of_this_process():
    def broken(number):
        if number == 5:
            raise ValueError(os.getpid())
        return number

    try:
        list(by_two([partial(broken, number) for number in range(8)]))
    except ValueError as error:
        assert error.args == (os.getpid(),)
    else:
        raise AssertionError("no error")


def copies_are_made_before_a_progress_bar_starts_its_thread():
    asked = []
    module.can_be_copied = lambda: asked.append("copied?") or True
    pieces = by_two([partial(named, number) for number in range(8)])
    assert asked
    assert [number for number, _ in pieces] == list(range(8))


def few_pieces_are_made_here():
    assert list(by_two([partial(named, number) for number in range(3)])) == [(n, os.getpid()) for n in range(3)]


def a_process_with_other_threads_is_not_copied():
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert not CAN_BE_COPIED()
    finally:
        done.set()
        other.join()


def figures_are_the_same_from_one_process_and_from_two():
    import ontogeny as on
    from ontogeny.report.figures import pictures
    from ontogeny.report.sentences import Sentences
    from ontogeny.report.studies import study

    found = study(on.datasets.load("rumelhart"), "rumelhart", networks=2)
    plan = pictures(found, Sentences(found))[2:8]
    two = list(by_two(plan))
    module.can_be_copied = lambda: False
    one = list(by_two(plan))
    assert [(each.key, each.svg, each.png) for each in one] == [(each.key, each.svg, each.png) for each in two]
    assert {int.from_bytes(each.png[16:20]) for each in one} == {960}  # pixels wide, for slides


CAN_BE_COPIED = can_be_copied
CHECKS = {
    each.__name__: each
    for each in (
        pieces_come_in_order_and_two_processes_make_them,
        a_copy_ends_with_its_process,
        what_a_copy_that_dies_had_taken_is_made_here,
        a_copy_that_hangs_is_given_up,
        errors_are_those_of_this_process,
        copies_are_made_before_a_progress_bar_starts_its_thread,
        few_pieces_are_made_here,
        a_process_with_other_threads_is_not_copied,
        figures_are_the_same_from_one_process_and_from_two,
    )
}

if __name__ == "__main__":
    module.can_be_copied = lambda: True  # also where there is one processor
    CHECKS[sys.argv[1]]()
