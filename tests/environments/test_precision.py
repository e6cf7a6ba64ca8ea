"""How exactly a table is known: decimals, short numbers, noise of computers; and what that leaves of its modes."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, Trajectory, datasets, predict
from ontogeny.environments import precision
from ontogeny.environments.precision import DIGITS, SURE, blur_of, rounding_of

SCATTER = 0.1  # of a standard deviation of a thousand rounding errors: 3% are expected
RANK = 3
draw = np.random.default_rng(0)
LOW = draw.standard_normal((40, RANK)) @ draw.standard_normal((RANK, 20))
STORED = {
    "three decimals": lambda table: table.round(3),
    "six decimals": lambda table: table.round(6),
    "single precision": lambda table: table.astype(np.float32),
    "half precision": lambda table: table.astype(np.float16),
    "three decimals in single precision": lambda table: table.round(3).astype(np.float32),
    "whole numbers": lambda table: (1000 * table).round() / 1000,
    "micro-units": lambda table: table.round(3) * 1e-6 / 1e-6,
}


def world_of(table, **options):
    frame = pd.DataFrame(table).rename(index="item {}".format, columns="feature {}".format)
    return Environment.from_dataframe(frame, **options)


def note(world):
    return [str(text) for text in world.notes if text.kind == "modes_left_out"]


@pytest.mark.parametrize("kind", STORED)
def test_rounding_is_that_of_the_table(kind):
    exact = np.random.default_rng(1).standard_normal((1000, 1)) * 3
    stored = STORED[kind](exact).astype(float)
    expected = max(np.std(stored - exact), DIGITS * np.sqrt(np.mean(exact**2)))
    assert rounding_of(stored)[0] == pytest.approx(expected, rel=0.5)
    if "decimals" in kind and "six" not in kind:
        assert rounding_of(stored)[0] == pytest.approx(np.std(stored - exact), rel=SCATTER)


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e-140, 1e140])
def test_units_change_nothing(scale):
    table = LOW.round(3)
    np.testing.assert_allclose(rounding_of(scale * table), scale * rounding_of(table), rtol=1e-6)


@pytest.mark.parametrize("table", [
    np.arange(60).reshape(20, 3) % 2, np.arange(60).reshape(20, 3) % 7 + 1, np.arange(60).reshape(20, 3) % 9 / 2,
    (np.arange(60) % 8 / 8).reshape(20, 3), np.eye(4), np.full((3, 2), 5.0),
    0.5 ** (np.arange(60) % 9).reshape(20, 3), 10.0 ** -(np.arange(60) % 4).reshape(20, 3),
])  # fmt: skip
def test_scales_of_few_answers_are_exact(table):
    table = table.astype(float)
    np.testing.assert_allclose(rounding_of(table), DIGITS * np.sqrt(np.mean(table**2, axis=0)))


def test_fifty_steps_are_a_measurement():
    few, many = (np.linspace(0, 0.01 * steps, steps + 1)[:, None].round(2) for steps in (40, 60))
    assert rounding_of(few)[0] < 1e-6 and rounding_of(many)[0] == pytest.approx(0.01 / np.sqrt(12))


def test_rounding_is_seen_beside_zeros_that_are_off():
    table = LOW.round(3).astype(np.float32).astype(float) * (np.random.default_rng(7).random(LOW.shape) < 0.5)
    off = 1e-14 * np.random.default_rng(8).standard_normal(LOW.shape)
    np.testing.assert_allclose(rounding_of(table + off), rounding_of(table))
    assert rounding_of(table).min() > 1e-4


def test_missing_cells_and_zeros_are_no_values():
    table = LOW.round(3)
    gappy = np.where(np.random.default_rng(2).random(table.shape) < 0.3, np.nan, table)
    np.testing.assert_allclose(rounding_of(gappy), rounding_of(table), rtol=0.6)
    assert rounding_of(np.zeros((3, 2))).tolist() == [0, 0]


def test_numbers_too_small_for_their_own_digits_are_values_too():
    table = np.array([[1.0, 41e-320], [2.0, 0.0], [4.0, 5e-324]])
    assert np.isfinite(rounding_of(table)).all() and world_of(table).spectrum().singular_values.size == 1


@pytest.mark.parametrize(("items", "features"), [(100, 25), (30, 60), (12, 8)])
def test_rounding_alone_makes_modes_up_to_the_blur(items, features):
    """The strongest mode of a table of rounding errors, of weighted inputs too."""
    draw = np.random.default_rng(3)
    for weights in (np.ones(items), draw.uniform(0, 2, items)):
        strongest = [
            np.linalg.norm((draw.uniform(-0.5, 0.5, (items, features)).T * weights), 2) for _ in range(20)
        ]  # fmt: skip
        blur = blur_of(np.full(features, 1 / np.sqrt(12)), weights.max(), np.linalg.norm(weights))[0]
        assert np.max(strongest) < blur and np.mean(strongest) > 0.7 * blur / SURE


@pytest.mark.parametrize("kind", STORED)
@pytest.mark.parametrize("options", [
    {}, {"center": True}, {"standardize": True, "center": True}, {"normalization": "white"},
    {"frequency": np.arange(1, 41)},
], ids=["plain", "centered", "standardized", "white", "frequencies"])  # fmt: skip
def test_a_rounded_table_has_the_modes_of_the_exact_one(kind, options):
    world = world_of(STORED[kind](LOW), **options)
    exact = world_of(LOW, **options)
    assert exact.spectrum().singular_values.size == RANK and not note(exact)
    np.testing.assert_allclose(world.spectrum().singular_values, exact.spectrum().singular_values, rtol=1e-2)
    assert note(world)[0].startswith("17 weaker modes were left out: a singular value of ")
    assert note(world)[0] in world.summary() and world.spectrum().left_out.size == 20 - RANK


@pytest.mark.parametrize("noise", [1e-13, 1e-10, 1e-9])
def test_noise_of_computers_is_no_mode_and_faint_signals_are(noise):
    off = noise * np.random.default_rng(4).standard_normal(LOW.shape)
    assert world_of(LOW + off).spectrum().singular_values.size == RANK
    assert world_of(LOW.round(3) * (1 + off)).spectrum().singular_values.size == RANK
    assert world_of(LOW + 1e7 * off * (noise > 1e-12)).spectrum().singular_values.size == (20 if noise > 1e-12 else 3)


def test_a_table_computed_in_single_precision_is_known_no_better():
    """Standardized in single precision, then stored in double."""
    single = LOW.astype(np.float32)
    table = ((single - single.mean(axis=0)) / single.std(axis=0)).astype(float) * np.pi
    assert world_of(table).spectrum().singular_values.size == RANK


def test_noise_that_nobody_could_compute_is_silent():
    off = 1e-14 * np.random.default_rng(4).standard_normal(LOW.shape)
    assert not note(world_of(LOW + off))


def test_features_in_small_units_keep_their_modes():
    """A mode is weighed against the rounding of the features that it lies on."""
    table = np.diag([1.0, 1e-4, 1e-8])
    assert world_of(table).spectrum().singular_values.tolist() == [1.0, 1e-4, 1e-8]
    mixed = np.hstack([1e6 * LOW[:, :10], 1e-3 * np.random.default_rng(5).standard_normal((40, 2))])
    assert world_of(mixed).spectrum().singular_values.size == RANK + 2


def test_real_noise_is_never_left_out():
    table = np.random.default_rng(6).standard_normal((40, 20))
    for decimals in (1, 2, 3):
        assert world_of(table.round(decimals)).spectrum().singular_values.size == 20
    for name in datasets.names():
        assert not note(datasets.load(name))


def test_correlations_alone_are_rounded_too():
    world = Environment.from_correlations(LOW.round(3))
    assert world.spectrum().singular_values.size == RANK and note(world)
    assert Environment.from_correlations([[3.0, 0.0], [0.0, 1.0]]).spectrum().singular_values.tolist() == [3, 1]


def test_what_was_read_is_known_after_saving(tmp_path):
    theory = predict(world_of(LOW.round(3), standardize=True), until=1.0)
    theory.save(tmp_path / "record.nc")
    back = Trajectory.load(tmp_path / "record.nc").environment
    assert back.notes == theory.environment.notes and back.spectrum().singular_values.size == RANK
    np.testing.assert_array_equal(back.rounding, theory.environment.rounding)


def test_every_mode_of_a_rounded_table_is_learned_from_a_small_start():
    theory = predict(world_of(LOW.round(3)), until=1.0)
    assert np.all(theory.dataset["half_time"].values > 0) and theory.validity["small initial strength"].holds
    assert "17 weaker ones are within the table's rounding" in theory.validity["modes can be told apart"].meaning


def test_features_are_read_alike_in_any_number_of_blocks(monkeypatch):
    """Decimals, halves, yes and no, what no step fits, nothing, gaps; and numbers near the smallest there are."""
    draw = np.random.default_rng(0)
    x = draw.normal(size=(90, 4))
    table = np.hstack([x.round(2), x.astype(np.float16), x > 0, x, 0 * x[:, :1], 5e-324 * (x[:, :1] > 0), x.round(1)])
    table = np.hstack([table, (10 * draw.normal(size=(90, 12))).round(1)])  # which are even multiples of the first step
    table[::7, ::3] = np.nan
    whole = rounding_of(table)
    assert whole[0] == pytest.approx(0.01 / np.sqrt(12)) and whole[-1] == pytest.approx(0.1 / np.sqrt(12))
    for cells in (1, 200, 901):
        monkeypatch.setattr(precision, "BLOCK", cells)
        np.testing.assert_allclose(rounding_of(table), whole, rtol=1e-14)  # sums in another order
