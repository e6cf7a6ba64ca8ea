"""Figures of the gallery: found by paper and number, drawn, and their failures told apart."""

import os

import pytest

from ontogeny._core.checks import InputError
from ontogeny.report import gallery
from ontogeny.report.gallery import SIZE, Script, chapters, draw, reproduce, scripts

FIGURE = "import matplotlib.pyplot as plt\nplt.figure()\nplt.figure()\n"


@pytest.fixture
def script(tmp_path):
    """Makes a script of some source."""

    def made(source, name="plot_fig3_modes.py"):
        path = tmp_path / "saxe2014" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'"""\nFig. 3: modes\n=============\n\nThey are\n**learned**.\n\nSlowly.\n"""\n{source}')
        return gallery._read(path)

    return made


def test_every_script_is_found_in_the_order_of_papers_and_figures():
    found = scripts()
    assert {each.chapter for each in found} == set(chapters())
    assert len(found) == len(list(gallery.GALLERY.glob("*/plot_*.py"))) > 30
    assert [each.label for each in scripts("saxe2014")][:5] == ["2", "3", "4", "5", "6"]
    assert all(each.title and each.paragraphs and not each.title.startswith("=") for each in found)


@pytest.mark.parametrize("asked", ["6", "Fig. 6", "fig6", "figure 6"])
def test_a_number_means_all_its_panels(asked):
    assert [each.label for each in scripts("saxe2014", asked)] == ["6", "6a"]


def test_a_figure_without_a_number_is_found_by_its_name():
    assert [each.path.name for each in scripts("saxe2014", "depth100")] == ["plot_depth100.py"]


def test_what_is_not_there_is_refused():
    with pytest.raises(InputError, match=r"'33', which is not among the figures of saxe2014; write 2, 3, 4"):
        scripts("saxe2014", "33")
    with pytest.raises(InputError, match="did you mean 'advani2020'"):
        scripts("advani202")


def test_a_docstring_is_a_title_and_paragraphs(script):
    read = script(FIGURE)
    assert (read.title, read.paragraphs) == ("Fig. 3: modes", ["They are **learned**.", "Slowly."])
    assert repr(read) == "<Script: saxe2014/plot_fig3_modes.py, 'Fig. 3: modes'>"


def test_every_open_figure_is_kept(script, tmp_path):
    drawn = draw(script(FIGURE), tmp_path / "pictures")
    assert [path.name for path in drawn.pictures] == ["fig3_modes_1.png", "fig3_modes_2.png"] and not drawn.failure
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn.pictures)
    assert drawn.to_dataframe()[["chapter", "figure"]].to_numpy().tolist() == [["saxe2014", "3"]] * 2


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (FIGURE + "assert 1 > 2\n", "its claim in line 13 of plot_fig3_modes.py does not hold"),
        (FIGURE + "import no_such_package\n", "it needs no_such_package, which is not installed"),
        (FIGURE + "1 / 0\n", "line 13 of plot_fig3_modes.py fails with ZeroDivisionError: division by zero"),
        ("pass\n", "it drew no figure"),
    ],
)
def test_failures_say_why_and_end_nothing(script, tmp_path, source, why):
    failing, good = script(source), script(FIGURE, "plot_fig4_depth.py")
    found = reproduce([failing, good], tmp_path / "pictures")
    assert found[0].failure.startswith(why) and not found[1].failure
    assert why[:20] in repr(found[0])


@pytest.mark.parametrize(("full", "size"), [(True, "full"), (False, "small")])
def test_scripts_know_their_size_and_nothing_else_does(script, tmp_path, full, size, monkeypatch):
    monkeypatch.delenv(SIZE, raising=False)
    sized = script(FIGURE + f"import os\nassert os.environ['{SIZE}'] == '{size}'\n")
    assert not reproduce([sized], tmp_path / "pictures", full=full)[0].failure
    assert SIZE not in os.environ


def test_what_a_script_prints_stays_out_of_the_way(script, tmp_path, capsys):
    draw(script(FIGURE + "print('much')\n"), tmp_path)
    assert capsys.readouterr().out == ""


def test_a_script_without_words_has_its_name(tmp_path):
    path = tmp_path / "own" / "plot_it.py"
    path.parent.mkdir()
    path.write_text("pass\n")
    assert gallery._read(path).title == "plot_it"
    assert Script(path, "it", []).label == "it"
