"""Numbers as people write them: decimal commas, thousands, percent signs, x marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ontogeny._core.checks import InputError

DECIMAL_COMMA = re.compile(r"[-+]?\d+(,\d+)?([eE][-+]?\d+)?|[-+]?,\d+")
COMMA_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+")
POINT_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})+")
ENGLISH = re.compile(r"[-+]?\d{1,3}(,\d{3})*(\.\d+)?")
CONTINENTAL = re.compile(r"[-+]?\d{1,3}(\.\d{3})*(,\d+)?")
SPACED = re.compile(r"[-+]?\d{1,3}([ \u00a0\u202f'’]\d{3})+([.,]\d+)?")
PERCENT = re.compile(r"[-+]?\d+([.,]\d+)?\s*%")
MARKS = frozenset("x✓✔•")

READINGS = {
    "decimal_commas": "Decimal commas were read as decimal points",
    "thousands": "Thousands separators were removed",
    "percent": "Percent signs were read as hundredths",
    "marks": "Marks were read as 1 and blank cells as 0",
}


def read_as(cells: Sequence[str], column: str) -> tuple[str, list[float]] | None:
    """How the cells of a column are written, and their numbers; None if some are not numbers.

    Raises
    ------
    InputError
        Cells such as 1,234 that could be decimals or thousands, if no cell tells which.

    Examples
    --------
    >>> read_as(["1,5", "2"], "weight"), read_as(["45 %", "7%"], "share")
    (('decimal_commas', [1.5, 2.0]), ('percent', [0.45, 0.07]))
    """
    if all(cell.lower() in MARKS for cell in cells):
        return "marks", [1.0] * len(cells)
    if all(PERCENT.fullmatch(cell) for cell in cells):
        return "percent", [float(cell.rstrip("% \u00a0").replace(",", ".")) / 100 for cell in cells]
    if all(DECIMAL_COMMA.fullmatch(cell) for cell in cells):
        with_comma = [cell for cell in cells if "," in cell]
        if with_comma and all(COMMA_THOUSANDS.fullmatch(cell) for cell in with_comma):
            if any(cell.count(",") > 1 for cell in with_comma):
                return "thousands", [float(cell.replace(",", "")) for cell in cells]
            raise ambiguous(with_comma[0], column, "comma")
        return "decimal_commas", [float(cell.replace(",", ".")) for cell in cells]
    for pattern, separators, point in ((ENGLISH, ",", "."), (CONTINENTAL, ".", ","), (SPACED, " \u00a0\u202f'’", ",")):
        if all(pattern.fullmatch(cell) or cell.isdecimal() for cell in cells):
            plain = [re.sub(f"[{separators}]", "", cell).replace(point, ".") for cell in cells]
            return "thousands", [float(cell) for cell in plain]
    return None


def ambiguous(cell: str, column: str, sign: str) -> InputError:
    """The error for a cell that can be read in two ways."""
    return InputError(
        None,
        f"{cell!r} in column {column!r} could have a decimal {sign} or a thousands separator, and no other cell of the "
        "column tells which",
        "write decimal points and no thousands separators",
    )
