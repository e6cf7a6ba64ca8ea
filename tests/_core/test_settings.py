"""Settings in a file: defaults are read back as they were written, and what cannot be is refused by key and line."""

import pytest

from ontogeny._core.checks import InputError, positive, whole
from ontogeny._core.notes import Setting
from ontogeny._core.setting_checks import number, numbers, tables, text
from ontogeny._core.settings import Entry, defaults, read_settings, written

GAINS = numbers(number(positive, "it is above 0"), fewest=1)
DEFICITS = tables("onset", "end", "open", needed=("onset", "end"))
LONG = "What a closed pathway does, in words that are long enough to need a second line of their own, or nearly so."
ENTRIES = (
    Entry("depth", 2, "Number of layers.", number(whole, 1, "there is a layer")),
    Entry("gains", [1.0, 0.5], "Gain of every layer before training, the first first.", GAINS),
    Entry("kind", "freeze", LONG, text),
    Entry("deficits", [{"onset": 0.0, "end": 2.0}], "When something is lacking.", DEFICITS),
    Entry("table", None, "A file.", text, "animals.csv"),
)


def read(tmp_path, content, entries=ENTRIES):
    path = tmp_path / "mine.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_settings(path, entries)


def test_written_defaults_are_read_back(tmp_path):
    document = written(ENTRIES, "Settings of a test")
    assert document.startswith("# Settings of a test\n\n# Number of layers.\ndepth = 2\n")
    assert max(map(len, document.splitlines())) <= 98
    assert document.endswith('# A file.\n# table = "animals.csv"\n')
    assert read(tmp_path, document.replace("# table", "table"))["table"] == "animals.csv"
    assert read(tmp_path, document).values == defaults(ENTRIES).values
    assert read(tmp_path, "\ufeff" + document).values == defaults(ENTRIES).values  # as some editors save it
    assert read(tmp_path, "").values == defaults(ENTRIES).values


def test_values_of_the_file_replace_the_defaults_and_have_lines(tmp_path):
    found = read(tmp_path, '# mine\n\n"gains" = [2]\n  depth=3\n[[deficits]]\nonset = 1\nend = 4.5\n')
    assert found.values == {
        "depth": 3, "gains": [2.0], "kind": "freeze", "deficits": [{"onset": 1, "end": 4.5}], "table": None,
    }  # fmt: skip
    assert found.lines == {"gains": 3, "depth": 4, "deficits": 5}
    assert found.given == ["gains", "depth", "deficits"]


def test_what_a_function_refuses_is_said_with_its_line(tmp_path):
    found = read(tmp_path, "depth = 3\n\ngains = [2.0]\n")
    with (
        pytest.raises(InputError, match=r"mine.toml', line 3: gains have 1, but there are 3; add some"),
        found.blamed(),
    ):
        raise InputError("gains", "have 1, but there are 3", "add some")
    with pytest.raises(InputError, match=r"mine.toml': kind is odd"), found.blamed():
        raise InputError("kind", "is odd")
    words = ("write ", Setting("gains", [1.0]), " or ", Setting("other", [1.0]))
    with pytest.raises(InputError, match=r"kind is odd; write gains = \[1.0\] or other=\[1.0\]$"), found.blamed():
        raise InputError("kind", "is odd", words)
    with pytest.raises(InputError, match=r"^other is odd"), found.blamed():
        raise InputError("other", "is odd")
    with pytest.raises(InputError, match=r"^depth is odd"), defaults(ENTRIES).blamed():
        raise InputError("depth", "is odd")


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("depth = 0\n", r"line 1: depth is 0, but there is a layer"),
        ("\n\ndepth = 2.5\n", r"line 3: depth is 2.5, but it must be a whole number"),
        ("depth = true\n", r"line 1: depth is true, which is not a number"),
        ('depth = "2"\n', r'line 1: depth is "2", which is not a number'),
        ("depth = 2026-01-01\n", r"line 1: depth is datetime.date"),
        ("dept = 3\n", r"line 1: 'dept' is no setting here; did you mean 'depth'\?"),
        ("zzz = 3\n", r"line 1: 'zzz' is no setting here; the settings are depth, gains"),
        ("# a\n[zzz]\na = 3\n", r"line 2: 'zzz' is no setting here"),
        ("gains = 1.0\n", r"line 1: gains is 1.0, but a list is needed"),
        ("gains = []\n", r"line 1: gains has 0 numbers, but it takes 1 or more"),
        ("gains = [1.0, -1.0]\n", r"line 1: gains is -1.0, but it is above 0"),
        ("gains = [nan]\n", r"line 1: gains is nan, but it must be finite"),
        ("kind = 3\n", r"line 1: kind is 3, but it is written in quotes"),
        ("deficits = 3\n", r"line 1: deficits is not a list of tables"),
        ("deficits = [{ onset = 1.0 }]\n", r"line 1: deficits lacks 'end' in number 1"),
        ("deficits = [{ onset = 1.0, end = 2.0, opn = 1 }]\n", r"line 1: deficits has 'opn' in number 1"),
        ("depth = = 3\n", r"is no TOML: line 1, column 9: invalid value"),
        ("depth = 2\ndepth = 3\n", r"is no TOML: line 2, column \d+: cannot overwrite a value"),
        ("gains = [1.0\n", r"is no TOML: end of document|is no TOML: .*"),
        (b"depth = 2 # \xff\n", r"cannot be read \(it holds letters that are not UTF-8\)"),
        ("x = " + "[" * 5000, r"is no TOML"),
        ("#" * 1_000_001, r"is too large for settings"),
    ],
)  # fmt: skip
def test_refusals(tmp_path, content, match):
    with pytest.raises(InputError, match=match):
        read(tmp_path, content)


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(InputError, match=r"cannot be read \(No such file or directory\)"):
        read_settings(tmp_path / "none.toml", ENTRIES)
    with pytest.raises(InputError, match=r"cannot be read \(Is a directory\)"):
        read_settings(tmp_path, ENTRIES)
