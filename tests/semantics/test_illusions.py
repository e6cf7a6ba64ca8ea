"""Answers that go astray: the printed values, who has them and who has none, networks beside theory."""

import numpy as np
import pytest

from ontogeny import Environment, datasets, predict, simulate
from ontogeny.semantics import illusory_correlations
from ontogeny.semantics.illusions import _farthest
from worlds import TOY, correlated, gapped, tree

PRINTED = 5e-4  # the numbers are printed with three digits


def partial_sums(world):
    """Answers once the strongest 1, 2, ... distinct modes are learned and no others, (stages, features, items)."""
    modes = world.spectrum()
    stages = [modes.groups <= group for group in np.unique(modes.groups)]
    return np.stack([
        (modes.output_modes[:, known] * modes.asymptotes[known]) @ modes.input_modes[:, known].T for known in stages
    ])  # fmt: skip


@pytest.mark.parametrize(("start", "printed"), [(1e-2, 0.300), (1e-4, 0.430), (1e-8, 0.493), (1e-14, 0.49984)])
def test_printed_overshoot_of_a_tree(start, printed):
    found = illusory_correlations(predict(tree(), initial_strength=start, times=np.linspace(0, 40, 20001)))
    assert found.excess.max() == pytest.approx(printed, abs=PRINTED)
    assert found.share(0.01) == pytest.approx(0.73, abs=5e-3)


@pytest.mark.parametrize(("world", "off"), [(tree(), 1e-4), (datasets.load("zoo"), 0.15)], ids=["tree", "zoo"])
def test_small_starts_step_through_partial_sums(world, off):
    """Up to modes so close in strength that they are learned together."""
    found = illusory_correlations(predict(world, initial_strength=1e-60, until=300.0))
    sums = partial_sums(world)
    expected = np.maximum(sums.max(axis=0), 0) - np.maximum(found.final, 0)
    over = found.excess > 0.1
    distance = np.abs(found.excess - expected)[over]
    assert distance.max() < off
    assert np.median(distance) < 1e-3


def test_printed_share_of_what_is_believed_wrongly_about_animals():
    world = datasets.load("zoo")
    wrong = partial_sums(world).max(axis=0)[world.targets.T == 0]
    assert np.mean(wrong > 0.25) == pytest.approx(0.65, abs=0.005)


def test_printed_illusions_about_animals():
    world = datasets.load("zoo")
    table = illusory_correlations(predict(world, initial_strength=1e-40, until=200.0)).to_dataframe()
    peaks = table[table.final.abs() < 1e-9].set_index(["item", "feature"]).peak
    assert peaks["seal", "tail"] == pytest.approx(0.98, abs=5e-3)
    assert all(peaks[item, "predator"] == pytest.approx(0.94, abs=5e-3) for item in ("sole", "seahorse", "haddock"))
    assert peaks["platypus", "toothed"] == pytest.approx(0.91, abs=5e-3)
    assert peaks.index[0] == ("seal", "tail")


def test_the_worm_loses_its_backbone_when_features_are_centered():
    for center in (False, True):
        world = Environment.from_dataframe(datasets.table("zoo"), center=center, **datasets.options("zoo"))
        found = illusory_correlations(predict(world, until=4.0))
        worm = found.excess[world.features.index("backbone"), world.items.index("worm")]
        assert (worm > 0.25) is not center


@pytest.mark.parametrize("world", [Environment.from_dataframe(TOY), datasets.load("zoo")], ids=["toy", "zoo"])
@pytest.mark.parametrize("method", ["closed_form", "flow"])
def test_a_shallow_network_on_white_inputs_has_none(world, method):
    found = illusory_correlations(predict(world, depth=1, initial_strength=1e-9, until=20.0, method=method))
    assert found.share() == 0
    assert np.abs(found.excess).max() < 1e-8
    assert illusory_correlations(predict(world, until=20.0)).share() > 0.3


def test_a_shallow_network_on_correlated_inputs_has_some():
    """Two inputs of correlation .8, weights (1, -.3): the second rises to .174 first."""
    inputs = np.linalg.cholesky([[1, 0.8], [0.8, 1]]).T * np.sqrt(2)
    world = Environment.from_arrays(inputs, inputs @ [[1.0], [-0.3]])
    theory = predict(world, depth=1, initial_strength=1e-12, times=np.linspace(0, 40, 4001))
    assert float(theory.network_map[:, 0, 1].max()) == pytest.approx(0.174, abs=PRINTED)
    assert float(theory.network_map[-1, 0, 1]) == pytest.approx(-0.3, abs=PRINTED)


def test_trained_networks_have_the_same_illusions():
    world, times = datasets.load("zoo"), np.linspace(0, 4, 201)
    theory = illusory_correlations(predict(world, times=times))
    child = illusory_correlations(simulate(world, times=times, seed=[0, 1, 2]))
    assert np.corrcoef(theory.excess.ravel(), child.excess.ravel())[0, 1] > 0.97
    worm = world.features.index("backbone"), world.items.index("worm")
    assert child.peak[worm] == pytest.approx(0.29, abs=0.01)
    assert child.peak_time[worm] == pytest.approx(0.56, abs=0.02)


def test_blocks_of_items_do_not_change_the_answer(monkeypatch):
    theory = predict(tree(), until=8.0)
    whole = illusory_correlations(theory)
    monkeypatch.setattr("ontogeny.semantics.illusions.CHUNK", theory.time.size * 15 * 3)
    pieces = illusory_correlations(theory)
    np.testing.assert_allclose(pieces.peak, whole.peak, atol=1e-14)
    np.testing.assert_array_equal(pieces.peak_time, whole.peak_time)


def test_farthest_beyond_start_and_end():
    courses = np.array([[0.0, 0, 0, 0, 1], [2, -3, 0.5, 0, 0.5], [1, 1, 1, 0, 0.2], [1, 1, 1, 0, 0]])
    peak, index, excess = _farthest(courses[:, None, :], np.array([[1.0, 1, 1, 0, 0]]))
    assert peak.tolist() == [[2.0, -3, 1, 0, 0]]
    assert index.tolist() == [[1, 1, -1, -1, -1]]
    assert excess.tolist() == [[1.0, -3.0, 0.0, 0.0, 0.0]]


def test_a_small_dip_on_the_way_to_a_large_answer_is_a_small_one():
    """Rated from -3 to 3: what counts is how far beyond start and end, not how far from the end."""
    table = np.random.default_rng(0).integers(-3, 4, (8, 5))
    world = Environment.from_arrays(np.eye(8), table, normalization="sum")
    theory = predict(world, until=6.0)
    found = illusory_correlations(theory)
    course, final = theory.response.values, found.final
    beyond = np.maximum(
        course.max(axis=0) - np.maximum(course[0], final), np.minimum(course[0], final) - course.min(axis=0)
    )
    np.testing.assert_allclose(np.abs(found.excess), np.maximum(beyond, 0), atol=1e-7)


def test_final_answers_are_those_of_the_best_network():
    world = correlated()
    best = np.linalg.lstsq(world.inputs, world.targets, rcond=None)[0]
    found = illusory_correlations(predict(world, until=2.0))
    np.testing.assert_allclose(found.final, (world.inputs @ best).T, atol=1e-12)


def test_a_table_of_what_goes_astray_the_farthest_first():
    table = illusory_correlations(predict(tree(), until=20.0)).to_dataframe()
    assert table.columns.tolist() == ["item", "feature", "final", "peak", "peak_time", "excess"]
    assert np.all(np.diff(table.excess.abs()) <= 0)
    np.testing.assert_allclose(table.excess, table.peak - table.final)
    assert table.peak_time.between(0, 20).all()


@pytest.mark.parametrize("make", [predict, simulate])
def test_a_missing_cell_has_no_right_answer(make):
    """Where cells are missing, all is measured from the end of the run, and nothing is called right."""
    run = make(gapped(), until=8.0)
    found = illusory_correlations(run)
    end = run.response.values[..., -1, :, :].reshape(-1, 7, 4).mean(axis=0)
    np.testing.assert_allclose(found.final, end, atol=1e-12)
    assert np.isfinite(found.excess).all()
    assert np.count_nonzero(found.excess) > 4 and "ends at" in repr(found) and "right" not in repr(found)
