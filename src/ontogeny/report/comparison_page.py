"""A comparison of two tables as a folder: page, figures, tables."""

from __future__ import annotations

from pathlib import Path

from .._core.notes import Writer
from .comparison_study import ComparisonStudy
from .comparison_words import ComparisonWords
from .drawing import Picture
from .writing import LAST_SECTIONS, ROWS_ON_PAGE, rendered, write_report


def write(study: ComparisonStudy, folder: Path, *, setting: Writer = str) -> Path:
    """Write the report of a comparison and return the path of its page.

    Parameters
    ----------
    study : ComparisonStudy
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
    return write_report(study, ComparisonWords(study, setting), folder, page)


def page(say: ComparisonWords, drawn: list[Picture], names: list[str], remarks: list[str]) -> str:
    """The report as one HTML page that loads nothing from outside."""
    how = f"{say.found.meaning} An item counts as known in four ways: {say.measures}."
    count = len(say.found.distinctions)
    cut = f" The first {ROWS_ON_PAGE} of {count} are shown; all are in tables/distinctions.csv." * (
        count > ROWS_ON_PAGE
    )
    parts = [
        ("agreement", "How well they agree", how, say.respects()),
        ("numbers", say.numbers_title, say.numbers_note + cut, say.numbers(ROWS_ON_PAGE)),
    ]
    return rendered(
        "comparison.html.j2",
        name=say.name,
        title=say.title,
        question=say.question,
        headline=say.headline(),
        warnings=say.warnings(),
        pictures=drawn,
        sections=[*(part[:2] for part in parts), ("notes", say.notes_title), *LAST_SECTIONS[1:]],
        parts=parts,
        notes_title=say.notes_title,
        notes=[*say.notes, *remarks],
        ordinary=("modes can be told apart",),
        records_checked=say.checked,
        tables=names,
        references=say.references,
    )
