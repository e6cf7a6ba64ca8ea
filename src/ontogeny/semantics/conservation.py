"""What networks that learned the same task share: the similarity of items, but not the tuning of single units.

From small random weights every network converges to the minimum-norm weights for the task, which determine the
similarity of items in its hidden layer but not its single units. From large weights it may converge to others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, expect
from .._core.counting import counted, evenly
from ..environments.environment import Environment
from ..representation.agreement import similarity
from ..representation.layers import activity, layer_number
from ..trajectory import Trajectory

if TYPE_CHECKING:
    import pandas as pd

LOOKS, FEW = 21, 5  # times looked at by default, and at least
AFFORDABLE = 10_000_000  # similarities of all looks together, of one network
MOST_UNITS = 2000  # units that are matched one to one; more are not needed to tell


@dataclass(frozen=True, eq=False)
class Conservation:
    """Agreement over learning between networks trained on the same task from different initial weights.

    Parameters
    ----------
    environment : Environment
        The world.
    times : array, shape (time,)
        When [unit of tau].
    similarity : array, shape (time, pairs)
        Correlation of the hidden similarities of items (inner products) between two networks, for each pair of them.
    behavior : array, shape (time, pairs)
        The same of the similarities of their answers.
    units : array, shape (time, pairs, 2)
        Agreement of single units: mean size of the correlation over items between units matched one to one as well as
        possible; and the same by chance, with one network's units turned at random, which leaves similarities alone.
    distance : array, shape (seed, time)
        How far hidden similarities are from those of the smallest weights that give the same answers, as a share of
        the latter (Frobenius norms); NaN for nonlinear units, for which these are not known.
    excess : array, shape (seed, time)
        How much larger the sum of squared weights is than the smallest that gives the same answers, as a share; NaN
        for nonlinear units.
    meaning : str
        How exact this is.
    """

    environment: Environment
    times: np.ndarray
    similarity: np.ndarray
    behavior: np.ndarray
    units: np.ndarray
    distance: np.ndarray
    excess: np.ndarray
    meaning: str

    def to_dataframe(self) -> pd.DataFrame:
        """One row per time and pair of networks: similarity, behavior, units, units_by_chance."""
        import pandas as pd

        pairs = list(combinations(range(self.distance.shape[0]), 2))
        index = pd.MultiIndex.from_tuples(
            [(time, *pair) for time in self.times for pair in pairs], names=["time", "network", "network_2"]
        )
        columns = {
            "similarity": self.similarity.ravel(),
            "behavior": self.behavior.ravel(),
            "units": self.units[..., 0].ravel(),
            "units_by_chance": self.units[..., 1].ravel(),
        }
        return pd.DataFrame(columns, index=index).reset_index()

    def __repr__(self) -> str:
        last = {name: float(values[-1].mean()) for name, values in self._courses().items()}
        return (
            f"<Conservation: {self.distance.shape[0]} networks at t = {self.times[-1]:.3g}: hidden similarities agree "
            f"by {last['similarity']:.3g}, answers by {last['behavior']:.3g}, single units by {last['units']:.2g} "
            f"(by chance {last['chance']:.2g})\n {self.meaning}>"
        )

    def _courses(self) -> dict[str, np.ndarray]:
        return {"similarity": self.similarity, "behavior": self.behavior,
                "units": self.units[..., 0], "chance": self.units[..., 1]}  # fmt: skip


def conserved_similarity(
    simulation: Trajectory, *, layer: int | None = None, times: Any = None, seed: int = 0
) -> Conservation:
    r"""How far networks that learned the same task agree, in the similarity of items and in single units.

    Weights of the smallest norm give the hidden layer of a network with two weight matrices the similarities

    .. math:: H = (Y^T Y)^{1/2}

    of the answers :math:`Y` to the inputs, whatever its units do; the sum of their squares is twice the sum of the
    singular values.

    Implements: saxe2019 SI
    Checked by: tests/semantics/test_conservation.py::test_printed_sweep_of_starts

    Parameters
    ----------
    simulation : Trajectory
        Of `simulate`, with a hidden layer and two seeds or more.
    layer : int, optional
        Hidden layer, counted from 1; by default the last.
    times : list of float, optional
        Times [unit of tau], each moved to the nearest recorded one; by default 21 of them, or fewer for many items.
    seed : int
        Seed of the random turns that the agreement by chance is taken from.

    Returns
    -------
    Conservation

    Raises
    ------
    InputError
        A theory, a single network, or a network without hidden layer.

    Notes
    -----
    Measures, without assumptions, whatever the units; the smallest weights are known for linear units of any depth.
    Best matches of many units with few items are good by chance: compare with the agreement by chance.

    Examples
    --------
    >>> import ontogeny as on
    >>> world = on.datasets.load("rumelhart")
    >>> for scale in (0.001, 0.5):
    ...     found = conserved_similarity(on.simulate(world, initial_scale=scale, until=12.0, seed=[0, 1]))
    ...     print(round(float(found.similarity[-1, 0]), 1))
    1.0
    0.1
    """
    expect(simulation, Trajectory, "simulation", "pass what `simulate` returns")
    count = simulation.dataset.sizes.get("seed", 0)
    if not simulation.is_simulation or count < 2:
        raise InputError(
            None,
            f"the record holds {count} trained networks, but two are needed to compare",
            "pass what simulate(..., seed=[0, 1]) returns",
        )
    if simulation.depth == 1:
        raise InputError(None, "these networks have no hidden layer to compare", "simulate with depth 2 or more")
    if layer_number(simulation, layer) == simulation.depth:
        raise InputError("layer", f"is {layer!r}, but a hidden layer is needed", f"write 1 to {simulation.depth - 1}")
    looks = _snapshots(simulation, times)
    draw, pairs = np.random.default_rng(seed), list(combinations(range(count), 2))
    rows = [_at_one_time(simulation, layer, look, pairs, draw) for look in looks]
    inside, outside, units, distance, excess = (np.stack(part) for part in zip(*rows, strict=True))
    words = f"measured on {counted(count, 'network')}"
    if simulation.nonlinearity != "linear":
        words += f"; the smallest weights of {simulation.nonlinearity} networks are not known"
    clock = simulation.snapshot_time[looks]
    return Conservation(simulation.environment, clock, inside, outside, units, distance.T, excess.T, words)


def _snapshots(simulation: Trajectory, times: Any) -> np.ndarray:
    clock = simulation.snapshot_time
    if times is not None:
        return np.array(
            [np.argmin(np.abs(clock - simulation.at(time).snapshot_time[0])) for time in np.ravel(times).tolist()]
        )
    most = int(np.clip(AFFORDABLE // len(simulation.environment.items) ** 2, FEW, LOOKS))
    return evenly(clock.size, most)


def _at_one_time(
    simulation: Trajectory, layer: int | None, look: int, pairs: list[tuple[int, int]], draw: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Agreement of all pairs, and distance and excess of all networks, at one time."""
    hidden, answers = (activity(simulation, which, looks=[look])[:, 0] for which in (layer, "output"))
    grams = [np.swapaxes(active, -1, -2) @ active for active in (hidden, answers)]
    inside, outside = (np.array([float(similarity(gram[a], gram[b])) for a, b in pairs]) for gram in grams)
    units = np.array([_matched(hidden[a], hidden[b], draw) for a, b in pairs])
    if simulation.nonlinearity != "linear":
        nothing = np.full(len(hidden), np.nan)
        return inside, outside, units, nothing, nothing
    number, depth = layer_number(simulation, layer), simulation.depth
    least = list(_smallest(simulation, look, number / depth))
    norms = sum(np.sum(weights[:, look] ** 2, axis=(-2, -1)) for weights in simulation.snapshots)
    distance = [
        np.linalg.norm(own - best) / np.linalg.norm(best) for own, (best, _) in zip(grams[0], least, strict=True)
    ]
    return inside, outside, units, np.array(distance), np.array([
        norm / smallest - 1 for norm, (_, smallest) in zip(np.atleast_1d(norms), least, strict=True)
    ])  # fmt: skip


def _smallest(simulation: Trajectory, look: int, share: float) -> Iterator[tuple[np.ndarray, float]]:
    """For each network, similarities and squared norm of the smallest weights with the same map, after a share of it.

    Layers of the smallest weights are balanced: each has the root of every singular value that their number asks for.
    """
    depth, probes = simulation.depth, simulation.environment.probes
    for network in range(simulation.dataset.sizes["seed"]):
        layers = [weights[network, look] for weights in simulation.snapshots]
        _, s, v = np.linalg.svd(reduce(lambda below, layer: layer @ below, layers), full_matrices=False)
        along = probes @ v.T
        yield (along * s ** (2 * share)) @ along.T, depth * float(np.sum(s ** (2 / depth)))


def _matched(first: np.ndarray, second: np.ndarray, draw: np.random.Generator) -> tuple[float, float]:
    """Agreement of units (units, items) matched one to one, and the same after a random turn of the second's units."""
    from scipy.optimize import linear_sum_assignment

    turn = np.linalg.qr(draw.standard_normal((len(second), len(second))))[0]
    means = []
    for other in (second, turn @ second):
        a, b = (_standardized(units)[:MOST_UNITS] for units in (first, other))
        size = np.abs(a @ b.T)
        means.append(float(size[linear_sum_assignment(-size)].mean()))
    return means[0], means[1]


def _standardized(units: np.ndarray) -> np.ndarray:
    """Activity of units over items, less its mean, with length 1; a silent unit stays silent."""
    centered = units - units.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centered, axis=1, keepdims=True)
    return centered / np.where(length > 0, length, 1.0)
