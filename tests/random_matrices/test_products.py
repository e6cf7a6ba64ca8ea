"""Products of random matrices: sampled ones, moments by integration, the edge, derivatives, the paper's numbers."""

import numpy as np
import pytest
from scipy.integrate import quad

from ontogeny import InputError
from ontogeny.random_matrices import (
    orthogonal_product_singular_value,
    product_eigenvalue_radius_cdf,
    product_eigenvalue_radius_density,
    product_largest_singular_value,
    product_singular_value_cdf,
    product_singular_value_density,
    product_squared_singular_value_moment,
)

SIZE = 400
FINITE = 0.012  # largest difference of sampled distribution functions of size 400, about 4 over the size for 10 factors


EDGE = 1 / np.sqrt(SIZE)  # the same of eigenvalues, whose edge is blurred by one over the root of the size


def sampled(factors, seed, gain=1.0):
    rng = np.random.default_rng(seed)
    product = np.eye(SIZE)
    for _ in range(factors):
        product = gain * rng.standard_normal((SIZE, SIZE)) @ product / np.sqrt(SIZE)
    return product


def test_the_numbers_of_the_theory():
    given = [float(product_singular_value_cdf(0.1, factors)) for factors in (1, 2, 5, 10)]
    np.testing.assert_allclose(given, [0.0636, 0.1718, 0.4106, 0.6002], atol=5e-5)
    assert [float(product_squared_singular_value_moment(2, factors)) for factors in (1, 2, 5, 100)] == [2, 3, 6, 101]


@pytest.mark.parametrize("factors", [1, 2, 5])
def test_the_distribution_is_that_of_sampled_products(factors):
    s = np.sort(np.concatenate([np.linalg.svd(sampled(factors, seed), compute_uv=False) for seed in range(2)]))
    ranks = (np.arange(s.size) + 0.5) / s.size
    assert np.max(np.abs(product_singular_value_cdf(s, factors) - ranks)) < FINITE
    assert s[-1] == pytest.approx(product_largest_singular_value(factors), rel=0.06)


def test_eigenvalues_fill_the_disc_of_theory():
    for factors in (1, 5):
        radii = np.sort(np.abs(np.linalg.eigvals(sampled(factors, 3))))
        ranks = (np.arange(SIZE) + 0.5) / SIZE
        assert np.max(np.abs(product_eigenvalue_radius_cdf(radii, factors) - ranks)) < EDGE


@pytest.mark.parametrize("factors", [1, 2, 3, 5, 10])
def test_moments(factors):
    """Of the density, integrated in a power of the singular value in which it is smooth at 0."""
    top, power = float(product_largest_singular_value(factors)), factors + 1

    def integrand(u, order):
        s = u**power
        return s ** (2 * order) * float(product_singular_value_density(s, factors)) * power * u**factors

    for order in (0, 1, 2, 3):
        mean, _ = quad(integrand, 0, top ** (1 / power), args=(order,), epsabs=1e-12, epsrel=1e-12, limit=200)
        assert mean == pytest.approx(float(product_squared_singular_value_moment(order, factors)), rel=1e-11)


def test_the_density_is_the_slope_of_the_distribution():
    for factors in (1, 2, 7, 100):
        top = float(product_largest_singular_value(factors))
        for s in (1e-2 * top, 0.3 * top, 0.7 * top, 0.98 * top):
            steps = [float(product_singular_value_cdf(s * (1 + h), factors)) for h in (-1e-5, 1e-5)]
            slope = (steps[1] - steps[0]) / (2e-5 * s)
            assert float(product_singular_value_density(s, factors)) == pytest.approx(slope, rel=1e-6, abs=1e-9)
    for factors in (1, 4):
        steps = [float(product_eigenvalue_radius_cdf(0.4 + h, factors)) for h in (-1e-6, 1e-6)]
        assert float(product_eigenvalue_radius_density(0.4, factors)) == pytest.approx(
            (steps[1] - steps[0]) / 2e-6, rel=1e-8
        )


def test_one_factor_is_the_quarter_circle():
    s = np.array([0.0, 1e-300, 1e-9, 0.5, 1.9, 2 * (1 - 1e-12)])
    np.testing.assert_allclose(product_singular_value_density(s, 1), np.sqrt((2 - s) * (2 + s)) / np.pi, rtol=1e-6)
    area = s * np.sqrt((2 - s) * (2 + s)) / 2 + 2 * np.arcsin(s / 2)
    np.testing.assert_allclose(product_singular_value_cdf(s, 1), area / np.pi, rtol=1e-12)


def test_small_singular_values_keep_their_digits():
    """There the share is a power of the singular value."""
    for factors in (1, 3, 10):
        s = np.array([1e-250, 1e-200])
        power = np.diff(np.log(product_singular_value_cdf(s, factors))) / np.diff(np.log(s))
        assert power[0] == pytest.approx(2 / (factors + 1), rel=1e-12)


def test_a_gain_scales_all_of_it():
    s, g, factors = np.array([0.1, 1.0, 2.0]), 1.3, 3
    np.testing.assert_allclose(
        product_singular_value_cdf(s * g**factors, factors, gain=g), product_singular_value_cdf(s, factors), rtol=1e-13
    )
    np.testing.assert_allclose(
        product_singular_value_density(s * g**factors, factors, gain=g) * g**factors,
        product_singular_value_density(s, factors),
        rtol=1e-12,
    )
    assert product_squared_singular_value_moment(1, factors, gain=g) == pytest.approx(g ** (2 * factors))
    assert product_eigenvalue_radius_cdf(g**factors * 0.99, factors, gain=g) < 1
    assert product_largest_singular_value(factors, gain=g) == pytest.approx(
        g**factors * product_largest_singular_value(factors)
    )


def test_orthogonal_products_have_one_singular_value():
    rng = np.random.default_rng(0)
    product = np.linalg.multi_dot([0.9 * np.linalg.qr(rng.standard_normal((20, 20)))[0] for _ in range(4)])
    expected = float(orthogonal_product_singular_value(4, gain=0.9))
    np.testing.assert_allclose(np.linalg.svd(product, compute_uv=False), expected, rtol=1e-12)
    np.testing.assert_allclose(np.abs(np.linalg.eigvals(product)), expected, rtol=1e-12)


def test_at_the_edges():
    top = product_largest_singular_value(2)
    assert product_singular_value_cdf([0.0, top, top + 1, np.inf], 2).tolist() == [0.0, 1.0, 1.0, 1.0]
    assert product_singular_value_density([0.0, top, np.inf], 2).tolist() == [np.inf, 0.0, 0.0]
    assert product_eigenvalue_radius_cdf([0.0, 1.0, np.inf], 2).tolist() == [0.0, 1.0, 1.0]
    assert product_eigenvalue_radius_density([0.0, 1.5], 2).tolist() == [1.0, 0.0]
    for law in (product_singular_value_cdf, product_singular_value_density, product_eigenvalue_radius_cdf):
        assert np.isnan(law([np.nan, 0.5], 2)).tolist() == [True, False]


@pytest.mark.parametrize("factors", [1, 2, 5])
def test_derivatives_pass_the_search(factors, jax):
    with jax.enable_x64(True):
        for s in (1e-3, 0.5, 1.5):
            slope = float(jax.jit(jax.grad(lambda s: product_singular_value_cdf(s, factors, gain=1.1)))(s))
            expected = float(product_singular_value_density(s, factors, gain=1.1))
            assert slope == pytest.approx(expected, rel=1e-11)


def test_refusals():
    with pytest.raises(InputError, match=r"factors is 0, but a product has at least one factor"):
        product_singular_value_cdf(0.5, 0)
    with pytest.raises(InputError, match=r"singular_value is -1.0, but a singular value cannot be negative"):
        product_singular_value_density([0.5, -1.0], 2)
    with pytest.raises(InputError, match=r"radius is -1.0, but a radius cannot be negative"):
        product_eigenvalue_radius_cdf(-1.0, 2)
    with pytest.raises(InputError, match=r"gain is 0, but a product of nothing has no"):
        product_largest_singular_value(2, gain=0)
    with pytest.raises(InputError, match=r"order is -1, but the squared singular values come so near 0"):
        product_squared_singular_value_moment(-1, 2)


def test_the_search_has_ended(monkeypatch):
    """Twice as many steps change nothing, from the smallest numbers to the edge."""
    from ontogeny.random_matrices import products

    for factors in (1, 2, 10, 100, 1000):
        top = float(product_largest_singular_value(factors))
        s = np.concatenate([np.geomspace(1e-300, 0.999 * top, 300), top * (1 - np.geomspace(1e-15, 0.5, 100))])
        given = product_singular_value_cdf(s, factors)
        monkeypatch.setattr(products, "STEPS", 60)
        np.testing.assert_allclose(given, product_singular_value_cdf(s, factors), rtol=1e-15)
        monkeypatch.undo()
