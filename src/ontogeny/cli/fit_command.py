"""`ontogeny fit`: learning curves of animals, people and networks."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from .._core.checks import InputError, finite, not_negative
from .fit_rdms import Items, Layer, Metric, Rdm, Times, World, fit_rdms, is_of_rdms
from .options import Shell, stoppable, tell

FIT = "fit"


def fit(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="A table (CSV, TSV, Parquet, Excel): a row for each trial, right or wrong, or for each block, with "
            "numbers of right answers and of trials; or a column for each time.",
            metavar="FILE",
        ),
    ],
    learner: Annotated[
        list[str] | None,
        typer.Option(
            help="Column with the learner (or the item); by default guessed, and said. Several times: each combination "
            "is fitted.",
            metavar="COLUMN",
        ),
    ] = None,
    time: Annotated[
        str | None, typer.Option(help="Column that says when: block, session, day, date, trial, age.", metavar="COLUMN")
    ] = None,
    correct: Annotated[
        str | None, typer.Option(help="Column of right answers: 0 and 1, -1 and 1, or numbers.", metavar="COLUMN")
    ] = None,
    trials: Annotated[
        str | None,
        typer.Option(help="Column with the number of trials, where a row is a block; or a number.", metavar="COLUMN"),
    ] = None,
    score: Annotated[
        str | None,
        typer.Option(help="Column of a score, such as d', instead of right answers.", metavar="COLUMN"),
    ] = None,
    error: Annotated[
        str | None, typer.Option(help="Column with the standard error of each score.", metavar="COLUMN")
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            help="Names of the columns of a text file without a header, between spaces, tabs or commas.",
            metavar="NAME,NAME,...",
        ),
    ] = None,
    clock: Annotated[
        str | None,
        typer.Option(
            help="Count trials instead of taking a column: all that were shown, or those that were answered.",
            metavar="shown|answered",
        ),
    ] = None,
    position: Annotated[
        str,
        typer.Option(
            help="Where in a block its number stands; it moves half-times by up to a block.", metavar="start|middle|end"
        ),
    ] = "middle",
    chance: Annotated[
        str | None,
        typer.Option(
            help="Share of right answers without knowledge: .5, 1/3, ...; or 'fit'.",
            metavar="NUMBER",
            show_default="0.5",
        ),
    ] = None,
    lapse: Annotated[
        str | None,
        typer.Option(
            help="Share of wrong answers with full knowledge; or 'fit'.", metavar="NUMBER", show_default="0.02"
        ),
    ] = None,
    floor: Annotated[
        str | None,
        typer.Option(
            help="Score without knowledge: of d' it is 0; or 'fit'. With --rdm: what noise adds to squared distances; "
            "by default none for crossnobis.",
            metavar="NUMBER",
            show_default="fit",
        ),
    ] = None,
    ceiling: Annotated[
        str | None,
        typer.Option(help="Score with full knowledge; or 'fit'.", metavar="NUMBER", show_default="fit"),
    ] = None,
    depth: Annotated[str, typer.Option(help="Depth of the curve.", metavar="NUMBER")] = "2",
    rdm: Rdm = False,
    world: World = None,
    items: Items = None,
    times: Times = None,
    layer: Layer = "1",
    metric: Metric = None,
    bayes: Annotated[
        bool, typer.Option("--bayes", help="Fit all learners together as well, by Bayes (takes a minute or more).")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of the draws.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(help="Write a report there: figures, tables, effective depths, other curves.", metavar="FOLDER"),
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the whole table there.", metavar="FILE")] = None,
    figure: Annotated[Path | None, typer.Option(help="Draw it there: .svg, .pdf or .png.", metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """When had a learner learned half of it, how sudden was that, and is there a sign of learning at all?

    Fits the learning curve of a network to right answers by maximum likelihood, learner by learner (to scores by least
    squares), with intervals; with --rdm, the courses of the levels of a world to distances between items over time.
    """
    if is_of_rdms(context):
        fit_rdms(context)
        return
    settings = _settings(score, depth, chance=chance, lapse=lapse, floor=floor, ceiling=ceiling)
    if score is not None and bayes:
        raise InputError("bayes", "is for right answers, but a score is named", "leave one of them out")
    if error is not None and score is None:
        raise InputError("error", "is that of a score, but none is named", "name the score too")
    from ..report.files import check_outputs

    check_outputs(csv, figure, (file,))
    from .._core.progress import silence
    from ..report.claims import claimed

    shell = Shell.of(context)
    place = out or csv or figure or Path("nothing")
    with stoppable(place), claimed(out) if out is not None else nullcontext(), silence(as_json):
        from ..report import fit_study, fit_summary, worded_page, worded_summary
        from ..tables.answers import read_answers
        from ..tables.files import read_columns
        from ..tables.headerless import read_headerless

        frame, notes = read_columns(file) if columns is None else read_headerless(file, columns.split(","))
        answers = read_answers(
            frame, learner=learner, time=time, correct=correct, trials=trials, score=score, error=error, clock=clock,
            position=position, notes=notes,
        )  # fmt: skip
        found = fit_study.fit_study(answers, thorough=out is not None, bayes=bayes, seed=seed, **settings)
        fit_summary.write(found, csv, figure)
        if out is not None:
            tell(found, out, worded_page, worded_summary, shell, as_json=as_json, quiet=False)
            return
    if as_json:
        print(fit_summary.as_json(found, shell.setting))
    else:
        from ..report.terminal import Terminal

        fit_summary.show(found, Terminal(), (csv, figure), shell.setting)


def _settings(score: str | None, depth: str, **ends: str | None) -> dict[str, Any]:
    """Depth, and chance and lapse, or floor and ceiling of scores, as numbers or "fit"."""
    of_scores = score is not None
    misplaced = ("chance", "lapse") if of_scores else ("floor", "ceiling")
    for name in misplaced:
        if ends[name] is not None:
            of = "right answers, but a score is named" if of_scores else "scores, but none is named"
            remedy = "write floor and ceiling" if of_scores else "write chance and lapse"
            raise InputError(name, f"is of {of}", remedy)
    usual = {"floor": FIT, "ceiling": FIT} if of_scores else {"chance": "0.5", "lapse": "0.02"}
    found: dict[str, Any] = {"depth": finite(depth, "depth")}
    for name, otherwise in usual.items():
        words = ends[name] or otherwise
        found[name] = FIT if words == FIT else finite(words, name) if of_scores else _share(words, name)
    return found


def _share(words: str, name: str) -> float:
    """A share, which may be written as a fraction."""
    above, slash, below = words.partition("/")
    if not slash:
        return not_negative(words, name, "a share")
    divisor = finite(below, name)
    if divisor == 0:
        raise InputError(name, f"is {words!r}, which divides by 0", "write 1/3")
    return not_negative(finite(above, name) / divisor, name, "a share")
