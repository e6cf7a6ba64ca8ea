"""Right answers over time, read from tables as laboratories have them."""

import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.tables.answers import read_answers


def kinds(found):
    return [note.kind for note in found.notes]


def test_mice_with_feedback_of_both_signs():
    table = pd.DataFrame(
        {"mouse": ["b"] * 4 + ["a"] * 2, "session": [1, 1, 2, 2, 1, 2], "feedbackType": [1, -1, 1, 1, -1, 1]}
    )
    found = read_answers(table)
    assert found.blocks.values.tolist() == [
        ["b", 0.0, 1.0, 2.0], ["b", 1.0, 2.0, 2.0], ["a", 0.0, 0.0, 1.0], ["a", 1.0, 1.0, 1.0],
    ]  # fmt: skip
    assert kinds(found) == ["columns", "coded", "origin"] and found.clock == "session"
    assert (
        str(found.notes[0])
        == "Taken: 'mouse' as the learner, 'session' as the time, 'feedbackType' as the right answers."
    )
    assert repr(found) == "<Answers: 2 learners, 6 answers over 'session'>"


def test_blocks_with_numbers_of_trials_and_shares():
    counts = pd.DataFrame({"block": [0, 1, 2], "n_correct": [5, 7, 9], "n_trials": [10, 10, 10]})
    shares = pd.DataFrame({"block": [0, 1, 2], "accuracy": [0.5, 0.7, 0.9], "n": [10, 10, 10]})
    for table in (counts, shares):
        found = read_answers(table)
        assert found.blocks.values.tolist() == [
            ["all", 0.0, 5.0, 10.0],
            ["all", 1.0, 7.0, 10.0],
            ["all", 2.0, 9.0, 10.0],
        ]
    assert kinds(found) == ["columns", "shares"]


def test_a_number_that_begins_again_is_made_running():
    table = pd.DataFrame({"subno": [1] * 4, "trial": [1, 2, 1, 2], "acc": [0, 1, 1, 1], "set": [1, 1, 2, 2]})
    found = read_answers(table)
    assert found.blocks["time"].tolist() == [0.0, 1.0, 2.0, 3.0] and kinds(found) == ["columns", "running"]


def test_rows_in_any_order_are_sorted_and_not_made_running():
    sessions = pd.DataFrame({"mouse": ["a"] * 6, "session": [3, 1, 2, 2, 3, 1], "correct": [1, 0, 0, 1, 1, 0]})
    found = read_answers(sessions)
    assert found.blocks["time"].tolist() == [0.0, 1.0, 2.0] and kinds(found) == ["columns", "origin", "sorted"]
    assert found.blocks["correct"].tolist() == [0.0, 1.0, 2.0]


def test_words_missing_answers_and_columns_that_are_named():
    table = pd.DataFrame(
        {"who": ["x"] * 4, "when": [0, 1, 2, 3], "said": ["yes", "no", None, "TRUE"], "block": [9, 9, 9, 9]}
    )
    found = read_answers(table, learner="who", time="when", correct="said")
    assert found.blocks.values.tolist() == [["x", 0.0, 1.0, 1.0], ["x", 1.0, 0.0, 1.0], ["x", 3.0, 1.0, 1.0]]
    assert kinds(found) == ["missing"] and str(found.notes[0]) == "1 row without time or answer left out."


@pytest.mark.parametrize(
    ("columns", "given", "match"),
    [
        (dict(x=[1], acc=[1]), {}, "time is not given, and no column of 'x', 'acc' says when answers were given"),
        (dict(day=[1], y=[1]), {}, "correct is not given, and no column of 'day', 'y' says whether they were right"),
        (dict(day=[1], acc=[1]), dict(learner="rat"), "learner is 'rat', but the columns are 'day', 'acc'"),
        (dict(day=["one"], acc=[1]), {}, r"time is column 'day', which holds text \('one'\)"),
        (dict(day=[1], acc=["maybe"]), {}, r"correct is column 'acc', which holds text \('maybe'\)"),
        (dict(day=[1, 2], acc=[0.5, 1]), {}, "which holds 0.5, but one trial is right"),
        (dict(day=[1], acc=[11], n=[10]), {}, "which holds more right answers than trials"),
        (dict(day=[1], acc=[0.55], n=[3]), {}, "whose shares times the trials are no whole numbers"),
        (dict(day=[-1, 2], acc=[0, 1]), {}, "time is column 'day', which holds negative numbers"),
        (dict(day=[1.0], acc=[None]), {}, "the table has no row with a time and an answer"),
    ],
)  # fmt: skip
def test_refusals(columns, given, match):
    with pytest.raises(InputError, match=match):
        read_answers(pd.DataFrame(columns), **given)
