"""Exact spectra of forms: ties are grouped, groups are projected on, singular values keep the convention."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.environments import field, field_spectrum, ring
from ontogeny.environments.population import form_spectrum, population_singular_values


def test_ties_are_grouped_strongest_first():
    spectrum = form_spectrum(("a", "b", "c"), np.array([1.0, 3.0, 1.0 + 1e-12]), np.eye(3))
    assert spectrum.degeneracies.tolist() == [1, 2]
    np.testing.assert_allclose(spectrum.eigenvalues, [3.0, 1.0], rtol=1e-11)
    np.testing.assert_array_equal(spectrum.projector(1), np.diag([0.0, 1.0, 0.0]))
    np.testing.assert_array_equal(spectrum.projector(2), np.diag([1.0, 0.0, 1.0]))


@pytest.mark.parametrize("normalization", ["sum", "mean", "white"])
def test_singular_values_are_those_of_a_large_world_of_the_same_convention(normalization):
    exact = field_spectrum(ring(12), sigma=3)
    predicted = np.repeat(exact.singular_values(50_000, normalization=normalization), exact.degeneracies)
    drawn = field(ring(12), sigma=3, features=50_000, normalization=normalization).spectrum().singular_values
    np.testing.assert_allclose(drawn, predicted, rtol=0.02)  # Monte Carlo: 0.7 % on average


def test_an_eigenvalue_of_zero_but_for_rounding_has_strength_zero():
    assert population_singular_values(np.array([-1e-18]), 10, 2).tolist() == [0.0]


def test_what_is_missing_or_out_of_range_is_said():
    spectrum = field_spectrum(ring(5), sigma=1)
    with pytest.raises(
        InputError,
        match=r"features is None, but .* any number of features.*features=1000",
    ):
        spectrum.singular_values()
    with pytest.raises(InputError, match="group is 4, but there are 3 distinct eigenvalues; write 1 to 3"):
        spectrum.projector(4)
    with pytest.raises(InputError, match=r"normalization is 'summ'.*did you mean 'sum'"):
        spectrum.singular_values(10, normalization="summ")


def test_a_spectrum_is_introduced_and_tabulated():
    spectrum = field_spectrum(ring(5), sigma=1)
    assert repr(spectrum) == "<FormSpectrum: 5 items, exact eigenvalues 1, 0.4198 (x 2), 0.2165 (x 2)>"
    table = spectrum.to_dataframe()
    assert table.columns.tolist() == ["group", "eigenvalue", "degeneracy"]
    assert table.degeneracy.sum() == 5
