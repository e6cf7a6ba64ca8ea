"""Weights that people bring: what becomes of them, and what is said of those that cannot be."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny._core.weights import as_numbers, by_layer, devices_of


def test_numbers_of_any_library_are_float64(torch, jax):
    plain = [[1.0, 2.0], [3.0, 4.0]]
    live = torch.tensor(plain, requires_grad=True)
    for values in (plain, np.float32(plain), live, live.half(), live.bfloat16(), jax.numpy.asarray(plain), list(live)):
        found = as_numbers(values, "weights")
        assert type(found) is np.ndarray and found.dtype == np.float64
        np.testing.assert_array_equal(found, plain)


def test_a_copy_is_made(torch):
    live = torch.zeros(2, dtype=torch.float64)
    found = as_numbers(live, "weights")
    live += 1
    np.testing.assert_array_equal(found, 0)
    array = np.zeros(2)
    found = as_numbers(array, "weights")
    array += 1
    np.testing.assert_array_equal(found, 0)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([1.0, np.nan], r"x has shape \(2,\) and holds NaN, but must be finite"),
        ([1.0, np.inf], r"x has shape \(2,\) and holds infinite values"),
        (["a"], "x is of type .*, but weights and correlations are real numbers"),
        ([[1.0], [1.0, 2.0]], "x has rows of unequal length"),
        ([np.ones(1), np.ones(2)], r"x has parts of shapes \[\(1,\), \(2,\)\]"),
        (None, "x is of type object"),
    ],
)
def test_what_are_no_numbers_is_refused(values, sentence):
    with pytest.raises(InputError, match=sentence):
        as_numbers(values, "x")


def test_layers_are_found_in_either_order():
    first, second = np.arange(12.0).reshape(2, 3, 2), np.arange(6.0).reshape(2, 1, 3)
    over_time = [[first[0], second[0]], [first[1], second[1]]]
    for given in ([first, second], [list(first), list(second)], over_time):
        for one, other in zip(by_layer(given, 2), (first, second), strict=True):
            np.testing.assert_array_equal(np.array(one), other)


def test_devices_are_those_of_other_libraries(torch, jax):
    assert devices_of([np.ones(2), 1.0]) == set()
    assert devices_of([torch.ones(2), [jax.numpy.ones(2)]]) == {"cpu", jax.devices()[0].platform}
