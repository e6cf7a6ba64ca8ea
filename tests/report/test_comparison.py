"""The comparison of two tables as it is told: sentences, page, terminal, JSON."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import ontogeny as on
from ontogeny.report import comparison_page, comparison_summary
from ontogeny.report.comparison_study import comparison_study
from ontogeny.report.comparison_words import ORDERS, ComparisonWords
from worlds import TOY

ZOO = on.datasets.load("zoo")
FRAME = pd.DataFrame(ZOO.targets, ZOO.items, ZOO.features)
MORE = pd.concat([FRAME.iloc[:, ::2], pd.DataFrame(1.0, ["unicorn"], FRAME.columns[::2])])
STUDY = comparison_study(ZOO, on.Environment.from_dataframe(MORE), ("people <b>", "model"))
SAY = ComparisonWords(STUDY)


def test_the_headline_says_how_alike_and_in_which_order():
    one, tau = STUDY.comparison.agreement[0], STUDY.comparison.agreement[2]
    said = SAY.headline()
    assert f"the tables agree by {one.value:.2f} (rank correlation over 5050 pairs, 95% interval {one.low:.2f}" in said
    assert "shuffled items agree as well in less than 1% of cases" in said
    assert f"{tau.n} distinctions have a match in the other table, of 14 in “people <b>” and 7 in “model”" in said
    order = next(words for least, words in ORDERS if tau.value >= least)
    tau_said = f"(Kendall's tau {tau.value:.2f}; a random order agrees as well in less than 1% of cases)."
    assert said.endswith(f"they are learned {order} {tau_said}")


def test_both_learn_from_the_same_start_and_the_same_amount():
    settings = [record.provenance.settings["initial_strength"] for record in STUDY.comparison.records]
    assert {*settings[0]} == {*settings[1]} and len({*settings[0]}) == 1
    for record in STUDY.comparison.records:
        np.testing.assert_allclose(np.sum(record.environment.targets**2), len(record.environment.items))


def test_a_weak_mode_of_either_table_lowers_the_start_of_both():
    faint = FRAME.assign(faint=np.arange(101) * 1e-4)
    starts = []
    for tables in ((FRAME, faint), (faint, FRAME)):
        study = comparison_study(*map(on.Environment.from_dataframe, tables), ("a", "b"))
        starts += [record.provenance.settings["initial_strength"][0] for record in study.comparison.records]
    assert starts == [starts[0]] * 4 and starts[0] < 1e-3


def test_who_has_no_partner_and_how_tables_were_read_is_said():
    assert "model: 1 item not in the other table, left out: unicorn." in SAY.notes
    assert any(note.startswith("people <b>: The item names") for note in SAY.notes)
    assert not any("Left out: 1 item" in note for note in SAY.notes)


def test_equal_names_are_numbered_and_perfect_agreement_is_said():
    study = comparison_study(ZOO, ZOO, ("zoo", "zoo"))
    assert study.names == ("zoo (1)", "zoo (2)") and "in the same order (Kendall's tau 1.00;" in (
        ComparisonWords(study).headline()
    )
    assert repr(study).startswith("<ComparisonStudy: 'zoo (1)' and 'zoo (2)'; <WorldComparison: 101 shared items")


def test_long_names_are_letters_above_columns():
    long = ("norms of children, wave 1", "norms of children, wave 2")
    say = ComparisonWords(comparison_study(ZOO, ZOO, long))
    assert list(say.numbers()[0])[:2] == ["in A", "in B"] and "time, B" in say.numbers()[0]
    assert say.numbers_note.startswith(f"A is “{long[0]}”, B is “{long[1]}”. Time is")
    assert list(SAY.numbers()[0])[:2] == ["in people <b>", "in model"] and SAY.numbers_note.startswith("Time is")


def test_what_cannot_be_relied_on_is_said():
    toy = on.Environment.from_dataframe(TOY)
    other = on.Environment.from_dataframe(pd.DataFrame(np.eye(4), TOY.index, list("abcd")))
    say = ComparisonWords(comparison_study(toy, other, ("toy", "eye")))
    assert "in one of them all pairs are equally similar" in say.headline() and "too few to compare" in say.headline()
    assert say.warnings()[0] == "Only 4 items are shared, which leaves much to chance."
    assert any(sentence.startswith("Matches no better than those of shuffled items: ") for sentence in say.warnings())
    assert {row["value"] for row in say.respects()} >= {"–"}


def test_tables_that_distinguish_nothing_have_a_page_too(tmp_path):
    alike = on.Environment.from_dataframe(pd.DataFrame([[1.0, 1]] * 4 + [[0, 1]], list("abcde"), ["x", "y"]))
    shared = on.Environment.from_dataframe(pd.DataFrame([[2.0, 1]] * 4 + [[0, 1]], list("abcdf"), ["x", "y"]))
    study = comparison_study(alike, shared, ("one", "two"))
    page = comparison_page.write(study, tmp_path / "report").read_text(encoding="utf-8")
    assert study.comparison.distinctions == ()
    assert "0 distinctions have a match in the other table, of 0 in “one” and 0 in" in page
    comparison_summary.show(study, tmp_path, Console(record=True, width=100, file=io.StringIO()))


def test_a_tie_that_is_broken_in_the_other_table_is_one_distinction():
    pairs = pd.DataFrame(np.kron(np.eye(4), np.ones((2, 1))), list("abcdefgh"), list("wxyz"))  # three tied modes
    study = comparison_study(*map(on.Environment.from_dataframe, (pairs, pairs * [4, 3, 2, 1])), ("tied", "graded"))
    graded = len({one.second_modes for one in study.comparison.distinctions} - {()})
    said = ComparisonWords(study).headline()
    assert graded > 1
    assert f"1 distinction has a match in the other table, of 1 in “tied” and {graded} in “graded”" in said


@pytest.mark.parametrize("depth", [1, 3])
def test_other_depths(depth):
    study = comparison_study(ZOO, ZOO, ("a", "b"), depth=depth)
    assert study.comparison.records[0].depth == depth and study.comparison.agreement[2].value == pytest.approx(1.0)


def test_the_folder_holds_page_figures_and_tables(tmp_path):
    page = comparison_page.write(STUDY, tmp_path / "report")
    text = page.read_text(encoding="utf-8")
    assert "people &lt;b&gt; and model" in text and "people <b>" not in text and "How well they agree" in text
    assert sorted(path.name for path in (page.parent / "tables").iterdir()) == [
        "agreement.csv", "distinctions.csv", "items.csv", "pairs.csv",
    ]  # fmt: skip
    for name in ("agreement", "distinctions"):
        table = pd.read_csv(page.parent / "tables" / f"{name}.csv")
        expected = STUDY.comparison.to_dataframe(name).select_dtypes("number")
        np.testing.assert_allclose(table[expected.columns], expected, rtol=1e-9, equal_nan=True)
    assert {path.stem for path in (page.parent / "figures").iterdir()} == {"similarities", "distinctions"}
    assert page.read_bytes() == comparison_page.write(STUDY, tmp_path / "again").read_bytes()


def test_terminal_and_json(tmp_path):
    console = Console(record=True, width=100, file=io.StringIO())
    comparison_summary.show(STUDY, tmp_path / "index.html", console)
    shown = console.export_text()
    assert "which items are alike" in shown and "and 4 more distinctions" in shown and "in people <b>" in shown
    document = json.loads(comparison_summary.as_json(STUDY, tmp_path / "index.html"))
    assert document["tables"] == ["people <b>", "model"] and document["unshared"] == [[], ["unicorn"]]
    assert document["distinctions"][0]["first_modes"] == [2]
    assert document["agreement"][0]["value"] == pytest.approx(STUDY.comparison.agreement[0].value)
