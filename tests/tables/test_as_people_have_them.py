"""Tables as people have them: long, packed, with totals, codes, text and numbers of all kinds; made here."""

import gzip
import warnings
import zipfile

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError
from ontogeny.tables import read_norms, read_table
from ontogeny.tables.cleaning import clean

ANIMALS = "animal,flies,swims,legs\nrobin,1,0,2\ntrout,0,1,0\nworm,0,0,0\nduck,1,1,2\ncow,0,0,4\n"
MCRAE = "Concept\tFeature\tBR_Label\tProd_Freq\n"


def written(folder, text, name="table.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(folder, text, name="table.csv", *, clean_with=None, **options):
    frame, notes = read_table(written(folder, text, name), **options)
    table = clean(frame, **(clean_with or {}))
    return table, " ".join(map(str, (*notes, *table.notes)))


class TestNorms:
    def test_lines_of_one_pair_are_added_up(self, tmp_path):
        text = MCRAE + "pen\tused_for_writing\tf\t12\nharpoon\tis_sharp\tv\t7\npen\tused_for_writing\tf\t9\n"
        table = read_norms(written(tmp_path, text, "norms.txt"), "mcrae")
        assert table.loc["pen", "used_for_writing"] == 21 and table.shape == (2, 2)
        assert "Lines of one pair were added up ('pen: used_for_writing')." in map(str, table.attrs["notes"])
        assert read_norms(tmp_path / "norms.txt", "mcrae", binary=True).loc["pen", "used_for_writing"] == 1

    def test_things_with_words_definitions_blanks_and_totals(self, tmp_path):
        text = (
            "Word\tDefinition (from WordNet)\tanimal\ttool\n"
            'bat\t"a flying mammal, active at night in most of its kinds"\t1\t\n'
            "bat\ta club for hitting\t\t1\nhammer\ta hand tool\t\t1\nworm\tcrawls\t1\t\n\t\t2\t2\n"
        )
        frame, notes = read_table(written(tmp_path, text, "categories.tsv"))
        said = " ".join(map(str, notes))
        assert list(frame.index) == [
            "bat (a flying mammal, active at night in...)",
            "bat (a club for hitting)",
            "hammer",
            "worm",
        ]
        assert frame.to_numpy().tolist() == [[1, 0], [0, 1], [0, 1], [1, 0]]
        assert "is the sum of the others" in said and "('bat') are told apart" in said and "4 blank cells" in said

    def test_shares_of_children_are_outcomes(self, tmp_path):
        text = "definition,16,17,18\ndog,0.1,0.2,0.4\ncat,0.0,0.1,0.3\n"
        with pytest.raises(InputError, match=r"outcomes, not features .*; compare them with a prediction with human="):
            read_table(written(tmp_path, text))
        assert read_norms(tmp_path / "table.csv").shape == (2, 3)


class TestLong:
    def test_a_long_table_becomes_rows_of_items(self, tmp_path):
        text = "color,dimension,gpt\n" + "".join(
            f"{color},{scale},{value}\n"
            for color, values in (("black", (5.5, 7.0)), ("red", (1.25, 2.0)), ("blue", (3.0, 4.0)))
            for scale, value in zip(("calm", "alive"), values, strict=True)
        )
        table, said = read(tmp_path, text)
        assert table.items == ("black", "red", "blue") and table.features == ("calm", "alive")
        assert table.values.tolist() == [[5.5, 7.0], [1.25, 2.0], [3.0, 4.0]]
        assert "is long: a line for each pair of 'color' and 'dimension', with 'gpt'" in said

    def test_pairs_that_are_not_listed_are_0_and_repeated_ones_added_up(self, tmp_path):
        text = "cue,feature,frequency\ndog,barks,3\ndog,has fur,5\ncat,meows,4\ncat,has fur,2\ndog,barks,2\n"
        table, said = read(tmp_path, text)
        assert table.values.tolist() == [[5, 5, 0], [0, 2, 4]]
        assert (
            "1 pair with more than one line were added up." in said
            and "other 2 pairs, which are not listed, are 0" in said
        )

    def test_what_names_do_not_tell_is_asked_with_the_line_to_write(self, tmp_path):
        text = "child,word,produces\n" + "".join(
            f"c{n},{word},{(n + len(word)) % 2}\n" for n in range(3) for word in ("dog", "ball")
        )
        table, _ = read(tmp_path, text)  # words are items
        assert table.items == ("dog", "ball") and table.features == ("c0", "c1", "c2")
        path = written(tmp_path, text.replace("word", "thing").replace("child", "who"), "other.csv")
        with pytest.raises(InputError, match=r"write long=\{'item': 'who', .*df.pivot_table\(index='who'"):
            read_table(path)
        frame, _ = read_table(path, long={"item": "thing", "feature": "who", "value": "produces"})
        assert frame.shape == (2, 3)
        with pytest.raises(InputError, match="long names the column 'x', but"):
            read_table(path, long={"item": "x", "feature": "who", "value": "produces"})
        with pytest.raises(InputError, match="a long table has an item, a feature and a value"):
            read_table(path, long={"item": "thing"})

    def test_a_table_of_names_labels_and_a_number_is_not_long(self, tmp_path):
        table, _ = read(tmp_path, "animal,kind,legs\nrobin,bird,2\nduck,bird,2\ncow,mammal,4\ndog,mammal,4\n",
                        clean_with={"category": "kind"})  # fmt: skip
        assert table.features == ("legs",)


class TestTotals:
    @pytest.mark.parametrize(("name", "row", "what"), [("Total", "2,2,8", "sum"), ("Mean", "0.4,0.4,1.6", "mean")])
    def test_rows_called_totals_that_are_are_left_out_and_kept_on_request(self, tmp_path, name, row, what):
        text = ANIMALS + f"{name},{row}\n"
        table, said = read(tmp_path, text)
        assert len(table.items) == 5 and f"Item '{name}' is the {what} of the others and was left out" in said
        kept, said = read(tmp_path, text, clean_with={"keep": [name]})
        assert kept.items[-1] == name and "left out" not in said

    def test_a_row_called_total_that_is_none_stays(self, tmp_path):
        table, said = read(tmp_path, ANIMALS + "Total,1,1,1\n")
        assert "Total" in table.items and "sum" not in said

    def test_columns_of_sums_are_left_out_or_said(self, tmp_path):
        frame = pd.read_csv(written(tmp_path, ANIMALS), index_col=0)
        total = clean(frame.assign(total=frame.sum(axis=1)))
        assert total.features == ("flies", "swims", "legs")
        wide = pd.DataFrame(
            np.random.default_rng(0).integers(0, 5, (6, 5)), index=list("abcdef"), columns=list("vwxyz")
        )
        other = clean(wide.assign(many=wide.sum(axis=1)))
        assert "many" in other.features and any(note.kind == "like_totals" for note in other.notes)

    def test_categories_and_frequencies_stay_with_their_items(self, tmp_path):
        frame = pd.read_csv(written(tmp_path, ANIMALS + "Total,2,2,8\n"), index_col=0)
        kinds = ["b", "f", "w", "b", "m", "none"]
        often = dict(zip(frame.index, range(1, 7), strict=True))
        world = Environment.from_dataframe(frame.assign(kind=kinds), category="kind", frequency=often)
        assert world.category == ("b", "f", "w", "b", "m")
        np.testing.assert_allclose(world.weights / world.weights.sum(), np.arange(1, 6) / 15)


class TestCodes:
    @pytest.mark.parametrize("code", [999, -9, 99, -99])
    def test_a_code_is_asked_about_and_then_missing_or_a_number(self, tmp_path, code):
        text = ANIMALS.replace("worm,0,0,0", f"worm,0,0,{code}").replace("cow,0,0,4", f"cow,0,0,{code}")
        with pytest.raises(InputError, match=rf"{code} is in 2 cells .*write missing_values=\[{code}\], or missing_v"):
            read(tmp_path, text)
        table, said = read(tmp_path, text, clean_with={"missing_values": [code], "missing": "mask"})
        assert np.isnan(table.values).sum() == 2 and "2 cells with" in said
        assert read(tmp_path, text, clean_with={"missing_values": []})[0].values.max() == max(code, 2)

    def test_ordinary_numbers_are_not_asked_about(self, tmp_path):
        for text in (
            ANIMALS,
            ANIMALS.replace(",4\n", ",9\n"),  # once
            "a,x,y\nr,-1,1\ns,1,-1\nt,-1,-1\nu,1,1\n",  # signs
            "a,x,y\nr,9,7\ns,8,9\nt,6,5\nu,7,7\n",  # ratings up to 9
            "a,x,y\nr,99,70\ns,85,99\nt,60,55\nu,71,75\n",  # percentages
            "a,x,y\nr,9.5,0.7\ns,9.5,0.9\nt,0.6,0.5\n",
        ):
            read(tmp_path, text)

    def test_words_for_missing(self, tmp_path):
        for word in (".", "NA", "n/a", "NaN"):
            table, _ = read(tmp_path, ANIMALS.replace("worm,0,0,0", f"worm,0,0,{word}"), clean_with={"missing": "mask"})
            assert np.isnan(table.values[2, 2])


class TestNumbers:
    @pytest.mark.parametrize(
        ("cells", "expected", "kind"),
        [
            (["0,5", "2", "-1,25"], [0.5, 2, -1.25], "decimal_commas"),
            (["1,234,567", "12", "3,400"], [1234567, 12, 3400], "thousands"),
            (["1.234,5", "2.000,25", "7"], [1234.5, 2000.25, 7], "thousands"),
            (["1 234", "56", "7 000 000"], [1234, 56, 7000000], "thousands"),
            (["45%", "7 %", "100%"], [0.45, 0.07, 1.0], "percent"),
            (["x", "", "X"], [1, 0, 1], "marks"),
        ],
    )
    @pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
    def test_as_people_write_them_in_every_format(self, tmp_path, name, cells, expected, kind):
        frame = pd.DataFrame({"item": ["a", "b", "c"], "value": cells, "other": [1, 2, 4]})
        if name == "t.xlsx":
            pytest.importorskip("openpyxl")
            frame.to_excel(tmp_path / name, index=False)
        else:
            frame.to_csv(tmp_path / name, index=False)
        table = clean(read_table(tmp_path / name)[0])
        np.testing.assert_allclose(table.values[:, 0], expected)
        assert any(note.kind == kind and note.columns == ("value",) for note in table.notes)

    def test_what_could_be_read_in_two_ways_is_said(self, tmp_path):
        for text in ("item;a;b\nx;1.000;1\ny;2.500;0\n", 'item,a,b\nx,"1,000",1\ny,"2,500",0\n'):
            with pytest.raises(InputError, match=r"could have a decimal (point|comma) or a thousands separator"):
                read(tmp_path, text)
        assert read(tmp_path, "item;a;b\nx;1.000;1\ny;0.500;0\n")[0].values[1, 0] == 0.5


class TestText:
    COLORS = ("red", "red", "blue", "blue")
    TABLE = pd.DataFrame({"item": list("abcd"), "color": COLORS, "note": list("pqrs"), "size": [1, 2, 3, 5]})

    def test_all_text_columns_are_named_with_what_to_do(self):
        with pytest.raises(InputError) as caught:
            clean(self.TABLE.set_index("item"))
        assert str(caught.value) == (
            "columns 'color' ('red', 'blue'), 'note' ('p', 'q' and 2 more) hold text, but features must be numbers; "
            "leave them all out with drop_text=True, or take one as item names with items='note', or use one as "
            "labels with category='color', or turn one into 0/1 columns with one_hot=['color']"
        )

    def test_text_is_left_out_or_becomes_columns(self):
        frame = self.TABLE.set_index("item")
        assert clean(frame, drop_text=True).features == ("size",)
        coded = clean(frame, one_hot="color", drop_text=True)
        assert coded.features == ("size", "color = blue", "color = red")
        assert coded.values[:, 1:].tolist() == [[0, 1], [0, 1], [1, 0], [1, 0]]
        with pytest.raises(InputError, match=r"one_hot names column 'colour', .*did you mean 'color'"):
            clean(frame, one_hot="colour")


class TestWorkbooks:
    def book(self, path, sheets):
        book = pytest.importorskip("openpyxl").Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(path)
        return path

    def test_sheets_and_titles(self, tmp_path):
        rows = [["animal", "flies", "swims"], ["robin", 1, 0], ["trout", 0, 1]]
        path = self.book(tmp_path / "b.xlsx", {"notes": [["see the next sheet"]], "data": [["My animals"], [], *rows]})
        frame, notes = read_table(path, sheet="data")
        assert list(frame.index) == ["robin", "trout"] and "('My animals') is a title" in " ".join(map(str, notes))
        assert read_table(path, sheet=2)[0].equals(frame)
        with pytest.raises(InputError, match=r"sheet is 'dta', but .* has 'notes', 'data'; did you mean 'data'"):
            read_table(path, sheet="dta")
        with pytest.raises(InputError, match=r"sheet is 'data', but .* is no workbook"):
            read_table(written(tmp_path, ANIMALS), sheet="data")

    def test_nothing_that_the_reader_says_comes_through(self, tmp_path):
        path = self.book(tmp_path / "b.xlsx", {"data": [["animal", "flies"], ["robin", 1], ["trout", 0]]})
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "c.xlsx", "w") as new:
            for part in old.namelist():
                text = old.read(part)
                if part.endswith("sheet1.xml"):
                    more = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
                    text = text.replace(b"</worksheet>", more)
                new.writestr(part, text)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert read_table(tmp_path / "c.xlsx")[0].shape == (2, 1)

    def test_a_cell_far_away_does_not_fill_the_memory(self, tmp_path):
        book = pytest.importorskip("openpyxl").Workbook()
        book.active.append(["animal", "flies"])
        book.active["XFD1048576"] = 1
        book.save(tmp_path / "far.xlsx")
        with pytest.raises(InputError, match="has a cell XFD1048576 far from the others"):
            read_table(tmp_path / "far.xlsx")


class TestPacked:
    def test_one_table_in_an_archive(self, tmp_path):
        expected = read_table(written(tmp_path, ANIMALS))[0]
        with gzip.open(tmp_path / "a.csv.gz", "wt") as file:
            file.write(ANIMALS)
        with gzip.open(tmp_path / "a.tsv.gz", "wt") as file:
            file.write(ANIMALS.replace(",", "\t"))
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("__MACOSX/._a.csv", "x")
            archive.writestr("folder/a.csv", ANIMALS)
        for name in ("a.csv.gz", "a.tsv.gz", "a.zip"):
            assert read_table(tmp_path / name)[0].equals(expected)

    def test_what_cannot_be_unpacked_is_said_by_the_name_of_the_archive(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
            archive.writestr("a.csv", ANIMALS)
            archive.writestr("b.csv", ANIMALS)
        (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(ANIMALS.encode())[:30])
        with gzip.open(tmp_path / "odd.gz", "wt") as file:
            file.write(ANIMALS)
        with gzip.open(tmp_path / "bad.csv.gz", "wt") as file:
            file.write("animal,flies\nrobin,1\nduck,1,2,3\n")
        for name, sentence in (
            ("two.zip", r"two.zip' holds 2 tables \('a.csv', 'b.csv'\), but one is read"),
            ("cut.csv.gz", "cut.csv.gz' is damaged and cannot be unpacked"),
            ("odd.gz", "odd.gz' does not say what it holds"),
            ("bad.csv.gz", "line 3 of .*bad.csv.gz' has 4 cells"),
        ):
            with pytest.raises(InputError, match=sentence):
                read_table(tmp_path / name)


def test_similarities_between_items_are_no_features():
    names = ["robin", "trout", "worm"]
    similar = pd.DataFrame([[1, 0.2, 0.1], [0.2, 1, 0.3], [0.1, 0.3, 1]], index=names, columns=names)
    with pytest.raises(InputError, match="the same 3 names on both sides and is symmetric: these are similarities"):
        Environment.from_dataframe(similar)
    Environment.from_dataframe(similar.assign(robin=[5.0, 0.0, 0.0]))  # who points at whom is a feature
    Environment.from_dataframe((similar > 0.15).astype(float))  # who is beside whom
    Environment.from_dataframe((similar == 1).astype(float))  # a feature for each item
    with pytest.raises(InputError, match="similarities or distances"):
        Environment.from_dataframe(1 - similar)
