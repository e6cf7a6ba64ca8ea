from pathlib import Path

import make_papers
import pytest

from ontogeny._core.bibliography import papers
from ontogeny._core.papers import Location, figures, implementations
from ontogeny._core.places import citations


def location(name, cited):
    return Location(name, Path("law.py"), 1, citations(cited))


def linked(name):
    return f"{{py:obj}}`{name} <ontogeny.{name}>`"


FOUND = [
    location("ontogeny.modes.unbalanced.mode_strength", "saxe2014 sec. 1.3"),
    location("ontogeny.modes.balanced.mode_strength", "saxe2014 (12), saxe2019 Fig. 4"),
    location("ontogeny.modes.balanced.mode_velocity", "saxe2014 (12)"),
]


@pytest.fixture
def pages():
    return make_papers.pages(papers(), FOUND)


def test_every_equation_is_a_function_a_derivation_step_or_a_visible_gap(pages):
    rows = [line for line in pages["saxe2014.md"].splitlines() if line.startswith("| (")]
    assert len(rows) == len(papers()["saxe2014"].equations)
    functions = "<br>".join(map(linked, ["modes.balanced.mode_strength", "modes.balanced.mode_velocity"]))
    assert f"| (12) | strength of one balanced mode after some time | {functions} |" in rows
    assert "| (6) | energy of the connectivity modes | derivation step |" in rows
    assert "| (11) | time to reach a strength, balanced mode | *not implemented* |" in rows


def test_places_without_a_number_follow_the_equations(pages):
    numbered, others = pages["saxe2014.md"].split("## Figures")[0].split("## Sections, figures, results")
    assert "| (12) |" in numbered and "| (" not in others
    rows = [line for line in others.splitlines() if line.startswith("| ")]
    assert rows[-1] == f"| sec. 1.3 |  | {linked('modes.unbalanced.mode_strength')} |"
    assert f"| Fig. 4 |  | {linked('modes.balanced.mode_strength')} |" in pages["saxe2019.md"]


def test_a_page_says_conventions_and_errata(pages):
    paper, page = papers()["saxe2014"], pages["saxe2014.md"]
    assert page.startswith(f"# {paper.title}\n\nAndrew M. Saxe, James L. McClelland, Surya Ganguli, 2014. ")
    assert "[arxiv 1312.6120](https://arxiv.org/abs/1312.6120)" in page
    for text in [*paper.conventions.values(), *(erratum.says for erratum in paper.errata)]:
        assert text in page


def test_a_paper_without_equations_or_errata_has_no_empty_section(pages):
    page = pages["saxe2013cogsci.md"]
    assert [line for line in page.splitlines() if line.startswith("#")][1:] == ["## Conventions"]
    assert 'on.cite("saxe2013cogsci")' in page and "on.where(" not in page and "reproduce" not in page
    assert "\n\n\n" not in page
    assert page.endswith(".\n")


def test_the_index_leads_to_every_page(pages):
    assert set(pages) == {"index.md", "figures.md"} | {f"{key}.md" for key in papers()}
    for key, paper in papers().items():
        assert f"| [{paper.title}]({key}.md) | " in pages["index.md"]
        assert f"\n{key}\n" in pages["index.md"].split("{toctree}")[1]


def test_the_pages_do_not_depend_on_the_order_of_the_sources(pages):
    assert make_papers.pages(papers(), FOUND[::-1]) == pages


def test_writing_twice_changes_nothing_and_removes_what_is_stale(tmp_path):
    folder = tmp_path / "papers"
    make_papers.main(folder)
    first = {file.name: file.read_bytes() for file in folder.iterdir()}
    (folder / "gone1999.md").write_text("stale", encoding="utf-8")
    make_papers.main(folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == first


def test_a_bar_in_a_cell_does_not_split_it():
    assert make_papers.table("A", "B", rows=[["x|y", "z"]]) == "| A | B |\n| --- | --- |\n| x\\|y | z |"


def test_equations_stand_beside_their_functions_and_figures_are_linked():
    page = make_papers.pages(papers(), [*implementations(), *figures()])["saxe2014.md"]
    (row,) = (line for line in page.splitlines() if line.startswith("| (10) |"))
    assert r"$v = \frac{2\,u\,(s - \gamma - d\,u)}{\tau}$" in row
    assert "](../gallery/saxe2014/plot_fig2_vector_field.rst)" in page
    rows, panels = page.split("## Figures")
    for part, bars in ((rows, 4), (panels, 5)):
        assert all(line.replace("\\|", "").count("|") == bars for line in part.splitlines() if line.startswith("| "))
    (row,) = (line for line in page.splitlines() if line.startswith("| (13) |"))
    assert row.index("ontogeny.networks.") < row.index("ontogeny.fitting.")  # the law first, then who uses it


def test_every_figure_of_a_paper_is_in_the_table_of_panels():
    listed = make_papers.panels()
    drawn = {(each.paper, each.script) for each in listed if each.script}
    numbered = {(each.file.parent.name, each.file.name) for each in figures() if each.citations[0].place != "gallery"}
    assert numbered <= drawn <= {(each.file.parent.name, each.file.name) for each in figures()}
    assert {each.how for each in listed} == set(make_papers.STATUS)
    assert all(each.script or each.how == "not yet" for each in listed)
    assert all(each.why for each in listed if each.how != "reproduced")


def test_the_table_of_panels_links_what_draws_them(pages):
    page = pages["figures.md"]
    link = "[reproduced](../gallery/saxe2014/plot_fig2_vector_field.rst)"
    assert f"| [saxe2014](saxe2014.md) | 2 | two layer strengths of one mode as a phase portrait | {link} |  |" in page
    assert page.count("\n| [") == len(make_papers.panels()) and "In all: " in page


def test_equations_with_an_erratum_point_to_it_and_a_page_says_what_to_write(pages):
    page = pages["saxe2014.md"]
    mark = "[see errata](#errata-and-caveats)"
    marked = [line.split(" |")[0].removeprefix("| ") for line in page.splitlines() if mark in line]
    assert marked == [f"{place} {mark}" for place in ("(16)", "(25)", "(26)", "(27)", "(32)")]
    assert 'on.where("saxe2014", 1)' in page and "ontogeny reproduce saxe2014\n" in page
    assert "## Figures\n\n| Figure |" in page and "## Figures" not in pages["arora2018.md"]


def test_what_has_no_entry_of_its_own_is_said_with_its_file():
    inside = Location("ontogeny.networks.riccati.phi", Path("src/ontogeny/networks/riccati.py"), 1, ())
    assert make_papers._link(inside) == "`networks.riccati.phi` (inside: `ontogeny/networks/riccati.py`)"
    assert linked("networks.outcome") == make_papers._link(
        location("ontogeny.networks.landscape.outcome", "saxe2014 (7)")
    )
