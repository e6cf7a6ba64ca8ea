"""How every report is written: its figures and tables into a folder, its page from a template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from .._core.digits import steady
from .._core.progress import track
from .drawing import Picture

if TYPE_CHECKING:
    import pandas as pd

PAGE = "index.html"
ROUNDING = 1e-12  # share of the largest answer that is none


def write_pictures(draft: Path, plan: list[Callable[[], Picture]]) -> list[Picture]:
    """Draw everything that is planned, into the folder's figures."""
    drawn = []
    (draft / "figures").mkdir()
    for draw in track(plan, "drawing", len(plan)):
        picture = draw()
        (draft / "figures" / f"{picture.key}.svg").write_text(_standalone(picture.svg), encoding="utf-8")
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
    """A page without outside requests."""
    from jinja2 import Environment as Templates
    from jinja2 import PackageLoader

    templates = Templates(
        loader=PackageLoader("ontogeny", "report"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return templates.get_template(template).render(version=__version__, number=number, **values)


def number(value: Any, digits: int = 3, scale: float = 0.0) -> str:
    """A number for a table: short, with a word where there is none, 0 where it is rounding beside some scale."""
    if not np.isfinite(value):
        return "not in this run" if value > 0 else "–"
    return f"{steady(value):.{digits}g}" if abs(value) > ROUNDING * scale else "0"


def _standalone(svg: str) -> str:
    return '<?xml version="1.0" encoding="utf-8"?>\n' + svg
