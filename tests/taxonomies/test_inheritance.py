"""Tables of inherited properties: who has what, and how strong the modes of such a table are."""

import numpy as np
import pytest

from ontogeny import Environment, InputError
from ontogeny.environments import from_taxonomy

LIVING = {
    "animal": {"bird": ["robin", "canary"], "fish": ["salmon", "sunfish", "shark"]},
    "plant": {"oak": {}, "moss": None},
}
BINARY = {f"{a}": {f"{a}{b}": [f"{a}{b}{c}" for c in "01"] for b in "01"} for a in "01"}


def test_one_property_for_each_node_has_the_printed_singular_values():
    """Squares 15, 7, 3 twice, 1 four times for three binary levels."""
    table = from_taxonomy(BINARY)
    assert table.shape == (8, 15)
    s = Environment.from_dataframe(table).spectrum().singular_values
    np.testing.assert_allclose(s**2, [15, 7, 3, 3, 1, 1, 1, 1], atol=1e-12)


def test_tables_of_inherited_properties():
    assert from_taxonomy(LIVING).loc["moss"].sum() == 3
    assert "is an all" not in from_taxonomy(LIVING, root=False)
    assert from_taxonomy(LIVING, own=False).shape == (7, 5)
    narrow = from_taxonomy(LIVING, inherit=False, own=False)
    assert narrow["is a bird"].tolist() == [1, 1, 0, 0, 0, 0, 0] and narrow["is an animal"].sum() == 0
    told = from_taxonomy(LIVING, own=False, properties={"bird": ["can fly", "has wings"], "fish": []})
    assert told.columns.tolist() == ["is an all", "is an animal", "can fly", "has wings", "is a plant"]
    assert told["has wings"].equals(told["can fly"]) and told["can fly"].sum() == 2
    same = from_taxonomy("((robin,canary)bird,(salmon,sunfish)fish)animal;")
    assert same.equals(from_taxonomy({"animal": {"bird": ["robin", "canary"], "fish": ["salmon", "sunfish"]}}))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: from_taxonomy(3), "taxonomy is of type int, but a Taxonomy, a nested dictionary or a Newick"),
        (lambda: from_taxonomy(LIVING, properties={"brid": []}), "a name in properties is 'brid'.*did you mean 'bird'"),
        (lambda: from_taxonomy(LIVING, properties={"bird": ["x"], "fish": ["x"]}), "properties repeat 'x'"),
        (lambda: from_taxonomy({"a": [], "b": []}, root=False, own=False), "root and own are False"),
    ],
)
def test_what_cannot_be_gets_a_sentence(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
