"""What stands out in a diagnosis, in sentences."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr

from .chain_theory import ChainTheory

FOLD = 10.0  # growth from one end to the other that is said
ALIKE = 0.99  # mean correlation from which all examples look alike
SILENT = 0.3  # share of dead or saturated units that is said
FEW = 2.0  # dimensions among which examples still differ
ROUGH = 3.0  # standard deviations of a band within which a layer follows the theory
MANY = 1e4  # layers over which gradients change e-fold that count as never


def findings(layers: xr.Dataset, reason: str, theory: ChainTheory | None) -> tuple[str, ...]:
    """Sentences on a diagnosis, the gravest first.

    Parameters
    ----------
    layers : xarray.Dataset
        What was measured.
    reason : str
        Why there is no theory; empty where there is.
    theory : ChainTheory or None
        The theory of a chain.
    """
    said = [*_numbers(layers), *_gradients(layers), *_signals(layers), *_units(layers)]
    if not said:
        said = ["Signals and gradients keep their size from one end to the other."]
    if theory is None:
        return (*said, f"Measured only, without theory: the network {reason}.")
    return (*said, *_theory(layers, theory))


def _numbers(layers: xr.Dataset) -> list[str]:
    moments = layers["second_moment"].values
    lost = np.flatnonzero(~np.isfinite(moments))
    return [f"Signals are no numbers any more from {_name(layers, lost[0])!r} on."] if lost.size else []


def _gradients(layers: xr.Dataset) -> list[str]:
    gradient = layers["gradient"].values
    rows = _rows_of_layers(layers)
    if not np.all(np.isfinite(gradient[rows])):
        missing = int(np.sum(~np.isfinite(gradient[rows])))
        return [f"No gradient reaches {missing} of {rows.size} layers."]
    first, last = rows[0], rows[-1]
    if gradient[first] == 0:
        return [f"No gradient reaches {_name(layers, first)!r}: it is 0 there."]
    lengths = gradient * layers["width"].values
    growth = float(lengths[first] / lengths[last])
    words = f"at the first layer than at the last ({_name(layers, first)!r}, {_name(layers, last)!r})"
    if growth >= FOLD:
        return [f"Gradients explode: their squared length is {growth:.2g} times larger {words}."]
    if growth <= 1 / FOLD:
        return [f"Gradients vanish: their squared length is {1 / growth:.2g} times smaller {words}."]
    return []


def _signals(layers: xr.Dataset) -> list[str]:
    said = []
    rows = _rows_of_layers(layers)
    moments, alike = layers["second_moment"].values[rows], layers["correlation"].values[rows]
    begun = float(layers["second_moment"].values[0])
    if begun > 0 and np.all(np.isfinite(moments)):
        largest = int(np.argmax(moments))
        growth, end = moments[largest] / begun, moments[-1] / begun
        if growth >= FOLD:
            at = _name(layers, rows[largest])
            said.append(f"Signals grow: their mean square at {at!r} is {growth:.2g} times that of the batch.")
        if end <= 1 / FOLD:
            size = f"{1 / end:.2g} times smaller than in the batch" if end > 0 else "0"
            said.append(f"Signals die out: their mean square at the last layer is {size}.")
    where = np.flatnonzero(alike >= ALIKE)
    if where.size and layers["correlation"].values[0] < ALIKE:
        said.append(
            f"Examples become alike: from {_name(layers, rows[where[0]])!r} on two of them have a mean correlation of "
            f"{alike[where[0]]:.4g}, in the batch {layers['correlation'].values[0]:.2g}."
        )
    few = np.flatnonzero(layers["participation_ratio"].values[rows] < FEW)
    if few.size and layers["participation_ratio"].values[0] >= FEW and layers["width"].values[rows[few[0]]] > FEW:
        said.append(f"From {_name(layers, rows[few[0]])!r} on examples differ along fewer than 2 dimensions.")
    return said


def _units(layers: xr.Dataset) -> list[str]:
    share = layers["dead_or_saturated"].values
    worst = int(np.nanargmax(share)) if np.any(np.isfinite(share)) else 0
    if not share[worst] > SILENT:
        return []
    return [f"{share[worst]:.0%} of the units of {_name(layers, worst)!r} pass no gradient for any example."]


def _theory(layers: xr.Dataset, theory: ChainTheory) -> list[str]:
    said = []
    field = theory.mean_field
    depth = _rows_of_layers(layers).size
    if field is not None:
        reach = abs(field.depth_scales.gradient)
        kind = {"ordered": "vanish", "chaotic": "explode"}.get(field.phase, "keep their size")
        if reach > MANY:
            said.append("By the theory this is critical: signals and gradients fade slower than exponentially.")
        elif reach >= depth:
            said.append(f"By the theory gradients change e-fold in {reach:.3g} layers, of which there are {depth}.")
        else:
            said.append(
                f"By the theory gradients {kind} e-fold every {reach:.2g} layers of such networks ({field.phase} "
                f"phase), of which there are {depth}."
            )
        gain = math.sqrt(float(field.weight_variance))
        if reach < depth and math.isfinite(theory.critical_gain):
            said.append(
                f"Weights have a gain of {gain:.3g} (deviation times root of inputs); {theory.critical_gain:.4g} is "
                "critical."
            )
    said.append(_agreement(layers))
    if math.isfinite(theory.largest_learning_rate):
        rate = f"{theory.largest_learning_rate:.2g}"
        said.append(f"At these weights steps are stable up to a learning rate of {rate} (squared error).")
    return [*said, *theory.notes]


def _agreement(layers: xr.Dataset) -> str:
    parts = (
        ("second_moment", "theory_second_moment", "theory_band", "variances"),
        ("gradient", "theory_gradient", "theory_gradient_band", "gradients"),
    )
    words = []
    for of, by, band, name in parts:
        known = np.isfinite(layers[by].values)
        with np.errstate(all="ignore"):
            spread = np.sqrt(np.log1p((layers[band].values / layers[by].values)[known] ** 2))
            off = np.abs(np.log(layers[of].values[known] / layers[by].values[known]))
            inside = int(np.sum(off <= ROUGH * spread + 1e-9))
        words.append(f"{inside} of {int(known.sum())} {name}")
    return f"Within three standard deviations of the theory of random weights: {' and '.join(words)}."


def _rows_of_layers(layers: xr.Dataset) -> np.ndarray:
    """Rows of layers with weights; all but the input where none has any that can be read."""
    rows = np.flatnonzero(np.isfinite(layers["weight_variance"].values))
    return rows if rows.size else np.arange(min(1, layers.sizes["layer"] - 1), layers.sizes["layer"])


def _name(layers: xr.Dataset, row: int) -> str:
    return str(layers["layer"].values[row])
