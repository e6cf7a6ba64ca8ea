"""Estimators for scikit-learn: its own checks, the same numbers as without it, the network of the theory."""

import unittest
import warnings
from contextlib import suppress

import numpy as np
import pytest

import ontogeny as on
from ontogeny import InputError

pytest.importorskip("sklearn")
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ontogeny.fitting import DeepLinearLearner, LearningCurveRegressor, fit_score_curve, learning_curve

DRAW = np.random.default_rng(0)
T = np.arange(12.0)
SCORES = 2 * learning_curve(T, half_time=5.0, initial_fraction=0.02, depth=2) + 0.1 * DRAW.standard_normal(12)


@pytest.mark.parametrize(
    "estimator", [LearningCurveRegressor(), DeepLinearLearner(), DeepLinearLearner(depth=1, time=30.0)], ids=repr
)
def test_the_checks_of_scikit_learn(estimator):
    try:
        from sklearn.utils.estimator_checks import estimator_checks_generator
    except RuntimeError:
        pytest.skip("the checks of scikit-learn 1.6 need a setting of SciPy before it is imported")
    done = 0
    for each, check in estimator_checks_generator(estimator):
        with warnings.catch_warnings(), suppress(unittest.SkipTest):  # one asks for a setting of SciPy
            warnings.simplefilter("ignore")
            check(each)
            done += 1
    assert done > 40


def test_a_curve_is_fitted_as_without_scikit_learn():
    found = LearningCurveRegressor(floor=0.0).fit(T[:, None], SCORES)
    alone = fit_score_curve(T, SCORES, floor=0.0)
    assert found.half_time_ == alone.half_time
    np.testing.assert_array_equal(found.predict(T[:, None]), alone.predicted(T))
    assert found.score(T[:, None], SCORES) > 0.98


def test_times_count_from_the_origin():
    """Ages of 24 to 35 months: half-times are ages, and nothing is learned before the first."""
    found = LearningCurveRegressor(floor=0.0).fit(24 + T[:, None], SCORES)
    assert found.half_time_ == pytest.approx(24 + fit_score_curve(T, SCORES, floor=0.0).half_time)
    assert found.predict([[3.0]]) == found.predict([[24.0]])
    earlier = LearningCurveRegressor(floor=0.0, origin=20.0).fit(24 + T[:, None], SCORES)
    assert earlier.half_time_ == pytest.approx(found.half_time_, rel=0.05)


def test_other_columns_are_ignored_with_a_warning_unless_the_time_is_named():
    import pandas as pd

    table = pd.DataFrame({"age": 0 * T + 3, "block": T})
    found = LearningCurveRegressor(time="block", floor=0.0).fit(table, SCORES)
    assert found.half_time_ == fit_score_curve(T, SCORES, floor=0.0).half_time
    assert LearningCurveRegressor(time=1, floor=0.0).fit(table, SCORES).half_time_ == found.half_time_
    with pytest.warns(UserWarning, match="The first of 2 columns is the time; the others are ignored"):
        LearningCurveRegressor(floor=0.0).fit(table[["block", "age"]], SCORES)
    with pytest.raises(InputError, match="time is 'day', but the columns are 'age', 'block'"):
        LearningCurveRegressor(time="day").fit(table, SCORES)
    with pytest.raises(InputError, match="time is 5, but there are 2 columns"):
        LearningCurveRegressor(time=5).fit(table, SCORES)


def test_without_learning_the_mean_is_predicted():
    noise = np.random.default_rng(5).standard_normal(12)
    found = LearningCurveRegressor().fit(T[:, None], noise)
    assert np.isnan(found.half_time_) and found.predict([[3.0]])[0] == pytest.approx(noise.mean())
    same = LearningCurveRegressor().fit(T[:, None], np.ones(12))
    assert same.fit_ is None and same.predict([[3.0]])[0] == 1.0


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_learner_is_the_network_of_the_theory(depth):
    X = DRAW.standard_normal((40, 4)) @ np.diag([2.0, 1, 1, 0.5])
    y = X @ DRAW.standard_normal((4, 2)) + 0.1 * DRAW.standard_normal((40, 2))
    world = on.Environment.from_arrays(X - X.mean(axis=0), y - y.mean(axis=0), normalization="mean")
    start = {1: 0.0}.get(depth, 1e-3)
    theory = on.predict(world, depth=depth, initial_strength=start, times=[0.0, 1.5])
    found = DeepLinearLearner(depth=depth, time=1.5, initial_strength=start or None).fit(X, y)
    np.testing.assert_allclose(found.coef_, theory.network_map.values[-1], atol=1e-7)
    late = DeepLinearLearner(depth=depth, time=500.0).fit(X, y)
    np.testing.assert_allclose(late.coef_, DeepLinearLearner(depth=depth).fit(X, y).coef_, atol=1e-4)


def test_it_stands_in_a_pipeline():
    X, y = DRAW.standard_normal((60, 3)), DRAW.standard_normal(60)
    y = y * 0.1 + X[:, 0]
    scores = cross_val_score(make_pipeline(StandardScaler(), DeepLinearLearner(time=20.0)), X, y, cv=3)
    assert scores.mean() > 0.9


def test_nothing_to_learn_and_refusals():
    X = np.ones((5, 2))
    assert DeepLinearLearner(time=3.0).fit(X, np.arange(5.0)).coef_.tolist() == [0.0, 0.0]
    assert DeepLinearLearner(time=0.0, depth=2).fit(np.eye(5), np.arange(5.0)).coef_ == pytest.approx(0.0, abs=0.01)
    with pytest.raises(InputError, match="depth is 0, but a network has at least one"):
        DeepLinearLearner(depth=0).fit(X, np.arange(5.0))
    with pytest.raises(InputError, match=r"time is -1\.0, but a learning time is not negative"):
        DeepLinearLearner(time=-1.0).fit(X, np.arange(5.0))
