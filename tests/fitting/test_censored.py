"""Lines through values of which some are only known to lie above or below a limit."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm, t

from ontogeny.fitting.censored import most_likely_line, tolerated

DRAW = np.random.default_rng(0)
X = np.stack([np.ones(30), np.linspace(0, 3, 30)], axis=1)
Y = X @ [1.0, 2.0] + 0.5 * DRAW.standard_normal(30)
SIDE = np.where(Y > 5, 1, np.where(Y < 2, -1, 0))
LIMITED = np.clip(Y, 2, 5)
SEARCH = 2e-5  # of a search without derivatives


def test_the_line_is_the_most_likely_one():
    def negative(where):
        mean, spread = X @ where[:2], np.exp(where[2])
        above = norm.logcdf((mean - LIMITED) / spread)
        below = norm.logsf((mean - LIMITED) / spread)
        known = norm.logpdf(LIMITED, mean, spread)
        return -np.sum(np.where(SIDE == 1, above, np.where(SIDE == -1, below, known)))

    assert 3 < np.sum(SIDE == 1) and 2 < np.sum(SIDE == -1)
    best = minimize(
        negative, [0.5, 1.5, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000}
    )
    found = most_likely_line(LIMITED, X, SIDE)
    np.testing.assert_allclose(found.coefficients, best.x[:2], atol=SEARCH)
    assert found.spread == pytest.approx(np.exp(best.x[2]), abs=SEARCH)
    shifted = negative([1.2, 1.9, -0.4]) - best.fun
    fixed = most_likely_line(LIMITED - X @ [1.2, 1.9], X[:, :0], SIDE)
    assert fixed.deviance >= found.deviance and fixed.deviance - found.deviance <= 2 * shifted + SEARCH


def test_without_limits_it_is_least_squares():
    found = most_likely_line(Y, X, np.zeros(30, dtype=int))
    line, squares, _, _ = np.linalg.lstsq(X, Y, rcond=None)
    np.testing.assert_allclose(found.coefficients, line, rtol=1e-12)
    assert found.spread == pytest.approx(np.sqrt(squares[0] / 30), rel=1e-12)


def test_values_on_a_line_have_no_spread():
    """And those beyond a limit that the line passes change nothing."""
    exact = X @ [1.0, 2.0]
    found = most_likely_line(np.minimum(exact, 5), X, np.where(exact > 5, 1, 0))
    np.testing.assert_allclose(found.coefficients, [1.0, 2.0], rtol=1e-9)
    assert found.spread < 1e-9


def test_what_is_tolerated_gives_the_interval_of_student():
    found = most_likely_line(Y, X, np.zeros(30, dtype=int))
    covariance = np.linalg.inv(X.T @ X) * found.spread**2 * 30 / 28
    end = found.coefficients[1] + t.ppf(0.975, 28) * np.sqrt(covariance[1, 1])
    at_end = most_likely_line(Y - end * X[:, 1], X[:, :1], np.zeros(30, dtype=int))
    assert at_end.deviance - found.deviance == pytest.approx(tolerated(30, 2, 0.95), rel=1e-9)
