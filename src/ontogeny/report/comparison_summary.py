"""A comparison of two tables in the terminal, and as one JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from .._core.notes import Writer
from .comparison_study import ComparisonStudy
from .comparison_words import ComparisonWords
from .plain import plain_values

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 10  # distinctions


def show(study: ComparisonStudy, page: Path, console: Console, setting: Writer = str) -> None:
    """Print what was found, in about a screen, and the path of the report."""
    from rich.table import Table

    say = ComparisonWords(study, setting)
    for note in say.notes:
        console.print(f"- {note}", style="dim")
    for rows, texts in ((say.respects(), 2), (say.numbers(SHOWN), 2)):
        table = Table(box=None, pad_edge=False, header_style="bold")
        for place, title in enumerate(rows[0] if rows else ()):
            table.add_column(title, justify="left" if place < texts else "right", overflow="fold")
        for row in rows:
            table.add_row(*(str(cell) for cell in row.values()))
        console.print()
        console.print(table)
    more = len(study.comparison.distinctions) - SHOWN
    if more > 0:
        console.print(f"and {more} more distinctions", style="dim")
    console.print(say.numbers_note, style="dim")
    console.print()
    console.print(say.headline())
    for warning in say.warnings():
        console.print(warning, style="yellow")
    console.print()
    console.print(f"Report: {page}", soft_wrap=True)


def as_json(study: ComparisonStudy, page: Path, setting: Writer = str) -> str:
    """One JSON document: agreement, distinctions, when items are known, items without a partner."""
    say, found = ComparisonWords(study, setting), study.comparison
    document = {
        "ontogeny": __version__,
        "tables": list(study.names),
        "headline": say.headline(),
        "items": list(found.items),
        "unshared": [list(names) for names in found.unshared],
        "agreement": [one._asdict() for one in found.agreement],
        "distinctions": [one._asdict() for one in found.distinctions],
        "half_learned": list(found.half_learned),
        "meaning": found.meaning,
        "notes": say.notes,
        "warnings": say.warnings(),
        "settings": [dict(record.provenance.settings) for record in found.records],
        "assumptions": [record.validity.to_json() for record in found.records],
        "report": str(page),
    }
    return json.dumps(plain_values(document), indent=1, allow_nan=False)
