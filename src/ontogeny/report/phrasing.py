"""Numbers and names as the sentences of every report write them."""

from __future__ import annotations

from collections.abc import Sequence

from .._core.digits import steady


def percent(share: float) -> str:
    """A share in words.

    >>> percent(0.0004), percent(0.0123), percent(0.39)
    ('less than 0.1%', '1.2%', '39%')
    """
    if steady(share) < 1e-3:
        return "less than 0.1%"
    return f"{steady(100 * share):.{1 if steady(share) < 0.1 else 0}f}%"


def some(names: Sequence[str], most: int = 4) -> str:
    """The first few names, and how many more there are.

    >>> some(["calf", "goat", "pony"], most=2)
    'calf, goat and 1 more'
    """
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
