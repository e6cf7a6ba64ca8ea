"""`ontogeny plasticity`: pretraining, critical periods and perceptual learning, from a file of settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._core.checks import InputError
from .._core.settings import Settings, defaults, read_settings, written
from ..report.plasticity_settings import KINDS, OF_MADE_INPUTS, OF_TABLES
from .options import Command, Shell, stoppable, tell, which_table

if TYPE_CHECKING:
    from ..report.worded_page import WordedStudy

plasticity = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

SettingsFile = Annotated[
    Path | None,
    typer.Argument(help="A TOML file of settings; without it, the defaults.", metavar="[SETTINGS.toml]"),
]
PrintSettings = Annotated[
    bool, typer.Option("--print-settings", help="Print the settings with their defaults, as a file, and stop.")
]
Out = Annotated[
    Path | None,
    typer.Option(help="Folder of the report; by default ontogeny-, the name of the command, here.", metavar="FOLDER"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print only the path of the report.")]


@plasticity.callback()
def about() -> None:
    """What experience leaves behind: pretraining, critical periods, perceptual learning."""


HELP = {
    "pretraining": "Does learning from inputs alone make a task easier to learn, at which depth, and how much of it is "
    "enough?\n\nMade inputs, or your own: write `table` and `target` in the settings.",
    "critical-period": "Of two pathways to one task, one is closed for a while: what does each do in the end, and when "
    "is it too late?",
    "perceptual": "Where, how much and when does a trained discrimination of orientation change a layered visual "
    "system?",
}


def study(
    context: typer.Context,
    settings_file: SettingsFile = None,
    print_settings: PrintSettings = False,
    out: Out = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read the settings of a command, study what they ask for, write the report."""
    kind = str(context.command.name)
    entries = KINDS[kind]
    if print_settings:
        print(written(entries, f"Settings of `ontogeny plasticity {kind}`"), end="")
        return
    settings = defaults(entries) if settings_file is None else read_settings(settings_file, entries)
    folder = Path(f"ontogeny-{kind}") if out is None else out
    from .._core.progress import silence
    from ..report.claims import claimed

    with stoppable(folder), claimed(folder), silence(quiet or as_json):
        from ..report import worded_page, worded_summary

        with settings.blamed():
            found = _study(kind, settings)
        shell = Shell.of(context, settings.line_of)
        tell(found, folder, worded_page, worded_summary, shell, as_json=as_json, quiet=quiet)


for name, help_text in HELP.items():
    plasticity.command(name, cls=Command, help=help_text)(study)


def _study(kind: str, settings: Settings) -> WordedStudy:
    """What the settings ask for."""
    asked = dict(settings.values)
    if kind == "critical-period":
        from ..report.critical_period_study import critical_period_study

        return critical_period_study(**asked)
    if kind == "perceptual":
        from ..report.perception_study import perception_study

        return perception_study(**asked)
    from ..report.pretraining_study import made_inputs_study, table_pretraining_study

    shared = {name: asked[name] for name in ("depth", "initial_weight", "duration", "share")}
    if asked["table"] is None:
        _check_misplaced(settings, OF_TABLES, "is about a table, but none is named", "write table")
        made = {name: asked[name] for name in OF_MADE_INPUTS}
        if "deprived" not in settings.given:
            made["deprived"] = min(made["deprived"], len(made["variances"]))
        return made_inputs_study(**shared, **made | {"singular_values": asked["singular_values"] or []})
    _check_misplaced(settings, OF_MADE_INPUTS, "is about made inputs, but a table is named", "leave one of them out")
    return table_pretraining_study(
        *_table(settings), **shared, standardize=asked["standardize"], classes=asked["classes"]
    )


def _check_misplaced(settings: Settings, keys: tuple[str, ...], why: str, remedy: str) -> None:
    usual = defaults(KINDS["pretraining"])
    misplaced = next((key for key in settings.given if key in keys and settings[key] != usual[key]), None)
    if misplaced is not None:
        raise InputError(misplaced, why, remedy)


def _table(settings: Settings) -> tuple[Any, str]:
    """Samples or a world, and the name of the table."""
    from .. import datasets
    from ..environments.environment import Environment
    from ..tables.files import read_columns, read_table
    from ..tables.targets import with_target

    table, target = settings["table"], settings["target"]
    drop = tuple(settings["drop"])
    if Path(table).suffix and settings.file and not Path(table).is_absolute():
        table = str(Path(settings.file).parent / table)  # beside the file that names it
    built_in, name = which_table(table)
    if target is not None:
        frame, notes = (datasets.table(table), ()) if built_in else read_columns(Path(table))
        return with_target(frame, target, drop=drop, drop_missing=settings["drop_missing"], notes=notes), name
    if built_in:
        usual = datasets.options(table)
        usual["drop"] = (*usual.get("drop", ()), *drop)
        return Environment.from_dataframe(datasets.table(table), **usual), name
    frame, notes = read_table(table)
    return Environment.from_dataframe(frame, drop=drop), name
