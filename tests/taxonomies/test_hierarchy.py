"""Trees by level: the closed forms against whole matrices, and what order the levels come in."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.environments import tree_similarity, tree_spectrum
from ontogeny.taxonomies.branching import paths

EXACT = 1e-13  # relative to the largest eigenvalue: sums of up to 48 numbers of order 1
TREES = [[2, 2, 2], [3, 3], [2, 3, 2], [4, 2], [2, 2, 3, 4], [5]]
BINARY = tree_similarity([2, 2, 2], flip_probability=0.1)


def whole_matrix(branching, similarity):
    """Similarity of every two items, looked up by the length of the path that they share."""
    names = [name.split(".") for name in paths(branching)]
    shared = [
        [next((k for k, (x, y) in enumerate(zip(a, b, strict=True)) if x != y), len(a)) for b in names] for a in names
    ]
    return np.asarray(similarity)[np.array(shared)]


@pytest.mark.parametrize("branching", TREES, ids=str)
def test_eigenvalues_of_the_whole_matrix(branching):
    similarity = np.sort(np.random.default_rng(0).random(len(branching) + 1))
    spectrum = tree_spectrum(branching, similarity)
    matrix = whole_matrix(branching, similarity)
    expected = np.sort(np.linalg.eigvalsh(matrix))
    found = np.sort(np.repeat(spectrum.eigenvalues, spectrum.degeneracies))
    np.testing.assert_allclose(found, expected, rtol=0, atol=EXACT * expected[-1])
    np.testing.assert_allclose(spectrum.similarity_matrix(), matrix, rtol=0, atol=EXACT)
    rebuilt = sum(value * spectrum.projector(level) for level, value in enumerate(spectrum.eigenvalues))
    np.testing.assert_allclose(rebuilt, matrix, rtol=0, atol=EXACT)


@pytest.mark.parametrize("branching", TREES, ids=str)
def test_levels_are_projected_on(branching):
    spectrum = tree_spectrum(branching, np.arange(1.0, len(branching) + 2))
    projectors = [spectrum.projector(level) for level in spectrum.levels]
    np.testing.assert_allclose(sum(projectors), np.eye(spectrum.nodes[-1]), atol=EXACT)
    for level, projector in enumerate(projectors):
        np.testing.assert_allclose(projector @ projector, projector, atol=EXACT)
        assert np.trace(projector) == pytest.approx(spectrum.degeneracies[level], abs=1e-12)


def test_printed_eigenvalues_of_a_binary_tree():
    spectrum = tree_spectrum([2, 2, 2], BINARY)
    np.testing.assert_allclose(spectrum.eigenvalues, [3.50778, 1.41062, 0.8208, 0.36], atol=5e-6)  # as printed
    assert spectrum.degeneracies.tolist() == [1, 1, 2, 4]


@pytest.mark.parametrize(("factor", "depth", "flip"), [(2, 3, 0.1), (3, 3, 0.2), (2, 5, 0.05), (4, 2, 0.3)])
def test_closed_form_of_constant_branching(factor, depth, flip):
    spectrum = tree_spectrum([factor] * depth, tree_similarity([factor] * depth, flip_probability=flip))
    r, level = (1 - 2 * flip) ** 2, np.arange(1, depth + 1)
    closed = (1 - r) * ((factor * r) ** (depth - level + 1) - 1) / (factor * r - 1)
    np.testing.assert_allclose(spectrum.eigenvalues[1:], closed, rtol=EXACT)
    assert spectrum.eigenvalues[0] == pytest.approx(closed[0] + factor**depth * r**depth, rel=EXACT)


@pytest.mark.parametrize("branching", TREES, ids=str)
def test_gap_between_levels(branching):
    q = np.append(0, np.sort(np.random.default_rng(1).random(len(branching) + 1)))
    spectrum = tree_spectrum(branching, q[1:])
    gaps = spectrum.nodes[-1] * np.diff(q)[:-1] / spectrum.nodes[:-1]
    np.testing.assert_allclose(-np.diff(spectrum.eigenvalues), gaps, atol=EXACT * spectrum.nodes[-1])


def test_zero_one_coding_strengthens_what_all_share_and_nothing_else():
    signs = tree_spectrum([2, 2, 2], BINARY)
    coded = tree_spectrum([2, 2, 2], tree_similarity([2, 2, 2], flip_probability=0.1, coding="zero_one"))
    np.testing.assert_allclose(coded.eigenvalues, signs.eigenvalues / 4 + [8 / 4, 0, 0, 0], rtol=EXACT)


def test_centering_removes_what_all_share_and_nothing_else():
    spectrum = tree_spectrum([2, 2, 2], BINARY)
    center = np.eye(8) - 1 / 8
    left = np.sort(np.linalg.eigvalsh(center @ spectrum.similarity_matrix() @ center))
    expected = np.append(0, np.repeat(spectrum.eigenvalues[1:], spectrum.degeneracies[1:]))
    np.testing.assert_allclose(left, np.sort(expected), atol=EXACT)


def test_levels_come_coarse_to_fine_where_parting_later_never_makes_less_alike():
    assert tree_spectrum([2, 2, 2], BINARY).is_coarse_to_fine
    basic = tree_spectrum([2, 2, 2], [0.1, -0.2, 0.6, 1.0])
    np.testing.assert_allclose(basic.eigenvalues, [1.6, 0.8, 2.0, 0.4], rtol=1e-14)
    assert not basic.is_coarse_to_fine
    assert basic.meaning == "levels are learned in the order 2, 0, 1, 3"
    assert not tree_spectrum([2], [-0.5, 1.0]).is_coarse_to_fine
    for similarity in ([0.1, -0.2, 0.6, 1.0], BINARY, [0.3, 0.3, 0.3, 1.0], [0.2, 0.3, 0.25, 1.0]):
        spectrum = tree_spectrum([2, 2, 2], similarity)
        assert spectrum.is_coarse_to_fine == bool(np.all(np.diff(spectrum.eigenvalues) <= 1e-12))


def test_similarity_of_flips_and_of_steps():
    np.testing.assert_allclose(BINARY, 0.8 ** (2 * np.array([3, 2, 1, 0])), rtol=1e-15)
    by_level = tree_similarity([2, 3], flip_probability=[0.1, 0.25])
    np.testing.assert_allclose(by_level, [0.64 * 0.25, 0.25, 1.0], rtol=1e-15)
    assert tree_similarity([2, 3], variances=[1, 2, 0.5]).tolist() == [1.0, 3.0, 3.5]


def test_singular_values_keep_the_convention():
    spectrum = tree_spectrum([2, 2, 2], BINARY)
    total = np.sqrt(64 * spectrum.eigenvalues)
    np.testing.assert_allclose(spectrum.singular_values(64), total, rtol=1e-15)
    np.testing.assert_allclose(spectrum.singular_values(64, normalization="mean"), total / 8, rtol=1e-15)


def test_a_spectrum_is_introduced_and_tabulated():
    spectrum = tree_spectrum([2, 3], [0.1, 0.3, 1.0])
    assert repr(spectrum) == (
        "<TreeSpectrum: 6 items, exact eigenvalues by level 1.9, 1.3, 0.7 (x 4); broad distinctions are stronger and "
        "learned first, level by level>"
    )
    assert spectrum.to_dataframe().nodes.tolist() == [1, 2, 6]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: tree_spectrum([2, 2], [0.9, 0.1, 1.0]),
            "similarity gives level 1 the eigenvalue -0.7.*closer to",
        ),
        (lambda: tree_spectrum([2, 2], [0.1, 1.0]), "this tree needs 3 finite numbers"),
        (lambda: tree_spectrum([2, 2], ["a", 0, 1]), "this tree needs 3 finite numbers"),
        (
            lambda: tree_spectrum([2], [0.0, 0.0]),
            "similarity ends with 0, but that of an item with itself",
        ),
        (lambda: tree_spectrum(8, [1.0]), r"branching is 8.*write a list such as \[2, 2, 2\]"),
        (lambda: tree_spectrum([], [1.0]), "branching is empty"),
        (lambda: tree_spectrum([2, 1], [0.1, 0.2, 1.0]), "a branching factor is 1, but a node with fewer than 2"),
        (lambda: tree_spectrum([2], [0.1, 1.0]).projector(2), "level is 2, but the items are on level 1"),
        (lambda: tree_similarity([2, 2]), "exactly one of the two"),
        (lambda: tree_similarity([2, 2], flip_probability=0.1, variances=1), "exactly one of the two"),
        (lambda: tree_similarity([2, 2], flip_probability=1.5), "it is a probability; write 0 to 1"),
        (lambda: tree_similarity([2, 2], flip_probability=[0.1]), "has 1 numbers, but this tree needs 2"),
        (lambda: tree_similarity([2, 2], variances=[1, 1]), "has 2 numbers, but this tree needs 3"),
        (lambda: tree_similarity([2, 2], variances=[1, -1, 1]), "it cannot be negative"),
        (lambda: tree_similarity([2, 2], variances=0), "then every feature is 0"),
        (
            lambda: tree_similarity([2, 2], variances=1, coding="zero_one"),
            "Gaussian features have continuous values",
        ),
        (lambda: tree_similarity([2, 2], flip_probability=0.1, coding="binary"), "coding is 'binary', but it must be"),
    ],
)
def test_what_is_no_tree_is_refused(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
