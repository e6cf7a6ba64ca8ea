"""The door to norms: formats told from content, each from a file to a prediction, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bad_tables import SECTIONS, refuse
from norm_makers import CSLB_LIST, CSLB_MATRIX, LEUVEN, MCRAE, ORANGE, THINGS, WORDBANK, awa_folder

from ontogeny import Environment, InputError, predict
from ontogeny.environments import read_norms, read_table
from ontogeny.tables.norms.formats import FORMATS, detected

FILES = {
    "mcrae": ("CONCS_FEATS_concstats_brm.txt", MCRAE),
    "cslb": ("norms.dat", CSLB_LIST),
    "cslb matrix": ("feature_matrix.dat", CSLB_MATRIX),
    "leuven": ("leuven.txt", LEUVEN),
    "orange": ("animals.tab", ORANGE),
    "things": ("categories.tsv", THINGS),
    "wordbank": ("words.csv", WORDBANK),
}


def made(folder: Path, name: str) -> Path:
    """The made-up norms of a format."""
    if name == "awa":
        return awa_folder(folder)
    file, text = FILES[name]
    (folder / file).write_text(text, encoding="latin-1")
    return folder / file


@pytest.mark.parametrize("case", SECTIONS["Norms"], ids=lambda case: case.name)
def test_unusable_norms_get_their_sentence(case, tmp_path):
    with pytest.raises(InputError, match=case.match) as caught:
        refuse(case, tmp_path)
    assert "\n" not in str(caught.value) and not str(caught.value).endswith(".")


@pytest.mark.parametrize("name", [*FILES, "awa"])
def test_from_file_to_prediction(name, tmp_path):
    """Every format becomes a world that says how it was read, and is learned to its end."""
    table = read_norms(made(tmp_path, name), "leuven" if name == "leuven" else None)
    world = Environment.from_dataframe(table, missing="mask")
    assert set(table.attrs["notes"]) <= set(world.notes)
    numbers = table.drop(columns=table.attrs.get("category", []))
    np.testing.assert_array_equal(world.targets, numbers.astype(float))
    assert world.items == tuple(table.index) and world.features == tuple(numbers.columns)
    theory = predict(world, until=60.0 / world.spectrum().singular_values[-1])
    known = ~np.isnan(world.targets)
    np.testing.assert_allclose(
        theory.answers()[0, -1].T[known], world.targets[known], atol=1e-3 * np.nanmax(world.targets)
    )


def test_norms_saved_by_pandas_keep_their_notes(tmp_path):
    pytest.importorskip("pyarrow")
    table = read_norms(made(tmp_path, "mcrae"))
    table.to_parquet(tmp_path / "norms.parquet")
    again = pd.read_parquet(tmp_path / "norms.parquet")
    assert Environment.from_dataframe(again).notes == Environment.from_dataframe(table).notes


@pytest.mark.parametrize("name", [*FILES, "awa"])
def test_formats_are_told_from_content(name, tmp_path):
    expected = None if name == "leuven" else name.split()[0]
    assert detected(made(tmp_path, name)) == expected


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith(("leuven", "wordbank"))] + ["awa"])
@pytest.mark.parametrize(
    ("encoding", "line_end", "trailing"), [("utf-8-sig", "\r\n", ""), ("latin-1", "\n", "\t\t"), ("utf-16", "\r", "")]
)
def test_encodings_line_ends_and_trailing_tabs_change_nothing(name, encoding, line_end, trailing, tmp_path):
    path = made(tmp_path, name)
    expected = read_norms(path)
    for file in tmp_path.iterdir():
        text = file.read_text("latin-1")
        ends = trailing if "\t" in text and name not in ("awa",) else ""
        file.write_bytes((text.replace("\n", ends + line_end) + line_end * 2).encode(encoding))
    found = read_norms(path)
    assert list(found.index) == list(expected.index) and list(found.columns) == list(expected.columns)
    assert found.astype(object).where(found.notna(), None).equals(expected.astype(object).where(expected.notna(), None))


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith(("leuven", "wordbank"))] + ["awa"])
def test_read_table_hands_norms_to_their_reader(name, tmp_path):
    path = made(tmp_path, name)
    frame, notes = read_table(path)
    table = read_norms(path)
    assert frame.equals(table) and list(frame.columns) == list(table.columns)
    assert str(notes[0]) == f"The file was read as {FORMATS[name.split()[0]].title}."
    assert notes[1:] == table.attrs["notes"]
    world = Environment.from_dataframe(frame, missing="mask")
    assert not set(notes) & set(world.notes)  # the command line joins the two


@pytest.mark.parametrize(
    "text",
    [
        "animal\tfur\tlegs\nyak\t1\t4\ntern\t0\t2\n",
        "c\td\nc\td\nc\td\n1\t2\n",
        "definition,16\na,1\nb,0\n",
        "s\tc\n1\t2\n",
    ],
)
def test_plain_tables_are_not_taken_for_norms(text, tmp_path):
    (tmp_path / "animals.tab").write_text(text)
    assert detected(tmp_path / "animals.tab") is None


def test_other_files_are_not_taken_for_norms(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"PK\x03\x04 and more")
    (tmp_path / "b.csv").write_text('"open\n' * 3)
    assert detected(tmp_path / "a.csv") is None and detected(tmp_path / "b.csv") is None
    with pytest.raises(InputError, match="there is no file"):
        detected(tmp_path / "c.csv")


def test_only_the_head_of_a_file_tells(tmp_path, monkeypatch):
    """A large file is not read twice; a character cut in two does no harm."""
    path = tmp_path / "norms.txt"
    path.write_text(MCRAE + "raft\tis_flat\t\t\t3é\n" * 10_000, encoding="utf-8")
    monkeypatch.setattr("ontogeny.tables.norms.sheet.HEAD", len(MCRAE) + 16)
    assert detected(path) == "mcrae"


def test_items_go_to_orange_and_past_other_norms(tmp_path):
    path = made(tmp_path, "orange")
    path.write_text(ORANGE.replace("\t\tamp", "\tslow\tamp").replace("\t\tbird", "\tfar\tbird"))
    frame, _ = read_table(path, items="remark")
    assert list(frame.index) == ["large", "slow", "small", "far"] and frame.index.name == "remark"
    assert Environment.from_dataframe(frame, items="remark", missing="mask").category[0] == "mammal"
    (tmp_path / "list.csv").write_text("concept,feature,pf,size\na,x,1,2\nb,y,2,1\n")
    assert read_table(tmp_path / "list.csv", items="concept")[0].shape == (2, 3)
    (tmp_path / "awa").mkdir()
    with pytest.raises(InputError, match=r"items is 'name', but Animals with Attributes .* have their names in a list"):
        read_table(awa_folder(tmp_path / "awa"), items="name")


def test_a_category_is_taken_unless_its_column_has_another_use(tmp_path):
    table = read_norms(made(tmp_path, "orange"))
    options = {"missing": "mask"}
    world = Environment.from_dataframe(table, **options)
    assert world.category == ("mammal", "amphibian", "mammal", "bird")
    assert "The category is column 'kind', as the file says." in map(str, world.notes)
    assert Environment.from_dataframe(table, drop=["kind"], **options).category is None
    assert Environment.from_dataframe(table.drop(columns="kind"), **options).category is None
