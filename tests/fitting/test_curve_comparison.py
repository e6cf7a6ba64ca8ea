"""Curves by held-out likelihood: the one that made the answers, ties, scores."""

import numpy as np
import pytest
from scipy.stats import binom

from ontogeny import InputError
from ontogeny.fitting import compare_curves, compare_score_curves, fit_learning_curve, learning_curve
from ontogeny.fitting.curve_comparison import pooled

T = np.arange(40.0)


def right(depth, trials=200, seed=0):
    q = learning_curve(T, half_time=15.0, initial_fraction=0.01, depth=depth)
    return np.random.default_rng(seed).binomial(trials, 0.5 + 0.48 * q)


@pytest.mark.parametrize(("depth", "best"), [(1, "exponential (one layer)"), (2, "logistic (two layers)")])
def test_the_curve_that_made_the_answers_predicts_best(depth, best):
    found = compare_curves(T, right(depth), [200] * 40, depths=(1, 2))
    assert found.curves[0] == best and found.curves[-1] == "constant"
    assert found.half_time[0] == pytest.approx(15.0, rel=0.1) and np.isnan(found.half_time[-1])
    assert best in found.open and "constant" not in found.open
    assert found.behind[0] == 0 and np.all(np.diff(found.behind) >= 0)
    table = found.to_dataframe()
    assert table["aic"].iloc[-1] > table["aic"].iloc[0] and f"{best} predicts best" in repr(found)


def test_held_out_blocks_are_predicted_from_the_others():
    """Each fifth block by a fit to the rest, up to the number of orders of the answers."""
    answers = right(2, trials=50)
    found = compare_curves(T, answers, [50] * 40, depths=(2,))
    row = found.held_out[found.curves.index("logistic (two layers)")]
    out = np.arange(40) % 5 == 3
    fit = fit_learning_curve(T[~out], answers[~out], [50] * 32)
    p = fit.predicted(T[out])
    orders = binom.logpmf(answers[out], 50, 0.5) + 50 * np.log(2)
    np.testing.assert_allclose(row[out] + orders, binom.logpmf(answers[out], 50, p), atol=1e-5)


def test_order_of_blocks_does_not_matter():
    answers = right(2, trials=50)
    mixed = np.random.default_rng(1).permutation(40)
    one, other = (compare_curves(T[o], answers[o], [50] * 40, depths=(1, 2)) for o in (np.arange(40), mixed))
    assert one.curves == other.curves
    np.testing.assert_allclose(one.held_out, other.held_out, atol=1e-6)


def test_scores_are_compared_alike():
    q = learning_curve(T, half_time=15.0, initial_fraction=0.01, depth=2)
    scores = 2 * q + 0.1 * np.random.default_rng(0).standard_normal(40)
    found = compare_score_curves(T, scores, floor=0.0, depths=(1, 2))
    assert found.curves[0] == "logistic (two layers)" and found.curves[-1] == "constant"
    known = compare_score_curves(T, scores, error=0.1, floor=0.0, depths=(1, 2))
    assert known.curves[0] == "logistic (two layers)" and known.behind[-1] > 100


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (dict(folds=1), "folds is 1, but some blocks are left out"),
        (dict(time=range(4), correct=[1, 2, 3, 4], trials=[5] * 4), "time has 4 blocks, but curves of up to 3 numbers"),
        (dict(depths=(0.5,)), "depth is 0.5, but a network has a layer"),
    ],
)
def test_refusals(change, match):
    with pytest.raises(InputError, match=match):
        compare_curves(**({"time": T, "correct": right(2), "trials": [200] * 40} | change))


def test_learners_are_pooled():
    one, other = (compare_curves(T, right(2, seed=seed), [200] * 40, depths=(1, 2)) for seed in (0, 1))
    both = pooled([one, other])
    place = both.curves.index("exponential (one layer)")
    alone = sum(each.held_out[each.curves.index("exponential (one layer)")].sum() for each in (one, other))
    assert both.held_out[place].sum() == pytest.approx(alone) and both.parameters[place] == 4
    assert both.curves[0] == "logistic (two layers)" and both.held_out.shape == (5, 80)
    with pytest.raises(InputError, match="comparisons are of different curves, or there are none"):
        pooled([one, compare_curves(T, right(2), [200] * 40, depths=(2,))])
