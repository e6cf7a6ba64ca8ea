"""Interpolation: as good as asked for wherever it is used, and not used where it does not pay."""

import numpy as np
import pytest

from ontogeny.networks.many_times import NODES, RESOLVED, assembled, stretches


def at_many_times(compute, times, window):
    """Matrices at all times, which are probed themselves."""
    parts = stretches(lambda at: (compute(at),), times, window, lambda values: (values,))
    return assembled(parts, times.size, lambda values: values)


def sigmoids(times):
    rates = np.array([1.0, 0.3, 0.05])
    return 1 / (1 + np.exp(-2 * rates * times[:, None] + 12))[:, None, :]


class Counted:
    """A function that counts the times it is asked for."""

    def __init__(self, function):
        self.function, self.asked = function, 0

    def __call__(self, times):
        assert np.all(np.diff(times) > 0)
        self.asked += times.size
        return self.function(times)


@pytest.mark.parametrize("times", [np.linspace(0, 20, 3000), np.linspace(0, 300, 5000), np.geomspace(1e-3, 300, 2000)])
def test_many_times_are_interpolated_to_the_asked_accuracy(times):
    compute = Counted(sigmoids)
    found = at_many_times(compute, times, 2.0)
    assert np.abs(found - sigmoids(times)).max() < 20 * RESOLVED
    assert compute.asked < times.size / 2


@pytest.mark.parametrize("count", [1, 2, NODES, 40, 200])
def test_few_or_sparse_times_are_computed_one_by_one(count):
    times = np.linspace(0, 500, count) if count > 1 else np.array([3.0])
    compute = Counted(lambda at: np.sin(40 * at)[:, None, None])
    np.testing.assert_allclose(at_many_times(compute, times, 2.0), np.sin(40 * times)[:, None, None], atol=1e-12)


def test_windows_shrink_until_they_resolve():
    times = np.linspace(0, 2, 4000)
    found = at_many_times(lambda at: np.tanh(200 * (at - 1))[:, None, None], times, 2.0)
    np.testing.assert_allclose(found[:, 0, 0], np.tanh(200 * (times - 1)), atol=20 * RESOLVED)


def test_what_few_nodes_do_not_resolve_is_looked_at_more_closely():
    times = np.linspace(0, 10, 400)

    def bump(at):
        return (1 / (1 + 25 * (at - 5) ** 2))[:, None]

    np.testing.assert_allclose(at_many_times(bump, times, 10.0), bump(times), atol=1e-11)
