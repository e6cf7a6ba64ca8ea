"""What NumPy computes has no derivative: JAX is told so, because a gradient of 0 would be a quiet wrong number."""

import numpy as np
import pytest

import ontogeny as on
from ontogeny._core.checks import InputError

WORLD = on.datasets.load("rumelhart")
ONE = [np.eye(2), np.eye(2)]
DEEP = {"time": 2.0, "load": 2.0, "initial_variance": 1.0, "depth": 2}
DOORS = {
    "chain": lambda x: on.modes.chain.mode_strength(1.0, x, [0.9, 0.6, 0.1]),
    "chain, one layer": lambda x: on.modes.chain.layer_strengths(1.0, 1.0, [0.9, x, 0.1]),
    "weights": lambda x: on.networks.evolve([x * ONE[0], ONE[1]], ONE[0], times=[1.0]).network_map,
    "correlations": lambda x: on.networks.evolve(ONE, x * ONE[0], times=[1.0]).network_map,
    "times": lambda x: on.networks.evolve(ONE, ONE[0], times=x).network_map,
    "tau": lambda x: on.networks.evolve(ONE, ONE[0], times=[1.0], tau=[x, 1.0]).network_map,
    "predict": lambda x: on.predict(WORLD, times=x).networks("loss"),
    "starts": lambda x: on.predict(WORLD, times=[1.0], initial_strength=x).networks("loss"),
    "snapshots": lambda x: on.Trajectory.from_weights(WORLD, [0.0, 1.0], [x * np.ones((2, 36, 8))]).networks("loss"),
    "deep student": lambda x: on.generalization.deep_error(**(DEEP | {"noise_variance": x})),
    "filter": lambda x: on.generalization.filter_error(lambda each: 1 / (1 + each), x),
}


@pytest.mark.parametrize("door", DOORS)
def test_gradients_are_refused_where_they_would_be_zero(door):
    jax = pytest.importorskip("jax")
    followed = DOORS[door]
    followed(1.0)
    for follow in (jax.grad, jax.jit):
        with pytest.raises(InputError, match=r"traced by JAX|Tracer"):
            follow(lambda x: jax.numpy.sum(jax.numpy.asarray(followed(x))))(1.0)
