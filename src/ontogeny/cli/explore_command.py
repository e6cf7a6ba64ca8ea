"""`ontogeny explore`: the page on which a network is watched while it learns."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .._core.checks import InputError
from .options import Shell, stoppable, which_table, whole_option

LAST_PORT = 65535


def explore(
    context: typer.Context,
    table: Annotated[
        str | None,
        typer.Argument(help="A table to begin with: a file, as for learn; built-in ones are on the page."),
    ] = None,
    port: Annotated[str, typer.Option(help="Port on this machine; 0 is any that is free.", metavar="NUMBER")] = "0",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open no browser.")] = False,
    static: Annotated[
        Path | None,
        typer.Option(
            help="Write the page into this folder, as plain files for any web host, and serve nothing. A table that is "
            "named becomes part of them.",
            metavar="FOLDER",
        ),
    ] = None,
) -> None:
    """Watch a network learn while you move a slider: a page in the browser, served on this machine only.

    The page computes the theory itself. The program answers what a page cannot: files of all kinds, training,
    correlated inputs, netCDF.
    """
    number = whole_option(port, "port", 0, "ports are counted from 0")
    if number > LAST_PORT:
        raise InputError("port", f"is {number}, but the last port is {LAST_PORT}", "write 0 for any that is free")
    begin_with = None if table is None else _table(table)
    from ..explorer.serving import serve, write_static

    if static is None:
        try:
            serve(number, table=begin_with, said=_said(context), browser=not no_browser)
        except KeyboardInterrupt:
            return
        return
    from ..report.claims import claimed

    with stoppable(static), claimed(static):
        page = write_static(static, begin_with)
    print(f"Open this page:    {page}")


def _table(table: str) -> Any:
    """A table as the page takes it."""
    from .. import datasets
    from ..environments.environment import Environment
    from ..explorer.page_files import page_table
    from ..tables.files import read_table

    built_in, _ = which_table(table)
    if built_in:
        return page_table(table, datasets.load(table))
    frame, notes = read_table(table)
    return page_table(Path(table).name, Environment.from_dataframe(frame), notes)


def _said(context: typer.Context) -> Any:
    """Writes the sentences about tables as `ontogeny learn` does, whose options they name."""
    assert context.parent is not None
    command = context.parent.command.commands["learn"]  # type: ignore[attr-defined]
    shell = Shell.of(typer.Context(command))
    return lambda error: error.sentence(shell.name, shell.setting)
