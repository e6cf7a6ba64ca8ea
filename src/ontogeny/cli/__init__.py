"""The command line. `main` is what the shell calls; everything heavy is imported by the command that needs it."""

from __future__ import annotations

import signal
import sys
from typing import Annotated, Any

import typer

from .. import __version__
from .._core.checks import InputError
from .._core.notes import Setting
from .generalize_command import generalize
from .learn_command import learn
from .options import option, option_name

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


def main() -> None:
    """Run the command line; input that cannot be used is one sentence on standard error and exit code 2."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app()
    except InputError as error:
        print(f"ontogeny: {sentence(error)}", file=sys.stderr)
        sys.exit(2)


def sentence(error: InputError) -> str:
    """What is said about an error at the command line, where arguments are options."""
    return error.sentence(lambda name: option_name(name, options()), shell)


def options() -> frozenset[str]:
    """All options of all commands."""
    commands = typer.main.get_group(app).commands.values()
    return frozenset(name for command in commands for each in command.params for name in each.opts)


def shell(setting: Setting) -> str:
    """An argument and its value as the shell takes them."""
    return option(setting, options())


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


app.command()(learn)
app.command()(generalize)
