"""The limit of small starts: printed values, a slow twin, and courses from ever smaller starts; the duration law."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError, datasets, predict
from ontogeny.modes import balanced
from ontogeny.semantics import illusory_correlations, illusory_duration, illusory_limit
from rearranged import CLOSE, WORLDS, with_variants
from worlds import aligned, correlated, tree

PRINTED = 5e-3  # the numbers are printed with two digits
ROUNDING = 1e-12


def stages(world):
    """Answers once the strongest 0, 1, 2, ... distinct modes are learned and no others, (stages, features, items)."""
    modes = world.spectrum()
    known = [modes.groups <= group for group in range(-1, modes.groups.max() + 1)]
    maps = [(modes.output_modes[:, k] * modes.asymptotes[k]) @ modes.input_modes[:, k].T for k in known]
    return np.stack(maps) @ world.probes.T


@pytest.mark.parametrize("world", [tree(), datasets.load("zoo"), aligned()[0]], ids=["tied", "zoo", "aligned"])
def test_extremes_are_those_of_all_partial_sums(world, monkeypatch):
    monkeypatch.setattr("ontogeny.semantics.partial_sums.CHUNK", 40)
    found, sums = illusory_limit(world), stages(world)
    np.testing.assert_allclose(found.final, sums[-1], atol=ROUNDING)
    np.testing.assert_allclose(found.overshoot, sums.max(axis=0) - np.maximum(sums[-1], 0), atol=ROUNDING)
    np.testing.assert_allclose(found.undershoot, np.minimum(sums[-1], 0) - sums.min(axis=0), atol=ROUNDING)
    np.testing.assert_allclose(np.abs(found.excess), np.maximum(found.overshoot, found.undershoot), atol=ROUNDING)
    at_peak = np.abs(found.peak[..., None] - np.moveaxis(sums, 0, -1)).min(axis=-1)
    assert at_peak.max() < ROUNDING


def test_courses_from_ever_smaller_starts_approach_it():
    world, printed = tree(), [0.300, 0.430, 0.493, 0.49984]
    limit = illusory_limit(world)
    assert limit.excess.max() == pytest.approx(0.5, abs=ROUNDING)
    off = []
    for start, value in zip((1e-2, 1e-4, 1e-8, 1e-14), printed, strict=True):
        excess = illusory_correlations(predict(world, initial_strength=start, until=40.0)).excess
        assert excess.max() == pytest.approx(value, abs=1e-3)  # peaks at recorded times
        off.append(np.abs(excess - limit.excess).max())
    assert np.all(np.diff(off) < 0) and off[-1] < 3e-3


def test_tied_modes_are_learned_together():
    """Sums over single modes of a tied group depend on the basis; over whole groups they do not."""
    world = tree()
    modes, turned = world.spectrum(), np.linalg.qr(np.random.default_rng(0).standard_normal((8, 8)))[0]
    assert modes.is_tied.sum() == 6
    rotated = Environment.from_arrays(turned, world.targets, normalization="sum")  # same answers, other basis
    np.testing.assert_allclose(illusory_limit(rotated).overshoot, illusory_limit(world).overshoot, atol=1e-9)
    assert set(np.unique(illusory_limit(world).highest)) <= {0, 1, 2, 4, 8}
    assert "6 modes are tied" in illusory_limit(world).meaning


def test_printed_illusions_about_animals():
    limit = illusory_limit(datasets.load("zoo"))
    assert limit.share_of_zeros(0.25) == pytest.approx(0.65, abs=PRINTED)
    table = limit.to_dataframe()
    peaks = table.set_index(["item", "feature"]).peak
    assert peaks.index[0] == ("seal", "tail") and peaks.iloc[0] == pytest.approx(0.98, abs=PRINTED)
    assert all(peaks[item, "predator"] == pytest.approx(0.94, abs=PRINTED) for item in ("sole", "seahorse", "haddock"))
    assert peaks["platypus", "toothed"] == pytest.approx(0.91, abs=PRINTED)
    assert np.all(np.diff(table.excess.abs()) <= ROUNDING)
    assert table.modes_known.between(1, 14).all()  # with all 15 known every answer is right
    assert "seal: tail goes to 0.978" in repr(limit)


def test_equal_items_have_equal_illusions():
    limit = illusory_limit(datasets.load("zoo"))
    sole, haddock = (limit.environment.items.index(name) for name in ("sole", "haddock"))
    np.testing.assert_allclose(limit.overshoot[:, sole], limit.overshoot[:, haddock], atol=ROUNDING)


def test_an_item_without_features_is_never_astray_and_a_table_without_zeros_has_no_share():
    world = Environment.from_arrays(np.eye(3), [[1.0, 2.0], [3.0, 1.0], [0.0, 0.0]], normalization="sum")
    assert np.abs(illusory_limit(world).excess[:, 2]).max() < ROUNDING
    full = Environment.from_arrays(np.eye(2), [[1.0, 2.0], [3.0, 1.0]], normalization="sum")
    assert np.isnan(illusory_limit(full).share_of_zeros())
    one = Environment.from_arrays(np.eye(2), [[1.0], [2.0]], normalization="sum")
    assert len(illusory_limit(one).to_dataframe()) == 0 and "no answer overshoots" in repr(illusory_limit(one))


def test_correlations_alone_are_enough_but_not_across_modes():
    world = tree()
    bare = Environment.from_correlations(world.input_output_correlation)
    np.testing.assert_allclose(illusory_limit(bare).overshoot, illusory_limit(world).overshoot, atol=ROUNDING)
    with pytest.raises(
        InputError, match=r"learned one by one, but inputs are correlated across modes.*use illusory_corr"
    ):
        illusory_limit(correlated())
    with pytest.raises(InputError, match="environment is of type dict, but an Environment is needed here"):
        illusory_limit({})


# Duration -------------------------------------------------------------------------------------------------------------

S, START = 2.0, 1e-5


def test_duration_is_the_gap_of_half_times_and_half_of_the_gap_of_completions():
    difference = np.array([0.2, 0.02, 0.002])
    weaker, late = S - difference, S - START
    gap = balanced.time_to_strength(weaker / 2, weaker, START) - balanced.time_to_strength(S / 2, S, START)
    duration = illusory_duration(S, difference, START)
    np.testing.assert_allclose(duration, gap, rtol=1e-10)  # the gap loses digits to its difference
    done = balanced.time_to_strength(weaker - START, weaker, START) - balanced.time_to_strength(late, S, START)
    np.testing.assert_allclose(done, 2 * gap, rtol=1e-6)  # ends that near lose digits
    np.testing.assert_allclose(illusory_duration(S, difference, START, tau=3.0), 3 * duration)


def test_the_printed_duration_is_twice_it_to_leading_order():
    printed = 0.2 * np.log(S / START) / S**2
    assert printed / 2 == pytest.approx(0.305, abs=5e-4)
    assert illusory_duration(S, 0.2, START) == pytest.approx(0.310, abs=5e-4)
    tiny = 1e-4
    for start in (1e-5, 1e-50, 1e-200):  # off by one over the logarithm
        printed = tiny * np.log(S / start) / S**2
        assert printed / 2 / illusory_duration(S, tiny, start) - 1 == pytest.approx(1 / np.log(S / start), rel=0.15)


def test_height_vanishes_with_the_difference_and_width_does_not():
    t, printed = (
        np.linspace(0, 12, 24001),
        {0.2: (0.66, 1.17), 0.1: (0.34, 1.10), 0.05: (0.17, 1.08), 0.02: (0.07, 1.07)},
    )
    for difference, (height, width) in printed.items():
        bump = balanced.mode_strength(t, S, START) - balanced.mode_strength(t, S - difference, START)
        above = t[bump >= bump.max() / 2]
        assert bump.max() == pytest.approx(height, abs=PRINTED)
        assert above[-1] - above[0] == pytest.approx(width, abs=PRINTED)


def test_missing_cells_are_refused():
    df = pd.DataFrame({"x": [1, 0, 1, 0], "y": [np.nan, 1, 0, 1]}, index=list("abcd"))
    with pytest.raises(InputError, match=r"1 cell of this world is missing"):
        illusory_limit(Environment.from_dataframe(df, missing="mask"))


@pytest.mark.parametrize("outside", [(2.0, 0.2, 3.0), (2.0, 2.5, 1e-3), (2.0, -0.1, 1e-3), (2.0, 0.2, 0.0)])
def test_outside_its_range_there_is_no_duration(outside):
    assert np.isnan(illusory_duration(*outside))


@pytest.mark.parametrize("name", WORLDS)
def test_the_limit_hangs_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name)
    limit = illusory_limit(world)
    words = ["item", "feature", "modes_known"]
    for other in map(illusory_limit, others):
        assert other.to_dataframe()[words].values.tolist() == limit.to_dataframe()[words].values.tolist()
        assert other.share_of_zeros() == pytest.approx(limit.share_of_zeros(), abs=CLOSE, nan_ok=True)
        assert repr(other) == repr(limit)


def test_an_answer_that_reaches_the_line_is_not_beyond_it():
    """Partial sums of a tree are simple fractions: what rises to a quarter of what is right stays on one side."""
    world, others = with_variants("tree", 6)
    assert len({illusory_limit(one).share_of_zeros(0.125) for one in (world, *others)}) == 1


def test_answers_that_end_at_nothing_end_at_0_exactly():
    world = datasets.load("zoo")
    np.testing.assert_array_equal(illusory_limit(world).final == 0, world.targets.T == 0)
