"""Animals with Attributes: names beside numbers, both matrices, what is unknown."""

import numpy as np
import pytest
from norm_makers import awa_folder

from ontogeny.environments import read_norms

STRENGTHS = "predicate-matrix-continuous.txt"


def test_names_meet_their_numbers(tmp_path):
    table = read_norms(awa_folder(tmp_path))
    assert list(table.index) == ["sea otter", "yak"] and list(table.columns) == ["swims", "grazes", "eats fish"]
    assert table.to_numpy().tolist() == [[1, 0, 1], [0, 1, 0]]
    assert read_norms(tmp_path / "predicate-matrix-binary.txt").equals(table)


def test_strengths_are_read_where_asked_or_alone(tmp_path):
    awa_folder(tmp_path, matrix="  53.4   -1.00   8.0\n   0.0   77.1  -1\n", name=STRENGTHS)
    expected = [[53.4, np.nan, 8], [0, 77.1, np.nan]]
    np.testing.assert_array_equal(read_norms(tmp_path), expected)
    awa_folder(tmp_path)
    assert read_norms(tmp_path).to_numpy().tolist() == [[1, 0, 1], [0, 1, 0]]
    for path, options in ((tmp_path, {"continuous": True}), (tmp_path / STRENGTHS, {})):
        table = read_norms(path, **options)
        np.testing.assert_array_equal(table, expected)
        assert "2 cells of -1 stand for unknown and are missing." in map(str, table.attrs["notes"])


@pytest.mark.parametrize("classes", ["sea+otter\nyak\n", "1 sea otter\n2 yak", "\n1\tsea+otter\n\n2\tyak\n"])
def test_lists_of_names_with_and_without_numbers(classes, tmp_path):
    assert list(read_norms(awa_folder(tmp_path, classes=classes)).index) == ["sea otter", "yak"]
