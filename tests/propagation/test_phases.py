"""The plane of variances: critical line, half-stable points, and a diagram that is its points."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from ontogeny import InputError
from ontogeny._core.nonlinearities import TABLE, Nonlinearity
from ontogeny.propagation import critical_weight_variance, mean_field, phase_diagram, recommended

PRINTED = 6e-11  # half a unit of the last digit of the critical variances below
CLOSED = 1e-10  # the accuracy that is promised


def test_critical_variances_of_tanh():
    bias = [0.0025, 0.01, 0.05, 0.09, 0.3]
    weight = [1.2600938172, 1.4242052905, 1.7609546396, 1.9476546317, 2.5051271897]
    variance = [0.15369194, 0.27330091, 0.57004788, 0.76347477, 1.46116945]
    np.testing.assert_allclose(critical_weight_variance("tanh", bias_variance=bias), weight, atol=PRINTED)
    for b, w, q in zip(bias, weight, variance, strict=True):
        assert mean_field("tanh", w, b).variance_fixed_point == pytest.approx(q, abs=6e-9)


def test_without_biases_the_critical_variance_is_exact():
    assert critical_weight_variance("tanh") == 1.0
    assert critical_weight_variance("hard_tanh") == 1.0
    assert critical_weight_variance("relu") == 2.0
    assert critical_weight_variance("linear") == 1.0
    assert critical_weight_variance("erf") == pytest.approx(np.pi / 4, rel=1e-15)
    assert critical_weight_variance("leaky_relu") == pytest.approx(2 / 1.0001, rel=1e-15)


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("bias", [0.0, 1e-4, 0.02, 0.7, 5.0])
def test_on_the_critical_line_gradients_keep_their_size(name, bias):
    w = float(critical_weight_variance(name, bias_variance=bias))
    if np.isnan(w):
        assert name in ("linear", "relu", "leaky_relu", "gelu", "silu")
        return
    # started beyond the fixed point, from where the attracting one is reached
    field = mean_field(name, w, bias, start_variance=100.0)
    assert field.chi_1 == pytest.approx(1, abs=1e-9)
    assert field.inverse_depth_scales.variance > -1e-9


@pytest.mark.parametrize("bias", [0.05, 0.4])
def test_the_critical_line_by_root_finding(bias):
    """The slow twin: the root of chi_1 - 1 over the weight variance."""
    for name in ("tanh", "erf", "hard_tanh"):
        root = brentq(lambda w, name=name: mean_field(name, w, bias).chi_1 - 1, 0.5, 5.0, xtol=1e-13)
        assert float(critical_weight_variance(name, bias_variance=bias)) == pytest.approx(root, abs=CLOSED)


@pytest.mark.parametrize(
    ("name", "weight", "bias", "variance"),
    [("gelu", 1.98305826, 0.17292239, 3.5616), ("silu", 1.98800468, 0.55514316, 14.3202)],
)
def test_half_stable_points(name, weight, bias, variance):
    advice = recommended(name)
    assert advice.weight_variance == pytest.approx(weight, abs=6e-9)
    assert advice.bias_variance == pytest.approx(bias, abs=2e-8)  # the last digit is printed as 6 and as 7
    assert advice.variance_fixed_point == pytest.approx(variance, abs=6e-5)
    assert advice.chi_1 == pytest.approx(1, abs=1e-12) and advice.variance_slope == pytest.approx(1, abs=1e-12)
    assert "half-stable" in advice.reasons
    assert np.isnan(critical_weight_variance(name, bias_variance=0.9 * bias))
    assert critical_weight_variance(name, bias_variance=1.1 * bias) < 2


def test_what_to_take():
    tanh = recommended("tanh")
    assert (tanh.weight_variance, tanh.bias_variance, tanh.gain, tanh.chi_1) == (1.0, 0.0, 1.0, 1.0)
    assert recommended("relu").weight_variance == 2
    assert recommended("tanh", bias_variance=0.05).weight_variance == pytest.approx(1.7609546396, abs=PRINTED)
    row = tanh.to_dataframe().iloc[0]
    assert row["weight_variance"] == 1 and row["nonlinearity"] == "tanh"


def test_where_nothing_is_critical_it_says_what_to_write():
    with pytest.raises(InputError, match=r"bias_variance is 0.1, at which the variance of relu units diverges .*=0.0"):
        recommended("relu", bias_variance=0.1)
    with pytest.raises(InputError, match=r"no attracting fixed point of gelu is critical; write 0.172922 or more"):
        recommended("gelu", bias_variance=0.1)
    with pytest.raises(InputError, match=r"bias_variance is -1.0, but a variance is not negative"):
        critical_weight_variance("tanh", bias_variance=[0.0, -1.0])


def test_a_diagram_is_its_points():
    w, b = [0.4, 1.0, 1.9, 3.5], [0.0, 0.02, 0.6]
    for name in ("tanh", "hard_tanh", "gelu", "relu", "sigmoid"):
        diagram = phase_diagram(name, w, b)
        for i, weight in enumerate(w):
            for j, bias in enumerate(b):
                point = mean_field(name, weight, bias)
                given = [
                    diagram.variance_fixed_point[i, j],
                    diagram.chi_1[i, j],
                    diagram.correlation_fixed_point[i, j],
                    *(rate[i, j] for rate in diagram.inverse_depth_scales),
                ]
                alone = [
                    point.variance_fixed_point,
                    point.chi_1,
                    point.correlation_fixed_point,
                    *point.inverse_depth_scales,
                ]
                np.testing.assert_allclose(given, alone, rtol=1e-11, atol=1e-12)
        np.testing.assert_array_equal(diagram.critical_weight_variance, critical_weight_variance(name, bias_variance=b))
        assert diagram.error < CLOSED


def test_a_diagram_against_adaptive_integration():
    w, b = np.linspace(0.5, 4, 5), np.linspace(0.01, 1, 4)
    diagram = phase_diagram("tanh", w, b, correlations=False)

    def average(function):
        density = lambda z: function(z) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)  # noqa: E731
        return quad(density, -12, 12, epsabs=1e-13, epsrel=1e-12)[0]

    for i, weight in enumerate(w):
        for j, bias in enumerate(b):
            q = brentq(
                lambda q, weight=weight, bias=bias: weight * average(lambda z: np.tanh(np.sqrt(q) * z) ** 2) + bias - q,
                bias / 2,
                weight + bias + 1,
                xtol=1e-13,
            )
            chi = weight * average(lambda z, q=q: np.cosh(np.sqrt(q) * z) ** -4.0)
            assert diagram.variance_fixed_point[i, j] == pytest.approx(q, abs=CLOSED)
            assert diagram.chi_1[i, j] == pytest.approx(chi, abs=CLOSED)
    assert np.isnan(diagram.correlation_fixed_point).all()


def test_a_diagram_as_a_table():
    table = phase_diagram("tanh", [0.5, 2.0], [0.0, 0.1, 0.2]).to_dataframe()
    assert table.shape == (6, 9) and table["weight_variance"].tolist() == [0.5] * 3 + [2.0] * 3
    assert table["critical_weight_variance"][3] == 1.0
    lengths = phase_diagram("tanh", [0.5, 1.0], [0.0]).depth_scales
    assert lengths.gradient[0, 0] == pytest.approx(1 / np.log(2)) and lengths.gradient[1, 0] == np.inf


def test_a_function_of_ones_own_has_a_critical_line():
    own = Nonlinearity(lambda h: 2 * np.tanh(h / 2), name="own")
    assert critical_weight_variance(own) == pytest.approx(1, abs=1e-11)
    # the slope of 2 tanh(h/2) at h is that of tanh at h/2: biases of four times the variance do the same
    twin = critical_weight_variance("tanh", bias_variance=0.05)
    assert critical_weight_variance(own, bias_variance=0.2) == pytest.approx(float(twin), abs=1e-9)


def test_axes_are_lists_of_variances():
    with pytest.raises(InputError, match=r"weight_variances has a number that is negative or not finite"):
        phase_diagram("tanh", [1.0, -1.0], [0.0])
    with pytest.raises(InputError, match=r"bias_variances has the shape \(1, 1\)"):
        phase_diagram("tanh", [1.0], [[0.0]])


@pytest.mark.parametrize("units", ["relu", "tanh", "sigmoid"])
def test_what_a_small_error_of_the_variance_does_is_that_of_these_units(units):
    """Above a critical point tanh settles to a smaller growth; rectified units keep all of it."""
    best = recommended(units)
    variances = [part * best.weight_variance for part in (0.98, 1.02)]
    less, more = (mean_field(units, each, best.bias_variance).chi_1 ** 100 for each in variances)
    assert f"smaller multiplies squared gradients by {less:.2g} over" in best.reasons
    assert f"larger by {more:.3g}." in best.reasons
    assert (more > 2) == (units != "tanh")
