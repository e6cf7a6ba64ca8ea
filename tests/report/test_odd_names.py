"""A table with names that mean something to a terminal, to XML, to formulas or to spreadsheets is reported like any."""

import csv
import io
import json
import re
import warnings
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from ontogeny._core.shown import shown
from ontogeny.report import study, summary, write
from ontogeny.report.terminal import Terminal

LONG = "L" + "o" * 9998 + "ng"
ODD = [
    "\x1b[31mred", "n\0ul", "b\x07el", "new\nline", "car\rriage", "ta\tb", "\u202egnp.exe", 'id="x"', "url(#x)",
    "$x^2$", "<script>alert(1)</script>", "&amp;", "]]>", "<!-- c -->", "a_b^c", "_hidden", r"back\slash\x", LONG,
    "🐕‍🦺 dog", "שלום", "e\u0301a\u0308", ":cat:", "[red]m[/red]", "=1+1", "-cmd", "+x", "@SUM", "price ($)",
    "$\\frac{", "{{7*7}}", "%s{x}",
]  # fmt: skip
RAW = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202e]")
SVG = "{http://www.w3.org/2000/svg}text"


@pytest.fixture(scope="module")
def found():
    draw = np.random.default_rng(0)
    table = pd.DataFrame(draw.integers(0, 2, (len(ODD), len(ODD))), index=ODD, columns=ODD)
    world = on.Environment.from_dataframe(
        table.assign(kind=[ODD[place % 3] for place in range(len(ODD))]), category="kind"
    )
    return study(world, ODD[0], networks=1, until=3.0, project=ODD[0])


@pytest.fixture(scope="module")
def folder(found, tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fonts lack some of these letters, and say so
        return write(found, tmp_path_factory.mktemp("odd") / "report").parent


def test_drawings_are_xml_and_say_the_names(folder):
    texts = []
    for path in sorted((folder / "figures").glob("*.svg")):
        texts += ["".join(text.itertext()).strip("\u200b") for text in ET.parse(path).iter(SVG)]
    assert not any(RAW.search(text) for text in texts) and max(map(len, texts)) < 200
    for name in ODD:
        assert any(shown(name, 14).rstrip("…") in text for text in texts), name


def test_the_page_holds_the_same_drawings_and_no_script(folder):
    page = (folder / "index.html").read_text(encoding="utf-8")
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == len(list((folder / "figures").glob("*.svg")))
    assert all(ET.fromstring(drawing) is not None for drawing in drawings)
    assert not RAW.search(page) and "<script" not in page and "o" * 100 not in page
    assert r"<h1>How a network learns “\x1b[31mred”</h1>" in page


def test_the_terminal_shows_names_and_obeys_none(found, folder):
    console = Terminal(file=io.StringIO(), width=100)
    summary.show(found, folder / "index.html", console)
    said = console.file.getvalue()
    assert not RAW.search(said.replace("\n", "")) and "o" * 100 not in said
    assert "🐈" not in said and r"\x1b[31mred" in said


def test_files_give_back_the_same_names(found, folder):
    world = on.Trajectory.load(folder / "trajectories.nc").environment
    assert world.items == world.features == tuple(ODD)
    assert json.loads(summary.as_json(found, folder))["features"] == ODD
    with (folder / "tables" / "world.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert {re.sub(r"^'(?=[=+\-@\t\r])", "", row[0]) for row in rows[1:]} == set(ODD)


def test_no_cell_is_a_formula(folder):
    for path in (folder / "tables").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row if cell.startswith(tuple("=+-@\t\r"))]
        assert [cell for cell in cells if not re.fullmatch(r"-(\d+(\.\d*)?(e[+-]\d+)?|inf)", cell)] == [], path.name
