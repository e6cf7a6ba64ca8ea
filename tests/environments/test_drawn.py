"""Drawn worlds are worlds like those of tables."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError
from ontogeny._core.notes import Note
from ontogeny.environments.drawn import drawn_world, feature_count, generator

VALUES = np.array([[1.0, 0, 2], [0, 1, 2], [3, 1, 0]])


@pytest.mark.parametrize("normalization", ["sum", "mean", "white"])
def test_a_drawn_world_is_that_of_the_same_table(normalization):
    table = pd.DataFrame(VALUES, index=list("abc"), columns=list("xyz"))
    expected = Environment.from_dataframe(table, normalization=normalization)
    made = drawn_world(VALUES, list("abc"), list("xyz"), None, normalization, "Made by hand.")
    for name in ("input_output_correlation", "input_correlation", "inputs", "targets", "weights"):
        np.testing.assert_allclose(getattr(made, name), getattr(expected, name), rtol=1e-15)
    assert (made.items, made.features, made.normalization) == (tuple("abc"), tuple("xyz"), normalization)
    assert made.notes == (Note("drawn", "Made by hand."),)


def test_nothing_to_learn_is_refused():
    with pytest.raises(InputError, match=r"every drawn value is 0.*use more features or another seed"):
        drawn_world(np.zeros((2, 2)), ["a", "b"], ["x", "y"], None, "sum", "")


def test_what_is_no_number_of_features_or_seed_is_refused():
    with pytest.raises(InputError, match="features is 0, but a world without features"):
        feature_count(0)
    with pytest.raises(InputError, match="seed is -1, but a seed is not negative"):
        generator(-1)
