"""Everything one report is about: the world, what theory says of it, what trained networks did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..environments.environment import Environment
from ..networks.comparison import Deviation, deviation_from_theory
from ..semantics.illusions import IllusoryCorrelations, illusory_correlations
from ..trajectory import Trajectory
from ..workflows import predict, simulate


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
    illusions : IllusoryCorrelations
        What the theory answers wrongly on the way.
    """

    name: str
    theory: Trajectory
    shallow: Trajectory
    networks: Trajectory
    deviation: Deviation
    episodes: Trajectory | None
    episodes_deviation: Deviation | None
    illusions: IllusoryCorrelations

    @property
    def environment(self) -> Environment:
        """The world."""
        return self.theory.environment

    @property
    def focus_item(self) -> str:
        """The item whose answers go astray most in all."""
        return self.environment.items[int(np.argmax(np.abs(self.illusions.excess).sum(axis=0)))]


def study(
    environment: Environment,
    name: str,
    *,
    depth: int = 2,
    initial_strength: float = 1e-3,
    hidden_units: int | None = None,
    networks: int = 4,
    until: float | None = None,
    episodes: bool = False,
) -> Study:
    """Predict and simulate one world, for a report.

    Parameters
    ----------
    environment : Environment
        The world.
    name : str
        What it is called.
    depth, initial_strength, hidden_units, until
        As in `predict` and `simulate`.
    networks : int
        Number of networks to train, with seeds 0, 1, ...
    episodes : bool
        Train as many again on one randomly drawn item at a time.
    """
    theory = predict(environment, depth=depth, initial_strength=initial_strength, until=until)
    end = float(theory.time[-1])
    shallow = predict(environment, depth=1, initial_strength=initial_strength, until=end)
    asked = {"depth": depth, "initial_strength": initial_strength, "hidden_units": hidden_units, "until": end}
    trained = simulate(environment, **asked, seed=range(networks))  # type: ignore[arg-type]
    stream = simulate(environment, **asked, seed=range(networks), episodes=True) if episodes else None  # type: ignore[arg-type]
    return Study(
        name,
        theory,
        shallow,
        trained,
        deviation_from_theory(trained),
        stream,
        deviation_from_theory(stream) if stream is not None else None,
        illusory_correlations(theory),
    )
