"""Every table that cannot be used, and the sentence it must get: one registry for the tests and for docs/bad_input.md.

A case names what is wrong, makes it (a file in a folder, or a DataFrame), and says what the sentence must contain.
To add one, append a `BadTable`; then run `python docs/make_bad_input.py`.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from norm_makers import LEUVEN, MCRAE, ORANGE, THINGS, WORDBANK, awa_folder
from table_makers import excel, folder_with_table, frame, not_installed, parquet, path_only, raw, text, zipped

from ontogeny.tables.cleaning import clean
from ontogeny.tables.files import read_table
from ontogeny.tables.norms.formats import read_norms
from ontogeny.tables.table import Table

Source = Path | pd.DataFrame | Any


@dataclass(frozen=True)
class BadTable:
    """One way in which a table is unusable."""

    name: str
    make: Callable[[Path], Source]
    match: str
    options: dict[str, Any] = field(default_factory=dict)
    patches: dict[str, Any] = field(default_factory=dict)
    needs: str | None = None  # a module without which the case cannot be made


def use(source: Source, **options: Any) -> Table:
    """What the front doors do: read a path (norms where a format is given), then clean; clean a DataFrame."""
    if "format" in options:
        return clean(read_norms(source, **options))
    if not isinstance(source, str | Path):
        return clean(source, **options)
    frame, _ = read_table(source, items=options.pop("items", None))
    return clean(frame, **options)


def refuse(case: BadTable, folder: Path) -> None:
    """Make the bad table and use it; raises the error that the case is about."""
    source = case.make(folder)
    with ExitStack() as stack:
        for target, replacement in case.patches.items():
            stack.enter_context(patch(target, replacement))
        use(source, **case.options)


GOOD = "animal,wings,gills\nrobin,1,0\ntrout,0,1\nworm,0,0\n"
CHECKS = "ontogeny.tables.file_checks"
DAYS = pd.to_datetime(["2024-01-05", "2024-02-06", "2024-03-07"])

THE_FILE = (
    BadTable(
        "A file that does not exist, one like it does",
        path_only("animls.csv", "animals.csv"),
        "no file .*did you mean '.*animals.csv'",
    ),
    BadTable(
        "A file that does not exist, a built-in table has that name",
        path_only("zoo.cvs"),
        "no file .*the built-in table 'zoo'",
    ),
    BadTable(
        "A file that does not exist",
        path_only("qqqq.csv"),
        "no file .*write the path of a .csv.*'rumelhart', 'wordnet', 'zoo'",
    ),
    BadTable(
        "A folder that does not exist", path_only("data/animals.csv"), "no folder '.*data', so no file 'animals.csv'"
    ),
    BadTable(
        "A web address", lambda folder: "https://example.org/zoo.csv", "is an address, but a file .*download it first"
    ),
    BadTable("A folder", folder_with_table, "is a folder, but a table is one file; .*such as '.*animals.csv'"),
    BadTable(
        "A file that may not be read",
        text(GOOD),
        "may not be read by this user; .*chmod",
        patches={f"{CHECKS}.is_readable": lambda path: False},
    ),
    BadTable("An empty file", text(""), "is empty, but a line of names"),
    BadTable("A file of delimiters only", text('sep=;\n;;;\n"";\n'), "is empty, but a line of names"),
    BadTable("A file of blank lines", text("\n  \n\n"), "is empty, but a line of names"),
    BadTable(
        "A file larger than the memory",
        text(GOOD * 100),
        "has .* and would need about .* of memory, but 1.0 kB are available",
        patches={f"{CHECKS}.available_memory": lambda: 1000},
    ),
    BadTable(
        "A Word document",
        zipped("animals.docx", "word/document.xml"),
        "ends in '.docx', .*looks like a Word document, so save the table as .csv",
    ),
    BadTable(
        "Text under an unknown ending",
        text(GOOD, "animals.dat"),
        "ends in '.dat', .*looks like text, .*rename it to 'animals.csv'",
    ),
    BadTable("A file without ending", text(GOOD, "animals"), "has no ending, .*rename it to 'animals.csv'"),
    BadTable(
        "A picture named .csv",
        raw(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        "ends in '.csv' but looks like a PNG picture; save the table itself",
    ),
    BadTable(
        "A zip archive named .csv", zipped("animals.csv", "a.txt"), "looks like a zip archive; save the table itself"
    ),
    BadTable(
        "An Excel workbook named .csv",
        excel("animals.csv", [["a", "b"], ["x", 1]]),
        "looks like an Excel workbook; rename it to 'animals.xlsx'",
        needs="openpyxl",
    ),
    BadTable(
        "A Parquet file named .csv",
        parquet("animals.csv"),
        "looks like a Parquet file; rename it to 'animals.parquet'",
        needs="pyarrow",
    ),
    BadTable(
        "A pickle named .csv", raw(pickle.dumps({"robin": 1})), "looks like a Python pickle; save the table itself"
    ),
    BadTable("NUL bytes", raw(b"animal,wings\nrobin,\x00\x00\x01\n"), "looks like binary data, not text"),
    BadTable(
        "A web page named .csv", text("<!DOCTYPE html>\n<html><body>Log in</body></html>"), "looks like a web page"
    ),
    BadTable("JSON named .csv", text(json.dumps([{"animal": "robin", "wings": 1}])), "looks like JSON"),
    BadTable(
        "Text named .xlsx",
        text(GOOD, "animals.xlsx"),
        "ends in '.xlsx' but looks like text; rename it to 'animals.csv'",
    ),
    BadTable(
        "Text named .parquet",
        text(GOOD, "animals.parquet"),
        "ends in '.parquet' but looks like text; rename it to 'animals.csv'",
    ),
    BadTable(
        "A damaged Excel workbook",
        zipped("animals.xlsx", "xl/workbook.xml"),
        "looks like an Excel workbook but cannot be opened",
        needs="openpyxl",
    ),
    BadTable(
        "A damaged Parquet file",
        raw(b"PAR1 and no more", "animals.parquet"),
        "looks like a Parquet file but cannot be opened",
        needs="pyarrow",
    ),
    BadTable(
        "Excel without openpyxl",
        zipped("animals.xlsx", "xl/workbook.xml"),
        r'needs openpyxl, .*pip install "ontogeny\[data\]"',
        patches={"ontogeny.tables.workbooks.import_module": not_installed},
    ),
    BadTable(
        "Parquet without pyarrow",
        raw(b"PAR1", "animals.parquet"),
        r'needs pyarrow, .*pip install "ontogeny\[data\]"',
        patches={"ontogeny.tables.workbooks.import_module": not_installed},
    ),
)

THE_LINES = (
    BadTable("A header only", text("animal,wings,gills\n"), "has a header but no items"),
    BadTable("An empty sheet", excel("animals.xlsx", []), "the sheet 'Sheet1' .* is empty", needs="openpyxl"),
    BadTable(
        "A row with too few cells",
        text("animal,wings,gills\nrobin,1,0\ntrout,0\n"),
        "line 3 of .* has 2 cells, but 3 are expected",
    ),
    BadTable(
        "A row with too many cells",
        text("animal,wings,gills\nrobin,1,0\ntrout,0,1,1\n"),
        "line 3 of .* has 4 cells, but 3 are expected",
    ),
    BadTable(
        "Cells separated by spaces",
        text("animal wings gills\nrobin 1 0\ntrout 0 1\n"),
        r"one column only .*separated by spaces, .*sep=' '",
    ),
    BadTable(
        "Cells separated by colons", text("animal:wings\nrobin:1\ntrout:0\n"), "one column only .*separated by colons"
    ),
    BadTable("One column only", text("animal\nrobin\ntrout\n"), r"has one column only \('animal'\)"),
    BadTable(
        "A quotation mark that stays open",
        text('animal,wings\n"robin,1\ntrout,0\n'),
        "row that starts on line 2 of .* has a quotation mark that is not closed",
    ),
    BadTable(
        "Two columns of one name",
        text("animal,wings,legs,wings\nrobin,1,2,1\ntrout,0,0,0\n"),
        r"column name 'wings' is used more than once in .* \(columns 2 and 4\).*rename one, such as 'wings_2'",
    ),
    BadTable(
        "No line of names",
        text("robin,1,0,1\ntrout,0,1,1\n"),
        "column name '1' is used more than once.*the first line looks like data",
    ),
    BadTable(
        "A column without a name",
        text("animal,wings,\nrobin,1,0\ntrout,0,1\n"),
        "column 3 of .* has values but no name",
    ),
    BadTable(
        "Commas that could mean two things",
        text("animal;weight;wings\nrobin;1,234;1\ntrout;2,500;0\n"),
        "'1,234' in column 'weight' could have a decimal comma or a thousands separator",
    ),
)

THE_NAMES = (
    BadTable("One item", text("animal,wings\nrobin,1\n"), r"has one item \('robin'\), but .* needs two"),
    BadTable("No features", frame({}), "the table has no features"),
    BadTable("No items", lambda folder: pd.DataFrame({"wings": []}), "has no items"),
    BadTable(
        "Two items of one name",
        text("animal,wings\nrobin,1\ntrout,0\nrobin,1\n"),
        "'robin' is the name of more than one item, .*'robin_2'",
    ),
    BadTable("An item without a name", text("animal,wings\nrobin,1\n,0\n"), "the item in row 2 has no name"),
    BadTable(
        "An unknown column as item names",
        text(GOOD),
        "items names column 'anmal', but the table has no such column; did you mean 'animal'",
        {"items": "anmal"},
    ),
    BadTable(
        "An unknown column as category",
        text(GOOD),
        "category names column 'Gils', but .*; did you mean 'gills'",
        {"category": "Gils"},
    ),
    BadTable(
        "An unknown column to leave out",
        text(GOOD),
        "drop names column 'fur', but .*; the columns are 'wings', 'gills'",
        {"drop": ["fur"]},
    ),
    BadTable(
        "Everything dropped",
        text(GOOD),
        "drop leaves out 'wings', 'gills', after which no feature is left",
        {"drop": ["wings", "gills"]},
    ),
    BadTable(
        "One column as item names and as category",
        text(GOOD),
        "'animal' is used both as item names and by category='animal', but",
        {"items": "animal", "category": "animal"},
    ),
    BadTable(
        "One column as category and to leave out",
        text(GOOD),
        r"'gills' is used both by category='gills' and by drop=\['gills'\], but",
        {"category": "gills", "drop": "gills"},
    ),
    BadTable(
        "A category that is blank",
        text("animal,wings,kind\nrobin,1,bird\ntrout,0,\n"),
        "category names column 'kind', which is blank for item 'trout'",
        {"category": "kind"},
    ),
    BadTable(
        "A list in place of a DataFrame",
        lambda folder: [[1, 0], [0, 1]],
        "the table is a list, but it must be a pandas DataFrame",
    ),
    BadTable(
        "Two columns of one name in a DataFrame",
        frame([[1, 0], [0, 1], [0, 0]], columns=["wings", "wings"]),
        "column name 'wings' is used more than once, .*duplicated",
    ),
    BadTable(
        "Columns with two levels of names",
        frame([[1, 0], [0, 1], [0, 0]], columns=pd.MultiIndex.from_tuples([("has", "wings"), ("is", "red")])),
        "columns have 2 levels of names",
    ),
    BadTable(
        "Rows with two levels of names",
        lambda folder: pd.DataFrame({"wings": [1, 0]}, index=pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")])),
        "rows have 2 levels of names",
    ),
)

THE_CELLS = (
    BadTable(
        "A column of text",
        text("animal,wings,habitat\nrobin,1,land\ntrout,0,sea\nworm,0,land\n"),
        r"column 'habitat' holds text \('land', 'sea'\), .*drop=\['habitat'\].*category='habitat'.*one_hot",
    ),
    BadTable(
        "Item names in a column of a DataFrame",
        lambda folder: pd.DataFrame({"animal": ["robin", "trout"], "wings": [1, 0]}),
        "column 'animal' holds text .*items='animal'",
    ),
    BadTable(
        "A column of categories",
        frame({"wings": [1, 0, 0], "habitat": pd.Categorical(["land", "sea", "land"])}),
        "column 'habitat' holds text",
    ),
    BadTable(
        "A column of dates",
        frame({"wings": [1, 0, 0], "seen": DAYS}),
        "column 'seen' holds dates or times .'2024-01-05",
    ),
    BadTable(
        "A column of dates written as text",
        text("animal,wings,seen\nrobin,1,2024-01-05\ntrout,0,2024-02-06\n"),
        "column 'seen' holds dates or times .'2024-01-05'",
    ),
    BadTable(
        "A column of durations", frame({"wings": [1, 0, 0], "age": DAYS - DAYS[0]}), "column 'age' holds dates or times"
    ),
    BadTable(
        "A cell that is no number",
        text("animal,wings,legs\nrobin,1,2\ntrout,0,0\nworm,0,n/a?\n"),
        "column 'legs' has 1 cell that is not a number .'n/a.' in row 'worm'.",
    ),
    BadTable(
        "Several cells that are no numbers",
        text("animal,legs\n" + "".join(f"a{n},{'?' if n < 4 else n}\n" for n in range(12))),
        "has 4 cells that are not numbers .'.' in row 'a0', .* and 1 more",
    ),
    BadTable("Lists in cells", frame({"wings": [1, 0, 0], "parts": [[1], [2], [3]]}), "column 'parts' holds text"),
    BadTable(
        "Blank cells",
        text("animal,wings,gills\nrobin,1,0\ntrout,,1\nworm,0,0\n"),
        "1 cell is missing .'wings' of 'trout'.*fill them in, .* 1 item with drop_missing_items=True.* 1 feature with d"
        r".*or keep them unobserved with missing='mask'$",
    ),
    BadTable(
        "Missing values in a DataFrame",
        frame({"wings": [1, None, pd.NA], "gills": [np.nan, 1, 0]}),
        r"3 cells are missing \('gills' of 'robin', 'wings' of 'trout', 'wings' of 'worm'\)",
    ),
    BadTable(
        "A blank cell in every item and feature",
        frame({"wings": [None, 0, 1], "gills": [0, None, None]}),
        "3 cells are missing .*not imputed; fill them in, or keep them unobserved",
    ),
    BadTable(
        "A feature without any cell",
        frame({"wings": [None, None, None], "gills": [0, 1, 1]}),
        "3 cells are missing .*not imputed; fill them in, or leave out 1 feature with drop_missing_features=True$",
    ),
    BadTable(
        "A feature without any cell, and missing='mask'",
        frame({"wings": [None, None, None], "gills": [0, 0, 1]}),
        "feature 'wings' has no observed cell at all, so nothing .*; leave such features out, or .* at least one item",
        {"missing": "mask"},
    ),
    BadTable(
        "Items without any cell, and missing='mask'",
        frame({"wings": [None, None, 1], "gills": [None, None, 1]}),
        "items 'robin', 'trout' have no observed cell at all",
        {"missing": "mask"},
    ),
    BadTable(
        "missing='mask' and drop_missing_items together",
        frame({"wings": [None, 0, 1], "gills": [0, 0, 1]}),
        "both leaving them out and missing='mask' were given, but each alone",
        {"drop_missing_items": True, "missing": "mask"},
    ),
    BadTable(
        "An unknown way to treat missing cells",
        frame({"wings": [None, 0, 1], "gills": [0, 0, 1]}),
        "missing is 'impute', but it must be one of 'refuse', 'mask'",
        {"missing": "impute"},
    ),
    BadTable(
        "The observed cells of every feature are alike, and missing='mask'",
        frame({"wings": [None, 1, 1], "gills": [0, None, 0]}),
        "every feature is the same for all items",
        {"missing": "mask"},
    ),
    BadTable(
        "All observed cells 0, and missing='mask'",
        frame({"wings": [None, 0, 0], "gills": [0, 0, 0]}),
        "every value in the table is 0",
        {"missing": "mask"},
    ),
    BadTable(
        "Every item has a blank cell, and drop_missing_items",
        frame({"wings": [None, 0, 1], "gills": [0, None, 1]}),
        "drop_missing_items leaves 1 item of 3, but at least 2 must remain; fill in the cells$",
        {"drop_missing_items": True},
    ),
    BadTable(
        "Every feature has a blank cell, and drop_missing_features",
        frame({"wings": [None, 0, 1], "gills": [None, 0, 1]}),
        "drop_missing_features leaves 0 features of 2, but at least 1 must remain; fill in .*drop_missing_items=True",
        {"drop_missing_features": True},
    ),
    BadTable(
        "drop_missing_items and drop_missing_features together",
        frame({"wings": [None, 0, 1], "gills": [0, 0, 1]}),
        "but each alone removes every missing cell; write one",
        {"drop_missing_items": True, "drop_missing_features": True},
    ),
    BadTable(
        "Infinite values",
        text("animal,wings,speed\nrobin,1,inf\ntrout,0,3\n"),
        "1 cell is infinite .'speed' of 'robin'., .*drop=\\['speed'\\]",
    ),
    BadTable("Complex numbers", frame({"wings": [1, 0, 0], "wave": [1j, 2, 3]}), "column 'wave' holds complex numbers"),
    BadTable(
        "A complex number among others",
        frame({"wings": [1, 0, 0], "wave": pd.Series([1j, 2, 3], dtype=object).tolist()}, dtype=object),
        "column 'w.*' holds complex numbers",
    ),
    BadTable(
        "Numbers too large to square",
        text("animal,wings,atoms\nrobin,1,1e200\ntrout,0,3\n"),
        r"1 cell is beyond 1e\+150 .'atoms' of 'robin'., but their squares would overflow",
    ),
    BadTable(
        "Whole numbers beyond any float",
        frame({"wings": [1, 0, 0], "atoms": [10**400, 1, 2]}, dtype=object),
        "1 cell is infinite",
    ),
    BadTable(
        "All values 0",
        text("animal,wings,gills\nrobin,0,0\ntrout,0,0\n"),
        "every value in the table is 0, so there is nothing to learn",
    ),
    BadTable(
        "Every feature the same for all items",
        text("animal,wings,gills\nrobin,1,0\ntrout,1,0\n"),
        "every feature is the same for all items",
    ),
)

THE_NORMS = (
    BadTable(
        "Norms of a format that nothing tells",
        text(GOOD),
        "tells which norms it holds; write for example format='leuven' .*, or use read_table",
        {"format": None},
    ),
    BadTable(
        "An unknown format",
        text(MCRAE, "norms.txt"),
        "format is 'mcray', but it must be one of .*did you mean 'mcrae'",
        {"format": "mcray"},
    ),
    BadTable(
        "An option that the format does not have",
        text(MCRAE, "norms.txt"),
        "the option of the format 'mcrae' is 'raters', but it must be one of 'binary', 'minimum', 'without'",
        {"format": "mcrae", "raters": 4},
    ),
    BadTable(
        "An option of a format without options",
        text(THINGS, "things.tsv"),
        "binary is given, but the format 'things' has no options; leave it out",
        {"format": "things", "binary": True},
    ),
    BadTable(
        "Norms in an Excel workbook",
        zipped("norms.txt", "xl/workbook.xml"),
        "looks like an Excel workbook, but norms are read from text; save it as text with tabs",
        {"format": "mcrae"},
    ),
    BadTable("Norms of blank lines", text("\n\t\n\n", "norms.txt"), "'.*norms.txt' is empty", {"format": "leuven"}),
    BadTable("Norms of one line", text("Concept\tFeature\n", "norms.txt"), "has one line only", {"format": "mcrae"}),
    BadTable(
        "A list of norms without its counts",
        text("Concept\tFeature\tBR_Label\nnewt\thas_gills\tvisual\n", "norms.txt"),
        "has no column 'Prod_Freq' .its columns are 'Concept', 'Feature', 'BR_Label'.*rename",
        {"format": "mcrae"},
    ),
    BadTable(
        "A list of norms with a line cut short",
        text(MCRAE + "raft\tis_flat\n", "norms.txt"),
        "line 7 of .* has 2 cells, but concept, feature and Prod_Freq are 5 cells wide",
        {"format": "mcrae"},
    ),
    BadTable(
        "A pair of norms without a count",
        text(MCRAE + "raft\tis_flat\t\t\tNA\n", "norms.txt"),
        "line 7 of .* has no Prod_Freq, but a pair is in the list because",
        {"format": "mcrae"},
    ),
    BadTable(
        "A pair of norms without a concept",
        text(MCRAE + "\tis_flat\t\t\t3\n", "norms.txt"),
        "line 7 of .* has no concept; write its name",
        {"format": "mcrae"},
    ),
    BadTable(
        "A count of norms that is a word",
        text(MCRAE + "raft\tis_flat\t\t\tmany\n", "norms.txt"),
        "'many' in column 'Prod_Freq' on line 7 of .* is not a number; write a number there",
        {"format": "mcrae"},
    ),
    BadTable(
        "A count of norms below zero",
        text(MCRAE + "raft\tis_flat\t\t\t-2\n", "norms.txt"),
        "line 7 of .* has -2 in column 'Prod_Freq', but a count cannot be negative",
        {"format": "mcrae"},
    ),
    BadTable(
        "Norms of which nothing is left",
        text(MCRAE, "norms.txt"),
        "no pair of .* is left; lower minimum=30$",
        {"format": "mcrae", "minimum": 30},
    ),
    BadTable(
        "A kind of features that the norms do not have",
        text(MCRAE, "norms.txt"),
        "without is 'taxonomy', but .*did you mean 'taxonomic'",
        {"format": "mcrae", "without": ["taxonomy"]},
    ),
    BadTable(
        "A kind of features in place of a list of them",
        text(MCRAE, "norms.txt"),
        r"without is 'taxonomic', but it must be a list; write without=\['taxonomic'\]",
        {"format": "mcrae", "without": "taxonomic"},
    ),
    BadTable(
        "Kinds of features of norms that do not say them",
        text("concept\tfeature\tpf\nnewt\thas_gills\t4\n", "norms.dat"),
        "without is .'taxonomic'., but .* has no column 'feature type' with the kinds",
        {"format": "cslb", "without": ["taxonomic"]},
    ),
    BadTable(
        "Kinds of features of a matrix",
        text("Vectors\thas_gills\nnewt\t4\nraft\t0\n", "feature_matrix.dat"),
        "is a matrix, which does not say the kinds of its features; leave it out, or read norms.dat",
        {"format": "cslb", "without": ["taxonomic"]},
    ),
    BadTable(
        "A count that four raters cannot give",
        text(LEUVEN.replace("\t3\t", "\t7\t"), "leuven.txt"),
        "line 2 of .* has 7 in column 'newt', but 4 raters judged .*from 0 to 4; correct the cell, or .*raters=5",
        {"format": "leuven"},
    ),
    BadTable(
        "A matrix that does not say which side the items are on",
        text("\tnewt\traft\nswims\t4\t0\nfloats\t2\t4\n", "leuven.txt"),
        "nothing in .* tells whether its rows are items or features; write items='rows' or items='columns'",
        {"format": "leuven"},
    ),
    BadTable(
        "More names than cells in a matrix",
        text(LEUVEN.replace("\t0\n", "\n", 1), "leuven.txt"),
        "line 2 of .* has 3 cells, but the first line has 4 names",
        {"format": "leuven"},
    ),
    BadTable(
        "More cells than names in a matrix",
        text(LEUVEN.replace("\t0\n", "\t0\t1\n", 1), "leuven.txt"),
        "line 2 of .* has 5 cells, but the first line has 4 names",
        {"format": "leuven"},
    ),
    BadTable(
        "A feature twice in a matrix",
        text(LEUVEN + '"heeft kieuwen"\t1\t1\t1\n', "leuven.txt"),
        "feature 'heeft kieuwen' is in .* twice .line 2 and line 5., but names must tell features apart",
        {"format": "leuven"},
    ),
    BadTable(
        "An exemplar twice in a matrix",
        text(LEUVEN.replace("vlot", "newt"), "leuven.txt"),
        "exemplar 'newt' is in .* twice .column 2 and column 4.",
        {"format": "leuven"},
    ),
    BadTable(
        "Totals that do not add up",
        text(LEUVEN + "totaal\t8\t5\t5\n", "leuven.txt"),
        "the last line .5. of .* is called 'totaal', but is not the sum of the lines above",
        {"format": "leuven"},
    ),
    BadTable(
        "A matrix of words",
        text("item\thas fins\nnewt\tno fins\nraft\tnone at all\n", "leuven.txt"),
        "has no column of numbers below its first line",
        {"format": "leuven"},
    ),
    BadTable(
        "Animals with Attributes without their names",
        lambda folder: (awa_folder(folder), (folder / "classes.txt").unlink())[0],
        "'.*' has no 'classes.txt', but Animals with Attributes are a matrix and two lists of names in one folder",
        {"format": "awa"},
    ),
    BadTable(
        "Fewer animals than rows",
        lambda folder: awa_folder(folder, classes="1\tyak\n"),
        "'.*classes.txt' has 1 name, but predicate-matrix-binary.txt beside it has 2 rows; .*one release",
        {"format": "awa"},
    ),
    BadTable(
        "More attributes than columns",
        lambda folder: awa_folder(folder, predicates="1 a\n2 b\n3 c\n4 d\n"),
        "'.*predicates.txt' has 4 names, but predicate-matrix-binary.txt beside it has 3 columns",
        {"format": "awa"},
    ),
    BadTable(
        "A list of names with a gap",
        lambda folder: awa_folder(folder, classes="1\tyak\n3\totter\n"),
        "line 2 of '.*classes.txt' has number 3, but names are numbered from 1 without gaps",
        {"format": "awa"},
    ),
    BadTable(
        "A matrix with nothing in it",
        lambda folder: awa_folder(folder, matrix=" \n"),
        "predicate-matrix-binary.txt' is empty",
        {"format": "awa"},
    ),
    BadTable(
        "A row of the matrix cut short",
        lambda folder: awa_folder(folder, matrix="1 0 1\n0 1\n"),
        "line 2 of '.*binary.txt' has 2 numbers, but the first has 3",
        {"format": "awa"},
    ),
    BadTable(
        "A binary matrix of strengths",
        lambda folder: awa_folder(folder, matrix="1 0 43.5\n0 1 0\n"),
        "line 1 of .* has 43.5 in column 'eats fish', but the binary matrix says yes .1. or no .0.",
        {"format": "awa"},
    ),
    BadTable(
        "A table of Orange without its header rows",
        text("name\tfur\nyak\t1\nnewt\t0\n", "animals.tab"),
        "does not start with three header rows, but Orange writes names, types and flags",
        {"format": "orange"},
    ),
    BadTable(
        "A table of Orange without features",
        text("name\tkind\ns\td\nmeta\tclass\nyak\tmammal\ntern\tbird\n", "animals.tab"),
        "has no column that is a feature; leave the flag of at least one blank",
        {"format": "orange"},
    ),
    BadTable(
        "A column that a table of Orange does not have",
        text(ORANGE, "animals.tab"),
        "items names column 'nmae', .*did you mean 'name'",
        {"format": "orange", "items": "nmae"},
    ),
    BadTable(
        "A table of Orange with a name used twice",
        text(ORANGE.replace("newt", "yak"), "animals.tab"),
        "item 'yak' is in .* twice .line 4 and line 5.",
        {"format": "orange"},
    ),
    BadTable(
        "THINGS without unique names",
        text(THINGS.replace("uniqueID", "id"), "things.tsv"),
        "has neither a column 'uniqueID' nor 'Word' and 'Definition' .*nothing tells the objects apart",
        {"format": "things"},
    ),
    BadTable(
        "THINGS with a membership of 2",
        text(THINGS.replace("bat1\t1", "bat1\t2").replace("\t\t1\t2", "\t\t2\t2"), "things.tsv"),
        "line 2 of .* has 2 in column 'animal', but an object is in a category .1. or is not .0.",
        {"format": "things"},
    ),
    BadTable(
        "THINGS with totals that do not add up",
        text(THINGS.replace("\t\t1\t2\t1", "\t\t1\t2\t3"), "things.tsv"),
        "the last line .5. of .* has no name, but is not the sum of the lines above",
        {"format": "things"},
    ),
    BadTable(
        "THINGS without categories",
        text("Word\tuniqueID\tkind\nbat\tbat1\tanimal\noar\toar\ttool\n", "things.tsv"),
        "has no column of 0 and 1, but each category is one",
        {"format": "things"},
    ),
    BadTable(
        "Wordbank without months",
        text("definition,category\nswing,action\nsplash,action\n"),
        "has the columns 'definition', 'category', but words in a column 'definition' and months",
        {"format": "wordbank"},
    ),
    BadTable(
        "Wordbank in percent",
        text(WORDBANK.replace("0.25", "25")),
        "line 2 of .* has 25 in column '17', but a share of children lies between 0 and 1; divide percentages by 100",
        {"format": "wordbank"},
    ),
)

SECTIONS = {
    "The file": THE_FILE,
    "Its lines": THE_LINES,
    "Names": THE_NAMES,
    "Cells": THE_CELLS,
    "Norms": THE_NORMS,
}
BAD_TABLES = tuple(case for section in SECTIONS.values() for case in section)
