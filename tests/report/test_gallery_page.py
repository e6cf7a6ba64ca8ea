"""`ontogeny reproduce`: figures and an index page in a folder, whole or not at all."""

import json
import re
import warnings

import matplotlib.pyplot as plt
import pytest
from typer.testing import CliRunner

import ontogeny
from ontogeny._core.checks import InputError
from ontogeny.cli import app
from ontogeny.report import gallery
from ontogeny.report.gallery import Reproduced, scripts
from ontogeny.report.gallery_page import Gallery, chosen, overview, write


def run(*arguments):
    return CliRunner().invoke(app, ["reproduce", *map(str, arguments)])


@pytest.fixture
def quick(monkeypatch):
    """Figures that are drawn in no time: one picture each, and the second of each run fails."""

    def drawn(script, folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{script.name}.png").write_bytes(b"picture")
        failure = "its claim does not hold" if script.label == "4" else ""
        return Reproduced(script, [folder / f"{script.name}.png"], 0.1, failure)

    monkeypatch.setattr(gallery, "draw", drawn)


def test_one_figure_from_the_command_line(tmp_path):
    result = run("saxe2014", "--figure", "2", "--out", tmp_path / "figures")
    assert result.exit_code == 0, result.output
    page = (tmp_path / "figures" / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "figures/saxe2014/fig2_vector_field.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "figures/saxe2014/plot_fig2_vector_field.py").is_file()
    assert "<strong>All paths end where the mode" in page and "What it claims was checked" in page
    assert "@inproceedings{saxe2014," in page
    assert not re.findall(r'(?:src|href)="https?:', page)


def test_every_picture_of_a_page_is_there(tmp_path, quick):
    made = write("saxe2019", tmp_path / "out")
    page = made.page.read_text(encoding="utf-8")
    linked = set(re.findall(r'(?:src|href)="([^"#]+)"', page))
    assert len(linked) > 15 and all((tmp_path / "out" / link).is_file() for link in linked)
    assert all(path.is_file() for each in made.figures for path in each.pictures)


def test_a_failure_is_told_and_the_others_are_there(tmp_path, quick):
    result = run("saxe2014", "--out", tmp_path / "out")
    assert result.exit_code == 1 and "1 figure did not come out" in result.stderr
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count("its claim does not hold") == 1 and page.count("What it claims was checked") > 5


def test_as_json(tmp_path, quick):
    result = run("advani2020", "--figure", "1", "--out", tmp_path / "out", "--json")
    found = json.loads(result.stdout)
    assert found["page"].endswith("index.html") and found["figures"][0]["figure"] == "1"


def test_quietly_only_the_page(tmp_path, quick):
    assert run("braun2022", "--out", tmp_path / "out", "--quiet").stdout.strip() == str(tmp_path / "out" / "index.html")


def test_all_chapters_have_their_titles(tmp_path, quick):
    page = write("all", tmp_path / "out").page.read_text(encoding="utf-8")
    assert page.count('<h2 class="chapter">') == len(gallery.chapters())
    assert "figures did not come out; each says why." in page


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["saxe2041"], "paper is 'saxe2041', but it must be one of"),
        (["saxe2014", "--figure", "33"], "--figure is '33', which is not among the figures of saxe2014"),
        (["overview", "--figure", "3"], "--figure is '3', but the overview is made as a whole"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments, sentence, tmp_path):
    result = run(*arguments, "--out", tmp_path / "out")
    assert result.exit_code == 2 and sentence in result.stderr and list(tmp_path.iterdir()) == []


def test_another_folder_is_left_alone(tmp_path, quick):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match=re.escape("would be lost")):
        write("braun2022", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_earlier_gallery_is_replaced(tmp_path, quick):
    write("saxe2019", tmp_path / "out")
    write("braun2022", tmp_path / "out")
    assert not (tmp_path / "out" / "saxe2019").exists()


def test_the_overview_follows_its_claims(tmp_path, quick):
    made = write("overview", tmp_path / "out")
    page = made.page.read_text(encoding="utf-8")
    places = [page.index(f"<h3>{claim.title}</h3>") for claim in overview()]
    assert places == sorted(places) and len(places) == len(made.figures) >= 10
    assert repr(made) == "<Gallery: overview, 11 of 12 figures drawn, their claims checked>"
    assert len(made.to_dataframe()) == 12 and isinstance(made, Gallery)


@pytest.mark.parametrize("claim", overview(), ids=lambda claim: claim.script)
def test_the_calls_of_the_overview_run(claim):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(claim.call, {"on": ontogeny})
    plt.close("all")


def test_the_overview_names_scripts_that_are_there():
    assert len(chosen("overview")) == len(overview()) == len({claim.script for claim in overview()})
    assert set(chosen("overview")[0].path.parts) & {"saxe2014"} and len(scripts()) > 30
