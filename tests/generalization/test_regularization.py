"""Ridge, weight decay, cut-off and any filter: against sampled matrices, each other, and the optimum of all."""

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from derivatives import by_differences, by_jax, by_torch, precisely
from ontogeny import InputError
from ontogeny.generalization import (
    bayes_error,
    filter_error,
    ridge_error,
    spectral_cutoff_error,
    test_error,
    weight_decay_error,
)
from ontogeny.random_matrices.marchenko_pastur import density, edges, stieltjes_derivative, stieltjes_transform

LOADS = [0.1, 0.5, 0.99, 1.0, 1.01, 2.0, 10.0]
EXACT = 1e-13  # relative
SUMMED = 1e-11  # relative, of a sum over eigenvalues that subtracts and divides


def exact_ridge(a, s, n, g):
    b = g + a - 1
    m = (mpmath.sqrt(b**2 + 4 * g) - b) / (2 * g)
    q = m * (1 + m) / mpmath.sqrt(b**2 + 4 * g)
    return n * (1 + m) + (s * g**2 - n * g) * q


@pytest.mark.parametrize("load", LOADS)
def test_ridge_as_printed(load):
    """From the transform and its slope, where that form is stable; with many digits where it is not."""
    g = np.array([0.05, 0.4, 3.0])
    m, q = stieltjes_transform(g, load), stieltjes_derivative(g, load)
    printed = 2.0 * (1 + m) + (5.0 * g**2 - 2.0 * g) * q
    found = ridge_error(load, signal_variance=5.0, noise_variance=2.0, ridge=g)
    np.testing.assert_allclose(found, printed, rtol=EXACT)
    for ridge in (1e-14, 1e-3, 1e12):
        for variances in ((5.0, 2.0), (0.0, 2.0), (5.0, 0.0)):
            signal, noise = variances
            found = ridge_error(load, signal_variance=signal, noise_variance=noise, ridge=ridge)
            np.testing.assert_allclose(found, precisely(exact_ridge, load, signal, noise, ridge), rtol=EXACT)


def test_without_ridge_it_is_learning_to_the_end():
    for variances in ((5.0, 2.0), (5.0, 0.0), (0.0, 2.0), (0.0, 0.0)):
        known = dict(zip(("signal_variance", "noise_variance"), variances, strict=True))
        np.testing.assert_allclose(
            ridge_error(LOADS, **known, ridge=0.0), test_error(np.inf, LOADS, **known), rtol=EXACT
        )
        np.testing.assert_allclose(ridge_error(LOADS, **known, ridge=np.inf), sum(variances), rtol=1e-15)


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize(("signal", "noise"), [(5.0, 1.0), (0.1, 2.0), (1e4, 1.0)])
def test_the_best_ridge_is_noise_over_signal_and_nothing_is_better(load, signal, noise):
    known = {"signal_variance": signal, "noise_variance": noise}
    best = ridge_error(load, **known)
    np.testing.assert_allclose(best, ridge_error(load, **known, ridge=noise / signal), rtol=EXACT)
    np.testing.assert_allclose(best, noise * (1 + stieltjes_transform(noise / signal, load)), rtol=EXACT)
    for factor in (0.9, 1.1):
        assert ridge_error(load, **known, ridge=factor * noise / signal) > best
    assert np.all(test_error(np.geomspace(1e-3, 1e4, 40), load, **known) > best)
    assert np.all(spectral_cutoff_error(load, **known, cutoff=np.linspace(0.01, 5, 20)) > best)


def test_the_optimum_without_noise_or_signal():
    np.testing.assert_allclose(bayes_error(LOADS, noise_variance=0.0), np.maximum(0, 1 - np.array(LOADS)), atol=1e-16)
    np.testing.assert_allclose(bayes_error(LOADS, signal_variance=0.0), 1, rtol=1e-15)
    assert bayes_error(1.0, signal_variance=0.0, noise_variance=0.0) == 0
    large = ridge_error(1.0, signal_variance=1e8)
    np.testing.assert_allclose(large, np.sqrt(1e8), rtol=1e-4)  # 1.0 sqrt(S) at a load of 1
    assert round(float(ridge_error(1.0, signal_variance=5.0)), 4) == 2.7913


def exact_bayes(a, s, n):
    b = n + (a - 1) * s
    return n + (mpmath.sqrt(b**2 + 4 * n * s) - b) / 2


@pytest.mark.parametrize(
    "point", [(0.5, 5.0, 1.0, 0.3), (1.0, 5.0, 1.0, 1e-3), (1.0, 0.0, 1.0, 2.0), (3.0, 5.0, 0.0, 1.0)]
)
def test_derivatives(point, jax, torch):
    def ridge(a, s, n, g):
        return ridge_error(a, signal_variance=s, noise_variance=n, ridge=g)

    def best(a, s, n):
        return bayes_error(a, signal_variance=s, noise_variance=n)

    for law, reference, at in ((ridge, exact_ridge, point), (best, exact_bayes, point[:3])):
        expected = by_differences(reference, at)
        for found in (*by_jax(jax, law, at), by_torch(torch, law, at)):
            np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def test_the_path_of_early_stopping_against_that_of_ridge():
    """At the same eigenvalue and with the ridge one over the time: noise up to 1.69 times, never more bias."""
    ratio = lambda x: ((1 - np.exp(-x)) * (1 + x) / x) ** 2  # noqa: E731
    top = minimize_scalar(lambda x: -ratio(x), bounds=(1, 3), method="bounded", options={"xatol": 1e-10})
    np.testing.assert_allclose([-top.fun, top.x], [1.68591, 1.79328], atol=5e-6)
    x = np.geomspace(1e-4, 1e3, 400)
    assert np.all(np.exp(-x) * (1 + x) <= 1)
    for load in (0.5, 2.0):  # and the same for the whole errors
        t = np.geomspace(1e-2, 1e3, 60)
        known = {"signal_variance": 0.0}
        stopped, ridged = test_error(t, load, **known) - 1, ridge_error(load, **known, ridge=1 / t) - 1
        assert np.all(stopped <= 1.68592 * ridged) and np.all(stopped >= ridged)


def test_weight_decay_against_sampled_matrices():
    rng, inputs, load = np.random.default_rng(0), 300, 0.6
    signal, noise, initial, g, t = 5.0, 1.0, 3.0, 0.4, np.array([0.1, 1.0, 4.0])
    draws = []
    for _ in range(10):
        x = rng.standard_normal((inputs, round(load * inputs))) / np.sqrt(inputs)
        l = np.maximum(np.linalg.eigvalsh(x @ x.T), 0)[:, None]  # noqa: E741
        decay = np.exp(-(l + g) * t)
        learned = (1 - decay) / (l + g)
        error = signal * (1 - l * learned) ** 2 + initial * decay**2 + noise * l * learned**2
        draws.append(noise + error.mean(axis=0))
    known = {"signal_variance": signal, "noise_variance": noise, "initial_variance": initial}
    found = weight_decay_error(2 * t, load, **known, weight_decay=g, tau=2.0)
    assert np.all(np.abs(np.mean(draws, axis=0) - found) < 3 * np.std(draws, axis=0) / np.sqrt(10) + 1.0 / inputs)


@pytest.mark.parametrize("load", LOADS)
def test_weight_decay_between_its_limits(load):
    known = {"signal_variance": 5.0, "noise_variance": 2.0, "initial_variance": 0.7}
    times = np.array([0.0, 0.3, 20.0, 1e3])
    np.testing.assert_allclose(
        weight_decay_error(times, load, **known, weight_decay=0.0), test_error(times, load, **known), rtol=EXACT
    )
    end = ridge_error(load, signal_variance=5.0, noise_variance=2.0, ridge=0.2)
    for late in (400.0, np.inf):
        np.testing.assert_allclose(weight_decay_error(late, load, **known, weight_decay=0.2), end, rtol=EXACT)
    without = weight_decay_error(np.inf, load, **known, weight_decay=0.0)
    np.testing.assert_allclose(without, test_error(np.inf, load, **known), rtol=EXACT)
    assert not np.isnan(weight_decay_error(np.inf, load, weight_decay=[0.0, 1.0], noise_variance=0.0)).any()


def test_krogh_and_hertz_find_the_best_decay_in_noise_over_signal():
    decays = np.linspace(0.05, 1.0, 96)
    errors = weight_decay_error(np.inf, 0.8, signal_variance=5.0, weight_decay=decays)
    np.testing.assert_allclose(decays[errors.argmin()], 0.2, atol=1e-12)


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("share", [0.01, 0.3, 0.9])
def test_a_cutoff_against_adaptive_integration(load, share):
    low, high = (float(edge) for edge in edges(load))
    cut = low + share * (high - low)
    learned, noisy = (
        quad(lambda x, p=p: float(density(x, load)) / x**p, cut, high, epsabs=1e-13, epsrel=1e-11, limit=200)[0]
        for p in (0, 1)
    )
    found = spectral_cutoff_error(load, signal_variance=5.0, noise_variance=2.0, cutoff=cut)
    np.testing.assert_allclose(found, 2.0 + 5.0 * (1 - learned) + 2.0 * noisy, rtol=1e-8)


def test_a_cutoff_at_and_beyond_the_edges(jax):
    known = {"signal_variance": 5.0, "noise_variance": 2.0}
    np.testing.assert_allclose(
        spectral_cutoff_error(LOADS, **known, cutoff=0.0), test_error(np.inf, LOADS, **known), rtol=EXACT
    )
    np.testing.assert_allclose(spectral_cutoff_error(LOADS, **known, cutoff=[1e3]), 7.0, rtol=1e-15)
    np.testing.assert_allclose(spectral_cutoff_error(LOADS, **known, cutoff=[np.inf]), 7.0, rtol=1e-15)
    near = spectral_cutoff_error(2.0, **known, cutoff=edges(2.0)[0] * (1 + 1e-9))
    np.testing.assert_allclose(near, test_error(np.inf, 2.0, **known), rtol=1e-9)
    with jax.enable_x64(True):
        law = lambda a, c: spectral_cutoff_error(a, **known, cutoff=c)  # noqa: E731
        slopes = jax.grad(law, (0, 1))(jax.numpy.asarray(1.0), jax.numpy.asarray(0.5))
    step = 1e-4
    np.testing.assert_allclose(slopes[0], (law(1 + step, 0.5) - law(1 - step, 0.5)) / (2 * step), rtol=1e-6)
    np.testing.assert_allclose(slopes[1], density(0.5, 1.0) * (5.0 - 2.0 / 0.5), rtol=1e-9)  # a mode more or less


@pytest.mark.parametrize("load", LOADS)
def test_a_filter_of_ones_own(load):
    known = {"signal_variance": 5.0, "noise_variance": 2.0}
    flow = filter_error(lambda x: np.exp(-3.0 * x), load, **known, initial_variance=0.5)
    np.testing.assert_allclose(flow, test_error(3.0, load, **known, initial_variance=0.5), rtol=SUMMED, atol=1e-6)
    ridge = filter_error(lambda x: 0.3 / (0.3 + x), load, **known)
    np.testing.assert_allclose(ridge, ridge_error(load, **known, ridge=0.3), rtol=1e-6)
    with pytest.raises(
        InputError, match=r"residual returned an array of shape \(\), but one finite number for each eigenvalue"
    ):
        filter_error(lambda x: 1.0, load)


BAD = [
    (lambda: ridge_error(-1.0), r"load is -1\.0"),
    (lambda: ridge_error(1.0, ridge=-0.1), r"ridge is -0\.1, but a penalty that rewards large weights .*; write 0 or"),
    (
        lambda: bayes_error(1.0, noise_variance=-1.0),
        r"noise_variance is -1\.0, but a variance cannot be negative",
    ),
    (lambda: weight_decay_error(1.0, 1.0, weight_decay=-1.0), r"weight_decay is -1\.0, but a decay rate"),
    (lambda: weight_decay_error(-1.0, 1.0, weight_decay=1.0), r"time is -1\.0"),
    (lambda: spectral_cutoff_error(1.0, cutoff=-1.0), r"cutoff is -1\.0, but eigenvalues are never negative"),
    (lambda: filter_error(np.exp, 0.0), r"load is 0\.0"),
]


@pytest.mark.parametrize(("call", "sentence"), BAD)
def test_bad_input_is_answered_with_a_sentence(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
