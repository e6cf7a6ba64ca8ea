"""Numbers and names as the sentences of every report write them."""

from __future__ import annotations

from collections.abc import Sequence

KNOWN = 9  # digits that rounding leaves alone: what lies halfway between two shorter numbers is written in one way


def steady(value: float) -> float:
    """The value without the digits that rounding leaves open.

    >>> f"{steady(0.18749999999999997):.3g}", f"{steady(0.1875):.3g}"
    ('0.188', '0.188')
    """
    return float(f"{value:.{KNOWN}g}")


def short(value: float, digits: int = 3) -> str:
    """A few digits, and a plain 0 for rounding errors.

    >>> short(0.00223), short(-1e-15), short(3.14159, 2)
    ('0.00223', '0', '3.1')
    """
    return f"{steady(value):.{digits}g}" if not abs(value) <= 1e-12 else "0"


def cents(value: float) -> str:
    """Two decimals.

    >>> cents(0.125), cents(0.12499999999999999)
    ('0.12', '0.12')
    """
    return f"{steady(value):.2f}"


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
