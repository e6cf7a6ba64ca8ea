"""A study that has words for all it says, as a folder: page, figures, tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .._core.notes import Writer
from .critical_period_study import CriticalPeriodStudy
from .critical_period_words import CriticalPeriodWords
from .curves_words import CurvesWords
from .drawing import Picture
from .fit_study import FitStudy
from .fit_words import FitWords
from .generalization_study import CurvesStudy, TableStudy
from .perception_study import PerceptionStudy
from .perception_words import PerceptionWords
from .phrasing import number
from .pretraining_study import PretrainingStudy
from .pretraining_words import PretrainingWords
from .table_words import TableWords
from .writing import LAST_SECTIONS, rendered, write_report

WordedStudy = CurvesStudy | TableStudy | PretrainingStudy | CriticalPeriodStudy | PerceptionStudy | FitStudy
Words = CurvesWords | TableWords | PretrainingWords | CriticalPeriodWords | PerceptionWords | FitWords
WORDS: dict[type, Callable[[Any, Writer], Words]] = {
    CurvesStudy: CurvesWords,
    TableStudy: TableWords,
    PretrainingStudy: PretrainingWords,
    CriticalPeriodStudy: CriticalPeriodWords,
    PerceptionStudy: PerceptionWords,
    FitStudy: FitWords,
}


def words(study: WordedStudy, setting: Writer = str) -> Words:
    """The words for a study."""
    return WORDS[type(study)](study, setting)


def write(study: WordedStudy, folder: Path, *, setting: Writer = str) -> Path:
    """Write the report of a study and return the path of its page.

    Parameters
    ----------
    study : record of a study
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
    return write_report(study, words(study, setting), folder, page)


def page(say: Words, drawn: list[Picture], names: list[str], remarks: list[str]) -> str:
    """The report as one HTML page that loads nothing from outside."""
    rows = say.numbers()
    return rendered(
        "worded.html.j2",
        name=say.name,
        heading=say.heading,
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
        notes=[*say.notes, *say.standing, *remarks],
        ordinary=(),
        records_checked=[("theory", say.assumptions)],
        tables=names,
        snippet=say.snippet,
        references=say.references,
    )
