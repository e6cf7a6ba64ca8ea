"""Matrices of exemplars and features: which side is which, totals, further columns of names, decimal commas."""

import numpy as np
import pytest
from norm_makers import LEUVEN

from ontogeny.environments import read_norms

VALUES = [[3.0, 1.0, 4.0], [0.0, 4.0, 1.0], [0.0, 4.0, 0.0]]


def turned(text):
    return "\n".join("\t".join(row) for row in zip(*(line.split("\t") for line in text.splitlines()), strict=True))


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (LEUVEN, {}, "The exemplars are the columns, as the first cell ('kenmerk') says."),
        (LEUVEN.replace('"kenmerk"', ""), {}, "The exemplars are the columns, whose names are shorter"),
        (turned(LEUVEN.replace("kenmerk", "Exemplar")), {}, "The exemplars are the rows, as the first cell"),
        (turned(LEUVEN.replace("kenmerk", "")), {}, "The exemplars are the rows, whose names are shorter"),
        (turned(LEUVEN), {"items": "rows"}, "The exemplars are the rows."),
        (LEUVEN.replace('"kenmerk"\t', ""), {}, "The exemplars are the columns, whose"),  # as R writes it
        (LEUVEN + "Som\t8\t5\t4\n", {}, "The last line ('Som') is the sum of the others and was left out."),
        (LEUVEN + "\t8\t5\t4\n", {}, "The last line is the sum of the others and was left out."),
    ],
)
def test_either_way_round_is_the_same_table(text, options, said, tmp_path):
    (tmp_path / "a.txt").write_text(text)
    table = read_norms(tmp_path / "a.txt", "leuven", **options)
    assert list(table.index) == ["newt", "kayak", "vlot"]
    assert list(table.columns) == ["heeft kieuwen", "drijft op water", "is glad, nat"]
    assert table.to_numpy().tolist() == VALUES
    assert any(said in str(note) for note in table.attrs["notes"])


def test_a_second_column_of_names_is_left_out(tmp_path):
    rows = [line.split("\t") for line in LEUVEN.splitlines()]
    beside = ["English", "has gills", "floats", "is slippery"]
    (tmp_path / "a.txt").write_text("\n".join("\t".join([r[0], n, *r[1:]]) for r, n in zip(rows, beside, strict=True)))
    table = read_norms(tmp_path / "a.txt", "leuven")
    assert table.to_numpy().tolist() == VALUES
    assert "Left out: 1 further column of text beside the names." in map(str, table.attrs["notes"])


def test_missing_cells_and_decimal_commas(tmp_path):
    (tmp_path / "a.txt").write_text(
        "item\tis wet\tis dry\tis red\nnewt\t3,5\tNA\t.\nraft\t\t4\t0,25\n", encoding="cp1252"
    )
    table = read_norms(tmp_path / "a.txt", "leuven")
    np.testing.assert_array_equal(table, [[3.5, np.nan, np.nan], [np.nan, 4, 0.25]])


def test_more_raters_count_further(tmp_path):
    (tmp_path / "a.txt").write_text(LEUVEN.replace("\t3\t", "\t7\t"))
    assert read_norms(tmp_path / "a.txt", "leuven", raters=7).iloc[0, 0] == 7


def test_items_that_hold_equal_counts_are_no_totals(tmp_path):
    """The last of these has what the others have in sum, and a name."""
    (tmp_path / "a.txt").write_text("item\tis wet\tis dry\nnewt\t1\t0\nraft\t1\t1\npond\t2\t1\n")
    assert list(read_norms(tmp_path / "a.txt", "leuven").index) == ["newt", "raft", "pond"]
