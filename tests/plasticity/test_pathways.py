"""Two pathways: scalars against whole matrices, what recovers, and what does not."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ontogeny import InputError
from ontogeny._core.checks import PlateauWarning
from ontogeny.networks.initialization import haar
from ontogeny.plasticity import Segment, two_pathways

FLOW = 1e-8  # relative; the integrator's tolerance over a course that grows from small weights
STARTS = {1: 0.001, 2: 0.02, 3: 0.1, 4: 0.2}  # weight of each layer at each depth, as in the window curves


@pytest.mark.parametrize("depth", [2, 3, 4])
@pytest.mark.parametrize("deficit", ["freeze", "silence"])
def test_whole_matrices_follow_the_scalars(depth, deficit):
    """Two chains of 8 x 8 matrices, outputs added, three modes, a weak signal, one chain partly closed for a while."""
    rng = np.random.default_rng(depth)
    frames = [[haar(8, 8, rng) for _ in range(depth - 1)] for _ in range(2)]
    u, v = haar(8, 8, rng), haar(8, 8, rng)
    target, starts = np.array([1.0, 0.6, 0.3]), (0.3, 0.25)
    segments = [Segment(3.0, (1.0, 0.4), 0.5), Segment(4.0, (1.0, 0.0)), Segment(5.0)]
    found = two_pathways(segments, target=target, depth=depth, initial_weights=starts, deficit=deficit)

    def chain(weight, inner):
        ends = [v.T, *inner], [*inner, u]
        core = np.diag([weight] * 3 + [0.0] * 5)
        return [after @ core @ (before if k == 0 else before.T) for k, (before, after) in enumerate(zip(*ends))]

    layers = [chain(weight, inner) for weight, inner in zip(starts, frames)]
    for segment in segments:
        goal = segment.signal * u[:, :3] @ np.diag(target) @ v[:, :3].T

        def velocity(_, state, segment=segment, goal=goal):
            both = state.reshape(2, depth, 8, 8)
            maps = [np.linalg.multi_dot([*each[::-1]]) for each in both]
            heard = segment.open if deficit == "silence" else (1.0, 1.0)
            error = goal - sum(share * each for share, each in zip(heard, maps))
            moves = []
            for opened, each in zip(segment.open, both):
                for k in range(depth):
                    above = np.linalg.multi_dot([*each[:k:-1], np.eye(8)]) if k < depth - 1 else np.eye(8)
                    below = np.linalg.multi_dot([np.eye(8), *each[:k][::-1]]) if k else np.eye(8)
                    moves.append(opened * above.T @ error @ below.T)
            return np.ravel(moves)

        solved = solve_ivp(velocity, (0, segment.duration), np.ravel(layers), method="DOP853", rtol=1e-10, atol=1e-13)
        layers = solved.y[:, -1].reshape(2, depth, 8, 8)
    maps = [np.linalg.multi_dot([*each[::-1]]) for each in layers]
    strengths = [np.diag(u.T @ each @ v)[:3] for each in maps]
    np.testing.assert_allclose(found.strengths[-1], strengths, rtol=FLOW)


def test_late_deficits_do_nothing_to_frozen_pathways_and_shift_silenced_ones():
    """After learning, closed for long, opened again: shares printed for every depth, one layer included."""
    printed = {1: 0.25, 2: 1 / 3, 3: 0.3524, 4: 0.3607, 8: 0.3720}
    for depth, share in printed.items():
        p = STARTS.get(depth, 0.4)
        late = [Segment(3000.0), Segment(5000.0, (1.0, 0.0)), Segment(5000.0)]
        ends = {
            deficit: float(two_pathways(late, depth=depth, initial_weights=(p, p), deficit=deficit).shares[-1, 0])
            for deficit in ("freeze", "silence")
        }
        assert ends["freeze"] == pytest.approx(0.5, abs=1e-6) and ends["silence"] == pytest.approx(share, abs=6e-5)


def test_reverse_occlusion_helps_silenced_pathways_alone():
    def share(again, deficit):
        segments = [Segment(20.0, (1.0, 0.0)), Segment(again, (0.0, 1.0)), Segment(60.0)]
        return float(two_pathways(segments, depth=2, initial_weights=(0.02, 0.02), deficit=deficit).shares[-1, 0])

    np.testing.assert_allclose([share(again, "silence") for again in (1, 3, 6)], [0.003, 0.12, 0.496], atol=3e-3)
    np.testing.assert_allclose([share(again, "freeze") for again in (1, 3, 6)], 0.0004, atol=6e-5)


def test_weight_decay_forgets_a_closed_pathway():
    segments = [Segment(40.0), Segment(200.0, (1.0, 0.0))]
    plain, decaying = (
        two_pathways(segments, depth=2, initial_weights=(0.1, 0.1), deficit="silence", weight_decay=decay)
        for decay in (0.0, 0.05)
    )
    assert plain.strengths[-1, 1, 0] > 0.4 and decaying.strengths[-1, 1, 0] < 1e-6
    assert decaying.strengths[-1, 0, 0] == pytest.approx(1 - 0.05, abs=1e-6)


def test_a_weak_early_signal_delays_and_divides_nothing():
    weak = two_pathways([Segment(5.0, signal=0.1), Segment(60.0)], depth=2, initial_weights=(0.05, 0.05))
    assert weak.shares[-1, 0] == pytest.approx(0.5) and weak.strengths[-1].sum() == pytest.approx(1.0)


def test_shapes_and_tables():
    found = two_pathways([(1.0, (1.0, 0.0)), (2.0,)], target=[1.0, 0.5], depth=2, initial_weights=([0.1, 0.2], 0.1))
    assert found.weights.shape == (201, 2, 2) and found.shares.shape == (201, 2)
    frame = found.to_dataframe()
    assert len(frame) == 201 * 4 and list(frame)[:3] == ["time", "pathway", "mode"]
    assert repr(found).startswith("<Pathways: depth 2, freeze, 2 segments")


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (dict(segments=[]), "segments is empty"),
        (dict(segments=[(0.0,)]), "segments is 0"),
        (dict(segments=[(1.0, (2.0, 0.0))]), r"open \(2\.0, 0\.0\)"),
        (dict(segments=[(1.0, (1.0,))]), "segments hold one that is open"),
        (dict(segments=[5.0]), r"hold 5\.0, which is no segment"),
        (dict(segments=[(1.0, "ab")]), "which is no segment"),
        (dict(initial_weights=0.1), "initial_weights do not fit"),
        (dict(deficit="patch"), "deficit is 'patch'"),
        (dict(depth=0), "depth is 0"),
        (dict(target=0.0), "target holds a number that is not above 0"),
        (dict(initial_weights=(0.0, 0.0)), "initial_weights are all 0"),
        (dict(initial_weights=(-0.1, 0.1)), "initial_weights are not two finite weights"),
        (dict(initial_weights=(0.1, 0.1, 0.1)), "initial_weights are not two finite weights"),
        (dict(weight_decay=-1.0), "weight_decay is -1"),
    ],
)
def test_refusals(given, match):
    options = dict(segments=[Segment(1.0)], depth=2, initial_weights=(0.1, 0.1)) | given
    with pytest.raises(InputError, match=match):
        two_pathways(options.pop("segments"), **options)


def test_a_pathway_that_starts_at_zero_is_warned_about():
    with pytest.warns(PlateauWarning, match="starts at 0 and never learns"):
        found = two_pathways([Segment(30.0)], depth=2, initial_weights=(0.1, 0.0))
    assert found.shares[-1, 0] == 0.0
    two_pathways([Segment(1.0)], depth=1, initial_weights=(0.1, 0.0))  # one layer leaves 0 by itself
