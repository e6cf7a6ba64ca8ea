"""Files: every way to write the same table reads back equal, every unusable one gets its sentence, all is said."""

from __future__ import annotations

import string
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bad_tables import SECTIONS, refuse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ontogeny._core.checks import InputError
from ontogeny.environments import read_norms
from ontogeny.tables import file_checks
from ontogeny.tables.cleaning import clean
from ontogeny.tables.files import read_table

ROOT = Path(__file__).parents[2]
DATASETS = ROOT / "src" / "ontogeny" / "datasets"
ON_DISK = [*SECTIONS["The file"], *SECTIONS["Its lines"]]

ITEMS = ["robin", "trout", "worm"]
VALUES = [[1.0, 0.5], [0.0, 2.0], [0.0, 0.0]]


def written(folder: Path, text: str, name: str = "animals.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def noted(path: Path, **options: str) -> str:
    return " ".join(map(str, read_table(path, **options)[1]))


@pytest.mark.parametrize("case", ON_DISK, ids=lambda case: case.name)
def test_unusable_file_gets_its_sentence(case, tmp_path):
    if case.needs:
        pytest.importorskip(case.needs)
    with pytest.raises(InputError, match=case.match) as caught:
        refuse(case, tmp_path)
    assert "\n" not in str(caught.value) and not str(caught.value).endswith(".")


@pytest.mark.parametrize(("name", "shape"), [("zoo", (101, 17)), ("wordnet", (48, 51)), ("rumelhart", (8, 36))])
def test_vendored_tables_are_read(name, shape):
    frame, notes = read_table(DATASETS / f"{name}.csv")
    assert frame.shape == shape
    assert list(map(str, notes)) == [f"The item names are the first column, {frame.index.name!r}."]


@pytest.mark.parametrize(
    ("text", "name", "encoding", "said"),
    [
        ("animal,wings,size\nrobin,1,.5\ntrout,0,2\nworm,0,0\n", "a.csv", "utf-8", ""),
        ("animal;wings;size\nrobin;1;0,5\ntrout;0;2\nworm;0;0\n", "a.csv", "utf-8", "semicolons"),
        ("animal;wings;size\nrobin;1;0,5\ntrout;0;2,0\nworm;0;0\n", "a.csv", "utf-8", "Decimal commas .* in 1 feature"),
        ("animal\twings\tsize\nrobin\t1\t0.5\ntrout\t0\t2\nworm\t0\t0\n", "a.tsv", "utf-8", "tabs"),
        ("animal|wings|size\nrobin|1|0.5\ntrout|0|2\nworm|0|0\n", "a.txt", "utf-8", "vertical bars"),
        ("sep=;\r\nanimal;wings;size\r\nrobin;1;0.5\r\ntrout;0;2\r\nworm;0;0", "a.csv", "utf-8", "semicolons"),
        ("animal,wings,size\nrobin,1,.5\ntrout,0,2\nworm,0,0\n", "a.csv", "utf-8-sig", "byte order mark"),
        ("animal\twings\tsize\nrobin\t1\t.5\ntrout\t0\t2\nworm\t0\t0\n", "a.txt", "utf-16", "UTF-16"),
        ("animal, wings ,size\n robin, 1, .5\ntrout ,0 ,2\nworm,0,0\n", "a.csv", "utf-8", ""),
        ("wings,size\nrobin,1,.5\ntrout,0,2\nworm,0,0\n", "a.csv", "utf-8", "no header"),
        (
            "animal,wings,size,\nrobin,1,.5,\n\ntrout,0,2,\n,,,\nworm,0,0,\n",
            "a.csv",
            "utf-8",
            "1 blank row.*1 blank col",
        ),
        ('"animal","wings","size"\n"robin","1","0,5"\n"trout","0","2,0"\n"worm",0,0', "a.csv", "utf-8", "Decimal"),
    ],
)
def test_dialects_read_the_same_and_say_so(tmp_path, text, name, encoding, said):
    frame, notes = read_table(written(tmp_path, text, name, encoding))
    table = clean(frame)
    assert (table.items, table.features) == (tuple(ITEMS), ("wings", "size"))
    assert table.values.tolist() == VALUES
    assert pd.Series(" ".join(map(str, (*notes, *table.notes)))).str.contains(said).all()
    if not said:
        assert len(notes) == 1  # only where the item names come from


@pytest.mark.parametrize(("encoding", "said"), [("cp1252", "Windows-1252"), ("latin-1", "Windows-1252"), ("utf-8", "")])
def test_accents_survive_every_encoding(tmp_path, encoding, said):
    path = written(tmp_path, "animal,wings\nhérisson,0\nbécassine,1\n", encoding=encoding)
    assert list(read_table(path)[0].index) == ["hérisson", "bécassine"]
    assert said in noted(path)


def test_typographic_signs_are_those_of_windows(tmp_path):
    path = written(tmp_path, "animal,wings\nDarwin’s fox,0\nrobin €,1\n", encoding="cp1252")
    assert list(read_table(path)[0].index) == ["Darwin’s fox", "robin €"]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    path = written(tmp_path, '"animal",wings\nrobin,1\ntrout,0\n', encoding="utf-8-sig")
    assert read_table(path)[0].index.name == "animal"


def test_a_blank_column_before_the_table_is_left_out(tmp_path):
    path = written(tmp_path, ",animal,wings\n,robin,1\n,trout,0\n")
    assert list(read_table(path)[0].index) == ["robin", "trout"]
    assert "Left out: 1 blank column without a name." in noted(path)


def test_bytes_that_windows_1252_lacks_are_read_as_latin_1(tmp_path):
    path = tmp_path / "animals.csv"
    path.write_bytes(b"animal,wings\nh\x81risson,0\nrobin,1\n")
    assert list(read_table(path)[0].index) == ["h\x81risson", "robin"]


def test_words_for_missing_values_are_fine_as_item_names(tmp_path):
    path = written(tmp_path, "country,north\nNA,0\nnull,1\n")
    assert clean(read_table(path)[0]).items == ("NA", "null")


def test_cells_may_hold_the_delimiter_and_line_breaks_in_quotes(tmp_path):
    path = written(tmp_path, 'animal,"size, in\ncm",wings\n"fox, red",70,0\nrobin,14,1\n')
    table = clean(read_table(path)[0])
    assert (table.items, table.features) == (("fox, red", "robin"), ("size, in\ncm", "wings"))


def test_a_ragged_row_is_named_by_its_line_even_below_blank_lines(tmp_path):
    path = written(tmp_path, "sep=,\nanimal,wings,gills\n\nrobin,1,0\ntrout,0\n")
    with pytest.raises(InputError, match=r"line 5 of .* has 2 cells, but 3 are expected"):
        read_table(path)


class TestItemNames:
    """Where the item names come from is decided sensibly, and said."""

    def test_text_first_column(self, tmp_path):
        path = written(tmp_path, "animal,wings\nrobin,1\ntrout,0\n")
        assert noted(path) == "The item names are the first column, 'animal'."

    def test_asked_for(self, tmp_path):
        path = written(tmp_path, "wings,animal\n1,robin\n0,trout\n")
        frame, notes = read_table(path, items="animal")
        assert (list(frame.index), list(frame.columns)) == (["robin", "trout"], ["wings"])
        assert list(map(str, notes)) == ["The item names are column 'animal'."]
        assert clean(frame, items="animal").items == ("robin", "trout")

    @pytest.mark.parametrize("start", [0, 1])
    def test_numbers_that_count_the_rows(self, tmp_path, start):
        rows = "".join(f"{start + row},{row % 2},{row}\n" for row in range(4))
        path = written(tmp_path, "nth,wings,size\n" + rows)
        assert "'nth', which counts the rows" in noted(path)
        assert read_table(path)[0].index[0] == str(start)

    def test_numbers_under_a_naming_header_keep_their_zeros(self, tmp_path):
        path = written(tmp_path, "ID,wings\n007,1\n005,0\n")
        assert "'ID', whose header says that its numbers are names" in noted(path)
        assert list(read_table(path)[0].index) == ["007", "005"]

    @pytest.mark.parametrize("first", [("4", "2", "0"), ("yes", "no", "yes"), ("1.5", "2.5", "")])
    def test_values_in_the_first_column_are_a_feature(self, tmp_path, first):
        path = written(tmp_path, "legs,wings\n" + "".join(f"{cell},{row}\n" for row, cell in enumerate(first)))
        frame, notes = read_table(path)
        assert (list(frame.index), list(frame.columns)) == (["item 1", "item 2", "item 3"], ["legs", "wings"])
        assert "'legs', holds numbers and was taken as a feature" in str(notes[0]) and "items='legs'" in str(notes[0])

    def test_two_rows_of_0_and_1_are_a_feature(self, tmp_path):
        path = written(tmp_path, "hair,wings\n0,1\n1,0\n")
        assert list(read_table(path)[0].columns) == ["hair", "wings"]

    def test_an_index_that_pandas_wrote(self, tmp_path):
        pd.DataFrame({"wings": [1, 0]}, index=["robin", "trout"]).to_csv(tmp_path / "a.csv")
        assert noted(tmp_path / "a.csv") == "The item names are the first column, which has no header."


class TestExcel:
    """The first sheet is a table like any other."""

    @pytest.fixture(autouse=True)
    def _needs_openpyxl(self):
        pytest.importorskip("openpyxl")

    def test_round_trip(self, tmp_path):
        frame = pd.DataFrame({"animal": ITEMS, "wings": [True, False, False], "size": [0.5, 2, 0]})
        frame.to_excel(tmp_path / "a.xlsx", index=False)
        frame, _ = read_table(tmp_path / "a.xlsx")
        assert frame.dtypes.tolist() == [np.dtype(bool), np.dtype(float)]
        table = clean(frame)
        assert (table.items, table.features, table.values.tolist()) == (tuple(ITEMS), ("wings", "size"), VALUES)

    def test_first_of_several_sheets_is_said(self, tmp_path):
        with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
            for sheet in ("animals", "plants"):
                pd.DataFrame({"animal": ITEMS, "wings": [1, 0, 0]}).to_excel(book, sheet_name=sheet, index=False)
        assert "Sheet 'animals' was read; others ('plants') are read with sheet='plants'." in noted(tmp_path / "a.xlsx")

    def test_repeated_header_is_seen(self, tmp_path):
        pd.DataFrame([["animal", "legs", "legs"], ["a", 1, 2]]).to_excel(tmp_path / "a.xlsx", index=False, header=False)
        with pytest.raises(InputError, match="column name 'legs' is used more than once"):
            read_table(tmp_path / "a.xlsx")


class TestParquet:
    """Columns, or columns and an index."""

    @pytest.fixture(autouse=True)
    def _needs_pyarrow(self):
        pytest.importorskip("pyarrow")

    @pytest.mark.parametrize("index", [None, "animal"])
    def test_index_names_the_items(self, tmp_path, index):
        frame = pd.DataFrame({"wings": [1, 0, 0], "size": [0.5, 2, 0]}, index=pd.Index(ITEMS, name=index))
        frame.to_parquet(tmp_path / "a.parquet")
        table = clean(read_table(tmp_path / "a.parquet")[0])
        assert (table.items, table.values.tolist()) == (tuple(ITEMS), VALUES)

    def test_an_index_of_numbers_names_the_items(self, tmp_path):
        frame = pd.DataFrame({"index": [1, 0, 0], "size": [0.5, 2, 0]}, index=[5, 90, 7])
        frame.to_parquet(tmp_path / "a.parquet")
        frame, notes = read_table(tmp_path / "a.parquet")
        assert (list(frame.index), list(frame.columns)) == (["5", "90", "7"], ["index", "size"])
        assert list(map(str, notes)) == ["The item names are the first column, which has no header."]

    def test_without_index_the_first_column_does(self, tmp_path):
        pd.DataFrame({"animal": ITEMS, "wings": [1, 0, 0]}).to_parquet(tmp_path / "a.parquet", index=False)
        assert noted(tmp_path / "a.parquet") == "The item names are the first column, 'animal'."


def test_path_of_the_wrong_type():
    with pytest.raises(InputError, match=r"path is of type DataFrame, .*from_dataframe"):
        read_table(pd.DataFrame())


def test_memory_that_is_not_told_stops_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr(file_checks, "available_memory", lambda: None)
    assert read_table(written(tmp_path, "animal,wings\nrobin,1\ntrout,0\n"))[0].shape == (2, 1)


def test_available_memory_is_a_plausible_number():
    available = file_checks.available_memory()
    assert available is None or 2**20 < available < 2**50


NAMES = st.text(string.ascii_letters + "äéß ", min_size=1, max_size=8).map(lambda name: "x" + name.strip())
NUMBERS = st.floats(-1e100, 1e100, allow_nan=False, allow_subnormal=False)


@st.composite
def tables(draw):
    items = draw(st.lists(NAMES, min_size=2, max_size=6, unique=True))
    named = NAMES.map(lambda name: "f" + name[1:])  # with the names of the items it could be a table of similarities
    features = draw(st.lists(named, min_size=1, max_size=5, unique=True))
    cells = draw(st.lists(NUMBERS, min_size=len(items) * len(features), max_size=len(items) * len(features)))
    values = np.reshape(cells, (len(items), len(features)))
    values[0] = values[1] + 1 if (values == values[0]).all() else values[0]
    return pd.DataFrame(values, index=pd.Index(items, name="xitem"), columns=features)


DIALECTS = st.sampled_from([(",", "."), (";", "."), ("\t", "."), ("|", "."), (";", ",")])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frame=tables(), dialect=DIALECTS, encoding=ENCODINGS, line_end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_numbers_survive_every_dialect(tmp_path, frame, dialect, encoding, line_end):
    if np.abs(frame).to_numpy().max() == 0 or (frame == frame.iloc[0]).all(axis=None):
        return
    delimiter, decimal = dialect
    path = tmp_path / "round_trip.csv"
    frame.to_csv(path, sep=delimiter, decimal=decimal, encoding=encoding, lineterminator=line_end)
    table = clean(read_table(path)[0])
    assert (table.items, table.features) == (tuple(frame.index), tuple(frame.columns))
    np.testing.assert_array_equal(table.values, frame.to_numpy())


def test_the_page_of_bad_input_is_up_to_date():
    for module in ("openpyxl", "pyarrow"):
        pytest.importorskip(module)
    check = [sys.executable, str(ROOT / "docs" / "make_bad_input.py"), "--check"]
    done = subprocess.run(check, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


SCRAPS = st.sampled_from(
    ['"', ",", ";", "\t", "\n", "\r\n", " ", "1", "0", "1,5", "NA", "yes", "x", "é", "1e400", "#", "\\"]
)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scraps=st.lists(SCRAPS, max_size=30).map("".join), start=st.sampled_from(["", "animal,wings\n", "a;b;c\n"]))
def test_scraps_are_read_or_refused_in_a_sentence(tmp_path, scraps, start):
    path = written(tmp_path, start + scraps, "scraps.csv")
    try:
        assert np.isfinite(clean(read_table(path)[0]).values).all()
    except InputError as error:
        assert len(str(error)) > 20


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60), ending=st.sampled_from([".csv", ".xlsx", ".parquet", ".txt"]))
def test_bytes_are_read_or_refused_in_a_sentence(tmp_path, content, ending):
    path = tmp_path / f"bytes{ending}"
    path.write_bytes(content)
    try:
        clean(read_table(path)[0])
    except InputError as error:
        assert len(str(error)) > 20


@pytest.mark.parametrize("content", [b"\x0b", b"\x0c\n", b" \x0b\n,\n"])
def test_white_space_of_any_kind_is_empty(tmp_path, content):
    path = tmp_path / "space.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is empty, but a line of names"):
        read_table(path)


@pytest.mark.parametrize("path", ["a\0b.csv", "x" * 300 + ".csv", "a\udcff.csv"])
def test_a_name_that_no_file_has_is_not_found(path):
    for read in (read_table, read_norms):
        with pytest.raises(InputError, match="there is no file"):
            read(path)


@pytest.mark.parametrize(
    ("text", "line"),
    [("n,a,b\n{},1,0\ny,0,1\n", 2), ("n,a,b\nx,{},0\ny,0,1\n", 2), ("n,{},b\nx,1,0\ny,0,1\n", 1), ('n,a\n"x,1\n{}', 2)],
)
def test_a_cell_longer_than_the_parser_takes_is_said(tmp_path, text, line):
    (tmp_path / "a.csv").write_text(text.format("1" * 140_000))
    with pytest.raises(InputError, match=f"starts on line {line} of .* has a cell of more than 131,072 letters"):
        read_table(tmp_path / "a.csv")


def test_header_rows_without_items_are_said(tmp_path):
    (tmp_path / "o.tab").write_text("name\ta\tb\nstring\tc\tc\nmeta")
    with pytest.raises(InputError, match="has header rows, but no items below them"):
        read_norms(tmp_path / "o.tab")


def test_a_workbook_packed_by_a_later_version_is_damaged(tmp_path):
    pytest.importorskip("openpyxl")
    pd.DataFrame({"n": ["x", "y"], "a": [1, 0]}).to_excel(tmp_path / "a.xlsx", index=False)
    packed = bytearray((tmp_path / "a.xlsx").read_bytes())
    entry = packed.index(b"PK\x01\x02")
    packed[entry + 6] = 104  # version needed to unpack
    (tmp_path / "a.xlsx").write_bytes(packed)
    with pytest.raises(InputError, match="damaged"):
        read_table(tmp_path / "a.xlsx")


def test_an_archive_with_a_name_that_is_no_text_is_damaged(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("é.csv", "n,a\nx,1\ny,0\n")
    packed = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(packed.replace("é".encode(), b"\x96\x96"))
    with pytest.raises(InputError, match="is damaged"):
        read_table(tmp_path / "a.zip")
