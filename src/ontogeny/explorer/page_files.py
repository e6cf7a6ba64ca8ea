"""The files of the page: what ships with the package, and the spectra of the built-in worlds, which are made."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from .. import __version__, datasets
from .._core.checks import InputError
from .._core.notes import Note
from ..environments.environment import Environment

KERNEL = (
    "namespace", "stable", "special", "universal_curve", "modes", "linear_algebra", "spectrum", "forms", "semantics",
    "generalization", "ode", "perception", "pathways", "propagation", "unpacked",
)  # fmt: skip
# In the order in which they are read: each uses what comes before it. Tours are read when one begins.
SCRIPTS = (
    *(f"kernel/{name}.js" for name in KERNEL),
    "data.js",
    "tables/wording.js", "tables/delimited.js", "tables/table.js",
    "app/dom.js", "app/settings.js", "app/worlds.js", "app/learned.js", "app/colors.js",
    "vendor/uPlot.iife.min.js", "draw/lines.js", "draw/canvas.js", "draw/map.js", "draw/points.js", "draw/bars.js",
    "draw/svg.js",
    "views/python.js", "app/state.js", "app/server.js", "app/overlays.js",
    *(f"views/{name}.js" for name in (
        "stages", "similarity", "illusions", "projection", "errors", "tuning", "periods", "signals", "depth", "all",
    )),
    "app/figures.js", "app/upload.js", "app/controls.js", "app/downloads.js", "app/player.js",
    "app/tour.js", "app/main.js",
)  # fmt: skip
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}

MOST_CELLS = 250_000  # of a table on the page

Table = Mapping[str, Any]


def page_files(*, server: bool, table: Table | None = None) -> dict[str, bytes]:
    """Every file of the page by its path below the page's address.

    Parameters
    ----------
    server : bool
        Whether a program answers what the page cannot compute.
    table : mapping, optional
        A table to begin with: name, items, features, values, notes.

    Examples
    --------
    >>> sorted(page_files(server=False))[0], len(page_files(server=False)["index.html"]) > 1000
    ('app/colors.js', True)
    """
    found = dict(_shipped(files(__package__).joinpath("page"), ""))
    found["index.html"] = found["index.html"].replace(b"SCRIPTS", _script_tags().encode())
    found["data.js"] = data_script(server=server, table=table).encode()
    return found


def page_table(name: str, world: Environment, notes: Sequence[Note] = ()) -> Table:
    """A world of a table as the page takes it.

    Raises
    ------
    InputError
        More cells than a page shows.
    """
    assert world.targets is not None  # tables have them
    if world.targets.size > MOST_CELLS:
        raise InputError(
            None, f"{name!r} has {world.targets.size} cells, but a page shows {MOST_CELLS}", "use ontogeny learn"
        )
    return {
        "name": name,
        "items": list(world.items),
        "features": list(world.features),
        "values": world.targets.tolist(),
        "category": None if world.category is None else list(world.category),
        "notes": [str(note) for note in (*notes, *world.notes)],
    }


def _shipped(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    return [
        pair
        for entry in folder.iterdir()
        for pair in (
            _shipped(entry, f"{path}{entry.name}/") if entry.is_dir() else [(path + entry.name, entry.read_bytes())]
        )
    ]


def _script_tags() -> str:
    return "\n".join(f'<script src="{name}" defer></script>' for name in SCRIPTS)


def data_script(*, server: bool, table: Table | None = None) -> str:
    """The script that holds what is made by Python: built-in worlds with their modes, the version, a table."""
    worlds = {name: world_data(datasets.load(name)) for name in datasets.names()}
    data = {"version": __version__, "server": server, "start": table, "worlds": "WORLDS"}
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    unpacked = f"ontogeny.unpacked({json.dumps(worlds, ensure_ascii=True, separators=(',', ':'))})"
    return f'"use strict";\nontogeny.data = {text.replace(json.dumps("WORLDS"), unpacked)};\n'


def world_data(world: Environment) -> dict[str, Any]:
    """A world and its modes, of which the page makes the loadings of the items from those of the features."""
    modes = world.spectrum()
    assert world.targets is not None  # built-in worlds are tables
    return {
        "items": list(world.items),
        "features": list(world.features),
        "table": world.targets.tolist(),
        "category": None if world.category is None else list(world.category),
        "singular_values": modes.singular_values.tolist(),
        "groups": modes.groups.tolist(),
        "output_modes": _packed(modes.output_modes),
    }


def _packed(columns: np.ndarray) -> str:
    """Columns one after the other as float64, little end first, in base 64: exact, and half as long as digits."""
    return base64.b64encode(np.ascontiguousarray(columns.T, dtype="<f8").tobytes()).decode()
