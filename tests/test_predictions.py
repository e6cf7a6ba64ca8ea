"""Many predictions in one call: each as it would be alone."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError, Predictions, datasets, predict
from worlds import aligned, correlated, gapped, tree

VARIABLES = ("mode_strength", "loss", "half_time", "rise_start", "rise_time", "layer_strength")
ROUNDING = 1e-12  # relative: the same sums in another order


def same(record, alone):
    assert record.environment is alone.environment and record.depth == alone.depth
    for name in VARIABLES if not record.snapshots else VARIABLES[:-1]:
        np.testing.assert_allclose(record.networks(name), alone.networks(name), rtol=ROUNDING, atol=ROUNDING)
    assert record.provenance == alone.provenance
    assert repr(record.validity) == repr(alone.validity)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_many_starts_are_each_as_alone(depth):
    world, draw = datasets.load("rumelhart"), np.random.default_rng(0)
    starts = draw.uniform(1e-4, 0.1, (5, world.spectrum().singular_values.size))
    many = predict([world] * 5, initial_strength=starts, depth=depth, until=3.0, tau=2.0)
    assert isinstance(many, Predictions) and len(many) == 5
    for record, start in zip(many, starts, strict=True):
        same(record, predict(world, initial_strength=start, depth=depth, until=3.0, tau=2.0))
    np.testing.assert_array_equal(many.dataset.half_time, [record.dataset.half_time for record in many])


def test_many_worlds_each_by_its_own_law_at_shared_times():
    worlds = [datasets.load("rumelhart"), aligned()[0], gapped(), correlated(), tree()]
    times = np.linspace(0, 2, 7)
    many = predict(worlds, times=times)
    for record, world in zip(many, worlds, strict=True):
        same(record, predict(world, times=times))
    methods = [record.provenance.method for record in many]
    assert methods[0] == methods[1] == "closed_form" and methods[2] == methods[3] == "flow"
    strength = many.dataset.mode_strength
    assert strength.dims == ("run", "time", "mode")
    for run, record in enumerate(many):
        modes = record.dataset.sizes["mode"]
        np.testing.assert_array_equal(strength[run, :, :modes], record.dataset.mode_strength)
        assert np.isnan(strength[run, :, modes:]).all()
    table = many.to_dataframe()
    assert list(table) == ["run", "time", "mode", "mode_strength"]
    assert len(table) == 7 * sum(record.dataset.sizes["mode"] for record in many)


def test_by_default_all_are_looked_at_until_the_slowest_has_learned():
    worlds = [datasets.load("rumelhart"), datasets.load("zoo")]
    assert predict(worlds).time[-1] == max(predict(world).time[-1] for world in worlds)


def test_starts_by_name_and_one_number_for_all():
    world = datasets.load("rumelhart")
    named = pd.Series(np.arange(1.0, 9.0) / 100, index=world.mode_names())[::-1]
    many = predict([world, world], initial_strength=[named, 0.01], times=[0.0, 1.0])
    same(many[0], predict(world, initial_strength=named, times=[0.0, 1.0]))
    for record in predict([world, world], initial_strength=0.01, times=[0.0, 1.0]):
        same(record, many[1])


def test_parts_are_predictions_too():
    many = predict([datasets.load("rumelhart")] * 4, initial_strength=[1e-4, 1e-3, 1e-2, 1e-1])
    assert len(many[1:3]) == 2 and many[1:3][0] is many[1] and many[-1] is many.records[3]
    assert repr(many).startswith("<Predictions: 4 runs in 1 world, depth 2, 401 times")


@pytest.mark.parametrize(
    ("worlds", "settings", "match"),
    [
        ([], {}, "environment is an empty list, but somebody has to learn; make one with"),
        ([1], {}, "environment is of type int"),
        (
            2,
            {"initial_strength": [0.1]},
            "initial_strength has 1 entry, but there are 2 worlds; write one number for all",
        ),
        (
            2,
            {"initial_strength": [0.1, -0.1]},
            "initial_strength is -0.1, but a mode that starts at 0 is never learned",
        ),
        (
            2,
            {"initial_strength": np.ones((2, 3))},
            r"initial_strength has shape \(3,\), but it must be one number or 8",
        ),
    ],
)
def test_lists_that_cannot_be_are_refused(worlds, settings, match):
    asked = [datasets.load("rumelhart")] * worlds if isinstance(worlds, int) else worlds
    with pytest.raises(InputError, match=match):
        predict(asked, **settings)


def test_a_table_of_starts_for_one_world_is_told_how():
    with pytest.raises(InputError, match=r"has shape \(5, 8\).*for several starts write predict\(\[world\] \* starts"):
        predict(datasets.load("rumelhart"), initial_strength=np.full((5, 8), 0.1))


def test_a_world_without_items_is_predicted_beside_others():
    bare = Environment.from_correlations(np.diag([3.0, 1.0]))
    many = predict([bare, datasets.load("rumelhart")], times=[0.0, 1.0])
    assert many.dataset.sizes == {"run": 2, "time": 2, "mode": 8}
