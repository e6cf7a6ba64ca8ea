"""Speed against accuracy: the records, the trade-off itself, depth 1 in closed form."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.generalization import bayes_error, optimal_stopping, speed_accuracy, weight_norm


@pytest.fixture(scope="module")
def record():
    return speed_accuracy(2.0, depths=[1, 2, 3], initial_variances=[1e-1, 1e-2, 1e-4], signal_variance=5.0)


def test_small_first_weights_are_slow_and_accurate(record):
    assert np.all(np.diff(record.best_error, axis=1) < 0)
    assert np.all(np.diff(record.half_time[1:], axis=1) > 0)
    assert np.all(np.diff(record.best_error[:, 2]) > 0)  # and layers cost a little accuracy
    assert np.all(record.best_error > record.bayes_error)
    np.testing.assert_allclose(record.best_error[1], [1.8118, 1.7930, 1.7839], atol=6e-5)


def test_without_hidden_layer_it_is_optimal_stopping(record):
    stop = optimal_stopping(2.0, signal_variance=5.0, initial_variance=[1e-1, 1e-2, 1e-4])
    np.testing.assert_allclose(record.best_time[0], stop.time, rtol=1e-12)
    np.testing.assert_allclose(record.best_error[0], stop.error, rtol=1e-12)
    known = {"signal_variance": 5.0, "initial_variance": record.initial_variance}
    half, whole = (weight_norm(time, 2.0, **known) for time in (record.half_time[0], stop.time))
    np.testing.assert_allclose(half, whole / 2, rtol=1e-9)


def test_the_record_says_what_it_found(record):
    table = record.to_dataframe()
    assert list(table.columns) == [
        "depth", "initial_variance", "half_time", "best_time", "best_error", "bayes_error",
    ]  # fmt: skip
    assert len(table) == 9 and table.best_error.iloc[4] == record.best_error[1, 1]
    assert "at depth 1 from 0.0001" in repr(record) and "own unit of time" in record.meaning
    assert record.bayes_error == bayes_error(2.0, signal_variance=5.0)


def test_time_has_its_unit_and_large_weights_need_none():
    fast = speed_accuracy(2.0, depths=[1], initial_variances=[1e-2], signal_variance=5.0, tau=3.0)
    slow = speed_accuracy(2.0, depths=[1], initial_variances=[1e-2], signal_variance=5.0)
    np.testing.assert_allclose(fast.best_time, 3 * slow.best_time, rtol=1e-14)
    np.testing.assert_allclose(fast.half_time, 3 * slow.half_time, rtol=1e-14)
    assert speed_accuracy(2.0, depths=[1, 2], initial_variances=[50.0]).half_time.tolist() == [[0.0], [0.0]]
    assert speed_accuracy(2.0, depths=[1, 2], initial_variances=[1e-2], noise_variance=0.0).best_time.tolist() == [
        [np.inf],
        [np.inf],
    ]


BAD = [
    (
        {"depths": [], "initial_variances": [1.0]},
        r"depths has the shape \(0,\), but a list of numbers is needed; write \[1, 2, 3\]",
    ),
    ({"depths": [0.5], "initial_variances": [1.0]}, r"depth is 0\.5, but a network has at least one weight matrix"),
    (
        {"depths": [2], "initial_variances": [0.0]},
        r"initial_variance is 0, a saddle point that a student of depth 2\.0 never leaves",
    ),
    ({"depths": [2], "initial_variances": [1.0], "load": 0.0}, r"load is 0\.0"),
    ({"depths": [2], "initial_variances": [1.0], "tau": 0.0}, r"tau is 0\.0, but it is the unit of time"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD)
def test_bad_input_is_answered_with_a_sentence(wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        speed_accuracy(**({"load": 2.0} | wrong))
