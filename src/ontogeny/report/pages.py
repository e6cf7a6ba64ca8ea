"""A study as a folder: page, figures, tables, netCDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .._core.notes import Writer
from .._core.papers import cite
from .._core.shown import shown
from ..plot.style import depth_name
from .figures import Picture, pictures
from .placing import replaced
from .sentences import ORDINARY, Sentences
from .studies import Study
from .tables import MOST_ROWS, tables
from .writing import LAST_SECTIONS, PAGE, ROWS_ON_PAGE, rendered, write_pictures, write_tables

RECORDS = "trajectories.nc"


def write(study: Study, folder: Path, *, setting: Writer = str) -> Path:
    """Write the report of a study and return the path of its page.

    Parameters
    ----------
    study : Study
        What was found.
    folder : path
        Where to write the report; an earlier report there is replaced, anything else is refused.
    setting : function
        How sentences write an argument and its value; as in Python by default.

    Raises
    ------
    InputError
        A folder that cannot be written or holds other files; nothing is left half written.
    """
    with replaced(folder) as draft:
        say = Sentences(study, setting)
        drawn = write_pictures(draft, pictures(study, say))
        names, remarks = write_tables(draft, tables(study, say.modes))
        study.theory.save(draft / RECORDS, name="theory")
        study.shallow.save(draft / RECORDS, name="shallow_theory", append=True)
        study.networks.save(draft / RECORDS, name="networks", append=True, weights=False)
        if study.episodes is not None:
            study.episodes.save(draft / RECORDS, name="networks_episodes", append=True, weights=False)
        (draft / PAGE).write_text(page(study, say, drawn, names, remarks), encoding="utf-8")
    return folder.absolute() / PAGE


def page(study: Study, say: Sentences, drawn: list[Picture], names: list[str], remarks: list[str]) -> str:
    """The report as one HTML page that loads nothing from outside."""
    return rendered(
        "page.html.j2",
        name=study.name,
        headline=say.headline(),
        clock=say.clock(),
        sections=_sections(say),
        notes=[*say.notes(), *remarks],
        pictures=drawn,
        modes=say.modes.to_dict("records"),
        filled=say.filled,
        wrong=[_with_short_names(row) for row in say.astray[:ROWS_ON_PAGE]],
        ends="answer in the end" if study.environment.has_missing else "right answer",
        wrong_count=say.astray_count,
        most_rows=MOST_ROWS,
        names_items=study.names_items,
        scale=study.illusions.scale if study.names_items else 0.0,
        ordinary=ORDINARY,
        warnings=say.warnings(),
        hidden=depth_name(study.theory.depth),
        shallow=study.shallow,
        theory=study.theory,
        networks=study.networks,
        references=references(study),
        tables=names,
        records=RECORDS,
        first_item=repr(study.environment.items[0]),
        rows=ROWS_ON_PAGE,
    )


def _sections(say: Sentences) -> list[tuple[str, str]]:
    """Anchors and titles of the sections below the figures."""
    wrong = [("wrong_in_numbers", "Illusory correlations, in numbers")] if say.astray else []
    filled = [("missing_cells", "Cells that were missing")] if say.filled else []
    return [("modes_in_numbers", "The modes, in numbers"), *filled, *wrong, *LAST_SECTIONS]


def _with_short_names(row: dict[Any, Any]) -> dict[Any, Any]:
    return {**row, "item": shown(row["item"]), "feature": shown(row["feature"])}


def references(study: Study) -> str:
    """BibTeX of the papers behind the theory and the phenomena, each once."""
    found = (study.theory, study.phenomena.illusions, study.phenomena.differentiation)
    entries = [entry for record in found if record is not None for entry in cite(record).split("\n\n")]
    return "\n\n".join(sorted(dict.fromkeys(entries), key=lambda entry: entry.startswith("@software")))
