"""How reports are written: figures and tables into a folder, the page from a template."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from .._core.progress import track
from .._core.shown import visible
from .by_two import by_two
from .drawing import Picture, picture
from .phrasing import number
from .placing import replaced

if TYPE_CHECKING:
    import pandas as pd

PAGE = "index.html"
ROWS_ON_PAGE = 25  # of a table; all are in its file
LAST_SECTIONS = (
    ("notes", "How the table was read"), ("assumptions", "When this holds"), ("further", "Further analysis"),
)  # fmt: skip
# Grays of the drawings, and what they are on a dark page, whose colors are made brighter.
DARKENED = tuple(
    {"property": kind, "light": light, "dark": dark}
    for kind, light, dark in (
        ("fill", "#ffffff", "#131517"), ("stroke", "#ffffff", "#131517"), ("stroke", "#444444", "#a5a5a5"),
        ("fill", "#444444", "#a5a5a5"), ("stroke", "#333333", "#b5b5b5"), ("stroke", "#000000", "#dcdcdc"),
        ("fill", "#262626", "#dcdcdc"), ("fill", "#333333", "#dcdcdc"),
        ("fill", "#4c4c4c", "#c5c5c5"), ("stroke", "#404040", "#b5b5b5"), ("stroke", "#4c4c4c", "#b5b5b5"),
    )
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a formula begins with
GUARDED = (
    "In the tables (CSV), text that begins like a formula (with =, +, -, @, a tab or a carriage return) has an "
    "apostrophe before it, so that no spreadsheet computes it; leave the apostrophe out when you read them."
)
LATER = "not in this run"  # of a time that is never reached


def write_report(
    study: Any, say: Any, folder: Path, page: Callable[[Any, list[Picture], list[str], list[str]], str]
) -> Path:
    """Write the figures and tables that a study has words for, and the page of them, and return its path."""
    with replaced(folder) as draft:
        drawn = write_pictures(draft, [partial(picture, study, *section) for section in say.sections()])
        names, remarks = write_tables(draft, say.tables())
        (draft / PAGE).write_text(page(say, drawn, names, remarks), encoding="utf-8")
    return folder.absolute() / PAGE


def write_pictures(draft: Path, plan: list[Callable[[], Picture]]) -> list[Picture]:
    """Draw all figures into the folder."""
    drawn = []
    if plan:
        (draft / "figures").mkdir()
    for each in track(by_two(plan), "drawing", len(plan)):
        svg = f'<?xml version="1.0" encoding="utf-8"?>\n{each.svg}'
        (draft / "figures" / f"{each.key}.svg").write_text(svg, encoding="utf-8")
        (draft / "figures" / f"{each.key}.png").write_bytes(each.png)
        drawn.append(each)
    return drawn


def write_tables(draft: Path, tables: Mapping[str, pd.DataFrame]) -> tuple[list[str], list[str]]:
    """Write every table into the folder's tables, and return their names and what is to be said of them."""
    guarded = False
    (draft / "tables").mkdir()
    for name, table in tables.items():
        texts = _texts(table)
        guarded |= any(text.startswith(FORMULA) for text in texts)
        # A carriage return in a cell is put in quotes only if lines end with one too.
        ends = "\r\n" if any("\r" in text for text in texts) else os.linesep
        path = draft / "tables" / f"{name}.csv"
        _for_spreadsheets(table).to_csv(path, index=False, float_format="%.10g", lineterminator=ends)
    return sorted(tables), [GUARDED] * guarded


def _texts(table: pd.DataFrame) -> list[str]:
    """Headers and cells that are text."""
    cells = table.select_dtypes(exclude=["number", "bool"]).to_numpy(dtype=object)
    return [cell for cell in (*table, *cells.flat) if isinstance(cell, str)]


def _for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before each text that a spreadsheet would take for a formula."""
    names = table.select_dtypes(exclude=["number", "bool"])
    return table.assign(**{str(name): table[name].map(_no_formula) for name in names}).rename(columns=_no_formula)


def _no_formula(cell: Any) -> Any:
    """A cell or a header, guarded as OWASP advises.

    >>> _no_formula("=1+1"), _no_formula("robin"), _no_formula(-1.5)
    ("'=1+1", 'robin', -1.5)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _in_html(value: Any) -> Any:
    """A value for a page, without letters that no page can hold; drawings and lines stay as they are."""
    plain = isinstance(value, str) and not hasattr(value, "__html__")
    return "\n".join(map(visible, value.split("\n"))) if plain else value


def rendered(template: str, **values: Any) -> str:
    """A page that loads nothing from outside."""
    from jinja2 import Environment as Templates
    from jinja2 import PackageLoader
    from markupsafe import Markup, escape

    def marked(text: str) -> Markup:
        """Text with bold and code as the gallery's scripts mark them."""
        html = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(visible(text))))
        return Markup(re.sub(r"(`{1,2})(.+?)\1", r"<code>\2</code>", html))

    templates = Templates(
        loader=PackageLoader("ontogeny", "report"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        finalize=_in_html,
    )  # fmt: skip
    templates.filters["marked"] = marked
    return templates.get_template(template).render(
        version=__version__, darkened=DARKENED, number=partial(number, infinite=LATER), **values
    )
