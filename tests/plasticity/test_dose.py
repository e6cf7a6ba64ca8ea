"""The law of the residual dose, with and without weight decay, and the windows that follow from it."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ontogeny import InputError
from ontogeny.plasticity import Segment, after_dose, flip_dose, residual_dose, two_pathways, window

PRINTED = 6e-4  # of a share, to three digits
STARTS = {1: 0.001, 2: 0.02, 3: 0.1, 4: 0.2}  # weight of each layer at each depth, as in the window curves


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("deficit", ["freeze", "silence"])
def test_the_difference_of_both_is_the_dose(depth, deficit):
    start = (STARTS[depth], 1.3 * STARTS[depth])
    segments = [Segment(1.0), Segment(2.0, (1.0, 0.3)), Segment(1.5, (0.0, 1.0)), Segment(3.0)]
    found = two_pathways(segments, depth=depth, initial_weights=start, deficit=deficit)
    apart = residual_dose(found.weights[:, 0], depth) - residual_dose(found.weights[:, 1], depth)
    np.testing.assert_allclose(apart - apart[0], found.dose, rtol=1e-6, atol=1e-8)
    assert found.time.size == 401 and np.allclose(found.boundaries, [1.0, 3.0, 4.5, 7.5])


@pytest.mark.parametrize(("depth", "printed"), [(2, 0.2689), (3, 0.1057), (4, 0.0569), (8, 0.0214), (13, 0.0129)])
def test_deeper_pathways_lose_more_in_the_phase_portrait(depth, printed):
    """A task of 10, a deficit of .05 on the plateau: the dose is their product."""
    first, second = after_dose(10 * 0.05, target=10.0, depth=depth, initial_weights=(0.005, 0.005))
    assert second / 10 == pytest.approx(printed, abs=6e-5) and first + second == pytest.approx(10.0)


def test_deeper_is_not_always_worse():
    """What decides is the dose times a power of the task: with small tasks, or large doses, depth protects."""
    ends = [after_dose(2.0, depth=depth, initial_weights=(p, p))[1] for depth, p in ((2, 0.02), (3, 0.1), (4, 0.2))]
    np.testing.assert_allclose(ends, [0.0180, 0.0366, 0.0397], atol=6e-5)
    small = [after_dose(0.5, target=0.3, depth=depth, initial_weights=(1e-3, 1e-3))[1] / 0.3 for depth in (2, 3, 4)]
    np.testing.assert_allclose(small, [0.269, 0.315, 0.322], atol=PRINTED)


@pytest.mark.parametrize("depth", [2, 3])
def test_the_end_is_that_of_the_course(depth):
    start = (0.2, 0.15)
    course = two_pathways([Segment(1.0, (1.0, 0.0)), Segment(200.0)], depth=depth, initial_weights=start)
    ends = after_dose(float(course.dose[-1, 0]), depth=depth, initial_weights=start)
    np.testing.assert_allclose(course.strengths[-1, :, 0], ends, rtol=1e-6)


def test_equal_starts_are_forgotten_and_small_leads_win():
    ends = [after_dose(3.0, depth=4, initial_weights=(p, p)) for p in (1e-3, 1e-1)]
    np.testing.assert_allclose(*ends, rtol=1e-9)  # at depth 3 and more the size of an equal start does not count
    first, _ = after_dose(0.0, depth=6, initial_weights=(0.20, 0.21))
    lead = (0.20**-4 - 0.21**-4) / 4  # of the clock, which the first lags behind until the end
    assert first == pytest.approx((4 * (lead + 0.25)) ** -1.5, rel=1e-3) and first < 1e-3


def test_the_flip_dose_makes_both_alike():
    for depth in (1, 2, 3, 6):
        ends = after_dose(flip_dose((0.2, 0.21), depth=depth), depth=depth, initial_weights=(0.2, 0.21))
        np.testing.assert_allclose(ends, [0.5, 0.5], rtol=1e-9)


WINDOWS = {
    1: [0.069, 0.195, 0.284, 0.347, 0.446],
    2: [0.018, 0.032, 0.268, 0.488, 0.5],
    3: [0.037, 0.038, 0.258, 0.500, 0.5],
    4: [0.040, 0.041, 0.253, 0.500, 0.5],
}


@pytest.mark.parametrize("depth", list(WINDOWS))
def test_windows_close_more_sharply_the_deeper_the_pathways(depth):
    """Deficits of length 2 from 0 to 3 half-times on, printed."""
    p = STARTS[depth]
    course = two_pathways([Segment(60.0)], depth=depth, initial_weights=(p, p))
    fine = solve_ivp(
        lambda t, y: y ** (depth - 1) * (1 - 2 * y**depth), (0, 60), [p], rtol=1e-10, atol=1e-13, dense_output=True
    )
    times = np.linspace(0, 60, 60001)
    half = times[np.argmax(2 * fine.sol(times)[0] ** depth >= 0.5)]
    shares = window(half * np.array([0, 0.5, 1, 1.5, 3]), length=2.0, depth=depth, initial_weight=p)
    np.testing.assert_allclose(shares, WINDOWS[depth], atol=PRINTED)
    assert course.shares[-1, 0] == pytest.approx(0.5)


def test_windows_of_many_modes_are_those_of_each_and_later_for_weaker_ones():
    onsets, targets = [0.0, 12.0], [1.0, 0.5]
    both = window(onsets, length=2.0, depth=3, initial_weight=0.1, target=targets)
    alone = [window(onsets, length=2.0, depth=3, initial_weight=0.1, target=target) for target in targets]
    np.testing.assert_allclose(both, np.transpose(alone), rtol=1e-9)
    assert both[1, 0] > 0.3 > both[1, 1]  # the strong mode's window has closed by then, the weak one's has not


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_with_weight_decay_the_dose_still_tells_the_difference(depth):
    """Against the weights of the integrated course; decay pulls together, keeps, or drives apart by depth."""
    start, decay, tau = (STARTS[depth], 1.3 * STARTS[depth]), 0.05, 2.0
    segments = [Segment(2.0), Segment(4.0, (1.0, 0.3)), Segment(6.0)]
    found = two_pathways(segments, depth=depth, initial_weights=start, weight_decay=decay, tau=tau)
    apart = residual_dose(found.weights[:, 0], depth) - residual_dose(found.weights[:, 1], depth)
    grown = np.exp(decay * (depth - 2) * found.time / tau)[:, None]
    np.testing.assert_allclose(apart, grown * apart[0] + found.dose, rtol=1e-6, atol=1e-8)


def test_decay_restores_one_layer_keeps_two_and_loses_the_smaller_of_three():
    decay, goal = 0.05, 1.0
    courses = {
        depth: two_pathways([Segment(0.5, (1.0, 0.0)), Segment(1500.0)], depth=depth, initial_weights=(p, p),
                            weight_decay=decay)
        for depth, p in ((1, 0.001), (2, 0.1), (3, 0.3))
    }  # fmt: skip
    assert courses[1].shares[-1, 0] == pytest.approx(0.5, abs=1e-6)
    ends = after_dose(float(courses[2].dose[-1, 0]), target=goal - decay, depth=2, initial_weights=(0.1, 0.1))
    np.testing.assert_allclose(courses[2].strengths[-1, :, 0], ends, rtol=1e-6)
    assert 0.05 < courses[2].shares[-1, 0] < 0.45 and courses[3].shares[-1, 0] < 1e-6


def test_windows_with_decay_are_those_of_the_course():
    """A task that is not 1, so that rates and strengths have a scale."""
    given = dict(target=[2.0, 0.5], depth=3, initial_weights=(0.2, 0.2), weight_decay=0.05)
    course = two_pathways([Segment(1.0), Segment(2.0, (1.0, 0.0)), Segment(9.0)], **given)
    found = window([1.0], length=2.0, depth=3, initial_weight=0.2, target=[2.0, 0.5], weight_decay=0.05, recovery=9.0)
    np.testing.assert_allclose(found[0], course.shares[-1], rtol=1e-6)

    def velocity(_, p, opened):
        return opened * p**2 * (2 - np.sum(p**3)) - 0.05 * p

    p = np.array([0.2, 0.2])
    for segment in course.segments:
        opened = np.array(segment.open)
        p = solve_ivp(velocity, (0, segment.duration), p, args=(opened,), rtol=1e-11, atol=1e-14).y[:, -1]
    np.testing.assert_allclose(course.weights[-1, :, 0], p, rtol=1e-7)
    with pytest.raises(InputError, match="recovery is missing, but weights that decay"):
        window([1.0], length=2.0, depth=3, initial_weight=0.2, weight_decay=0.05)


def test_shares_are_those_of_the_task():
    late = window([0.5], length=1.0, depth=2, initial_weight=0.1, target=[4.0])
    course = two_pathways(
        [Segment(0.5), Segment(1.0, (1.0, 0.0)), Segment(30.0)], target=[4.0], depth=2, initial_weights=(0.1, 0.1)
    )
    assert late[0, 0] == pytest.approx(course.shares[-1, 0], rel=1e-6)


def test_one_layer_is_a_sum():
    np.testing.assert_allclose(after_dose(2.0, depth=1, initial_weights=(0.1, 0.1)), [1.5, -0.5], rtol=1e-12)
    np.testing.assert_allclose(after_dose(0.4, depth=1, initial_weights=(0.1, 0.2)), [0.65, 0.35], rtol=1e-12)


def test_refused_windows():
    with pytest.raises(InputError, match="recovery is missing"):
        window([0.0], length=1.0, depth=2, initial_weight=0.1, deficit="silence")
    with pytest.raises(InputError, match="onsets hold a number that is negative"):
        window([-1.0], length=1.0, depth=2, initial_weight=0.1)
