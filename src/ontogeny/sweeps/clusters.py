"""Batches on a cluster of Dask: processes of this machine, or the workers of a scheduler, on whatever machines."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from .. import __version__
from .._core.checks import InputError
from .children import TICK, once_more
from .outcomes import Batch, Outcome, computed

LOCAL = "local"
AHEAD = 4  # batches for each thread of the cluster that are handed over at a time
LEAST_AHEAD = 16
PATIENCE = 20  # seconds until a scheduler answers
LOST = ("cancelled", "lost")  # futures of a scheduler that is gone
FORGIVEN = 1  # workers that may die over a task before it counts as the reason


def check_cluster(address: str | None) -> None:
    """Refuse an address that is none, or any if Dask is not installed.

    Raises
    ------
    InputError
        Neither "local" nor an address; Dask is not installed.
    """
    if address is None:
        return
    if address != LOCAL and "://" not in address:
        raise InputError("cluster", f"is {address!r}, which is no address", "write local, or tcp://HOST:8786")
    if importlib.util.find_spec("distributed") is None:
        problem = "is given, but Dask is not installed"
        raise InputError("cluster", problem, 'write `pip install "ontogeny[dask]"`')


@contextmanager
def connected(address: str, workers: int) -> Iterator[Any]:
    """A client of a cluster, inside this block.

    Raises
    ------
    InputError
        A scheduler that does not answer.
    """
    import dask
    import distributed

    if address == LOCAL:
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": FORGIVEN}),
            distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client
        return
    try:
        # Not the default: a client that cannot be made would stay the default, and all else that uses Dask would hang.
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        why = " ".join(str(error).split())[:120]
        problem = f"is {address!r}, where no scheduler answers ({why})"
        raise InputError(
            "cluster", problem, "start one with `dask scheduler`, and write the address it prints"
        ) from None
    with client, client.as_current():
        yield client


def by_cluster(batches: Iterable[Batch], inputs: Any, address: str, workers: int) -> Iterator[list[Outcome]]:
    """Outcomes of batches, computed by the workers of a cluster.

    Dask computes again what a lost worker had; a batch over which several workers died is computed once more by a
    process of this machine.

    Raises
    ------
    InputError
        A scheduler that does not answer, workers with another version.
    ConnectionError
        A scheduler that is gone.
    """
    from distributed import KilledWorker

    with connected(address, workers) as client:
        shared = client.submit(dict, inputs, pure=False)  # a task, so that it is made again where a worker is lost
        while not _ended([shared], address):  # a scheduler reads what it is sent in any order, and this has to be first
            yield []
        if (error := shared.exception()) is not None:
            raise _failed(address, error)
        waiting = iter(batches)
        ahead = max(LEAST_AHEAD, AHEAD * sum(client.nthreads().values()))
        known: dict[Any, Batch] = {}
        while True:
            while len(known) < ahead and (batch := next(waiting, None)) is not None:
                future = client.submit(computed, batch, shared, pure=False)
                known[future] = batch
            if not known:
                return
            ended = _ended(known, address)
            if not ended:
                yield []
                continue
            future = ended.pop()
            batch = known.pop(future)
            error = future.exception()
            if isinstance(error, KilledWorker):
                yield once_more(batch, inputs)
                continue
            if error is not None:
                raise _failed(address, error)
            found = future.result()
            other = next((each.version for each in found if each.version != __version__), None)
            if other is not None:
                problem = f"has workers with version {other} of ontogeny, and this is {__version__}"
                raise InputError("cluster", problem, "install the same version everywhere")
            yield found


def _failed(address: str, error: BaseException) -> InputError:
    """What a cluster says that cannot read or compute what it is sent, by its first cause."""
    while error.__cause__ is not None:
        error = error.__cause__
    problem = f"fails on {address!r} with {type(error).__name__}: {' '.join(str(error).split())[:160]}"
    return InputError("cluster", problem, "see that its scheduler and all workers have the same packages and modules")


def _ended(futures: Iterable[Any], address: str) -> set[Any]:
    """Futures that have ended, after a moment at most."""
    from distributed import CancelledError, wait

    try:
        ended: set[Any] = wait(list(futures), timeout=TICK, return_when="FIRST_COMPLETED").done
        is_gone = any(future.status in LOST for future in ended)
    except TimeoutError:
        return set()
    except CancelledError:
        is_gone = True
    if is_gone:
        raise ConnectionError(f"the scheduler at {address!r} is gone")
    return ended
