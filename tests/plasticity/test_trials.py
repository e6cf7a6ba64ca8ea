"""Single trials of perceptual learning: gradients, the limit of small steps, and the drift that is left."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.plasticity import perceptual_learning, single_trial_learning

# The printed excess of the first layer's gain over the flow at 40 tau, one seed each: .173, .095, .053. Draws differ:
# eight seeds scatter by .012 at the largest rate.
PRINTED = {0.002: 0.173, 0.001: 0.095}
SCATTER = 0.03


def test_small_steps_lead_to_the_flow():
    """The drift falls with the learning rate, about in proportion; the rest of the network is where the flow is."""
    flow = perceptual_learning([0.0, 40.0])
    excess = {}
    for rate in PRINTED:
        found = single_trial_learning([0.0, 40.0], learning_rate=rate)
        excess[rate] = found.layer_gains[-1, 0] - flow.layer_gains[-1, 0]
        assert found.output[-1] == pytest.approx(flow.output[-1], abs=0.1)
        assert not found.validity.holds and "in the limit of small steps" in found.validity.assumptions[0].meaning
    np.testing.assert_allclose(list(excess.values()), list(PRINTED.values()), atol=SCATTER)
    assert 1.3 < excess[0.002] / excess[0.001] < 2.7


def test_every_trial_moves_by_its_own_gradient():
    """Without noise only the answers are drawn: the same trials, with gradients by finite differences."""
    rate, trials = 0.05, 7
    options = dict(units=6, gains=(1.0, 0.8), readout=0.1, input_noise=0.0, tuning_width=30.0, task_precision=10.0)
    found = single_trial_learning([0.0, rate * trials], learning_rate=rate, seed=3, **options)
    answers = np.random.default_rng(3).choice([-1.0, 1.0], size=trials)
    task = found.task
    layers = [np.array(layer[0]) for layer in (*found.weights, found.readout[:, None])]

    def loss(layers, x, y):
        return 0.5 * (y - layers[2] @ layers[1] @ layers[0] @ x).item() ** 2

    for answer in answers:
        x = task.responses([task.reference + answer * task.precision])[0]
        moves = [np.zeros_like(layer) for layer in layers]
        for layer, move in zip(layers, moves):
            for place in np.ndindex(layer.shape):
                sides = []
                for step in (1e-5, -1e-5):
                    layer[place] += step
                    sides.append(loss(layers, x, answer))
                    layer[place] -= step
                move[place] = (sides[0] - sides[1]) / 2e-5
        layers = [layer - rate * move for layer, move in zip(layers, moves)]
    for ours, theirs in zip([*found.weights, found.readout[:, None]], layers):
        np.testing.assert_allclose(ours[-1], theirs, atol=1e-9)


def test_noise_inside_and_correlated_noise_are_drawn():
    """Trials with noise after the first layer follow the flow that pays for it, not the one that does not."""
    options = dict(units=12, gains=(1.0,))
    noisy, plain = (
        perceptual_learning([0.0, 20.0], internal_noise=noise, **options).layer_gains[-1, -1]
        for noise in ((0.5,), None)
    )
    found = single_trial_learning([0.0, 20.0], learning_rate=0.002, internal_noise=(0.5,), **options)
    assert found.layer_gains[-1, -1] == pytest.approx(noisy, abs=0.1) and plain - noisy > 0.3
    shared = 0.09 * np.full((12, 12), 0.9) + 0.009 * np.eye(12)  # nearly all of it common to all units
    flow = perceptual_learning([0.0, 20.0], input_noise=shared, **options)
    found = single_trial_learning([0.0, 20.0], learning_rate=0.002, input_noise=shared, **options)
    alone = single_trial_learning([0.0, 20.0], learning_rate=0.002, **options)
    assert found.output[-1] == pytest.approx(flow.output[-1], abs=0.03)
    assert abs(alone.output[-1] - flow.output[-1]) > 0.2  # independent noise is harder


def test_the_same_seed_gives_the_same_trials_and_tau_is_a_unit():
    first, again, other = (
        single_trial_learning([0.0, 2.0], learning_rate=0.01, seed=seed, units=8) for seed in (1, 1, 2)
    )
    assert np.array_equal(first.readout, again.readout) and not np.array_equal(first.readout, other.readout)
    slow = single_trial_learning([0.0, 4.0], learning_rate=0.01, seed=1, units=8, tau=2.0)
    np.testing.assert_array_equal(slow.readout, first.readout)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (dict(learning_rate=0.0), "learning_rate is 0"),
        (dict(learning_rate=5.0, time=[0.0, 500.0]), "learning_rate is 5, with which weights grow without bound"),
        (dict(learning_rate=0.5, time=[0.0, 0.1]), "learning_rate is 0.5, with which several times are one trial"),
        (dict(learning_rate=0.1, input_noise=-0.3), "input_noise is -0.3"),
        (dict(learning_rate=0.1, seed=-1), "seed is -1"),
    ],
)
def test_refusals(given, match):
    with pytest.raises(InputError, match=match):
        single_trial_learning(**({"time": [0.0, 1.0], "units": 8} | given))
