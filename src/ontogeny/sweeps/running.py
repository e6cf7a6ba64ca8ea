"""Running a sweep, or what is missing of it: in this process, in several, or on a cluster."""

from __future__ import annotations

import errno
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import numpy as np

from .._core.checks import InputError, whole
from .._core.progress import track
from .batches import missing_batches
from .children import by_children, once_more
from .claim import Claim, claimed
from .clusters import by_cluster, check_cluster
from .design import design_of
from .layout import MISSING, Layout
from .log import Log
from .outcomes import Batch, Outcome, computed
from .reading import Sweep, status
from .recorder import Recorder
from .specification import Specification, read_specification
from .store import Store, zarr_or_refusal
from .tables import inputs_of

MOST_WORKERS = 1024
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
BY_DEFAULT = 2  # processes of a local cluster


def run(
    specification: Specification | str | Path,
    store: str | Path,
    *,
    workers: int | None = None,
    cluster: str | None = None,
) -> Sweep:
    """Run what is missing of a sweep, and keep it in a store.

    Parameters
    ----------
    specification : Specification or path
        What to run, or a TOML file that says so.
    store : path
        Folder of the store, such as ``"starts.zarr"``; wall times go to ``starts.zarr.log`` beside it.
    workers : int, optional
        Number of processes; by default all runs are computed in this one. On a local cluster, its workers.
    cluster : str, optional
        "local" for a cluster of Dask on this machine, or the address of a scheduler, such as "tcp://10.0.0.5:8786".

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        A specification that cannot be, a store of another sweep or one to which another sweep writes, a cluster that
        does not answer.
    OSError
        The disk is full or fails; what is recorded stays.

    Notes
    -----
    The same call on the same store goes on where it ended, however it ended. A run that fails is kept with the sentence
    that says why, and is not run again.

    Where processes are started, a script needs ``if __name__ == "__main__":`` above the call.

    Examples
    --------
    >>> import tempfile
    >>> sweep = Specification("predict", {"environment": "rumelhart"}, grid={"depth": [1, 2, 3], "tau": [1.0, 2.0]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = run(sweep, f"{folder}/depths.zarr")
    ...     found.dataset["half_time"].sel(tau=2.0, mode=1).round(2).values.tolist()
    [1.39, 1.3, 2.81]
    """
    zarr_or_refusal()
    check_cluster(cluster)
    if workers is not None:
        workers = whole(workers, "workers", 1, "somebody has to work")
        if workers > MOST_WORKERS:
            raise InputError("workers", f"is {workers}", f"write {MOST_WORKERS} or less")
    asked = specification if isinstance(specification, Specification) else read_specification(specification)
    design = design_of(asked)
    inputs = inputs_of(design)
    place = Path(store)
    with claimed(place) as claim:
        opened = Store.opened(place, Layout.of(design, inputs))
        log = Log.of(place)
        before = opened.status()
        log.keep({int(each) for each in np.flatnonzero(before != MISSING)})
        batches = missing_batches(opened.layout, before, inputs)
        missing = int(np.count_nonzero(before == MISSING))
        recorder = Recorder(opened, log)
        try:
            with closing(_outcomes(batches, inputs, claim, workers, cluster)) as found:
                fresh = _fresh(found, before.ravel() == MISSING, recorder)
                for outcome in track(fresh, "runs", missing):
                    recorder.record(outcome)
            recorder.flush()
        except OSError as error:
            if error.errno not in FULL:
                with suppress(OSError):
                    recorder.flush()
                raise
            why = (
                f"{error.strerror}: what was written to {str(place)!r} before stays, and the same call goes on with it"
            )
            raise OSError(error.errno, why) from None
        except BaseException:  # stopped, or a cluster that is gone: what came stays
            recorder.flush()
            raise
    return status(place)


def _fresh(found: Iterable[list[Outcome]], is_missing: np.ndarray, recorder: Recorder) -> Iterator[Outcome]:
    """Outcomes of runs that were missing; the others were computed again beside them, and are recorded already."""
    for outcomes in found:
        recorder.flush_if_due()  # also while nothing comes
        yield from (outcome for outcome in outcomes if is_missing[outcome.run])


def _outcomes(
    batches: Iterator[Batch], inputs: Any, claim: Claim, workers: int | None, cluster: str | None
) -> Generator[list[Outcome]]:
    if cluster is not None:
        yield from by_cluster(batches, inputs, cluster, workers or BY_DEFAULT)
    elif workers is not None:
        yield from by_children(batches, inputs, workers)
    else:
        yield from _here(batches, inputs, claim)


def _here(batches: Iterator[Batch], inputs: Any, claim: Claim) -> Iterator[list[Outcome]]:
    """Outcomes of batches, computed in this process; what ended an earlier one is computed in a child."""
    suspects = set(claim.left_in_hand)
    for batch in batches:
        if suspects & set(batch.runs):
            yield once_more(batch, inputs)
            continue
        claim.hold(batch.runs)
        found = computed(batch, inputs)
        claim.hold(())
        yield found
