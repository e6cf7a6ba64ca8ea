"""Tables that are read in the page: the numbers and the sentences are those of the command line."""

import base64
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ontogeny as on
from explorer_page import settled
from ontogeny import cli
from ontogeny._core.checks import InputError
from ontogeny.cli.options import Shell
from ontogeny.tables.files import read_table

sys.path.append(str(Path(__file__).parents[1] / "tables"))
from bad_tables import SECTIONS

BAD = [case for cases in SECTIONS.values() for case in cases if not case.options and not case.patches]
GOOD = {
    "plain": "animal,wings,gills\nrobin,1,0\ntrout,0,1\nworm,0,0\n",
    "yes and no": "animal,wings,gills\nrobin,yes,NO\ntrout,no,Yes\n",
    "semicolons": "animal;wings;gills\nrobin;1;0\ntrout;0;1\n",
    "tabs, blank lines, spaces": "\nanimal\twings\tlegs\n\nrobin\t 1\t2\ntrout\t0 \t0\n\n",
    "quotes": 'animal,"wings, both",gills\n"robin, red",1,0\n"the ""trout""",0,1\n',
    "names of lines": 'animal,wings\n"two\nlines",1\nrobin,0\n',
    "rows of R": "wings,gills\nrobin,1,0\ntrout,0,1\n",
    "no name in the corner": ",wings,gills\n1,1,0\n2,0,1\n",
    "sep line": "sep=;\nanimal;wings\nrobin;1\ntrout;0\n",
    "numbers of all kinds": "animal,a,b\nrobin,1e-3,-2.5\ntrout,.5,+4\n",
    "windows": "animal,wings\r\nrobin,1\r\ntrout,0\r\n",
    "accents": "animal,hÿmm\nmoineau,1\nvipère,0\n",
}
READ = """async ([name, text]) => {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)), { Refused, Beyond } = ontogeny.wording;
  try { const { items, features, values } = ontogeny.tableReader.read(bytes, name);
   return { items, features, values }; }
  catch (error) { if (error instanceof Refused) return { refused: error.message };
    if (error instanceof Beyond) return { beyond: error.message }; throw error; } }"""


def in_page(page, content, name="animals.csv"):
    """What the page makes of a file: a table, a refusal in a sentence, or that it is beyond it."""
    return page.evaluate(READ, [name, base64.b64encode(content).decode()])


def in_python(path):
    """What the command line makes of it: a world, or a sentence with the options of `learn`."""
    shell = Shell.of(typer.Context(typer.main.get_group(cli.app).commands["learn"]))
    try:
        return on.Environment.from_dataframe(read_table(path)[0])
    except InputError as error:
        return error.sentence(shell.name, shell.setting).replace(f"{path.parent}/", "")


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_good_tables_are_the_same(text, page, tmp_path):
    path = tmp_path / "animals.csv"
    path.write_bytes(text.encode())
    found, world = in_page(page, path.read_bytes()), in_python(path)
    assert found["items"] == list(world.items)
    assert found["features"] == list(world.features)
    np.testing.assert_array_equal(found["values"], world.targets)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_bad_tables_get_the_sentence_of_the_command_line(case, page, tmp_path):
    if case.needs:
        pytest.importorskip(case.needs)
    source = case.make(tmp_path)
    if not isinstance(source, Path) or not source.is_file():
        return  # no file that could be dropped on a page
    found, sentence = in_page(page, source.read_bytes(), source.name), in_python(source)
    if source.suffix in (".csv", ".tsv", ".txt"):
        assert "beyond" in found or found == {"refused": sentence}
    else:
        assert "beyond" in found or "refused" in found or source.read_bytes().startswith(b"animal")


def test_most_bad_tables_are_refused_in_the_page_itself(page, tmp_path):
    answers = []
    for number, case in enumerate(BAD):
        folder = tmp_path / str(number)
        folder.mkdir()
        source = None if case.needs else case.make(folder)
        if isinstance(source, Path) and source.is_file() and source.suffix == ".csv":
            answers.append("refused" in in_page(page, source.read_bytes(), source.name))
    assert np.mean(answers) > 0.6, "the page sends most people to the program"


CELLS = st.sampled_from(
    ["", "0", "1", "2.5", "yes", "no", "inf", "x", "NA", "sea", "land", "1e200", "2024-01-05", '"q"', "a,b", "1,5"]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=5), st.sampled_from([",", ";", "\t"]),
    st.booleans(),
)  # fmt: skip
def test_any_table_is_read_alike_or_left_to_the_program(page, tmp_path, rows, delimiter, is_named):
    header = ["animal", *(f"f{n}" for n in range(len(rows[0]) - 1))]
    named = [[f"a{n}", *row[1:]] if is_named else row for n, row in enumerate(rows)]
    path = tmp_path / "animals.csv"
    path.write_text("\n".join(delimiter.join(row) for row in [header, *named]) + "\n", encoding="utf-8")
    found, expected = in_page(page, path.read_bytes()), in_python(path)
    if "beyond" in found:
        return
    if isinstance(expected, str):
        assert found == {"refused": expected}
    else:
        assert found["items"] == list(expected.items) and found["features"] == list(expected.features)
        np.testing.assert_array_equal(found["values"], expected.targets)


def test_a_table_is_taken_up_and_is_no_part_of_the_address(page, tmp_path):
    path = tmp_path / "pets.csv"
    path.write_text("pet,barks,<img src=x onerror=alert(1)>\n<b>rex</b>,1,0\ntom,0,1\nfido,1,1\n", encoding="utf-8")
    page.set_input_files("#file", path)
    page.evaluate("new Promise((done) => setTimeout(done, 100))")
    settled(page)
    assert page.text_content("#alarm") == ""
    assert page.evaluate("ontogeny.state.get().world") == "table"
    assert page.evaluate("ontogeny.worlds.of(ontogeny.state.get()).items") == ["<b>rex</b>", "tom", "fido"]
    assert page.locator("main b, main img").count() == 0, "names became markup"
    assert "rex" not in page.evaluate("ontogeny.state.toAddress()")
    assert "not part of the address" in page.text_content("#controls")
    modes = on.Environment.from_dataframe(read_table(path)[0]).spectrum()
    found = page.evaluate("ontogeny.worlds.of(ontogeny.state.get()).spectrum.singularValues")
    np.testing.assert_allclose(found, modes.singular_values, rtol=1e-12)
    path.write_text("pet,barks\nrex,sometimes\ntom,never\n", encoding="utf-8")
    page.set_input_files("#file", path)
    page.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert "column 'barks' holds text ('sometimes', 'never')" in page.text_content("#alarm")


def test_a_large_table_is_decomposed_in_the_page(page):
    found = page.evaluate(
        """() => { let seed = 1; const next = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
        const table = Array.from({length: 200}, () => Array.from({length: 200}, next));
        const { singularValues: s, inputModes: v, outputModes: u } =
          ontogeny.spectrum.spectrumOf(table, table.map((_, j) => `f${j}`));
        return { table, s,
          again: table.map((row, i) => row.map((_, j) =>
            s.reduce((sum, x, a) => sum + x * v[a][i] * u[a][j], 0))) }; }"""
    )
    np.testing.assert_allclose(found["again"], found["table"], atol=1e-11)
    np.testing.assert_allclose(found["s"], np.linalg.svd(found["table"], compute_uv=False), rtol=1e-9)
