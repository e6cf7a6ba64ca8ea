"""A study in the terminal, and as one JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from .._core.notes import Writer
from ..networks.comparison import Deviation
from ..trajectory import Trajectory
from .development import beside_people
from .phenomena import Phenomena
from .phrasing import number
from .plain import plain_values
from .sentences import Sentences
from .studies import Study

if TYPE_CHECKING:
    from .terminal import Terminal

MODES_SHOWN = 12


def show(study: Study, page: Path, console: Terminal, setting: Writer = str) -> None:
    """Print what was found, in about a screen, and the path of the report."""
    from rich.table import Table

    say = Sentences(study, setting)
    for note in say.notes():
        console.print(f"- {note}", style="dim")
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("mode", justify="right", no_wrap=True)
    table.add_column("separates", overflow="fold")
    for title in ("singular value", "half learned", "10-90%", "networks"):
        table.add_column(title, justify="right", no_wrap=True)
    found = say.modes
    for row in found.head(MODES_SHOWN).to_dict("records"):
        numbers = (row["singular_value"], row["half_time"], row["rise_time"], row["measured_half_time"])
        separates = "shared by all: " * bool(row["shared_by_all"]) + row["separates"]
        table.add_row(row["mode"], separates, *(number(value, infinite="not yet") for value in numbers))
    console.print()
    console.print(
        f'Time is in units of tau = 1 / learning rate (normalization "{study.environment.normalization}"); "a | b" is '
        'features a against features b; "networks" is the half-time in trained networks (median).',
        style="dim",
    )  # fmt: skip
    console.print(table)
    weaker = study.environment.spectrum().groups.max() + 1 - min(len(found), MODES_SHOWN)
    if weaker > 0:
        console.print(f"and {weaker} weaker modes", style="dim")
    if study.phenomena.people is not None:
        console.print()
        console.print(f"Beside people: {beside_people(study.phenomena.people)}")
    console.print()
    console.print(say.headline())
    for warning in say.warnings():
        console.print(warning, style="yellow")
    console.print()
    console.print(f"Report: {page}", soft_wrap=True)


def as_json(study: Study, page: Path, setting: Writer = str) -> str:
    """One JSON document: the world, its modes, errors on the way, the networks, the assumptions."""
    world, say = study.environment, Sentences(study, setting)
    document = {
        "ontogeny": __version__,
        "table": study.name,
        "headline": say.headline(),
        "items": [] if world.is_streamed else list(world.items),
        "features": list(world.features),
        "normalization": world.normalization,
        "notes": say.notes(),
        "settings": {**study.theory.provenance.settings, "until": float(study.theory.time[-1])},
        "modes": say.modes.to_dict("records"),
        "wrong_on_the_way": say.astray,
        "wrong_on_the_way_count": say.astray_count,
        "development": _development(study.phenomena),
        "networks": _training(study.networks, study.deviation),
        "episodes": study.episodes and _training(study.episodes, study.episodes_deviation),
        "warnings": say.warnings(),
        "assumptions": {"theory": study.theory.validity.to_json(), "networks": study.networks.validity.to_json()},
        "report": str(page),
    }
    return json.dumps(plain_values(document), indent=1, allow_nan=False)


def _development(found: Phenomena) -> dict[str, Any]:
    apart, typical, projection = found.differentiation, found.typicality, found.projection
    document: dict[str, Any] = {
        "groups_in_order": None if apart is None else apart.share_in_order,
        "width_over_half_time": None if found.sharpness is None else np.nanmedian(found.sharpness.ratio),
    }
    if typical is not None:
        ranked = {one.category: typical.ranking(one.category) for one in typical.prototypes}
        document["typicality"] = {
            name: {"most": places[0][1], "least": places[-1][1]} for name, places in ranked.items()
        }
    if found.people is not None:
        document["people"] = {
            "kind": found.people.ratings.kind,
            "correlations": [one._asdict() for one in found.people.correlations],
            "unmatched": list(found.people.ratings.unmatched),
            "unrated": list(found.people.unrated),
            "notes": [str(note) for note in found.people.notes],
        }
    if projection is not None:
        wide = (
            [np.nanmax(projection.width), projection.width[-1]] if np.isfinite(projection.width).any() else [np.nan] * 2
        )
        document["projection"] = {"item": list(projection.taught), "widest": wide[0], "at_the_end": wide[1]}
    return document


def _training(networks: Trajectory, deviation: Deviation | None) -> dict[str, Any]:
    settings = {"settings": dict(networks.provenance.settings)}
    if deviation is None:
        return settings
    return settings | {
        "typical_deviation": deviation.typical,
        "largest_deviation": deviation.largest,
        "compared_with": deviation.law,
    }
