"""The matrix solution: its axes, its steps in two ways, and every case class against integration."""

import numpy as np
import pytest

from ontogeny.networks.riccati import Riccati, Walk
from starts import SOLVED as CASES
from starts import balanced, imbalanced, judge, target

JUDGED = 5e-12  # relative; the judge's own error, at rtol 1e-13 over up to a few hundred steps
ROUNDED = 1e-13


def problem(shape, imbalance, rank, decay, seed=0, scale=0.3):
    rng = np.random.default_rng(seed)
    weights = imbalanced(rng, *shape, imbalance, scale) if imbalance else balanced(rng, *shape, scale)
    goal = target(rng, shape[2], shape[0], rank)
    u, s, vt = np.linalg.svd(goal, full_matrices=False)
    modes = (u, np.where(s > 1e-12 * s[0], s, 0.0), vt.T)
    return weights, goal, Riccati.from_weights(*weights, modes, imbalance, decay)


def maps(riccati, times):
    factors = riccati.coordinates(np.asarray(times, dtype=float))
    return riccati.axes.outputs(factors) @ np.swapaxes(riccati.axes.inputs(factors), -1, -2)


def relative(found, expected):
    return np.abs(found - expected).max(axis=(-2, -1)) / np.abs(expected).max(axis=(-2, -1))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees_with_integration(case):
    weights, goal, riccati = problem(*case)
    times = np.array([0.0, 0.5, 1.0, 3.0, 8.0])
    expected = judge(weights, goal, np.eye(goal.shape[1]), times, decay=case[3])
    assert relative(maps(riccati, times), expected).max() < JUDGED


def test_tiny_start_and_late_times():
    weights, goal, riccati = problem((5, 4, 3), 0.0, None, 0.0, scale=1e-8)
    s = np.linalg.svd(goal, compute_uv=False)
    times = np.array([5.0, 10.0, 20.0])
    assert relative(maps(riccati, times), judge(weights, goal, np.eye(5), times)).max() < 1e-10
    np.testing.assert_allclose(maps(riccati, [400 / s[0], 400 / s[-1]])[-1], goal, atol=1e-13)


@pytest.mark.parametrize("imbalance", [0.0, 1e-9, 0.8, -0.8])
@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_axes_diagonalize_the_generator(imbalance, decay):
    """A = [[-imbalance/2, S'], [S, imbalance/2]] - decay, on everything that the start can reach."""
    rng = np.random.default_rng(3)
    shape = (6, 3, 4)
    goal = target(rng, 4, 6, rank=3)
    u, s, vt = np.linalg.svd(goal, full_matrices=False)
    first, second = rng.standard_normal((3, 6)), rng.standard_normal((4, 3))
    riccati = Riccati.from_weights(first, second, (u, np.where(s > 1e-12, s, 0.0), vt.T), imbalance, decay)
    generator = np.block([[-imbalance / 2 * np.eye(6), goal.T], [goal, imbalance / 2 * np.eye(4)]]) - decay * np.eye(10)
    axes = np.concatenate(
        [riccati.axes.inputs(np.eye(len(riccati.rates))), riccati.axes.outputs(np.eye(len(riccati.rates)))]
    )
    np.testing.assert_allclose(generator @ axes, axes * riccati.rates, atol=ROUNDED)
    np.testing.assert_allclose(axes.T @ axes, np.eye(axes.shape[1]), atol=ROUNDED)
    start = np.concatenate([first.T, second]) if imbalance else None
    if start is not None:
        np.testing.assert_allclose(axes @ riccati.start @ riccati.start.T @ axes.T, start @ start.T, atol=1e-12)
    assert shape[0] == axes.shape[0] - 4


def test_short_steps_are_as_exact_as_long_ones(monkeypatch):
    _, _, riccati = problem((5, 4, 3), 0.0, None, 0.0)
    times = np.linspace(0, 12, 61)
    at_once = maps(riccati, times)
    monkeypatch.setattr("ontogeny.networks.riccati.NARROW", 0)
    np.testing.assert_allclose(maps(riccati, times), at_once, rtol=0, atol=1e-13)


def test_parts_of_the_times_do_not_change_the_answer(monkeypatch):
    _, _, riccati = problem((5, 4, 3), 0.0, None, 0.0)
    times = np.linspace(0, 12, 61)
    whole = maps(riccati, times)
    monkeypatch.setattr("ontogeny.networks.riccati.STACK_BYTES", 5e3)
    np.testing.assert_allclose(maps(riccati, times), whole, atol=ROUNDED)


def test_exponents_beyond_any_double_are_cut_into_steps():
    _, goal, riccati = problem((5, 4, 3), 0.0, None, 0.0)
    np.testing.assert_allclose(maps(riccati, [1e4])[0], goal, atol=1e-12)


def test_smooth_through_zero_imbalance():
    rng = np.random.default_rng(0)
    goal, shape = target(rng, 4, 4), (4, 4, 4)
    found = []
    for imbalance in (-1e-9, 1e-9):
        weights = imbalanced(np.random.default_rng(1), *shape, imbalance)
        u, s, vt = np.linalg.svd(goal, full_matrices=False)
        found.append(maps(Riccati.from_weights(*weights, (u, s, vt.T), imbalance, 0.0), [2.0])[0])
    np.testing.assert_allclose(found[0], found[1], atol=1e-7)


def test_missing_directions_are_counted_and_stay_missing():
    first = np.array([[1.0, 0.0], [0.0, 0.0]])
    goal = np.diag([3.0, 2.0])
    riccati = Riccati.from_weights(first, first.copy(), (np.eye(2), np.array([3.0, 2.0]), np.eye(2)), 0.0, 0.0)
    assert riccati.missing == 1
    np.testing.assert_allclose(maps(riccati, [200.0])[0], np.diag([3.0, 0.0]), atol=1e-13)
    assert goal[1, 1] == 2.0


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_end_is_where_late_times_go(case):
    _, goal, riccati = problem(*case)
    time = 200 / riccati.rates[riccati.rates > 1e-9].min()
    late = maps(riccati, [time])[0]
    end = riccati.end()
    found = riccati.axes.outputs(end) @ riccati.axes.inputs(end).T
    slow = 1 / time if case[2] and not case[1] else 0.0  # modes of strength 0 fade like 1/(2 t)
    np.testing.assert_allclose(found, late, atol=1e-9 * np.abs(goal).max() + slow)


def test_the_end_of_tied_modes_of_which_one_is_missing():
    """Two equally strong modes and a start along one mixture of them: that mixture is learned."""
    first = np.array([[0.6, 0.8]]) * 0.1
    riccati = Riccati.from_weights(first, first.T.copy(), (np.eye(2), np.array([2.0, 2.0]), np.eye(2)), 0.0, 0.0)
    end = riccati.end()
    expected = 2.0 * np.outer([0.6, 0.8], [0.6, 0.8])
    np.testing.assert_allclose(riccati.axes.outputs(end) @ riccati.axes.inputs(end).T, expected, atol=1e-12)


def test_long_steps_are_not_taken_for_short_ones(monkeypatch):
    """One by one, at times that lie far apart: growth by e^20 from one to the next."""
    _, _, riccati = problem((5, 4, 3), 0.0, None, 0.0)
    times = np.array([0.1, 10.0, 20.0]) * 2 / riccati.rates.max()
    at_once = maps(riccati, times)
    monkeypatch.setattr("ontogeny.networks.riccati.NARROW", 0)
    np.testing.assert_allclose(maps(riccati, times), at_once, rtol=0, atol=1e-13)


@pytest.mark.parametrize("exponent", [0.3, 2.0, 6.0])
def test_modes_that_are_learned_stay_exact_while_others_grow(exponent):
    """Two modes, one of them learned to the end and one tiny: neither costs the other a digit."""
    layer = np.diag(np.sqrt([3.0, 1e-9]))
    riccati = Riccati.from_weights(layer, layer.copy(), (np.eye(2), np.array([3.0, 2.0]), np.eye(2)), 0.0, 0.0)
    found = np.diag(maps(riccati, [exponent / 2])[0])
    grown = 1e-9 * np.exp(2 * exponent)
    np.testing.assert_allclose(found, [3.0, grown / (1 + (grown - 1e-9) / 2)], rtol=1e-13)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_steps_in_a_crowd_are_as_exact_as_single_ones(case, monkeypatch):
    """Times so near each other that a short step reaches many, in one stacked factorization; one by one; and by QR."""
    _, _, riccati = problem(*case)
    times = np.linspace(0, 8, 161)
    crowded = maps(riccati, times)
    monkeypatch.setattr("ontogeny.networks.riccati.CROWD", np.inf)
    np.testing.assert_allclose(crowded, maps(riccati, times), rtol=0, atol=1e-13)
    monkeypatch.setattr("ontogeny.networks.riccati.SHORT", 0.0)
    np.testing.assert_allclose(crowded, maps(riccati, times), rtol=0, atol=1e-13)


@pytest.mark.parametrize("first", [0.0, 1e-9])
def test_huge_starts_are_not_stepped_from_by_what_would_cost_their_digits(first):
    """A huge and a tiny mode, mixed in the hidden units; the times lie within a short step, and begin late or early."""
    s, start = np.array([2.0, 1.5]), np.array([1e12, 1e-4])
    turn = np.array([[0.6, 0.8], [-0.8, 0.6]])
    layer = turn * np.sqrt(start)
    riccati = Riccati.from_weights(layer, layer.T.copy(), (np.eye(2), s, np.eye(2)), 0.0, 0.0)
    times = np.append(first, np.linspace(0, 1, 41)[1:])[first == 0 :]
    exponent = -2 * s * times[:, None]
    expected = 1 / (np.exp(exponent) / start - np.expm1(exponent) / s)
    np.testing.assert_allclose(np.einsum("tii->ti", maps(riccati, times)), expected, rtol=1e-9)


def test_a_walk_goes_on_from_where_it_is_and_back_to_the_start_for_earlier_times():
    _, _, riccati = problem((5, 4, 3), 0.0, None, 0.0)
    walk, times = Walk(riccati), np.linspace(0.1, 3, 20)
    early, late = walk.to(times), walk.to(times + 3)
    np.testing.assert_array_equal(walk.to(times), early)
    both = riccati.coordinates(np.concatenate([times, times + 3]))
    np.testing.assert_allclose(np.concatenate([early, late]), both, atol=ROUNDED)
