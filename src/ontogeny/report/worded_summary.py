"""A study that has words for all it says, in the terminal and as one JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from .._core.notes import Writer
from .phrasing import number
from .plain import plain_values
from .worded_page import WordedStudy, words

if TYPE_CHECKING:
    from .terminal import Terminal


def show(study: WordedStudy, page: Path, console: Terminal, setting: Writer = str) -> None:
    """Print what was found, in about a screen, and the path of the report."""
    from rich.table import Table

    say = words(study, setting)
    for note in say.notes:
        console.print(f"- {note}", style="dim")
    rows = say.numbers()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, title in enumerate(rows[0]):
        table.add_column(title, justify="right" if place or title else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(number, row.values()))
    console.print()
    console.print(say.numbers_note, style="dim")
    console.print(table)
    console.print()
    console.print(say.headline())
    for warning in say.warnings():
        console.print(warning, style="yellow")
    for check in say.assumptions:
        if check.holds:
            console.print(f"- {check.name}: {check.meaning}", style="dim")
    console.print()
    console.print(f"Report: {page}", soft_wrap=True)


def as_json(study: WordedStudy, page: Path, setting: Writer = str) -> str:
    """One JSON document: the headline, the finding, warnings, assumptions."""
    say = words(study, setting)
    document = {
        "ontogeny": __version__,
        "headline": say.headline(),
        **say.document(),
        "warnings": say.warnings(),
        "assumptions": [vars(check) for check in say.assumptions],
        "report": str(page),
    }
    return json.dumps(plain_values(document), indent=1, allow_nan=False)
