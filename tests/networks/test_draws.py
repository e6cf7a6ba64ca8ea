"""Weights before learning: variances, lengths, balance, and modes that follow their law."""

import warnings
from itertools import pairwise

import numpy as np
import pytest

from ontogeny import InputError, datasets, simulate
from ontogeny.modes import deep
from ontogeny.networks.initialization import (
    IsometryWarning,
    balanced,
    decoupled,
    gaussian,
    glorot,
    he,
    mode_aligned,
    orthogonal,
)

ROUNDED = 1e-12  # products of a few hundred numbers
SIZES = [300, 200, 400, 100]
SAMPLED = 5 * np.sqrt(2 / 4e4)  # relative; five standard errors of a variance of 4e4 normal numbers, the smallest layer
EXACT = 1e-6  # relative; the steps of training are small, not infinitesimal


@pytest.mark.parametrize("uniform", [False, True])
@pytest.mark.parametrize(("draw", "variance"), [
    (glorot, lambda into, out: 2 / (into + out)), (he, lambda into, out: 2 / into),
])  # fmt: skip
def test_variances_are_those_of_the_papers(draw, variance, uniform):
    for layer, (into, out) in zip(draw(SIZES, 1.5, 3, uniform=uniform), pairwise(SIZES), strict=True):
        expected = 1.5**2 * variance(into, out)
        assert layer.shape == (out, into)
        assert layer.var() == pytest.approx(expected, rel=SAMPLED)
        if uniform:  # the bounds of PyTorch's xavier_uniform_ and kaiming_uniform_
            assert 0.99 < np.abs(layer).max() / np.sqrt(3 * expected) <= 1


@pytest.mark.parametrize(("into", "out"), [(5, 20), (20, 5), (7, 7), (1, 3)])
def test_orthogonal_layers_keep_lengths(into, out):
    """Widening: orthonormal columns; narrowing: orthonormal rows."""
    (layer,) = orthogonal([into, out], 1.5, seed=2)
    np.testing.assert_allclose(np.linalg.svd(layer, compute_uv=False), np.full(min(into, out), 1.5), rtol=ROUNDED)


def test_units_have_the_variances_that_the_docstring_says():
    x = np.random.default_rng(0).standard_normal((20, 4000))
    for sizes, spread in [((5, 20), 0.5), ((20, 5), 1.0)]:
        units = orthogonal(sizes, seed=1)[0] @ x[: sizes[0]]
        assert np.sqrt(np.mean(units**2)) == pytest.approx(spread, rel=0.03)


def test_orthogonal_matrices_are_drawn_evenly():
    """Traces of Haar matrices have mean 0 and variance 1; without random signs of columns the mean is not 0."""
    traces = [np.trace(orthogonal([6, 6], seed=seed)[0]) for seed in range(2000)]
    assert abs(np.mean(traces)) < 5 / np.sqrt(2000) and np.var(traces) == pytest.approx(1, rel=0.2)


@pytest.mark.parametrize(("sizes", "kept"), [([5, 20, 5], 0.25), ([4, 8, 6, 16, 3], 0.75 * 3 / 16 * 4 / 3)])
def test_chains_that_widen_and_narrow_say_that_they_are_no_isometry(sizes, kept):
    with pytest.warns(IsometryWarning, match=f"mean squared singular value of the chain is {kept:.3g}"):
        orthogonal(sizes)
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IsometryWarning)
        for seed in range(400):
            product = np.linalg.multi_dot(orthogonal(sizes, seed=seed)[::-1])
            found.append(np.sum(product**2) / min(sizes))
    assert np.mean(found) == pytest.approx(kept, abs=5 * np.std(found) / 20)


@pytest.mark.parametrize("sizes", [[20, 5, 20], [30, 20, 10], [5, 8, 9], [6, 6, 6]])
def test_chains_that_never_narrow_after_widening_are_isometries(sizes):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        product = np.linalg.multi_dot(orthogonal(sizes, 0.9)[::-1])
    values = np.linalg.svd(product, compute_uv=False)[: min(sizes)]
    np.testing.assert_allclose(values, np.full(min(sizes), 0.9**2), rtol=ROUNDED)


@pytest.mark.parametrize("sizes", [[5, 20, 5], [4, 8, 6, 16, 3], [3, 9, 2, 9, 4]])
def test_aligned_layers_are_an_isometry_whatever_their_widths(sizes):
    layers = orthogonal(sizes, 1.1, seed=4, aligned=True)
    for layer in layers:
        values = np.linalg.svd(layer, compute_uv=False)
        np.testing.assert_allclose(values, np.full(values.size, 1.1), rtol=ROUNDED)
    product = np.linalg.svd(np.linalg.multi_dot(layers[::-1]), compute_uv=False)[: min(sizes)]
    np.testing.assert_allclose(product, np.full(min(sizes), 1.1 ** len(layers)), rtol=ROUNDED)


@pytest.mark.parametrize("sizes", [[4, 6, 3], [5, 2, 9, 7], [3, 8, 8, 8, 4]])
def test_balanced_layers_share_their_strength(sizes):
    layers = balanced(sizes, 0.1, seed=1)
    for below, above in pairwise(layers):
        np.testing.assert_allclose(above.T @ above, below @ below.T, atol=1e-14)
    product = np.linalg.multi_dot(layers[::-1])
    drawn = 0.1 * np.random.default_rng(1).standard_normal((sizes[-1], sizes[0]))
    left, values, right = np.linalg.svd(drawn, full_matrices=False)
    rank = min(sizes)
    np.testing.assert_allclose(product, left[:, :rank] * values[:rank] @ right[:rank], atol=1e-14)


@pytest.mark.parametrize("hidden", [[64], [30, 20]])
def test_aligned_modes_follow_their_law(hidden):
    world = datasets.load("rumelhart")
    spectrum = world.spectrum()
    layers = mode_aligned([8, *hidden, 36], spectrum, 0.01, seed=3)
    turned = [spectrum.output_modes.T @ np.linalg.multi_dot(layers[::-1]) @ spectrum.input_modes]
    np.testing.assert_allclose(turned[0], 0.01 * np.eye(8), atol=1e-14)
    record = simulate(world, initial_weights=layers, until=2.0, learning_rate=1e-5, times=[0.5, 1.0, 2.0])
    law = deep.mode_strength(record.time[:, None], spectrum.singular_values, 0.01, depth=len(layers))
    measured = record.dataset["mode_strength"].values[0]
    np.testing.assert_allclose(measured, law, rtol=1e-3)  # the first order of steps of 1e-5
    assert record.validity["balanced start"].holds
    orthonormal = orthogonal([8, 64, 36], 0.1, aligned=True)
    assert not simulate(world, initial_weights=orthonormal, until=0.1).validity["balanced start"].holds


def test_draws_hang_on_their_seed_alone():
    for draw in (glorot, he, orthogonal):
        first, again, other = (draw([4, 4, 4], seed=seed) for seed in (1, 1, 2))
        assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
        assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize(("call", "said"), [
    (lambda: glorot([3]), "sizes are .3., but weights connect two layers"),
    (lambda: he([3, 0]), "sizes is 0, but a layer has at least one unit"),
    (lambda: orthogonal([3, 3], -1), "gain is -1"),
    (lambda: balanced([3, 3], float("nan")), "scale is nan"),
    (lambda: gaussian([3, 3], 1.0, seed=-1), "seed is -1"),
    (lambda: mode_aligned([8, 3, 36], datasets.load("rumelhart").spectrum(), 0.1), "8 modes, each of which needs"),
    (lambda: mode_aligned([8, 9, 36], datasets.load("rumelhart").spectrum(), [0.1] * 3), "one number or 8"),
    (lambda: decoupled(datasets.load("rumelhart").spectrum(), -1, depth=2), "initial_strength is -1"),
])  # fmt: skip
def test_what_cannot_be_drawn_gets_a_sentence(call, said):
    with pytest.raises(InputError, match=said):
        call()
