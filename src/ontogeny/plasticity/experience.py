"""What is experienced, and when: segments of two pathways, and deficits with an onset and an end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .._core.checks import InputError, not_negative, positive


class Segment(NamedTuple):
    """A stretch of experience.

    Attributes
    ----------
    duration : float
        How long it lasts [unit of tau].
    open : pair of float
        Whether, or how far from 0 to 1, each pathway is open.
    signal : float
        Size of what is to be learned, as a share of the target: below 1 a weak signal.
    """

    duration: float
    open: tuple[float, float] = (1.0, 1.0)
    signal: float = 1.0


class Deficit(NamedTuple):
    """A stretch of time in which something is lacking.

    Attributes
    ----------
    onset, end : float
        When it begins and when it ends [unit of tau].
    open : pair of float
        Whether, or how far from 0 to 1, each pathway is open meanwhile.
    signal : float
        Size of what is to be learned meanwhile, as a share of the target.
    """

    onset: float
    end: float
    open: tuple[float, float] = (1.0, 0.0)
    signal: float = 1.0


def schedule(deficits: Sequence[Deficit | Sequence[float]], until: float) -> list[Segment]:
    """Segments of an experience that is normal but for some deficits.

    Parameters
    ----------
    deficits : list of Deficit
        In any order; a deficit may be written as ``(onset, end, (first, second))``.
    until : float
        When the experience ends [unit of tau].

    Returns
    -------
    list of Segment

    Raises
    ------
    InputError
        Deficits that overlap, that end before they begin, or that go on after the experience has ended.

    Examples
    --------
    The second pathway closed from 1 to 3, of 10 time units:

    >>> [segment.duration for segment in schedule([Deficit(1.0, 3.0)], 10.0)]
    [1.0, 2.0, 7.0]
    """
    end = positive(until, "until", "experience lasts some time")
    found: list[Segment] = []
    clock = 0.0
    for onset, stop, opened, signal in sorted((_deficit(each) for each in deficits), key=lambda deficit: deficit[:2]):
        if stop <= onset:
            raise InputError("deficits", f"hold one from {onset:g} to {stop:g}, which lasts no time", "write its end")
        if onset < clock:
            raise InputError(
                "deficits", f"overlap: one begins at {onset:g}, before the one before it ends at {clock:g}",
                "write one after the other",
            )  # fmt: skip
        if stop > end:
            raise InputError(
                "deficits", f"hold one that ends at {stop:g}, but the experience ends at {end:g}", "make it last longer"
            )
        if onset > clock:
            found.append(Segment(onset - clock))
        found.append(checked(Segment(stop - onset, opened, signal), "deficits"))
        clock = stop
    return [*found, Segment(end - clock)] if end > clock else found


def _deficit(given: Deficit | Sequence[float]) -> Deficit:
    """A deficit whose onset and end are numbers."""
    try:
        deficit = Deficit(*given)
    except TypeError:
        raise InputError("deficits", f"hold {given!r}, which is no deficit", "write (1.0, 3.0, (1.0, 0.0))") from None
    return deficit._replace(
        onset=not_negative(deficit.onset, "deficits", "an onset"), end=not_negative(deficit.end, "deficits", "an end")
    )


def checked(segment: Segment | Sequence[float], argument: str = "segments") -> Segment:
    """A segment whose numbers can be; it is part of an argument."""
    try:
        given = segment if isinstance(segment, Segment) else Segment(*segment)  # type: ignore[arg-type]
        opened = np.asarray(given.open, dtype=float)
    except (TypeError, ValueError):
        raise InputError(argument, f"hold {segment!r}, which is no segment", "write (5.0, (1.0, 0.0))") from None
    duration = positive(given.duration, argument, "each lasts some time")
    if opened.shape != (2,) or np.any(np.isnan(opened)) or np.any(opened < 0) or np.any(opened > 1):
        raise InputError(
            argument, f"hold one that is open {given.open!r}", "write a number from 0 to 1 for each pathway"
        )
    signal = not_negative(given.signal, argument, "a share of the target")
    return Segment(duration, (float(opened[0]), float(opened[1])), signal)
