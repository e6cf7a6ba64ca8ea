"""The built-in tables: their sizes, their known singular values, what is left out."""

import numpy as np
import pytest

from ontogeny import InputError, datasets

PRINTED = 0.006  # the numbers are printed with two decimals

KNOWN = {
    "zoo": (101, 15, 15, [20.11, 9.67, 7.58, 5.00]),
    "wordnet": (48, 54, 27, [16.92, 7.99, 5.71, 4.37]),
    "rumelhart": (8, 36, 8, [6.81, 4.47, 3.04, 3.00]),
}


def test_names_are_those_of_the_known_tables():
    assert set(datasets.names()) == set(KNOWN)


@pytest.mark.parametrize("name", KNOWN)
def test_known_sizes_and_singular_values(name):
    items, features, rank, strongest = KNOWN[name]
    world = datasets.load(name)
    assert (len(world.items), len(world.features)) == (items, features)
    assert world.spectrum().singular_values.size == rank
    np.testing.assert_allclose(world.spectrum().singular_values[:4], strongest, atol=PRINTED)
    assert world.normalization == "sum"


@pytest.mark.parametrize(("name", "sharing"), [("zoo", 48), ("wordnet", 21)])
def test_known_numbers_of_items_whose_row_is_not_their_own(name, sharing):
    targets = datasets.load(name).targets
    distinct, counts = np.unique(targets, axis=0, return_counts=True)
    # counted as rows beyond the first of their kind, or as all rows that have a twin
    assert sharing in (len(targets) - len(distinct), counts[counts > 1].sum())


def test_zoo_leaves_legs_out_and_keeps_types_and_both_frogs():
    world = datasets.load("zoo")
    assert "legs" not in world.features
    assert "legs" in datasets.table("zoo").columns
    assert len(set(world.category)) == 7
    assert {"frog", "frog_2"} <= set(world.items)
    assert set(np.unique(world.targets)) == {0.0, 1.0}


def test_options_are_a_copy():
    datasets.options("zoo")["items"] = "changed"
    assert datasets.options("zoo")["items"] == "name"


@pytest.mark.parametrize("call", [datasets.load, datasets.table, datasets.options])
def test_an_unknown_name_is_refused_and_the_nearest_offered(call):
    with pytest.raises(InputError, match=r"the table is 'zo', but it must be one of .*; did you mean 'zoo'?"):
        call("zo")
