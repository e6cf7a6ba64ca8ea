"""Stacks of autoencoders and what is learned after them: the printed numbers, and whole matrices."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.modes import deep
from ontogeny.networks import evolve
from ontogeny.networks.initialization import haar
from ontogeny.plasticity import greedy_pretraining

FLOW = 2e-9  # absolute; the integrator's tolerance over some time constants
EPS = 0.05


def test_the_gains_of_a_stack():
    stack = greedy_pretraining([2.0, 1.0, 0.5, 0.25], 4.0, layers=3, initial_weight=EPS)
    np.testing.assert_allclose(stack.encoder_gain, [0.99993, 0.46038, 0.00110, 0.00034], atol=6e-6)
    assert stack.duration == 12.0 and stack.layer_strengths.shape == (3, 4)
    np.testing.assert_allclose(stack.received[1], [2.0, 1.0, 0.5, 0.25] * stack.layer_strengths[0] ** 2)
    frame = stack.to_dataframe()
    assert len(frame) == 12 and list(frame)[:2] == ["layer", "component"]


def test_stacks_of_whole_autoencoders_agree():
    """Every autoencoder as two matrices, trained on what the encoders below make of the inputs."""
    q = haar(4, 4, np.random.default_rng(0))
    variances, durations = np.array([2.0, 1.0, 0.5, 0.25]), [4.0, 3.0, 6.0]
    stack = greedy_pretraining(variances, durations, initial_weight=EPS, corruption_variance=0.1)
    inputs, turn = q @ np.diag(variances) @ q.T, q
    for layer, duration in enumerate(durations):
        new = haar(4, 4, np.random.default_rng(layer + 1))
        start = [EPS * new @ turn.T, EPS * turn @ new.T]
        encoder = evolve(start, inputs, inputs + 0.1 * np.eye(4), times=[0.0, duration], method="flow").weights[0][-1]
        np.testing.assert_allclose(new.T @ encoder @ turn, np.diag(stack.layer_strengths[layer]), atol=FLOW)
        inputs, turn = encoder @ inputs @ encoder.T, new


def test_the_task_is_learned_from_what_the_stack_has_left():
    """Four matrices, the task along the components, against the whole flow."""
    q, u = (haar(3, 3, np.random.default_rng(seed)) for seed in (5, 6))
    variances, s = np.array([1.5, 0.8, 0.3]), np.array([0.9, 0.7, -0.2])
    stack = greedy_pretraining(variances, 3.0, layers=3, initial_weight=0.2)
    start = [np.diag(stack.layer_strengths[0]) @ q.T, *map(np.diag, stack.layer_strengths[1:]), 0.01 * u]
    times = np.array([0.0, 1.0, 3.0, 10.0])
    found = evolve(start, u @ np.diag(s) @ q.T, q @ np.diag(variances) @ q.T, times=times, method="flow")
    strengths = np.einsum("ik,tij,jk->tk", u, found.network_map, q)
    np.testing.assert_allclose(stack.then_supervised(times, s, readout=0.01), strengths, atol=FLOW)


def times_from(durations, layers, variance=1.0, readout=1e-3):
    stack = greedy_pretraining([variance], durations, layers=layers, initial_weight=EPS)
    return float(stack.supervised_time([1.0], readout=readout)[0])


def test_after_endless_pretraining_depth_costs_nothing():
    """Times to half of the task, printed; from small equal layers they grow without bound."""
    found = [times_from(1e4, depth - 1) for depth in (2, 3, 4, 5, 8, 10)]
    np.testing.assert_allclose(found, [0.597, 0.535, 0.490, 0.455, 0.384, 0.352], atol=6e-4)
    small = [deep.time_to_strength(0.5, 1.0, 0.1**depth, depth=float(depth)) for depth in (2, 3, 4, 5, 8, 10)]
    np.testing.assert_allclose(small, [2.30, 9.14, 49.7, 333, 1.67e5, 1.25e7], rtol=0.01)
    small = [deep.time_to_strength(0.5, 1.0, 0.3**depth, depth=float(depth)) for depth in (2, 3, 4, 5, 8, 10)]
    np.testing.assert_allclose(small, [1.16, 2.44, 5.24, 12.3, 229, 1905], rtol=0.01)


def test_a_little_more_early_experience_makes_all_the_difference():
    found = [times_from(duration, 3) for duration in (0, 1, 2, 3, 4, 6, 10)]
    np.testing.assert_allclose(found, [392, 185, 71.5, 15.9, 1.19, 0.492, 0.490], rtol=3e-3)
    stack = greedy_pretraining([1.0], 3.0, layers=3, initial_weight=EPS)
    np.testing.assert_allclose(stack.layer_strengths[:, 0], [0.709, 0.221, 0.054], atol=6e-4)


@pytest.mark.parametrize(
    ("duration", "printed"),
    [(4.0, [0.714, 8.0, 16.9, 24.4, 30.2]), (10.0, [0.535, 0.550, 4.99, 16.9, 30.2])],
)
def test_deprivation_delays_and_does_not_prevent(duration, printed):
    """One feature varies less during early learning (not at all in the end), and fully during the task."""
    found = []
    for share in (1.0, 0.5, 0.25, 0.1, 0.0):
        stack = greedy_pretraining([share], duration, layers=2, initial_weight=EPS)
        again = type(stack)(np.ones(1), stack.durations, stack.layer_strengths, stack.received)
        found.append(float(again.supervised_time([1.0], readout=1e-3)[0]))
    np.testing.assert_allclose(found, printed, rtol=6e-3)


def test_odd_cases():
    stack = greedy_pretraining([1.0, 0.0], [2.0, 0.0], initial_weight=0.1)
    np.testing.assert_allclose(stack.layer_strengths[1], 0.1)  # a layer that was not trained
    assert stack.layer_strengths[0, 1] == pytest.approx(0.1)  # a component that does not vary
    times = stack.supervised_time([0.5, 0.0], readout=0.01)
    assert np.isfinite(times[0]) and np.isnan(times[1])
    assert "2 layers in 2 tau" in repr(stack)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        (dict(variances=[1.0, -1.0]), "variances are not a list"),
        (dict(variances=[]), "variances are not a list"),
        (dict(durations=[-1.0]), "durations hold a number that is negative"),
        (dict(initial_weight=0.0), "initial_weight is 0"),
        (dict(corruption_variance=-1.0), "corruption_variance is -1"),
        (dict(durations=[1.0, 2.0], layers=3), "layers is 3, but there are 2 durations"),
    ],
)
def test_refusals(options, match):
    given = dict(variances=[1.0], durations=1.0, initial_weight=0.1) | options
    with pytest.raises(InputError, match=match):
        greedy_pretraining(given.pop("variances"), given.pop("durations"), **given)


def test_refused_tasks():
    stack = greedy_pretraining([1.0, 0.5], 1.0, initial_weight=0.1)
    with pytest.raises(InputError, match="singular_values are 3, but there are 2 components"):
        stack.then_supervised(1.0, [1.0, 2.0, 3.0], readout=0.1)
    with pytest.raises(InputError, match=r"share is 1\.5"):
        stack.supervised_time([1.0, 1.0], readout=0.1, share=1.5)
