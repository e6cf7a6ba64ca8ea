"""The effective ridge: it solves its equation, sampled resolvents follow it, and a pool stands for its population."""

import mpmath
import numpy as np
import pytest

from ontogeny.generalization.resolvent import Population, solved

EXACT = 1e-12  # Newton's last step is rounding
DECAY = np.arange(1, 61) ** -1.2


def plain(samples, eigenvalues=DECAY, pool=np.inf):
    return Population.of(np.asarray(eigenvalues, float), np.ones(len(eigenvalues)), samples, pool)


@pytest.mark.parametrize("samples", [20, 59, 60, 61, 200])
def test_it_solves_the_equation_in_many_digits(samples):
    ridges = np.array([1e-6 + 1e-3j, 0.1 + 0.1j, -0.5 + 0.15j, -0.01 + 0.003j, -3 + 1e-4j, 50 + 200j])
    kappa = solved(plain(samples), ridges)
    with mpmath.workdps(40):
        for s, k in zip(ridges, kappa, strict=True):
            root = mpmath.findroot(
                lambda x, s=s: x * (1 - sum(mpmath.mpf(v) / (v + x) for v in DECAY) / samples) - s, complex(k)
            )
            assert abs(complex(root) - k) < EXACT * abs(k) and root.imag > 0


@pytest.mark.parametrize("ridge", [1e-290, 1e-12, 1e-3, 1.0, 1e5])
@pytest.mark.parametrize("samples", [20, 60, 200])
def test_real_ridges_have_one_positive_solution(samples, ridge):
    kappa = solved(plain(samples), np.array([ridge]))[0]
    assert kappa > 0
    if ridge > 1e-10:
        share = np.sum(DECAY / (DECAY + kappa)) / samples
        assert kappa * (1 - share) == pytest.approx(ridge, rel=1e-8)


def test_isotropic_inputs_have_a_closed_form():
    s, p, n = np.geomspace(1e-6, 1e3, 19), 100, 250
    b = s - 1 + p / n
    closed = (b + np.sqrt(b**2 + 4 * s)) / 2
    np.testing.assert_allclose(
        solved(plain(n, np.ones(p)), s), closed, rtol=1e-9
    )  # the closed form cancels for small s


def test_the_floor_is_where_the_directions_above_it_are_as_many_as_samples():
    assert plain(60).floor == plain(61).floor == 0
    for samples in (1, 20, 59):
        population = plain(samples)
        assert np.sum(DECAY / (DECAY + population.floor)) == pytest.approx(samples, rel=EXACT)
        z = solved(population, np.array([1e-9]))
        above = population.above_floor(np.array([1e-9]), z)
        np.testing.assert_allclose(above * population.slope_at(z), 1e-9, rtol=1e-3)  # to first order
        np.testing.assert_allclose(z - population.floor, above, atol=1e-13 * z[0])


def test_slopes_are_those_of_finite_differences():
    for population in (plain(20), plain(200), plain(20, pool=150), plain(100, pool=150)):
        z = np.array([0.03 + 0.02j, 0.5 + 0.1j])
        step = 1e-6
        rise = (population.ridge_of(z + step) - population.ridge_of(z - step)) / (2 * step)
        np.testing.assert_allclose(population.slope_at(z), rise, rtol=1e-7)


def test_equal_eigenvalues_are_one_and_zeros_are_none():
    values = np.array([2.0, 0.0, 1.0, 2.0, 1.0, 1.0, 0.0])
    squared = np.arange(7.0)
    merged = Population.of(values, squared, 3)
    assert merged.eigenvalues.tolist() == [1, 2] and merged.multiplicities.tolist() == [3, 2]
    assert merged.signal.tolist() == [2 + 4 + 5, 2 * (0 + 3)] and merged.rank == 5
    with_zeros = solved(merged, np.array([0.1 + 0.2j]))
    without = solved(Population.of(values[values > 0], squared[values > 0], 3), np.array([0.1 + 0.2j]))
    assert with_zeros == without


def test_sampled_resolvents_are_what_the_equation_says():
    """Trace of s (C + s)^-1, whose fluctuations are of relative order 1/n."""
    p, n, s = 300, 200, 0.05
    variances = np.arange(1, p + 1) ** -0.8
    draw = np.random.default_rng(0)
    found = []
    for _ in range(6):
        x = draw.normal(size=(n, p)) * np.sqrt(variances)
        found.append(np.sum(s / (np.linalg.eigvalsh(x.T @ x / n) + s)))
    kappa = solved(plain(n, variances), np.array([s]))[0]
    assert np.mean(found) == pytest.approx(np.sum(kappa / (variances + kappa)), rel=3 / n)


def test_a_pool_acts_as_the_population_from_which_it_was_drawn():
    """Eigenvalues of a pool give the kappa of the true covariance; taken for the true ones they do not."""
    p, n, pool, s = 300, 150, 600, 0.05
    variances = np.arange(1, p + 1) ** -0.8
    true = solved(plain(n, variances), np.array([s]))[0]
    x = np.random.default_rng(1).normal(size=(pool, p)) * np.sqrt(variances)
    measured = np.linalg.eigvalsh(x.T @ x / pool)
    seen = plain(n, measured, pool)
    assert seen.kappa_of(solved(seen, np.array([s])))[0] == pytest.approx(true, rel=3 / n)
    naive = solved(plain(n, measured), np.array([s]))[0]
    assert abs(naive / true - 1) > 5 / n
