"""Reading norms: the formats, how each is detected from the content, and `read_norms`."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ontogeny._core.checks import InputError, one_of
from ontogeny._core.notes import Setting
from ontogeny.tables.file_checks import FilePath, existing_file
from ontogeny.tables.file_kinds import TEXT, kind_of
from ontogeny.tables.norms.attributes import awa, is_folder
from ontogeny.tables.norms.lists import cslb, mcrae
from ontogeny.tables.norms.matrices import leuven
from ontogeny.tables.norms.orange import has_three_headers, orange
from ontogeny.tables.norms.sheet import Sheet, comparable, head_of
from ontogeny.tables.norms.things import things
from ontogeny.tables.norms.wordbank import month_columns, wordbank

FEWEST_MONTHS = 3  # columns named like months, from which on a table of words counts as Wordbank's


@dataclass(frozen=True)
class Format:
    """A layout of norms: its title, its reader, and the test that detects it."""

    title: str
    read: Callable[..., pd.DataFrame]
    fits: Callable[[Sheet], bool]


def _has(*names: str) -> Callable[[Sheet], bool]:
    """Whether a header has all of these columns."""
    return lambda head: {comparable(name) for name in names} <= {comparable(cell) for cell in head.header}


def _is_cslb(head: Sheet) -> bool:
    return _has("concept", "feature", "pf")(head) or head.header[:1] == ["Vectors"]


def _is_things(head: Sheet) -> bool:
    meant = len(head.header) > 3 and any(cell.lower().startswith("definition") for cell in head.header)
    return _has("Word", "uniqueID")(head) or _has("Word")(head) and meant


def _is_wordbank(head: Sheet) -> bool:
    named = any(_has(name)(head) for name in ("definition", "item_definition", "uni_lemma"))
    return named and len(month_columns(head.header)) >= FEWEST_MONTHS


FORMATS = {
    "leuven": Format("Leuven concept norms (exemplars against features)", leuven, lambda head: False),
    "mcrae": Format("McRae norms", mcrae, _has("Concept", "Feature", "Prod_Freq")),
    "cslb": Format("CSLB norms", cslb, _is_cslb),
    "awa": Format("Animals with Attributes", awa, lambda head: False),  # told by the names of its files
    "orange": Format("a table of Orange", orange, has_three_headers),
    "things": Format("THINGS categories", things, _is_things),
    "wordbank": Format("Wordbank by words", wordbank, _is_wordbank),
}


def read_norms(path: FilePath, format: str | None = None, **options: Any) -> pd.DataFrame:
    """Norms as they are published, as a table for `Environment.from_dataframe`: rows are items, columns features.

    Parameters
    ----------
    path : path
        A file, or for "awa" the folder of matrix and names.
    format : str, optional
        "leuven", "mcrae", "cslb", "awa", "orange", "things" or "wordbank"; detected from the content by default, for
        all but "leuven".
    **options
        Of the format: see `ontogeny.tables.norms`. "leuven" has `items` and `raters`; "mcrae" and "cslb"
        have `binary`, `minimum` and `without`; "awa" has `continuous`; "orange" has `items`.

    Returns
    -------
    DataFrame, shape (items, features)
        Names of the items as index; NaN where a cell is missing. A column of categories, where the format has one,
        comes first, and `Environment.from_dataframe` takes it as the category by default. ``.attrs["notes"]`` says
        what was read how; the world made from the table says it too.

    Raises
    ------
    InputError
        A file that is not what its format says; the message has the line, and what to write.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from ontogeny import Environment
    >>> lines = ["Concept\\tFeature\\tProd_Freq", "owl\\tcan_fly\\t12", "owl\\tis_wise\\t9", "cod\\tcan_swim\\t20"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "norms.txt"
    ...     _ = file.write_text("\\n".join(lines))
    ...     table = read_norms(file, binary=True)
    >>> Environment.from_dataframe(table).spectrum().singular_values.round(2).tolist()
    [1.41, 1.0]
    """
    name = one_of(format, tuple(FORMATS), "format") if format is not None else detected(path)
    if name is None:
        raise InputError(
            "format",
            f"is not given, and nothing in {str(path)!r} tells which norms it holds",
            (
                *("write for example ", Setting("format", next(iter(FORMATS)))),
                f" (one of {', '.join(map(repr, FORMATS))}), or use read_table for a table with one header",
            ),
        )
    read = FORMATS[name].read
    known = tuple(inspect.signature(read).parameters)[1:]
    for option in options:
        if not known:
            raise InputError(option, f"is given, but the format {name!r} has no options", "leave it out")
        one_of(option, known, f"the option of the format {name!r}")
    return read(path, **options)


def detected(path: FilePath) -> str | None:
    """The format of a file or folder, detected from its content; None if it cannot be told.

    Raises
    ------
    InputError
        A path that leads to no file.
    """
    if isinstance(path, str | os.PathLike) and is_folder(Path(path).expanduser()):
        return "awa"
    file = existing_file(path)
    if kind_of(file) != TEXT:
        return None
    head = head_of(file)
    return next((name for name, layout in FORMATS.items() if layout.fits(head)), None)
