"""Names as they are shown obey no screen, fit on a line, and can stand in XML."""

import unicodedata
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ontogeny._core.shown import LONGEST, cut, shown, visible

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@given(ANY_TEXT)
@example("\x1b[31m\x00\x07\n\r\t\x7f\x85\x9b\u2028\u202e\u2066\ud800\ufffe\uffff")
def test_nothing_that_a_screen_obeys_is_shown(text):
    found = visible(text)
    assert not {unicodedata.category(letter) for letter in found} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(found)
    assert ET.fromstring(f"<text>{escape(found)}</text>").text == (found or None)


@given(ANY_TEXT, st.integers(2, 100))
def test_names_have_at_most_as_many_letters(name, most):
    assert len(shown(name, most)) <= most
    assert visible(shown(name, most)) == shown(name, most)


@pytest.mark.parametrize(
    "name",
    ["robin", "has a tail", " ", "😀", "👩\u200d🔬", "שלום", "e\u0301", "می\u200cخواهم", "a\u00a0b", "$x^2$", "&amp;"],
)
def test_letters_of_all_people_stay_as_they_are(name):
    assert shown(name) == visible(name) == name


def test_a_long_name_is_cut():
    assert shown("o" * 10_000) == "o" * (LONGEST - 1) + "…" and cut("o" * LONGEST) == "o" * LONGEST
