"""A study as a folder: page, figures, tables, netCDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__
from .._core.papers import cite
from .._core.progress import track
from ..plot.style import depth_name
from .figures import Picture, pictures
from .folder import replaced
from .sentences import ORDINARY, Sentences
from .studies import Study
from .tables import MOST_ROWS, tables

PAGE = "index.html"
RECORDS = "trajectories.nc"
ROWS_ON_PAGE = 25


def write(study: Study, folder: Path) -> Path:
    """Write the report of a study and return the path of its page.

    Parameters
    ----------
    study : Study
        What was found.
    folder : path
        Where the report goes; an earlier report there is replaced, anything else is refused.

    Raises
    ------
    InputError
        A folder that cannot be written or holds other files; nothing is left half written.
    """
    with replaced(folder) as draft:
        drawn = []
        (draft / "figures").mkdir()
        (draft / "tables").mkdir()
        say = Sentences(study)
        plan = pictures(study, say)
        for draw in track(plan, "drawing", len(plan)):
            picture = draw()
            (draft / "figures" / f"{picture.key}.svg").write_text(_standalone(picture.svg), encoding="utf-8")
            (draft / "figures" / f"{picture.key}.png").write_bytes(picture.png)
            drawn.append(picture)
        names = []
        for name, table in tables(study, say.modes).items():
            names.append(name)
            table.to_csv(draft / "tables" / f"{name}.csv", index=False, float_format="%.10g")
        study.theory.save(draft / RECORDS, name="theory")
        study.shallow.save(draft / RECORDS, name="shallow_theory", append=True)
        study.networks.save(draft / RECORDS, name="networks", append=True, weights=False)
        if study.episodes is not None:
            study.episodes.save(draft / RECORDS, name="networks_episodes", append=True, weights=False)
        (draft / PAGE).write_text(page(study, say, drawn, names), encoding="utf-8")
    return folder.absolute() / PAGE


def page(study: Study, say: Sentences, drawn: list[Picture], names: list[str]) -> str:
    """The report as one HTML page without outside requests."""
    from jinja2 import Environment as Templates
    from jinja2 import PackageLoader

    templates = Templates(
        loader=PackageLoader("ontogeny", "report"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return templates.get_template("page.html.j2").render(
        name=study.name,
        version=__version__,
        headline=say.headline(),
        notes=study.environment.notes,
        pictures=drawn,
        modes=say.modes.to_dict("records"),
        wrong=say.astray[:ROWS_ON_PAGE],
        wrong_count=say.astray_count,
        most_rows=MOST_ROWS,
        ordinary=ORDINARY,
        warnings=say.warnings(),
        hidden=depth_name(study.theory.depth),
        shallow=study.shallow,
        theory=study.theory,
        networks=study.networks,
        references=references(study),
        tables=sorted(names),
        records=RECORDS,
        number=_number,
        rows=ROWS_ON_PAGE,
    )


def references(study: Study) -> str:
    """BibTeX of what the theory and the phenomena rest on, each paper once."""
    found = (study.theory, study.phenomena.illusions, study.phenomena.differentiation)
    entries = [entry for record in found if record is not None for entry in cite(record).split("\n\n")]
    return "\n\n".join(sorted(dict.fromkeys(entries), key=lambda entry: entry.startswith("@software")))


def _number(value: Any, digits: int = 3) -> str:
    """A number for a table: short, with a word where there is none."""
    if not np.isfinite(value):
        return "not in this run" if value > 0 else "–"
    return f"{value:.{digits}g}" if abs(value) > 1e-12 else "0"


def _standalone(svg: str) -> str:
    return '<?xml version="1.0" encoding="utf-8"?>\n' + svg
