"""The assumptions of a result: what is needed, what was measured, and how far the answer can be off."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ._core.checks import one_of
from .environments.environment import Environment
from .environments.spectrum import Spectrum
from .environments.variation import WHITE_TOLERANCE

if TYPE_CHECKING:
    import pandas as pd

BALANCE_TOLERANCE = 1e-6  # relative; weights drawn at random are off by about one
SMALL_START = 0.05  # share of the final strength: below it a mode's rise from 10 to 90% lies ahead
ROUNDING = 1e-24  # relative strength; weights of 1e-12 are four digits above the rounding errors of weights of 1


@dataclass(frozen=True)
class Assumption:
    """One assumption, measured.

    Parameters
    ----------
    name : str
        What is assumed.
    measured : float
        What was measured; 0 where the assumption holds exactly.
    tolerance : float
        Up to which it counts as fulfilled.
    holds : bool
        Whether it is fulfilled.
    meaning : str
        What this means for the answer, in a sentence.
    """

    name: str
    measured: float
    tolerance: float
    holds: bool
    meaning: str


@dataclass(frozen=True)
class Validity:
    """Assumptions of a result, each measured on the case at hand."""

    assumptions: tuple[Assumption, ...]

    @property
    def holds(self) -> bool:
        """Whether every assumption is fulfilled."""
        return all(assumption.holds for assumption in self.assumptions)

    def __getitem__(self, name: str) -> Assumption:
        names = [assumption.name for assumption in self.assumptions]
        return self.assumptions[names.index(one_of(name, names, "the assumption"))]

    def to_dataframe(self) -> pd.DataFrame:
        """One row per assumption."""
        import pandas as pd

        return pd.DataFrame([asdict(assumption) for assumption in self.assumptions])

    def to_json(self) -> list[dict[str, Any]]:
        """List of assumptions as plain values."""
        return [asdict(assumption) for assumption in self.assumptions]

    @classmethod
    def from_json(cls, rows: list[dict[str, Any]]) -> Validity:
        """Inverse of `to_json`."""
        return cls(tuple(Assumption(**row) for row in rows))

    def __repr__(self) -> str:
        return "\n".join(f"{'yes' if a.holds else 'NO ':3} {a.name}: {a.meaning}" for a in self.assumptions)


def input_alignment(environment: Environment) -> Assumption:
    r"""Whether the inputs are white, or at least vary along the axes of the modes.

    Measured as the share of ``Sxx V`` that leaves the mode it started from (Frobenius norms). Where it is 0 the input
    modes :math:`V` of the task are the axes :math:`Q` along which the inputs vary, and a layer that was pretrained as
    an autoencoder, which learns those, leaves the modes of the task decoupled.

    Implements: saxe2014 (18)
    Checked by: tests/test_validity.py::test_pretraining_leaves_the_modes_decoupled_where_inputs_are_aligned
    """
    modes = environment.spectrum()
    driven = environment.variation.of(modes.input_modes)
    leak = driven - modes.input_modes * modes.input_variances
    share = float(np.linalg.norm(leak) / np.linalg.norm(driven))
    holds = share <= WHITE_TOLERANCE
    if holds and environment.has_missing:
        meaning = "modes would be independent if no cells were missing"
    elif holds and environment.is_white:
        meaning = "inputs are white: modes are learned independently"
    elif holds:
        meaning = "inputs are correlated but vary along the modes: modes are learned independently"
    else:
        meaning = (
            f"inputs are correlated across modes ({share:.2g} of their drive): modes interfere, no closed form per mode"
        )
    return Assumption("white or aligned inputs", share, WHITE_TOLERANCE, holds, meaning)


def all_observed(environment: Environment) -> Assumption:
    """Whether every cell of the table was observed: the share of those that are missing."""
    missing = 0 if environment.data is None else environment.data.missing
    if not missing:
        return Assumption("all cells observed", 0.0, 0.0, True, "no cell of the table is missing")
    count = environment.samples.targets.size
    share = missing / count
    meaning = (
        f"{missing} of {count} cells ({100 * share:.2g}%) are missing and take no part in learning: no law per mode; "
        "modes are those of the observed cells, and final strengths are where this run ends"
    )
    return Assumption("all cells observed", share, 0.0, False, meaning)


def tied_modes(environment: Environment) -> Assumption:
    """Whether every mode can be told apart; tied ones are only defined as a group."""
    modes = environment.spectrum()
    tied, near = int(modes.is_tied.sum()), int((modes.is_nearly_tied & ~modes.is_tied).sum())
    meaning = "every mode has its own singular value"
    if tied:
        meaning = (
            f"{tied} of {modes.groups.size} modes are tied: strengths hold, single loadings in a group are arbitrary"
        )
    if near:
        meaning += f"; {near} more lie within 1% of a neighbor, so their loadings depend on details of the table"
    faint = modes.left_out.size
    meaning += (
        f"; {faint} weaker one{'s are' if faint > 1 else ' is'} within the table's rounding, and left out" * bool(faint)
    )
    return Assumption("modes can be told apart", float(tied), 0.0, tied == 0, meaning)


def small_start(environment: Environment, initial_strength: np.ndarray) -> Assumption:
    """Whether modes start small, so that there is something to learn: the largest share of a final strength."""
    final = environment.spectrum().asymptotes if environment.has_missing else environment.final_strength
    shares = np.abs(initial_strength / final)
    late = int(np.sum(shares > SMALL_START))
    meaning = f"every mode starts far below the strength it learns, at {np.max(initial_strength):.2g}"
    if late:
        meaning = (
            f"{late} of {shares.size} modes start at more than {100 * SMALL_START:.0f}% of the strength they are to "
            f"learn (up to {100 * shares.max():.3g}%): part of their learning lies before the start; a strength of "
            f"{SMALL_START * np.abs(final).min() / 10:.0e} shows all of it"
        )
    return Assumption("small initial strength", float(shares.max()), SMALL_START, late == 0, meaning)


def above_rounding(environment: Environment, initial_strength: float) -> Assumption:
    """Whether trained weights start above the rounding errors of the strongest mode, which would seed all others."""
    share = float(initial_strength / environment.spectrum().singular_values[0])
    holds = share >= ROUNDING
    meaning = "weights start well above rounding errors"
    if not holds:
        meaning = (
            f"weights start at {share:.0e} of the strongest mode, where rounding errors of early modes seed the late "
            f"ones; start from a share of {ROUNDING:.0e} or more"
        )
    return Assumption("start above rounding", share, ROUNDING, holds, meaning)


def enough_hidden_units(environment: Environment, hidden_units: int, depth: int) -> Assumption:
    """Whether the hidden layers have room for all modes: how many of them have none."""
    modes = environment.spectrum().singular_values.size
    lacking = max(modes - hidden_units, 0) if depth > 1 else 0
    meaning = "no hidden layer" if depth == 1 else f"{hidden_units} hidden units have room for all {modes} modes"
    if lacking:
        meaning = (
            f"{hidden_units} hidden units have room for {hidden_units} of {modes} modes: the {lacking} weakest are "
            "never learned by these networks, while the theory assumes room for all"
        )
    return Assumption("enough hidden units", float(lacking), 0.0, lacking == 0, meaning)


def balanced_by_construction(depth: int) -> Assumption:
    """The start that a prediction assumes: equal, decoupled layers."""
    meaning = {
        1: "one weight matrix: nothing to balance",
        2: "the prediction starts from equal, decoupled layers; small random weights follow from their own strengths",
    }.get(
        depth,
        "the prediction starts from equal, decoupled layers; random weights of several hidden layers are not, and keep "
        "to other times",
    )
    return Assumption("balanced start", 0.0, BALANCE_TOLERANCE, True, meaning)


def balance_of(weights: list[np.ndarray]) -> Assumption:
    """How far neighboring layers are from W2' W2 = W1 W1': the worst over seeds and layers, relative to their size."""
    imbalances = [
        np.linalg.norm(_gram(after, "out") - _gram(before, "in"), axis=(-2, -1))
        / np.maximum(
            np.linalg.norm(_gram(after, "out"), axis=(-2, -1)) + np.linalg.norm(_gram(before, "in"), axis=(-2, -1)),
            1e-300,  # weights of nothing are balanced
        )
        for before, after in zip(weights, weights[1:], strict=False)
    ]
    worst = float(max((np.max(imbalance) for imbalance in imbalances), default=0.0))
    holds = worst <= BALANCE_TOLERANCE
    meaning = (
        "layers start balanced"
        if holds
        else f"layers start unbalanced (relative imbalance {worst:.2f}), as random weights do: "
        + (
            "compare with a theory that starts from the strength they leave to each mode"
            if len(weights) == 2
            else "with more hidden layers the theory of balanced layers tells the order of learning, not the time"
        )
    )
    return Assumption("balanced start", worst, BALANCE_TOLERANCE, holds, meaning)


def _gram(weights: np.ndarray, side: str) -> np.ndarray:
    turned = np.swapaxes(weights, -1, -2)
    return turned @ weights if side == "out" else weights @ turned


def decoupled_start(weights: list[np.ndarray], spectrum: Spectrum) -> Assumption:
    """Whether the networks' maps before learning are made of the modes alone: the worst share of them that is not."""
    maps = weights[0]
    for layer in weights[1:]:
        maps = layer @ maps
    own = np.einsum("ma,...mi,ia->...a", spectrum.output_modes, maps, spectrum.input_modes, optimize=True)
    size = np.linalg.norm(maps, axis=(-2, -1))
    rest = np.linalg.norm(maps - (spectrum.output_modes * own[..., None, :]) @ spectrum.input_modes.T, axis=(-2, -1))
    share = float(np.max(rest / np.where(size > 0, size, 1.0)))
    holds = share <= BALANCE_TOLERANCE
    meaning = (
        "weights start decoupled: each mode of the world is one of theirs"
        if holds
        else f"{100 * share:.2g}% of what the weights answer before learning lies across the modes of the world: modes "
        "do not start alone"
    )
    return Assumption("decoupled start", share, BALANCE_TOLERANCE, holds, meaning)


def step_size(learning_rate: float, limit: float, depth: int) -> Assumption:
    """How close the learning rate is to the limit of stability; the flow is its limit at 0."""
    share = learning_rate / limit
    shift = 100 * share if depth == 1 else 50 * share  # ln(1 - x) against -x, ln(1 + x) against x: half of x
    meaning = (
        f"learning rate {learning_rate:.3g} is {share:.2g} of the limit of stability {limit:.3g}: "
        f"learning times differ from those of a flow by up to about {shift:.2g}%"
    )
    return Assumption("small learning rate", share, 1.0, share < 1, meaning)


def no_steps() -> Assumption:
    """The entry of a prediction, which is a flow."""
    meaning = "the prediction is a flow, the limit of small steps"
    return Assumption("small learning rate", 0.0, 1.0, True, meaning)


def linear_units(nonlinearity: str) -> Assumption:
    """Whether the units are linear, as the theory assumes."""
    holds = nonlinearity == "linear"
    meaning = (
        "units are linear" if holds else f"units are {nonlinearity}: the theory of linear networks is only a guide here"
    )
    return Assumption("linear units", 0.0 if holds else 1.0, 0.0, holds, meaning)
