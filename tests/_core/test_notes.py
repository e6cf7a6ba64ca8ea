"""Words with settings, which each door writes in its own way; notes with a kind."""

import json
import pickle

import pytest

from ontogeny import InputError
from ontogeny._core.notes import Note, Setting, joined, revived, said

WORDS = ("leave it out with ", Setting("drop", ["fur type", "legs"]), ", or write ", Setting("standardize", True))


def shouted(setting):
    return setting.argument.upper()


def test_whoever_prints_writes_settings_in_their_own_way():
    assert said(WORDS) == "leave it out with drop=['fur type', 'legs'], or write standardize=True"
    assert said(WORDS, shouted) == "leave it out with DROP, or write STANDARDIZE"
    assert said("plain") == said(("plain",)) == "plain"
    assert said(joined([WORDS, "or not"], ", "), shouted).endswith("STANDARDIZE, or not")


def test_an_error_names_its_argument_as_whoever_prints_it_does():
    error = InputError("hidden_units", "is 0, but a layer has units", ("write ", Setting("hidden_units", 3)))
    assert str(error) == "hidden_units is 0, but a layer has units; write hidden_units=3"
    assert error.sentence(str.upper, shouted) == "HIDDEN_UNITS is 0, but a layer has units; write HIDDEN_UNITS"
    again = pickle.loads(pickle.dumps(error))
    assert (again.argument, str(again)) == (error.argument, str(error))


def test_notes_are_told_apart_by_what_they_are():
    one, other = (Note("scales", WORDS, (name,)) for name in ("legs", "tail"))
    assert len({one, other, Note("scales", WORDS, ("legs",))}) == 2
    assert str(one) == f"{one}" == said(WORDS)


@pytest.mark.parametrize("note", [Note("scales", WORDS, ("legs",)), Note("size", "The table has 3 items.")])
def test_notes_come_back_from_json(note):
    assert revived(json.loads(json.dumps(note))) == revived(json.loads(json.dumps(note._asdict()))) == note
    assert revived(str(note)) == Note("note", str(note))
