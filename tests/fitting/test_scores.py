"""Scores such as d', by least squares: against SciPy's search, known and unknown errors, falling scores."""

import numpy as np
import pytest
from scipy.optimize import curve_fit
from scipy.special import expit
from scipy.stats import f

from ontogeny import InputError
from ontogeny.fitting import d_prime, fit_score_curve, learning_curve
from ontogeny.fitting.curves import share_of_end

T = np.arange(12.0)
FOUND = 1e-4  # of a number that two searches find


def scored(seed=0, *, floor=0.0, ceiling=2.5, error=0.1, half=5.0, depth=2):
    q = learning_curve(T, half_time=half, initial_fraction=0.02, depth=depth)
    return floor + (ceiling - floor) * q + error * np.random.default_rng(seed).standard_normal(T.size)


def test_least_squares_as_scipy_finds_them():
    y = scored()
    found = fit_score_curve(T, y)

    def curve(t, half, start, floor, ceiling):
        return floor + (ceiling - floor) * expit(start * (1 - t / half))

    best, _ = curve_fit(curve, T, y, p0=[5.0, -4.0, 0.0, 2.5], ftol=1e-14, xtol=1e-14)
    assert found.half_time == pytest.approx(best[0], rel=FOUND)
    assert (found.floor, found.ceiling) == pytest.approx(tuple(best[2:]), abs=FOUND)
    assert found.scale == "score" and "floor" in repr(found) and "chance" not in repr(found)
    assert {"floor", "ceiling", "floor_is_fitted"} <= set(found.to_dataframe())


def test_the_interval_is_that_of_the_f_test():
    """At its ends the residual sum of squares, over all other numbers, is larger by a factor of the F quantile."""
    y = scored()
    found = fit_score_curve(T, y, floor=0.0)

    def rest(half):
        logits = np.linspace(-12, -0.05, 4001)
        q = expit(logits[:, None] * (1 - T / half))
        ceiling = (q @ y) / np.sum(q**2, axis=1)
        return np.min(np.sum((y - ceiling[:, None] * q) ** 2, axis=1))

    factor = 1 + f.ppf(0.95, 1, T.size - 3) / (T.size - 3)
    for end in found.interval:
        assert rest(end) / rest(found.half_time) == pytest.approx(factor, rel=1e-3)


def test_known_errors_weigh_the_scores():
    y = scored()
    y[-1] -= 1.0  # one bad session, known to be bad
    error = np.full(T.size, 0.1)
    error[-1] = 3.0
    knowing = fit_score_curve(T, y, error=error, floor=0.0)
    trusting = fit_score_curve(T, y, error=0.1, floor=0.0)
    assert abs(knowing.half_time - 5.0) < 0.3 < abs(trusting.ceiling - 2.5) + 0.2
    assert knowing.ceiling == pytest.approx(2.5, abs=0.2)


def test_scores_may_fall():
    """Reaction times: the same half-time as of their mirror image."""
    y = scored()
    up, down = (fit_score_curve(T, each, level=None) for each in (y, 900 - 100 * y))
    assert down.half_time == pytest.approx(up.half_time, rel=FOUND)
    assert down.ceiling < down.floor


def test_sensitivity_is_fitted_with_its_errors():
    rng = np.random.default_rng(2)
    d = 2.0 * learning_curve(T, half_time=5.0, initial_fraction=0.01, depth=2)
    from scipy.stats import norm

    hits, alarms = rng.binomial(400, norm.cdf(d / 2)), rng.binomial(400, norm.cdf(-d / 2))
    sensitivity, error = d_prime(hits, [400] * 12, alarms, [400] * 12)
    found = fit_score_curve(T, sensitivity, error=error, floor=0.0)
    assert found.interval[0] < 5.0 < found.interval[1] and found.ceiling == pytest.approx(2.0, abs=0.15)


def test_noise_is_no_learning():
    y = np.random.default_rng(5).standard_normal(12)
    found = fit_score_curve(T, y)
    assert not found.is_learning and np.isnan(found.half_time) and np.isnan(found.floor)
    assert "no sign of learning" in repr(found) and "floor fitted" in repr(found)


def test_units_do_not_matter():
    y = scored()
    found, other = (fit_score_curve(t, each, level=None) for t, each in ((T, y), (T * 7, 1000 + 1e-3 * y)))
    assert other.half_time == pytest.approx(7 * found.half_time, rel=1e-3)


def test_with_one_layer_a_fitted_floor_is_the_score_at_the_beginning():
    y = scored(depth=1, half=2.0)
    found = fit_score_curve(T, y, depth=1)
    assert found.initial_fraction < 1e-9 and found.predicted([0.0])[0] == pytest.approx(found.floor)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (dict(score=[1.0] * 12), "score is 1 at all times, which tells nothing of learning"),
        (dict(score=[np.nan] * 12), "score holds a number that is unknown"),
        (dict(score=[1.0, 2.0]), r"score has the shape \(2,\), time \(12,\)"),
        (dict(error=0.0), "error holds a number that is not above 0"),
        (dict(time=[0, 1, 2], score=[0, 1, 2]), "time has 3 blocks, but a curve takes five"),
        (dict(floor=1.0, ceiling=1.0), "ceiling is 1.0 and floor 1.0, which leaves nothing to learn"),
        (dict(floor="free"), "floor is 'free', which is not a number"),
    ],
)
def test_refusals(change, match):
    with pytest.raises(InputError, match=match):
        fit_score_curve(**({"time": T, "score": scored()} | change))


def test_intervals_follow_the_deeper_valley():
    """Noisy scores that still rise: a far higher ceiling fits with a late half, in a valley of its own, by a grid."""
    rng = np.random.default_rng(4)
    half, start, depth = rng.uniform(5, 40), 10 ** rng.uniform(-4, -0.5), rng.choice([1.0, 2.0])
    t = np.arange(40.0)
    y = 2 * learning_curve(t, half_time=half, initial_fraction=start, depth=2)
    y = y + rng.choice([0.05, 0.2, 0.5]) * rng.standard_normal(40)
    found = fit_score_curve(t, y, depth=depth)
    high = found.intervals["ceiling"][1]
    rest = np.sum((y - found.predicted(t)) ** 2)
    ceiling = 0.95 * high
    late, begun = np.geomspace(5, 2000, 200)[:, None], expit(np.linspace(-12, -0.05, 120))[:, None, None]
    q = share_of_end(t, late, begun, depth)  # (120, 200, 40)
    floor = np.sum((1 - q) * (y - ceiling * q), axis=-1, keepdims=True) / np.sum((1 - q) ** 2, axis=-1, keepdims=True)
    least = np.min(np.sum((y - floor * (1 - q) - ceiling * q) ** 2, axis=-1))
    allowed = 1 + f.ppf(0.95, 1, 36) / 36
    assert high > 10 and least / rest < allowed
