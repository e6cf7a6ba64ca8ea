"""`ontogeny fit --rdm`: when each level of a world was learned, from distances over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._core.checks import InputError, finite
from .options import Shell, lines_of, stoppable, which_table, whole_option

if TYPE_CHECKING:
    import xarray as xr

    from .._core.notes import Note
    from ..environments.environment import Environment

Rdm = Annotated[
    bool,
    typer.Option(
        "--rdm",
        help="FILE holds distances between items over time: a CSV (time, item_1, item_2, dissimilarity), .npy, .npz, "
        "HDF5 of rsatoolbox.",
    ),
]
World = Annotated[
    str | None,
    typer.Option(help="With --rdm: the table whose levels are looked for, or a built-in one.", metavar="TABLE"),
]
Items = Annotated[
    Path | None, typer.Option(help="With --rdm: names of the items of .npy files, one in each line.", metavar="FILE")
]
Times = Annotated[
    Path | None,
    typer.Option(help="With --rdm: times where the file has none, one in each line; by default 0, 1, 2, ...",
                 metavar="FILE"),
]  # fmt: skip
Layer = Annotated[str, typer.Option(help="With --rdm: layer that was measured, from 1.", metavar="NUMBER")]
Metric = Annotated[
    str | None,
    typer.Option(
        help="With --rdm: squared_euclidean, euclidean or crossnobis; by default what the file says, or the first.",
        metavar="NAME",
    ),
]
OWN = ("world", "items", "times", "layer", "metric")
OF_BOTH = ("file", "rdm", "depth", "floor", "csv", "figure", "as_json")


def is_of_rdms(context: typer.Context) -> bool:
    """Whether distances are fitted, not right answers; refuses options of the other."""
    is_rdm = bool(context.params["rdm"])
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is None or source.name == "DEFAULT" or name in OF_BOTH:
            continue
        if is_rdm and name not in OWN:
            raise InputError(name, "is about right answers, but --rdm says that FILE holds distances", "leave it out")
        if not is_rdm and name in OWN:
            raise InputError(
                name, "is about distances over time, but --rdm is not given", "write --rdm, or leave it out"
            )
    return is_rdm


def fit_rdms(context: typer.Context) -> None:
    """Fit the courses of levels to the distances of a file."""
    asked: dict[str, Any] = context.params
    file, written = Path(asked["file"]), (asked[name] for name in ("csv", "figure", "items", "times"))
    csv, figure, items, times = (None if path is None else Path(path) for path in written)
    if asked["world"] is None:
        raise InputError(
            "world", "is missing, but the levels of a world are looked for",
            "write --world zoo, or a table of the items and their features",
        )  # fmt: skip
    layer = whole_option(asked["layer"], "layer", 1, "layers are counted from 1")
    depth = finite(asked["depth"], "depth")
    floor = asked["floor"] if asked["floor"] in (None, "fit") else finite(asked["floor"], "floor")
    from ..report.files import check_outputs

    built_in, _ = which_table(asked["world"])
    reads = (file, items, times, None if built_in else Path(asked["world"]))
    check_outputs(csv, figure, reads)
    from .._core.progress import silence

    shell = Shell.of(context)
    with stoppable(csv or figure or Path("nothing")), silence(asked["as_json"]):
        from ..fitting import fit_rdm_movie
        from ..report import rdm_fit_summary

        world = _world(asked["world"], built_in=built_in)
        distances, notes = _distances(file, items, times, asked["metric"])
        fit = fit_rdm_movie(distances, world, layer=layer, depth=depth, floor=floor, metric=asked["metric"])
        found = rdm_fit_summary.FittedMovie(fit, notes)
        rdm_fit_summary.write(found, csv, figure)
    if asked["as_json"]:
        print(rdm_fit_summary.as_json(found, shell.setting))
    else:
        from ..report.terminal import Terminal

        rdm_fit_summary.show(found, Terminal(), (csv, figure), shell.setting)


def _world(table: str, *, built_in: bool) -> Environment:
    from .. import datasets
    from ..environments.environment import Environment
    from ..tables.files import read_table

    if built_in:
        return datasets.load(table)
    frame, _ = read_table(table)
    return Environment.from_dataframe(frame)


def _distances(
    file: Path, items: Path | None, times: Path | None, metric: str | None
) -> tuple[xr.DataArray, tuple[Note, ...]]:
    """Distances over time, and what was assumed of them."""
    from .._core.notes import Note, Setting
    from ..representation import read_rdms

    names = None if items is None else lines_of(items, "items", "write one name in each line")
    clock = None
    if times is not None:
        clock = [finite(line, "times") for line in lines_of(times, "times", "write one number in each line")]
    found = read_rdms(file, items=names, times=clock)
    notes = []
    if "time" not in found.coords:
        lead = [str(dim) for dim in found.dims[:-2] if dim != "subject"]
        if len(lead) != 1:
            problem = f"{file.name!r} holds no times" if lead else f"{file.name!r} holds distances of a single time"
            raise InputError(None, problem, "write a column `time`, or one table (items, items) for each time")
        found = found.rename({lead[0]: "time"}).assign_coords(time=range(found.sizes[lead[0]]))
        last = found.sizes["time"] - 1
        when = (f"The file holds no times: counted from 0 to {last}; else write ", Setting("times", "FILE"), ".")
        notes.append(Note("times", when))
    if metric is None and "metric" not in found.attrs:
        kind = ("Distances are taken as squared Euclidean; if they are not, write ", Setting("metric", "crossnobis"),
                " or ", Setting("metric", "euclidean"), ".")  # fmt: skip
        notes.append(Note("metric", kind))
    return found, tuple(notes)
