"""Child processes that compute: each one question at a time, within a time limit; a question can be cancelled.

A worker that took too long, or whose question was cancelled, is killed and another one takes its place. Nothing is
kept from one question to the next.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import tempfile
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from typing import Any

from .._core.checks import InputError

WORKERS = 2
WAITING = 200  # questions that may wait for a worker
LIMIT = 20.0  # seconds for one answer
MEMORY = 4 << 30  # bytes of addresses of one worker
JOBS = ("table", "training", "shared_inputs", "netcdf", "samples")


class Stopped(Exception):
    """A computation that gave no answer; the message says why."""


class Worker:
    """One child process."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.is_usable = True
        self.process = context.Process(target=_answer_all, args=(theirs,), daemon=True)
        with _one_thread():
            self.process.start()
        theirs.close()

    def wait(self) -> None:
        """Block until the process is ready for its first question."""
        with contextlib.suppress(EOFError, OSError):
            self.pipe.recv()

    def ask(self, job: str, arguments: dict[str, Any], limit: float) -> Any:
        """The answer to one question; blocks until it comes.

        Raises
        ------
        InputError
            What the question holds cannot be used.
        Stopped
            No answer within the limit, or the process has ended.
        """
        try:
            self.pipe.send((job, arguments))
            if not self.pipe.poll(limit):
                self.stop()
                raise Stopped(f"the computation took more than {limit:g} seconds and was stopped; ask for less")
            kind, answer = self.pipe.recv()
        except (EOFError, OSError):
            self.stop()
            raise Stopped("the computation was stopped") from None
        if kind == "refused":
            raise answer
        if kind == "failed":
            raise Stopped(answer)
        return answer

    def stop(self) -> None:
        """Kill the process, whatever it does; it cannot be asked again."""
        self.is_usable = False
        self.process.kill()


class Workers:
    """Some workers that take questions in turn.

    Parameters
    ----------
    count : int
        Number of child processes.
    limit : float
        Seconds for one answer.
    """

    def __init__(self, count: int = WORKERS, limit: float = LIMIT) -> None:
        self.count, self.limit, self.waiting = count, limit, 0
        self.idle: asyncio.Queue[Worker] = asyncio.Queue()
        self.all: list[Worker] = []
        self.starting: set[asyncio.Future[None]] = set()

    def start(self) -> None:
        """Start the child processes; questions wait until one of them is ready, the page does not."""
        for _ in range(self.count):
            self._add()

    def _add(self) -> None:
        worker = Worker()
        self.all.append(worker)
        getting_ready = asyncio.ensure_future(self._ready(worker))
        self.starting.add(getting_ready)
        getting_ready.add_done_callback(self.starting.discard)

    async def _ready(self, worker: Worker) -> None:
        await asyncio.to_thread(worker.wait)
        self.idle.put_nowait(worker)

    def stop(self) -> None:
        """Kill the child processes."""
        for worker in self.all:
            worker.stop()

    async def ask(self, job: str, arguments: dict[str, Any], gone: Callable[[], Awaitable[None]]) -> Any:
        """The answer to a question, unless whoever asked is gone before.

        Raises
        ------
        InputError
            What the question holds cannot be used.
        Stopped
            Too many questions wait, the time limit was reached, or who asked is gone.
        """
        if self.waiting >= WAITING:
            raise Stopped("the program is busy with other questions; ask again in a moment")
        leaving = asyncio.ensure_future(gone())
        try:
            worker = await self._next(leaving)
            try:
                return await _unless(leaving, asyncio.to_thread(worker.ask, job, arguments, self.limit), worker.stop)
            finally:
                self._return(worker)
        finally:
            leaving.cancel()

    async def _next(self, leaving: asyncio.Future[None]) -> Worker:
        """The worker whose turn it is."""
        self.waiting += 1
        try:
            worker: Worker = await _unless(leaving, self.idle.get())
            return worker
        finally:
            self.waiting -= 1

    def _return(self, worker: Worker) -> None:
        if worker.is_usable:
            self.idle.put_nowait(worker)
            return
        self.all.remove(worker)
        self._add()


async def _unless(leaving: asyncio.Future[None], work: Awaitable[Any], stop: Callable[[], None] | None = None) -> Any:
    """What work gives; if who asked leaves first, the work is stopped."""
    task = asyncio.ensure_future(work)
    await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        return task.result()
    if stop is None:
        task.cancel()
    else:
        stop()
        with contextlib.suppress(Stopped, InputError):
            await task
    raise Stopped("cancelled")


@contextlib.contextmanager
def _one_thread() -> Any:
    """Children inherit one thread of BLAS: two workers would slow each other down."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _answer_all(pipe: Connection) -> None:
    """Answer one question after the other, each in an empty folder, until the pipe is closed."""
    import signal
    import warnings

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when it ends
    _bound_memory()
    warnings.simplefilter("ignore")
    from .. import workflows  # noqa: F401  # ready before the first question
    from . import answers

    pipe.send("ready")
    with contextlib.suppress(EOFError, OSError):
        while True:
            job, arguments = pipe.recv()
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                os.chdir(folder)
                pipe.send(_answer(getattr(answers, job) if job in JOBS else None, arguments))
                os.chdir("/")


def _answer(job: Callable[..., Any] | None, arguments: dict[str, Any]) -> tuple[str, Any]:
    assert job is not None  # routes name the jobs
    try:
        return "answer", job(**arguments)
    except InputError as error:
        return "refused", error
    except MemoryError:
        return "failed", "the computation needs more memory than it may take; ask for less"
    except Exception as error:  # a damaged file can make a library raise anything
        return "failed", f"the computation failed ({type(error).__name__}); this is a fault of the program"


def _bound_memory() -> None:
    """Where the system can, no child takes more than its share."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
