"""The matrix solution over arrays: against integration and `evolve`, in batches, and its derivatives at every limit."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.networks import evolve, matrix_solution
from starts import SOLVED as CASES
from starts import balanced, imbalanced, judge, target

JUDGED = 5e-12  # relative; the judge's own error
SAME = 1e-12  # relative to the largest: a few hundred steps
DIFFERENCES = 1e-7  # of central differences with a step of 1e-5, of numbers of about 10
TIMES = np.array([0.0, 0.5, 1.0, 3.0, 8.0])


def start(shape, imbalance, seed=0):
    rng = np.random.default_rng(seed)
    return imbalanced(rng, *shape, imbalance) if imbalance else balanced(rng, *shape)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees_with_integration(case):
    shape, imbalance, rank, decay = case
    weights, goal = start(shape, imbalance), target(np.random.default_rng(1), shape[2], shape[0], rank)
    expected = judge(weights, goal, np.eye(shape[0]), TIMES, decay=decay)
    found = matrix_solution(TIMES, goal, *weights, weight_decay=decay).network_map
    assert np.abs(found - expected).max() < JUDGED * np.abs(expected).max()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_all_blocks_are_those_of_evolve(case):
    shape, imbalance, rank, decay = case
    weights, goal = start(shape, imbalance), target(np.random.default_rng(1), shape[2], shape[0], rank)
    times = np.linspace(0, 9, 31)
    white = 0.4 * np.eye(shape[0])
    single = evolve(weights, goal, white, times=times, tau=2.0, weight_decay=decay, method="riccati")
    found = matrix_solution(times, goal, *weights, input_variance=0.4, tau=2.0, weight_decay=decay)
    for block, name in zip(found, found._fields, strict=True):
        expected = getattr(single, name)
        np.testing.assert_allclose(block, expected, rtol=0, atol=SAME * np.abs(expected).max())


def test_many_networks_are_each_alone():
    """Starts along one axis, worlds with variances of their own along another."""
    starts = [balanced(np.random.default_rng(seed), 5, 4, 3) for seed in range(6)]
    first, second = (np.stack(layer) for layer in zip(*starts, strict=True))
    goals = np.stack([target(np.random.default_rng(seed), 3, 5) for seed in (7, 8)])
    variances, decays = np.array([0.5, 2.0])[:, None], np.array([0.0, 0.3])[:, None]
    options = {"input_variance": variances, "weight_decay": decays}
    many = matrix_solution(TIMES, goals[:, None], first, second, **options)
    assert many.network_map.shape == (2, 6, 5, 3, 5) and many.output_gram.shape == (2, 6, 5, 3, 3)
    for world in range(2):
        for number, weights in enumerate(starts):
            options = {"input_variance": variances[world, 0], "weight_decay": decays[world, 0]}
            alone = matrix_solution(TIMES, goals[world], *weights, **options)
            for block, expected in zip(many, alone, strict=True):
                np.testing.assert_allclose(block[world, number], expected, rtol=0, atol=SAME)


def test_networks_of_different_imbalance_in_one_call():
    imbalances = [0.0, 1e-6, 1.0, -2.0]
    starts = [start((5, 4, 6), imbalance) for imbalance in imbalances]
    first, second = (np.stack(layer) for layer in zip(*starts, strict=True))
    goal = target(np.random.default_rng(1), 6, 5)
    many = matrix_solution(TIMES, goal, first, second)
    for number, weights in enumerate(starts):
        np.testing.assert_allclose(
            many.input_gram[number], matrix_solution(TIMES, goal, *weights).input_gram, atol=SAME
        )
    given = matrix_solution(TIMES, goal, first, second, imbalance=imbalances)
    np.testing.assert_allclose(given.network_map, many.network_map, atol=SAME)


def test_more_steps_change_nothing():
    weights, goal = start((5, 4, 3), 0.0), target(np.random.default_rng(1), 3, 5)
    found = [matrix_solution(TIMES, goal, *weights, steps=steps).network_map for steps in (30, 90)]
    np.testing.assert_allclose(*found, rtol=0, atol=SAME)


# What is moved, from where: tied and missing singular values, square, bottleneck and wide, both signs of imbalance.
LIMITS = {
    "tied": ((4, 4, 4), 0.0, [2.0, 1.0, 1.0, 0.5]),
    "tied and missing": ((4, 5, 4), 0.0, [2.0, 2.0, 0.0, 0.0]),
    "nothing to learn": ((3, 3, 3), 0.0, [0.0, 0.0, 0.0]),
    "bottleneck": ((4, 2, 4), 0.0, [2.0, 1.0, 1.0, 0.5]),
    "imbalance +1, tied": ((4, 3, 4), 1.0, [1.0, 1.0, 1.0, 0.0]),
    "imbalance -2, tied": ((4, 3, 4), -2.0, [1.0, 1.0, 0.5, 0.0]),
}


def moved(xp, weights, goal, scale, tau, variance, steps=None):
    """A number that hangs on all blocks; `scale` multiplies all weights, so that the imbalance moves as its square."""
    found = matrix_solution(
        xp.asarray(TIMES), goal, scale * xp.asarray(weights[0]), scale * xp.asarray(weights[1]), tau=tau,
        input_variance=variance, steps=steps,
    )  # fmt: skip
    mixed = [xp.sin(block + xp.asarray(np.arange(block.shape[-1]))) for block in found]
    return sum(xp.sum(block[1:]) for block in mixed) + xp.sum(mixed[0][0])


@pytest.mark.parametrize("case", LIMITS.values(), ids=LIMITS)
def test_derivatives_are_right_where_modes_are_tied_or_missing(case, jax):
    shape, imbalance, strengths = case
    weights, goal = start(shape, imbalance), np.diag(strengths)
    place = [goal, 1.0, 1.3, 0.8]

    def of(goal, scale, tau, variance):
        return moved(np, weights, goal, scale, tau, variance)

    with jax.enable_x64(True):
        xp = jax.numpy
        given = [xp.asarray(each) for each in place]
        slopes = jax.jit(jax.grad(lambda *each: moved(xp, weights, *each, steps=8), argnums=(0, 1, 2, 3)))
        found = slopes(*given)
        found = [np.asarray(each) for each in found]
    step = 1e-5
    for number, slope in enumerate(found):
        for index in np.ndindex(slope.shape):
            ends = []
            for sign in (1, -1):
                there = [np.array(each, dtype=float) for each in place]
                there[number][index] += sign * step
                ends.append(of(*there))
            assert slope[index] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=DIFFERENCES, rel=1e-6)


def test_derivatives_with_respect_to_a_start_that_stays_balanced(jax):
    """Turned in the hidden units the start is another one with the same Gram matrix: nothing depends on it."""
    weights, goal = balanced(np.random.default_rng(0), 4, 3, 4), np.diag([2.0, 1.0, 1.0, 0.5])
    spin = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 2.0], [0.0, -2.0, 0.0]])
    with jax.enable_x64(True):
        xp = jax.numpy

        def of(angle):
            turn = jax.scipy.linalg.expm(angle * xp.asarray(spin))
            found = matrix_solution(TIMES, xp.asarray(goal), turn @ weights[0], weights[1] @ turn.T, steps=8)
            return xp.sum(found.network_map**2)

        assert abs(float(jax.jit(jax.grad(of))(0.3))) < 1e-10


def test_jit_and_vmap_give_the_same_numbers(jax):
    starts = [balanced(np.random.default_rng(seed), 5, 4, 3) for seed in range(4)]
    first, second = (np.stack(layer) for layer in zip(*starts, strict=True))
    goal = target(np.random.default_rng(1), 3, 5)
    expected = matrix_solution(TIMES, goal, first, second).network_map
    with jax.enable_x64(True):
        one = jax.jit(lambda a, b: matrix_solution(TIMES, goal, a, b, steps=30).network_map)
        found = jax.vmap(one)(jax.numpy.asarray(first), jax.numpy.asarray(second))
        np.testing.assert_allclose(np.asarray(found), expected, rtol=0, atol=SAME)
        few = jax.jit(lambda a, b: matrix_solution(TIMES, goal, a, b, steps=2).network_map)
        found = np.asarray(few(first[0], second[0]))
        known = ~np.isnan(found).any(axis=(1, 2))
        assert known[:3].all() and not known[-1]
        np.testing.assert_allclose(found[known], expected[0][known], rtol=0, atol=1e-10)
        unbalanced = jax.jit(lambda a, b: matrix_solution(TIMES, goal, a, b, steps=30).network_map)
        assert np.isnan(np.asarray(unbalanced(2 * first[0], second[0]))).all()


def test_pytorch_gives_the_same_numbers_and_slopes(torch):
    weights, goal = balanced(np.random.default_rng(0), 4, 3, 4), np.diag([2.0, 1.0, 1.0, 0.5])
    scale = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    found = matrix_solution(
        TIMES, torch.tensor(goal), scale * torch.tensor(weights[0]), scale * torch.tensor(weights[1])
    )
    np.testing.assert_allclose(found.network_map.detach().numpy(), matrix_solution(TIMES, goal, *weights)[0], atol=SAME)
    found.network_map.sum().backward()
    ends = [
        matrix_solution(TIMES, goal, s * weights[0], s * weights[1]).network_map.sum() for s in (1 + 1e-5, 1 - 1e-5)
    ]
    assert float(scale.grad) == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-7)


REFUSED = {
    "unbalanced": (
        {"first_layer": 2 * np.eye(2)},
        "the imbalance .* is not a multiple of the identity, or not 0 where",
    ),
    "decay": (
        {"first_layer": np.zeros((2, 2)), "weight_decay": 0.1},
        "is not a multiple of the identity, or not 0 where weights decay",
    ),
    "another imbalance": ({"imbalance": 0.5}, "is not 0.5 times the identity"),
    "shapes": ({"second_layer": np.ones((3, 2))}, r"\(2, 2\) and \(3, 2\) \(out, in\) do not lead"),
    "vector": ({"second_layer": np.ones(2)}, "do not lead from the inputs"),
    "times": ({"time": [1.0, 0.5]}, "time must be finite and increase from 0 on"),
    "negative": ({"time": [-1.0, 0.5]}, "time is -1.0, but learning starts at time 0"),
    "steps": ({"steps": 0}, "steps is 0, but time is crossed in at least one step"),
    "variance": ({"input_variance": 0.0}, "input_variance is 0.0, but"),
    "tau": ({"tau": -1.0}, "tau is -1.0, but"),
}


@pytest.mark.parametrize(("changed", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused(changed, said):
    first = 0.1 * np.diag([1.0, 2.0])
    given = {"time": [0.0, 1.0], "first_layer": first, "second_layer": first, "input_output_correlation": np.eye(2)}
    with pytest.raises(InputError, match=said):
        matrix_solution(**(given | changed))


def test_traced_times_need_a_number_of_steps(jax):
    with jax.enable_x64(True), pytest.raises(InputError, match="steps must be given where arrays are traced"):
        jax.jit(lambda a: matrix_solution(TIMES, np.eye(2), a, a).network_map)(0.1 * jax.numpy.eye(2))
