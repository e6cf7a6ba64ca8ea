"""What is said of learning curves: fits, checks, depths, other curves, a posterior, a report, what they cannot tell."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError, plot
from ontogeny.fitting import fit_learning_curve, learning_curve, simulate_learners
from ontogeny.report.fit_study import fit_study, grouped
from ontogeny.report.fit_summary import as_json, show, write
from ontogeny.report.fit_words import FitWords
from ontogeny.report.terminal import Terminal
from ontogeny.report.worded_page import write as write_report
from ontogeny.tables.answers import read_answers
from posteriors import made_up

USUAL = dict(depth=2.0, chance=0.5, lapse=0.02)


@pytest.fixture(scope="module")
def answers():
    rng = np.random.default_rng(0)
    q = learning_curve(np.arange(20.0), half_time=8.0, initial_fraction=0.02, depth=2)
    rows = [("fast", block, rng.binomial(40, 0.5 + 0.48 * share), 40) for block, share in enumerate(q)]
    rows += [("never", block, rng.binomial(40, 0.5), 40) for block in range(20)]
    return read_answers(pd.DataFrame(rows, columns=["learner", "block", "correct", "trials"]))


@pytest.fixture(scope="module")
def thorough(answers):
    return fit_study(answers, thorough=True, **USUAL)


def test_every_learner_is_fitted(answers):
    found = fit_study(answers, **USUAL)
    blocks = answers.blocks[answers.blocks["learner"] == "fast"]
    direct = fit_learning_curve(blocks["time"], blocks["correct"], blocks["trials"])
    assert found.fits["fast"].half_time == direct.half_time and abs(direct.half_time - 8) < 1
    assert not found.fits["never"].is_learning and found.depths == {} and found.comparison is None
    told = FitWords(found).findings()
    assert told[0] == "1 of 2 learners show learning." and "in units of “block” from the start" in told[1]
    assert repr(found) == "<FitStudy of 2 learners, 1 with a sign of learning>"
    assert FitWords(found).notes[-1] == "Assumed: depth 2, chance 0.5, lapse 0.02."


def test_they_are_written_drawn_and_told_to_machines(answers, tmp_path):
    found = fit_study(answers, **USUAL)
    write(found, tmp_path / "fits.csv", tmp_path / "fits.svg")
    table = pd.read_csv(tmp_path / "fits.csv")
    assert table["learner"].tolist() == ["fast", "never"] and np.isnan(table["half_time"][1])
    assert "<svg" in (tmp_path / "fits.svg").read_text()
    document = json.loads(as_json(found), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    first, second = document["learners"]
    assert {"learner", "half_time", "width", "depth", "chance", "lapse"} <= set(first)
    assert second["half_time"] is None and first["half_time"] == found.fits["fast"].half_time
    assert document["clock"] == "block" and any(
        "It cannot tell the time constant" in each for each in document["findings"]
    )


def test_the_terminal_shows_learners_findings_and_warnings(answers, capsys):
    low = answers.blocks.assign(correct=lambda table: np.minimum(table["correct"], 8 + 2 * table["time"]))
    found = fit_study(read_answers(low), **USUAL)
    show(found, Terminal())
    out = " ".join(capsys.readouterr().out.split())
    assert "1 of 2 learners show learning" in out or "2 of 2 learners show learning" in out
    assert "Not fulfilled: chance, of" in out and "chance is lower" in out and "no end" in out


def test_a_report_compares_depths_and_curves(thorough, tmp_path):
    page = write_report(thorough, tmp_path / "report")
    text = page.read_text(encoding="utf-8")
    for words in ("When is it learned", "Which depth do the curves look like?", "Other curves", "not of the network"):
        assert words in text
    assert not re.search(
        r"https?://(?!doi|www\.w3|arxiv)", re.sub(r"<svg.*?</svg>|<pre>.*?</pre>", "", text, flags=re.S)
    )
    tables = {path.stem for path in (tmp_path / "report" / "tables").iterdir()}
    assert tables == {"answers", "checks", "comparison", "depths", "fits"}
    fits = pd.read_csv(tmp_path / "report" / "tables" / "fits.csv")
    assert {"effective_depth", "effective_depth_low", "likelihood_ratio_over_one_layer", "scatter"} <= set(fits)
    told = " ".join(FitWords(thorough).findings())
    assert "ruled out in 1 of 1 learner;" in told and "predicts held-out blocks best" in told
    compile(FitWords(thorough).snippet, "snippet", "exec")


def test_scores_have_words_of_their_own():
    t = np.arange(12.0)
    d = 2 * learning_curve(t, half_time=5.0, initial_fraction=0.02, depth=2) + 0.05 * np.sin(7 * t)
    read = read_answers(pd.DataFrame({"day": t, "d": d}), score="d")
    found = fit_study(read, thorough=True, depth=2.0, floor=0.0, ceiling="fit")
    say = FitWords(found)
    assert found.checks == {} and found.depths == {} and found.comparison.curves[-1] == "constant"
    assert "ceiling" in say.numbers()[0] and say.notes[-1] == "Assumed: depth 2, floor 0, ceiling fitted."
    assert say.assumptions[0].name == "normal errors" and "fit_score_curve(time, score" in say.snippet


def test_a_posterior_stands_beside_the_fits(tmp_path):
    table, posterior = made_up()
    found = replace(fit_study(read_answers(table), **USUAL), posterior=posterior)
    say = FitWords(found)
    assert any(
        each.startswith("Together, by Bayes: the median half-time of such learners is") for each in say.findings()
    )
    assert {"posterior", "posterior_diagnostics"} <= set(say.tables())
    assert "posterior_half_time" in found.to_dataframe()
    write_report(found, tmp_path / "report")
    assert (tmp_path / "report" / "figures" / "posterior.svg").exists()
    assert set(say.warnings()) >= set(posterior.problems)


def test_many_blocks_are_grouped_where_curves_are_compared():
    blocks = pd.DataFrame({"learner": "a", "time": np.arange(250.0), "correct": 1.0, "trials": 2.0})
    found = grouped(blocks)
    assert len(found) == 100 and found["trials"].sum() == 500 and found["time"].iloc[0] == 1.0
    assert grouped(blocks.iloc[:100]) is not blocks and len(grouped(blocks.iloc[:100])) == 100


def test_a_learner_that_cannot_be_fitted_is_named(answers):
    short = answers.blocks[(answers.blocks["learner"] == "fast") | (answers.blocks["time"] < 2)]
    with pytest.raises(InputError, match="of learner 'never' has 2 blocks, but a curve takes three"):
        fit_study(read_answers(short), **USUAL)


def test_curves_are_drawn_over_answers(answers):
    import matplotlib.pyplot as plt

    blocks = answers.blocks[answers.blocks["learner"] == "fast"]
    fit = fit_learning_curve(blocks["time"], blocks["correct"], blocks["trials"])
    dots, _, curve, half = plot.learning_curve_fit(fit, blocks["time"], blocks["correct"], blocks["trials"]).get_lines()
    np.testing.assert_allclose(dots.get_ydata(), blocks["correct"] / blocks["trials"])
    np.testing.assert_allclose(curve.get_ydata(), fit.predicted(curve.get_xdata()))
    assert half.get_xdata()[0] == fit.half_time
    single = simulate_learners(1, blocks=200, trials=1, half_time=60.0)
    many = fit_learning_curve(single["block"], single["correct"], single["trials"])
    dots = plot.learning_curve_fit(many, single["block"], single["correct"], single["trials"]).get_lines()[0]
    assert len(dots.get_xdata()) == 30
    plt.close("all")


def test_half_times_depths_and_curves_are_drawn(thorough):
    import matplotlib.pyplot as plt

    ax = plot.half_times(thorough.fits)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["fast", "never"]
    assert sum(line.get_marker() == ">" for line in ax.get_lines()) == 1  # no upper end
    depths = plot.effective_depths(thorough.depths)
    assert min(depths.get_lines()[0].get_ydata()) == 0
    compared = plot.curve_comparison(thorough.comparison)
    assert [label.get_text() for label in compared.get_yticklabels()] == list(thorough.comparison.curves)
    plt.close("all")
