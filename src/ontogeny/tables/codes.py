"""Numbers that stand for a missing value, such as 999 and -9."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note, Setting

CODES = (9, 77, 88, 99, 777, 888, 999, 9999, -1, -7, -8, -9, -77, -88, -99, -999, -9999)
MOST_SHARE = 0.2  # of all cells: a number in more of them is a value


def without_codes(
    values: np.ndarray, features: Sequence[str], given: Sequence[float] | None
) -> tuple[np.ndarray, list[Note]]:
    """The values with NaN in place of codes for missing, and notes; codes that were not given are an error.

    Parameters
    ----------
    values : array, shape (items, features)
        Numbers.
    features : list of str, shape (features,)
        Names of the columns.
    given : list of float, or None
        Codes; an empty list if all numbers are values; None if not known.

    Raises
    ------
    InputError
        A number that looks like a code, where none was given.
    """
    if given is None:
        code = _suspect(values)
        if code is None:
            return values, []
        where = [name for name, has in zip(features, (values == code).any(axis=0), strict=True) if has]
        others = values[(values != code) & ~np.isnan(values)]
        raise InputError(
            None,
            f"{code:g} is in {counted(int(np.sum(values == code)), 'cell')} (in {quoted(where)}), far from all "
            f"other values, which are between {others.min():g} and {others.max():g}: it looks like a code for missing",
            (
                "write ",
                Setting("missing_values", [int(code)]),
                ", or ",
                Setting("missing_values", []),
                " if it is a number",
            ),
        )
    is_code = np.isin(values, np.asarray(given, dtype=float))
    if not is_code.any():
        return values, []
    words = f"{counted(int(is_code.sum()), 'cell')} with {quoted(f'{code:g}' for code in given)} stand for missing."
    return np.where(is_code, np.nan, values), [Note("missing_codes", words)]


def _suspect(values: np.ndarray) -> float | None:
    """A code that occurs repeatedly, far from all other values of a table of whole numbers."""
    known = values[np.isfinite(values)]
    if not known.size or np.any(known != np.round(known)):
        return None
    for code in CODES:
        here = known == code
        others = known[~here]
        if not 2 <= here.sum() <= MOST_SHARE * known.size or not others.size:
            continue
        spread = max(float(np.ptp(others)), 1.0)
        gap = code - others.max() if code > 0 else others.min() - code
        if gap >= (spread if abs(code) > 1 else 1.0) and (code > 0 or others.min() >= 0):
            return float(code)
    return None
