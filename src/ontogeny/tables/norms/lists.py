"""Property norms in long format: one line for every pair of a concept and a feature that people named for it.

`mcrae` reads `CONCS_FEATS_concstats_brm.txt` (McRae, Cree, Seidenberg and McNorgan 2005), `cslb` reads `norms.dat`
(Devereux, Tyler, Geertzen and Randall 2014), which also comes as a matrix (`matrices`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError, finite, one_of, quoted
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note, Setting
from ontogeny.tables.file_checks import FilePath
from ontogeny.tables.norms.matrices import concept_matrix
from ontogeny.tables.norms.sheet import (
    Scale,
    Sheet,
    check_scale,
    finished,
    numbers,
    read_sheet,
)

COUNTS = Scale(0, np.inf, "a count cannot be negative", "write 0 or more")


def mcrae(path: FilePath, *, binary: bool = False, minimum: float = 0, without: Sequence[str] = ()) -> pd.DataFrame:
    """McRae norms: how many of 30 people named a feature for a concept, as concepts x features.

    Parameters
    ----------
    path : path
        `CONCS_FEATS_concstats_brm.txt`: tabs, a line for each pair, columns Concept, Feature, Prod_Freq, BR_Label, ...
    binary : bool
        1 where a feature was named, instead of by how many people.
    minimum : float
        Pairs named by fewer people are left out (the published list starts at 5).
    without : list of str
        Kinds of features to leave out, as BR_Label calls them, such as "taxonomic".

    Returns
    -------
    DataFrame, shape (concepts, features)
        0 where a pair is not in the list, which may mean that fewer people named it than the list asks for.
    """
    return _from_pairs(read_sheet(path), ("Prod_Freq",), ("BR_Label",), binary, minimum, without)


def cslb(path: FilePath, *, binary: bool = False, minimum: float = 0, without: Sequence[str] = ()) -> pd.DataFrame:
    """CSLB norms: how many of 30 people named a feature for a concept, as concepts x features.

    Parameters
    ----------
    path : path
        `norms.dat` (a line for each pair, columns concept, feature, feature type, pf) or `feature_matrix.dat`
        (concepts against features, either way round).
    binary : bool
        1 where a feature was named, instead of by how many people.
    minimum : float
        Pairs named by fewer people are left out (the published list starts at 2).
    without : list of str
        Kinds of features to leave out, as the column "feature type" calls them; the matrix has none.

    Returns
    -------
    DataFrame, shape (concepts, features)
        0 where a pair is not in the list, which may mean that fewer people named it than the list asks for.
    """
    sheet = read_sheet(path)
    if sheet.column("feature") is not None and sheet.column("concept") is not None:
        return _from_pairs(sheet, ("pf", "production frequency"), ("feature type",), binary, minimum, without)
    if without:
        raise InputError(
            "without",
            f"is {list(without)!r}, but {str(sheet.path)!r} is a matrix, which does not say the kinds of its features",
            "leave it out, or read norms.dat",
        )
    frame = concept_matrix(sheet, COUNTS, "concept")
    values = _thresholded(frame.to_numpy(), binary, minimum)
    kept = np.nan_to_num(values).any(axis=0)
    notes = (*frame.attrs["notes"], *_unnamed_notes(list(frame.columns[~kept])), _value_note(binary, minimum))
    return finished(values[:, kept], list(frame.index), list(frame.columns[kept]), notes, "concept")


def _from_pairs(
    sheet: Sheet, value: Sequence[str], kind: Sequence[str], binary: bool, minimum: float, without: Sequence[str]
) -> pd.DataFrame:
    """The matrix that a list of pairs spells out."""
    at = {name: _column(sheet, name) for name in ("concept", "feature", value[0])}
    lines, rows = sheet.lines[1:], sheet.rows[1:]
    for line, row in zip(lines, rows, strict=True):
        if len(row) <= max(at.values()):
            raise InputError(
                None,
                f"line {line} of {str(sheet.path)!r} has {counted(len(row), 'cell')}, but concept, feature and "
                f"{value[0]} are {max(at.values()) + 1} cells wide",
                "complete the line, or leave it out",
            )
    concepts, features = ([row[at[name]] for row in rows] for name in ("concept", "feature"))
    for names, noun in ((concepts, "concept"), (features, "feature")):
        if "" in names:
            raise InputError(
                None, f"line {lines[names.index('')]} of {str(sheet.path)!r} has no {noun}", "write its name"
            )
    counts = numbers(sheet, [[row[at[value[0]]]] for row in rows], [sheet.header[at[value[0]]]], lines)[:, 0]
    check_scale(sheet, counts[:, None], [sheet.header[at[value[0]]]], lines, COUNTS)
    if np.isnan(counts).any():
        raise InputError(
            None,
            f"line {lines[int(np.argmax(np.isnan(counts)))]} of {str(sheet.path)!r} has no {value[0]}, but a pair is "
            "in the list because somebody named it",
            "write how many did, or leave the line out",
        )
    values = _thresholded(counts, binary, minimum)
    kept = (values > 0) & ~_of_kinds(sheet, kind, without)
    if not kept.any():
        raise InputError(
            None,
            f"no pair of {str(sheet.path)!r} is left",
            (
                "lower ",
                Setting("minimum", minimum),
                *((" or shorten ", Setting("without", list(without))) if without else ()),
            ),
        )
    items, columns = list(dict.fromkeys(concepts)), list(dict.fromkeys(np.array(features, dtype=object)[kept]))
    table = np.zeros((len(items), len(columns)))
    row_of, column_of = ({name: at for at, name in enumerate(names)} for names in (items, columns))
    for pair in np.flatnonzero(kept):
        table[row_of[concepts[pair]], column_of[features[pair]]] += 0.0 if binary else values[pair]
        if binary:
            table[row_of[concepts[pair]], column_of[features[pair]]] = 1.0
    times = Counter(zip(concepts, features, strict=True))
    repeated = [f"{concept}: {feature}" for (concept, feature), count in times.items() if count > 1]
    notes = (
        *sheet.notes,
        Note(
            "pairs",
            f"The file lists {counted(len(rows), 'pair')} of a concept and a feature; a pair not listed is 0.",
        ),
        *[Note("repeated_pairs", f"Lines of one pair were added up ({quoted(repeated)}).", tuple(repeated))]
        * bool(repeated),
        *[Note("left_out", f"Left out: features of kind {quoted(without)}.")] * bool(without),
        *_unnamed_notes([name for name in dict.fromkeys(features) if name not in column_of]),
        _value_note(binary, minimum),
    )
    return finished(table, items, columns, notes, "concept")


def _column(sheet: Sheet, name: str) -> int:
    found = sheet.column(name)
    if found is None:
        raise InputError(
            None,
            f"{str(sheet.path)!r} has no column {name!r} (its columns are {quoted(sheet.header, 5)}), but a list of "
            "norms has concept, feature and how many people named it",
            f"rename the column that holds it {name!r}",
        )
    return found


def _of_kinds(sheet: Sheet, kind: Sequence[str], without: Sequence[str]) -> np.ndarray:
    """Which lines are about features of these kinds."""
    if not without:
        return np.zeros(len(sheet.rows) - 1, dtype=bool)
    if isinstance(without, str):
        raise InputError("without", f"is {without!r}, but it must be a list", ("write ", Setting("without", [without])))
    at = sheet.column(*kind)
    if at is None:
        raise InputError(
            "without",
            f"is {list(without)!r}, but {str(sheet.path)!r} has no column {kind[0]!r} with the kinds of the features",
            "leave it out",
        )
    kinds = [row[at] if len(row) > at else "" for row in sheet.rows[1:]]
    known = list(dict.fromkeys(kinds))
    for name in without:
        one_of(name, known, "without")
    return np.isin(kinds, list(without))


def _thresholded(counts: np.ndarray, binary: bool, minimum: float) -> np.ndarray:
    enough = np.where(counts >= finite(minimum, "minimum"), counts, np.where(np.isnan(counts), np.nan, 0.0))
    return np.where(np.isnan(enough), np.nan, (enough > 0).astype(float)) if binary else enough


def _unnamed_notes(names: Sequence[str]) -> list[Note]:
    if not names:
        return []
    text = f"Left out: {counted(len(names), 'feature')} that {'is' if len(names) == 1 else 'are'} 0 for every concept."
    return [Note("zero_features", text, tuple(names))]


def _value_note(binary: bool, minimum: float) -> Note:
    what = "1 where people named the feature" if binary else "numbers of people who named the feature"
    return Note("values", f"Values are {what}{f', of at least {minimum:g}' * (minimum > 0)}.")
