"""Will pretraining help? The law beside whole matrices, a task that is turned away from the inputs, refusals."""

import numpy as np
import pytest

import ontogeny as on
from ontogeny import InputError
from ontogeny.networks.initialization import haar
from ontogeny.plasticity import greedy_pretraining, will_pretraining_help
from ontogeny.plasticity import help as room

CURVES = 1e-4  # of an error of 1; the tolerance with which matrices are followed


def aligned(seed=0):
    """A world whose inputs vary along the directions of its task."""
    q, u = (haar(4, 4, np.random.default_rng(seed + k)) for k in (0, 1))
    inputs = q @ np.diag([2.0, 1.0, 0.5, 0.3]) @ q.T
    return on.Environment.from_correlations(u @ np.diag([1.5, 0.8, 0.5, 0.2]) @ q.T, inputs)


def turned(degrees):
    """A task along a direction that is turned from the one that varies most towards the one that hardly varies."""
    direction = np.array([[np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))]])
    inputs = np.diag([2.0, 0.1])
    return on.Environment.from_correlations((direction if degrees < 90 else np.array([[0.0, 1.0]])) @ inputs, inputs)


def test_the_law_and_the_matrices_agree(monkeypatch):
    law = will_pretraining_help(aligned(), depth=4)
    monkeypatch.setattr(room, "_by_law", room._by_matrices)
    matrices = will_pretraining_help(aligned(), depth=4)
    assert law.method == "law" and law.alignment.holds
    np.testing.assert_allclose(law.errors, matrices.errors, atol=CURVES)
    assert law.learning_time("pretrained") < law.learning_time("small weights") and law.speedup > 1
    assert law.speedup > law.speedup_in_all and "times sooner after pretraining" in law.meaning


def test_after_long_pretraining_it_is_the_start_of_orthogonal_weights():
    found = will_pretraining_help(aligned(), depth=3, duration=1e4)
    np.testing.assert_allclose(found.errors.sel(start="pretrained"), found.errors.sel(start="orthogonal"), atol=1e-9)


@pytest.mark.parametrize(("degrees", "printed"), [(0, 0.6), (15, 0.6), (30, 0.7), (45, 1.0), (60, 18.7), (90, np.inf)])
def test_a_task_turned_away_from_the_inputs_is_learned_late(degrees, printed):
    """A single hidden unit, pretrained on what varies most; printed times to 5% of the error, to their last digit."""
    found = will_pretraining_help(turned(degrees), depth=2, hidden_units=1, duration=1e3, share=0.95)
    time = found.learning_time("pretrained")
    assert time == printed if np.isinf(printed) else abs(time - printed) < 0.11
    assert found.method == "matrices"
    harm = found.learning_time("pretrained") > found.learning_time("small weights")
    assert harm == (degrees > 50)
    if harm:
        assert "later after pretraining" in found.meaning or "it does harm" in found.meaning


def test_white_inputs_have_nothing_to_pretrain_on():
    found = will_pretraining_help(on.datasets.load("zoo"))
    assert found.method == "none" and "no structure to pretrain on" in found.meaning
    assert np.isnan(found.speedup) and found.to_dataframe().empty


def test_samples_are_taken_without_their_means():
    rng = np.random.default_rng(2)
    x = rng.standard_normal((300, 8)) @ np.diag([3, 2, 1, 1, 0.5, 0.5, 0.2, 0.0])
    y = x[:, 0] + 0.3 * rng.standard_normal(300)
    plain, moved = (will_pretraining_help(each, y + shift) for each, shift in ((x, 0.0), (x + 5.0, 7.0)))
    np.testing.assert_allclose(plain.errors, moved.errors, atol=1e-6)
    assert not plain.alignment.holds and "do not share their axes" in plain.meaning
    frame = plain.to_dataframe()
    assert list(frame) == ["start", "time", "error"] and set(frame["start"]) == set(plain.errors["start"].values)
    assert np.all(np.diff(plain.errors.sel(start="pretrained").values) <= 1e-6)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (dict(answers=None), "answers are missing"),
        (dict(answers=np.ones(9)), "answers have the shape .9,., but the inputs .10, 3."),
        (dict(answers=np.ones(10)), "answers are the same for every sample"),
        (dict(answers=np.full(10, np.nan)), "hold a number that is not finite"),
        (dict(depth=1), "depth is 1, but the last matrix is the readout"),
        (dict(initial_weight=0.0), "initial_weight is 0"),
        (dict(hidden_units=0), "hidden_units is 0"),
        (dict(duration=-1.0), "durations hold a number that is negative"),
        (dict(share=1.0), r"share is 1\.0"),
    ],
)
def test_refusals(given, match):
    x = np.random.default_rng(0).standard_normal((10, 3)) * [2, 1, 0.5]
    options = dict(answers=np.arange(10.0)) | given
    with pytest.raises(InputError, match=match):
        will_pretraining_help(x, options.pop("answers"), **options)


def test_a_world_has_its_own_answers():
    with pytest.raises(InputError, match="answers are given beside a world"):
        will_pretraining_help(aligned(), np.ones(4))


def test_tied_variances_do_not_mix_the_modes_of_a_task(monkeypatch):
    """Two directions that vary alike, and a task whose modes lie somewhere between them: law and matrices agree."""
    turn, u = (haar(3, 3, np.random.default_rng(seed)) for seed in (5, 6))
    turn[:, 2] = 0.0
    turn[2] = 0.0
    turn[:2, :2] = [[0.6, -0.8], [0.8, 0.6]]
    turn[2, 2] = 1.0
    world = on.Environment.from_correlations(u @ np.diag([0.9, 0.3, 0.2]) @ turn.T, np.diag([1.0, 1.0, 0.5]))
    law = will_pretraining_help(world, depth=3, duration=2.0)
    assert law.method == "law"
    inputs, task = np.diag([1.0, 1.0, 0.5]), u @ np.diag([0.9, 0.3, 0.2]) @ turn.T
    times = law.errors["time"].values
    start = [0.05 * np.eye(3), 0.05 * np.eye(3), np.zeros((3, 3))]
    maps = on.networks.evolve(start, task, inputs, times=times).network_map
    off = maps - task @ np.linalg.inv(inputs)
    errors = np.einsum("tij,jk,tik->t", off, inputs, off)
    np.testing.assert_allclose(law.errors.sel(start="small weights"), errors / errors[0], atol=CURVES)


def test_narrow_layers_do_not_cut_between_equal_variances():
    world = on.Environment.from_correlations(np.diag([0.9, 0.3, 0.2]), np.diag([1.0, 0.5, 0.5]))
    with pytest.raises(InputError, match="hidden_units is 2, but components 2 and 3 vary alike"):
        will_pretraining_help(world, hidden_units=2)


def test_what_is_not_followed_is_said():
    rng = np.random.default_rng(7)
    x = rng.standard_normal((400, 60)) * np.geomspace(3, 0.3, 60)
    assert "the 40 strongest components, which hold" in will_pretraining_help(x, x[:, 50], depth=2).meaning
    assert "Followed are" not in will_pretraining_help(x, x[:, 0], depth=2).meaning


def test_times_are_those_of_the_flow_however_strong_the_task():
    """Four matrices, integrated: printed by nobody, found by another hand (799.5, .8114; .00800, 2.00e-5)."""
    for s, v, printed in (((2, 1, 0.5, 0.25),) * 2 + ((799.5, 0.8114),), ((1e5, 5e4), (1.0, 0.5), (0.00800, 2.00e-5))):
        found = will_pretraining_help(on.Environment.from_correlations(np.diag(s), np.diag(v)), depth=4)
        assert found.learning_time("small weights") == pytest.approx(printed[0], rel=2e-3)
        assert found.learning_time("orthogonal") == pytest.approx(printed[1], rel=2e-3)
        assert np.all(np.diff(found.errors.values, axis=1) < 1e-9)


def test_pretraining_lasts_until_the_last_layer_passes_on_what_the_task_needs():
    """The weakest component that 90% of the error needs has variance .5; the second layer waits for the first."""
    variances = np.diag([2.0, 1.0, 0.5, 0.25])
    for depth in (2, 3, 5):
        found = will_pretraining_help(on.Environment.from_correlations(variances, variances), depth=depth)
        stack = greedy_pretraining([0.5], found.pretraining_time / (depth - 1), layers=depth - 1, initial_weight=0.05)
        assert stack.layer_strengths[-1, 0] ** 2 == pytest.approx(0.9, rel=1e-4)


def test_inputs_with_hardly_a_structure_are_told_so():
    world = on.Environment.from_correlations(np.diag([1.0, 0.5]), np.diag([1.0, 0.99]))
    assert "vary nearly alike in all directions" in will_pretraining_help(world).meaning
    large = will_pretraining_help(world, initial_weight=1.5)
    assert large.pretraining_time == 0.0 and "learned as soon after" in large.meaning


def test_a_share_near_one_is_awaited(monkeypatch):
    world = on.Environment.from_correlations(np.diag([1.5, 0.01]), np.diag([2.0, 0.3]))  # the last 3e-4 come late
    found = will_pretraining_help(world, depth=3, share=0.99995)
    monkeypatch.setattr(room, "LEARNED", 0.0)  # every start is followed to the end
    followed = will_pretraining_help(world, depth=3, share=0.99995)
    for start in room.STARTS:
        assert found.learning_time(start) == pytest.approx(followed.learning_time(start), rel=1e-12)
