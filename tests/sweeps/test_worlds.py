"""Worlds by what settings say of them."""

from pathlib import Path

import numpy as np
import pytest

import ontogeny as on
from ontogeny.sweeps.worlds import FORMS, check_world, most_modes, read_world, reference, world_of

OPTIONS = {
    "tree": {"branching": [2, 2], "flip_probability": 0.1, "features": 30},
    "ordering": {"n": 5},
    "cross_cutting": {"a": 2, "b": 3, "row_features": 4, "column_features": 5},
    "hidden_category": {"items": 8, "features": 9, "category_items": 3, "category_features": 4, "inside": 0.8,
                        "outside": 0.2},
    "ring": {"n": 6, "sigma": 1.0, "features": 20}, "chain": {"n": 6, "sigma": 1.0, "features": 20},
    "grid": {"a": 2, "b": 3, "sigma": 1.0, "features": 20}, "cylinder": {"a": 3, "b": 3, "sigma": 1.0, "features": 20},
    "clusters": {"k": 2, "m": 3, "sigma": 1.0, "features": 20},
    "cliques": {"k": 2, "m": 3, "sigma": 1.0, "features": 20},
    "tree_graph": {"branching": [2, 2], "sigma": 1.0, "features": 20},
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_world_that_its_function_makes(form):
    options = OPTIONS[form]
    made = world_of(check_world({"form": form, **options}, "environment"), {})
    function = getattr(on.environments, form)
    if "sigma" in options:
        of_graph = {name: value for name, value in options.items() if name not in ("sigma", "features")}
        own = on.environments.field(function(**of_graph), sigma=1.0, features=20)
    else:
        own = function(**options)
    np.testing.assert_array_equal(made.input_output_correlation, own.input_output_correlation)


def test_tables_are_read_as_asked_beside_the_specification(tmp_path):
    (tmp_path / "animals.csv").write_text("animal,wings,gills\nrobin,1,0\ntrout,0,1\nworm,0,0\n", encoding="utf-8")
    plain = read_world("animals.csv", tmp_path)
    kept = read_world({"table": "animals.csv", "drop": ["gills"], "normalization": "mean"}, tmp_path)
    assert plain.features == ("wings", "gills") and kept.features == ("wings",) and kept.normalization == "mean"
    zoo = read_world({"table": "zoo", "drop": ["backbone"]}, Path())
    assert {*on.datasets.load("zoo").features} - {*zoo.features} == {"backbone"}


def test_modes_are_counted_exactly_for_single_worlds_and_never_too_few_for_draws():
    ones = [{"form": "ordering", "n": 5}, {"form": "ordering", "n": 3}]
    draws = [{"form": "tree", **OPTIONS["tree"], "seed": seed} for seed in range(3)]
    table = {reference("zoo"): on.datasets.load("zoo")}
    assert most_modes(ones, {}) == on.environments.ordering(5).spectrum().singular_values.size
    assert most_modes(draws, {}) >= max(world_of(each, {}).spectrum().singular_values.size for each in draws)
    assert most_modes(["zoo"], table) == 15
