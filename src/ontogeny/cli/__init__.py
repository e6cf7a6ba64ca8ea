"""The command line. `main` is what the shell calls; everything heavy is imported by the command that needs it."""

from __future__ import annotations

import signal
from typing import Annotated, Any

import typer

from .. import __version__
from .compare_command import compare
from .compare_representations_command import compare_representations
from .diagnose_command import diagnose
from .explore_command import explore
from .fit_command import fit
from .generalize_command import generalize
from .learn_command import learn
from .options import Command
from .plasticity_command import plasticity
from .reproduce_command import reproduce
from .streams import forgiving_streams
from .sweep_command import sweep, sweep_status

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


def main() -> None:
    """Run the command line; input that cannot be used is one sentence on standard error and exit code 2."""
    signal.signal(signal.SIGTERM, _interrupt)
    with forgiving_streams():
        app()


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _version(asked: bool) -> None:
    if asked:
        print(f"ontogeny {__version__}")
        raise typer.Exit


@app.callback()
def ontogeny(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """How deep networks learn: what, when, and what they get wrong on the way."""


app.command(cls=Command)(learn)
app.command(cls=Command)(generalize)
app.command(cls=Command)(compare)
app.command(cls=Command)(diagnose)
app.command(cls=Command)(fit)
app.command(cls=Command)(explore)
app.command("compare-representations", cls=Command)(compare_representations)
app.command(cls=Command)(reproduce)
app.command(cls=Command)(sweep)
app.command("sweep-status", cls=Command)(sweep_status)
app.add_typer(plasticity, name="plasticity")
