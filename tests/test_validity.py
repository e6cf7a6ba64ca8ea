"""Each assumption: where it holds, where it does not, and what the sentence says then."""

import numpy as np
import pytest

from ontogeny import Environment, InputError
from ontogeny.networks.initialization import decoupled, gaussian
from ontogeny.validity import (
    BALANCE_TOLERANCE,
    Validity,
    above_rounding,
    all_observed,
    balance_of,
    balanced_by_construction,
    enough_hidden_units,
    input_alignment,
    linear_units,
    no_steps,
    small_start,
    step_size,
    tied_modes,
)
from worlds import TOY, aligned, correlated, gapped, tree

ROUNDED = 1e-13  # products of a few numbers


@pytest.mark.parametrize(
    ("world", "holds", "meaning"),
    [
        (Environment.from_dataframe(TOY), True, "inputs are white"),
        (Environment.from_dataframe(TOY, normalization="mean"), True, "inputs are white"),
        (aligned()[0], True, "inputs are correlated but vary along the modes"),
        (correlated(), False, "inputs are correlated across modes"),
        (Environment.from_dataframe(TOY, frequency=[1, 1, 1, 2]), False, "inputs are correlated across modes"),
    ],
    ids=["white", "white means", "aligned", "correlated", "frequencies"],
)
def test_alignment_of_the_inputs(world, holds, meaning):
    found = input_alignment(world)
    assert found.holds is holds
    assert found.meaning.startswith(meaning)
    assert (found.measured < ROUNDED) is holds


def test_alignment_is_the_share_that_leaves_its_mode():
    angle = 0.3
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    world = Environment.from_correlations(np.diag([2.0, 1.0]), turn @ np.diag([3.0, 1.0]) @ turn.T)
    sxx = world.input_correlation
    assert input_alignment(world).measured == pytest.approx(np.sqrt(2) * abs(sxx[0, 1]) / np.linalg.norm(sxx))


def test_tied_and_nearly_tied_modes_are_counted():
    apart = tied_modes(correlated())
    assert apart.holds
    assert apart.meaning == "every mode has its own singular value"
    tied = tied_modes(tree())
    assert not tied.holds
    assert tied.measured == 6
    assert tied.meaning.startswith("6 of 8 modes are tied: strengths hold")
    near = tied_modes(Environment.from_correlations(np.diag([2.0, 1.99, 1.0])))
    assert near.holds
    assert "2 more lie within 1% of a neighbor" in near.meaning


def test_balance_is_measured_relative_to_the_weights():
    modes = Environment.from_dataframe(TOY).spectrum()
    balanced = balance_of(decoupled(modes, 1e-3, depth=3))
    assert balanced.holds
    assert balanced.measured < ROUNDED
    random = balance_of(gaussian([4, 8, 7], 1e-3, 0))
    assert not random.holds
    assert 0.2 < random.measured <= 1
    assert f"relative imbalance {random.measured:.2f}" in random.meaning
    assert balance_of(gaussian([4, 8, 7], 1.0, 0)).measured == pytest.approx(random.measured)
    assert balance_of(gaussian([4, 7], 1.0, 0)).holds  # one layer has no neighbor


def test_the_worst_seed_counts():
    modes = Environment.from_dataframe(TOY).spectrum()
    good, bad = decoupled(modes, 1.0, depth=2), decoupled(modes, 1.0, depth=2)
    bad[0] = bad[0] * 1.1
    both = balance_of([np.stack(layer) for layer in zip(good, bad, strict=True)])
    assert both.measured == pytest.approx(balance_of(bad).measured)
    assert both.measured > BALANCE_TOLERANCE


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_the_worst_layer_counts(layer):
    weights = decoupled(Environment.from_dataframe(TOY).spectrum(), 1.0, depth=4)
    weights[layer] = weights[layer] * 1.1
    assert balance_of(weights).measured == pytest.approx((1.1**2 - 1) / (1.1**2 + 1))


def test_step_size_says_how_far_times_are_off():
    near = step_size(0.5, 1.0, depth=2)
    assert "up to about 50%" in step_size(0.5, 1.0, depth=1).meaning
    assert near.holds
    assert "0.5 of the limit of stability 1" in near.meaning
    assert "up to about 25%" in near.meaning
    assert not step_size(1.1, 1.0, depth=2).holds
    assert no_steps().holds


@pytest.mark.parametrize("depth", [1, 2])
def test_predictions_say_what_they_start_from(depth):
    start = balanced_by_construction(depth)
    assert start.holds
    assert ("nothing to balance" in start.meaning) is (depth == 1)


def test_linear_units_are_assumed():
    assert linear_units("linear").holds
    assert "units are tanh" in linear_units("tanh").meaning
    assert not linear_units("tanh").holds


def test_validity_is_a_table_plain_values_and_a_text():
    some = Validity((input_alignment(correlated()), linear_units("linear")))
    assert not some.holds
    assert some["linear units"].holds
    assert some.to_dataframe().columns.tolist() == ["name", "measured", "tolerance", "holds", "meaning"]
    assert Validity.from_json(some.to_json()) == some
    first, second = repr(some).splitlines()
    assert first.startswith("NO  white or aligned inputs: inputs are correlated across modes")
    assert second == "yes linear units: units are linear"
    assert Validity((linear_units("linear"),)).holds


def test_small_starts_are_measured_and_a_smaller_one_is_offered():
    world = Environment.from_correlations(np.diag([2.0, 0.1]))
    assert small_start(world, np.array([1e-3, 1e-3])).holds
    late = small_start(world, np.array([0.05, 0.05]))
    assert not late.holds
    assert late.measured == pytest.approx(0.5)
    assert "1 of 2 modes start at more than 5%" in late.meaning
    assert small_start(world, np.array([0.0, 5e-4])).holds  # what is offered


def test_starts_below_rounding_are_said():
    world = Environment.from_correlations(np.diag([2.0, 0.1]))
    assert above_rounding(world, 1e-14).holds
    assert not above_rounding(world, 1e-40).holds
    assert "rounding errors" in above_rounding(world, 1e-40).meaning


def test_bottlenecks_are_counted():
    world = Environment.from_correlations(np.diag([3.0, 2.0, 1.0]))
    assert enough_hidden_units(world, 3, 2).holds
    assert enough_hidden_units(world, 1, 1).holds
    narrow = enough_hidden_units(world, 2, 2)
    assert narrow.measured == 1
    assert "the 1 weakest are never learned" in narrow.meaning


def test_an_unknown_assumption_is_said():
    with pytest.raises(InputError, match=r"the assumption is 'linear unit'.*did you mean 'linear units'"):
        Validity((linear_units("linear"),))["linear unit"]


def test_missing_cells_are_counted():
    check = all_observed(gapped())
    assert (check.measured, check.tolerance, check.holds) == (2 / 28, 0.0, False)
    assert "2 of 28 cells (7.1%) are missing" in check.meaning
    for whole in (Environment.from_dataframe(TOY), Environment.from_correlations(np.eye(2))):
        assert all_observed(whole).holds and all_observed(whole).measured == 0
    assert "if no cells were missing" in input_alignment(gapped()).meaning
    assert small_start(gapped(), np.full(4, 1e-3)).holds


@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_pretraining_leaves_the_modes_decoupled_where_inputs_are_aligned(turn):
    """An autoencoder learns W = R M^(1/2) Q^T along the axes Q of its inputs; modes are decoupled if Q is V."""
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    units = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    variances = np.array([4.0, 3.0, 2.0, 1.0])
    turned = axes.copy()
    turned[:, :2] = axes[:, :2] @ [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    task = np.linalg.qr(rng.standard_normal((5, 4)))[0] * [8.0, 5.0, 3.0, 1.0] @ turned.T
    world = Environment.from_correlations(task, axes * variances @ axes.T)
    times = 0.3 * variances
    pretrained = units * np.sqrt(1 / (1 + 99 * np.exp(-2 * times))) @ axes.T
    sent = pretrained @ world.spectrum().input_modes  # what each mode of the task sends to the hidden units
    together = sent.T @ sent
    crossed = np.linalg.norm(together - np.diag(np.diag(together))) / np.linalg.norm(together)
    assert input_alignment(world).holds == (turn == 0)
    assert (crossed < 1e-12) == (turn == 0)
