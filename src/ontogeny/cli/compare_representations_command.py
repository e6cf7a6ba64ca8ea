"""`ontogeny compare-representations`: two sets of distances, or activity, of the same items."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .._core.checks import InputError, one_of
from .options import lines_of, stoppable, whole_option

FILE = (
    "Distances (long or square CSV, .npy, .npz, HDF5 of rsatoolbox, .mat of Meadows) or activity (CSV of items by "
    "units, or with columns item, unit, value; .npy)."
)
METHODS = ("pearson", "spearman", "tau_a", "tau_b", "rho_a", "cosine", "cosine_cov")


def compare_representations(
    first: Annotated[str, typer.Argument(help=FILE, metavar="A")],
    second: Annotated[str, typer.Argument(help="Another one, of the same items.", metavar="B")],
    method: Annotated[
        list[str] | None,
        typer.Option(
            help="pearson, spearman, tau_a, tau_b, rho_a, cosine or cosine_cov (linear CKA); repeat for more. By "
            "default spearman and cosine_cov.",
            metavar="NAME",
        ),
    ] = None,
    metric: Annotated[
        str,
        typer.Option(
            help="Of distances that are computed from activity: squared_euclidean, euclidean, cosine or correlation.",
            metavar="NAME",
        ),
    ] = "squared_euclidean",
    layer: Annotated[
        list[str] | None,
        typer.Option(help="Layer of activity in long form; write it twice if A and B differ.", metavar="NAME"),
    ] = None,
    items: Annotated[
        Path | None, typer.Option(help="Names of the items of .npy files, one in each line.", metavar="FILE")
    ] = None,
    bootstrap: Annotated[
        str, typer.Option(help="Samples of items, for intervals; 0 for none.", metavar="NUMBER")
    ] = "1000",
    seed: Annotated[str, typer.Option(help="Of these samples.", metavar="NUMBER")] = "0",
    csv: Annotated[Path | None, typer.Option(help="Write the whole table there.", metavar="FILE")] = None,
    figure: Annotated[Path | None, typer.Option(help="Draw it there: .svg, .pdf or .png.", metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Are the same items alike in two representations, of networks, brains or people?

    Matches items by name and compares the distances of all pairs, with intervals over items, over time where there is
    time, and with what the subjects of B have in common as the most that can be reached.
    """
    methods = [one_of(name, METHODS, "method") for name in method or ("spearman", "cosine_cov")]
    one_of(metric, ("squared_euclidean", "euclidean", "cosine", "correlation"), "metric")
    layers = list(layer or [])
    if len(layers) > 2:
        raise InputError("layer", f"is written {len(layers)} times, but there are two files", "write it once or twice")
    samples = whole_option(bootstrap, "samples", 0, "there are no fewer samples than none")
    draws = whole_option(seed, "seed", 0, "seeds are not negative")
    from ..report.files import check_outputs

    check_outputs(csv, figure, (Path(first), Path(second)))
    names = None if items is None else lines_of(items, "items", "write one name in each line")
    with stoppable(csv or figure or Path("nothing")):
        from ..report import agreement_summary
        from ..representation.representation_files import read_representation

        which = (layers[0], layers[-1]) if layers else (None, None)
        a, b = (
            read_representation(path, items=names, metric=metric, layer=one)
            for path, one in zip((first, second), which, strict=True)
        )
        called = (Path(first).name, Path(second).name)
        if layers and not {str(part.attrs.get("layer")) for part in (a, b)} & set(layers):
            problem = f"is {layers[0]!r}, but neither {called[0]!r} nor {called[1]!r} has layers"
            raise InputError("layer", problem, "leave it out")
        found = agreement_summary.agreement_of(a, b, called, methods, samples=samples, seed=draws)
        agreement_summary.write(found, csv, figure)
    if as_json:
        print(agreement_summary.as_json(found))
    else:
        from ..report.terminal import Terminal

        agreement_summary.show(found, Terminal(), (csv, figure))
