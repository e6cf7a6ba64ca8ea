"""Words with settings, which each door writes in its own way; notes with a kind."""

import pickle

import pytest

from ontogeny import InputError
from ontogeny._core.notes import Note, Setting, joined, said
from ontogeny.cli import options, sentence, shell

WORDS = ("leave it out with ", Setting("drop", ["fur type", "legs"]), ", or write ", Setting("standardize", True))


def test_python_and_the_shell_write_settings_in_their_own_ways():
    assert said(WORDS) == "leave it out with drop=['fur type', 'legs'], or write standardize=True"
    assert said(WORDS, shell) == "leave it out with --drop 'fur type' --drop legs, or write --standardize"
    assert said("plain") == said(("plain",)) == "plain"
    assert said(joined([WORDS, "or not"], ", "), shell).endswith("--standardize, or not")


def test_an_error_names_its_argument_as_each_door_does():
    error = InputError("hidden_units", "is 0, but a layer has units", ("write ", Setting("hidden_units", 3)))
    assert str(error) == "hidden_units is 0, but a layer has units; write hidden_units=3"
    assert sentence(error) == "--hidden is 0, but a layer has units; write --hidden 3"
    other = InputError("y", "has no rows", ("pass ", Setting("classes", True), " or ", Setting("sizes", 3)))
    assert sentence(other) == "y has no rows; pass --classes or sizes=3"  # `sizes` is no option
    again = pickle.loads(pickle.dumps(error))
    assert (again.argument, str(again)) == (error.argument, str(error))


@pytest.mark.parametrize("keyword", ["drop_missing_items", "missing", "networks", "folder", "target", "project"])
def test_keywords_that_messages_use_have_options(keyword):
    assert shell(Setting(keyword, "x")).split()[0] in options()


def test_notes_are_told_apart_by_what_they_are():
    one, other = (Note("scales", WORDS, (name,)) for name in ("legs", "tail"))
    assert len({one, other, Note("scales", WORDS, ("legs",))}) == 2
    assert str(one) == said(WORDS)
