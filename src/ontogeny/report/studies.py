"""Everything one report is about: the world, what theory says of it, what trained networks did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._core.checks import InputError
from .._core.ties import ranked
from ..environments.environment import Environment
from ..networks.comparison import Deviation, deviation_from_theory
from ..networks.initialization import gaussian_norms, gaussian_scale, small_strength
from ..networks.stability import default_rate, stability_limit
from ..semantics.illusions import IllusoryCorrelations
from ..trajectory import Trajectory
from ..workflows import default_until, predict, simulate
from .phenomena import Phenomena, check_item, has_too_many_items, phenomena

FOLLOWED = 100  # modes beyond which a report follows the strongest only
FEW, MANY = 2, 4  # networks trained for tables with more, and with no more, modes than that
LARGE_STEP = 0.1  # learning rate for tables with more, as a share of the limit of stability


@dataclass(frozen=True, eq=False)
class Study:
    """One world, learned in theory and by trained networks.

    Parameters
    ----------
    name : str
        What the world is called.
    theory, shallow : Trajectory
        Predictions for the asked depth and for a single weight matrix, at the same times.
    networks : Trajectory
        Trained networks, one for each seed, all items at every step.
    deviation : Deviation
        How far they are from the theory that starts where each of them started.
    episodes : Trajectory or None
        Networks that saw one randomly drawn item at a time.
    episodes_deviation : Deviation or None
        The same for those.
    phenomena : Phenomena
        What theory and networks know on the way: groups that come apart, illusions, typicality, projection.
    """

    name: str
    theory: Trajectory
    shallow: Trajectory
    networks: Trajectory
    deviation: Deviation
    episodes: Trajectory | None
    episodes_deviation: Deviation | None
    phenomena: Phenomena

    @property
    def environment(self) -> Environment:
        """The world."""
        return self.theory.environment

    @property
    def names_items(self) -> bool:
        """Whether single items are looked at; not where they are more than ten thousand."""
        return not has_too_many_items(self.environment)

    @property
    def illusions(self) -> IllusoryCorrelations:
        """What the theory answers wrongly on the way, where single items are looked at."""
        assert self.phenomena.illusions is not None
        return self.phenomena.illusions

    @property
    def followed(self) -> int:
        """Number of modes that the report follows: all, or the strongest of many; groups of tied modes are not cut."""
        groups = self.environment.spectrum().groups
        return int(np.count_nonzero(groups <= groups[:FOLLOWED][-1]))

    @property
    def focus_item(self) -> str:
        """The item whose answers go astray most in all; of equal ones the first by name."""
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
) -> Study:
    """Predict and simulate one world, for a report.

    Parameters
    ----------
    environment : Environment
        The world.
    name : str
        What it is called.
    depth, initial_strength, hidden_units, learning_rate, until
        As in `predict` and `simulate`.
    networks : int, optional
        Number of networks to train, with seeds 0, 1, ...; by default four, two for tables of more than 100 modes.
    episodes : bool
        Train as many again on one randomly drawn item at a time.
    project : str, optional
        An item that is given a new property; the report shows to what else it is extended.

    Raises
    ------
    InputError
        A world with missing cells, of which there is no theory; an item to project from that the world does not have.

    Notes
    -----
    Of a table with more than 100 modes the 100 strongest are followed: by default the run ends when they are learned,
    and networks have 200 hidden units, room for twice as many.

    Of a table with more than 10,000 items nothing is said of single ones: neither which groups come apart, nor what is
    answered wrongly on the way.
    """
    if environment.has_missing:
        raise InputError(
            None,
            "the world has missing cells, so there is no theory to report",
            "use simulate(world), or leave out items or "
            "features with missing cells (drop_missing_items=True, drop_missing_features=True)",
        )
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
    theory = predict(environment, depth=depth, initial_strength=strength, until=until)
    end = float(theory.time[-1])
    shallow = predict(environment, depth=1, initial_strength=strength, until=end)
    asked = {"depth": depth, "initial_strength": strength, "hidden_units": hidden_units, "until": end}
    trained = simulate(environment, **asked, learning_rate=rate, seed=seeds)  # type: ignore[arg-type]
    stream = None
    if episodes:
        stream = simulate(environment, **asked, learning_rate=learning_rate, seed=seeds, episodes=True)  # type: ignore[arg-type]
    return Study(
        name,
        theory,
        shallow,
        trained,
        deviation_from_theory(trained, most=FOLLOWED),
        stream,
        deviation_from_theory(stream, most=FOLLOWED) if stream is not None else None,
        phenomena(theory, trained, project),
    )


def _larger_steps(environment: Environment, depth: int, strength: float, hidden_units: int) -> float:
    """Learning rate for a table of many modes, which take long to learn."""
    sizes = [environment.variation.inputs, *[hidden_units] * (depth - 1), len(environment.features)]
    norms = gaussian_norms(sizes, gaussian_scale(strength, hidden_units or 1, depth=depth))
    limit = stability_limit(environment, depth=depth, norms=norms)
    return default_rate(environment, limit, depth=depth, episodes=False, share=LARGE_STEP)
