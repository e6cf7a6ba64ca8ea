"""Commands that can be swept: their settings, and the quantities that a run of each leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._core.settings import Entry

if TYPE_CHECKING:
    from .design import Design

Settings = Mapping[str, Any]
Inputs = Mapping[str, Any]  # worlds and tables that were read, by what names them
Values = dict[str, Any]  # of every quantity of a run: a number, or an array that fits its dimensions


class Quantity(NamedTuple):
    """A number, or an array of them, that every run leaves behind.

    Attributes
    ----------
    name : str
    dims : tuple of str
        Its dimensions beside those of the runs.
    meaning : str
        In words, with its unit.
    kind : type
        float, or int of counts, which are 0 where nothing is known.
    """

    name: str
    dims: tuple[str, ...]
    meaning: str
    kind: type = float


@dataclass(frozen=True, eq=False)
class Command:
    """A command that can be swept.

    Parameters
    ----------
    name : str
        As it is written.
    entries : tuple of Entry
        Its settings.
    needed : tuple of str
        Settings that have no default.
    quantities : function of the design
        What its runs leave behind.
    labels : function of design and inputs
        Labels along every dimension of the quantities; a number of places where there are none to name.
    compute : function of settings and inputs
        Quantities of several runs in one call.
    together : function of settings and inputs
        What runs have in common that are computed in one call; None for runs by themselves.
    check : function of the design
        Refuses settings that do not go together.
    """

    name: str
    entries: tuple[Entry, ...]
    needed: tuple[str, ...]
    quantities: Callable[[Design], tuple[Quantity, ...]]
    labels: Callable[[Design, Inputs], dict[str, Any]]
    compute: Callable[[Sequence[Settings], Inputs], list[Values]]
    together: Callable[[Settings, Inputs], Hashable] = lambda settings, inputs: None
    check: Callable[[Design], None] = lambda design: None

    def __repr__(self) -> str:
        return f"<Command {self.name!r}: {len(self.entries)} settings>"


def one_by_one(run: Callable[[Settings, Inputs], Values]) -> Callable[[Sequence[Settings], Inputs], list[Values]]:
    """A function of one run as a function of several."""
    return lambda runs, inputs: [run(settings, inputs) for settings in runs]


# Where each command lies: a process that computes runs imports what these need, and nothing of the others.
PLACES = {
    "predict": ("prediction_runs", "PREDICT"),
    "simulate": ("simulation_runs", "SIMULATE"),
    "generalize": ("generalization_runs", "GENERALIZE"),
    "plasticity pretraining": ("plasticity_runs", "PRETRAINING"),
    "plasticity critical-period": ("plasticity_runs", "CRITICAL_PERIOD"),
    "plasticity perceptual": ("plasticity_runs", "PERCEPTUAL"),
    "diagnose": ("diagnosis_runs", "DIAGNOSE"),
    "fit": ("fitting_runs", "FIT"),
}


def command_of(name: str) -> Command:
    """A command by its name.

    >>> command_of("predict")
    <Command 'predict': 7 settings>
    """
    module, constant = PLACES[name]
    return getattr(import_module(f".{module}", __package__), constant)


def counted_along(count: int) -> np.ndarray:
    """Labels 1, 2, ... of modes and layers."""
    return np.arange(1, count + 1)
