"""The clock of deep networks inverted: by the search and by the table."""

import numpy as np
import pytest

from ontogeny._core.growth import power_growth
from ontogeny._core.special import mean_power


@pytest.mark.parametrize("power", [-1.0, -0.5, -1e-9, 0.4, 1.0, 2.0])
def test_power_growth_inverts_it(power):
    draw = np.random.default_rng(0)
    x0 = np.concatenate([10 ** draw.uniform(-16, 0, 500), 1 - 10 ** draw.uniform(-12, 0, 500), [1.0]])
    delta = 10 ** draw.uniform(-9, 2.5, x0.size)
    elapsed = delta * mean_power(delta, x0, power)
    slope = (x0 + (1 - x0) * np.exp(-delta)) ** -power
    allowed = 1e-14 * delta + 1e-15 * elapsed / slope  # the second: the rounding of the time alone
    assert np.max(np.abs(power_growth(elapsed, x0, power) - delta) / allowed) < 1
    assert power_growth([0.0, -1.0], 0.3, power).tolist() == [0, 0]
    assert np.all(np.isfinite(power_growth(np.inf, [1e-9, 0.3, 1.0], power)))


@pytest.mark.parametrize("power", [-0.98, -0.5, -1 / 3, -0.2])
def test_power_growth_at_the_pole_of_its_early_law_is_a_number(power):
    """A plateau from a tiny start ends within rounding of the time at which a power law would be infinite."""
    elapsed = (1 + np.arange(-64, 65) * np.finfo(float).eps) / -power
    found = power_growth(elapsed[:, None], 10.0 ** np.arange(-290, -20, 10), power)
    assert np.all(np.isfinite(found)) and np.all(found > 0)


@pytest.mark.parametrize("power", [-1.0, -0.5, -1e-9, 0.0, 0.4, 1.0, 2.0])
def test_the_table_finds_what_the_search_finds(power, jax, torch):
    """NumPy searches, the others read a table; all take the same last step."""
    x0 = np.concatenate([[0.0, 1e-300, 1e-20, 3e-16, 1.0 - 1e-16, 1.0], np.linspace(1e-3, 0.999, 12)])
    elapsed = np.array([0.0, 1e-9, 0.1, 0.7, 1.3, 3.0, 40.0, 1e9, np.inf])[:, None]
    with np.errstate(all="ignore"):
        expected = power_growth(elapsed, x0, power)
    with jax.enable_x64(True):
        compiled = jax.jit(lambda t, x: power_growth(t, x, power))(jax.numpy.asarray(elapsed), jax.numpy.asarray(x0))
    for found in (compiled, power_growth(torch.tensor(elapsed), torch.tensor(x0), power)):
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-13)
    unknown = power_growth(torch.tensor([0.3, float("nan"), 0.3]), torch.tensor([0.1, 0.1, float("nan")]), power)
    assert np.isnan(np.asarray(unknown)).tolist() == [False, True, True]
