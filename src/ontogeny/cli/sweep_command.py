"""`ontogeny sweep` and `ontogeny sweep-status`: many runs of one command, kept in a store that survives."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._core.checks import InputError, one_of
from .._core.settings import written
from .._core.shown import visible
from .options import FAILED, STOPPED, given, whole_option

if TYPE_CHECKING:
    from ..sweeps import Sweep

MOST_SHOWN = 5  # failures
WRITE_SPEC = "write ontogeny sweep SPEC.toml; --print-settings predict writes one to start from"

Store = Annotated[Path, typer.Argument(help="Folder that `ontogeny sweep` wrote to.", metavar="STORE")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def sweep(
    specification: Annotated[
        Path | None,
        typer.Argument(help="What to run: a command, and settings over a grid or at random.", metavar="SPEC.toml"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the store; by default SPEC.zarr here. One that is there is gone on with.",
                     metavar="STORE"),
    ] = None,
    workers: Annotated[
        str | None, typer.Option(help="Processes to compute in; by default this one alone.", metavar="NUMBER")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(help="A cluster of Dask: its address, or local.", metavar="tcp://HOST:PORT"),
    ] = None,
    print_settings: Annotated[
        str | None,
        typer.Option(help="Print the settings of a command with their defaults, as a file, and stop.",
                     metavar="COMMAND"),
    ] = None,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only the path of the store.")] = False,
) -> None:  # fmt: skip
    """Run one command over a grid of settings, or over random ones, and keep every run in one store.

    The same command line goes on where it ended, however it ended. Read the store with ontogeny.sweeps.open, or with
    xarray.open_zarr(STORE, consolidated=False).
    """
    if print_settings is not None:
        _print_settings(print_settings)
        return
    if specification is None:
        raise InputError(None, "no specification is named", WRITE_SPEC)
    crew = given(workers, whole_option, "workers", 1, "somebody has to work")
    place = Path(f"{specification.stem or 'sweep'}.zarr") if out is None else out
    from .._core.progress import silence
    from ..sweeps import run

    try:
        with silence(quiet or as_json):
            found = run(specification, place, workers=crew, cluster=cluster)
    except KeyboardInterrupt:
        print(f"ontogeny: stopped; {_so_far(place)}", file=sys.stderr)
        sys.exit(STOPPED)
    except OSError as error:
        why = visible(str(error.strerror or error))
        print(f"ontogeny: {why[:1].lower()}{why[1:]} ({_so_far(place)})", file=sys.stderr)
        raise typer.Exit(FAILED) from None
    if quiet:
        print(visible(str(place)))
    else:
        _tell(found, as_json)


def sweep_status(store: Store, as_json: AsJson = False) -> None:
    """How far is a sweep, and what failed? Also while it runs."""
    from ..sweeps import status

    _tell(status(store), as_json)


def _print_settings(name: str) -> None:
    from ..sweeps.commands import PLACES, command_of

    command = command_of(one_of(name, tuple(PLACES), "print_settings"))
    title = f"Settings of `{name}`: keep what is the same in all runs below [fixed], and move what varies below [grid]"
    head = f'command = "{name}"\n\n[fixed]\n'
    first, _, rest = written(command.entries, title).partition("\n\n")
    print(f"{first}\n\n{head}{rest}", end="")


def _so_far(place: Path) -> str:
    """How many runs are recorded, and how to go on."""
    from ..sweeps import status

    try:
        found = status(place)
    except (InputError, OSError):
        return "no run was recorded"
    recorded = found.counts["done"] + found.counts["failed"]
    return (
        f"{recorded} of {found.runs} runs are recorded in {str(place)!r}, and the same command goes on with the others"
    )


def _tell(found: Sweep, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_document(found), ensure_ascii=False))
        return
    over = ", ".join(f"{name} ({size})" for name, size in found.sizes.items())
    print(visible(f"{found.command} over {over}: {found.store}"))
    parts = [f"{number} {word}" for word, number in found.counts.items() if number or word == "done"]
    print(f"{found.runs} runs: {', '.join(parts)}; {_duration(found.seconds)} of computing")
    for sentence, settings in list(found.failures.items())[:MOST_SHOWN]:
        more = f", and {len(settings) - 1} more" if len(settings) > 1 else ""
        print(visible(f"failed at {settings[0]}{more}: {sentence}"))
    if len(found.failures) > MOST_SHOWN:
        print(f"and {len(found.failures) - MOST_SHOWN} more reasons, in the message of each run")
    if not found.is_complete:
        print("The same `ontogeny sweep` goes on with what is missing.")


def _document(found: Sweep) -> dict[str, Any]:
    return {
        "store": str(found.store), "command": found.command, "sizes": dict(found.sizes), "runs": found.runs,
        **found.counts, "seconds": found.seconds, "failures": dict(found.failures),
    }  # fmt: skip


def _duration(seconds: float) -> str:
    """A time in words.

    >>> _duration(0.25), _duration(75), _duration(7300)
    ('0.25 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 60:
        return f"{seconds:.2g} s"
    minutes, left = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {left} s"
    return f"{minutes // 60} h {minutes % 60} min"
