"""Specifications: read from a file, built in Python, refused by key and line."""

import pytest

import ontogeny as on
from ontogeny._core.checks import InputError
from ontogeny.sweeps import Specification, read_specification
from ontogeny.sweeps.design import design_of
from ontogeny.sweeps.specification import digest_of

TEXT = """# how starts and depths matter
command = "predict"

[fixed]
environment = "zoo"   # the world
until = 4.0

[grid]
depth = [1, 2, 3]
initial_strength = { from = 1e-5, to = 1e-2, count = 4, spacing = "log" }
"""


def read(tmp_path, text):
    path = tmp_path / "spec.toml"
    path.write_text(text, encoding="utf-8")
    return read_specification(path)


def test_a_file_and_python_say_the_same(tmp_path):
    ours = Specification(
        "predict",
        fixed={"environment": "zoo", "until": 4.0},
        grid={"depth": range(1, 4), "initial_strength": {"from": 1e-5, "to": 1e-2, "count": 4, "spacing": "log"}},
    )
    theirs = design_of(read(tmp_path, TEXT))
    assert [theirs.settings(run) for run in range(theirs.runs)] == [design_of(ours).settings(run) for run in range(12)]
    assert repr(ours) == "<Specification: predict over depth (3), initial_strength (4): 12 runs>"
    draws = Specification("predict", {"environment": "zoo"}, random={"depth": [1, 2]}, number=5)
    assert repr(draws) == "<Specification: predict over depth at random: 5 runs>"


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('"predict"', '"predikt"', "line 2: command is 'predikt', but .*; did you mean 'predict'"),
        ('command = "predict"', "", "spec.toml' names no command; write command"),
        ('"predict"', '"plasticity"', "line 2: command is 'plasticity', of which there are three; write 'plasticity p"),
        ("until = 4.0", "until = -4.0", "line 6: until is -4.0, but it must be positive"),
        ("until = 4.0", "untill = 4.0", "line 6: 'untill' is no setting of this command; did you mean 'until'"),
        ("until = 4.0", 'tau = "x"', "line 6: tau is \"x\", which is not a number"),
        ("depth = [1, 2, 3]", "depth = [1, 0]", "line 9: depth is 0, but a network has at least one weight matrix"),
        ("depth = [1, 2, 3]", "depth = 2", "line 9: depth is 2, but a grid takes several values"),
        ("depth = [1, 2, 3]", "until = [1.0, 2.0]", r"line 9: until is in \[fixed\] and in \[grid\]; write it in one"),
        ("depth = [1, 2, 3]", 'depth."2" = [1, 2]', "line 9: depth.2 varies '2' inside depth, but depth is 2"),
        ("from = 1e-5", "from = 0.0", "line 10: initial_strength is 0.0, but a logarithm needs"),
        ('"zoo"   # the', '{ form = "tree" } #', "line 5: environment lacks 'branching', which the form 'tree' needs"),
        ('"zoo"   # the', '{ form = "treee" } #', "line 5: environment is 'treee', .*; did you mean 'tree'"),
        ('"zoo"   # the', '{ form = "ring", n = 5, m = 2, sigma = 1, features = 9 } #', "line 5: environment has 'm'"),
        ('"zoo"   # the', '{ table = "zoo", centre = true } #', "line 5: environment has 'centre', which a table does"),
        ('"zoo"   # the', "3 #", "line 5: environment is 3, which describes no world"),
        ('environment = "zoo"', "", "spec.toml' lacks 'environment', which has no default; write it below"),
        ("[grid]", "[other]", "line 8: 'other' is not known here; settings stand below"),
        ("[grid]", "[random]", r"spec.toml' has \[random\], but no number of runs; write number = 100"),
        ("# how starts", "number = 5\n#", r"line 1: number is of random runs, but there is a \[grid\]; leave it out"),
        ("# how starts", "seed = -1\n#", "line 1: seed is -1, but seeds are not negative"),
        ("# how starts", "grid = 3\n#", "is no TOML: line 9"),
        ("until = 4.0", "until =", "is no TOML: line 6"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_line(tmp_path, old, new, match):
    assert old in TEXT
    with pytest.raises(InputError, match=match):
        design_of(read(tmp_path, TEXT.replace(old, new, 1)))


def test_neither_grid_nor_draws_and_both_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"has neither \[grid\] nor \[random\]"):
        design_of(read(tmp_path, TEXT.partition("[grid]")[0]))
    with pytest.raises(InputError, match=r"has both \[grid\] and \[random\]"):
        design_of(read(tmp_path, "number = 3\n" + TEXT + "[random]\ntau = [1.0, 2.0]\n"))


def test_python_gets_the_argument_and_no_line():
    with pytest.raises(InputError, match=r"^depth is 0, but a network"):
        design_of(Specification("predict", {"environment": "zoo"}, grid={"depth": [0]}))
    with pytest.raises(InputError, match=r"^grid is of type list; write settings with their values"):
        Specification("predict", {"environment": "zoo"}, grid=[1])  # type: ignore[arg-type]


def test_settings_inside_others_vary_by_a_dotted_name(tmp_path):
    text = """command = "predict"
[fixed]
environment = { form = "tree", branching = [2, 2], flip_probability = 0.1, features = 20 }
[grid]
environment.seed = { range = 3 }
"environment.flip_probability" = [0.1, 0.2]
"""
    design = design_of(read(tmp_path, text))
    assert design.dims == ("environment_seed", "environment_flip_probability") and design.shape == (3, 2)
    world = {"form": "tree", "branching": [2, 2], "flip_probability": 0.2, "features": 20, "seed": 2}
    assert design.settings(5)["environment"] == world and len(design.every("environment")) == 6
    with pytest.raises(InputError, match="line 5: environment has 'sed', which the form 'tree' does not have"):
        design_of(read(tmp_path, text.replace("environment.seed", "environment.sed")))


def test_worlds_of_python_are_known_by_what_they_teach():
    zoo, other = on.datasets.load("zoo"), on.datasets.load("rumelhart")
    asked = Specification("predict", grid={"environment": [zoo, other, "zoo"]})
    first, second, third = asked.grid["environment"]
    assert first == {"given": digest_of(zoo)} != second and third == "zoo"
    assert digest_of(on.datasets.load("zoo")) == digest_of(zoo)
    assert set(asked.given) == {digest_of(zoo), digest_of(other)}
