"""What becomes of signals and gradients in a network that runs, layer by layer, and what theory says of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._core.checks import InputError, whole
from .array_graph import read_arrays
from .chain_theory import ChainTheory, chain_theory
from .findings import findings
from .mean_fields import AnyNonlinearity
from .measurements import COLUMNS, kind_of_weights, measured
from .reading import Reading

if TYPE_CHECKING:
    import pandas as pd

LEAST_PROJECTIONS = 3
WRITE_BATCH = "pass numbers, one row for each example"


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What was measured of a network on a batch, and what theory says beside it.

    Parameters
    ----------
    layers : xarray.Dataset
        One row per step, in the order in which the network runs: what `to_dataframe` shows. Columns that begin with
        ``theory``, and ``chi_1``, are there only where the theory is about this network.
    structure : str
        "chain", "not a chain" or "structure unknown".
    reason : str
        Why there is no theory, in words; empty where there is.
    theory : ChainTheory or None
        Of a plain chain of layers and known nonlinearities: phase, depth scales, critical gain, largest learning rate.
    findings : tuple of str
        What stands out, a sentence each, the gravest first.
    """

    layers: xr.Dataset
    structure: str
    reason: str
    theory: ChainTheory | None
    findings: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Diagnosis({self.layers.sizes['layer']} steps, {self.structure}): " + " ".join(self.findings)

    def to_dataframe(self) -> pd.DataFrame:
        """One row per step: name, kind, width, moments, correlation, gradient, dead share, weights, and the theory's.

        Returns
        -------
        DataFrame
            Columns as in the notes of `diagnose`.
        """
        return self.layers.to_dataframe().reset_index()


def diagnose(
    network: Any,
    batch: Any,
    *,
    nonlinearity: AnyNonlinearity | None = None,
    biases: Sequence[Any] | None = None,
    projections: int = 5,
    seed: int = 0,
) -> Diagnosis:
    r"""Follow signals forward and gradients back through any network, and lay the theory beside a plain chain.

    Implements: schoenholz2017 text, poole2016 text
    Checked by: tests/propagation/test_diagnosis.py::test_a_random_chain_follows_the_theory

    Parameters
    ----------
    network : torch.nn.Module, JAX function of the inputs, or list of array, shape (out, in) each
        A PyTorch module in whatever mode it is, which is afterwards as it was; a function such as ``lambda x:
        model.apply(parameters, x)``; or the weights of a chain, first layer first, with `nonlinearity` between them.
    batch : array, shape (items, ...)
        What it is fed with, at least two examples that differ. Real data, or noise of their size.
    nonlinearity : str, Nonlinearity or function, optional
        Of a list of weights; by default linear.
    biases : list of array, shape (out,) each, optional
        Of a list of weights.
    projections : int
        Number of random projections of the answers, of which gradients are taken; 3 or more.
    seed : int
        Of these projections.

    Returns
    -------
    Diagnosis

    Raises
    ------
    InputError
        One example, identical examples, numbers that are not finite, tokens; a network that does not run, is not built
        or is quantized; parameters without the function that they belong to.

    See Also
    --------
    recommended : The variances to take.
    ontogeny.propagation.torch.initialize : Sets them.
    ontogeny.plot.diagnosis : Draws it.

    Notes
    -----
    Columns of the table, of activities with one row per example:

    - ``second_moment``, ``variance``: of all units and examples; ``width``: number of units of one example;
    - ``correlation``: mean cosine between two examples;
    - ``gradient``: mean squared gradient per unit of a sum of the answers with random signs, so that an answer itself
      has 1; ``gradient_error`` is the standard error over `projections`;
    - ``dead_or_saturated``: share of units whose slope is below 1% of the largest for every example;
    - ``participation_ratio``: in how many dimensions examples differ;
    - ``weight_variance``: mean square of the weights times the number of inputs; ``bias_variance``: mean square of the
      biases; ``weights``: "orthogonal", "Gaussian-like" or "neither", by their singular values;
    - ``theory_second_moment``, ``theory_correlation``, ``theory_gradient`` follow from these variances and the batch,
      each for infinitely wide layers; ``theory_band``, ``theory_gradient_band`` are the standard deviation of one
      example in Gaussian layers of this width (orthogonal ones scatter less); ``chi_1``: growth of squared gradients
      through this layer's units and the next weights.

    The theory is about chains of linear or convolutional layers with a known nonlinearity after each. Of other networks
    (residual, normalized, recurrent, with attention, tied weights, dropout) everything is measured and nothing
    predicted.

    Examples
    --------
    Thirty layers of tanh with too small weights:

    >>> from ontogeny.networks.initialization import gaussian
    >>> batch = np.random.default_rng(1).standard_normal((64, 100))
    >>> found = diagnose(gaussian([100] * 31, scale=0.08, seed=0), batch, nonlinearity="tanh")
    >>> print(found.findings[0])
    Gradients vanish: their squared length is 2.2e+06 times smaller at the first layer than at the last ('layer 1',
    'layer 30').
    """
    count = whole(projections, "projections", LEAST_PROJECTIONS, "their scatter is measured")
    first = whole(seed, "seed", 0, "seeds are not negative")
    examples = _checked(batch)
    read = _read(network, batch if examples is None else examples, nonlinearity, biases, count, first)
    steps, reason = read.steps, read.reason
    rows = [measured(step) for step in steps]
    columns = {name: np.array([row[name] for row in rows]) for name in COLUMNS}
    theory = None
    if not reason:
        theory, beside = chain_theory(steps, read.kernel)
        columns |= beside
    layers = xr.Dataset(
        {name: ("layer", values) for name, values in columns.items()},
        coords={
            "layer": [step.name for step in steps],
            "kind": ("layer", [step.label for step in steps]),
            "weights": ("layer", [kind_of_weights(step.weights) for step in steps]),
        },
        attrs={"examples": len(steps[0].activity), "projections": count, "seed": first, "mode": read.mode},
    )
    structure = "chain" if not reason else "not a chain" if read.is_known else "structure unknown"
    return Diagnosis(layers, structure, reason, theory, (*findings(layers, reason, theory), *read.remarks))


def _checked(batch: Any) -> np.ndarray | None:
    """The batch as an array that can be followed; None where it stays in its framework, on its device."""
    if isinstance(batch, dict):
        raise InputError("batch", "is a dictionary, but one array goes into the network", WRITE_BATCH)
    if isinstance(batch, list | tuple) and any(getattr(each, "ndim", 0) > 1 for each in batch):
        raise InputError("batch", f"holds {len(batch)} arrays, but one array goes into the network", WRITE_BATCH)
    if np.ma.is_masked(batch):
        raise InputError("batch", "has masked values", "leave out examples with missing values")
    try:
        host = batch.detach().cpu() if hasattr(batch, "detach") else batch
        values = np.asarray(host.float() if hasattr(host, "float") and hasattr(host, "detach") else host)
    except (TypeError, ValueError):
        values = np.asarray("")
    if values.dtype.kind not in "iufb":
        raise InputError("batch", f"is of type {type(batch).__name__}, but it must hold real numbers", WRITE_BATCH)
    numbers = values if values.dtype.kind in "iu" else values.astype(float)
    if numbers.ndim == 0 or not numbers.size:
        raise InputError("batch", f"has the shape {numbers.shape}", WRITE_BATCH)
    if len(numbers) < 2:
        raise InputError(
            "batch", "has one example, but how alike examples become is measured on pairs", "pass two or more, best 50"
        )
    if not np.all(np.isfinite(numbers)):
        raise InputError("batch", "has a number that is not finite", "leave out examples with missing values")
    if np.all(numbers == numbers[0]):
        raise InputError("batch", f"has {len(numbers)} identical examples", "pass examples that differ")
    return numbers


def _read(
    network: Any,
    batch: np.ndarray,
    nonlinearity: AnyNonlinearity | None,
    biases: Sequence[Any] | None,
    count: int,
    seed: int,
) -> Reading:
    """The network as a graph, by the reader of its framework."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(network, torch.nn.Module):
        _refuse_options(nonlinearity, biases)
        from .torch_graph import read_module

        return read_module(network, batch, count, seed)
    if isinstance(network, list | tuple) and network and all(_is_matrix(each) for each in network):
        if batch.ndim != 2:
            raise InputError("batch", f"has the shape {batch.shape}, but rows go into a list of weights", WRITE_BATCH)
        return read_arrays(network, batch.astype(float), nonlinearity or "linear", biases, count, seed)
    if callable(network):
        _refuse_options(nonlinearity, biases)
        from .jax_graph import read_function

        return read_function(network, batch, count, seed)
    if isinstance(network, list | tuple):
        raise InputError(
            "network", "is a list of other things than matrices", "pass weights (out, in) alone, and biases=[...]"
        )
    raise InputError(
        "network",
        f"is of type {type(network).__name__}, which does not run by itself",
        "pass a PyTorch module, a list of weights (out, in), or a function: diagnose(lambda x: model.apply(parameters, "
        "x), batch)",
    )


def _is_matrix(each: Any) -> bool:
    return getattr(each, "ndim", 0) == 2 or isinstance(each, list) and np.ndim(each) == 2


def _refuse_options(nonlinearity: Any, biases: Any) -> None:
    for name, value in (("nonlinearity", nonlinearity), ("biases", biases)):
        if value is not None:
            raise InputError(name, "is about a list of weights, but the network has its own", "leave it out")
