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


def test_go_trials_only_where_choices_have_three_values():
    """Mouse sessions: choice 0 is no answer, though its feedback is -1."""
    table = pd.DataFrame({"session": [1, 1, 1, 2], "choice": [-1, 0, 1, 1], "feedbackType": [1, -1, -1, 1]})
    found = read_answers(table)
    assert found.blocks[["correct", "trials"]].values.tolist() == [[1, 2], [1, 1]]
    assert "1 trial with 'choice' 0, which is no answer, left out." in map(str, found.notes)
    yes_no = read_answers(table.assign(choice=[0, 0, 1, 1]))
    assert yes_no.blocks["trials"].sum() == 4


def test_trials_are_counted_shown_or_answered():
    table = pd.DataFrame({"rat": ["a"] * 4 + ["b"] * 2, "acc": [0, None, 1, 1, 0, 1]})
    shown, answered = (read_answers(table, clock=clock) for clock in ("shown", "answered"))
    assert shown.blocks["time"].tolist() == [0, 2, 3, 0, 1] and shown.clock == "trials shown"
    assert answered.blocks["time"].tolist() == [0, 1, 2, 0, 1] and answered.clock == "trials answered"
    blocks = pd.DataFrame({"correct": [5, 7], "trials": [10, 20]})
    assert read_answers(blocks, clock="shown").blocks["time"].tolist() == [4.5, 19.5]


def test_where_in_a_block_its_number_stands():
    table = pd.DataFrame({"block": [1, 2, 3], "correct": [5, 7, 9], "trials": [10] * 3})
    times = {where: read_answers(table, position=where).blocks["time"].tolist() for where in ("start", "middle", "end")}
    assert times == {"start": [0.5, 1.5, 2.5], "middle": [0, 1, 2], "end": [0.5, 1.5, 2.5]}
    from_0 = table.assign(block=[0, 1, 2])
    assert read_answers(from_0, position="start").blocks["time"].tolist() == [0.5, 1.5, 2.5]
    with pytest.raises(InputError, match="position is 'end', but 'block' holds 0, before which no block ended"):
        read_answers(from_0, position="end")
    with pytest.raises(InputError, match="position is 'start', but 'block' holds parts of blocks"):
        read_answers(table.assign(block=[0, 0.5, 1]), position="start")


def test_learners_with_different_numbers_of_trials_give_what_each_gives_alone():
    rows = [("a", trial, trial % 2) for trial in range(1, 8)] + [("b", trial, 1) for trial in range(1, 4)]
    table = pd.DataFrame(rows, columns=["subject", "trial", "correct"])
    together = read_answers(table).blocks
    for name, own in table.groupby("subject"):
        alone = read_answers(own).blocks
        assert alone.values.tolist() == together[together["learner"] == name].values.tolist()


def test_iterations_are_repetitions_and_never_made_running():
    """Blocks of a reinforcement-learning task: every stimulus of every block has iterations 1, 2, 3."""
    rows = [(1, block, stimulus, k, int(k > 1)) for block in (1, 2) for stimulus in "xy" for k in (1, 2, 3)]
    table = pd.DataFrame(rows, columns=["subject", "block", "stimulus", "iteration", "correct"])
    found = read_answers(table)
    assert found.clock == "iteration"
    assert found.blocks.values.tolist() == [["1", 0, 0, 4], ["1", 1, 4, 4], ["1", 2, 4, 4]]
    each = read_answers(table, learner=["subject", "stimulus"])
    assert each.blocks["learner"].unique().tolist() == ["1 / x", "1 / y"]


def test_a_column_for_each_time():
    """By-word tables: a row a word, a column a month, shares of so many children."""
    table = pd.DataFrame({"definition": ["ball", "dog"], "category": ["toys", "animals"], "16": [0.1, 0.2],
                          "17": [0.3, 0.3], "18": [0.5, 0.8]})  # fmt: skip
    found = read_answers(table, correct="value", trials=10)
    assert found.blocks.values.tolist()[:3] == [["ball", 16, 1, 10], ["ball", 17, 3, 10], ["ball", 18, 5, 10]]
    assert "Columns '16' to '18' were taken as times, and what they hold as 'value'." in map(str, found.notes)
    scores = read_answers(table, score="value")
    assert scores.is_score and scores.blocks["score"].tolist() == [0.1, 0.3, 0.5, 0.2, 0.3, 0.8]
    assert repr(scores) == "<Answers: 2 learners, 6 scores over 'time'>"


def test_ages_do_not_begin_with_learning_and_dates_begin_with_the_first():
    ages = pd.DataFrame({"age": [1, 2, 3], "correct": [1, 2, 3], "n": [5] * 3})
    assert read_answers(ages).blocks["time"].tolist() == [1, 2, 3]
    days = ["2024-03-01", "2024-03-04", "2024-05-01", "2024-05-02"]
    dates = pd.DataFrame({"mouse": ["a", "a", "b", "b"], "date": days, "correct": [5, 6, 7, 8], "trials": [10] * 4})
    for table in (dates, dates.assign(date=pd.to_datetime(dates["date"]))):
        assert read_answers(table).blocks["time"].tolist() == [0, 3, 0, 1]
    with pytest.raises(InputError, match="time is column 'date', which holds a date that cannot be"):
        read_answers(dates.assign(date=["2024-03-01", "2024-13-04", "2024-05-01", "2024-05-02"]))


def test_scores_of_one_time_are_averaged_with_their_errors():
    table = pd.DataFrame({"day": [1, 1, 2], "d": [0.5, 1.5, 2.0], "se": [0.3, 0.4, 0.2]})
    found = read_answers(table, score="d", error="se")
    assert found.blocks["score"].tolist() == [1.0, 2.0] and found.blocks["error"].tolist() == [0.25, 0.2]
    assert "3 scores at 2 times: those of one time were averaged." in map(str, found.notes)


def test_numbers_of_learners_stay_whole():
    table = pd.DataFrame({"subno": [1.0, 2.0, None], "block": [0, 1, 2], "acc": [0, 1, 1]})
    assert read_answers(table).blocks["learner"].tolist()[:2] == ["1", "2"]


def test_a_fixed_number_of_trials():
    table = pd.DataFrame({"session": [0, 1], "accuracy": [0.55, 0.9]})
    for trials in (20, "20"):
        assert read_answers(table, trials=trials).blocks[["correct", "trials"]].values.tolist() == [[11, 20], [18, 20]]
    with pytest.raises(InputError, match="trials is 0, but a row has a trial"):
        read_answers(table, trials=0)
    with pytest.raises(InputError, match="clock is 'days', but it must be one of"):
        read_answers(table, trials=20, clock="days")
