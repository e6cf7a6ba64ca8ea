"""Features that branch down a tree: the drawn worlds have the exact similarity and spectrum, within sampling."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.environments import tree, tree_similarity, tree_spectrum

MANY = 100_000
KINDS = [
    ([2, 2, 2], {"flip_probability": 0.1}),
    ([2, 3, 2], {"flip_probability": [0.05, 0.2, 0.1]}),
    ([2, 3, 2], {"flip_probability": 0.1, "coding": "zero_one"}),
    ([3, 2], {"variances": [1.0, 0.5, 0.25]}),
]


@pytest.mark.parametrize(("branching", "options"), KINDS, ids=["binary", "irregular", "zero_one", "gaussian"])
def test_sampled_similarity(branching, options):
    world = tree(branching, **options, features=MANY, seed=1)
    expected = tree_spectrum(branching, tree_similarity(branching, **options)).similarity_matrix()
    measured = world.targets @ world.targets.T / MANY
    spread = np.sqrt(np.outer(np.diag(expected), np.diag(expected)) * 2 / MANY)  # of a product of Gaussians, at most
    assert np.abs((measured - expected) / spread).max() < 5


@pytest.mark.parametrize(("branching", "options"), KINDS, ids=["binary", "irregular", "zero_one", "gaussian"])
def test_sampled_strengths(branching, options):
    """Printed: within 0.5 to 1.3 percent at 100 000 features."""
    spectrum = tree_spectrum(branching, tree_similarity(branching, **options))
    drawn = tree(branching, **options, features=MANY, seed=2).spectrum().singular_values
    exact = np.sort(np.repeat(spectrum.singular_values(MANY), spectrum.degeneracies))[::-1]
    np.testing.assert_allclose(drawn, exact, rtol=0.015)


BINARY = tree_spectrum([2, 2, 2], tree_similarity([2, 2, 2], flip_probability=0.1))


def drawn_spectra(features, seeds):
    return [tree([2, 2, 2], flip_probability=0.1, features=features, seed=seed).spectrum() for seed in range(seeds)]


def test_single_strengths_scatter_more_than_the_means_of_their_level():
    """Printed for 1000 features: single strengths within 5 to 13 percent, means of a level within 4."""
    exact = BINARY.singular_values(1000)
    single, means = [], []
    for spectrum in drawn_spectra(1000, 20):
        drawn = spectrum.singular_values
        single.append(np.abs(drawn / np.repeat(exact, BINARY.degeneracies) - 1).max())
        means.append(np.abs([level.mean() for level in np.split(drawn, [1, 2, 4])] / exact - 1).max())
    assert 0.04 < np.mean(single) < 0.13
    assert np.mean(means) < 0.04


@pytest.mark.parametrize("features", [50, 1000])
def test_few_features_split_a_tied_level(features):
    """Printed: by 3.0 to 3.4 sqrt(g / N) of its eigenvalue; here for g = 4, mean of 40 samples (error 0.1)."""
    split = [np.ptp(s[4:] ** 2) / np.mean(s[4:] ** 2) for s in (x.singular_values for x in drawn_spectra(features, 40))]
    assert 2.9 < np.mean(split) / np.sqrt(4 / features) < 3.5


def test_many_features_keep_the_space_of_each_level():
    """Printed: squared cosines above 0.99 from 1000 features on; .94, .64, .58, .83 by level at 20 (error 0.05)."""

    def aligned(features):
        shares = []
        for spectrum in drawn_spectra(features, 40):
            parts = enumerate(np.split(spectrum.input_modes, [1, 2, 4], axis=1))
            shares.append([np.sum(part * (BINARY.projector(level) @ part)) / part.shape[1] for level, part in parts])
        return np.mean(shares, axis=0)

    assert aligned(1000).min() > 0.99
    np.testing.assert_allclose(aligned(20), [0.94, 0.64, 0.58, 0.83], atol=0.06)


def test_items_are_named_by_their_path_and_belong_to_a_branch():
    world = tree([2, 3, 2], flip_probability=0.1, features=50)
    assert world.items[:3] == ("1.1.1", "1.1.2", "1.2.1") and world.items[-1] == "2.3.2"
    assert world.category == ("1",) * 6 + ("2",) * 6
    assert tree([2, 3, 2], flip_probability=0.1, features=50, category_level=2).category[:3] == ("1.1", "1.1", "1.2")
    assert tree([4], flip_probability=0.1, features=50).category is None  # one item per category says nothing


def test_coding_and_seed():
    options = {"flip_probability": 0.2, "features": 40}
    signs, coded = tree([2, 2], **options, seed=3), tree([2, 2], **options, seed=3, coding="zero_one")
    np.testing.assert_array_equal(coded.targets, (1 + signs.targets) / 2)
    assert set(np.unique(signs.targets)) == {-1.0, 1.0}
    assert not np.array_equal(signs.targets, tree([2, 2], **options, seed=4).targets)
    assert "seed 3" in str(signs.notes[0])


def test_flips_that_never_come_leave_all_items_equal():
    world = tree([2, 2], flip_probability=0, features=30)
    assert world.spectrum().singular_values.size == 1


def test_normalization_is_kept():
    white = tree([2, 2], flip_probability=0.1, features=200, normalization="white")
    total = tree([2, 2], flip_probability=0.1, features=200)
    np.testing.assert_allclose(white.spectrum().singular_values, total.spectrum().singular_values / 2, rtol=1e-12)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "exactly one of the two"),
        ({"flip_probability": 0.1, "category_level": 3}, "the items are on level 2; write 1 to 2"),
        ({"flip_probability": 0.1, "category_level": 0}, "all items share the root"),
        ({"flip_probability": 0.1, "features": 0.5}, "must be a whole number"),
        ({"flip_probability": 0.1, "normalization": "unit"}, "normalization is 'unit'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        tree([2, 2], **options)
