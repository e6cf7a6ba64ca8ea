"""How reports are written: figures and tables into a folder, the page from a template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from .._core.progress import track
from .drawing import Picture
from .phrasing import number

if TYPE_CHECKING:
    import pandas as pd

PAGE = "index.html"
LAST_SECTIONS = (
    ("notes", "How the table was read"), ("assumptions", "When this holds"), ("further", "Further analysis"),
)  # fmt: skip
# Grays of the drawings, and what they are on a dark page, whose colors are made brighter.
DARKENED = tuple(
    {"property": kind, "light": light, "dark": dark}
    for kind, light, dark in (
        ("fill", "#ffffff", "#131517"), ("stroke", "#ffffff", "#131517"), ("stroke", "#444444", "#a5a5a5"),
        ("fill", "#444444", "#a5a5a5"), ("stroke", "#333333", "#b5b5b5"), ("stroke", "#000000", "#dcdcdc"),
        ("fill", "#262626", "#dcdcdc"), ("stroke", "#404040", "#b5b5b5"), ("stroke", "#4c4c4c", "#b5b5b5"),
    )
)  # fmt: skip
LATER = "not in this run"  # of a time that is never reached


def write_pictures(draft: Path, plan: list[Callable[[], Picture]]) -> list[Picture]:
    """Draw all figures into the folder."""
    drawn = []
    (draft / "figures").mkdir()
    for draw in track(plan, "drawing", len(plan)):
        picture = draw()
        svg = f'<?xml version="1.0" encoding="utf-8"?>\n{picture.svg}'
        (draft / "figures" / f"{picture.key}.svg").write_text(svg, encoding="utf-8")
        (draft / "figures" / f"{picture.key}.png").write_bytes(picture.png)
        drawn.append(picture)
    return drawn


def write_tables(draft: Path, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Write every table into the folder's tables, and return their names."""
    (draft / "tables").mkdir()
    for name, table in tables.items():
        table.to_csv(draft / "tables" / f"{name}.csv", index=False, float_format="%.10g")
    return sorted(tables)


def rendered(template: str, **values: Any) -> str:
    """A page that loads nothing from outside."""
    from jinja2 import Environment as Templates
    from jinja2 import PackageLoader

    templates = Templates(
        loader=PackageLoader("ontogeny", "report"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return templates.get_template(template).render(
        version=__version__, darkened=DARKENED, number=partial(number, infinite=LATER), **values
    )
