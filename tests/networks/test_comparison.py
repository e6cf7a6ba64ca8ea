"""Trained networks against the theory that starts where each of them started."""

from dataclasses import replace

import numpy as np
import pytest

from ontogeny import Environment, InputError, Trajectory, simulate
from ontogeny.networks import deviation_from_theory
from ontogeny.networks.comparison import Deviation
from ontogeny.networks.initialization import decoupled
from worlds import TOY, aligned, gapped, tree

EXACT = 1e-11  # hundreds of steps of the same map, rounded in another order
FOLLOWS = 0.05  # share of a mode's final strength; random weights of scale 1e-3, whose modes still meet each other


def test_networks_that_start_balanced_and_decoupled_follow_exactly():
    world = aligned()[0]
    modes, rate, steps = world.spectrum(), 0.01, np.arange(0, 600, 20)
    first, second = decoupled(modes, 1e-2, depth=2)
    syx, sxx, kept = world.input_output_correlation, world.input_correlation, []
    for step in range(steps[-1] + 1):
        if step in steps:
            kept.append((first, second))
        error = syx - second @ first @ sxx
        first, second = first + rate * second.T @ error, second + rate * error @ first.T
    record = Trajectory.from_weights(world, steps * rate, [np.stack(layer) for layer in zip(*kept, strict=True)])
    by_flow = deviation_from_theory(record)
    assert by_flow.law == "flow"
    record.provenance.settings.update(learning_rate=rate, episodes=False)
    record = replace(record, steps=steps)
    exact = deviation_from_theory(record)
    assert exact.law == "exact steps"
    assert exact.largest < EXACT < 1e-3 < by_flow.largest


@pytest.mark.parametrize(
    ("world", "options"),
    [
        (Environment.from_dataframe(TOY), {}),
        (tree(), {}),
        (Environment.from_dataframe(TOY), {"depth": 1, "learning_rate": 1e-3}),
    ],
    ids=["toy", "tree", "shallow"],
)
def test_small_random_weights_follow(world, options):
    scale = {"initial_scale": 1e-3, "hidden_units": 32}
    off = deviation_from_theory(simulate(world, until=14.0 if not options else 5.0, seed=[0, 1], **scale, **options))
    assert off.typical < off.largest < FOLLOWS
    measured, predicted = off.half_times
    np.testing.assert_allclose(measured, predicted, rtol=FOLLOWS)


def test_tied_modes_are_summed():
    off = deviation_from_theory(simulate(Environment.from_dataframe(TOY), until=1.0, seed=[0, 1, 2]))
    assert off.measured.shape == off.predicted.shape == (3, off.times.size, 3)
    np.testing.assert_allclose(off.final, [7**0.5, 3**0.5, 2], rtol=1e-12)
    assert off.initial_strength.shape == (3, 4)


def test_a_deviation_is_a_table():
    off = deviation_from_theory(simulate(Environment.from_dataframe(TOY), until=5.0, seed=[0, 1]))
    table = off.to_dataframe()
    assert table.columns.tolist() == [
        "network", "group", "half_time_measured", "half_time_predicted", "largest_deviation",
    ]  # fmt: skip
    assert len(table) == 6
    assert table.largest_deviation.max() == off.largest
    assert off.relative.shape == off.measured.shape


@pytest.mark.parametrize(
    ("depth", "episodes", "law"),
    [(1, False, "exact steps"), (1, True, "flow"), (3, False, "exact steps"), (2, True, "flow")],
)
def test_full_batches_are_compared_with_exact_steps_and_episodes_with_the_flow(depth, episodes, law):
    options = {"until": 0.5, "learning_rate": 0.01, "hidden_units": 5}
    child = simulate(Environment.from_dataframe(TOY), depth=depth, episodes=episodes, **options)
    assert deviation_from_theory(child).law == law


def test_a_record_without_its_start_is_refused():
    child = simulate(Environment.from_dataframe(TOY), times=[0.5, 1.0])
    with pytest.raises(InputError, match="simulation has no weights at time 0 to start a prediction from"):
        deviation_from_theory(child)


def test_no_theory_of_modes_holds_where_cells_are_missing():
    with pytest.raises(
        InputError, match=r"2 cells of this world are missing, but the theory of single modes.*simulate"
    ):
        deviation_from_theory(simulate(gapped(), until=1.0))


def test_what_is_typical_is_a_root_mean_square():
    one = Deviation(
        np.arange(2.0), np.array([[[3.0], [4.0]]]), np.zeros((1, 2, 1)), np.ones(1), np.ones((1, 1)), "", ""
    )
    assert (one.typical, one.largest) == (pytest.approx(np.sqrt(12.5)), 4.0)
