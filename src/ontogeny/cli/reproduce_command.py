"""`ontogeny reproduce`: figures of the papers, theory over simulation, and the claims of the field in order."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from .._core.counting import counted
from .._core.shown import visible
from .options import FAILED, stoppable


def reproduce(
    what: Annotated[
        str,
        typer.Argument(
            help="Key of a paper (saxe2014, saxe2019, advani2020, ...), a subject, all, or overview.", metavar="PAPER"
        ),
    ],
    figure: Annotated[str | None, typer.Option(help="Only this figure, such as 3 or 6a.", metavar="NUMBER")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the figures; by default ontogeny-PAPER here.", metavar="FOLDER")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="At the size of the papers: minutes instead of seconds a figure.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only the path of the page.")] = False,
) -> None:
    """Draw the figures of a paper, each of which checks what it claims, and a page of them.

    The papers are in the documentation; overview walks through the claims of the whole field in order.
    """
    folder = Path(f"ontogeny-{what[:40]}") if out is None else out
    from .._core.progress import silence
    from ..report.claims import claimed
    from ..report.gallery_page import chosen, write

    chosen(what, figure)  # refused before a folder is made
    with stoppable(folder), claimed(folder), silence(quiet or as_json):
        made = write(what, folder, figure=figure, full=full)
    if as_json:
        print(json.dumps({"page": str(made.page), "figures": made.to_dataframe().to_dict("records")}, indent=1))
    elif not quiet:
        for each in made.figures:
            became = f"failed: {each.failure}" if each.failure else each.script.title
            print(visible(f"{each.script.chapter:<15}{each.script.label:<25}{became}"))
        print(f"{counted(len(made.figures) - len(made.failed), 'figure')} drawn, their claims checked")
    if not as_json:
        print(visible(str(made.page)))
    if made.failed:
        print(f"ontogeny: {counted(len(made.failed), 'figure')} did not come out; the page says why", file=sys.stderr)
        raise typer.Exit(FAILED)
