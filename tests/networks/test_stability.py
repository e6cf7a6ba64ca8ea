"""How large steps may be from where weights start."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, datasets
from ontogeny.networks.gradient_flow import gradients
from ontogeny.networks.initialization import gaussian, gaussian_norms
from ontogeny.networks.stability import default_rate, stability_limit, starting_curvature

NEARLY = 0.15  # spectral norms of random matrices of ten rows scatter about that of infinite ones
SMALL = 1e-6  # of finite differences of gradients


def world():
    draw = np.random.default_rng(3)
    return Environment.from_arrays(draw.standard_normal((30, 6)), draw.standard_normal((30, 4)))


def curvature(layers, place):
    """Largest eigenvalue of the Hessian, from finite differences of the gradient."""
    shapes, cuts = [layer.shape for layer in layers], np.cumsum([layer.size for layer in layers])[:-1]

    def uphill(flat):
        parts = [part.reshape(shape) for part, shape in zip(np.split(flat, cuts), shapes, strict=True)]
        directions = gradients(parts, place.input_output_correlation, place.input_correlation)
        return -np.concatenate([part.ravel() for part in directions])

    flat = np.concatenate([layer.ravel() for layer in layers])
    steps = SMALL * np.eye(flat.size)
    hessian = np.stack([(uphill(flat + step) - uphill(flat - step)) / (2 * SMALL) for step in steps])
    return np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1]


@pytest.mark.parametrize("scale", [1e-3, 0.3, 2.0])
@pytest.mark.parametrize("hidden", [[5], [5, 3]])
def test_the_curvature_at_the_start_is_bounded(scale, hidden):
    place = world()
    layers = gaussian([6, *hidden, 4], scale, seed=0)
    bound = starting_curvature(place, [np.linalg.norm(layer, 2) for layer in layers])
    found = curvature(layers, place)
    assert found <= bound * (1 + 1e-6)
    if len(hidden) == 1 and scale > 1:  # no idle bound: of two large layers it is nearly reached
        assert bound < 2.5 * found


def test_a_small_start_leaves_the_limit_alone():
    place = datasets.load("zoo")
    for depth in (2, 3):
        plain = stability_limit(place, depth=depth)
        assert stability_limit(place, depth=depth, norms=[0.05] * depth) == plain
        assert stability_limit(place, depth=depth, norms=[50.0] * depth) < plain / 10
    assert default_rate(place, stability_limit(place, depth=2), depth=2, episodes=False) == 0.03 * stability_limit(
        place, depth=2
    )


def test_norms_of_random_weights():
    layers = gaussian([40, 90, 25], 0.3, seed=1)
    norms = [np.linalg.norm(layer, 2) for layer in layers]
    np.testing.assert_allclose(gaussian_norms([40, 90, 25], 0.3), norms, rtol=NEARLY)


def test_a_large_start_in_a_small_world_has_small_steps():
    table = pd.DataFrame(np.random.default_rng(0).standard_normal((12, 4)) * 1e-5)
    place = Environment.from_dataframe(table.rename(columns=str))
    norms = gaussian_norms([12, 64, 4], 0.1)
    assert (
        default_rate(place, stability_limit(place, depth=2, norms=norms), depth=2, episodes=False) < 2 / max(norms) ** 2
    )
