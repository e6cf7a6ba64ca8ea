"""Stage-like transitions of records: theory, trained networks, and the worlds that have none."""

import numpy as np
import pytest

from ontogeny import Environment, InputError, datasets, predict, simulate
from ontogeny.modes import transitions
from ontogeny.semantics import transition_sharpness
from worlds import TOY, aligned, correlated, tree


def test_theory_has_the_times_of_the_law():
    world = datasets.load("zoo")
    s = world.spectrum().singular_values
    found = transition_sharpness(predict(world, initial_strength=1e-6, until=8.0))
    np.testing.assert_allclose(found.width[0], transitions.width(s), rtol=1e-10)
    np.testing.assert_allclose(found.ratio[0], transitions.sharpness(s, 1e-6), rtol=1e-10)
    np.testing.assert_allclose(found.shallow_ratio, np.log(9) / np.log(2), rtol=1e-12)
    assert found.is_stage_like and found.source == "theory"


def test_the_weaker_the_mode_the_later_and_the_wider():
    found = transition_sharpness(predict(tree(), initial_strength=1e-6, until=30.0))
    assert found.half_time.shape == (1, 4)  # four groups of 1, 1, 2, 4 modes
    assert np.all(np.diff(found.half_time) > 0) and np.all(np.diff(found.width) > 0)
    assert found.to_dataframe()["tied"].tolist() == [1, 1, 2, 4]


def test_without_hidden_layer_all_modes_come_at_once():
    found = transition_sharpness(predict(tree(), depth=1, initial_strength=0.0, until=10.0))
    np.testing.assert_allclose(found.ratio, np.log(9) / np.log(2), rtol=1e-10)
    np.testing.assert_allclose(found.half_time[0], found.shallow_half_time, rtol=1e-10)
    assert not found.is_stage_like


@pytest.mark.parametrize("depth", [2, 3])
def test_networks_follow_the_law_of_their_depth(depth):
    world = Environment.from_dataframe(TOY)
    until = 10.0 if depth == 2 else 25.0
    theory = transition_sharpness(predict(world, depth=depth, until=until, times=None))
    child = transition_sharpness(simulate(world, depth=depth, until=until, seed=[0, 1, 2]))
    assert child.half_time.shape == (3, 3)
    np.testing.assert_allclose(child.width[:, :2], np.tile(theory.width[:, :2], (3, 1)), rtol=0.12)  # random starts
    assert child.is_stage_like
    assert child.to_dataframe().columns[0] == "network"


def test_tied_modes_count_as_one_whatever_their_basis():
    """The mean of a group is the trace of a projector: turned vectors give the same course."""
    world = tree()
    child = simulate(world, until=20.0, seed=0)
    modes = world.spectrum()
    group = modes.groups == 3
    maps = child.network_map.values[0]
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))[0]
    u, v = modes.output_modes[:, group] @ turn, modes.input_modes[:, group] @ turn
    course = np.einsum("ma,tmi,ia->t", u, maps, v) / 4
    half = np.interp(0.5, course[: np.argmax(course > 0.9)], child.time[: np.argmax(course > 0.9)])
    assert transition_sharpness(child).half_time[0, 3] == pytest.approx(half, abs=1e-3)


def test_tied_modes_that_start_differently_are_measured_by_their_mean():
    world = Environment.from_correlations(np.diag([2.0, 2.0, 1.0]))
    found = transition_sharpness(predict(world, initial_strength=[1e-3, 1e-5, 1e-3], times=np.linspace(0, 12, 4001)))
    single = predict(world, initial_strength=[1e-3, 1e-5, 1e-3], until=12.0).dataset.half_time.values
    assert single[0] < found.half_time[0, 0] < single[1]
    assert found.half_time[0, 1] == single[2]
    assert found.width[0, 0] > transitions.width(2.0) * 1.2


def test_inputs_of_several_variances_have_times_of_their_own_without_hidden_layer():
    world, _, d = aligned()
    found = transition_sharpness(predict(world, until=30.0, tau=2.0))
    np.testing.assert_allclose(found.shallow_width, 2.0 * np.log(9) / d, rtol=1e-9)
    np.testing.assert_allclose(found.shallow_half_time, 2.0 * np.log(2) / d, rtol=1e-9)


def test_correlated_inputs_are_said_and_what_is_never_learned():
    found = transition_sharpness(predict(correlated(), until=3.0))
    assert np.isnan(found.shallow_width).all() and "correlated across modes" in found.meaning
    early = transition_sharpness(predict(tree(), until=2.0))
    assert np.isnan(early.ratio).any() == np.isinf(early.half_time).any()
    assert "start above 10%" in transition_sharpness(predict(tree(), initial_strength=0.2, until=9.0)).meaning
    unfinished = transition_sharpness(simulate(tree(), until=2.0))
    assert "not half learned by the end" in unfinished.meaning and np.isnan(unfinished.ratio[0, 3])


def test_nothing_else_is_taken():
    with pytest.raises(InputError, match="trajectory is of type int"):
        transition_sharpness(3)
    assert "without hidden layer 3.17" in repr(transition_sharpness(predict(tree(), until=9.0)))


def test_a_start_at_a_tenth_is_a_cut_start():
    """Exactly at 10% nothing is left of the transition's beginning; rounding does not decide."""
    for s in (0.3, 0.7, 1.0, 1.1, 3.0):
        world = Environment.from_correlations(np.diag([s]))
        assert transition_sharpness(predict(world, initial_strength=s / 10, until=10 / s)).is_cut.all()
