"""The Marchenko-Pastur law: against sampled matrices, many digits, its own equations, through load 1."""

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad

from derivatives import by_differences, by_jax, by_torch, precisely
from ontogeny import InputError
from ontogeny.random_matrices.marchenko_pastur import (
    atom,
    density,
    edges,
    moment,
    relaxation,
    relaxation_rate,
    stieltjes_derivative,
    stieltjes_transform,
)
from spectra import exact_averages

LATE = 1e-13  # relative; the exponent carries its rounding
SLOPE = 1e-9  # relative to 1 + slope

LOADS = [0.1, 0.5, 1 - 1e-12, 1.0, 1 + 1e-12, 2.0, 10.0]


def transform(g, a):
    b = g + a - 1
    return (mpmath.sqrt(b**2 + 4 * g) - b) / (2 * g)


def transform_derivative(g, a):
    return -mpmath.diff(lambda x: transform(x, a), g)


@pytest.mark.parametrize("load", [0.5, 1.0, 2.0])
def test_the_density_is_that_of_a_sampled_matrix(load):
    """Shares of eigenvalues between the quintiles; they fluctuate like one over the size, not its square root."""
    inputs = 600
    x = np.random.default_rng(1).standard_normal((inputs, int(load * inputs))) / np.sqrt(inputs)
    eigenvalues = np.linalg.eigvalsh(x @ x.T)
    low, high = (float(edge) for edge in edges(load))
    cuts = low + (high - low) * np.array([0.1, 0.3, 0.6, 0.9])
    for start, end in zip(cuts, cuts[1:], strict=False):
        share = np.mean((eigenvalues > start) & (eigenvalues < end))
        assert abs(share - quad(lambda x: float(density(x, load)), start, end)[0]) < 3 / inputs
    assert abs(np.mean(eigenvalues < 1e-9) - float(atom(load))) < 1.5 / inputs


@pytest.mark.parametrize("load", [0.3, 1.0, 2.5])
def test_mass_and_atom(load):
    low, high = (float(edge) for edge in edges(load))
    mass = quad(lambda u: float(density(low + u * u, load)) * 2 * u, 0, np.sqrt(high - low))[0]
    np.testing.assert_allclose(mass, min(load, 1), rtol=1e-7)
    np.testing.assert_allclose(mass + atom(load), 1, rtol=1e-7)
    assert density([low - 0.01, high + 0.01, -1.0], load).tolist() == [0, 0, 0]


def test_the_hard_edge_at_load_1():
    assert edges(1.0)[0] == 0 and density(0.0, 1.0) == np.inf and density(0.0, 0.5) == 0
    np.testing.assert_allclose(density(1e-8, 1.0), 1 / (np.pi * 1e-4), rtol=1e-8)


@pytest.mark.parametrize("load", LOADS)
def test_moments(load):
    """The first three as printed, the higher ones from the recursion of Narayana polynomials."""
    a, high = load, [moment(order, load) for order in range(9)]
    np.testing.assert_allclose(high[:4], [1, a, a**2 + a, a + 3 * a**2 + a**3], rtol=1e-15)
    for k in range(2, 8):
        recursion = ((2 * k + 1) * (1 + a) * high[k] - (k - 1) * (1 - a) ** 2 * high[k - 1]) / (k + 2)
        np.testing.assert_allclose(high[k + 1], recursion, rtol=1e-13)
    assert moment(2, [load, 3.0]).shape == (2,)
    with pytest.raises(InputError, match=r"order is -1, but negative powers .*; write 0 or more"):
        moment(-1, load)


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("ridge", [1e-12, 1e-3, 0.7, 50.0, 1e9])
def test_the_transform_with_many_digits_and_its_equation(ridge, load):
    m, q = stieltjes_transform(ridge, load), stieltjes_derivative(ridge, load)
    np.testing.assert_allclose(m, precisely(transform, ridge, load), rtol=1e-15 * 4)
    np.testing.assert_allclose(q, precisely(transform_derivative, ridge, load), rtol=1e-14)
    terms = np.array([ridge * m**2, (ridge + (load - 1)) * m, -1.0])
    assert abs(terms.sum()) < 1e-15 * 8 * np.abs(terms).max()


def test_without_ridge_the_transform_has_its_limit():
    np.testing.assert_allclose(stieltjes_transform(0.0, [1.5, 3.0]), [2.0, 0.5], rtol=1e-15)
    np.testing.assert_allclose(stieltjes_derivative(0.0, [1.5, 3.0]), [12.0, 0.375], rtol=1e-15)
    assert stieltjes_transform(0.0, [0.5, 1.0]).tolist() == [np.inf, np.inf]
    assert stieltjes_derivative(0.0, [0.5, 1.0]).tolist() == [np.inf, np.inf]


@pytest.mark.parametrize("point", [(0.3, 0.5), (0.3, 1.0), (0.3, 2.0), (0.3, 0.7), (1e-4, 1.0), (5.0, 0.01)])
def test_derivatives_of_the_transform(point, jax, torch):
    for law, reference in ((stieltjes_transform, transform), (stieltjes_derivative, transform_derivative)):
        expected = by_differences(reference, point)
        for found in (*by_jax(jax, law, point), by_torch(torch, law, point)):
            np.testing.assert_allclose(found, expected, rtol=SLOPE)


@pytest.mark.parametrize("time", [1e-3, 0.3, 30.0, 1e4])
@pytest.mark.parametrize("load", LOADS)
def test_relaxation_against_many_digits(load, time):
    expected = exact_averages(load, time)
    np.testing.assert_allclose(relaxation(2 * time, load), expected["kept"], rtol=1e-12)
    np.testing.assert_allclose(relaxation_rate(2 * time, load), expected["loss"], rtol=LATE * 3, atol=1e-290)


def test_relaxation_at_the_start():
    assert relaxation(0.0, LOADS).tolist() == [1] * len(LOADS)
    np.testing.assert_allclose(relaxation_rate(0.0, LOADS), LOADS, rtol=1e-15)
    np.testing.assert_allclose(relaxation_rate(1e-4, 2.0), 2 - 6e-4 + 22e-8 / 2, rtol=1e-10)  # the moments


def rate(s, a):
    if s == 0:
        return a * mpmath.hyp0f1(2, 0)
    x = 2 * mpmath.sqrt(a) * s
    return mpmath.sqrt(a) * mpmath.exp(-(1 + a) * s) * mpmath.besseli(1, x) / s


@pytest.mark.parametrize("point", [(1e-6, 0.5), (1e-3, 1.0), (0.4, 1.0), (3.0, 2.0), (200.0, 1.0), (4.0, 1e-5)])
def test_derivatives_of_the_rate(point, jax, torch):
    expected = np.array(by_differences(rate, point))
    for found in (*by_jax(jax, relaxation_rate, point), by_torch(torch, relaxation_rate, point)):
        np.testing.assert_allclose(found, expected, rtol=SLOPE, atol=SLOPE * abs(expected).max() * 1e-3)
