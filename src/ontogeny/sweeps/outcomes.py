"""What becomes of a run: its quantities, or the sentence that says why there are none."""

from __future__ import annotations

import os
import socket
import time
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

from .. import __version__
from .._core.checks import InputError
from .commands import Command, Inputs, Settings, Values, command_of

LONGEST = 600  # letters of a sentence


class Batch(NamedTuple):
    """Runs that are computed in one call.

    Attributes
    ----------
    command : str
        What is run.
    runs : tuple of int
        Their numbers.
    settings : tuple of dict
        Their settings.
    """

    command: str
    runs: tuple[int, ...]
    settings: tuple[dict[str, Any], ...]

    def singles(self) -> list[Batch]:
        """The same runs, one by one."""
        return [Batch(self.command, (run,), (each,)) for run, each in zip(self.runs, self.settings)]


class Outcome(NamedTuple):
    """What became of a run.

    Attributes
    ----------
    run : int
        Its number.
    values : dict or None
        Its quantities; None if it failed.
    message : str
        Why it failed, or what it warned of.
    seconds : float
        How long it took; of runs in one call, an equal share of it.
    by : str
        Machine and process.
    version : str
        Of ontogeny, there.
    """

    run: int
    values: Values | None
    message: str
    seconds: float
    by: str
    version: str = __version__


def computed(batch: Batch, inputs: Inputs) -> list[Outcome]:
    """Outcomes of a batch; runs that fail, or warn, in one call are computed one by one.

    Whether a run fails hangs on its settings alone, so that a batch has the same outcomes whenever it is computed.
    """
    start = time.perf_counter()
    failure, found, said = _attempt(command_of(batch.command), batch.settings, inputs)
    if (failure or said) and len(batch.runs) > 1:
        return [outcome for single in batch.singles() for outcome in computed(single, inputs)]
    seconds = (time.perf_counter() - start) / len(batch.runs)
    if failure:
        return [Outcome(batch.runs[0], None, failure, seconds, here())]
    return [Outcome(run, values, said, seconds, here()) for run, values in zip(batch.runs, found)]


def _attempt(command: Command, settings: Sequence[Settings], inputs: Inputs) -> tuple[str, list[Values], str]:
    """Why runs failed, their quantities, and what they warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        for kind in (UserWarning, RuntimeWarning):
            warnings.simplefilter("always", kind)
        try:
            found = command.compute(settings, inputs)
        except InputError as error:
            return shortened(str(error)), [], ""
        except Exception as error:  # whatever a run does, the others go on
            return shortened(f"{type(error).__name__}: {error}"), [], ""
    return "", found, shortened("; ".join(dict.fromkeys(str(each.message) for each in caught)))


def shortened(text: str) -> str:
    """A text as one line of at most 600 letters."""
    return " ".join(text.split())[:LONGEST]


def here() -> str:
    """This machine and process."""
    return f"{socket.gethostname()}:{os.getpid()}"
