"""`ontogeny generalize`: how well what is learned generalizes to new examples, in theory or for a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._core.checks import InputError, not_negative, positive, quoted
from .._core.notes import Note, Setting
from .options import Shell, given, in_pieces, stoppable, tell, which_table, whole_option

if TYPE_CHECKING:
    from ..report.generalization_study import GeneralizationStudy
    from ..tables.targets import Samples

SMALL_START = 1e-3  # initial weights of deep students by default: at 0 they never learn
LONGEST_DEEP = 1e4  # deep students are integrated; to here it takes seconds


def generalize(
    context: typer.Context,
    table: Annotated[
        str | None,
        typer.Argument(
            help="A file (CSV, TSV, Parquet, Excel, .npy, .zarr; rows are samples, columns variables) or a built-in "
            "table. Without it, a world of random inputs with --load and --snr.",
            metavar="[DATA]",
        ),
    ] = None,
    load: Annotated[str | None, typer.Option(help="Examples per input (without DATA).", metavar="NUMBER")] = None,
    snr: Annotated[
        str | None,
        typer.Option(help="Variance of the right answers over that of their noise (without DATA).", metavar="NUMBER"),
    ] = None,
    inr: Annotated[
        str | None,
        typer.Option(
            help="Variance of the weights before learning over that of the noise (without DATA); by default 0, with "
            f"hidden layers {SMALL_START:g}.",
            metavar="NUMBER",
        ),
    ] = None,
    depth: Annotated[
        str | None, typer.Option(help="Number of weight matrices (without DATA); by default 1.", metavar="NUMBER")
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="Column of DATA to predict: numbers, or names of classes.", metavar="COLUMN")
    ] = None,
    samples: Annotated[
        list[str] | None,
        typer.Option(
            help="Size of the training set; repeat for more. By default an eighth, a quarter and half of the rows.",
            metavar="NUMBER",
        ),
    ] = None,
    items: Annotated[
        str | None, typer.Option(help="Column with the names of the rows, which is left out.", metavar="COLUMN")
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(help="Column to leave out; repeat for more.", metavar="COLUMN")
    ] = None,
    drop_missing: Annotated[bool, typer.Option("--drop-missing", help="Leave out rows with empty cells.")] = False,
    standardize: Annotated[
        bool, typer.Option("--standardize", help="Divide each column by its standard deviation.")
    ] = False,
    classes: Annotated[
        bool | None,
        typer.Option(
            "--classes/--amounts",
            help="Whether the numbers in the target column stand for classes, or are amounts.",
            show_default=False,
        ),
    ] = None,
    runs: Annotated[str, typer.Option(help="Students to train for comparison with theory.", metavar="NUMBER")] = "5",
    until: Annotated[str | None, typer.Option(help="Time to learn, in units of tau.", metavar="NUMBER")] = None,
    workers: Annotated[
        str, typer.Option(help="Processes that read a table of more than 25 million numbers.", metavar="NUMBER")
    ] = "1",
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the report; by default ontogeny-generalize or ontogeny-TABLE-generalize here.",
            metavar="FOLDER",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only the path of the report.")] = False,
) -> None:
    """How well does what is learned generalize to new examples, and when should training stop?

    Predicts train and test error over the whole course of learning, from a few numbers or from a table, trains real
    students for comparison, and writes a report: a page, figures, tables.
    """
    asked: dict[str, Any] = {
        "runs": whole_option(runs, "runs", 1, "at least one student is trained"),
        "until": given(until, positive, "until", "it must be positive"),
    }
    processes = whole_option(workers, "workers", 1, "at least one process reads")
    world = {"load": load, "snr": snr, "inr": inr, "depth": depth}
    of_data: dict[str, Any] = {
        "target": target, "samples": samples, "items": items, "drop": drop, "drop_missing": drop_missing,
        "standardize": standardize, "classes": classes,
    }  # fmt: skip
    if table is None:
        asked |= _random_world(world, of_data, asked["until"])
        name, default = "", Path("ontogeny-generalize")
    else:
        asked |= _reading(table, world, target, samples)
        built_in, name = which_table(table)
        default = Path(f"ontogeny-{name[:60]}-generalize")
    folder = default if out is None else out
    from .._core.progress import silence
    from ..report.claims import claimed

    with stoppable(folder), claimed(folder), silence(quiet or as_json):
        from ..report import worded_page, worded_summary
        from ..report.generalization_study import StoredSamples, curves_study, stored_study, table_study

        if table is None:
            found: GeneralizationStudy = curves_study(**asked)
        else:
            options = {"items": items, "drop": tuple(drop or ()), "drop_missing": drop_missing}
            kinds: dict[str, Any] = {"standardize": standardize, "classes": classes}
            if not built_in and in_pieces(table, {"drop_missing": drop_missing}):
                stored = StoredSamples(table, str(target), tuple(drop or ()))
                found = stored_study(stored, name, items=items, workers=processes, **kinds, **asked)
            else:
                found = table_study(_samples(table, built_in, str(target), options), name, **kinds, **asked)
        tell(found, folder, worded_page, worded_summary, Shell.of(context), as_json=as_json, quiet=quiet)


def _random_world(world: dict[str, str | None], of_data: dict[str, Any], until: float | None) -> dict[str, Any]:
    """The numbers of a world of random inputs."""
    misplaced = next((name for name, value in of_data.items() if value), None)
    if misplaced is not None:
        raise InputError(
            misplaced, "is about a table, but none was named", "write ontogeny generalize DATA --target COLUMN"
        )
    for name, example in (("load", 0.5), ("snr", 5)):
        if world[name] is None:
            raise InputError(
                name,
                "is missing, but without a table both --load and --snr are needed",
                ("write ", Setting(name, example), ", or name a table and its --target"),
            )
    depth = whole_option(world["depth"] or "1", "depth", 1, "a network has at least one weight matrix")
    first = SMALL_START if depth > 1 else 0.0
    if world["inr"] is not None:
        first = not_negative(world["inr"], "inr", "a ratio of variances")
    if depth > 1 and first == 0:
        raise InputError(
            "inr",
            "is 0, but a student with hidden layers whose weights are all 0 never learns",
            ("write ", Setting("inr", SMALL_START)),
        )
    if depth > 1 and until is not None and until > LONGEST_DEEP:
        raise InputError(
            "until",
            f"is {until:g}, but students with hidden layers are integrated step by step",
            f"write {LONGEST_DEEP:g} or less",
        )
    load = positive(world["load"], "load", "it is the number of examples over the number of inputs")
    return {
        "load": load,
        "snr": not_negative(world["snr"], "snr", "a ratio of variances"),
        "inr": first,
        "depth": depth,
    }


def _reading(table: str, world: dict[str, str | None], target: str | None, samples: list[str] | None) -> dict[str, Any]:
    """The options of a table."""
    misplaced = next((name for name, value in world.items() if value is not None), None)
    if misplaced is not None:
        raise InputError(
            misplaced, f"is about random inputs, but the table {table!r} was named", "leave one of them out"
        )
    if target is None:
        raise InputError(
            "target",
            f"is missing, but a column of {table!r} has to be predicted from the others",
            ("write ", Setting("target", "COLUMN")),
        )
    sizes = [whole_option(n, "samples", 3, "that is too few to learn from") for n in samples or ()]
    return {"sizes": tuple(sorted(set(sizes))) or None}


def _samples(table: str, built_in: bool, target: str, options: dict[str, Any]) -> Samples:
    from .. import datasets
    from ..tables.files import read_columns
    from ..tables.stored_tables import is_stored, stored_frame
    from ..tables.targets import with_target

    if built_in:
        usual = datasets.options(table)
        named = (*usual.get("drop", ()), *([usual["category"]] if "category" in usual else []))
        aside = [name for name in named if name != target and name not in options["drop"]]
        words = f"Left out of the built-in table, as it is always read: {quoted(aside)}."
        said = [Note("left_out", words, tuple(aside))] * bool(aside)
        return with_target(datasets.table(table).drop(columns=aside), target, notes=said, **options)
    frame, notes = stored_frame(table) if is_stored(table) else read_columns(table)
    return with_target(frame, target, notes=notes, **options)
