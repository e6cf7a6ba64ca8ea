"""A diagnosis of a network in the terminal, as one JSON document, as a table and as a figure."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .. import __version__
from .._core.notes import Writer
from .._core.shown import shown
from ..propagation.diagnosis import Diagnosis
from .files import replacing
from .plain import plain_values

if TYPE_CHECKING:
    from rich.console import Console

ROWS = 20  # of layers that a screen shows
LEGEND = (
    "square: mean over units and examples; alike: mean correlation of two examples; gradient: mean square per unit, "
    "1 at the answers; silent: units that pass none"
)
NAME = 26  # letters of a name there


def write(found: Diagnosis, csv: Path | None, figure: Path | None) -> None:
    """Write the table and the figure, whole, or neither."""
    with ExitStack() as drafts:
        if csv is not None:
            found.to_dataframe().to_csv(drafts.enter_context(replacing(csv)), index=False)
        if figure is not None:
            from ..plot.diagnosed import diagnosis
            from ..plot.style import styled

            drafts.enter_context(styled())
            diagnosis(found).savefig(drafts.enter_context(replacing(figure)))


def show(found: Diagnosis, console: Console, files: tuple[Path | None, ...] = (), setting: Writer = str) -> None:
    """Print the layers, about a screen of them, and what stands out."""
    from rich.table import Table

    layers = found.layers
    shown_rows = _rows(found)
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    theory = "theory_second_moment" in layers
    beside = ["theory"] * theory
    titles = ["step", "units", "square", *beside, "alike", "gradient", *beside, "silent"]
    for place, title in enumerate(titles):
        table.add_column(title, justify="right" if place else "left", no_wrap=True)
    columns = ("second_moment", "theory_second_moment", "correlation", "gradient", "theory_gradient")
    names = [name for name in columns if name in layers]
    for row in shown_rows:
        cells = [_number(float(layers[name].values[row])) for name in names]
        silent = float(layers["dead_or_saturated"].values[row])
        table.add_row(
            _step(str(layers["layer"].values[row]), str(layers["kind"].values[row])),
            str(int(layers["width"].values[row])),
            *cells,
            "" if np.isnan(silent) else f"{silent:.0%}",
        )
    console.print(table)
    left = layers.sizes["layer"] - len(shown_rows)
    if left:
        where = "" if any(files) else "; --csv FILE writes all"
        console.print(f"{left} more steps are not shown{where}", style="dim")
    console.print(LEGEND, style="dim")
    console.print()
    for sentence in found.findings:
        console.print(sentence)
    for path in files:
        if path is not None:
            console.print(f"Written: {path.absolute()}", soft_wrap=True)


def _rows(found: Diagnosis) -> list[int]:
    """All steps if they fit a screen; else the layers, evenly spaced, with the first and the last."""
    layers = found.layers
    rows = np.arange(layers.sizes["layer"])
    if rows.size > ROWS:
        weighted = np.flatnonzero(np.isfinite(layers["weight_variance"].values))
        rows = np.append(0, weighted if weighted.size else rows[1:])
    if rows.size > ROWS:
        rows = rows[np.unique(np.linspace(0, rows.size - 1, ROWS).round().astype(int))]
    return [int(row) for row in rows]


def _step(name: str, kind: str) -> str:
    """Name and kind of a step, the end of a long name."""
    words = name if kind in name else f"{name} {kind}"
    return shown(words if len(words) <= NAME else f"…{words[1 - NAME :]}", most=NAME)


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{0.0 if abs(value) < 5e-17 else value:.2g}"


def as_json(found: Diagnosis) -> str:
    """One JSON document: structure, what stands out, the theory, and all layers."""
    theory = None
    if found.theory is not None:
        field = found.theory.mean_field
        theory = {
            "critical_gain": found.theory.critical_gain,
            "largest_learning_rate": found.theory.largest_learning_rate,
            "mean_field": None
            if field is None
            else field.to_dataframe().to_dict("records")[0] | {"phase": field.phase},
        }
    document = {
        "ontogeny": __version__,
        "structure": found.structure,
        "reason": found.reason,
        "findings": list(found.findings),
        "theory": theory,
        "settings": dict(found.layers.attrs),
        "layers": found.to_dataframe().to_dict("records"),
    }
    return json.dumps(plain_values(document), indent=1, allow_nan=False)
