"""Processes that compute batches: started anew, one thread each, ending with the process that started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any

from .._core.checks import InputError
from .outcomes import Batch, Outcome, computed, here, shortened

CONTEXT = multiprocessing.get_context("spawn")  # a forked process that uses JAX comes to a halt
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
READY = "ready"
TICK = 1.0  # seconds without an outcome, after which none are handed over: time to write what came before


class Child:
    """A process that computes batches.

    Parameters
    ----------
    inputs : mapping
        Worlds and tables that runs read.
    """

    def __init__(self, inputs: Any) -> None:
        self.pipe, theirs = CONTEXT.Pipe()
        self.process = CONTEXT.Process(target=serve, args=(theirs, inputs), daemon=True)
        self.process.start()
        theirs.close()

    def __repr__(self) -> str:
        return f"<Child: process {self.process.pid}>"

    def greet(self) -> None:
        """Wait until the process is there.

        Raises
        ------
        InputError
            It cannot start.
        """
        try:
            self.pipe.recv()
        except (EOFError, OSError):
            problem = "worker processes cannot start, as they run the script that starts them"
            remedy = "put the call of `run` below `if __name__ == '__main__':`, or sweep in one process"
            raise InputError(None, problem, remedy) from None

    def give(self, batch: Batch) -> None:
        """Hand over a batch; that the process has died meanwhile is found when its outcomes are taken."""
        with suppress(OSError):
            self.pipe.send(batch)

    def take(self) -> list[Outcome] | None:
        """Outcomes of the batch; None if the process has died over it."""
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            return None

    def how_it_ended(self) -> str:
        """How the process ended, in words."""
        code = self.process.exitcode
        if code is not None and code < 0:
            name = signal.Signals(-code).name if -code in {each.value for each in signal.Signals} else f"signal {-code}"
            return f"was killed by {name}" + " (out of memory?)" * (name == "SIGKILL")
        return f"ended with exit code {code}"

    def end(self) -> None:
        """End the process, whatever it does."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def serve(pipe: Connection, inputs: Any) -> None:
    """Compute batches that come through a pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that records
    for name in THREADS:
        os.environ.setdefault(name, "1")
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        pipe.send(READY)
        while True:
            try:
                batch = pipe.recv()
            except EOFError:
                return
            pipe.send(computed(batch, inputs))


def _end_with(sentinel: int) -> None:
    """End this process when the one that started it is gone, even if it was killed."""
    wait([sentinel])
    os._exit(1)


def by_children(batches: Iterable[Batch], inputs: Any, workers: int) -> Iterator[list[Outcome]]:
    """Outcomes of batches, computed in several processes; those of a process that died are computed once more."""
    waiting = iter(batches)
    crew = [Child(inputs) for _ in range(workers)]
    busy: dict[Any, tuple[Child, Batch]] = {}
    try:
        for child in crew:
            child.greet()
        idle = list(crew)
        while True:
            while idle and (batch := next(waiting, None)) is not None:
                child = idle.pop()
                child.give(batch)
                busy[child.pipe] = (child, batch)
            if not busy:
                return
            ended = wait(list(busy), TICK)
            if not ended:
                yield []
            for pipe in ended:
                child, batch = busy.pop(pipe)
                found = child.take()
                if found is None:
                    crew.remove(child)
                    child.end()
                    found = once_more(batch, inputs)
                    child = Child(inputs)
                    crew.append(child)
                    child.greet()
                idle.append(child)
                yield found
    finally:
        for child in crew:
            child.end()


def once_more(batch: Batch, inputs: Any) -> list[Outcome]:
    """Outcomes of a batch over which a process has died, from a process of its own.

    If that dies too, its runs are computed one by one, and the one that ends its process has failed.
    """
    child = Child(inputs)
    try:
        child.greet()
        child.give(batch)
        found = child.take()
    finally:
        child.end()
    if found is not None:
        return found
    if len(batch.runs) > 1:
        return [outcome for single in batch.singles() for outcome in once_more(single, inputs)]
    said = shortened(f"the process that computed it {child.how_it_ended()}, twice")
    return [Outcome(batch.runs[0], None, said, 0.0, here())]
