"""Jacobians: against finite differences, matrix-free against all singular values, sampled networks against theory."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny._core.nonlinearities import TABLE
from ontogeny.propagation import (
    isometry_score,
    jacobian_moments,
    jacobian_operator,
    jacobian_singular_values,
    jacobian_spectrum,
    layer_sums,
    mean_field,
    variance_map,
)


def layers(ensemble, gain, depth, width, seed):
    rng = np.random.default_rng(seed)
    draws = (rng.standard_normal((width, width)) for _ in range(depth))
    if ensemble == "gaussian":
        return [gain * draw / np.sqrt(width) for draw in draws]
    return [gain * np.linalg.qr(draw)[0] for draw in draws]


@pytest.mark.parametrize("nonlinear_input", [True, False])
@pytest.mark.parametrize("name", ["tanh", "silu", "erf"])
def test_the_jacobian_is_that_of_finite_differences(name, nonlinear_input):
    rng = np.random.default_rng(1)
    weights = [rng.standard_normal((5, 4)), rng.standard_normal((3, 5)), rng.standard_normal((6, 3))]
    biases, x = [rng.standard_normal(layer.shape[0]) for layer in weights], rng.standard_normal(4)

    def output(point):
        if nonlinear_input:
            return layer_sums(weights, point, name, biases=biases)[-1]
        return layer_sums(weights[1:], weights[0] @ point + biases[0], name, biases=biases[1:])[-1]

    differences = np.stack([(output(x + h) - output(x - h)) / 2e-6 for h in 1e-6 * np.eye(4)], axis=1)
    operator = jacobian_operator(weights, x, name, biases=biases, nonlinear_input=nonlinear_input)
    np.testing.assert_allclose(operator @ np.eye(4), differences, atol=1e-8)
    np.testing.assert_allclose(operator.T @ np.eye(6), differences.T, atol=1e-8)
    given = jacobian_singular_values(weights, x, name, biases=biases, nonlinear_input=nonlinear_input)
    np.testing.assert_allclose(given, np.linalg.svd(differences, compute_uv=False), atol=1e-8)


@pytest.mark.parametrize(("ensemble", "seed"), [("gaussian", 0), ("orthogonal", 1)])
def test_matrix_free_estimates_are_those_of_all_singular_values(ensemble, seed):
    weights = layers(ensemble, 1.05, 8, 300, seed)
    x = np.random.default_rng(seed).standard_normal(300)
    every = jacobian_spectrum(weights, x, "tanh", method="dense")
    some = jacobian_spectrum(weights, x, "tanh", method="matrix_free")
    assert some.method == "matrix_free" and 0 < some.standard_error
    assert some.mean_square == pytest.approx(every.mean_square, abs=4 * some.standard_error)
    # random directions estimate the second moment as well as the first: within the spread of 16 of them
    assert some.normalized_variance == pytest.approx(every.normalized_variance, rel=0.25)
    assert some.singular_values[0] == pytest.approx(every.singular_values[0], rel=1e-3)
    assert some.shares.sum() == pytest.approx(1) and every.shares.sum() == pytest.approx(1)
    middle = np.median(every.singular_values)
    assert some.share_below(middle) == pytest.approx(0.5, abs=0.1)


def test_isometries_are_found_matrix_free():
    spectrum = jacobian_spectrum(layers("orthogonal", 1.0, 5, 64, 0), np.zeros(64), method="matrix_free")
    np.testing.assert_allclose(spectrum.singular_values, 1, atol=1e-7)
    assert spectrum.isometry == pytest.approx(1, abs=1e-12)


def test_narrow_ends_are_counted_on_the_smaller_side():
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal((30, 5)), rng.standard_normal((8, 30))]
    for turned in (weights, [layer.T for layer in weights[::-1]]):
        every = jacobian_spectrum(turned, np.zeros(turned[0].shape[1]))
        some = jacobian_spectrum(turned, np.zeros(turned[0].shape[1]), method="matrix_free")
        assert every.singular_values.size == 5
        assert some.mean_square == pytest.approx(every.mean_square, abs=4 * some.standard_error)


WIDE = 400


@pytest.mark.parametrize(
    ("name", "w", "b"), [("tanh", 1.2, 0.05), ("relu", 2.0, 0.0), ("hard_tanh", 1.3, 0.1), ("linear", 1.0, 0.0)]
)
@pytest.mark.parametrize("ensemble", ["gaussian", "orthogonal"])
def test_sampled_jacobians_have_the_moments_of_theory(name, w, b, ensemble):
    depth, start = 6, 1.5
    theory = jacobian_moments(name, w, b, depth=depth, ensemble=ensemble, start_variance=start)
    means, variances = [], []
    for seed in range(3):
        rng = np.random.default_rng(100 + seed)
        weights = layers(ensemble, np.sqrt(w), depth, WIDE, seed)
        biases = [np.sqrt(b) * rng.standard_normal(WIDE) for _ in weights]
        x = np.sqrt(start) * rng.standard_normal(WIDE)
        x *= np.sqrt(start) / np.sqrt(np.mean(x**2))
        spectrum = jacobian_spectrum(weights, x, name, biases=biases, nonlinear_input=True)
        means.append(spectrum.mean_square)
        variances.append(spectrum.normalized_variance)
    # the mean square is a product of depth means over the width, each off by about the root of 2 over the width
    spread = 4 * np.sqrt(2 * depth / WIDE / 3)
    assert np.mean(means) == pytest.approx(theory.mean_square, rel=spread)
    # products of matrices of finite width are off by about their number over the width
    assert np.mean(variances) == pytest.approx(theory.normalized_variance, rel=spread + depth / WIDE, abs=1e-9)


def test_at_the_fixed_point_all_layers_are_alike():
    field = mean_field("tanh", 1.4, 0.1)
    one, many = (jacobian_moments("tanh", 1.4, 0.1, depth=depth) for depth in (1, 7))
    assert many.mean_square == pytest.approx(field.chi_1**7, rel=1e-12)
    assert many.normalized_variance == pytest.approx(7 * one.normalized_variance, rel=1e-12)
    started = jacobian_moments("tanh", 1.4, 0.1, depth=7, start_variance=field.variance_fixed_point)
    assert started.mean_square == pytest.approx(many.mean_square, rel=1e-12)
    orthogonal = jacobian_moments("tanh", 1.4, 0.1, depth=7, ensemble="orthogonal")
    assert many.normalized_variance - orthogonal.normalized_variance == pytest.approx(7)


def test_layers_follow_the_map_from_where_they_start():
    q, mean_square = 2.0, 1.0
    for _ in range(3):
        mean_square *= 1.5 * np.mean(1 - np.tanh(np.sqrt(q) * NORMAL) ** 2 * (2 - np.tanh(np.sqrt(q) * NORMAL) ** 2))
        q = float(variance_map(q, "tanh", 1.5, 0.2))
    theory = jacobian_moments("tanh", 1.5, 0.2, depth=3, start_variance=2.0)
    assert theory.mean_square == pytest.approx(mean_square, rel=0.01)


NORMAL = np.random.default_rng(0).standard_normal(400_000)  # sampled sums, as another way to average


def test_at_the_edges():
    assert jacobian_moments("relu", 3.0, 0.1, depth=2).mean_square == pytest.approx(1.5**2)  # variance diverges
    assert jacobian_moments("tanh", 0.25, depth=3, ensemble="orthogonal").mean_square == 0.25**3
    lost = jacobian_spectrum([np.zeros((3, 3))], np.ones(3))
    assert lost.mean_square == 0 and np.isnan(lost.normalized_variance) and lost.isometry == 0


def test_the_score_is_one_for_isometries_alone():
    assert isometry_score(1.0, 0.0) == 1
    assert isometry_score(0.5, 0.0) == isometry_score(2.0, 0.0) == 0.5
    assert isometry_score(1.0, 1.0) == 0.5
    assert isometry_score(0.0, np.nan) == 0 and isometry_score(np.inf, 1.0) == 0
    np.testing.assert_allclose(isometry_score([1.0, 4.0], [1.0, 0.0]), [0.5, 0.25])


def test_records_as_tables():
    spectrum = jacobian_spectrum([np.diag([3.0, 1.0])], [0.0, 0.0])
    assert spectrum.to_dataframe()["singular_value"].tolist() == [3.0, 1.0]
    table = jacobian_moments("tanh", 1.0, depth=4).to_dataframe()
    assert table["depth"].tolist() == [4] and table["mean_square"].tolist() == [1.0]
    assert "isometry" in repr(spectrum) and "4 gaussian layers" in repr(jacobian_moments("tanh", 1.0, depth=4))


def test_every_nonlinearity_has_moments():
    for name in TABLE:
        moments = jacobian_moments(name, 1.0, 0.1, depth=3)
        assert np.isfinite(moments.mean_square) and moments.normalized_variance >= 3


def test_refusals():
    with pytest.raises(InputError, match=r"method is 'sparse', but it must be one of 'auto', 'dense', 'matrix_free'"):
        jacobian_spectrum([np.eye(2)], [0.0, 0.0], method="sparse")
    with pytest.raises(InputError, match=r"sums has the shape \(2, 2\), but a Jacobian is taken at one point"):
        jacobian_operator([np.eye(2)], np.eye(2))
    with pytest.raises(InputError, match=r"depth is 0, but a network has a layer"):
        jacobian_moments("tanh", 1.0, depth=0)
    with pytest.raises(InputError, match=r"ensemble is 'uniform'"):
        jacobian_moments("tanh", 1.0, depth=1, ensemble="uniform")
