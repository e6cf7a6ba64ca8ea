"""Every command's runs give what the function behind the command gives."""

import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from ontogeny import datasets
from ontogeny._core.checks import InputError
from ontogeny.plasticity import Deficit, perceptual_learning, schedule, two_pathways, will_pretraining_help
from ontogeny.sweeps import Specification
from ontogeny.sweeps.commands import PLACES, command_of
from ontogeny.sweeps.design import design_of
from ontogeny.sweeps.layout import KEY, MESSAGE, STATUS, Layout
from ontogeny.sweeps.outcomes import Batch, computed
from ontogeny.sweeps.tables import inputs_of

SAME = 1e-11  # relative: many runs in one call against one by one; curves of depth 3 are known to 1e-12
INTEGRATED = 1e-6  # relative: matrices are integrated to this, and columns are centered in another order
TREE = {"form": "tree", "branching": [2, 2], "flip_probability": 0.1, "features": 40}
STORED = {KEY.name, MESSAGE.name, STATUS.name, "run"}


def runs(specification):
    """Settings and quantities of all runs, computed in the calls that a sweep makes."""
    design = design_of(specification)
    inputs = inputs_of(design)
    batch = Batch(design.command.name, tuple(range(design.runs)), tuple(map(design.settings, range(design.runs))))
    found = []
    groups = {}
    for run, settings in zip(batch.runs, batch.settings):
        key = design.command.together(settings, inputs)
        groups.setdefault(run if key is None else (key,), []).append(run)
    for group in groups.values():
        settings = tuple(batch.settings[run] for run in group)
        found += computed(Batch(batch.command, tuple(group), settings), inputs)
    layout = Layout.of(design, inputs)
    for outcome in found:
        for quantity in layout.quantities if outcome.values else ():
            shape = np.shape(outcome.values.get(quantity.name, np.zeros((0,) * len(quantity.dims))))
            assert len(shape) == len(quantity.dims) and np.all(np.array(shape) <= layout.shape(quantity)), quantity.name
    return [(batch.settings[each.run], each) for each in found]


@pytest.mark.parametrize("name", PLACES)
def test_no_quantity_has_the_name_of_a_setting(name):
    command = command_of(name)
    given = {"table": "zoo", "target": "legs"} if name in ("fit", "generalize") else {}
    for base in ({}, given) if name == "generalize" else (given,):
        base = {entry.key: base.get(entry.key, entry.default) for entry in command.entries}
        base |= {key: entry.example for entry in command.entries if (key := entry.key) in ("widths", "depths")}
        design = type("Design", (), {"base": base, "every": lambda self, key, base=base: [base[key]]})()
        quantities = {each.name: each for each in command.quantities(design)}
        keys = {entry.key for entry in command.entries}
        assert not keys & (set(quantities) | STORED)
        assert all(each.meaning.endswith(".") for each in quantities.values())


GRIDS = {
    "tables and forms": {"environment": ["zoo", TREE, "rumelhart"], "initial_strength": [1e-4, 1e-3]},
    "ends and time constants": {"until": [0.5, 3.0], "tau": [1.0, 2.5], "environment": ["rumelhart"]},
    "methods": {"method": ["auto", "closed_form", "flow"], "environment": ["rumelhart"]},
    "looks": {"looks": [2, 11], "environment": [{"table": "zoo", "normalization": "mean"}]},
}


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_predict_in_one_call_is_predict_one_by_one(name, depth):
    for settings, outcome in runs(Specification("predict", {"depth": depth}, grid=GRIDS[name])):
        described = settings["environment"]
        if isinstance(described, str):
            world = datasets.load(described)
        elif "table" in described:
            world = on.Environment.from_dataframe(
                datasets.table("zoo"), **datasets.options("zoo"), normalization="mean"
            )
        else:
            world = on.environments.tree([2, 2], flip_probability=0.1, features=40)
        asked = {key: settings[key] for key in ("initial_strength", "tau", "method")}
        until = settings["until"] or on.predict(world, depth=depth, **asked).time[-1]
        own = on.predict(world, depth=depth, **asked, times=np.linspace(0, until, settings["looks"])).dataset
        assert outcome.message == "" and outcome.values["modes"] == own.sizes["mode"]
        for variable in set(outcome.values) - {"modes"}:
            expected = np.asarray(own[variable])
            scale = np.abs(expected[np.isfinite(expected)]).max(initial=0)
            np.testing.assert_allclose(
                outcome.values[variable], expected, rtol=SAME, atol=SAME * scale, err_msg=variable
            )


def test_a_world_without_a_law_is_integrated(tmp_path):
    (tmp_path / "odd.csv").write_text("item,a,b\nx,1,\ny,0,1\nz,1,1\n", encoding="utf-8")
    world = {"table": str(tmp_path / "odd.csv"), "missing": "mask"}
    asked = Specification("predict", {"environment": world, "looks": 5}, grid={"method": ["auto", "closed_form"]})
    (_, flow), (_, refused) = runs(asked)
    assert flow.values["mode_strength"].shape[0] == 5
    assert refused.values is None and "method is 'closed_form', but" in refused.message


def test_simulate_in_a_batch_of_seeds_is_simulate_of_each():
    fixed = {"environment": "rumelhart", "until": 2.0, "hidden_units": 8, "learning_rate": 0.02}
    for settings, outcome in runs(Specification("simulate", fixed, grid={"seed": [3, 5], "depth": [2, 3]})):
        asked = {key: settings[key] for key in ("seed", "depth", "until", "hidden_units", "learning_rate")}
        own = on.simulate(datasets.load("rumelhart"), **asked).dataset.isel(seed=0)
        for variable in ("time", "mode_strength", "loss", "half_time", "rise_time"):
            np.testing.assert_allclose(outcome.values[variable], own[variable], rtol=1e-9, atol=1e-12)


def test_a_network_that_diverges_fails_with_its_sentence_and_leaves_its_neighbors():
    fixed = {"environment": "rumelhart", "until": 30.0, "hidden_units": 8, "initial_scale": 0.4}
    found = runs(Specification("simulate", fixed, grid={"learning_rate": [0.02, 1.5], "seed": [0, 1]}))
    for settings, outcome in found:
        assert (outcome.values is None) == (settings["learning_rate"] == 1.5)
        assert ("learning_rate" in outcome.message) == (settings["learning_rate"] == 1.5), outcome.message


def test_generalize_is_the_curves():
    for settings, outcome in runs(
        Specification("generalize", {"snr": 5.0}, grid={"load": [0.5, 2.0], "inr": [0.0, 1]})
    ):
        own = on.generalization.learning_curves(settings["load"], signal_variance=5.0, initial_variance=settings["inr"])
        np.testing.assert_array_equal(outcome.values["test_error"], own.test_error)
        assert outcome.values["stopping_time"] == own.stopping.time


@pytest.fixture
def samples(tmp_path):
    draw = np.random.default_rng(0)
    x = draw.normal(size=(120, 4))
    table = pd.DataFrame(x, columns=list("abcd")).assign(y=x.sum(axis=1) + draw.normal(size=120))
    table.to_csv(tmp_path / "samples.csv", index=False)
    return tmp_path / "samples.csv"


def test_generalize_on_a_table_is_from_data(samples):
    asked = {"table": str(samples), "target": "y", "runs": 2}
    table = pd.read_csv(samples)
    for settings, outcome in runs(Specification("generalize", asked, grid={"samples": [15, 40]})):
        own = on.generalization.from_data(table, "y", samples=settings["samples"], simulate=2)
        np.testing.assert_allclose(outcome.values["test_error"], own.test_error[0], rtol=SAME)
        np.testing.assert_allclose(outcome.values["trained_test_error"], own.runs.test_error[0].mean(axis=0), rtol=SAME)


@pytest.mark.parametrize(
    ("fixed", "grid", "match"),
    [
        ({"table": "zoo", "target": "milk"}, {"load": [1.0]}, "load is about random inputs, but a table is named"),
        ({"snr": 1.0, "load": 1.0}, {"samples": [10, 20]}, "samples is about a table, but none is named in"),
        ({"target": "milk"}, {"table": ["zoo", "rumelhart"]}, "target is about a table|table varies in"),
        ({"snr": 1.0}, {"depth": [1, 2]}, "the specification lacks 'load', which has no default"),
        ({"table": "zoo"}, {"samples": [10, 20]}, "the specification lacks 'target', which has no default"),
    ],
)
def test_settings_of_generalize_that_do_not_go_together_are_refused(fixed, grid, match):
    with pytest.raises(InputError, match=match):
        design_of(Specification("generalize", fixed, grid=grid))


def test_pretraining_is_its_effect(samples):
    for settings, outcome in runs(Specification("plasticity pretraining", grid={"depth": [2, 3]})):
        variances = np.diag(settings["variances"])
        own = will_pretraining_help(
            on.Environment.from_correlations(variances, variances), depth=settings["depth"], initial_weight=0.05
        )
        np.testing.assert_array_equal(outcome.values["learning_time"], own.learning_times)
    ((_, outcome),) = runs(
        Specification("plasticity pretraining", {"table": str(samples), "target": "y"}, grid={"depth": [2]})
    )
    table = pd.read_csv(samples)
    own = will_pretraining_help(table[list("abcd")], table["y"], depth=2)
    np.testing.assert_allclose(outcome.values["learning_time"], own.learning_times, rtol=INTEGRATED)


def test_critical_periods_are_two_pathways():
    fixed = {"deficits": [{"onset": 0.0, "end": 5.0}], "until": 20.0}
    found = runs(Specification("plasticity critical-period", fixed, grid={"deficits.1.end": [2, 9.0], "depth": [2, 3]}))
    for settings, outcome in found:
        segments = schedule([Deficit(0.0, settings["deficits"][0]["end"])], 20.0)
        own = two_pathways(segments, depth=settings["depth"], initial_weights=(0.02, 0.02))
        np.testing.assert_array_equal(outcome.values["final_share"], own.shares[-1])
        np.testing.assert_array_equal(outcome.values["strength"], own.strengths)


def test_perceptual_learning_is_its_law_and_single_trials_are_asked_for():
    found = runs(Specification("plasticity perceptual", {"units": 18}, grid={"gains": [[1.0], [1.0, 0.5]]}))
    for settings, outcome in found:
        own = perceptual_learning(np.linspace(0, 30, 61), units=18, gains=settings["gains"])
        np.testing.assert_allclose(outcome.values["layer_gain"], own.layer_gains[:, :-1], rtol=SAME)
        assert "trained_output" not in outcome.values and np.all(np.isfinite(outcome.values["half_time"]))
    fixed = {"units": 18, "gains": [1.0], "until": 4.0}
    ((_, trained),) = runs(Specification("plasticity perceptual", fixed, grid={"learning_rate": [0.004]}))
    assert trained.values["trained_output"].shape == (61,)


def test_diagnose_is_the_mean_field_and_a_drawn_chain():
    grid = {"weight_variance": [0.5, 3.0], "widths": [[40, 40, 10], [40, 40, 40, 10]]}
    for settings, outcome in runs(Specification("diagnose", grid=grid)):
        own = on.propagation.mean_field("tanh", settings["weight_variance"])
        assert outcome.values["chi_1"] == own.chi_1
        gradient = outcome.values["gradient"]
        assert gradient.shape == (len(settings["widths"]) - 1,) and gradient[-1] == 1
    quantities = design_of(Specification("diagnose", grid={"seed": [0, 1]})).command.quantities
    assert "gradient" not in [
        each.name for each in quantities(design_of(Specification("diagnose", grid={"seed": [0]})))
    ]


def test_fit_is_the_fit_of_every_learner(tmp_path):
    blocks = np.arange(12)
    right = np.round(20 + 18 / (1 + np.exp(-(blocks - 5.0)))).astype(int)
    rows = [(mouse, block, count, 40) for mouse in ("b", "a") for block, count in zip(blocks, right)]
    few = rows[:12]
    table = tmp_path / "sessions.csv"
    pd.DataFrame(rows, columns=["mouse", "session", "correct", "trials"]).to_csv(table, index=False)
    found = runs(Specification("fit", {"table": str(table), "lapse": 0.05}, grid={"depth": [1.0, 2.0]}))
    assert {settings["depth"] for settings, _ in found} == {1.0, 2.0}
    for settings, outcome in found:
        own = on.fitting.fit_learning_curve(blocks, right, [40] * 12, chance=0.5, lapse=0.05, depth=settings["depth"])
        assert outcome.values["learner"] == ["b", "a"]
        np.testing.assert_allclose(np.diff(outcome.values["half_time"]), 0, atol=1e-9)
        shift = outcome.values["half_time"][0] - own.half_time  # half a block, which is where answers count from
        assert abs(shift - 0.5) < 1e-6 or abs(shift) < 1e-6
        assert np.isnan(outcome.values["effective_depth"]).all()
    one = tmp_path / "one.csv"
    pd.DataFrame(few, columns=["mouse", "session", "correct", "trials"]).to_csv(one, index=False)
    ((_, outcome),) = runs(Specification("fit", {"table": str(one), "depths": True}, grid={"depth": [2.0]}))
    own = on.fitting.effective_depth(blocks, right, [40] * 12)
    np.testing.assert_allclose(outcome.values["effective_depth"], own.depth, rtol=1e-3)
    with pytest.raises(InputError, match="learner varies, but all runs are about the same learners"):
        design_of(Specification("fit", {"table": str(table)}, grid={"learner": ["mouse", "session"]}))
