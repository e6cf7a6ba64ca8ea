"""What is said of learning curves: the fits, how the table was read, and what one curve cannot tell."""

import json

import numpy as np
import pandas as pd
import pytest

from ontogeny import plot
from ontogeny.fitting import fit_learning_curve, learning_curve
from ontogeny.report.fit_summary import as_json, findings, fits_of, write
from ontogeny.tables.answers import read_answers


@pytest.fixture(scope="module")
def answers():
    rng = np.random.default_rng(0)
    q = learning_curve(np.arange(20.0), half_time=8.0, initial_fraction=0.02, depth=2)
    rows = [("fast", block, rng.binomial(40, 0.5 + 0.48 * share), 40) for block, share in enumerate(q)]
    rows += [("never", block, rng.binomial(40, 0.5), 40) for block in range(20)]
    return read_answers(pd.DataFrame(rows, columns=["learner", "block", "correct", "trials"]))


def test_every_learner_is_fitted(answers):
    found = fits_of(answers, chance=0.5, lapse=0.02, depth=2)
    blocks = answers.blocks[answers.blocks["learner"] == "fast"]
    direct = fit_learning_curve(blocks["time"], blocks["correct"], blocks["trials"])
    assert found.fits["fast"].half_time == direct.half_time and abs(direct.half_time - 8) < 1
    assert not found.fits["never"].is_learning
    told = findings(found)
    assert told[0].startswith("1 of 2 learners show learning (assumed: depth 2, chance 0.5, lapse 0.02)")
    assert "It cannot tell the time constant" in told[-1] and "in units of “block” from the start" in told[1]
    assert repr(found) == "<Fits of 2 learners>"


def test_they_are_written_drawn_and_told_to_machines(answers, tmp_path):
    found = fits_of(answers)
    write(found, tmp_path / "fits.csv", tmp_path / "fits.svg")
    table = pd.read_csv(tmp_path / "fits.csv")
    assert table["learner"].tolist() == ["fast", "never"] and np.isnan(table["half_time"][1])
    assert "<svg" in (tmp_path / "fits.svg").read_text()
    document = json.loads(as_json(found), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    first, second = document["learners"]
    assert {"learner", "half_time", "width", "depth"} <= set(first) and second["half_time"] is None
    assert first["half_time"] == found.fits["fast"].half_time


def test_curves_are_drawn_over_answers(answers):
    import matplotlib.pyplot as plt

    blocks = answers.blocks[answers.blocks["learner"] == "fast"]
    fit = fit_learning_curve(blocks["time"], blocks["correct"], blocks["trials"])
    dots, _, curve, half = plot.learning_curve_fit(fit, blocks["time"], blocks["correct"], blocks["trials"]).get_lines()
    np.testing.assert_allclose(dots.get_ydata(), blocks["correct"] / blocks["trials"])
    np.testing.assert_allclose(curve.get_ydata(), fit.predicted(curve.get_xdata()))
    assert half.get_xdata()[0] == fit.half_time
    plt.close("all")
