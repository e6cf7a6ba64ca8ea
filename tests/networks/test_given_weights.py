"""Weights that somebody hands in, before learning."""

import numpy as np
import pytest

from ontogeny import Environment, datasets, simulate
from ontogeny._core.checks import InputError
from ontogeny.networks.gradient_flow import flow
from ontogeny.networks.initialization import decoupled, gaussian
from worlds import TOY

ROUNDED = 1e-12  # the same sums, perhaps in another order
WORLD = Environment.from_dataframe(TOY)
SIZES = [4, 6, 7]
RUN = {"until": 3.0, "learning_rate": 0.02}


def weights(seed=0, sizes=SIZES, scale=0.1):
    return gaussian(sizes, scale, seed)


@pytest.mark.parametrize("options", [{}, {"nonlinearity": "tanh"}, {"episodes": True}, {"backend": "jax"}], ids=str)
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_same_weights_handed_in_are_the_same_run(options, depth):
    if "backend" in options:
        pytest.importorskip("jax")
    sizes = [4, *[6] * (depth - 1), 7]
    drawn = simulate(WORLD, depth=depth, hidden_units=6, initial_scale=0.1, seed=[3, 5], **RUN, **options)
    given = [weights(seed, sizes) for seed in (3, 5)]
    handed = simulate(WORLD, initial_weights=given, seed=[3, 5], **RUN, **options)
    assert handed.depth == depth and handed.provenance.settings["initial_weights"] == "given"
    for name in ("mode_strength", "loss"):
        np.testing.assert_allclose(handed.dataset[name], drawn.dataset[name], rtol=ROUNDED, atol=ROUNDED)
    for one, other in zip(handed.snapshots, drawn.snapshots, strict=True):
        np.testing.assert_allclose(one, other, rtol=ROUNDED, atol=ROUNDED)


def test_small_steps_follow_the_flow_from_the_same_weights():
    """Layers of different widths, far from balanced."""
    start = [3 * layer for layer in weights(1, [4, 6, 5, 7], 0.2)]
    times = np.array([0.0, 0.4, 0.8])
    rate = 1e-4
    child = simulate(WORLD, initial_weights=start, times=times, learning_rate=rate)
    expected = flow(start, WORLD.input_output_correlation, WORLD.input_correlation, times=times)
    for layer, stack in enumerate(expected, start=1):
        np.testing.assert_allclose(child.weights(layer)[0], stack, atol=20 * rate)
    assert child.provenance.settings["hidden_units"] == [6, 5]


def test_one_list_for_each_network_needs_no_seeds():
    child = simulate(WORLD, initial_weights=[weights(0), weights(1), weights(2)], **RUN)
    assert child.dataset.seed.values.tolist() == [0, 1, 2]
    single = simulate(WORLD, initial_weights=weights(1), **RUN)
    np.testing.assert_allclose(single.response[0], child.response[1], rtol=ROUNDED, atol=ROUNDED)
    streams = simulate(WORLD, initial_weights=weights(1), seed=[0, 1], episodes=True, **RUN)
    assert np.ptp(streams.dataset.loss.values[:, -1]) > 0 and np.ptp(streams.dataset.loss.values[:, 0]) == 0


def test_the_start_is_measured():
    modes = WORLD.spectrum()
    apart = simulate(WORLD, initial_weights=decoupled(modes, 1e-3, depth=2), **RUN).validity
    assert apart["balanced start"].holds and apart["decoupled start"].holds and apart["small initial strength"].holds
    mixed = simulate(WORLD, initial_weights=weights(scale=0.5), **RUN).validity
    for name in ("balanced start", "decoupled start", "small initial strength"):
        assert not mixed[name].holds
    known = simulate(WORLD, initial_weights=decoupled(modes, 0.5 * modes.asymptotes, depth=2), **RUN).validity
    assert known["small initial strength"].measured == pytest.approx(0.5)
    assert known["decoupled start"].measured < 1e-12
    narrow = simulate(WORLD, initial_weights=weights(sizes=[4, 2, 7]), **RUN).validity
    assert not narrow["enough hidden units"].holds


def test_live_parameters_and_lists_of_numbers():
    expected = simulate(WORLD, initial_weights=weights(), **RUN).dataset.loss
    nested = simulate(WORLD, initial_weights=[layer.tolist() for layer in weights()], **RUN)
    np.testing.assert_array_equal(nested.dataset.loss, expected)
    torch = pytest.importorskip("torch")
    live = [torch.nn.Parameter(torch.tensor(layer)) for layer in weights()]
    np.testing.assert_array_equal(simulate(WORLD, initial_weights=live, **RUN).dataset.loss, expected)
    np.testing.assert_array_equal(simulate(WORLD, initial_weights=[live], **RUN).dataset.loss, expected)
    assert live[0].requires_grad


def test_jax_arrays():
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        given = [jax.numpy.asarray(layer) for layer in weights()]
    expected = simulate(WORLD, initial_weights=weights(), **RUN).dataset.loss
    np.testing.assert_array_equal(simulate(WORLD, initial_weights=given, **RUN).dataset.loss, expected)


FIRST, LAST = weights()
REFUSED = {
    "initial_weights holds 24 values in layer 1 that are NaN or infinite": {"initial_weights": [FIRST * np.nan, LAST]},
    "initial_weights holds 1 value in layer 2 that is NaN or infinite": {
        "initial_weights": [FIRST, np.where(np.arange(6) + np.arange(7)[:, None] == 0, np.inf, LAST)]
    },
    r"layers of shape \(7, 6\), \(6, 4\) \(out, in\), but they must lead from the 4 inputs": {
        "initial_weights": [LAST, FIRST]
    },
    r"shape \(6, 4\), \(7, 5\) .* each layer taking what the one before gives": {
        "initial_weights": [FIRST, LAST[:, :5]]
    },
    r"shape \(6, 4\) \(out, in\), but they": {"initial_weights": [FIRST]},
    "initial_weights has rows of different lengths in layer 1": {"initial_weights": [[[1.0, 2.0], [1.0]], LAST]},
    r"initial_weights has shape \(\) and type <U.* in layer 1": {"initial_weights": ["no", LAST]},
    r"initial_weights has shape \(6, 4\) and type complex128 in layer 1": {"initial_weights": [FIRST * 1j, LAST]},
    "initial_weights is empty, but a network is a list of layers": {"initial_weights": []},
    "initial_weights is of type ndarray, but a network is a list": {"initial_weights": FIRST},
    "initial_weights is of type dict": {"initial_weights": {"first": FIRST}},
    r"initial_weights has layers of shape .* in network 0 and \(5, 4\), \(7, 5\) in network 1, but all train": {
        "initial_weights": [[FIRST, LAST], weights(sizes=[4, 5, 7])]
    },
    "depth is 3, but initial_weights has 2 layers; leave depth out": {"initial_weights": [FIRST, LAST], "depth": 3},
    "hidden_units is 9, but the hidden layers of initial_weights have 6 units": {
        "initial_weights": [FIRST, LAST],
        "hidden_units": 9,
    },
    "initial_strength is 0.001, but initial_weights already gives the initial weights": {
        "initial_weights": [FIRST, LAST],
        "initial_strength": 1e-3,
    },
    "initial_scale is 0.1, but initial_weights already gives the initial weights": {
        "initial_weights": [FIRST, LAST],
        "initial_scale": 0.1,
    },
    "initial_weights has 1 network for 2 seeds, and from the same weights all would learn the same": {
        "initial_weights": [FIRST, LAST],
        "seed": [0, 1],
    },
    "initial_weights has 2 networks for 3 seeds; pass one list of weights for each seed": {
        "initial_weights": [weights(0), weights(1)],
        "seed": [0, 1, 2],
    },
}


@pytest.mark.parametrize("message", REFUSED)
def test_weights_that_cannot_be_are_refused(message):
    with pytest.raises(InputError, match=message) as caught:
        simulate(WORLD, **{**RUN, **REFUSED[message]})
    assert "--" not in str(caught.value)


def test_what_agrees_may_be_said_twice():
    child = simulate(WORLD, depth=2, hidden_units=6, initial_weights=weights(), **RUN)
    assert child.provenance.settings["hidden_units"] == 6


def test_learning_goes_on_where_it_stopped():
    zoo = datasets.load("zoo")
    whole = simulate(zoo, until=0.9, learning_rate=0.001, seed=[0, 1])
    half = simulate(zoo, until=0.4, learning_rate=0.001, seed=[0, 1])
    stopped = [[half.weights(layer).values[seed, -1] for layer in (1, 2)] for seed in (0, 1)]
    rest = simulate(zoo, until=0.5, learning_rate=0.001, initial_weights=stopped)
    np.testing.assert_allclose(rest.dataset.loss[:, -1], whole.dataset.loss[:, -1], rtol=1e-9)
