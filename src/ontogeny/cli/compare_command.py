"""`ontogeny compare`: two tables of the same items side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._core.checks import InputError, one_of
from .._core.notes import joined
from .options import Shell, stoppable, tell, which_table, whole_option

if TYPE_CHECKING:
    import pandas as pd

    from ..environments.environment import Environment

TABLE = "A file (CSV, TSV, Parquet, Excel; rows are items, columns are features) or a built-in table."


def compare(
    context: typer.Context,
    first: Annotated[str, typer.Argument(help=TABLE, metavar="A")],
    second: Annotated[str, typer.Argument(help="Another one, of the same items.", metavar="B")],
    items: Annotated[
        list[str] | None,
        typer.Option(
            help="Column with the names of the items; by default the first. Write it twice if A and B differ.",
            metavar="COLUMN",
        ),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(help="Column of A or B to leave out; repeat for more.", metavar="COLUMN")
    ] = None,
    drop_text: Annotated[bool, typer.Option("--drop-text", help="Leave out all columns of text.")] = False,
    drop_missing_items: Annotated[
        bool, typer.Option("--drop-missing-items", help="Leave out items with empty cells.")
    ] = False,
    drop_missing_features: Annotated[
        bool, typer.Option("--drop-missing-features", help="Leave out features with empty cells.")
    ] = False,
    standardize: Annotated[
        bool, typer.Option("--standardize", help="Divide each feature by its standard deviation.")
    ] = False,
    depth: Annotated[str, typer.Option(help="Number of weight matrices: 2 is one hidden layer.")] = "2",
    out: Annotated[
        Path | None, typer.Option(help="Folder of the report; by default ontogeny-A-B here.", metavar="FOLDER")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only the path of the report.")] = False,
) -> None:
    """Do two tables agree in which items are alike, what is distinguished, and what is learned first?

    Matches items by name, compares what both tables say of them, and writes a report: a page, figures, tables.
    """
    layers = whole_option(depth, "depth", 1, "a network has at least one weight matrix")
    named = list(items or [])
    if len(named) > 2:
        raise InputError("items", f"is written {len(named)} times, but there are two tables", "write it once or twice")
    (_, one), (_, other) = which_table(first), which_table(second)
    folder = Path(f"ontogeny-{one[:30]}-{other[:30]}") if out is None else out
    reading = {
        "drop_text": drop_text,
        "drop_missing_items": drop_missing_items,
        "drop_missing_features": drop_missing_features,
        "standardize": standardize,
    }
    from .._core.progress import silence
    from ..report.claims import claimed

    with stoppable(folder), claimed(folder), silence(quiet or as_json):
        from ..report import comparison_page, comparison_summary
        from ..report.comparison_study import comparison_study

        columns = [named[0], named[-1]] if named else [None, None]
        frames = [_frame(table, column) for table, column in zip((first, second), columns, strict=True)]
        left_out = _left_out(drop or [], [frame for frame, _ in frames])
        a, b = (
            _world(table, frame, {**reading, **usual}, dropped)
            for table, (frame, usual), dropped in zip((first, second), frames, left_out, strict=True)
        )
        found = comparison_study(a, b, (one, other), depth=layers)
        tell(found, folder, comparison_page, comparison_summary, Shell.of(context), as_json=as_json, quiet=quiet)


def _frame(table: str, items: str | None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A table, and how it is usually read; notes of a file travel with its frame."""
    from .. import datasets
    from ..tables.files import read_table

    if which_table(table)[0]:
        usual = datasets.options(table)
        return datasets.table(table), {**usual, "items": items or usual.get("items")}
    frame, notes = read_table(table, items=items)
    frame.attrs["notes"] = list(notes)
    return frame, {"items": items}


def _left_out(drop: list[str], frames: list[pd.DataFrame]) -> list[tuple[str, ...]]:
    """The columns to leave out of each table."""
    columns = [[str(name) for name in frame.columns] for frame in frames]
    for name in drop:
        one_of(name, sorted({*columns[0], *columns[1]}), "drop")
    return [tuple(name for name in drop if name in present) for present in columns]


def _world(table: str, frame: pd.DataFrame, reading: dict[str, Any], drop: tuple[str, ...]) -> Environment:
    """The world of one of the tables; what is wrong with it is said with its name."""
    from ..environments.environment import Environment

    usual = reading.pop("drop", ())
    try:
        return Environment.from_dataframe(
            frame, drop=(*usual, *(name for name in drop if name not in usual)), **reading
        )
    except InputError as error:
        if error.argument is not None:
            raise
        raise InputError(None, joined([f"in {table!r}, ", error.problem], ""), error.remedy) from None
