"""Trees of items: all ways to make one agree, tables of inherited properties, distances from sums over groups."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError, datasets
from ontogeny.environments import Taxonomy, from_taxonomy
from worlds import TOY, gapped, tree

LIVING = {
    "animal": {"bird": ["robin", "canary"], "fish": ["salmon", "sunfish", "shark"]},
    "plant": {"oak": {}, "moss": None},
}
BINARY = {f"{a}": {f"{a}{b}": [f"{a}{b}{c}" for c in "01"] for b in "01"} for a in "01"}


def leaves_below(tree, node):
    """The slow way: all items whose chain of parents passes the node."""
    found = []
    for item in np.flatnonzero(tree.is_item):
        above = item
        while above not in (node, -1):
            above = tree.parent[above]
        if above == node:
            found.append(tree.names[item])
    return tuple(found)


def test_nested_names_make_a_tree_of_uneven_levels():
    found = Taxonomy.from_nested(LIVING)
    assert found.items == ("robin", "canary", "salmon", "sunfish", "shark", "oak", "moss")
    assert [found.names[node] for node in found.groups] == ["all", "animal", "bird", "fish", "plant"]
    assert found.level[[found.names.index(name) for name in ("all", "animal", "fish", "shark", "moss")]].tolist() == [
        0, 1, 2, 3, 2,
    ]  # fmt: skip
    assert all(found.members(node) == leaves_below(found, node) for node in range(len(found.names)))
    assert repr(found) == "<Taxonomy: 7 items in 4 groups below 'all', 3 levels>"


def test_a_single_outermost_name_is_the_root():
    assert Taxonomy.from_nested({"life": LIVING}).names[0] == "life"
    assert Taxonomy.from_nested({"a": [], "b": []}, root="both").names == ("both", "a", "b")


def test_nested_newick_and_labels_say_the_same():
    nested = Taxonomy.from_nested(LIVING)
    newick = Taxonomy.from_newick("(((robin,canary)bird,(salmon,sunfish,shark)fish)animal,(oak,moss)plant)all;")
    labels = pd.DataFrame(
        {"kingdom": ["animal"] * 5 + ["plant"] * 2, "class": ["bird"] * 2 + ["fish"] * 3 + [None, np.nan]},
        index=nested.items,
    )
    for other in (newick, Taxonomy.from_labels(labels), Taxonomy.from_labels(dict(labels), items=nested.items)):
        assert other.names == nested.names
        np.testing.assert_array_equal(other.parent, nested.parent)
    assert Taxonomy.from_labels(labels).level_names == ("all", "kingdom", "class", "item")


def test_repeated_names_of_groups_are_told_apart_and_items_keep_theirs():
    found = Taxonomy.from_nested({"plant": {"other": ["oak"]}, "animal": {"other": ["ant"], "fish": ["fish", "eel"]}})
    assert found.names == (
        "all", "plant", "other (plant)", "oak", "animal", "other (animal)", "ant", "fish (group)", "fish", "eel",
    )  # fmt: skip


def test_categories_of_a_world_are_a_taxonomy_of_two_levels():
    world = datasets.load("zoo")
    found = Taxonomy.from_category(world)
    assert (found.depth, len(found.groups), set(found.items)) == (2, 8, set(world.items))
    assert found.level_names == ("all", "category", "item")
    with pytest.raises(InputError, match="environment has items without categories; name their column"):
        Taxonomy.from_category(tree())


def test_clustering_finds_the_tree_that_made_a_table():
    made = Taxonomy.from_nested(BINARY)
    table = from_taxonomy(made)
    found = Taxonomy.found(Environment.from_dataframe(table.sample(frac=1, random_state=1)))
    groups = {frozenset(made.members(node)) for node in made.groups}
    assert {frozenset(found.members(node)) for node in found.groups} == groups


@pytest.mark.parametrize("method", ["average", "complete", "single"])
@pytest.mark.parametrize("name", ["zoo", "wordnet"])
def test_neither_order_nor_rounding_decides_what_tree_is_found(name, method):
    world, draw = datasets.load(name), np.random.default_rng(1)
    table = pd.DataFrame(world.targets, index=world.items, columns=world.features)
    other = table.loc[draw.permutation(table.index), draw.permutation(table.columns)]
    other = other * (1 + 1e-13 * draw.standard_normal(other.shape)) + 1e-14
    one, two = (Taxonomy.found(Environment.from_dataframe(each), method=method) for each in (table, other))
    assert one.names == two.names
    assert one.parent.tolist() == two.parent.tolist()


@pytest.mark.parametrize("method", ["average", "complete", "single"])
def test_groups_that_merge_at_one_distance_merge_at_once_and_duplicates_first(method):
    rows = np.vstack([np.eye(4), np.eye(4)[:1], np.eye(4)[:1]])
    found = Taxonomy.found(Environment.from_arrays(np.eye(6), rows, normalization="sum"), method=method)
    assert [len(found.members(node)) for node in found.groups] == [6, 3]
    assert found.members(found.groups[1]) == ("item 1", "item 5", "item 6")


def test_branches_are_as_long_as_the_distances_of_what_they_join():
    found = Taxonomy.found(Environment.from_arrays(np.eye(3), [[0.0], [1.0], [4.0]], normalization="sum"))
    table = found.to_dataframe().set_index("name").branch_length
    assert table[["item 1", "item 2", "item 3", "item 1, item 2"]].tolist() == [1, 1, 3.5, 2.5]


def test_worlds_known_by_correlations_are_clustered_by_their_answers():
    world = Environment.from_correlations([[1.0, 1.0, 0.0], [0.0, 0.1, 1.0]])
    found = Taxonomy.found(world)
    assert {found.members(node) for node in found.groups[1:]} == {("input 1", "input 2")}
    same = Environment.from_correlations([[1.0, 1.0]])
    assert Taxonomy.found(same).names == ("input 1, input 2", "input 1", "input 2")


def test_too_many_items_are_refused(monkeypatch):
    monkeypatch.setattr("ontogeny.taxonomies.branches.MOST_CLUSTERED", 3)
    with pytest.raises(InputError, match="environment has 4 different items, but at most 3 can be clustered"):
        Taxonomy.found(Environment.from_dataframe(TOY))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: Taxonomy.from_nested({"bird": "robin", "fish": []}),
            r"nested holds 'robin' below 'bird'.*write \['robin'\]",
        ),
        (
            lambda: Taxonomy.from_nested({"bird": [{"a": []}], "b": []}),
            "nested holds a dict in the list below 'bird'.*dictionary for gr",
        ),
        (
            lambda: Taxonomy.from_nested({"bird": ["a"], "fish": ["a"]}),
            "has the item 'a' more than once, but",
        ),
        (lambda: Taxonomy.from_nested({"a": []}), "has a single item"),
        (lambda: Taxonomy.from_labels({"a": [1, 2], "b": [1]}), r"columns of \[1, 2\] rows"),
        (lambda: Taxonomy.from_labels({"a": [1, 2]}, items=["x"]), "items are 1 names for 2 rows"),
        (lambda: Taxonomy.found(tree(), method="centroid"), "method is 'centroid'"),
        (lambda: Taxonomy.found(3), "environment is of type int"),
    ],
)
def test_what_cannot_be_gets_a_sentence(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()


def test_items_are_matched_by_name():
    found = Taxonomy.from_nested(LIVING)
    shuffled = ("moss", "oak", "shark", "robin", "canary", "salmon", "sunfish")
    assert [shuffled[i] for i in found.order(shuffled)] == list(found.items)
    with pytest.raises(InputError, match="items hold 'wolf', which the taxonomy does not"):
        found.order((*shuffled, "wolf"))
    with pytest.raises(InputError, match=r"items do not hold 'moss', which the taxonomy does; use taxonomy.restricted"):
        found.order(shuffled[1:])


def test_a_smaller_tree_of_some_items():
    small = Taxonomy.from_nested(LIVING).restricted(["shark", "oak", "salmon", "nobody"])
    assert small.names == ("all", "animal", "fish", "salmon", "shark", "plant", "oak")
    assert small.parent.tolist() == [-1, 0, 1, 2, 2, 0, 5]
    assert Taxonomy.from_newick("((a:1,b:2)c:3,d:4);").restricted("ad").branch_length.tolist()[1:] == [3, 1, 4]
    with pytest.raises(InputError, match="items are 'wolf', none of which is in the taxonomy"):
        small.restricted(["wolf"])


def test_groups_at_a_level_let_early_items_stand_for_themselves():
    found = Taxonomy.from_nested(LIVING)
    assert [found.names[n] for n in found.at_level(2)] == ["bird"] * 2 + ["fish"] * 3 + ["oak", "moss"]
    assert [found.names[n] for n in found.at_level(0)] == ["all"] * 7


@pytest.mark.parametrize("nested", [LIVING, BINARY, {"x": {"y": ["a", "b"]}, "c": None}])
def test_distances_from_sums_are_those_of_all_pairs(nested):
    found = Taxonomy.from_nested(nested)
    points = np.random.default_rng(0).standard_normal((len(found.items), 3)) + 100
    distance, pairs = found.between_parts(points)
    for place, node in enumerate(found.splits):
        children = np.flatnonzero(found.parent == node)
        parted = [
            (found.items.index(a), found.items.index(b))
            for one, two in combinations(children, 2)
            for a in leaves_below(found, one)
            for b in leaves_below(found, two)
        ]
        expected = np.mean([(points[a] - points[b]) ** 2 for a, b in parted], axis=0)
        np.testing.assert_allclose(distance[place], expected, rtol=1e-10)
        assert pairs[place] == len(parted)


def test_a_table_of_nodes():
    table = Taxonomy.from_newick("((a:1,b:2)c:3,d:4)e;").to_dataframe()
    assert table["name"].tolist() == ["e", "c", "a", "b", "d"]
    assert table["items"].tolist() == [3, 2, 1, 1, 1]
    assert table["parent"].fillna("").tolist() == ["", "e", "c", "c", "e"]
    assert table["is_item"].tolist() == [False, False, True, True, True]


def test_missing_cells_are_no_likeness():
    with pytest.raises(InputError, match="2 cells of this world are missing, but the right answer of a missing cell"):
        Taxonomy.found(gapped())


def test_groups_whose_parents_share_a_name_too_are_numbered():
    nested = {top: {"g": {"other": [f"{top}1", f"{top}2"]}} for top in "pqr"}
    found = Taxonomy.from_nested(nested)
    assert len(set(found.names)) == len(found.names)
    assert [name for name in found.names if name.startswith("other")] == ["other (g)", "other (g) [2]", "other (g) [3]"]


def test_groups_without_a_name_are_called_by_their_first_items_and_how_many_more():
    assert Taxonomy.from_newick("((a,b),(c,d,e,f));").names == (
        "a, b + 4", "a, b", "a", "b", "c, d + 2", "c", "d", "e", "f",
    )  # fmt: skip


def test_equal_items_far_from_the_middle_are_at_no_distance_below_0():
    found = Taxonomy.from_nested({"x": list("abc"), "y": list("def")})
    points = np.repeat([[0.1, 1e6 / 3], [0.7, -1e6 / 7]], 3, axis=0)
    inside = found.between_parts(points).distance[1:]
    assert inside.min() >= 0 and inside.max() < 1e-2  # 1e12 x rounding


def test_distances_that_differ_by_rounding_merge_at_once():
    noise = 1e-14 * np.random.default_rng(0).standard_normal((5, 5))
    found = Taxonomy.found(Environment.from_arrays(np.eye(5), np.eye(5) + noise, normalization="sum"))
    assert [len(found.members(node)) for node in found.groups] == [5]
