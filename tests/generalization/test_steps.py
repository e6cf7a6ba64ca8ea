"""Gradient descent in steps and one example at a time: against the loops themselves."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.generalization import gradient_descent_error, largest_learning_rate, online_error, test_error
from ontogeny.random_matrices.marchenko_pastur import density, edges, moment

KNOWN = {"signal_variance": 5.0, "noise_variance": 2.0, "initial_variance": 0.5}


@pytest.mark.parametrize("load", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_steps_against_the_loop_itself(load, share):
    """The weights of a student stepped by hand on sampled data, teacher and noise averaged by linearity."""
    inputs, rng = 200, np.random.default_rng(0)
    rate, most = share * float(largest_learning_rate(load)), 40
    draws = []
    for _ in range(8):
        x = rng.standard_normal((inputs, round(load * inputs))) / np.sqrt(inputs)
        left, from_noise, errors = np.eye(inputs), np.zeros((inputs, x.shape[1])), []
        for step in range(most + 1):
            if step in (0, 1, 7, 40):
                signal = 5.5 * np.sum(left**2) / inputs
                errors.append(2.0 + signal + 2.0 * np.sum(from_noise**2) / inputs)
            from_noise = from_noise + rate * x @ (np.eye(x.shape[1]) - x.T @ from_noise)
            left = left - rate * x @ (x.T @ left)
        draws.append(errors)
    limit = gradient_descent_error([0, 1, 7, 40], load, **KNOWN, learning_rate=rate)
    finite = gradient_descent_error([0, 1, 7, 40], load, **KNOWN, learning_rate=rate, inputs=inputs)
    error = np.std(draws, axis=0) / np.sqrt(8)
    assert np.abs(np.array(draws) - limit).max() < (30 if share < 0.9 else 60) / inputs
    assert np.all(np.abs(np.mean(draws, axis=0) - finite) < 4 * error + (0.3 if share < 0.9 else 3) / inputs)


@pytest.mark.parametrize("load", [0.1, 0.5, 1.0, 1 + 1e-12, 2.0, 10.0])
@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_a_few_steps_are_polynomials_of_the_moments(load, steps):
    rate = 0.9 * float(largest_learning_rate(load))
    kept = np.polynomial.Polynomial([1, -rate]) ** (2 * steps)
    noisy = np.polynomial.Polynomial([1]) - np.polynomial.Polynomial([1, -rate]) ** steps
    noisy = noisy**2 // np.polynomial.Polynomial([0, 1])
    mean = lambda p: sum(c * float(moment(k, load)) for k, c in enumerate(p.coef))  # noqa: E731
    expected = 2.0 + 5.5 * mean(kept) + 2.0 * mean(noisy)
    np.testing.assert_allclose(gradient_descent_error(steps, load, **KNOWN, learning_rate=rate), expected, rtol=1e-12)


@pytest.mark.parametrize("load", [0.5, 1.0, 2.0])
def test_many_steps_near_the_limit_of_stability_against_a_long_sum(load):
    """Both edges are slow then; the sum has 200,000 equal angles."""
    rate, steps = 0.9999 * float(largest_learning_rate(load)), 20001
    angle = np.arange(1, 200_000) * np.pi / 400_000
    low, high = (float(edge) for edge in edges(load))
    l = low + (high - low) * np.sin(angle) ** 2  # noqa: E741
    w = density(l, load) * (high - low) * np.sin(2 * angle) * np.pi / 400_000
    r = (1 - rate * l) ** steps
    atom = max(0, 1 - load)
    expected = 2.0 + 5.5 * (atom + np.sum(w * r**2)) + 2.0 * np.sum(w * (1 - r) ** 2 / l)
    found = gradient_descent_error(steps, load, **KNOWN, learning_rate=rate)
    np.testing.assert_allclose(found, expected, rtol=1e-6)  # the angles miss half a step
    if load > 1:  # the slow large modes alone: all others are learned, and there is no noise to learn
        alone = {"signal_variance": 1.0, "noise_variance": 0.0}
        found = gradient_descent_error(steps, load, **alone, learning_rate=rate)
        np.testing.assert_allclose(found, np.sum(w * r**2), rtol=1e-6)


def test_small_steps_are_the_flow_and_large_ones_end_where_it_ends():
    loads = np.array([0.5, 1.0, 2.0])
    flow = test_error(4.0, loads, **KNOWN)
    off = [
        np.abs(gradient_descent_error(4.0 / rate, loads, **KNOWN, learning_rate=rate) - flow).max()
        for rate in (4e-3, 2e-3)
    ]
    np.testing.assert_allclose(off[0] / off[1], 2, rtol=0.02)
    np.testing.assert_allclose(
        gradient_descent_error(np.inf, loads, **KNOWN, learning_rate=0.1), test_error(np.inf, loads, **KNOWN)
    )
    np.testing.assert_allclose(
        gradient_descent_error(10**5, [0.5, 2.0], **KNOWN, learning_rate=0.1), test_error(np.inf, [0.5, 2.0], **KNOWN)
    )


def test_gradients(jax):
    law = lambda a, rate: gradient_descent_error(7, a, **KNOWN, learning_rate=rate)  # noqa: E731
    for load in (0.5, 1.0):
        with jax.enable_x64(True):
            slopes = jax.grad(law, (0, 1))(jax.numpy.asarray(load), jax.numpy.asarray(0.3))
        step = 1e-4
        differences = (
            (law(load + step, 0.3) - law(load - step, 0.3)) / (2 * step),
            (law(load, 0.3 + step) - law(load, 0.3 - step)) / (2 * step),
        )
        np.testing.assert_allclose(slopes, differences, rtol=1e-6)


def test_one_example_at_a_time_against_the_loop():
    rng, inputs, rate, draws = np.random.default_rng(2), 200, 0.5, []
    for _ in range(60):
        off, errors = np.sqrt(2.0) * rng.standard_normal(inputs), []
        for step in range(3 * inputs + 1):
            if step in (0, inputs // 2, inputs, 3 * inputs):
                errors.append(0.5 + np.mean(off**2))
            x = rng.standard_normal(inputs) / np.sqrt(inputs)
            off = off - rate * (off @ x + np.sqrt(0.5) * rng.standard_normal()) * x
        draws.append(errors)
    known = {"signal_variance": 1.5, "noise_variance": 0.5, "initial_variance": 0.5}
    found = online_error([0.0, 0.5, 1.0, 3.0], **known, learning_rate=rate)
    assert np.all(np.abs(np.mean(draws, axis=0) - found) < 3 * np.std(draws, axis=0) / np.sqrt(60) + 2 / inputs)
    np.testing.assert_allclose(online_error(np.inf, **known, learning_rate=0.5), 0.5 + 0.5 * 0.5 / 1.5, rtol=1e-15)


BAD = [
    (lambda: gradient_descent_error(1, 1.0, learning_rate=0.5), r"learning_rate is 0\.5, but learning diverges at"),
    (lambda: gradient_descent_error(1, 1.0, learning_rate=0.0), r"learning_rate is 0\.0, .*; write a number above 0"),
    (
        lambda: gradient_descent_error(1.5, 1.0, learning_rate=0.1),
        r"step is 1\.5, but steps are counted in whole numbers; write",
    ),
    (lambda: gradient_descent_error(-1, 1.0, learning_rate=0.1), r"step is -1\.0"),
    (lambda: gradient_descent_error(1, 0.0, learning_rate=0.1), r"load is 0\.0"),
    (
        lambda: online_error(1.0, learning_rate=2.0),
        r"learning_rate is 2\.0, but learning one example at a time converges only",
    ),
    (lambda: online_error(-1.0, learning_rate=1.0), r"time is -1\.0"),
    (lambda: online_error(1.0, learning_rate=1.0, noise_variance=-1.0), r"noise_variance is -1\.0"),
]


@pytest.mark.parametrize(("call", "sentence"), BAD)
def test_bad_input_is_answered_with_a_sentence(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
