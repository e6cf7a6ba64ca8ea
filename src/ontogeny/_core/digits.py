"""Numbers in sentences: short, and the same whatever their last digits are."""

from __future__ import annotations

KNOWN = 9  # digits that rounding errors do not reach: numbers halfway between two shorter ones are always rounded alike
NOTHING = 1e-12  # size below which a number is a rounding error


def steady(value: float) -> float:
    """The value without the digits that rounding errors can change.

    >>> f"{steady(0.18749999999999997):.3g}", f"{steady(0.1875):.3g}"
    ('0.188', '0.188')
    """
    return float(f"{value:.{KNOWN}g}")


def short(value: float, digits: int = 3) -> str:
    """A few digits, and a plain 0 for rounding errors.

    >>> short(0.00223), short(-1e-15), short(3.14159, 2)
    ('0.00223', '0', '3.1')
    """
    return "0" if abs(value) < NOTHING else f"{steady(value):.{digits}g}"


def cents(value: float) -> str:
    """The value with two decimals.

    >>> cents(0.125), cents(0.12499999999999999)
    ('0.12', '0.12')
    """
    return f"{steady(value):.2f}"
