"""A study of generalization as a folder: page, figures, tables."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .._core.notes import Writer
from .curves_words import CurvesWords
from .drawing import Picture, picture
from .generalization_study import CurvesStudy, GeneralizationStudy
from .phrasing import number
from .placing import replaced
from .table_words import TableWords
from .writing import LAST_SECTIONS, PAGE, rendered, write_pictures, write_tables


def words(study: GeneralizationStudy, setting: Writer = str) -> CurvesWords | TableWords:
    """The words for a study."""
    return CurvesWords(study) if isinstance(study, CurvesStudy) else TableWords(study, setting)


def write(study: GeneralizationStudy, folder: Path, *, setting: Writer = str) -> Path:
    """Write the report of a study and return the path of its page.

    Parameters
    ----------
    study : CurvesStudy or TableStudy
        What was found.
    folder : path
        Where to write the report; an earlier report there is replaced, anything else is refused.
    setting : function
        How sentences write an argument and its value; as in Python if not given.

    Raises
    ------
    InputError
        A folder that cannot be written or holds other files; nothing is left half written.
    """
    say = words(study, setting)
    with replaced(folder) as draft:
        drawn = write_pictures(draft, [partial(picture, study, *section) for section in say.sections()])
        names, remarks = write_tables(draft, say.tables())
        (draft / PAGE).write_text(page(say, drawn, names, remarks), encoding="utf-8")
    return folder.absolute() / PAGE


def page(say: CurvesWords | TableWords, drawn: list[Picture], names: list[str], remarks: list[str]) -> str:
    """The report as one HTML page that loads nothing from outside."""
    rows = say.numbers()
    return rendered(
        "generalization.html.j2",
        name=say.name,
        title=say.title,
        question=say.question,
        headline=say.headline(),
        warnings=say.warnings(),
        pictures=drawn,
        sections=[("numbers", say.numbers_title), ("notes", say.notes_title), *LAST_SECTIONS[1:]],
        numbers_title=say.numbers_title,
        numbers_note=say.numbers_note,
        columns=list(rows[0]),
        rows=[[number(value) for value in row.values()] for row in rows],
        notes_title=say.notes_title,
        notes=[*say.notes, *remarks],
        ordinary=(),
        records_checked=[("theory", say.assumptions)],
        tables=names,
        snippet=say.snippet,
        references=say.references,
    )
