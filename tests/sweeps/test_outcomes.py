"""What becomes of runs: quantities, sentences of failure, warnings; a batch falls apart where one run fails."""

import warnings

import numpy as np
import pytest

from ontogeny._core.checks import InputError
from ontogeny.sweeps import commands
from ontogeny.sweeps.commands import Command, Quantity
from ontogeny.sweeps.outcomes import Batch, computed

CALLS = []


def _squares(settings, inputs):
    CALLS.append([each["x"] for each in settings])
    for each in settings:
        if each["x"] == 3:
            raise InputError("x", "is 3, but that is odd", "write 4")
        if each["x"] == 5:
            raise np.linalg.LinAlgError("it does\n not converge")
        if each["x"] == 7:
            warnings.warn("seven is large", UserWarning, stacklevel=1)
    return [{"square": each["x"] ** 2} for each in settings]


SQUARE = Command("square", (), (), lambda design: (Quantity("square", (), "."),), lambda design, inputs: {}, _squares)


@pytest.fixture(autouse=True)
def squares(monkeypatch):
    CALLS.clear()
    monkeypatch.setitem(commands.PLACES, "square", ("", ""))
    monkeypatch.setattr("ontogeny.sweeps.outcomes.command_of", lambda name: SQUARE)


def square(*values):
    return computed(Batch("square", tuple(range(len(values))), tuple({"x": value} for value in values)), {})


def test_runs_of_a_batch_are_one_call_and_share_its_time():
    found = square(1, 2, 4)
    assert [(each.run, each.values) for each in found] == [(0, {"square": 1}), (1, {"square": 4}), (2, {"square": 16})]
    assert CALLS == [[1, 2, 4]] and len({each.seconds for each in found}) == 1


def test_a_run_that_fails_keeps_its_sentence_and_leaves_the_others():
    found = square(1, 3, 5, 2)
    assert [each.values for each in found] == [{"square": 1}, None, None, {"square": 4}]
    assert found[1].message == "x is 3, but that is odd; write 4"
    assert found[2].message == "LinAlgError: it does not converge"
    assert CALLS == [[1, 3, 5, 2], [1], [3], [5], [2]]


def test_what_a_run_warns_of_is_kept_with_that_run():
    found = square(1, 7)
    assert [each.message for each in found] == ["", "seven is large"] and found[1].values == {"square": 49}
