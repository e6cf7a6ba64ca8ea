"""CKA and Procrustes distance: by definition, invariant where they should be, and over learning."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.linalg import orthogonal_procrustes

from ontogeny import Environment, InputError, datasets, predict, simulate
from ontogeny.environments import tree
from ontogeny.representation import Recording, gram, linear_cka, procrustes_distance, rdm

SAME = 1e-12
DRAW = np.random.default_rng(0)
X, Y = DRAW.standard_normal((4, 8)), DRAW.standard_normal((6, 8))  # unit, item


def test_cka_is_the_cosine_of_centered_grams():
    middle = np.eye(8) - 1 / 8
    k, m = middle @ X.T @ X @ middle, middle @ Y.T @ Y @ middle
    expected = np.trace(k @ m) / np.sqrt(np.trace(k @ k) * np.trace(m @ m))
    assert float(linear_cka(X.T @ X, Y.T @ Y)) == pytest.approx(expected, abs=SAME)
    activity = [xr.DataArray(part, dims=("unit", "item")) for part in (X, Y)]
    assert float(linear_cka(*activity)) == pytest.approx(expected, abs=SAME)
    recorded = [gram(Recording(None, [0.0], {"a": part}, items=range(8))) for part in (X, Y)]
    assert linear_cka(*recorded).dims == ("time",) and float(linear_cka(*recorded)[0]) == pytest.approx(expected)


def test_debiased_cka_is_that_of_the_unbiased_criterion():
    def criterion(k, m):
        k, m = (part - np.diag(np.diag(part)) for part in (k, m))
        n, one = len(k), np.ones(len(k))
        terms = (
            np.trace(k @ m) + (one @ k @ one) * (one @ m @ one) / ((n - 1) * (n - 2)) - 2 / (n - 2) * one @ k @ m @ one
        )
        return terms / (n * (n - 3))

    k, m = X.T @ X, Y.T @ Y
    expected = criterion(k, m) / np.sqrt(criterion(k, k) * criterion(m, m))
    assert float(linear_cka(k, m, debiased=True)) == pytest.approx(expected, abs=SAME)


def test_debiased_cka_of_independent_representations_is_zero_on_average():
    draw = np.random.default_rng(1)
    stacks = [np.swapaxes(part, 1, 2) @ part for part in draw.standard_normal((2, 400, 60, 12))]
    plain, debiased = (linear_cka(*stacks, debiased=way).values for way in (False, True))
    assert abs(debiased.mean()) < 4 * debiased.std() / 20 and plain.mean() > 0.7


@pytest.mark.parametrize("seed", range(5))
def test_rotations_shifts_and_scale_change_nothing(seed):
    draw = np.random.default_rng(seed)
    turn = np.linalg.qr(draw.standard_normal((4, 4)))[0]
    other = 3 * turn @ X + draw.standard_normal((4, 1))
    for measure in (linear_cka, procrustes_distance, lambda a, b: linear_cka(a, b, debiased=True)):
        expected = float(measure(X.T @ X, Y.T @ Y))
        assert float(measure(other.T @ other, Y.T @ Y)) == pytest.approx(expected, abs=SAME)
        assert float(measure(Y.T @ Y, X.T @ X)) == pytest.approx(expected, abs=SAME)
        order = draw.permutation(8)
        assert float(measure(X[:, order].T @ X[:, order], Y[:, order].T @ Y[:, order])) == pytest.approx(
            expected, abs=SAME
        )
    stretched = np.diag([1.0, 2.0, 3.0, 4.0]) @ X
    assert abs(float(linear_cka(stretched.T @ stretched, Y.T @ Y)) - float(linear_cka(X.T @ X, Y.T @ Y))) > 0.01


def test_procrustes_distance_is_what_the_best_rotation_leaves():
    padded = np.vstack([X, np.zeros((2, 8))])
    a, b = (part - part.mean(axis=1, keepdims=True) for part in (padded, Y))
    turn, _ = orthogonal_procrustes(b.T, a.T)
    assert float(procrustes_distance(X.T @ X, Y.T @ Y, scaled=False)) == pytest.approx(np.linalg.norm(a.T - b.T @ turn))
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    assert float(procrustes_distance(X.T @ X, Y.T @ Y)) == pytest.approx(np.linalg.norm(a.T - b.T @ turn))
    z = np.random.default_rng(1).standard_normal((3, 8))
    grams = [part.T @ part for part in (X, Y, z)]
    sides = [float(procrustes_distance(grams[i], grams[j])) for i, j in ((0, 1), (1, 2), (0, 2))]
    assert all(2 * side < sum(sides) for side in sides) and max(sides) < np.sqrt(2)
    assert float(procrustes_distance(grams[0], grams[0])) < 1e-7


def test_names_are_matched_and_other_dimensions_broadcast():
    names = list("abcdefgh")
    k, m = (pd.DataFrame(part.T @ part, names, names) for part in (X, Y))
    turned = m.iloc[::-1, ::-1]
    for measure in (linear_cka, procrustes_distance):
        assert float(measure(k, turned)) == pytest.approx(float(measure(k, m)), abs=1e-9)
        with pytest.raises(InputError, match="the columns of the second and the first have different names"):
            measure(k, m.rename(index={"a": "z"}, columns={"a": "z"}))


def test_alignment_with_the_target_dips_while_stages_are_learned():
    """Eight items of a binary tree, each feature a branch: the course by the closed form, and its known numbers."""
    branches = np.hstack([np.kron(np.eye(2**level), np.ones((8 // 2**level, 1))) for level in range(4)])
    world = Environment.from_arrays(np.eye(8), branches, normalization="sum")
    theory = predict(world, initial_strength=1e-3, times=[0.0, 0.5, 1.0, 1.5, 2.0, 4.0])
    course = linear_cka(gram(theory, 1), branches @ branches.T).values[1:]
    np.testing.assert_allclose(course, [0.996, 0.941, 0.910, 0.962, 0.970], atol=5e-4)  # three digits are known
    loadings, middle = theory.environment.along(world.spectrum().input_modes), np.eye(8) - 1 / 8
    c, s = loadings.T @ middle @ loadings, np.diag(world.spectrum().singular_values) ** 2
    for found, strength in zip(course, theory.dataset["layer_strength"].values[1:, 0] ** 2, strict=True):
        k = np.diag(strength)
        law = np.trace(k @ c @ s @ c) / np.sqrt(np.trace(k @ c @ k @ c) * np.trace(s @ c @ s @ c))
        assert found == pytest.approx(law, abs=1e-8)


def test_the_scale_of_the_start_decides_what_is_learned_inside():
    world = tree([2, 2, 2], flip_probability=0.1, features=24, seed=0)
    theory = predict(world, until=60.0)
    ends, starts = [], []
    for scale in (0.01, 1.0):
        child = simulate(world, hidden_units=30, initial_scale=scale, until=30.0, seed=0)
        inside = gram(child)
        ends.append(float(linear_cka(inside[0, -1], gram(theory)[-1])))
        starts.append(float(linear_cka(inside[0, -1], inside[0, 0])))
    assert ends[0] > 0.999 > ends[1] and starts[1] > starts[0]


@pytest.mark.parametrize("measure", [linear_cka, procrustes_distance])
def test_what_are_no_grams_is_refused(measure):
    with pytest.raises(InputError, match="but both must be tables of the same items by the same items"):
        measure(X, Y)
    holed = X.T @ X
    holed[0, 1] = np.nan
    with pytest.raises(InputError, match="second holds NaN or infinite values"):
        measure(Y.T @ Y, holed)
    with pytest.raises(InputError, match="1 items have too few pairs"):
        measure(np.ones((1, 1)), np.ones((1, 1)))


def test_few_items_and_equal_ones():
    with pytest.raises(InputError, match="3 items have too few pairs to correlate; compare four items or more"):
        linear_cka(np.eye(3), np.eye(3), debiased=True)
    flat = np.ones((5, 5))
    some = X[:, :5].T @ X[:, :5]
    assert np.isnan(linear_cka(flat, some)) and np.isnan(linear_cka(flat, some, debiased=True))
    assert np.isnan(procrustes_distance(flat, some)) and procrustes_distance(flat, some, scaled=False) > 0
    with pytest.raises(InputError, match=r"first has the eigenvalue -.* so no activity has these products"):
        procrustes_distance(-some, some)


def test_distances_are_no_inner_products():
    theory = predict(datasets.load("rumelhart"), times=[4.0])
    with pytest.raises(InputError, match="second holds distances, but inner products are compared here"):
        linear_cka(gram(theory), rdm(theory))
