"""A study in the terminal, and as one JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from .sentences import Sentences
from .studies import Study
from .tables import modes

if TYPE_CHECKING:
    from rich.console import Console

MODES_SHOWN = 12
WRONG_SHOWN = 5


def show(study: Study, page: Path, console: Console) -> None:
    """Print what was found, in about a screen, and where the report lies."""
    from rich.table import Table

    for note in study.environment.notes:
        console.print(f"- {note}", style="dim", markup=False, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("mode", justify="right", no_wrap=True)
    table.add_column("separates", overflow="fold")
    for title in ("singular value", "half learned", "10-90%", "networks"):
        table.add_column(title, justify="right", no_wrap=True)
    found = modes(study)
    for row in found.head(MODES_SHOWN).to_dict("records"):
        numbers = (row["singular_value"], row["half_time"], row["rise_time"], row["measured_half_time"])
        table.add_row(row["mode"], _plain(row["separates"]), *map(_short, numbers))
    console.print()
    console.print(table)
    if len(found) > MODES_SHOWN:
        console.print(f"and {len(found) - MODES_SHOWN} weaker modes", style="dim")
    console.print()
    console.print(Sentences(study).headline(), markup=False, highlight=False)
    console.print()
    console.print(f"Report: {page}", markup=False, highlight=False, soft_wrap=True)


def as_json(study: Study, page: Path) -> str:
    """One JSON document: the world, its modes, what goes astray, the networks, the assumptions."""
    world, say = study.environment, Sentences(study)
    document = {
        "ontogeny": __version__,
        "table": study.name,
        "headline": say.headline(),
        "items": list(world.items),
        "features": list(world.features),
        "normalization": world.normalization,
        "notes": list(world.notes),
        "settings": {**study.theory.provenance.settings, "until": float(study.theory.time[-1])},
        "modes": modes(study).to_dict("records"),
        "wrong_on_the_way": study.illusions.to_dataframe().head(100).to_dict("records"),
        "networks": {
            "settings": {k: v for k, v in study.networks.provenance.settings.items() if k != "steps"},
            "typical_deviation": study.deviation.typical,
            "largest_deviation": study.deviation.largest,
            "compared_with": study.deviation.law,
        },
        "episodes": study.episodes_deviation
        and {
            "typical_deviation": study.episodes_deviation.typical,
            "largest_deviation": study.episodes_deviation.largest,
        },
        "assumptions": {"theory": study.theory.validity.to_json(), "networks": study.networks.validity.to_json()},
        "report": str(page),
    }
    return json.dumps(_plain_values(document), indent=1, allow_nan=False, ensure_ascii=False)


def _short(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "later"


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _plain_values(value: Any) -> Any:
    """Python values that JSON knows: numbers that are not finite become null."""
    if isinstance(value, dict):
        return {str(key): _plain_values(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | range):
        return [_plain_values(entry) for entry in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
