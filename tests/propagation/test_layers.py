"""What goes through a network, by hand."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.propagation import layer_sums, mean_field, population_variance


def test_sums_by_hand():
    first, second = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]]), np.array([[1.0, -1.0, 2.0]])
    x = np.array([0.3, -0.7])
    sums = layer_sums([first, second], x, "tanh", biases=[[0.1, 0.2, 0.3], [0.4]])
    after = first @ np.tanh(x) + [0.1, 0.2, 0.3]
    np.testing.assert_array_equal(sums[1], after)
    np.testing.assert_array_equal(sums[2], second @ np.tanh(after) + 0.4)
    many = layer_sums([first, second], np.stack([x, -x], axis=1), "tanh", biases=[[0.1, 0.2, 0.3], [0.4]])
    np.testing.assert_allclose(many[2][:, 0], sums[2])


def test_population_variance_is_a_mean_over_units():
    x = np.arange(6.0).reshape(3, 2)
    np.testing.assert_allclose(population_variance(x), [(0 + 4 + 16) / 3, (1 + 9 + 25) / 3])


@pytest.mark.parametrize("gain", [1.3, 2.0])
def test_orthogonal_layers_settle_at_the_fixed_point_of_theory(gain):
    """With orthogonal weights the same map holds (paper, Fig. 8)."""
    rng = np.random.default_rng(0)
    weights = [gain * np.linalg.qr(rng.standard_normal((400, 400)))[0] for _ in range(25)]
    q = [population_variance(x) for x in layer_sums(weights, rng.standard_normal(400), "tanh")]
    expected = mean_field("tanh", gain**2).variance_fixed_point
    assert np.mean(q[-5:]) == pytest.approx(expected, rel=4 * np.sqrt(2 / 400 / 5))


@pytest.mark.parametrize(
    ("weights", "sums", "biases", "sentence"),
    [
        ([], [1.0], None, "weights is empty, but a network has a layer"),
        ([np.eye(2)], [1.0], None, r"weights has an array of shape \(2, 2\) as layer 1, which receives 1 numbers"),
        ([np.eye(1)], [np.nan], None, "sums has a number that is not finite"),
        ([np.nan * np.eye(1)], [1.0], None, "weights has a number that is not finite in layer 1"),
        ([np.eye(1)], 1.0, None, r"sums has the shape \(\), but one number for each unit is needed"),
        ([np.eye(1)], [1.0], [[1.0, 2.0]], r"biases have the shapes \[\(2,\)\].*pass arrays of shapes \[\(1,\)\]"),
    ],
)
def test_what_does_not_fit_is_refused(weights, sums, biases, sentence):
    with pytest.raises(InputError, match=sentence):
        layer_sums(weights, sums, "tanh", biases=biases)
