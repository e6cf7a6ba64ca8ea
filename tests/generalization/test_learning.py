"""The record of a whole course: its columns are the laws, its sentence the finding, at every depth."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.generalization import (
    deep_error,
    learning_curves,
    optimal_stopping,
    test_error,
    train_error,
    weight_norm,
)


@pytest.mark.parametrize("load", [0.5, 1.0, 2.0])
def test_the_columns_are_the_laws(load):
    known = {"signal_variance": 5.0, "noise_variance": 0.5, "initial_variance": 0.2}
    record = learning_curves(load, **known, tau=3.0)
    for law in (test_error, train_error, weight_norm):
        np.testing.assert_array_equal(getattr(record, law.__name__), law(record.time / 3.0, load, **known))
    stop = optimal_stopping(load, **known, tau=3.0)
    assert record.stopping.time == stop.time and record.load == load
    assert record.time[0] == 0 and record.time[1] < 0.05 * stop.time < 10 * stop.time < record.time[-1]
    assert record.test_error.min() >= stop.error * (1 - 1e-12)


def test_depth_has_its_own_best_time():
    known = {"signal_variance": 5.0, "initial_variance": 0.01}
    record = learning_curves(0.5, **known, depth=2)
    np.testing.assert_allclose(record.test_error, deep_error(record.time, 0.5, **known, depth=2), rtol=1e-9)
    at = float(record.stopping.time)
    near = deep_error([at, 0.98 * at, 1.02 * at], 0.5, **known, depth=2)
    np.testing.assert_allclose(near[0], record.stopping.error, rtol=1e-8)
    assert near[0] < near[1] and near[0] < near[2]
    np.testing.assert_allclose(record.stopping.final_error, deep_error(300.0, 0.5, **known, depth=2), rtol=1e-7)
    np.testing.assert_allclose(learning_curves(2.0, **known, depth=2).stopping.final_error, 2.0, rtol=1e-12)
    assert "to the power 1 - 1/depth" in record.meaning and "depth 2" in repr(record)


def test_the_table_and_the_sentence():
    record = learning_curves(0.5, signal_variance=5.0, times=[0.0, 1.0, 5.0])
    table = record.to_dataframe()
    assert list(table.columns) == ["load", "depth", "time", "test_error", "train_error", "weight_norm"]
    assert table.test_error.tolist() == record.test_error.tolist() and set(table.load) == {0.5}
    assert "is lowest at t = 2.707 with 4.13 (4.108 is possible) and ends at 4.5" in repr(record)
    assert record.meaning == "exact for white inputs and gradient flow, in the limit of many inputs"


@pytest.mark.parametrize("load", [0.5, 1.0, 2.0])
def test_worlds_without_noise_or_signal(load):
    for variances in ({"noise_variance": 0.0}, {"signal_variance": 0.0}):
        record = learning_curves(load, **variances)
        assert np.isfinite(record.to_dataframe()).all(axis=None) and "nan" not in repr(record)
    assert learning_curves(load, times=[]).test_error.size == 0


BAD = [
    ({"load": -1.0}, r"load is -1\.0"),
    ({"times": [[1.0]]}, r"times has the shape \(1, 1\) or holds inf or nan, but a list of finite times is needed"),
    ({"times": [np.inf]}, r"holds inf"),
    ({"times": [-1.0]}, r"time is -1\.0"),
    ({"depth": 2}, r"initial_variance is 0, a saddle point that a student of depth 2 never leaves"),
    ({"depth": 0}, r"depth is 0, but a network has at least one weight matrix"),
    ({"tau": 0}, r"tau is 0, but it is the unit of time; write a number above 0"),
    ({"noise_variance": -1.0}, r"noise_variance is -1\.0"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD)
def test_bad_input_is_answered_with_a_sentence(wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        learning_curves(**{"load": 1.0, **wrong})
