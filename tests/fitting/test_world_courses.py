"""Answers over time: both parameters recovered, modes read off, predictions tested, and what is refused."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.optimize import minimize
from scipy.stats import binom

import ontogeny as on
from ontogeny import InputError
from ontogeny.fitting import fit_accuracy, simulate_accuracy
from ontogeny.fitting.course_problem import strengths_of
from worlds import TOY

WORLD = on.datasets.load("rumelhart")
TIMES = np.linspace(0, 40, 21)
TRUE = {"tau": 10.0, "initial_strength": 1e-3}
EXACT = 1e-6  # without noise: what was asked for; found to 1e-12
FLAT = 1e-7  # answers that differ by rounding: a minimum is flat to the root of 2e-16
NOISY = simulate_accuracy(WORLD, TIMES, **TRUE, noise=0.2)


@pytest.mark.parametrize("depth", [2, 3])
def test_without_noise_both_are_recovered(depth):
    start = 1e-3 if depth == 2 else 1e-2
    times = TIMES if depth == 2 else TIMES[::2]
    made = simulate_accuracy(WORLD, times, tau=10.0, initial_strength=start, noise=0.0, depth=depth)
    found = fit_accuracy(WORLD, made, depth=depth)
    assert found.tau == pytest.approx(10.0, rel=EXACT) and found.initial_strength == pytest.approx(start, rel=EXACT)
    np.testing.assert_allclose(found.strengths["measured"], found.strengths["fitted"], atol=EXACT)
    assert found.explained == pytest.approx(1.0, abs=EXACT)
    order, width, illusions = found.findings
    assert order.value == pytest.approx(1.0) and width.value == pytest.approx(1.0, abs=1e-3) and illusions.value == 1.0


def test_strengths_are_those_of_the_record():
    theory = on.predict(WORLD, initial_strength=1e-3, times=TIMES / 10)
    found = fit_accuracy(WORLD, simulate_accuracy(WORLD, TIMES, **TRUE, noise=0.0))
    np.testing.assert_allclose(found.strengths["measured"], theory.dataset["mode_strength"], atol=1e-9)
    half = 10 * theory.dataset["half_time"].values
    np.testing.assert_allclose(found.strengths["half_time"].sel(source="fitted"), half, rtol=1e-6)
    seen = half < 40
    np.testing.assert_allclose(found.strengths["half_time"].sel(source="measured")[seen], half[seen], rtol=1e-5)
    width = 10 * theory.dataset["rise_time"].values
    np.testing.assert_allclose(found.strengths["width"].sel(source="measured")[seen], width[seen], rtol=1e-4)


def test_tied_modes_are_one():
    world = on.Environment.from_dataframe(TOY)
    made = simulate_accuracy(world, TIMES, tau=10.0, initial_strength=1e-3, noise=0.0)
    found = fit_accuracy(world, made)
    assert found.strengths["tied"].values.tolist() == [1, 1, 2] and found.strengths["mode"].values.tolist() == [1, 2, 3]
    strength = strengths_of(world, 2, TIMES, 10.0, 1e-3)
    np.testing.assert_allclose(found.strengths["measured"], strength[:, [0, 1, 2]], atol=1e-9)


def test_the_fit_is_that_of_a_search_over_all_cells():
    table = NOISY.pivot_table(index="time", columns=["item", "feature"], values="value", sort=False).to_numpy()
    modes = WORLD.spectrum()

    def off(where):
        strength = strengths_of(WORLD, 2, TIMES, np.exp(where[0]), np.exp(where[1]))
        answers = np.einsum("ta,ia,fa->tif", strength, modes.input_modes, modes.output_modes)
        return np.sum((answers.reshape(21, -1) - table) ** 2)

    found = fit_accuracy(WORLD, NOISY)
    best = minimize(off, np.log([8.0, 2e-3]), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9})
    assert found.tau == pytest.approx(np.exp(best.x[0]), rel=1e-5)
    assert found.initial_strength == pytest.approx(np.exp(best.x[1]), rel=1e-4)
    more = table.size * np.log1p(3.8428 / (table.size - 2))  # the quantile of F with 1 and 6046 degrees of freedom
    for end in found.estimates["tau"][1:3]:
        least = minimize(lambda log, end=end: off([np.log(end), log[0]]), best.x[1:], method="Nelder-Mead")
        assert table.size * np.log(least.fun / best.fun) == pytest.approx(more, rel=1e-3)


def test_shares_are_fitted_by_the_binomial_likelihood():
    few, many = (simulate_accuracy(WORLD, TIMES, **TRUE, trials=count) for count in (4, 60))
    made = few.where(few["feature"].isin(WORLD.features[::3]), many)
    found = fit_accuracy(WORLD, made)
    trials = made["trials"].to_numpy()
    modes, yes = WORLD.spectrum(), np.rint(trials * made["value"].to_numpy())

    def negative(where):
        strength = strengths_of(WORLD, 2, TIMES, np.exp(where[0]), np.exp(where[1]))
        answers = np.einsum("ta,ia,fa->tif", strength, modes.input_modes, modes.output_modes)
        return -np.sum(binom.logpmf(yes, trials, np.clip(answers.ravel(), 0.01, 0.99)))

    best = minimize(negative, np.log([9.0, 2e-3]), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-7})
    assert found.tau == pytest.approx(np.exp(best.x[0]), rel=1e-4) and found.assumed.errors == "binomial"
    assert found.estimates["tau"].low < 10 < found.estimates["tau"].high


@pytest.mark.parametrize("kind", [{"noise": 0.2}, {"trials": 10}])
def test_intervals_cover_what_they_should(kind):
    """Of 8 repeats 6 or more; of 100 repeats 94 (noise) and 95 and 96 (trials)."""
    covered = np.zeros(2, dtype=int)
    for seed in range(8):
        found = fit_accuracy(WORLD, simulate_accuracy(WORLD, TIMES, **TRUE, **kind, seed=seed)).estimates
        covered += [found[name].low <= value <= found[name].high for name, value in TRUE.items()]
    assert np.all(covered >= 6)


def test_trained_networks_are_fitted_by_the_theory():
    """A real network from small random weights, its clock seven times as slow: tau to 5%, the start to a half."""
    child = on.simulate(WORLD, seed=0, initial_strength=1e-3, times=np.linspace(0, 10, 41))
    names = {"feature": list(WORLD.features), "item": list(WORLD.items)}
    answers = xr.DataArray(child.answers()[0], {"time": 7 * child.time, **names}, ("time", "feature", "item"))
    found = fit_accuracy(WORLD, answers)
    assert found.tau == pytest.approx(7.0, rel=0.05) and 0.5 < found.initial_strength / 1e-3 < 2
    order, width, illusions = found.findings
    assert order.value > 0.8 and width.low < 1.03 and 0.97 < width.high and illusions.value > 0.95
    assert found.explained > 0.99 and "simulated data" not in repr(found)


def test_part_of_the_cells_is_enough():
    made = simulate_accuracy(WORLD, TIMES, **TRUE, noise=0.0)
    some = made[made["item"].isin(["oak", "robin", "salmon", "rose"])].sample(frac=0.7, random_state=0)
    found = fit_accuracy(WORLD, some)
    assert found.tau == pytest.approx(10.0, rel=EXACT) and found.initial_strength == pytest.approx(1e-3, rel=EXACT)
    seen = made["item"].isin(["oak", "robin"]) & made["feature"].isin(["living", "fly", "red"])
    assert np.isnan(fit_accuracy(WORLD, made[seen]).strengths["measured"]).all()  # six cells do not tell eight modes
    few = fit_accuracy(WORLD, made[made["feature"].isin(WORLD.features[:20])].assign(extra="unused"))
    assert few.tau == pytest.approx(10.0, rel=EXACT)


def test_right_answers_are_answers_to_what_is_and_is_not():
    made = simulate_accuracy(WORLD, TIMES, **TRUE, noise=0.1)
    truth = WORLD.to_dataframe().set_index(["item", "feature"])["value"]
    keys = pd.MultiIndex.from_frame(made[["item", "feature"]])
    right = made.assign(value=np.clip(np.where(truth.loc[keys] == 1, made["value"], 1 - made["value"]), 0, 1))
    clipped = made.assign(value=made["value"].clip(0, 1))
    found, same = fit_accuracy(WORLD, right, values="correct"), fit_accuracy(WORLD, clipped)
    assert found.tau == pytest.approx(same.tau, rel=FLAT)


def test_names_units_and_an_onset():
    found = fit_accuracy(WORLD, NOISY)
    other = NOISY.assign(time=30 * NOISY["time"] + 5, item=NOISY["item"].str.upper()).sample(frac=1.0, random_state=1)
    days = fit_accuracy(WORLD, other, onset=5)
    assert days.tau == pytest.approx(30 * found.tau, rel=1e-7)
    assert days.initial_strength == pytest.approx(found.initial_strength, rel=1e-6)
    strange = pd.concat([NOISY, NOISY.iloc[:1].assign(item="unicorn")])
    assert {note.kind for note in fit_accuracy(WORLD, strange).notes} == {"unmatched"}


def test_tables():
    found = fit_accuracy(WORLD, NOISY)
    modes, courses = found.to_dataframe(), found.to_dataframe("courses")
    assert len(modes) == 8 and len(courses) == 8 * 21
    one = courses[courses["mode"] == 3]
    np.testing.assert_allclose(one["residual"], one["measured"] - one["fitted"])
    assert modes["residual"][2] == pytest.approx(np.sqrt(np.mean(one["residual"] ** 2)))
    assert found.to_dataframe("estimates")["quantity"].tolist() == ["tau", "initial_strength"]
    assert found.to_dataframe("findings")["prediction"].tolist() == ["order", "width", "illusions"]
    assert repr(found).startswith("<AccuracyFit (simulated data): 6048 answers, depth 2; tau 9")


LONG = NOISY.head(600)


@pytest.mark.parametrize(
    ("table", "options", "match"),
    [
        (LONG.drop(columns="value"), {}, "has no column 'value', only"),
        ([1, 2], {}, "is of type list; pass a DataFrame"),
        (pd.concat([LONG, LONG.head(1)]), {}, "has several values for one item, feature and time"),
        (LONG.assign(item="unicorn"), {}, "has no value of an item and a feature of the world"),
        (LONG, {"onset": 1.0}, "unknown or before 1, when learning begins"),
        (LONG.assign(trials=0), {}, "has trials that are unknown, or none"),
        (LONG.assign(trials=5, value=2.0), {}, "values that are no shares"),
        (LONG.assign(value=2.0), {"values": "correct"}, "has values outside of 0 to 1"),
        (LONG, {"values": "right"}, "values is 'right'"),
        (LONG, {"depth": 1}, "without a hidden layer"),
        (NOISY[NOISY["time"] == 0], {}, "has no time after the onset"),
        (xr.DataArray(np.zeros((2, 2)), dims=("time", "item")), {}, "has the dimensions 'time', 'item'"),
        (xr.DataArray(np.zeros((2, 2, 2)), dims=("time", "item", "feature")), {}, "names no item along its axis"),
    ],
)
def test_what_cannot_be_fitted_is_refused(table, options, match):
    with pytest.raises(InputError, match=match):
        fit_accuracy(WORLD, table, **options)


def test_one_mode_at_one_time_is_refused():
    world = on.Environment.from_dataframe(pd.DataFrame([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], list("abc"), ["x", "y"]))
    made = simulate_accuracy(world, [0.0, 5.0, 20.0], **TRUE, noise=0.0)
    assert fit_accuracy(world, made).tau == pytest.approx(10.0, rel=EXACT)  # a whole course of one mode is enough
    with pytest.raises(InputError, match="shows no mode that changes, or one strength at one time"):
        fit_accuracy(world, made[made["time"] == 20])


def test_features_of_many_values_have_no_right_answers():
    table = pd.DataFrame({"size": [1.0, 2.0, 4.0], "wings": [1.0, 0.0, 0.0]}, index=["robin", "cow", "whale"])
    world = on.Environment.from_dataframe(table)
    made = pd.DataFrame({"item": ["cow"], "feature": ["size"], "time": [1.0], "value": [0.5]})
    with pytest.raises(InputError, match="values is 'correct', but 'size' has more than two values"):
        fit_accuracy(world, made, values="correct")


def test_names_that_could_be_two_items_are_refused():
    world = on.Environment.from_dataframe(TOY.rename(index={"oak": "Salmon"}))
    made = pd.DataFrame({"item": ["salmon"], "feature": ["grow"], "time": [1.0], "value": [0.5]})
    with pytest.raises(InputError, match="could mean several items of the world, 'salmon', 'Salmon'"):
        fit_accuracy(world, made)
