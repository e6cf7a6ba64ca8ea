"""Averages over Gaussian sums: against many digits, closed against summed, pairs of sums, functions of a user's own."""

import functools

import mpmath
import numpy as np
import pytest

from gaussian_means import MANY_DIGITS, mean
from ontogeny import InputError
from ontogeny._core.nonlinearities import NONLINEARITIES, TABLE, Nonlinearity, leaky_relu, named
from ontogeny.propagation.averages import Pieces, Smooth, averages_of

VARIANCES = (1e-3, 0.3, 4.0, 100.0, 1e4)
EXACT = 2e-14  # relative: rounding of sums of up to 300 nodes; the same against many digits
SHARP = 1e-10  # relative, of what is left of two activities whose sums are nearly one: they lose half of their digits


@pytest.mark.parametrize("name", TABLE)
def test_against_many_digits(name):
    means = averages_of(TABLE[name])
    value, slope = map(functools.cache, MANY_DIGITS[name])  # the integrals at one variance share their nodes
    for q in VARIANCES:
        expected = [
            mean(lambda h: value(h) ** 2, q),
            mean(lambda h: value(h) * slope(h) * h, q) / q,
            mean(lambda h: slope(h) ** 2, q),
            mean(lambda h: slope(h) ** 4, q),
        ]
        given = [means.square(q), means.square_growth(q), means.slope_power(q, 2), means.slope_power(q, 4)]
        np.testing.assert_allclose(np.array(given, dtype=float), np.array(expected, dtype=float), rtol=EXACT)
        np.testing.assert_allclose(means.moments(q), given[:3], rtol=EXACT)


@pytest.mark.parametrize("name", TABLE)
def test_no_variance_and_the_slope_of_the_second_moment(name):
    means = averages_of(TABLE[name])
    assert float(means.square(0.0)) == pytest.approx(float(TABLE[name].of(np.zeros(1))[0]) ** 2, abs=1e-15)
    for q in (0.2, 3.0):
        difference = (means.square(q * (1 + 1e-5)) - means.square(q * (1 - 1e-5))) / (2e-5 * q)
        assert float(means.square_growth(q)) == pytest.approx(float(difference), rel=1e-8)


def test_gauss_hermite_would_be_wrong():
    """What the trapezoid rule is for: a hundred nodes that follow the Gaussian miss the saturation of tanh."""
    z, w = np.polynomial.hermite_e.hermegauss(100)
    exact = float(mean(lambda h: mpmath.tanh(h) ** 2, 100.0))
    assert abs(np.sum(w * np.tanh(10 * z) ** 2) / np.sqrt(2 * np.pi) - exact) > 1e-3
    assert float(averages_of(TABLE["tanh"]).square(100.0)) == pytest.approx(exact, rel=EXACT)


SUMMED = {
    "erf": Smooth(TABLE["erf"]),
    "hard_tanh": Pieces(TABLE["hard_tanh"]),
    "relu": Pieces(TABLE["relu"]),
    "leaky_relu": Pieces(TABLE["leaky_relu"]),
}


@pytest.mark.parametrize("name", SUMMED)
@pytest.mark.parametrize("lacks", [1.5, 1.0, 0.5, 0.01, 1e-5, 1e-9])
def test_closed_pairs_are_those_of_sums(name, lacks):
    closed, summed = averages_of(TABLE[name]), SUMMED[name]
    for q in (0.02, 0.3, 2.0, 50.0):
        loss = SHARP if lacks < 1e-3 else 1e-12
        assert closed.disagreement(q, lacks) == pytest.approx(summed.disagreement(q, lacks), rel=loss)
        assert closed.slope_product(q, lacks) == pytest.approx(summed.slope_product(q, lacks), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu", "silu"])
@pytest.mark.parametrize("lacks", [1.0, 0.3, 1e-3])
def test_summed_pairs_against_another_rule(name, lacks):
    """Trapezoid sums over the plane against Gauss-Legendre sums of one variable given the other."""
    other = Pieces(Nonlinearity(TABLE[name].value, TABLE[name].slope, (0.0,), takes_namespace=True), 2)
    for q in (0.3, 4.0, 40.0):
        assert averages_of(TABLE[name]).disagreement(q, lacks) == pytest.approx(other.disagreement(q, lacks), rel=1e-11)
        assert averages_of(TABLE[name]).slope_product(q, lacks) == pytest.approx(
            other.slope_product(q, lacks), abs=1e-12
        )


@pytest.mark.parametrize("name", TABLE)
def test_price_theorem(name):
    """The slope of the disagreement is the variance times the mean product of slopes."""
    means, q, d = averages_of(TABLE[name]), 1.7, 0.4
    difference = (means.disagreement(q, d + 1e-5) - means.disagreement(q, d - 1e-5)) / 2e-5
    assert q * means.slope_product(q, d) == pytest.approx(difference, rel=1e-8)


def test_the_same_sum_twice_never_disagrees():
    for name in TABLE:
        means = averages_of(TABLE[name])
        assert means.disagreement(1.0, 0.0) == 0
        assert means.slope_product(1.0, 0.0) == pytest.approx(float(means.slope_power(1.0, 2)), rel=1e-12)


# Functions of a user's own --------------------------------------------------------------------------------------------


def test_slopes_come_from_values_to_eleven_digits():
    h = np.linspace(-7, 7, 701)
    for nonlinearity in TABLE.values():
        bare = Nonlinearity(lambda x, of=nonlinearity.of: of(x), kinks=nonlinearity.kinks)
        off = np.min(np.abs(h[:, None] - [*nonlinearity.kinks, 99.0]), axis=1) > 1e-9
        np.testing.assert_allclose(bare.slope_at(h[off]), nonlinearity.slope_at(h[off]), atol=1e-11)


def test_a_function_of_ones_own_has_the_averages_of_its_twin():
    bare, soft = averages_of(named(np.tanh)), averages_of(TABLE["tanh"])
    bent = averages_of(Nonlinearity(lambda h: np.clip(h, -1, 1), kinks=(-1, 1)))
    for q in (0.1, 1.0, 10.0):
        np.testing.assert_allclose(bare.moments(q), soft.moments(q), rtol=1e-11)
        np.testing.assert_allclose(bent.moments(q), averages_of(TABLE["hard_tanh"]).moments(q), rtol=1e-11)


def test_leaky_units_of_any_leak_are_closed():
    closed, summed = averages_of(leaky_relu(0.3)), Pieces(leaky_relu(0.3))
    np.testing.assert_allclose(closed.moments(2.0), summed.moments(2.0), rtol=1e-13)


def test_a_variance_too_large_for_pairs_is_said():
    assert np.isnan(averages_of(TABLE["tanh"]).disagreement(1e5, 0.5))


def test_what_is_no_function_value_by_value_is_refused():
    with pytest.raises(InputError, match=r"value is 3, but a function of the sums is needed"):
        Nonlinearity(3)
    with pytest.raises(InputError, match=r"makes an array of shape \(\) of sums of shape \(2,\).*value by value"):
        named(lambda h: np.float64(0.0)).of(np.ones(2))
    with pytest.raises(InputError, match=r"nonlinearity is 'rleu', but it must be one of .* did you mean 'relu'"):
        named("rleu")


def test_training_knows_its_own_nonlinearities():
    assert set(NONLINEARITIES) < set(TABLE)


def test_jumps_and_gaps_are_refused():
    with pytest.raises(InputError, match=r"kinks has 0, at which 'sign' jumps from -1 to 1, but units that jump have"):
        Nonlinearity(np.sign, kinks=(0.0,), name="sign")
    with pytest.raises(InputError, match=r"nonlinearity 'log' makes no number of a sum of -.*defined everywhere"):
        averages_of(named(np.log))
