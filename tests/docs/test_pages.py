"""Every page of the documentation: its Python runs, its commands can be read, its links lead somewhere.

Python blocks of a page run in order in one namespace. What a page leaves to its reader (a table, a recording) is made
by a comment ``<!-- before: ... -->``; a block that cannot run here has ``<!-- not run: why -->`` on the line before it.
"""

import re
import shlex
from operator import attrgetter
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import typer
from make_api import rooms

import ontogeny
from ontogeny import Environment, Trajectory, cli
from ontogeny._core.bibliography import papers

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {path.relative_to(ROOT).as_posix(): path for path in [*sorted(DOCS.glob("*.md")), ROOT / "README.md"]}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PAGES.items()}
BLOCK = re.compile(
    r"(?P<mark><!-- not run: [^\n]+ -->\n)?```python\n(?P<code>.*?)^```|<!-- before:\n(?P<before>.*?)-->", re.M | re.S
)
NO_NAMES = {"bias", "inf", "meaning", "method", "seed", "tau", "variance"}  # arguments and fields of records
MADE = {"learn": DOCS / "tutorials", "gallery": ROOT / "examples"}  # pages that scripts become


def python_of(text):
    """Blocks of a page that run, in order."""
    return [found["before"] or found["code"] for found in BLOCK.finditer(text) if not found["mark"]]


def commands_of(text):
    """Command lines of a page that call ontogeny, without comments."""
    shells = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    lines = [line for block in shells for line in block.replace("\\\n", " ").splitlines()]
    words = [shlex.split(line, comments=True) for line in lines]
    calls = [each for each in words if each and each[0].rsplit("/", 1)[-1] == "ontogeny"]
    return [each[1 : each.index(">") if ">" in each else None] for each in calls]


def has_own_test(name):
    """Whether a page's Python is run by a test of its own, which looks at what it says."""
    return (Path(__file__).parent / f"test_{PAGES[name].stem}_page.py").exists()


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if python_of(text) and not has_own_test(name)])
def test_python_runs(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "page"}
    for code in python_of(TEXTS[name]):
        exec(compile(code, name, "exec"), names)
    plt.close("all")
    CHECKED.get(name, lambda names, said: None)(names, capsys.readouterr().out)


def learning_curves(names, said):
    """What the page on learning curves prints."""
    said = said.splitlines()
    assert said[0].startswith("<LearningCurveFit: half-time 4.75 [4.16, 5.3], width 3.18; depth 2")
    assert "more than one layer" in said[1] and "'constant')" in said[2] and said[3] == "5"
    assert names["table"]["simulated"].all()


def mastery(names, said):
    """What the page on ages of mastery prints, and that it finds what was put in."""
    assert "<MasteryFit (simulated data): 101 items by told_apart" in said and "onset 12 (assumed)" in said
    assert "<AccuracyFit (simulated data): 31815 answers" in said
    for name, true in (("tau", 1.5), ("initial_strength", 1e-3)):
        each = names["found"].estimates[name]
        assert each.low < true < each.high


def two_tables(names, said):
    """What the page on two tables prints."""
    assert said.startswith("<WorldComparison: 8 shared items, 3 shared distinctions") and "first_separates" in said


CHECKED = {"docs/learning_curves.md": learning_curves, "docs/mastery.md": mastery, "docs/two_tables.md": two_tables}


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if commands_of(text)])
def test_commands_can_be_read(name):
    for words in commands_of(TEXTS[name]):
        parsed(typer.main.get_command(cli.app), words)


def parsed(command, words):
    """Let typer read the words of a command, and of its subcommand, without running them."""
    if hasattr(command, "commands") and not words[0].startswith("-"):
        assert words[0] in command.commands, f"there is no command {words[0]!r}"
        return parsed(command.commands[words[0]], words[1:])
    parser = command.make_parser(command.context_class(command, info_name=command.name))
    _, left, _ = parser.parse_args(list(words))
    assert not left, f"{command.name} does not know {left}"
    return None


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if "](" in text])
def test_links_lead_somewhere(name):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", TEXTS[name], flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"https?://", target):
            assert leads(PAGES[name].parent, target), f"{name} links to {target}"


def leads(folder, target):
    """Whether a link leads to a file, or to a page that is made from one."""
    path = target.partition("#")[0]
    if not path:
        return True
    place = (folder / path).resolve()
    if place.is_relative_to(DOCS / "papers"):
        return place.stem in {*papers(), "index", "figures"}
    for room, source in MADE.items():
        if place.is_relative_to(DOCS / room):
            inside = place.relative_to(DOCS / room)
            return inside.name == "index.rst" or (source / inside.with_suffix(".py")).exists()
    return place.exists()


@pytest.mark.parametrize("page", ["how_to_choose", "limits", "backends"])
def test_names_exist(page):
    names = set(re.findall(r"`(?:on\.)?([A-Za-z_]\w*(?:\.\w+)*)(?:\([^`]*)?`", TEXTS[f"docs/{page}.md"]))
    assert len(names) > 5 and [name for name in sorted(names - NO_NAMES) if not exists(name)] == []


def exists(name):
    """Whether a name is at the face, at one of the doors, or of a world or a record of learning."""
    for place in (ontogeny, *(getattr(ontogeny, room) for room in rooms()), Environment, Trajectory):
        try:
            attrgetter(name)(place)
        except AttributeError:
            continue
        return True
    return False


def test_every_page_is_in_a_list_of_pages():
    lists = re.findall(r"^```\{toctree\}\n(.*?)^```", "".join(TEXTS.values()), re.M | re.S)
    listed = {line.strip() for each in lists for line in each.splitlines()}
    assert {path.stem for path in DOCS.glob("*.md")} - {"index"} <= listed
    assert {f"api_pages/{room}" for room in rooms()} <= listed


def test_a_command_that_is_not_there_is_noticed():
    for words in (["lern", "zoo"], ["learn", "zoo", "--depht", "3"], ["compare", "a.csv", "b.csv", "c.csv"]):
        with pytest.raises(Exception, match=r"lern|depht|c\.csv"):
            parsed(typer.main.get_command(cli.app), words)


def test_a_link_that_leads_nowhere_is_noticed():
    assert leads(DOCS, "limits.md") and leads(DOCS, "learn/plot_1_own_table.rst") and leads(DOCS, "papers/saxe2014.md")
    assert not any(leads(DOCS, gone) for gone in ("limit.md", "learn/plot_own.rst", "papers/saxe1914.md"))
