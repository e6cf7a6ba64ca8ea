"""What runs read from files: once, by the process that hands out the work, with a digest of every file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._core.checks import InputError, quoted
from .._core.notes import Note
from .worlds import GIVEN, file_of, is_built_in, placed, read_world, reference

if TYPE_CHECKING:
    import pandas as pd

    from ..tables.targets import Samples
    from .design import Design


def inputs_of(design: Design) -> dict[str, Any]:
    """Worlds and tables that the runs of a design read, by what names them.

    Raises
    ------
    InputError
        A table that cannot be read or learned from; with the line that names it.
    """
    found: dict[str, Any] = {}
    specification = design.specification
    for key in ("environment", "table"):
        if key not in design.base:
            continue
        for value in design.every(key):
            if value is None or isinstance(value, dict) and "form" in value:
                continue
            with specification.blamed("fixed" if key in specification.fixed else "grid", key):
                found[reference(value)] = _read(value, key, design)
    return found


def _read(value: Any, key: str, design: Design) -> Any:
    if isinstance(value, dict) and GIVEN in value:
        return design.specification.given[value[GIVEN]]
    folder = design.specification.folder
    if key == "environment":
        return read_world(value, folder)
    return _frame(value, folder)


def digests_of(design: Design) -> dict[str, str]:
    """What every file held that the runs of a design read, by the name that settings give it."""
    files: dict[str, Path | None] = {}
    folder = design.specification.folder
    for key in ("environment", "table"):
        for value in design.every(key) if key in design.base else ():
            if value is not None and not (isinstance(value, dict) and (GIVEN in value or "form" in value)):
                files[value["table"] if isinstance(value, Mapping) else value] = file_of(value, folder)
    return {
        name: hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
        for name, path in sorted(files.items()) if path is not None
    }  # fmt: skip


def _frame(table: str, folder: Path) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """A table, and how it was read."""
    from .. import datasets
    from ..tables.files import read_columns

    if not is_built_in(table, folder):
        frame, notes = read_columns(placed(table, folder))
        return frame, tuple(notes)
    usual = datasets.options(table)
    aside = [*usual.get("drop", ()), *([usual["category"]] if "category" in usual else [])]
    words = f"Left out of the built-in table, as it is always read: {quoted(aside)}."
    return datasets.table(table).drop(columns=aside), (Note("left_out", words, tuple(aside)),) * bool(aside)


def samples_of(settings: Mapping[str, Any], inputs: Mapping[str, Any]) -> Samples:
    """Samples of a table with a column to be predicted."""
    from ..tables.targets import with_target

    frame, notes = inputs[reference(settings["table"])]
    if settings["target"] is None:
        raise InputError("target", "is missing, but a column of the table is predicted from the others", "name it")
    return with_target(
        frame, settings["target"], items=settings.get("items"), drop=tuple(settings["drop"]),
        drop_missing=settings["drop_missing"], notes=notes,
    )  # fmt: skip
