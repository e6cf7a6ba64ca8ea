"""Numbers and names as the sentences of every report write them."""

from __future__ import annotations

from collections.abc import Sequence


def short(value: float) -> str:
    """Three digits, and a plain 0 for rounding errors.

    >>> short(0.00223), short(-1e-15)
    ('0.00223', '0')
    """
    return f"{value:.3g}" if abs(value) > 1e-12 else "0"


def percent(share: float) -> str:
    """A share in words.

    >>> percent(0.0004), percent(0.0123), percent(0.39)
    ('less than 0.1%', '1.2%', '39%')
    """
    if share < 1e-3:
        return "less than 0.1%"
    return f"{100 * share:.1f}%" if share < 0.1 else f"{100 * share:.0f}%"


def some(names: Sequence[str], most: int = 4) -> str:
    """The first few names, and how many more there are.

    >>> some(["calf", "goat", "pony"], most=2)
    'calf, goat and 1 more'
    """
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
