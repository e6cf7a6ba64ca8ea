"""Covariance of noise: against NumPy and scikit-learn, per time, and what has no inverse."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.representation import Repeats, noise_covariance, rdm

SAME = 1e-12
DRAW = np.random.default_rng(1)
ITEM = ["a", "b", "c", "d"] * 5
TRIALS = Repeats(DRAW.standard_normal((2, 20, 6)) * np.array([1.0, 3.0])[:, None, None], ITEM, times=[0.0, 1.0])


def residuals(time):
    values = TRIALS.activity[time].reshape(5, 4, 6)
    return (values - values.mean(axis=0)).reshape(20, 6)


def test_the_estimate_is_the_covariance_of_what_is_left():
    left = np.concatenate([residuals(0), residuals(1)])
    found = noise_covariance(TRIALS, "full")
    np.testing.assert_allclose(found, left.T @ left / 32, atol=SAME)
    assert found.dims == ("unit", "unit_2") and found.attrs["degrees_of_freedom"] == 32
    np.testing.assert_allclose(noise_covariance(TRIALS, "diagonal"), np.diag(left.T @ left) / 32, atol=SAME)
    each = noise_covariance(TRIALS, "full", per_time=True)
    assert each.dims == ("time", "unit", "unit_2") and each.attrs["degrees_of_freedom"] == 16
    np.testing.assert_allclose(each[1], residuals(1).T @ residuals(1) / 16, atol=SAME)
    np.testing.assert_array_equal(noise_covariance(TRIALS, "identity"), np.ones(6))


def test_shrinkage_is_that_of_scikit_learn():
    covariance = pytest.importorskip("sklearn.covariance")
    left = residuals(1) * np.array([1, 1, 1, 1, 1, 4.0])
    expected, share = covariance.ledoit_wolf(left, assume_centered=True)
    found = noise_covariance(Repeats(TRIALS.activity[1] * np.array([1, 1, 1, 1, 1, 4.0]), ITEM))
    np.testing.assert_allclose(found * 16 / 20, expected, atol=SAME)  # it divides by the number of residuals
    assert found.attrs["shrinkage"] == pytest.approx(share, abs=SAME) and 0 < share < 1


def test_equal_noise_is_shrunk_to_itself():
    """Two residuals in two units, turned against each other: their covariance is the target."""
    trials = Repeats([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]], ["a", "a", "b", "b"])
    found = noise_covariance(trials)
    assert found.attrs["shrinkage"] == 1.0
    np.testing.assert_allclose(found, 2 * np.eye(2), atol=SAME)


def test_mahalanobis_distances_are_those_of_the_inverse():
    noise = noise_covariance(TRIALS)
    means = TRIALS.means()[1]
    difference = means[:, 0] - means[:, 2]
    expected = difference @ np.linalg.inv(noise.values) @ difference
    names = list(noise.unit.values)
    named = pd.DataFrame(noise.values, names, names).iloc[::-1, ::-1]  # matched by name
    for given in (noise, noise.values, "ledoit_wolf", named, np.stack([np.eye(6), noise.values])):
        found = rdm(TRIALS, metric="squared_mahalanobis", noise=given)
        assert float(found[1, 0, 2]) == pytest.approx(expected, rel=SAME)
    full = noise_covariance(TRIALS, "full").values
    turned = pd.DataFrame(full, names, names).iloc[::-1, ::-1]
    ways = [rdm(TRIALS, metric="squared_mahalanobis", noise=given).values for given in (full, turned)]
    np.testing.assert_allclose(*ways, rtol=SAME)
    root = rdm(TRIALS, metric="mahalanobis", noise=noise)
    assert float(root[1, 0, 2]) ** 2 == pytest.approx(expected, rel=SAME)
    per_time = rdm(TRIALS, metric="squared_mahalanobis", noise=noise_covariance(TRIALS, "diagonal", per_time=True))
    assert float(per_time[1, 0, 2]) == pytest.approx(np.sum(difference**2 / (np.sum(residuals(1) ** 2, axis=0) / 16)))
    later = rdm(TRIALS, metric="squared_mahalanobis", times=[1.0], noise=np.stack([np.ones(6), 4 * np.ones(6)]))
    assert float(later[0, 0, 2]) == pytest.approx(difference @ difference / 4)


def test_distances_do_not_change_when_activity_and_noise_are_mixed_alike():
    mixing = np.eye(6) + 0.3 * DRAW.standard_normal((6, 6))
    mixed = Repeats(TRIALS.activity @ mixing.T, ITEM, times=[0.0, 1.0])
    whole = [rdm(each, metric="squared_mahalanobis", noise="full") for each in (TRIALS, mixed)]
    np.testing.assert_allclose(*whole, rtol=1e-9)


@pytest.mark.parametrize(
    ("noise", "told"),
    [
        (np.ones(5), r"noise has shape \(5,\), but there are 6 units"),
        (np.ones((3, 6)), r"noise has shape \(3, 6\), but there are 6 units and 2 times"),
        (np.triu(np.ones((6, 6))), "noise is not symmetric"),
        (np.ones((6, 6)), "noise is a covariance of 6 units that has no inverse"),
        (np.array([1, 1, 0, 1, 1, 1.0]), "noise has no variance for unit '2'"),
        ("ledoit", "noise is 'ledoit', but it must be one of 'identity', 'diagonal', 'ledoit_wolf', 'full'"),
        (np.full(6, np.nan), "noise has shape .* and holds NaN"),
    ],
)
def test_what_is_no_noise_is_refused(noise, told):
    with pytest.raises(InputError, match=told):
        rdm(TRIALS, metric="squared_mahalanobis", noise=noise)


def test_too_few_trials_say_nothing_of_noise():
    with pytest.raises(InputError, match="repeats has one trial for every item"):
        noise_covariance(Repeats(np.eye(3), ["a", "b", "c"]))
    few = Repeats(DRAW.standard_normal((6, 8)), ["a", "b"] * 3)
    with pytest.raises(
        InputError, match="a covariance of 8 units that has no inverse, as from fewer trials than units"
    ):
        rdm(few, metric="squared_mahalanobis", noise="full")
    assert np.isfinite(rdm(few, metric="squared_mahalanobis", noise="ledoit_wolf")).all()
    with pytest.raises(InputError, match="repeats is of type ndarray"):
        noise_covariance(np.eye(3))
    with pytest.raises(InputError, match="estimate is 'shrinkage'"):
        noise_covariance(few, "shrinkage")
