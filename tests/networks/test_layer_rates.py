"""A time constant and a decay rate for every layer: against the flow as written, and against training."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ontogeny._core.checks import InputError
from ontogeny.networks import evolve

TIMES = np.array([0.0, 0.4, 1.5, 4.0])
SEEDS = (1, 2, 4, 5, 6)  # of starts with a part along every mode
ODE = 1e-8  # of an integration by SciPy at 1e-11, over four units of time


def as_written(weights, syx, sxx, taus, decays):
    """Each layer down its own gradient, at its own rate."""
    shapes = [layer.shape for layer in weights]
    cuts = np.cumsum([layer.size for layer in weights])[:-1]

    def velocity(_, state):
        layers = [part.reshape(shape) for part, shape in zip(np.split(state, cuts), shapes, strict=True)]
        whole = np.linalg.multi_dot([*layers[::-1], np.eye(shapes[0][1])])
        error = syx - whole @ sxx
        found = []
        for number, (layer, tau, decay) in enumerate(zip(layers, taus, decays, strict=True)):
            above = np.linalg.multi_dot([np.eye(shapes[-1][0]), *layers[:number:-1], np.eye(layer.shape[0])])
            below = np.linalg.multi_dot([np.eye(layer.shape[1]), *layers[:number][::-1], np.eye(shapes[0][1])])
            found.append((above.T @ error @ below.T - decay * layer).ravel() / tau)
        return np.concatenate(found)

    start = np.concatenate([layer.ravel() for layer in weights])
    states = solve_ivp(velocity, (0, TIMES[-1]), start, "DOP853", TIMES, rtol=1e-11, atol=1e-13).y.T
    parts = zip(np.split(states, cuts, axis=1), shapes, strict=True)
    return [part.reshape(-1, *shape) for part, shape in parts]


def world(aligned=False):
    draw = np.random.default_rng(3)
    syx = draw.normal(size=(3, 4))
    sxx = draw.normal(size=(6, 4))
    return syx, np.eye(4) if aligned else sxx.T @ sxx / 4


def balanced_for(taus, hidden=3, seed=1):
    """Two layers that are balanced in units of their rates."""
    draw = np.random.default_rng(seed)
    first = draw.normal(size=(hidden, 4)) / 2
    u, s, _ = np.linalg.svd(first)
    second = np.linalg.qr(draw.normal(size=(3, 3)))[0] @ np.diag(s) @ u.T
    return [first / np.sqrt(taus[0]), second / np.sqrt(taus[1])]


@pytest.mark.parametrize("taus", [(1.0, 4.0), (3.0, 0.5), (2.0, 2.0)])
def test_the_closed_form_is_the_flow_of_layers_with_their_own_rates(taus):
    syx, sxx = world(aligned=True)
    weights = balanced_for(taus)
    found = evolve(weights, syx, times=TIMES, tau=taus)
    assert found.method == "riccati"
    twin = as_written(weights, syx, sxx, taus, (0, 0))
    for layer, integrated in zip(found.weights, twin, strict=True):
        np.testing.assert_allclose(layer, integrated, atol=ODE)
    first, second = twin
    np.testing.assert_allclose(found.network_map, second @ first, atol=ODE)
    np.testing.assert_allclose(found.input_gram, np.swapaxes(first, 1, 2) @ first, atol=ODE)
    np.testing.assert_allclose(found.output_gram, second @ np.swapaxes(second, 1, 2), atol=ODE)
    f, g = found.factors
    np.testing.assert_allclose(g @ np.swapaxes(f, 1, 2), second @ first, atol=ODE)


@pytest.mark.parametrize("shapes", [[(3, 4)], [(5, 4), (3, 5)], [(5, 4), (2, 5), (3, 2)]])
@pytest.mark.parametrize("decays", [0.0, 0.2, "each"])
def test_any_start_and_any_inputs_with_rates_and_decay_for_each_layer(shapes, decays):
    draw = np.random.default_rng(len(shapes))
    weights = [draw.normal(size=shape) / 2 for shape in shapes]
    taus = draw.uniform(0.3, 3.0, size=len(shapes))
    each = draw.uniform(0.0, 0.4, size=len(shapes)) if decays == "each" else np.full(len(shapes), decays)
    syx, sxx = world()
    found = evolve(weights, syx, sxx, times=TIMES, tau=taus, weight_decay=each)
    for layer, integrated in zip(found.weights, as_written(weights, syx, sxx, taus, each), strict=True):
        np.testing.assert_allclose(layer, integrated, atol=ODE)


@pytest.mark.parametrize("depth", [2, 3])
def test_decoupled_layers_keep_their_law(depth):
    syx, sxx = world(aligned=True)
    u, _, vt = np.linalg.svd(syx, full_matrices=False)
    taus = [5.0, 0.2, 1.0][:depth]
    axes = [vt.T, *[np.eye(3)] * (depth - 1), u]
    weights = [
        above @ np.diag([0.3, 0.2, 0.1 * number]) @ below.T
        for number, (below, above) in enumerate(zip(axes, axes[1:], strict=False), start=1)
    ]
    found = evolve(weights, syx, times=TIMES, tau=taus)
    assert found.method == "decoupled"
    for layer, integrated in zip(found.weights, as_written(weights, syx, sxx, taus, [0] * depth), strict=True):
        np.testing.assert_allclose(layer, integrated, atol=ODE)


def test_gradient_descent_with_a_rate_for_each_layer_is_laid_over_it():
    syx, _ = world(aligned=True)
    rates, steps = (2e-4, 5e-5), 20000
    weights = [layer.copy() for layer in balanced_for((1.0, 4.0))]
    start = [layer.copy() for layer in weights]
    for _ in range(steps):
        error = syx - weights[1] @ weights[0]
        up, down = weights[1].T @ error, error @ weights[0].T
        weights = [weights[0] + rates[0] * up, weights[1] + rates[1] * down]
    theory = evolve(start, syx, times=[steps * rates[0]], tau=[1.0, rates[0] / rates[1]])
    for layer, trained in zip(theory.weights, weights, strict=True):
        np.testing.assert_allclose(layer[0], trained, atol=1e-3)  # of the order of the step


def test_several_networks_have_the_same_rates_each():
    syx, _ = world(aligned=True)
    many = [np.stack(layers) for layers in zip(*(balanced_for((1.0, 4.0), seed=n) for n in SEEDS), strict=True)]
    together = evolve(many, syx, times=TIMES, tau=[1.0, 4.0])
    for number in range(len(SEEDS)):
        alone = evolve([layer[number] for layer in many], syx, times=TIMES, tau=[1.0, 4.0])
        for all_of_it, layer in zip(together.weights, alone.weights, strict=True):
            np.testing.assert_allclose(all_of_it[number], layer, atol=1e-12)


@pytest.mark.parametrize("first", [0.1, 0.3, 0.7])
@pytest.mark.parametrize("tau", [3.0, 7.0, 11.0])
def test_decay_that_falls_on_all_weights_alike_has_its_law_whatever_rounding_does(first, tau):
    """Twice the decay at twice the time constant is one rate for all."""
    syx, sxx = world(aligned=True)
    taus, decays = (1.0, tau), (first, first * tau)
    weights = balanced_for(taus)
    found = evolve(weights, syx, times=TIMES, tau=taus, weight_decay=decays)
    assert found.method == "riccati"
    for layer, integrated in zip(found.weights, as_written(weights, syx, sxx, taus, decays), strict=True):
        np.testing.assert_allclose(layer, integrated, atol=ODE)


def test_equal_rates_change_no_digit():
    syx, sxx = world()
    weights = balanced_for((1.0, 1.0))
    one, each = (evolve(weights, syx, sxx, times=TIMES, tau=tau, weight_decay=0.1) for tau in (3.0, [3.0, 3.0]))
    for layer, other in zip(one.weights, each.weights, strict=True):
        assert (layer == other).all()


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"tau": [1.0]}, "tau has 1 value, but there are 2 weight matrices; write one number for all of them"),
        ({"tau": [1.0, -2.0]}, "tau is -2.0, but a time constant must be positive"),
        ({"tau": [[1.0, 2.0], 1.0]}, r"tau is \[1.0, 2.0\], which is not a number"),
        ({"weight_decay": [0.1, 0.2, 0.3]}, "weight_decay has 3 values"),
        (
            {"weight_decay": [0.1, 0.2], "method": "riccati"},
            "layers decay at different rates, which has no closed form",
        ),
        ({"weight_decay": 0.1, "tau": [1.0, 2.0], "method": "decoupled"}, "layers decay at different rates"),
    ],
)
def test_rates_that_cannot_be_are_refused(settings, match):
    with pytest.raises(InputError, match=match):
        evolve(balanced_for((1.0, 1.0)), world()[0], times=TIMES, **settings)
