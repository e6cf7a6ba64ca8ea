"""Names in a terminal are what is written in the table: no markup, no pictures, no control of the screen."""

import io

from rich.table import Table

from ontogeny.report.terminal import Terminal

ODD = "[red]m[/red] :cat: \x1b[31m \u202e \x07"
HARMLESS = r"[red]m[/red] :cat: \x1b[31m \u202e \x07"


def test_sentences_and_cells_are_printed_as_they_are():
    console = Terminal(file=io.StringIO(), width=200)
    console.print(ODD)
    table = Table(box=None)
    table.add_column("name")
    table.add_row(ODD)
    console.print(table)
    lines = [line.strip() for line in console.file.getvalue().splitlines()]
    assert lines == [HARMLESS, "name", HARMLESS]
