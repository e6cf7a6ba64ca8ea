"""Answers that go astray: the printed values, who has them and who has none, networks beside theory."""

from dataclasses import replace

import numpy as np
import pytest

from ontogeny import Environment, datasets, predict, simulate
from ontogeny._core.ties import EQUAL
from ontogeny.semantics import illusory_correlations
from ontogeny.semantics.illusions import _farthest
from rearranged import CLOSE, WORLDS, with_variants
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
    start, peak, index, excess = _farthest(courses[:, None, :], np.array([[1.0, 1, 1, 0, 0]]), 1.0)
    assert start.tolist() == [courses[0].tolist()]
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
    assert table.columns[:6].tolist() == ["item", "feature", "final", "peak", "peak_time", "excess"]
    assert table.columns[6:9].tolist() == ["created_by", "created_by_name", "removed_by"]
    assert np.all(np.diff(table.excess.abs()) <= EQUAL)
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


def slow_causes(record, feature, item):
    """Which group of modes adds most on the way out and takes most away on the way back, by summing one by one."""
    modes, row = (
        record.environment.spectrum(),
        int(np.argmin(np.abs(record.strength.time.values - record.peak_time[feature, item]))),
    )
    sign, final = np.sign(record.excess[feature, item]), record.environment.final_strength
    rise, fall = {}, {}
    for mode, group in enumerate(modes.groups):
        loading = (
            sign * modes.output_modes[feature, mode] * (modes.input_modes[:, mode] @ record.environment.probes[item])
        )
        course = record.strength.values[:, mode]
        rise[group] = rise.get(group, 0.0) + loading * (course[row] - course[0])
        fall[group] = fall.get(group, 0.0) + loading * (course[row] - final[mode])
    first = [int(np.flatnonzero(modes.groups == max(part, key=part.get))[0]) for part in (rise, fall)]
    return first, sum(rise.values()), sum(fall.values())


def twice():
    """Two copies of a tree that share nothing, one upside down: every mode is tied with that of the other copy."""
    return Environment.from_arrays(np.eye(16), np.kron(np.diag([1, -1]), tree().targets), normalization="sum")


@pytest.mark.parametrize("world", [tree(), twice(), datasets.load("zoo")], ids=["tied", "twice", "zoo"])
def test_modes_that_create_and_remove_are_those_that_add_and_take_most(world, monkeypatch):
    monkeypatch.setattr("ontogeny.semantics.illusions.CAUSES", 100)  # many blocks
    record = illusory_correlations(predict(world, until=20.0))
    feature, item = (numbers[:: max(1, numbers.size // 150)] for numbers in record.ranked())
    assert np.unique(np.sign(record.excess[feature, item])).tolist() == ([1] if len(world.items) == 8 else [-1, 1])
    causes = record.causes(feature, item)
    for row, (m, i) in enumerate(zip(feature, item, strict=True)):
        (created, removed), rise, fall = slow_causes(record, m, i)
        assert (causes.created_by[row], causes.removed_by[row]) == (created + 1, removed + 1)
        assert rise == pytest.approx(abs(record.peak[m, i] - record.start[m, i]), abs=1e-9)
        assert fall == pytest.approx(abs(record.peak[m, i] - record.final[m, i]), abs=1e-9)
    assert np.abs(causes.unexplained).max() < 1e-9
    assert (
        np.all(causes.created_by < causes.removed_by)
        and np.all(causes.creation > 1 / 15)
        and np.all(causes.removal > 1 / 15)
    )


def test_tied_modes_create_and_remove_together():
    table = illusory_correlations(predict(tree(), initial_strength=1e-9, until=40.0)).to_dataframe(most=20)
    assert len(table) == 20
    tied = tree().spectrum().is_tied
    for number, name in zip(table.removed_by, table.removed_by_name, strict=True):
        assert name.endswith("tied modes") == tied[number - 1]
    assert set(table.removed_by) <= {1, 2, 3, 5}  # the first modes of the groups 15, 7, 3 x 2 and 1 x 4
    assert table.removed_by_name.str.endswith("tied modes").any()


def test_general_animals_have_backbones_and_the_worm_loses_its_own_to_later_modes():
    table = (
        illusory_correlations(predict(datasets.load("zoo"), until=8.0)).to_dataframe().set_index(["item", "feature"])
    )
    assert table.loc[("worm", "backbone"), ["created_by", "removed_by"]].tolist() == [1, 12]
    assert table.loc[("stingray", "breathes"), "removed_by_name"].startswith("breathes, airborne, feathers | aquatic")


def test_what_modes_do_not_explain_is_said():
    world, times = datasets.load("rumelhart"), np.linspace(0, 6, 101)
    small, large = (
        illusory_correlations(simulate(world, times=times, seed=[0, 1], initial_strength=start)).to_dataframe(20)
        for start in (1e-4, 1e-1)
    )
    assert small.unexplained.abs().max() < 0.05 < large.unexplained.abs().max()
    bent = illusory_correlations(simulate(world, times=times, seed=[0, 1], nonlinearity="tanh"))
    assert "measured on 2 trained networks" in bent.meaning and bent.share() > 0.1


def test_the_record_says_how_exact_it_is():
    exact = illusory_correlations(predict(tree(), until=20.0))
    assert exact.meaning.startswith("exact courses; peaks are those of 401 times, at most 0.05 apart")
    assert exact.resolution == pytest.approx(0.05)
    assert "still on their way out" not in exact.meaning
    early = illusory_correlations(predict(tree(), until=1.5))
    assert "still move away from their final value" in early.meaning
    assert illusory_correlations(predict(correlated(), until=2.0)).meaning.startswith("integrated courses")
    assert "exact courses" in repr(exact) and "back by mode" in repr(exact)


@pytest.mark.parametrize("kind", ["theory", "simulation"])
def test_large_worlds_are_looked_at_less_often(kind, monkeypatch):
    world, times = tree(), np.linspace(0, 10, 201)
    course = predict(world, times=times) if kind == "theory" else simulate(world, times=times, seed=[0, 1])
    whole = illusory_correlations(course)
    monkeypatch.setattr("ontogeny.semantics.illusions.LOOKED", 21 * 8 * 15)
    seldom = illusory_correlations(course)
    assert seldom.strength.sizes["time"] == 21 and "those of 21 times" in seldom.meaning
    assert seldom.resolution == pytest.approx(0.5, abs=0.06)
    assert np.all(np.abs(seldom.excess) <= np.abs(whole.excess) + 1e-12)
    assert np.abs(seldom.excess - whole.excess).max() < 0.2
    np.testing.assert_array_equal(
        np.isin(seldom.peak_time, seldom.strength.time.values) | np.isnan(seldom.peak_time), True
    )


def test_no_illusion_gives_an_empty_table():
    found = illusory_correlations(predict(Environment.from_dataframe(TOY), depth=1, initial_strength=1e-9, until=30.0))
    few = found.to_dataframe()
    assert len(few) == 0 and "created_by" in few.columns
    assert "0% of 28 answers go astray" in repr(found)


@pytest.mark.parametrize("name", WORLDS)
def test_ranks_and_causes_hang_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name)
    tables = [illusory_correlations(predict(one, until=10.0)).to_dataframe() for one in (world, *others)]
    words = ["item", "feature", "created_by", "created_by_name", "removed_by", "removed_by_name"]
    for table in tables[1:]:
        assert table[words].values.tolist() == tables[0][words].values.tolist()
        numbers = ["final", "peak", "peak_time", "excess"]
        np.testing.assert_allclose(table[numbers], tables[0][numbers], atol=CLOSE)
    assert len({repr(illusory_correlations(predict(one, until=10.0))) for one in (world, *others)}) == 1


@pytest.mark.parametrize("off", [-1e-15, 0.0, 1e-15])
def test_ties_in_time_and_direction_and_cause_are_not_left_to_rounding(off):
    flat = np.array([0.0, 1.0, 1 + off, 1 - off, 0.0])[:, None, None]
    assert _farthest(flat, np.zeros((1, 1)), 1.0)[2] == 1
    both_ways = np.array([0.0, 1.0, -1 - off, 0.0])[:, None, None]
    _, peak, index, excess = _farthest(both_ways, np.zeros((1, 1)), 1.0)
    assert (peak, index, excess) == (1.0, 1, 1.0)
    found = illusory_correlations(predict(tree(), until=20.0))
    feature, item = found.ranked(1)
    equal = np.array([[0.0, 1.0, 1 + off]])
    causes = found._causes(feature, item, equal, equal, np.array([0, 1, 2]))
    assert causes.created_by == causes.removed_by == 2
    at_the_line = replace(found, excess=np.full(found.excess.shape, 0.05 * found.scale * (1 + 10 * off)))
    assert at_the_line.share() == 0
