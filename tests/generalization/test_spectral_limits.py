"""Ridge regression against samples and against flow; the best time to stop, with one minimum and with several."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from ontogeny import InputError
from ontogeny.generalization import StoppingTime, ridge_risk, spectral_risk, spectral_stopping

DECAY = np.arange(1, 301) ** -1.2
SIGNAL = np.linspace(1.5, 0.5, 300)


def test_sampled_ridge_regressions():
    """Within four standard errors and 3/n."""
    n, noise, draws, ridges = 150, 0.1, 60, np.array([0.003, 0.1])
    draw, found = np.random.default_rng(3), []
    for _ in range(draws):
        x = draw.normal(size=(n, 300)) * np.sqrt(DECAY)
        values, axes = np.linalg.eigh(x.T @ x / n)
        for g in ridges:
            left = axes @ (g / (values + g) * (axes.T @ SIGNAL))
            filtered = values / (values + g) ** 2
            spread = np.einsum("ik,i,ik->k", axes, DECAY, axes)
            trained = values / (values + g)
            train = np.sum(values * (g / (values + g) * (axes.T @ SIGNAL)) ** 2)
            residual = noise * (1 - (2 * trained.sum() - (trained**2).sum()) / n)
            found.append([DECAY @ left**2, noise / n * filtered @ spread, train + residual])
    found = np.array(found).reshape(draws, 2, 3)
    theory = ridge_risk(ridges, DECAY, SIGNAL, samples=n, noise_variance=noise)
    expected = np.stack([theory.bias, theory.variance, theory.train_error], axis=1)
    error = found.std(axis=0) / np.sqrt(draws)
    assert np.all(np.abs(found.mean(axis=0) - expected) < 4 * error + 3 / n * expected)


@pytest.mark.parametrize("samples", [100, 299, 301, 900])
def test_without_a_ridge_it_is_the_end_of_learning(samples):
    end = spectral_risk(np.inf, DECAY, SIGNAL, samples=samples, noise_variance=0.3)
    limit = ridge_risk([0.0, 1e-14], DECAY, SIGNAL, samples=samples, noise_variance=0.3)
    for name in ("bias", "variance", "train_error", "test_error"):
        np.testing.assert_allclose(getattr(limit, name)[0], getattr(end, name), rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(getattr(limit, name)[1], getattr(end, name), rtol=1e-6, atol=1e-9)


def test_the_variance_counts_fitted_directions():
    risk = ridge_risk(np.geomspace(1e-4, 1e2, 9), DECAY, SIGNAL, samples=100, noise_variance=0.3)
    np.testing.assert_allclose(risk.variance, 0.3 * risk.freedom / (100 - risk.freedom), rtol=1e-10)
    shares = (DECAY / (DECAY + risk.effective_ridge[:, None])) ** 2
    np.testing.assert_allclose(risk.freedom, shares.sum(axis=1), rtol=1e-13)
    assert np.all(risk.effective_ridge > risk.ridge) and np.all(np.diff(risk.freedom) < 0)


def test_as_many_samples_as_directions_diverge_only_with_noise():
    noisy, quiet = (ridge_risk([0.0, 1.0], DECAY, SIGNAL, samples=300, noise_variance=noise) for noise in (1.0, 0.0))
    assert noisy.test_error[0] == np.inf and noisy.train_error[0] == 0 and np.isfinite(noisy.test_error[1])
    assert quiet.test_error[0] == 0 and quiet.test_error[1] > 0


def test_isotropic_ridge_has_a_closed_form():
    """Best at noise over signal per direction; there the excess is what the Stieltjes transform says."""
    p, n, signal = 200, 400, 5.0
    e = np.full(p, np.sqrt(signal / p))

    def error(ridge):
        return float(ridge_risk(ridge, np.ones(p), e, samples=n, noise_variance=1.0).test_error)

    best = minimize_scalar(error, bounds=(1e-3, 1.0), method="bounded", options={"xatol": 1e-9})
    load = n / p
    g = 1 / signal
    b = g + load - 1
    stieltjes = 2 / (b + np.sqrt(b**2 + 4 * g))
    assert best.x == pytest.approx(g / load, rel=1e-4)
    assert best.fun == pytest.approx(1 + stieltjes, rel=1e-12)


def test_ridges_that_cannot_be():
    for ridge in (-1.0, "much"):
        with pytest.raises(InputError, match="a ridge is a number of 0 or more"):
            ridge_risk(ridge, DECAY, SIGNAL, samples=100, noise_variance=0.3)


def test_the_records_of_ridges():
    risk = ridge_risk([0.01, 0.1], DECAY, SIGNAL, samples=100, noise_variance=0.3)
    assert len(risk.to_dataframe()) == 2 and "RidgeRisk: 2 ridges" in repr(risk)
    assert "no ridges" in repr(ridge_risk(np.zeros(0), DECAY, SIGNAL, samples=100, noise_variance=0.3))


# Stopping -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("samples", [60, 150, 300, 900])
def test_no_time_is_better_than_the_best(samples):
    stop = spectral_stopping(DECAY, SIGNAL, samples=samples, noise_variance=1.0)
    grid = np.geomspace(1e-3, 1e6, 400)
    others = spectral_risk(grid, DECAY, SIGNAL, samples=samples, noise_variance=1.0).test_error
    near = spectral_risk(stop.time * np.array([0.99, 1, 1.01]), DECAY, SIGNAL, samples=samples, noise_variance=1.0)
    assert stop.error <= others.min() + 1e-12
    assert (
        near.test_error[1] == pytest.approx(stop.error, rel=1e-12)
        and near.test_error[1] < near.test_error[[0, 2]].min()
    )
    assert stop.minima_times.size == 1 and "one minimum" in stop.meaning


def test_isotropic_stopping_at_load_one_is_where_its_closed_condition_says():
    """The isotropic theory at load 1 and signal to noise 5, 1 + A M0(2t) + 2 F(t) - F(2t), minimized here."""
    from scipy.special import ive

    def error(t):
        m0 = lambda s: ive(0, 2 * s) + ive(1, 2 * s)  # noqa: E731
        f = lambda s: 2 * s * m0(s) + (ive(0, 2 * s) - 1) / 2  # noqa: E731
        return 1 + 5 * m0(2 * t) + 2 * f(t) - f(2 * t)

    best = minimize_scalar(error, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-10})
    stop = spectral_stopping(np.ones(100), np.full(100, np.sqrt(0.05)), samples=100, noise_variance=1.0)
    assert stop.error == pytest.approx(best.fun, rel=1e-12)
    assert stop.time == pytest.approx(best.x, rel=1e-6)  # a minimum is as flat as the root of rounding


def test_two_scales_have_two_minima():
    """A few strong noisy directions are overfitted before the weak ones, which hold the signal, are learned."""
    values = np.repeat([1.0, 1e-5], [80, 20])
    e = np.repeat([0.05, 200.0], [80, 20])
    stop = spectral_stopping(values, e, samples=150, noise_variance=1.0)
    assert stop.minima_times.size == 2 and "falls and rises 2 times" in stop.meaning
    assert stop.time == stop.minima_times[1] and stop.to_dataframe().lowest.tolist() == [False, True]


def test_never_stop_and_never_start():
    quiet = spectral_stopping(DECAY, SIGNAL, samples=100, noise_variance=0.0)
    assert quiet.time == np.inf and quiet.error == quiet.final_error and "do not stop early" in quiet.meaning
    deaf = spectral_stopping(DECAY, np.zeros(300), samples=100, noise_variance=1.0)
    assert deaf.time == 0 and deaf.error == 1.0 and "only rises" in deaf.meaning
    assert "lowest test error" in repr(deaf)


def test_a_first_minimum_that_is_the_lowest_is_no_trap():
    times, errors = np.array([1.0, 50.0]), np.array([2.0, 2.5])
    assert "its first minimum is the lowest" in StoppingTime(1.0, 2.0, 5.0, 4.0, times, errors).meaning
    assert "can stop too early" in StoppingTime(50.0, 1.5, 5.0, 4.0, times, np.array([2.0, 1.5])).meaning
