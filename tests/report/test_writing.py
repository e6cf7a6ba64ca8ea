"""Tables for spreadsheets, and values in pages."""

import pandas as pd
import pytest
from markupsafe import Markup

from ontogeny.report.writing import GUARDED, _in_html, write_tables

FORMULAS = ["=1+1", "+x", "-cmd", "@SUM", "\tq", "\rq"]


def test_text_is_no_formula_and_numbers_stay_numbers(tmp_path):
    table = pd.DataFrame({"item": FORMULAS, "-value": [-1.5, 2, -3, 4, 5, 6], "yes": [True] * 6})
    names, remarks = write_tables(tmp_path, {"odd": table})
    assert (names, remarks) == (["odd"], [GUARDED])
    read = pd.read_csv(tmp_path / "tables" / "odd.csv")
    assert list(read.columns) == ["item", "'-value", "yes"]
    assert list(read["item"]) == [f"'{cell}" for cell in FORMULAS]
    assert list(read["'-value"]) == list(table["-value"])
    assert list(read["item"].str.replace(r"^'(?=[=+\-@\t\r])", "", regex=True)) == FORMULAS


@pytest.mark.parametrize("dtype", [object, "string", "category"])
def test_ordinary_tables_are_written_as_they_are(tmp_path, dtype):
    table = pd.DataFrame({"item": pd.Series(["robin", None, "a=b"], dtype=dtype), "value": [-1.0, float("nan"), 2]})
    _, remarks = write_tables(tmp_path, {"plain": table})
    assert remarks == []
    assert (tmp_path / "tables" / "plain.csv").read_text(encoding="utf-8") == table.to_csv(
        index=False, float_format="%.10g"
    )


def test_pages_hold_no_control_characters_but_lines():
    assert _in_html("two\nlines\x1b[31m") == "two\nlines\\x1b[31m"
    assert _in_html(Markup("<svg>\t</svg>")) == "<svg>\t</svg>" and _in_html(3) == 3
