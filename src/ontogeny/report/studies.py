"""Everything in one report: the world, what theory predicts for it, what trained networks did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.ties import EQUAL, ranked
from ..environments.environment import Environment, world_of_items
from ..networks.comparison import Deviation, deviation_from_theory
from ..networks.initialization import gaussian_norms, gaussian_scale, small_strength
from ..networks.stability import default_rate, stability_limit
from ..semantics.illusions import IllusoryCorrelations
from ..trajectory import Trajectory
from ..workflows import predict, simulate
from ..workflows.arguments import default_until
from .phenomena import Phenomena, check_item, has_too_many_items, phenomena
from .phrasing import percent

if TYPE_CHECKING:
    import pandas as pd

FOLLOWED = 100  # number of modes beyond which a report follows the strongest only
FEW, MANY = 2, 4  # networks trained for tables with more modes than that, and for others
SETTLED, LATE = 0.95, 0.25  # a time axis is logarithmic if this share of the error is gone in this share of the run
FOLLOWS = 0.05  # typical deviation up to which two curves look the same
BEFORE = 0.5  # where such an axis begins, as a share of the time when the error first falls
INTEGRATED_TIMES = 81  # of a theory that has no closed form: all its weights are kept
FIRST = 0.01  # share of the error that has fallen by then
LARGE_STEP = 0.1  # learning rate for tables with more modes, as a share of the stability limit


@dataclass(frozen=True, eq=False)
class Study:
    """One world, learned in theory and by trained networks.

    Parameters
    ----------
    name : str
        Name of the world.
    theory, shallow : Trajectory
        Predictions for the given depth and for a single weight matrix, at the same times.
    networks : Trajectory
        Trained networks, one for each seed, all items at every step.
    deviation : Deviation or None
        How far they are from the theory started at the initial strengths of each; None where the theory is integrated.
    episodes : Trajectory or None
        Networks that saw one randomly drawn item at a time.
    episodes_deviation : Deviation or None
        Their deviation from theory.
    phenomena : Phenomena
        What theory and networks know during learning: differentiation, illusions, typicality, projection.
    """

    name: str
    theory: Trajectory
    shallow: Trajectory
    networks: Trajectory
    deviation: Deviation | None
    episodes: Trajectory | None
    episodes_deviation: Deviation | None
    phenomena: Phenomena

    def __repr__(self) -> str:
        count, modes = self.networks.dataset.sizes["seed"], self.environment.spectrum().singular_values.size
        close = "" if self.deviation is None else f", typically within {percent(self.deviation.typical)} of the theory"
        return (
            f"<Study: {self.name!r}, {modes} modes, depth {self.theory.depth}; {count} trained "
            f"network{'s' * (count > 1)}{close}>"
        )

    @property
    def environment(self) -> Environment:
        """The world."""
        return self.theory.environment

    @property
    def first_time(self) -> float | None:
        """Where the logarithmic time axis of this report begins; None if its axis is linear."""
        steps = np.diff(self.theory.time[:3])
        return None if np.allclose(*steps) else float(self.theory.time[1])

    @property
    def follows(self) -> bool:
        """Whether the trained networks follow the theory so closely that their curves look the same."""
        return self.deviation is None or self.deviation.typical <= FOLLOWS

    @property
    def names_items(self) -> bool:
        """Whether the report looks at single items; not if there are more than ten thousand."""
        return not has_too_many_items(self.environment)

    @property
    def illusions(self) -> IllusoryCorrelations:
        """Illusory correlations of the theory, if the report looks at single items."""
        assert self.phenomena.illusions is not None
        return self.phenomena.illusions

    @property
    def followed(self) -> int:
        """Number of modes that the report follows: all, or the strongest of many; groups of tied modes are not cut."""
        groups = self.environment.spectrum().groups
        return int(np.count_nonzero(groups <= groups[:FOLLOWED][-1]))

    @property
    def focus_item(self) -> str:
        """The item with the largest errors on the way; ties go to the first by name."""
        items = self.environment.items
        return items[ranked(np.abs(self.illusions.excess).sum(axis=0), items)[0]]


def study(
    environment: Environment,
    name: str,
    *,
    depth: int = 2,
    initial_strength: float | None = None,
    hidden_units: int | None = None,
    learning_rate: float | None = None,
    networks: int | None = None,
    until: float | None = None,
    episodes: bool = False,
    project: str | None = None,
    human: pd.DataFrame | None = None,
) -> Study:
    """Predict and simulate one world, for a report.

    Parameters
    ----------
    environment : Environment
        The world.
    name : str
        Its name.
    depth, initial_strength, hidden_units, learning_rate, until
        As in `predict` and `simulate`.
    networks : int, optional
        Number of networks to train, with seeds 0, 1, ...; by default four, two for tables of more than 100 modes.
    episodes : bool
        Also train networks on one randomly drawn item at a time.
    project : str, optional
        An item with a new property; the report shows how the property generalizes.
    human : DataFrame, optional
        Ratings of people, to compare with the predictions.

    Raises
    ------
    InputError
        An item in `project` that the world does not have.

    Notes
    -----
    A world with missing cells is learned from the others: its theory is the integrated flow, and what needs the right
    answers of all cells (differentiation, typicality, when items are known) is left out.

    For a table with more than 100 modes the 100 strongest are followed: by default the run ends when they are learned,
    and networks have 200 hidden units, twice as many.

    For a table with more than 10,000 items the report does not look at single ones: neither at differentiation nor at
    illusory correlations.
    """
    if project is not None:
        check_item(environment, project)
    is_large = environment.spectrum().singular_values.size > FOLLOWED
    if is_large:
        hidden_units = hidden_units or 2 * FOLLOWED
    strength = small_strength(environment) if initial_strength is None else initial_strength
    start = np.full(environment.spectrum().singular_values.size, strength)
    until = until or default_until(environment, start, depth, most=FOLLOWED)
    rate = _larger_steps(environment, depth, strength, int(hidden_units or 0)) if is_large else None
    rate = learning_rate or rate
    seeds = range(networks or (FEW if is_large else MANY))
    is_integrated = environment.has_missing or not environment.is_white
    looks = np.linspace(0.0, until, INTEGRATED_TIMES) if is_integrated else None
    theory = predict(environment, depth=depth, initial_strength=strength, times=looks, until=until)
    times = _times(theory)
    if not np.array_equal(times, theory.time):
        theory = predict(environment, depth=depth, initial_strength=strength, times=times)
    shallow = predict(environment, depth=1, initial_strength=strength, times=times)
    looks = times if is_integrated else times[::2]
    asked = {"depth": depth, "initial_strength": strength, "hidden_units": hidden_units, "times": looks}
    trained = simulate(environment, **asked, learning_rate=rate, seed=seeds)  # type: ignore[arg-type]
    stream = None
    if episodes:
        stream = simulate(environment, **asked, learning_rate=learning_rate, seed=seeds, episodes=True)  # type: ignore[arg-type]
    return Study(
        name,
        theory,
        shallow,
        trained,
        _deviation(theory, trained),
        stream,
        None if stream is None else _deviation(theory, stream),
        phenomena(theory, trained, project, human, _equally(theory, strength)),
    )


def _equally(theory: Trajectory, strength: float) -> Trajectory | None:
    """The same items learned as if all were met equally often; None if they are, or if something is missing."""
    world = theory.environment
    if world.data is None or world.has_missing or not world.data.are_one_hot or has_too_many_items(world):
        return None
    weights = world.samples.weights
    if np.ptp(weights) <= EQUAL * weights.max():
        return None
    share = weights.mean() / (weights.size if world.normalization == "sum" else 1)
    shares = np.full(weights.size, share)
    equal = world_of_items(world.samples.targets, shares, world.names, world.normalization, (), world.rounding)
    return predict(equal, depth=theory.depth, initial_strength=strength, times=theory.time)


def _deviation(theory: Trajectory, networks: Trajectory) -> Deviation | None:
    """Deviation from the law of single modes; None where the theory is integrated, because it does not hold."""
    return None if theory.snapshots else deviation_from_theory(networks, most=FOLLOWED)


def _times(theory: Trajectory) -> np.ndarray:
    """Times of the report: those of the theory, or evenly spaced on a logarithmic axis if most of it is flat."""
    times, loss = theory.time, theory.dataset["loss"].values
    gone = (loss[0] - loss) / (loss[0] - loss.min() or 1.0)
    if times[np.argmax(gone >= SETTLED)] >= LATE * times[-1]:
        return times
    start = BEFORE * float(np.interp(FIRST, gone, times))
    return np.append(0.0, np.geomspace(start, times[-1], times.size - 1))


def _larger_steps(environment: Environment, depth: int, strength: float, hidden_units: int) -> float:
    """Learning rate for a table with many modes, which take long to learn."""
    sizes = [environment.variation.inputs, *[hidden_units] * (depth - 1), len(environment.features)]
    norms = gaussian_norms(sizes, gaussian_scale(strength, hidden_units or 1, depth=depth))
    limit = stability_limit(environment, depth=depth, norms=norms)
    return default_rate(environment, limit, depth=depth, episodes=False, share=LARGE_STEP)
