r"""The error as a landscape over all weights: its saddle points and minima, their curvature, and where descent ends.

`critical_points` counts the families of critical points, one for every set of modes that a network can have learned
(saxe2014 sec. 1.2, corrected); `outcome` is the one of them that is stable (eq. 7); `hessian_eigenvalues` is the
curvature there (eq. 41), which sets the learning rate (`speed.optimal_learning_rate`).
"""

from __future__ import annotations

import heapq
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect, whole
from .._core.notes import Setting
from .._core.tidy import tidy
from ..environments.environment import Environment
from ..environments.spectrum import RANK_TOLERANCE, TIE_TOLERANCE, Spectrum

if TYPE_CHECKING:
    import pandas as pd

MOST = 20_000  # longest list of families


@dataclass(frozen=True, eq=False)
class CriticalPoints:
    """Families of critical points of the error of a deep linear network, lowest error first.

    Parameters
    ----------
    learned : array of bool, shape (families, modes)
        Which modes the network has learned there; all others have strength 0.
    loss : array, shape (families,)
        Error there: half the summed squares, or its excess over the best linear map where no items are known.
    index : array of int, shape (families,)
        Number of directions in which the error curves down.
    is_minimum : array of bool, shape (families,)
        Whether it is a minimum rather than a saddle point; every minimum is global.
    count : int
        Number of all families, listed or not.
    strengths : array, shape (modes,)
        Singular values of the world as white inputs would have them, strongest first.
    hidden_units : int
        Units of the narrowest hidden layer.
    """

    learned: np.ndarray
    loss: np.ndarray
    index: np.ndarray
    is_minimum: np.ndarray
    count: int
    strengths: np.ndarray
    hidden_units: int

    def to_dataframe(self) -> pd.DataFrame:
        """One row per family: the numbers of the learned modes (from 1), loss, index, is_minimum."""
        learned = [", ".join(str(mode + 1) for mode in np.flatnonzero(row)) for row in self.learned]
        columns = {"learned": learned, "loss": self.loss, "index": self.index, "is_minimum": self.is_minimum}
        return tidy({"family": range(len(learned))}, columns)

    def __repr__(self) -> str:
        listed = "" if len(self.loss) == self.count else f", the {len(self.loss)} lowest listed"
        return (
            f"<CriticalPoints: {self.count} families for {self.strengths.size} modes and {self.hidden_units} hidden "
            f"units{listed}; {int(self.is_minimum.sum())} minimum, the others saddle points; lowest error "
            f"{self.loss[0]:.3g}>"
        )


def critical_points(
    world: Environment | Spectrum, hidden_units: int, *, depth: int = 2, most: int | None = None
) -> CriticalPoints:
    r"""All families of critical points of the error of a deep linear network: saddle points and minima.

    A network can have learned any set of at most :math:`N_h` of its :math:`r` modes, and nothing else:
    :math:`\sum_{k \le N_h} \binom{r}{k}` families. The paper counts those with :math:`k = N_h` only. The error curves
    down along :math:`n = \#\{i \in S, j \notin S: s_j > s_i\}` directions, in which an unlearned mode takes the place
    of a weaker learned one, and with two weight matrices along :math:`(N_h - k)\,(r - k)` more, in which an idle
    hidden unit takes up an unlearned mode.

    Implements: saxe2014 sec. 1.2
    Checked by: tests/networks/test_landscape.py::test_index_is_that_of_the_numerical_hessian

    Parameters
    ----------
    world : Environment or Spectrum
        The world. A bare spectrum is taken to be of white inputs, or of inputs aligned with the modes.
    hidden_units : int
        Units :math:`N_h` of the narrowest hidden layer.
    depth : int
        Number of weight matrices, 2 or more.
    most : int, optional
        List only this many families, those with the lowest errors.

    Returns
    -------
    CriticalPoints

    Raises
    ------
    InputError
        More families than a list can hold, unless `most` limits it.

    Notes
    -----
    Exact for any inputs; for two weight matrices all of this is in Baldi and Hornik (1989). The index is that of the
    family's balanced member with idle hidden units at rest, and of whatever a change of basis of the hidden units
    makes of it. With three or more weight matrices idle units add no curvature: the
    start from nothing is flat to second order, hence the plateau, though it is no minimum. Tied modes stand for a
    continuum of families, of which one basis is listed.

    Examples
    --------
    Five modes and two hidden units: fifteen saddle points at which learning may pause, and one minimum:

    >>> import numpy as np
    >>> world = Environment.from_correlations(np.diag([5.0, 4.0, 3.0, 2.0, 1.0]))
    >>> points = critical_points(world, hidden_units=2)
    >>> points.count, int(points.is_minimum.sum()), points.learned[0].tolist()
    (16, 1, [True, True, False, False, False])
    """
    width = whole(hidden_units, "hidden_units", 1, "a hidden layer has at least one unit")
    depth = whole(depth, "depth", 2, "without a hidden layer the best map is the only critical point")
    s, unlearned_loss = _strengths(world)
    count = sum(comb(s.size, k) for k in range(min(width, s.size) + 1))
    shown = count if most is None else min(count, whole(most, "most", 1, "a list has at least one entry"))
    if shown > MOST:
        raise InputError(
            "most",
            f"is {'not given' if most is None else most}, but {s.size} modes and {width} hidden units have {count} "
            f"families of critical points, and a list holds up to {MOST}",
            ("write ", Setting("most", 100), " for those with the lowest errors"),
        )
    families = list(islice(_lowest_first(s**2, min(width, s.size)), shown))
    learned = np.zeros((shown, s.size), dtype=bool)
    for row, family in zip(learned, families, strict=True):
        row[list(family)] = True
    index = np.array([_index(s, row, width, depth) for row in learned])
    gains = learned @ s**2 / 2
    is_minimum = gains >= gains[0] * (1 - TIE_TOLERANCE)
    return CriticalPoints(learned, unlearned_loss - gains, index, is_minimum, count, s, width)


def outcome(environment: Environment, hidden_units: int) -> np.ndarray:
    r"""Linear map that gradient descent converges to: the best that fits through the narrowest hidden layer.

    :math:`\sum_{a \le N_h} u_a u_a^T\,\Sigma_{yx} \Sigma_{xx}^{-1}`, with :math:`u_a` the strongest output modes of
    :math:`\Sigma_{yx} \Sigma_{xx}^{-1/2}`: of all maps of this rank it has the smallest error on these inputs.

    Implements: saxe2014 (7)
    Checked by: tests/networks/test_landscape.py::test_descent_ends_at_the_outcome

    Parameters
    ----------
    environment : Environment
        The world.
    hidden_units : int
        Units :math:`N_h` of the narrowest hidden layer.

    Returns
    -------
    array, shape (features, inputs)

    Warns
    -----
    UserWarning
        The weakest mode that fits and the strongest that does not are tied: the start decides which is learned.

    Notes
    -----
    Exact for almost every start. A start in which a mode is missing, or whose determinant has the wrong sign in a
    balanced square network, ends at a saddle point. Input directions that never vary keep their initial weights, which
    are taken to be 0 here.

    Examples
    --------
    One hidden unit cannot keep two things apart, and learns the one that explains most:

    >>> outcome(Environment.from_correlations([[3.0, 0.0], [0.0, 2.0]]), hidden_units=1).round(6).tolist()
    [[3.0, 0.0], [0.0, 0.0]]
    """
    expect(environment, Environment, "environment", "pass the world that is learned")
    width = whole(hidden_units, "hidden_units", 1, "a hidden layer has at least one unit")
    u, s, _ = np.linalg.svd(_whitened(environment), full_matrices=False)
    if width < s.size and s[width] > RANK_TOLERANCE * s[0] and s[width - 1] - s[width] <= TIE_TOLERANCE * s[width - 1]:
        warnings.warn(
            f"modes {width} and {width + 1} are equally strong and only one of them fits through {width} hidden units: "
            "which is learned depends on the start, and the map given here is one of many",
            stacklevel=2,
        )
    kept = u[:, :width]
    return kept @ (kept.T @ environment.best_map)


@dataclass(frozen=True, eq=False)
class Curvature:
    """Curvature of the error around the balanced optimum of a deep linear network.

    Parameters
    ----------
    eigenvalues : array, shape (directions,)
        Eigenvalues of the Hessian that are not zero, largest first.
    zeros : int
        Number of directions along which the error stays the same.
    depth : int
        Number of weight matrices.
    """

    eigenvalues: np.ndarray
    zeros: int
    depth: int

    @property
    def learning_rate_limit(self) -> float:
        """Learning rate beyond which gradient descent leaves the optimum [units of 1/tau]."""
        return float(2 / self.eigenvalues[0])

    def to_dataframe(self) -> pd.DataFrame:
        """One row per direction that is not flat: eigenvalue, largest first."""
        return tidy({"direction": range(self.eigenvalues.size)}, {"eigenvalue": self.eigenvalues})

    def __repr__(self) -> str:
        return (
            f"<Curvature: depth {self.depth}, {self.eigenvalues.size} curved directions and {self.zeros} flat ones, "
            f"largest eigenvalue {self.eigenvalues[0]:.3g}, stable below learning rate {self.learning_rate_limit:.3g}>"
        )


def hessian_eigenvalues(
    singular_values: ArrayLike, *, depth: int, inputs: int, outputs: int, hidden_units: int | Sequence[int]
) -> Curvature:
    r"""Curvature of the error where a balanced deep linear network has learned everything.

    For every pair of an output direction :math:`i` and an input direction :math:`j`, with :math:`s = 0` beyond the
    modes, :math:`\sum_{l=0}^{L-1} s_i^{2l/L} s_j^{2(L-1-l)/L}`; all other eigenvalues are zero. The largest is
    :math:`L\,s_1^{2 - 2/L}`, so that gradient descent settles below the learning rate :math:`2/(L\,s_1^{2-2/L})`.

    Implements: saxe2014 (41)
    Checked by: tests/networks/test_landscape.py::test_curvature_is_that_of_the_dense_hessian

    Parameters
    ----------
    singular_values : array, shape (modes,)
        Singular values of the world, above zero.
    depth : int
        Number :math:`L` of weight matrices.
    inputs, outputs : int
        Numbers of input and output units.
    hidden_units : int or list of int
        Units of every hidden layer, or of each; at least as many as modes.

    Returns
    -------
    Curvature

    Notes
    -----
    Exact for white inputs (of variance 1) and a balanced network.

    Examples
    --------
    The deeper the network, the sharper the minimum of a strong mode, and the smaller the learning rates it allows:

    >>> for depth in (1, 2, 8):
    ...     valley = hessian_eigenvalues([4.0, 1.0], depth=depth, inputs=3, outputs=2, hidden_units=3)
    ...     print(depth, round(valley.learning_rate_limit, 3), valley.zeros)
    1 2.0 0
    2 0.25 9
    8 0.022 63
    """
    depth = whole(depth, "depth", 1, "a network has at least one weight matrix")
    rows = whole(outputs, "outputs", 1, "a network has at least one output")
    columns = whole(inputs, "inputs", 1, "a network has at least one input")
    s = _positive_values(singular_values)
    sizes = [columns, *_widths(hidden_units, depth), rows]
    if s.size > min(sizes):
        raise InputError(
            "singular_values",
            f"are {s.size}, but through a layer of {min(sizes)} units fit only {min(sizes)} modes",
            "pass the largest ones, or write more units",
        )
    left, right = (np.concatenate([s, np.zeros(size - s.size)]) for size in (rows, columns))
    powers = 2 * np.arange(depth) / depth
    curved = (left[:, None, None] ** powers * right[:, None] ** powers[::-1]).sum(axis=-1).ravel()  # 0**0 = 1
    curved = np.sort(curved[curved > 0])[::-1]
    return Curvature(curved, sum(before * after for before, after in zip(sizes, sizes[1:])) - curved.size, depth)


def _strengths(world: Environment | Spectrum) -> tuple[np.ndarray, float]:
    """Singular values of the world with its inputs made white, and the error of a network that has learned nothing."""
    if isinstance(world, Spectrum):
        s = np.sort(world.singular_values / np.sqrt(world.input_variances))[::-1]
        return s, float(np.sum(s**2) / 2)
    if not isinstance(world, Environment):
        raise InputError(
            "world",
            f"is of type {type(world).__name__}, but its modes are needed",
            "pass an Environment or its spectrum()",
        )
    s = np.linalg.svd(_whitened(world), compute_uv=False)
    return s[s > RANK_TOLERANCE * s[0]], float(world.loss_of_map(np.zeros_like(world.best_map)))


def _whitened(environment: Environment) -> np.ndarray:
    """Input-output correlation with inputs of variance 1, (features, directions in which inputs vary)."""
    environment.expect_all_observed("the landscape of the error is known for complete worlds only")
    variances, axes = np.linalg.eigh(environment.input_correlation)
    vary = variances > RANK_TOLERANCE * variances[-1]
    return environment.input_output_correlation @ (axes[:, vary] / np.sqrt(variances[vary]))


def _lowest_first(gains: np.ndarray, most: int) -> Iterator[tuple[int, ...]]:
    """Subsets of at most `most` members, largest sum of decreasing `gains` first, without listing all of them."""
    first = tuple(range(most))
    waiting, seen = [(-float(gains[:most].sum()), first)], {first}
    while waiting:
        _, subset = heapq.heappop(waiting)
        yield subset
        for after in _next_smaller(subset, gains.size):
            if after not in seen:
                seen.add(after)
                heapq.heappush(waiting, (-float(gains[list(after)].sum()), after))


def _next_smaller(subset: tuple[int, ...], size: int) -> Iterator[tuple[int, ...]]:
    for place, member in enumerate(subset):
        if member + 1 < (subset[place + 1] if place + 1 < len(subset) else size):
            yield (*subset[:place], member + 1, *subset[place + 1 :])
    if subset:
        yield subset[:-1]


def _index(s: np.ndarray, learned: np.ndarray, width: int, depth: int) -> int:
    weaker = np.count_nonzero(s[~learned] > s[learned][:, None] * (1 + TIE_TOLERANCE))
    idle = width - np.count_nonzero(learned) if depth == 2 else 0
    return int(weaker + idle * np.count_nonzero(~learned))


def _positive_values(singular_values: ArrayLike) -> np.ndarray:
    s = np.atleast_1d(np.asarray(singular_values, dtype=float))
    if s.ndim != 1 or not s.size or not np.all(np.isfinite(s)) or s.min() <= 0:
        raise InputError(
            "singular_values",
            f"are {singular_values!r}, but a mode that can be learned has a singular value above 0",
            "leave out the others",
        )
    return s


def _widths(hidden_units: int | Sequence[int], depth: int) -> list[int]:
    widths = [hidden_units] * (depth - 1) if np.ndim(hidden_units) == 0 else list(hidden_units)  # type: ignore[arg-type]
    if len(widths) != depth - 1:
        raise InputError(
            "hidden_units",
            f"has {len(widths)} numbers, but a network of depth {depth} has {depth - 1} hidden layers",
            "write one number for each, or a single one for all",
        )
    return [whole(width, "hidden_units", 1, "a hidden layer has at least one unit") for width in widths]
