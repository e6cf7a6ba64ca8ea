"""`ontogeny learn`: how a table is learned, and a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._core.checks import one_of, positive
from .options import Shell, codes, given, in_pieces, roles, stoppable, tell, which_table, whole_option

if TYPE_CHECKING:
    from ..environments.environment import Environment


def learn(
    context: typer.Context,
    table: Annotated[
        str,
        typer.Argument(
            help="A file (CSV, TSV, Parquet, Excel, .npy, .zarr; rows are items, columns are features) or a built-in "
            "table: zoo, wordnet, rumelhart."
        ),
    ],
    items: Annotated[
        str | None, typer.Option(help="Column with the names of the items; by default the first.", metavar="COLUMN")
    ] = None,
    category: Annotated[
        str | None, typer.Option(help="Column with the category of each item.", metavar="COLUMN")
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(help="Column to leave out; repeat for more.", metavar="COLUMN")
    ] = None,
    drop_missing_items: Annotated[
        bool, typer.Option("--drop-missing-items", help="Leave out items with empty cells.")
    ] = False,
    drop_missing_features: Annotated[
        bool, typer.Option("--drop-missing-features", help="Leave out features with empty cells.")
    ] = False,
    drop_text: Annotated[bool, typer.Option("--drop-text", help="Leave out all columns of text.")] = False,
    one_hot: Annotated[
        list[str] | None,
        typer.Option(
            help="Column of text to turn into one 0/1 column for each word; write it again for another.",
            metavar="COLUMN",
        ),
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option(help="Item or feature to keep although it adds up the others.", metavar="NAME")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook, by name or number.", metavar="SHEET")] = None,
    long: Annotated[
        tuple[str, str, str] | None,
        typer.Option(help="Columns of a long table.", metavar="item=COLUMN feature=COLUMN value=COLUMN"),
    ] = None,
    missing: Annotated[
        list[str] | None,
        typer.Option(help="Number that stands for missing, such as 999; none if all are values.", metavar="NUMBER"),
    ] = None,
    missing_cells: Annotated[
        str,
        typer.Option(help="What happens to empty cells: refuse them, or mask them and learn from the others."),
    ] = "refuse",
    center: Annotated[bool, typer.Option("--center", help="Subtract each feature's mean.")] = False,
    standardize: Annotated[
        bool, typer.Option("--standardize", help="Divide each feature by its standard deviation.")
    ] = False,
    normalization: Annotated[
        str, typer.Option(help="How items are weighted: sum, mean or white. It sets the unit of time.")
    ] = "sum",
    depth: Annotated[str, typer.Option(help="Number of weight matrices: 2 is one hidden layer.")] = "2",
    initial_strength: Annotated[
        str | None,
        typer.Option(
            help="Strength of every mode before learning; by default 0.001, or a hundredth of what the weakest mode "
            "learns if that is less.",
            metavar="NUMBER",
        ),
    ] = None,
    hidden: Annotated[str | None, typer.Option(help="Units of every hidden layer; by default 64 or more.")] = None,
    learning_rate: Annotated[
        str | None,
        typer.Option(
            help="Step size of the trained networks; by default a few percent of the limit of stability.",
            metavar="NUMBER",
        ),
    ] = None,
    seeds: Annotated[
        str | None, typer.Option(help="Number of networks to train; by default 4, or 2 for tables of over 100 modes.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Time to learn, in units of tau = 1 / learning rate.")] = None,
    episodes: Annotated[
        bool, typer.Option("--episodes", help="Also train networks on one randomly drawn item at a time.")
    ] = False,
    project: Annotated[
        str | None,
        typer.Option(help="Item with a new property: to which others does it generalize?", metavar="ITEM"),
    ] = None,
    human: Annotated[
        Path | None,
        typer.Option(
            help="Table of what people say of the items (age of acquisition, typicality, word frequency, similarity of "
            "pairs, shares of children by month), to compare with the prediction.",
            metavar="FILE",
        ),
    ] = None,
    frequency: Annotated[
        str | None, typer.Option(help="Column that says how often each item is met.", metavar="COLUMN")
    ] = None,
    workers: Annotated[
        str, typer.Option(help="Processes that read a table of more than 25 million numbers.", metavar="NUMBER")
    ] = "1",
    out: Annotated[
        Path | None, typer.Option(help="Folder of the report; by default ontogeny-TABLE here.", metavar="FOLDER")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only the path of the report.")] = False,
) -> None:
    """What will a network learn from a table, when, and what will it get wrong on the way?

    Predicts the whole course of learning, trains real networks for comparison, and writes a report: a page, figures,
    tables.
    """
    asked = {
        "depth": whole_option(depth, "depth", 1, "a network has at least one weight matrix"),
        "initial_strength": given(
            initial_strength, positive, "initial_strength", "a mode that starts at 0 is never learned"
        ),
        "learning_rate": given(learning_rate, positive, "learning_rate", "a learning rate must be positive"),
        "hidden_units": given(hidden, whole_option, "hidden_units", 1, "a hidden layer has at least one unit"),
        "networks": given(seeds, whole_option, "networks", 1, "at least one network is trained"),
        "until": given(until, positive, "until", "it must be positive"),
        "episodes": episodes,
        "project": project,
    }
    from ..environments.environment import NORMALIZATIONS

    one_of(normalization, NORMALIZATIONS, "normalization")
    processes = whole_option(workers, "workers", 1, "at least one process reads")
    built_in, name = which_table(table)
    folder = Path(f"ontogeny-{name[:60]}") if out is None else out
    reading = {
        "category": category,
        "drop": tuple(drop or ()),
        "drop_missing_items": drop_missing_items,
        "drop_missing_features": drop_missing_features,
        "missing": missing_cells,
        "missing_values": codes(missing),
        "drop_text": drop_text,
        "one_hot": tuple(one_hot or ()),
        "keep": tuple(keep or ()),
        "center": center,
        "standardize": standardize,
        "normalization": normalization,
    }
    from .._core.progress import silence
    from ..report.claims import claimed

    with stoppable(folder), claimed(folder), silence(quiet or as_json):
        from ..report import pages, summary
        from ..report.studies import study
        from ..tables.files import read_columns

        ratings = None if human is None else read_columns(human)[0]
        single = {
            "category": category, "frequency": frequency, "project": project, "human": human, "sheet": sheet,
            "long": roles(long), "one_hot": one_hot, "drop_text": drop_text, "keep": keep, "missing_values": missing,
            "drop_missing_items": drop_missing_items, "drop_missing_features": drop_missing_features,
            "episodes": episodes, "missing": missing_cells != "refuse",
        }  # fmt: skip
        if not built_in and in_pieces(table, single):
            world = _streamed(table, items, reading, processes)
        else:
            world = _environment(table, built_in, items, reading, frequency, sheet=sheet, long=roles(long))
        found = study(world, name, human=ratings, **asked)
        tell(found, folder, pages, summary, Shell.of(context), as_json=as_json, quiet=quiet)


def _streamed(table: str, items: str | None, reading: dict[str, Any], workers: int) -> Environment:
    """The world of a table that is read in pieces."""
    from ..environments.streamed_worlds import from_batches

    asked = {name: reading[name] for name in ("drop", "normalization", "center", "standardize")}
    return from_batches(table, items=items, **asked, workers=workers)


def _environment(
    table: str, built_in: bool, items: str | None, reading: dict[str, Any], frequency: str | None, **file: Any
) -> Environment:
    from .. import datasets
    from ..environments.environment import Environment
    from ..tables.files import read_table
    from ..tables.stored_tables import is_stored, stored_frame

    if built_in:
        usual = datasets.options(table)
        usual["items"] = items or usual.get("items")
        usual["category"] = reading["category"] or usual.get("category")
        usual["drop"] = (
            *usual.get("drop", ()),
            *(column for column in reading["drop"] if column not in usual.get("drop", ())),
        )
        return Environment.from_dataframe(datasets.table(table), **{**reading, **usual})
    if is_stored(table):
        frame, notes = stored_frame(table)
        frame = frame if items is None else frame.drop(columns=items, errors="ignore")
    else:
        frame, notes = read_table(table, items=items, **file)
    if frequency is not None:
        one_of(frequency, [str(name) for name in frame.columns], "frequency")
        reading = {**reading, "frequency": frame[frequency]}
        frame = frame.drop(columns=frequency)
    world = Environment.from_dataframe(frame, items=items, **reading)
    from dataclasses import replace

    return replace(world, notes=(*notes, *world.notes))
