"""Write docs/bad_input.md: every input that cannot be used, and the exact sentence it gets.

``python docs/make_bad_input.py`` writes the page; with ``--check`` it only says whether the page is up to date.
The cases are those of the tests. To add a part (say, of command-line options), append a function that yields
``(title, rows)`` to `PARTS`; a row is what came and what is said.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stderr
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "bad_input.md"
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "tables"), str(ROOT / "tests")]

from bad_tables import SECTIONS, BadTable, refuse  # noqa: E402

from bad_commands import COMMANDS, BadCommand  # noqa: E402
from bad_fit_commands import FIT_COMMANDS  # noqa: E402
from bad_rdm_commands import RDM_COMMANDS  # noqa: E402
from bad_sweep_commands import SWEEP_COMMANDS  # noqa: E402
from ontogeny._core.checks import InputError  # noqa: E402
from ontogeny.cli import app  # noqa: E402
from ontogeny.cli.options import REFUSED  # noqa: E402

Rows = Iterable[tuple[str, str]]

INTRODUCTION = """# What is said about input that cannot be used

Every sentence says what came, why it cannot be, and what to write. This page is made from the tests by
`docs/make_bad_input.py`, so that each sentence below is what the program says. In Python it is the message of an
`InputError`; at the command line it is all that is printed, and `drop=['legs']` becomes `--drop legs`.
"""


def tables() -> Iterator[tuple[str, Rows]]:
    """The parts about tables."""
    for title, cases in SECTIONS.items():
        yield f"Tables: {title[0].lower()}{title[1:]}", ((case.name, sentence(case)) for case in cases)


def commands() -> Iterator[tuple[str, Rows]]:
    """The part about the command line."""
    yield (
        "Options of the command line",
        ((case.name, refusal(case)) for case in (*COMMANDS, *FIT_COMMANDS, *RDM_COMMANDS, *SWEEP_COMMANDS)),
    )


PARTS: tuple[Callable[[], Iterator[tuple[str, Rows]]], ...] = (tables, commands)


def sentence(case: BadTable) -> str:
    """What is said about one case, with file names in place of paths."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        folder.mkdir()
        try:
            refuse(case, folder)
        except InputError as error:
            return str(error).replace(f"{folder}/", "").replace(str(folder), "data")
    raise AssertionError(f"{case.name}: nothing was refused")


def refusal(case: BadCommand) -> str:
    """What is said about one command line, with file names in place of paths."""
    with tempfile.TemporaryDirectory() as name, patch.object(sys, "argv", ["ontogeny", *case.words(Path(name))]):
        said = io.StringIO()
        with redirect_stderr(said):
            code = app(standalone_mode=False)
        if code != REFUSED:
            raise AssertionError(f"{case.name}: nothing was refused")
        return said.getvalue().removeprefix("ontogeny: ").strip().replace(f"{name}/", "").replace(name, "folder")


def page() -> str:
    """The whole page."""
    parts = [part(title, rows) for make in PARTS for title, rows in make()]
    return "\n".join([INTRODUCTION, *parts])


def part(title: str, rows: Rows) -> str:
    """One heading and its table."""
    lines = [f"| {cell(came)} | {cell(said)} |" for came, said in rows]
    return "\n".join([f"## {title}", "", "| what came | what is said |", "|---|---|", *lines, ""])


def cell(text: str) -> str:
    """Text that cannot break a Markdown table."""
    return text.replace("|", r"\|").replace("\n", " ").replace("<", "&lt;")


def main() -> int:
    """Write or check the page."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/bad_input.md is out of date; run `python docs/make_bad_input.py`")
    return 1


if __name__ == "__main__":
    sys.exit(main())
