"""Autoencoders and the Hebbian rule: the law of each component against whole matrices."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.networks import evolve
from ontogeny.networks.initialization import haar
from ontogeny.plasticity import (
    autoencoder_initial_strength,
    autoencoder_strength,
    autoencoder_time,
    hebbian_flow,
)

FLOW = 1e-9  # absolute; the integrator's tolerance over some time constants
TIMES = np.array([0.0, 0.5, 1.0, 2.0, 4.0, 9.0])
VARIANCES = np.array([2.0, 1.0, 0.5, 0.1])


def axes(seed=0):
    return haar(4, 4, np.random.default_rng(seed))


@pytest.mark.parametrize(("noise", "decay"), [(0.0, 0.0), (0.7, 0.0), (0.0, 0.3), (0.7, 0.3), (0.2, 0.5)])
def test_components_follow_the_law_in_whole_autoencoders(noise, decay):
    """Weights that start along the components, noise on the input, decay below and above a variance."""
    q = axes()
    start = 0.1 * np.eye(4)
    inputs = q @ np.diag(VARIANCES) @ q.T
    found = evolve(
        [start @ q.T, q @ start], inputs, inputs + noise * np.eye(4), times=TIMES, weight_decay=decay, method="flow"
    )
    strengths = np.einsum("ik,tij,jk->tk", q, found.network_map, q)
    law = autoencoder_strength(TIMES[:, None], VARIANCES, 0.01, corruption_variance=noise, weight_decay=decay)
    np.testing.assert_allclose(strengths, law, atol=FLOW)


def test_the_end_is_what_noise_and_decay_leave():
    ends = autoencoder_strength(1e4, VARIANCES, 0.01, corruption_variance=0.5, weight_decay=0.4)
    np.testing.assert_allclose(ends, np.maximum(VARIANCES - 0.4, 0) / (VARIANCES + 0.5), atol=1e-12)
    still = autoencoder_strength(TIMES, 0.4, 0.01, corruption_variance=0.5, weight_decay=0.4)
    np.testing.assert_allclose(still, 0.01 / (1 + 2 * 0.9 * 0.01 * TIMES), rtol=1e-12)  # variance equal to the decay


def test_the_hebbian_rule_has_the_course_of_the_autoencoder():
    q = axes(1)
    inputs = q @ np.diag(VARIANCES) @ q.T
    found = hebbian_flow(haar(4, 4, np.random.default_rng(2)) @ np.diag([0.1] * 4) @ q.T, inputs, times=TIMES, tau=2.0)
    strengths = np.sum((found @ q) ** 2, axis=1)
    np.testing.assert_allclose(strengths, autoencoder_strength(TIMES[:, None], VARIANCES, 0.01, tau=2.0), atol=FLOW)


def test_the_time_is_that_of_the_course():
    options = dict(corruption_variance=0.3, weight_decay=0.05, tau=1.7)
    t = autoencoder_time([0.1, 0.3, 0.6], 1.2, 0.01, **options)
    np.testing.assert_allclose(autoencoder_strength(t, 1.2, 0.01, **options), [0.1, 0.3, 0.6], rtol=1e-12)
    assert autoencoder_time(0.9, 1.0, 0.01, corruption_variance=1.0) == np.inf
    half = np.log(1 / 0.01 - 1) / (2 * VARIANCES)
    np.testing.assert_allclose(autoencoder_time(0.5, VARIANCES, 0.01), half, rtol=1e-12)


def test_wide_random_autoencoders_follow_the_law():
    """Forty hidden units, small random weights: half-times of all four components within 1.5%."""
    rng = np.random.default_rng(3)
    q = axes(3)
    inputs = q @ np.diag(VARIANCES) @ q.T
    start = [0.01 * rng.standard_normal((40, 4)) / 2, 0.01 * rng.standard_normal((4, 40)) / 2]
    times = np.linspace(0, 60, 3001)
    strengths = np.einsum("ik,tij,jk->tk", q, evolve(start, inputs, inputs, times=times).network_map, q)
    half = [np.interp(0.5, strengths[:, k], times) for k in range(4)]
    law = autoencoder_time(0.5, VARIANCES, autoencoder_initial_strength(*start, q))
    np.testing.assert_allclose(half, law, rtol=0.015)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_narrow_random_autoencoders_follow_it_in_the_first_component_alone(seed):
    """As many hidden units as components: late components wait for directions that are free."""
    rng = np.random.default_rng(seed)
    q = axes(3)
    inputs = q @ np.diag(VARIANCES) @ q.T
    start = [0.1 * rng.standard_normal((4, 4)) / 2 for _ in range(2)]
    times = np.linspace(0, 300, 3001)
    strengths = np.einsum("ik,tij,jk->tk", q, evolve(start, inputs, inputs, times=times).network_map, q)
    half = np.array([np.interp(0.5, strengths[:, k], times) for k in range(4)])
    later = half / autoencoder_time(0.5, VARIANCES, autoencoder_initial_strength(*start, q))
    assert later[0] == pytest.approx(1.0, abs=0.01) and np.all(later[2:] > 1.05)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: autoencoder_strength(-1.0, 1.0, 0.1), "time is -1"),
        (lambda: autoencoder_strength(1.0, -1.0, 0.1), "variance is -1"),
        (lambda: autoencoder_strength(1.0, 1.0, 0.1, corruption_variance=-0.1), "corruption_variance is -0.1"),
        (lambda: autoencoder_strength(1.0, 1.0, 0.1, weight_decay=-0.1), "weight_decay is -0.1"),
        (lambda: autoencoder_initial_strength(np.ones((3, 4)), np.ones((3, 4)), np.eye(4)), "decoder has the shape"),
        (lambda: hebbian_flow(np.ones((2, 3)), np.eye(2), times=[0.0, 1.0]), "input_correlation has the shape"),
        (lambda: hebbian_flow(np.ones((2, 2)), np.eye(2), times=[1.0, 0.0]), "times do not increase"),
    ],
)
def test_refusals(call, match):
    with pytest.raises(InputError, match=match):
        call()
