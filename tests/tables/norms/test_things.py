"""THINGS: names that are unique, totals left out."""

import pytest
from norm_makers import THINGS

from ontogeny.environments import read_norms


@pytest.mark.parametrize("total", ["\t\t1\t2\t1\n", "Total\t\t1\t2\t1\n", "\tTotal\t1\t2\t1\n", ""])
def test_objects_are_named_by_their_unique_id(total, tmp_path):
    (tmp_path / "a.tsv").write_text(THINGS.replace("\t\t1\t2\t1\n", total))
    table = read_norms(tmp_path / "a.tsv")
    assert list(table.index) == ["bat1", "bat2", "oar"]
    assert list(table.columns) == ["animal", "sports equipment", "tool"]
    assert table.to_numpy().tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
    assert any("is the sum of the others" in str(note) for note in table.attrs["notes"]) is bool(total)
    assert "Left out: 1 column of text ('Word')." in map(str, table.attrs["notes"])
