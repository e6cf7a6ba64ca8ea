"""Staircases and crossed categories: their closed spectra against the tables themselves."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.environments import (
    chain,
    cross_cutting,
    cross_cutting_spectrum,
    field_covariance,
    ordering,
    ordering_spectrum,
)

EXACT = 1e-13  # relative to the largest


@pytest.mark.parametrize("n", [2, 7, 40])
def test_staircase(n):
    world, spectrum = ordering(n), ordering_spectrum(n)
    k, i = np.arange(1, n + 1), np.arange(1, n + 1)[:, None]
    closed = 1 / (2 * np.sin((2 * k - 1) * np.pi / (4 * n + 2)))
    np.testing.assert_allclose(world.spectrum().singular_values, closed, rtol=0, atol=EXACT * closed[0])
    np.testing.assert_allclose(spectrum.singular_values(), closed, rtol=1e-14)
    cosines = np.cos((2 * k - 1) * (2 * i - 1) * np.pi / (4 * n + 2))
    cosines /= np.linalg.norm(cosines, axis=0)
    overlaps = np.abs(np.sum(world.spectrum().output_modes * cosines, axis=0))
    np.testing.assert_allclose(overlaps, 1, atol=1e-10)
    np.testing.assert_allclose(np.abs(np.sum(world.spectrum().input_modes * cosines[::-1], axis=0)), 1, atol=1e-10)
    rebuilt = spectrum.modes @ np.diag(n * spectrum.eigenvalues) @ spectrum.modes.T
    np.testing.assert_allclose(rebuilt, world.targets @ world.targets.T, atol=EXACT * n**2)
    np.testing.assert_allclose(spectrum.modes.T @ spectrum.modes, np.eye(n), atol=1e-12)


def test_a_staircase_differs_as_a_chain_does():
    """Squared differences between items are those of a wide field on a chain: both are random walks."""

    def differences(product):
        square = np.diagonal(product)
        return square[:, None] + square - 2 * product

    stairs = ordering(9).targets
    walk = differences(field_covariance(chain(9), sigma=1e4))
    np.testing.assert_allclose(differences(stairs @ stairs.T), walk, atol=1e-5)


@pytest.mark.parametrize(("a", "b", "counts"), [(3, 4, (50, 30, 10)), (2, 2, (8, 8, 0)), (4, 3, (0, 5, 7))])
def test_crossed_categories(a, b, counts):
    names = ("row_features", "column_features", "idiosyncratic_features")
    spectrum = cross_cutting_spectrum(a, b, **dict(zip(names, counts, strict=True)))
    n1, n2, n3 = counts
    closed = np.repeat([n1 * b + n2 * a + n3, n1 * b + n3, n2 * a + n3, n3], [1, a - 1, b - 1, (a - 1) * (b - 1)])
    found = np.repeat(sum(counts) * spectrum.eigenvalues, spectrum.degeneracies)
    np.testing.assert_allclose(found, np.sort(closed)[::-1], rtol=EXACT, atol=EXACT)
    expected = n1 * np.kron(np.eye(a), np.ones((b, b))) + n2 * np.kron(np.ones((a, a)), np.eye(b)) + n3 * np.eye(a * b)
    rebuilt = spectrum.modes @ np.diag(found) @ spectrum.modes.T
    np.testing.assert_allclose(rebuilt, expected, atol=EXACT * found[0])


def test_drawn_crossed_categories_have_the_spectrum_on_average():
    options = {"row_features": 20_000, "column_features": 10_000, "idiosyncratic_features": 5_000}
    world, spectrum = cross_cutting(3, 4, **options), cross_cutting_spectrum(3, 4, **options)
    exact = np.repeat(spectrum.singular_values(), spectrum.degeneracies)
    np.testing.assert_allclose(world.spectrum().singular_values, exact, rtol=0.03)  # Monte Carlo


def test_features_go_by_row_by_column_or_by_item():
    world = cross_cutting(2, 3, row_features=30, column_features=20, idiosyncratic_features=10)
    table = world.targets.reshape(2, 3, 60)
    assert np.all(np.ptp(table[:, :, :30], axis=1) == 0) and np.any(np.ptp(table[:, :, :30], axis=0))
    assert np.all(np.ptp(table[:, :, 30:50], axis=0) == 0) and np.any(np.ptp(table[:, :, 30:50], axis=1))
    assert world.features[0] == "row feature 1" and world.features[-1] == "own feature 10"
    assert world.items[3] == "row 2 column 1" and world.category[3] == "row 2"
    by_column = cross_cutting(2, 3, row_features=3, column_features=2, category="column")
    assert by_column.category[:4] == ("column 1", "column 2", "column 3", "column 1")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: ordering(1), "n is 1, but a single item has no order"),
        (lambda: ordering_spectrum(0), "n is 0, but a single item"),
        (
            lambda: cross_cutting(1, 3, row_features=3, column_features=2),
            "a is 1, but crossed categories need",
        ),
        (lambda: cross_cutting(2, 3, row_features=0, column_features=0), "all numbers of features are 0"),
        (lambda: cross_cutting(2, 3, row_features=-1, column_features=0), "row_features is -1"),
        (lambda: cross_cutting(2, 2, row_features=1, column_features=1, category="cell"), "category is 'cell'"),
        (
            lambda: cross_cutting_spectrum(2, 1, row_features=1, column_features=1),
            "b is 1, but crossed",
        ),
    ],
)
def test_what_is_no_design_is_refused(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
