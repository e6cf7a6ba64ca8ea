"""Where training starts: random weights of some size, or given ones, and what is known of them before training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, positive, whole
from ..environments.environment import Environment
from .given_weights import Network, check_agreement, given_networks
from .initial_strengths import effective_initial_strength
from .initialization import (
    gaussian,
    gaussian_norms,
    gaussian_scale,
    gaussian_strength,
    small_strength,
)

LEAST_UNITS = 64  # fewest hidden units by default


@dataclass(frozen=True, eq=False)
class Start:
    """Networks before learning.

    Parameters
    ----------
    sizes : list of int
        Units of every layer, input and output included.
    seeds : list of int
        One for each network.
    networks : iterable of lists of arrays, shape (out, in) each
        Weights of one network after the other, first layer first.
    norms : list of float
        Spectral norm of every layer, the largest over networks; approximate for random weights.
    weakest, strongest : arrays, shape (modes,)
        Strength from which each mode starts, the smallest and the largest over networks.
    settings : dict
        Entries for the provenance of a record.
    """

    sizes: list[int]
    seeds: list[int]
    networks: Iterable[Sequence[np.ndarray]]
    norms: list[float]
    weakest: np.ndarray
    strongest: np.ndarray
    settings: dict[str, Any]

    @property
    def depth(self) -> int:
        """Number of weight matrices."""
        return len(self.sizes) - 1

    @property
    def narrowest(self) -> int:
        """Units of the smallest hidden layer; 0 without one."""
        return min(self.sizes[1:-1], default=0)

    @property
    def widest(self) -> int:
        """Units of the largest hidden layer; 0 without one."""
        return max(self.sizes[1:-1], default=0)


def drawn_start(
    environment: Environment,
    depth: int,
    hidden_units: int | None,
    initial_strength: float | None,
    initial_scale: float | None,
    seeds: list[int],
) -> Start:
    """Random weights of a given standard deviation, or whose modes start from a given strength.

    Raises
    ------
    InputError
        No hidden units; a strength or a scale that is not above 0, or both of them.
    """
    modes = environment.spectrum().groups.size
    hidden = max(LEAST_UNITS, 2 * modes)
    if hidden_units is not None:
        hidden = whole(hidden_units, "hidden_units", 1, "a hidden layer has at least one unit")
    scale, strength = _scale(environment, initial_strength, initial_scale, hidden, depth)
    sizes = [environment.variation.inputs, *[hidden] * (depth - 1), len(environment.features)]
    each = np.full(modes, strength)
    settings = {"hidden_units": hidden, "initial_scale": scale, "initial_strength": strength}
    drawn = (gaussian(sizes, scale, seed) for seed in seeds)
    return Start(sizes, seeds, drawn, gaussian_norms(sizes, scale), each, each, settings)


def given_start(
    initial_weights: ArrayLike,
    environment: Environment,
    depth: int | None,
    hidden_units: int | None,
    seeds: list[int],
    *,
    episodes: bool,
) -> Start:
    """Weights given by the user.

    Raises
    ------
    InputError
        Weights that cannot be used (`given_networks`), or that contradict `depth`, `hidden_units` or the seeds.
    """
    given = given_networks(initial_weights, environment)
    check_agreement(given, depth, hidden_units)
    seeds, given = _one_each(seeds, given, episodes)
    sizes = [environment.variation.inputs, *(layer.shape[0] for layer in given[0])]
    norms = [max(float(np.linalg.norm(layer, 2)) for layer in layers) for layers in zip(*given, strict=True)]
    strengths = [np.abs(effective_initial_strength(network, environment.spectrum())) for network in given]
    hidden = sizes[1:-1]
    settings = {"hidden_units": hidden[0] if len(set(hidden)) == 1 else hidden, "initial_weights": "given"}
    return Start(sizes, seeds, given, norms, np.min(strengths, axis=0), np.max(strengths, axis=0), settings)


def _scale(
    environment: Environment, initial_strength: float | None, initial_scale: float | None, hidden: int, depth: int
) -> tuple[float, float]:
    """Standard deviation of every weight before learning, and the strength from which modes then start."""
    if initial_scale is None:
        why = "a mode that starts at 0 is never learned"
        given = initial_strength is not None
        strength = positive(initial_strength, "initial_strength", why) if given else small_strength(environment)
        return gaussian_scale(strength, hidden, depth=depth), strength
    if initial_strength is not None:
        raise InputError(
            "initial_strength",
            f"is {initial_strength!r} and initial_scale {initial_scale!r}, but each sets the size of initial weights",
            "write one of them",
        )
    scale = positive(initial_scale, "initial_scale", "weights that start from 0 never learn")
    return scale, gaussian_strength(scale, hidden, depth=depth)


def _one_each(seeds: list[int], given: list[Network], episodes: bool) -> tuple[list[int], list[Network]]:
    """Seeds and networks, one for one; a single network may train on several streams of episodes."""
    if len(given) == len(seeds):
        return seeds, given
    if seeds == [0]:
        return list(range(len(given))), given
    if len(given) == 1 and episodes:
        return seeds, given * len(seeds)
    same = ", and from the same weights all would learn the same" * (len(given) == 1)
    raise InputError(
        "initial_weights",
        f"has {len(given)} network{'s' * (len(given) > 1)} for {len(seeds)} seeds{same}",
        "pass one list of weights for each seed",
    )
