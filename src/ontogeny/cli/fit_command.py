"""`ontogeny fit`: learning curves of animals, people and networks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .._core.checks import InputError, finite, not_negative
from .fit_rdms import Floor, Items, Layer, Metric, Rdm, Times, World, fit_rdms, is_of_rdms
from .options import Shell, stoppable


def fit(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="A table (CSV, TSV, Parquet, Excel): a row for each trial, right or wrong, or for each block, with "
            "numbers of right answers and of trials.",
            metavar="FILE",
        ),
    ],
    learner: Annotated[
        str | None, typer.Option(help="Column with the learner; by default guessed, and said.", metavar="COLUMN")
    ] = None,
    time: Annotated[
        str | None, typer.Option(help="Column that says when: block, session, day, trial.", metavar="COLUMN")
    ] = None,
    correct: Annotated[
        str | None, typer.Option(help="Column of right answers: 0 and 1, -1 and 1, or numbers.", metavar="COLUMN")
    ] = None,
    trials: Annotated[
        str | None, typer.Option(help="Column with the number of trials, where a row is a block.", metavar="COLUMN")
    ] = None,
    chance: Annotated[
        str, typer.Option(help="Share of right answers without knowledge: .5, 1/3, ...", metavar="NUMBER")
    ] = "0.5",
    lapse: Annotated[str, typer.Option(help="Share of wrong answers with full knowledge.", metavar="NUMBER")] = "0.02",
    depth: Annotated[str, typer.Option(help="Depth of the curve.", metavar="NUMBER")] = "2",
    rdm: Rdm = False,
    world: World = None,
    items: Items = None,
    times: Times = None,
    layer: Layer = "1",
    floor: Floor = None,
    metric: Metric = None,
    csv: Annotated[Path | None, typer.Option(help="Write the whole table there.", metavar="FILE")] = None,
    figure: Annotated[Path | None, typer.Option(help="Draw it there: .svg, .pdf or .png.", metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """When had a learner learned half of it, how sudden was that, and is there a sign of learning at all?

    Fits the learning curve of a network to right answers by maximum likelihood, learner by learner; with --rdm, the
    courses of the levels of a world to distances between items over time.
    """
    if is_of_rdms(context):
        fit_rdms(context)
        return
    options = {
        "chance": _share(chance, "chance"),
        "lapse": _share(lapse, "lapse"),
        "depth": finite(depth, "depth"),
    }
    from ..report.files import check_outputs

    check_outputs(csv, figure, (file,))
    from .._core.progress import silence

    shell = Shell.of(context)
    with stoppable(csv or figure or Path("nothing")), silence(as_json):
        from ..report import fit_summary
        from ..tables.answers import read_answers
        from ..tables.files import read_columns

        frame, notes = read_columns(file)
        answers = read_answers(frame, learner=learner, time=time, correct=correct, trials=trials, notes=notes)
        found = fit_summary.fits_of(answers, **options)
        fit_summary.write(found, csv, figure)
    if as_json:
        print(fit_summary.as_json(found, shell.setting))
    else:
        from ..report.terminal import Terminal

        fit_summary.show(found, Terminal(), (csv, figure), shell.setting)


def _share(words: str, name: str) -> float:
    """A share, which may be written as a fraction."""
    above, slash, below = words.partition("/")
    if not slash:
        return not_negative(words, name, "a share")
    divisor = finite(below, name)
    if divisor == 0:
        raise InputError(name, f"is {words!r}, which divides by 0", "write 1/3")
    return not_negative(finite(above, name) / divisor, name, "a share")
