"""Checks of single values in a file of settings."""

import pytest

from ontogeny._core.checks import InputError
from ontogeny._core.setting_checks import choice, names, share, true_or_false, whole_number

KINDS = choice("freeze", "silence")
SOME = whole_number(1, "there is one", 10)


def test_good_values_pass_as_they_are():
    assert (KINDS("freeze", "deficit"), share(0.5, "share"), true_or_false(True, "a")) == ("freeze", 0.5, True)
    assert (names(["a"], "drop"), SOME(3, "depth"), SOME(3.0, "depth")) == (["a"], 3, 3)


@pytest.mark.parametrize(
    ("check", "value", "match"),
    [
        (KINDS, "freze", "x is 'freze', but it must be one of 'freeze', 'silence'; did you mean 'freeze'"),
        (KINDS, 3, "x is 3, but it is written in quotes"),
        (share, 1.0, "x is 1, but learning begins at 0 and ends at 1"),
        (true_or_false, 1, "x is 1, but it is yes or no; write x = true or x = false"),
        (names, "a", "x is of type str, but a list is needed here"),
        (SOME, True, "x is True, but it must be a whole number"),
        (SOME, 0, "x is 0, but there is one; write 1 or more"),
        (SOME, 11, "x is 11, which would take very long; write 10 or less"),
    ],
)
def test_bad_values_are_refused_by_key(check, value, match):
    with pytest.raises(InputError, match=match):
        check(value, "x")
