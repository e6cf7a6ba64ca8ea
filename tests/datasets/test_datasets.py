"""The built-in tables: their sizes, their known singular values, what is left out."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from ontogeny import InputError, datasets

PRINTED = 0.006  # the numbers are printed with two decimals

KNOWN = {
    "zoo": (101, 15, 15, [20.11, 9.67, 7.58, 5.00]),
    "wordnet": (48, 51, 28, [17.39, 7.93, 5.77, 4.53]),
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


@pytest.mark.parametrize(("name", "sharing"), [("zoo", 48), ("wordnet", 20)])
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


def test_animals_of_the_nouns_are_animals_and_categories_have_names_without_numbers():
    table = datasets.table("wordnet").set_index("item")
    assert table.loc[["salmon", "trout", "eel", "tuna", "shark"], ["fish", "animal"]].to_numpy().all()
    assert not any("." in name for name in table.columns) and "food" not in table
    wider = {"fish": "aquatic_vertebrate", "vertebrate": "chordate", "bird": "vertebrate", "tree": "woody_plant"}
    for narrow, wide in wider.items():
        assert (table[narrow] <= table[wide]).all()


def test_the_script_that_made_the_table_reads_senses_and_their_hypernyms(tmp_path):
    """A made dictionary in WordNet's format: the second sense of trout is the fish, by two paths."""
    script = Path(datasets.__file__).with_name("make_wordnet.py")
    spec = importlib.util.spec_from_file_location("make_wordnet", script)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    (tmp_path / "index.noun").write_text(
        "  a licence\ntrout n 2 2 @ ~ 2 1 00000004 00000003  \nsalmon n 1 1 @ 1 1 00000005  \n"
    )
    synsets = (
        "  a licence",
        "00000001 03 n 01 entity 0 000 | all",
        "00000002 05 n 02 fish 0 swimmer 0 001 @ 00000001 n 0000 | swims",
        "00000003 05 n 01 trout 0 002 @ 00000002 n 0000 ~ 00000005 n 0000 | fish",
        "00000004 13 n 01 trout 0 001 @ 00000001 n 0000 | food",
        "00000005 05 n 01 salmon 0 001 @ 00000002 n 0000 | fish",
    )
    (tmp_path / "data.noun").write_text("\n".join(synsets))
    made.ITEMS, made.SENSES = ("trout", "salmon"), {"trout": 2}
    assert made.table(tmp_path) == [["item", "entity", "fish"], ["trout", "1", "1"], ["salmon", "1", "1"]]
