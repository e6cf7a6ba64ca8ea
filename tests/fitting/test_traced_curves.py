"""Curves under JAX: the same as in NumPy at every depth, with derivatives."""

import numpy as np
import pytest
from scipy.special import logit

from ontogeny.fitting import learning_curve
from ontogeny.fitting.curves import slopes
from ontogeny.fitting.shapes import power_law, weibull

jax = pytest.importorskip("jax")
from ontogeny.fitting import traced_curves  # noqa: E402

T = np.linspace(0.0, 60.0, 61)
TABLE = 4e-6  # of a probability, far below what counts of answers could tell


@pytest.mark.parametrize("depth", [1.0, 1.3, 2.0, 3.0, 6.0, 20.0])
@pytest.mark.parametrize("r", [1e-5, 0.01, 0.3])
def test_the_table_is_the_law(depth, r):
    with jax.enable_x64(True):
        q = traced_curves.share_of_end(T, np.log(15.0), logit(r), depth)
    np.testing.assert_allclose(q, learning_curve(T, half_time=15.0, initial_fraction=r, depth=depth), atol=TABLE)


def test_derivatives_are_those_of_the_law():
    with jax.enable_x64(True):
        by_half, by_start, by_depth = jax.jacobian(
            lambda half, start, depth: traced_curves.share_of_end(T, half, start, depth), argnums=(0, 1, 2)
        )(np.log(15.0), logit(0.01), 3.0)
    q = learning_curve(T, half_time=15.0, initial_fraction=0.01, depth=3.0)
    exact = slopes(T, q, 15.0, 0.01, 3.0)
    np.testing.assert_allclose([by_half, by_start], exact, atol=1e-4)
    more, less = (learning_curve(T, half_time=15.0, initial_fraction=0.01, depth=3 + step) for step in (1e-4, -1e-4))
    np.testing.assert_allclose(by_depth, (more - less) / 2e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["power law", "weibull"])
def test_descriptive_curves_are_the_same(name):
    where = np.array([1.2, -2.0, 0.4])
    with jax.enable_x64(True):
        law = traced_curves.power_law if name == "power law" else traced_curves.weibull
        q = law(T, *where)
    shape = power_law() if name == "power law" else weibull()
    np.testing.assert_allclose(q, shape.share(T, where), atol=1e-12)
