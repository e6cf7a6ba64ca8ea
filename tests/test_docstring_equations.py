"""The equations that docstrings display are true, and the tests that they name exist; and this test can go red."""

import re
import textwrap
from pathlib import Path

import pytest

from equations import check_citation, checked_by, displays, read_section, resolve, verify
from latex_dialect import DialectError
from ontogeny._core.papers import PACKAGE, docstrings, implementations, papers
from ontogeny._core.places import citations

REPOSITORY = Path(__file__).resolve().parents[1]
LAWS = implementations()
POINTERS = [(name, pointer) for name, *_, text in docstrings() for pointer in checked_by(text)]

# The package ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [law.name for law in LAWS])
def test_the_function_is_what_its_docstring_displays(name):
    verify(name, REPOSITORY)


@pytest.mark.parametrize(("name", "pointer"), POINTERS)
def test_the_test_that_a_docstring_names_exists(name, pointer):
    resolve(pointer, REPOSITORY)


@pytest.mark.parametrize(("name", "cited"), [(law.name, cited) for law in LAWS for cited in law.citations])
def test_what_is_implemented_is_a_known_equation_of_a_known_paper(name, cited):
    check_citation(name, cited, papers())


def test_laws_are_found_as_soon_as_there_is_a_room_for_them():
    assert bool(LAWS) == (PACKAGE / "modes").is_dir()


# The test itself ------------------------------------------------------------------------------------------------------

SIGMOID = r'''
import math


def mode_strength(time, singular_value, initial_strength, *, input_variance=1.0, tau=1.0):
    r"""Strength of one mode.

    As printed, and as computed:

    .. math:: u = \frac{s\,\exp(2\,s\,t/\tau)}{\exp(2\,s\,t/\tau) - 1 + s/u_0}

    .. math::

        u(t) = \frac{u_{0}}{\exp(-2\,s\,t/\tau)
               + d\,u_0\,(1 - \exp(-2\,s\,t/\tau))/s}

    Implements: saxe2014 (12)

    Parameters
    ----------
    time : array, shape (...)
        Learning time :math:`t \ge 0` [unit of `tau`].
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode.
    initial_strength : array
        Strength :math:`u_0 \ge 0` of the mode before learning.
    input_variance : float
        Variance :math:`d > 0`.
    tau : float
        Time constant :math:`\tau`.

    Returns
    -------
    array, broadcast shape
        Strength :math:`u(t)` of the mode.

    Notes
    -----
    Exact for white inputs: :math:`q \le 3` here bounds nothing.
    """
    s, u0, decay = singular_value, initial_strength, math.exp(-2 * singular_value * time / tau)
    return u0 / (decay + input_variance * u0 * (1 - decay) / s)
'''

STRENGTHS = r'''
from typing import NamedTuple


class Strengths(NamedTuple):
    second: float
    first: float


def strengths(variance, rate=2.0, step=3, *, label="a"):
    r"""Two outputs, two definitions, a squared symbol, a whole number.

    .. math:: a = \ln\frac{k}{r}\,n + \sigma

    .. math:: \dot b = \frac{1}{g}

    .. math:: g^2 = k - 1

    .. math:: k = \sigma^2\,r + 2

    Implements: saxe2014 sec. 1.3

    Parameters
    ----------
    variance : float
        Variance :math:`\sigma^2`, with :math:`\sigma^2 < r \le 2`.
    rate : float
        :math:`1 < r`, the rate.
    step : int
        Whole number :math:`n`.
    label : str
        No number.

    Returns
    -------
    first : float
        Strength :math:`a`.
    second : float
        Rate :math:`\dot{b}(t)`.
    """
    import math

    assert variance < rate <= 2 and step == int(step) and label == "a"
    k = variance * rate + 2
    return Strengths(first=math.log(k / rate) * step + math.sqrt(variance), second=1 / math.sqrt(k - 1))
'''

POINTING = r'''
def flow(weights):
    r"""Flow of matrices.

    .. math:: W = whatever = \sum

    Implements: saxe2014 (13)

    Checked by: tests/test_flow.py::test_flow, tests/test_flow.py::TestFlow::test_depth
    """
'''


@pytest.fixture
def package(tmp_path, monkeypatch, request):
    """Writes a package with one module and returns a function that verifies everything in it."""
    name = "made_" + re.sub(r"\W", "_", request.node.name)
    monkeypatch.syspath_prepend(tmp_path)

    def check(source, old="", new=""):
        assert old in source
        (tmp_path / name).mkdir()
        (tmp_path / name / "law.py").write_text(source.replace(old, new) if old else source, encoding="utf-8")
        found = implementations(tmp_path / name)
        for law in found:
            verify(law.name, tmp_path)
        return found

    return check


@pytest.mark.parametrize("source", [SIGMOID, STRENGTHS])
def test_a_true_docstring_passes(package, source):
    assert len(package(source)) == 1


def test_a_single_output_may_leave_its_symbol_to_the_displays(package):
    assert len(package(SIGMOID, "Strength :math:`u(t)` of the mode", "Strength of the mode")) == 1


WRONG = {
    "wrong equation": (r"- 1 + s/u_0}", r"- 1 + 2\,s/u_0}", r"but the function returns"),
    "wrong in the twelfth digit only is rounding, in the ninth it is wrong": (
        r"- 1 + s",
        r"- 1.000000001 + s",
        "but the function returns",
    ),
    "wrong function": ("return u0", "return 2 * u0", "but the function returns"),
    "wrong in a keyword that the printed form leaves out": (
        "+ input_variance * u0",
        "+ u0",
        "but the function returns",
    ),
    "wrong default": ("input_variance=1.0", "input_variance=1.1", "but the function returns"),
    "symbol left over": (r"- 1 + s/u_0", r"- 1 + s/u_1", "no parameter has the symbol u_{1}"),
    "letter e": (r"\frac{s\,\exp(2\,s\,t/\tau)}", r"\frac{s\,e^{2\,s\,t/\tau}}", r"symbol e; write \\exp for e"),
    "two signs =": (".. math:: u =", ".. math:: u = v =", "has 2 signs `=`"),
    "no sign =": (".. math:: u =", ".. math:: u", "has 0 signs `=`"),
    "implicit product": (r"d\,u_0\,(", r"d\,u_0(", r"reads as a function u_\{0\}"),
    "unknown output": ("Strength :math:`u(t)` of", "Strength :math:`x(t)` of", "no display begins with `x =`"),
    "no Returns": ("Returns\n    -------", "Yields\n    ------", "Returns gives no symbol"),
    "unused definition": ("Implements:", ".. math:: k = 2\n\n    Implements:", "defines `k`, but that is neither"),
    "definition of a parameter": (
        "Implements:",
        ".. math:: s = 2\n\n    Implements:",
        "defines s, the symbol of a parameter",
    ),
    "definition given twice": (
        "Implements:",
        ".. math:: k = 2\n\n    .. math:: k = 3\n\n    Implements:",
        "two displays define the same symbol",
    ),
    "a definition, but no output": (
        "Strength :math:`u(t)` of",
        "Strength of\n\n    .. math:: k = 2",
        "Returns gives no symbol",
    ),
    "no symbol": ("Learning time :math:`t \\ge 0`", "Learning time", "no parameter has the symbol t"),
    "required without symbol": (
        "*, input_variance=1.0",
        "depth, *, input_variance=1.0",
        "depth has no default and no symbol",
    ),
    "symbol twice": (r"Variance :math:`d > 0`", r"Variance :math:`s > 0`", "both begin with the symbol s"),
    "parameter misspelled": ("input_variance : float", "input_varience : float", "describes input_varience"),
    "no type": ("tau : float", "tau", "write `name : type`"),
    "strange bound": (r":math:`d > 0`", r":math:`d > q`", "mentions q, which is no parameter's symbol"),
    "empty bounds": (r":math:`d > 0`", r":math:`d > 0`, :math:`s < 0`", "only 0 of 5000 random points"),
    "no display": (".. math::", ".. maths::", "display it with"),
    "pointer to nothing": (
        "Implements:",
        "Checked by: tests/test_x.py::test_x\n\n    Implements:",
        "names no test file",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_false_docstring_fails_with_a_sentence(package, case):
    old, new, sentence = WRONG[case]
    with pytest.raises(DialectError, match=sentence):
        package(SIGMOID, old, new)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (r"\dot b = \frac{1}{g}", r"\dot b = \frac{2}{g}", "but the function returns"),
        (r".. math:: \dot b = \frac{1}{g}", "", r"no display begins with `.dot{b} =`"),
        (r"g^2 = k - 1", r"g = k - 1", "but the function returns"),
        (r"k = \sigma^2\,r + 2", r"k = \sigma^2\,g + 2", "no parameter has the symbol"),
    ],
)
def test_every_output_and_every_definition_counts(package, old, new, sentence):
    with pytest.raises(DialectError, match=sentence):
        package(STRENGTHS, old, new)


def test_a_class_needs_a_test(package):
    source = 'class Law:\n    """A law.\n\n    .. math:: u = s\n\n    Implements: saxe2014 (12)\n    """\n'
    with pytest.raises(DialectError, match="name its test"):
        package(source)


def test_a_law_that_names_its_tests_is_not_parsed(package, tmp_path):
    (tmp_path / "tests").mkdir()
    source = "def test_flow():\n    pass\n\n\nclass TestFlow:\n    def test_depth(self):\n        pass\n"
    (tmp_path / "tests/test_flow.py").write_text(source, encoding="utf-8")
    assert len(package(POINTING)) == 1


@pytest.mark.parametrize(
    ("pointer", "sentence"),
    [
        ("tests/test_flow.py", "write tests/path.py::name"),
        ("tests/test_gone.py::test_flow", "names no test file"),
        ("src/test_flow.py::test_flow", "names no test file"),
        ("tests/flow.py::test_flow", "names no test file"),
        ("tests/test_flow.py::test_gone", "has no test test_gone"),
        ("tests/test_flow.py::TestFlow::test_gone", "has no test test_gone"),
        ("tests/test_flow.py::made", "has no test made"),
    ],
)
def test_a_pointer_must_lead_to_a_test(tmp_path, pointer, sentence):
    (tmp_path / "tests").mkdir()
    source = "def test_flow():\n    pass\n\n\ndef made():\n    pass\n\n\nclass TestFlow:\n    pass\n"
    for file in ("test_flow.py", "flow.py"):
        (tmp_path / "tests" / file).write_text(source, encoding="utf-8")
    with pytest.raises(DialectError, match=sentence):
        resolve(pointer, tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("saxe2104 (12)", "describe saxe2104 in papers.toml"),
        ("saxe2014 (99)", "list this equation in papers.toml"),
        ("saxe2014 (6)", "calls a derivation step; delete that status"),
    ],
)
def test_an_unknown_paper_or_equation_is_red(text, sentence):
    with pytest.raises(DialectError, match=sentence):
        check_citation("law", *citations(text), papers())


def test_sections_and_papers_without_a_list_of_equations_pass():
    for cited in citations("saxe2014 (12), saxe2014 sec. 1.3, saxe2019 Fig. 4, saxe2019 (4)"):
        check_citation("law", cited, papers())


def test_displays_are_found_on_the_line_and_below_it():
    docstring = textwrap.dedent(r"""
        One line.

        .. math:: a = 1,

        .. math::

            b =
              2

        Text.
        .. math:: c = 3
        More text.
    """)
    assert displays(docstring) == ["a = 1", "b = 2", "c = 3"]


def test_a_section_ends_where_the_next_begins_and_one_line_may_name_two_quantities():
    head = "Parameters\n----------\nfirst, second : float\n    From :math:`0 < a < b` to :math:`b`."
    docstring = head + "\n\nNotes\n-----\nx : y\n    :math:`z`\n"
    entries, inline = read_section(docstring, "Parameters")
    assert [(entry.name, entry.symbol) for entry in entries] == [("first", "a"), ("second", "b")]
    assert inline == ["0 < a < b", "b"]
