"""Two worlds side by side: every number by another road, and what must change nothing."""

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import brentq
from scipy.spatial.distance import pdist

import ontogeny as on
from ontogeny import Environment, InputError
from ontogeny.semantics import acquisition, comparable_worlds, compare_worlds
from rearranged import WORLDS, again, world_called
from worlds import TOY, gapped

ZOO = on.datasets.load("zoo")
FRAME = pd.DataFrame(ZOO.targets, ZOO.items, ZOO.features)
DRAW = np.random.default_rng(0)
OTHER = FRAME.iloc[:, ::2].sample(60, random_state=0).assign(fierce=DRAW.integers(0, 5, 60), tame=DRAW.random(60))
OTHER = pd.concat([OTHER, pd.DataFrame(1.0, ["unicorn", "snark"], OTHER.columns)])


def compared(first, second, **options):
    worlds = (one if isinstance(one, Environment) else Environment.from_dataframe(one) for one in (first, second))
    return compare_worlds(*(on.predict(world, **options) for world in comparable_worlds(*worlds)))


FOUND = compared(FRAME, OTHER)


def of(found, what, statistic=None):
    return next(one for one in found.agreement if one.of == what and statistic in (None, one.statistic))


def _tau(order):
    """Kendall's tau with 0, 1, 2, ..., counted pair by pair."""
    return np.mean([np.sign(b - a) for a, b in combinations(order, 2)])


def same(found, expected):
    """Whether two comparisons say the same numbers."""
    for table in ("agreement", "distinctions", "items", "pairs"):
        one, other = (each.to_dataframe(table).select_dtypes("number") for each in (found, expected))
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6, equal_nan=True)


def test_similarities_are_cosines_of_the_shared_rows():
    names = sorted(set(FRAME.index) & set(OTHER.index))
    assert FOUND.items == tuple(names) and len(names) == 60
    pairs = FOUND.to_dataframe("pairs")
    for side, frame in (("first", FRAME), ("second", OTHER)):
        np.testing.assert_allclose(pairs[side], 1 - pdist(frame.loc[names], "cosine"), atol=1e-12)
    one = of(FOUND, "similarity", "spearman")
    expected = stats.spearmanr(pairs["first"].round(9), pairs["second"].round(9)).statistic
    assert one.value == pytest.approx(expected, abs=1e-9) and one.n == 60 * 59 / 2 and one.low < one.value < one.high
    assert of(FOUND, "similarity", "pearson").value == pytest.approx(np.corrcoef(pairs["first"], pairs["second"])[0, 1])


def test_the_order_of_distinctions_is_kendalls_tau_of_their_half_times():
    one = of(FOUND, "distinctions")
    times = [(each.first_time, each.second_time) for each in FOUND.matched]
    assert one.value == pytest.approx(stats.kendalltau(*zip(*times)).statistic) and one.n == len(times) > 4
    late = np.argsort(np.argsort([time for _, time in sorted(times)]))
    orders = [_tau(order) for order in permutations(range(len(late)))]
    assert one.p == pytest.approx(np.mean(np.array(orders) >= _tau(late) - 1e-9))
    for each in FOUND.matched:
        for record, modes, time, unit in zip(
            FOUND.records,
            (each.first_modes, each.second_modes),
            (each.first_time, each.second_time),
            FOUND.half_learned,
        ):
            assert time * unit == pytest.approx(float(record.dataset["half_time"].sel(mode=modes[0])))


def test_the_unit_of_time_is_when_half_of_the_error_is_gone():
    for record, unit in zip(FOUND.records, FOUND.half_learned):
        s = record.environment.spectrum().singular_values
        start = np.array(record.provenance.settings["initial_strength"])

        def error(time, s=s, start=start):
            return np.sum((s - on.modes.balanced.mode_strength(time, s, start)) ** 2)

        exact = brentq(lambda time: error(time) - error(0.0) / 2, 1e-3, record.time[-1])
        assert unit == pytest.approx(exact, rel=5e-3)  # the record is linear between 401 times


def test_when_items_are_known_is_their_acquisition_in_that_unit():
    table = FOUND.to_dataframe("items").set_index("item")
    for side, record, unit in zip(("first", "second"), FOUND.records, FOUND.half_learned):
        expected = acquisition(record).to_dataframe().set_index("item").loc[list(FOUND.items)]
        for measure in FOUND.known:
            np.testing.assert_allclose(table[f"{side}_{measure}"], expected[measure] / unit)
    pair = table[["first_quarter_error", "second_quarter_error"]].round(7)
    assert of(FOUND, "quarter_error").value == pytest.approx(stats.spearmanr(pair).statistic, abs=1e-6)


@pytest.mark.parametrize("name", WORLDS)
def test_a_table_agrees_with_itself(name):
    world = world_called(name)
    found = compared(world, again(world, 1))
    for one in found.agreement:
        assert np.isnan(one.value) or one.value == pytest.approx(1.0, abs=1e-6), one
    assert all(one.is_matched and one.match == pytest.approx(1.0, abs=1e-5) for one in found.distinctions)
    np.testing.assert_allclose(*found.half_learned, rtol=1e-6)
    assert found.unshared == ((), ())


def test_order_names_and_units_change_nothing():
    mixed = FRAME.sample(frac=1, random_state=1).sample(frac=1, axis=1, random_state=2)
    loud = OTHER.rename(index=lambda name: f" {name.upper()} ")
    renamed = OTHER.rename(columns=lambda name: f"X {name}")
    for first, second in ((mixed, OTHER), (FRAME, loud), (FRAME, renamed), (FRAME * 7, OTHER), (FRAME, OTHER / 30)):
        same(compared(first, second), FOUND)


def test_the_other_way_round_is_the_same():
    turned = compared(OTHER, FRAME)
    assert {(one.first_modes, one.second_modes) for one in FOUND.matched} == {
        (one.second_modes, one.first_modes) for one in turned.matched
    }
    for one, other in zip(FOUND.agreement, turned.agreement):
        assert one.value == pytest.approx(other.value) and one.n == other.n
    assert FOUND.unshared == turned.unshared[::-1] and FOUND.unshared[1] == ("unicorn", "snark")


def test_copied_features_speed_a_table_up_and_say_nothing_new():
    twice = pd.concat([FRAME, FRAME.add_suffix(" again")], axis=1)
    found = compared(FRAME, twice)
    same_values = [one.value for one in found.agreement]
    np.testing.assert_allclose(same_values, 1.0, atol=1e-6)
    raw = compare_worlds(*(on.predict(Environment.from_dataframe(one), until=30.0) for one in (FRAME, twice)))
    assert raw.half_learned[1] < 0.8 * raw.half_learned[0]  # whole tables, not made comparable
    assert of(raw, "distinctions").value == pytest.approx(1.0)


def test_items_without_partner_take_part_where_worlds_are_whole():
    whole = compare_worlds(on.predict(ZOO), on.predict(Environment.from_dataframe(OTHER)))
    assert len(whole.rows) == 60 and whole.unshared == (
        tuple(name for name in ZOO.items if name not in OTHER.index), ("unicorn", "snark"),
    )  # fmt: skip
    np.testing.assert_allclose(whole.similarities, FOUND.similarities, atol=1e-12)  # of the rows, whoever else learns
    assert whole.half_learned != pytest.approx(FOUND.half_learned)


def test_trained_networks_are_compared_like_theories():
    toy = Environment.from_dataframe(TOY)
    child = on.simulate(toy, until=12.0, seed=[0, 1], initial_strength=1e-3)
    found = compare_worlds(on.predict(toy, until=12.0), child)
    assert of(found, "similarity").value == pytest.approx(1.0)
    assert found.half_learned[1] == pytest.approx(found.half_learned[0], rel=0.2)


def test_nothing_to_compare_is_nan_and_no_error():
    flat = pd.DataFrame(np.eye(4), list("abcd"), list("wxyz"))
    found = compared(flat, flat)
    assert np.isnan(of(found, "similarity").value) and np.isnan(of(found, "distinctions").value)
    assert found.items == ("a", "b", "c", "d")
    alike = pd.DataFrame([[1.0, 1]] * 4 + [[0, 1]], list("abcde"), ["x", "y"])  # the shared items are all the same
    found = compared(flat, alike)
    assert found.distinctions[0].second_modes == () and all(np.isnan(one.value) for one in found.agreement)


def test_what_cannot_be_compared_is_refused():
    theory = on.predict(ZOO, until=4.0)
    with pytest.raises(InputError, match="second is of type Environment, but a Trajectory is needed"):
        compare_worlds(theory, ZOO)
    with pytest.raises(InputError, match="share no item"):
        compare_worlds(theory, on.predict(Environment.from_dataframe(TOY.rename(index=str.swapcase)[:0:-1])))
    with pytest.raises(InputError, match=r"second ends at t = 0.1, before half of the table is learned"):
        compare_worlds(theory, on.predict(ZOO, until=0.1))
    with pytest.raises(InputError, match="2 cells of this world are missing, but similarities of items need"):
        compare_worlds(theory, on.simulate(gapped(), until=4.0))
    with pytest.raises(InputError, match="of is 'modes', but it must be one of 'agreement', 'distinctions'"):
        FOUND.to_dataframe("modes")


def test_it_introduces_itself_and_is_drawn():
    assert repr(FOUND).startswith("<WorldComparison: 60 shared items, ") and "similarity (spearman)" in repr(FOUND)
    assert FOUND.equations == ("saxe2014 (12)",) and "@inproceedings{saxe2014" in on.cite(FOUND)
    ax = on.plot.compared_similarities(FOUND, names=("child", "adult"))
    assert ax.get_xlabel() == "similarity, child" and "1770 pairs" in ax.get_title()
    x, y = ax.get_lines()[0].get_data()
    pairs = FOUND.to_dataframe("pairs")
    np.testing.assert_array_equal((x, y), (pairs["first"], pairs["second"]))
    many = compared(FRAME, FRAME)
    assert len(on.plot.compared_similarities(many).get_lines()[0].get_xdata()) == 2000  # of 5050
    ax = on.plot.compared_distinctions(FOUND)
    dots = [line.get_xydata()[0] for line in ax.get_lines() if line.get_linestyle() == "None"]
    np.testing.assert_allclose(dots, [(one.first_time, one.second_time) for one in FOUND.matched])
    none = compared(pd.DataFrame(np.eye(4), list("abcd"), list("wxyz")), TOY.set_index(pd.Index(list("abcd"))))
    assert on.plot.compared_distinctions(none).get_xlabel().startswith("half learned")
