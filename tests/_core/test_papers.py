import re
from pathlib import Path
from types import SimpleNamespace

import pytest

import ontogeny
from ontogeny._core import papers as index
from ontogeny._core.bibliography import papers, software
from ontogeny._core.checks import InputError
from ontogeny._core.papers import cite, displays, figures, implementations, where
from ontogeny._core.places import citations, natural, place

BALANCED = '''"""Module: Implements nothing by itself."""

def mode_strength(time):
    """Strength.

    Implements: saxe2014 (12), saxe2019 Fig. 4
    """

def time_to_strength(strength):
    """Time.

    Implements: saxe2014 (11)
    """

def plain():
    """Says ``Implements: saxe2014 (2)`` in the middle of a line."""

def silent():
    pass
'''

ENVIRONMENT = '''
class Environment:
    """World."""

    def spectrum(self):
        """Modes.

        Implements: saxe2014 sec. 1.3, saxe2014 (12)
        """
'''


@pytest.fixture
def package(tmp_path):
    """A package with two modules, not imported by anything."""
    root = tmp_path / "sample"
    (root / "modes").mkdir(parents=True)
    (root / "modes" / "balanced.py").write_text(BALANCED, encoding="utf-8")
    (root / "__init__.py").write_text(ENVIRONMENT, encoding="utf-8")
    return root


@pytest.fixture
def sample(package, monkeypatch):
    """`where` and `cite` over that package."""
    found = implementations(package)
    monkeypatch.setattr(index, "implementations", lambda: found)
    monkeypatch.setattr(index, "figures", lambda: ())
    return package


def test_one_equation_leads_to_every_function_that_implements_it(sample):
    found = where("saxe2014", 12)
    assert [location.name for location in found] == [
        "sample.Environment.spectrum",
        "sample.modes.balanced.mode_strength",
    ]
    assert found[1].file == sample / "modes" / "balanced.py"
    assert found[1].file.read_text(encoding="utf-8").splitlines()[found[1].line - 1] == "def mode_strength(time):"


def test_a_location_prints_what_an_editor_can_open(sample):
    file = sample / "modes" / "balanced.py"
    assert (
        repr(where("saxe2014", 11))
        == f"sample.modes.balanced.time_to_strength ({file}:9) implements saxe2014 (11): Time."
    )
    assert len(repr(where("saxe2014", 12)).splitlines()) == 2


@pytest.mark.parametrize("equation", [12, "12", "(12)", "eq. 12", "eq 12"])
def test_an_equation_may_be_written_as_people_write_it(sample, equation):
    assert where("saxe2014", equation) == where("saxe2014", 12)


def test_sections_and_figures_are_places_too(sample):
    assert [location.name for location in where("saxe2019", "fig 4")] == ["sample.modes.balanced.mode_strength"]
    assert [location.name for location in where("saxe2014", "sec. 1.3")] == ["sample.Environment.spectrum"]


def test_a_paper_alone_leads_to_all_its_functions(sample):
    assert len(where("saxe2014")) == 3
    assert len(where("saxe2019")) == 1
    assert not where("saxe2013cogsci")
    assert repr(where("saxe2013cogsci")) == "saxe2013cogsci: no function implements it yet"


@pytest.mark.parametrize(("equation", "why"), [(5, "derivation step, so it has no function"), (17, "not implemented")])
def test_a_known_equation_without_function_says_why(sample, equation, why):
    assert len(where("saxe2014", equation)) == 0
    assert repr(where("saxe2014", equation)).endswith(why)


def test_an_unknown_paper_is_answered_with_the_nearest(sample):
    with pytest.raises(InputError, match=r"paper is 'saxe14', but it must be one of .*did you mean 'saxe2014'"):
        where("saxe14", 12)
    with pytest.raises(InputError, match=r"did you mean 'saxe2019'"):
        cite("saxe209")


def test_an_unknown_equation_is_answered_with_those_that_are_known(sample):
    with pytest.raises(InputError, match=re.escape("(99), which is not known of saxe2014; known are (1), (2), (3)")):
        where("saxe2014", 99)
    with pytest.raises(InputError, match=re.escape("equation is (4), which is not known of saxe2019; known are Fig")):
        where("saxe2019", 4)
    with pytest.raises(InputError, match=r"equation is Fig. 1, which is not known of saxe2013cogsci; known are none"):
        where("saxe2013cogsci", "Fig. 1")


@pytest.mark.parametrize("nothing", ["", "twelve", "sec.", "12 and 13", -1, 1.5])
def test_what_names_no_place_is_refused(sample, nothing):
    with pytest.raises(InputError, match=r"names no place in a paper; write 12, 'sec. 1.3' or 'Fig. 4'"):
        where("saxe2014", nothing)


@pytest.mark.parametrize(
    "text", ["(12)", "(A3)", "sec. 1.3", "Fig. 3R", "App. A", "SI", "SI sec. 2", "Table 1", "Theorem 3.1", "gallery"]
)
def test_a_place_is_its_own_normal_form(text):
    assert place(text) == text == citations(f"saxe2014 {text}")[0].place


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("saxe2014 12", "write 'saxe2014 (12)'"),
        ("saxe2014 fig 4", "write 'saxe2014 Fig. 4'"),
        ("saxe2014 (12) and (13)", "names no place in a paper"),
        ("saxe2014 (12), (13)", "'(13)' is not a citation"),
        ("saxe2019 (SI)", "write 'saxe2019 SI'"),
        ("saxe2014", "'saxe2014' is not a citation"),
        ("", "'' is not a citation"),
        ("saxe2014 (12)\n    Implements: saxe2014 (13)", "has 2 lines `Implements:`"),
    ],
)
def test_a_line_that_cannot_be_read_names_its_function(tmp_path, line, sentence):
    (tmp_path / "law.py").write_text(f'def law():\n    """Law.\n\n    Implements: {line}\n    """\n', encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(sentence)) as refused:
        implementations(tmp_path)
    assert f"{tmp_path.name}.law.law" in str(refused.value)


def test_a_paper_is_cited_by_its_key():
    entry = cite("saxe2019")
    assert entry.startswith("@article{saxe2019,\n  title = {{A mathematical theory of semantic development")
    assert "  journal = {Proceedings of the National Academy of Sciences},\n" in entry
    assert "  eprint = {1810.10531},\n  archiveprefix = {arXiv},\n" in entry
    assert "  doi = {10.1073/pnas.1820226116},\n" in entry
    assert entry.count("{") == entry.count("}")


@pytest.mark.parametrize("wrap", [dict, lambda equations: SimpleNamespace(**equations)])
@pytest.mark.parametrize(
    "equations", [["saxe2019 Fig. 4", "saxe2014 (11), saxe2014 (12)"], ("saxe2019 sec. 2", "saxe2014 (5)")]
)
def test_a_result_cites_each_paper_once_and_then_the_software(wrap, equations):
    result = SimpleNamespace(provenance=wrap({"equations": equations}))
    assert re.findall(r"^@\w+\{(\w+),$", cite(result), re.MULTILINE) == ["saxe2019", "saxe2014", "ontogeny"]


def test_a_result_that_rests_on_no_paper_cites_the_software():
    assert cite(SimpleNamespace(provenance={})) == software()
    assert f"version = {{{ontogeny.__version__}}}" in software()


def test_a_record_without_provenance_rests_on_what_its_module_implements():
    world = ontogeny.datasets.load("rumelhart")
    for record in (ontogeny.semantics.illusory_limit(world), ontogeny.semantics.basic_level(world)):
        assert re.findall(r"^@\w+\{(\w+),$", cite(record), re.MULTILINE) == ["saxe2019", "ontogeny"]


def test_what_cannot_be_cited_is_refused():
    with pytest.raises(InputError, match="thing is of type list, which names no paper"):
        cite([1, 2])
    with pytest.raises(InputError, match="paper is 'saxe2041'"):
        cite(SimpleNamespace(provenance={"equations": ["saxe2041 (12)"]}))


def test_every_paper_is_described_completely():
    for key, paper in papers().items():
        assert re.fullmatch(r"[a-z]+\d{4}[a-z]*", key)
        assert {"type", "venue"} <= set(paper.reference)
        assert paper.title
        assert paper.authors
        assert str(paper.year) in key
        assert "layers" in paper.conventions
        assert cite(key).startswith(f"@{paper.reference['type']}{{{key},")


def test_every_listed_equation_has_a_number_a_name_and_a_known_status():
    for paper in papers().values():
        numbers = list(paper.equations)
        assert numbers == sorted(numbers, key=natural)
        for number, equation in paper.equations.items():
            assert place(number) == f"({number})"
            assert equation.name
            assert equation.status in ("", "derivation step")


def test_every_erratum_is_sentences_and_says_how_it_was_checked():
    errata = [erratum for paper in papers().values() for erratum in paper.errata]
    assert len(errata) >= 10
    for erratum in errata:
        assert erratum.where
        assert erratum.says.endswith(".")
        assert erratum.checked.endswith(".")


def test_the_index_imports_nothing_above_it():
    for file in ("papers.py", "bibliography.py"):
        source = (Path(index.__file__).parent / file).read_text(encoding="utf-8")
        assert set(re.findall(r"(?:from|import) (ontogeny\S*)", source)) <= {
            "ontogeny._core.bibliography",
            "ontogeny._core.checks",
            "ontogeny._core.places",
        }


def test_figures_of_the_gallery_are_found_by_paper_and_number():
    (figure,) = where("saxe2019", "Fig. 5")
    assert figure.is_figure and figure.file.name == "plot_fig5_illusory_correlations.py"
    assert f"draws saxe2019 Fig. 5: {figure.summary}" in repr(figure)
    drawn = {cited for figure in figures() for cited in figure.citations}
    assert len(figures()) > 20 and all(cited.paper in papers() and where(*cited) for cited in drawn)


def test_a_paper_alone_lists_one_line_each_in_the_order_of_its_places():
    found = where("saxe2014")
    lines = repr(found).splitlines()
    assert len(lines) == len(found) and all(": " in line for line in lines)
    first = [min(natural(cited.place) for cited in each.citations if cited.paper == "saxe2014") for each in found]
    assert first == sorted(first)


def test_equations_that_a_function_displays():
    (law,) = where("saxe2014", 10)
    assert displays(law) == [r"v = \frac{2\,u\,(s - \gamma - d\,u)}{\tau}"]


def test_every_paper_has_a_function():
    assert not [key for key in papers() if not where(key)]
