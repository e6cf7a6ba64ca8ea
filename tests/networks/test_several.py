"""Several networks in one call: each as alone, whichever method solves it."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny._core.checks import PlateauWarning
from ontogeny.networks import evolve, several
from ontogeny.networks.initialization import gaussian
from starts import balanced, imbalanced, target

SAME = 1e-12  # relative to the largest: steps of different lengths
TIMES = np.linspace(0, 3, 9)
BLOCKS = ("network_map", "input_gram", "output_gram")


def stacked(starts):
    return [np.stack(layer) for layer in zip(*starts, strict=True)]


def starts_of(kind, count):
    draws = [np.random.default_rng(seed) for seed in range(count)]
    return {
        "balanced": lambda: [balanced(rng, 5, 4, 3) for rng in draws],
        "imbalanced": lambda: [imbalanced(rng, 5, 4, 6, 1.0 + number) for number, rng in enumerate(draws)],
        "three layers": lambda: [gaussian([3, 4, 4, 2], 0.3, seed) for seed in range(count)],
        "shallow": lambda: [gaussian([3, 2], 0.3, seed) for seed in range(count)],
        "mixed": lambda: [balanced(draws[0], 4, 3, 2), gaussian([4, 3, 2], 0.3, 1), balanced(draws[1], 4, 3, 2)],
    }[kind]()


@pytest.mark.parametrize("kind", ["balanced", "imbalanced", "three layers", "shallow", "mixed"])
def test_each_network_is_as_alone(kind):
    starts = starts_of(kind, 5)
    goal = target(np.random.default_rng(9), starts[0][-1].shape[0], starts[0][0].shape[1])
    together = evolve(stacked(starts), goal, times=TIMES, tau=1.5)
    for number, weights in enumerate(starts):
        alone = evolve(weights, goal, times=TIMES, tau=1.5)
        assert alone.method in together.method
        for name in BLOCKS:
            expected = getattr(alone, name)
            atol = SAME * np.abs(expected).max()
            np.testing.assert_allclose(getattr(together, name)[number], expected, rtol=0, atol=atol)
        for layer, expected in zip(together.weights, alone.weights, strict=True):
            np.testing.assert_allclose(layer[number], expected, atol=1e-9)


def test_starts_and_worlds_along_axes_of_their_own():
    first, second = stacked([balanced(np.random.default_rng(seed), 5, 4, 3) for seed in range(3)])
    goals = np.stack([target(np.random.default_rng(seed), 3, 5) for seed in (7, 8)])
    whites = np.array([0.5, 2.0])[:, None, None] * np.eye(5)
    many = evolve([first, second], goals[:, None], whites[:, None], times=TIMES)
    assert many.network_map.shape == (2, 3, 9, 3, 5) and many.weights[0].shape == (2, 3, 9, 4, 5)
    alone = evolve([first[2], second[2]], goals[1], whites[1], times=TIMES)
    np.testing.assert_allclose(many.network_map[1, 2], alone.network_map, rtol=0, atol=SAME)
    table = many.to_dataframe()
    assert list(table.columns) == ["network_1", "network_2", "time", "feature", "input", "value"]
    picked = table.query("network_1 == 1 and network_2 == 2 and feature == 0 and input == 4").value
    np.testing.assert_array_equal(picked, many.network_map[1, 2, :, 0, 4])
    assert repr(many).startswith("<Evolution: 2 x 3 networks, 5 inputs to 3 features, 9 times up to 3 tau")
    np.testing.assert_allclose(many.at(TIMES[3:5]).network_map, many.network_map[:, :, 3:5], atol=SAME)


@pytest.mark.parametrize("limit", [("MOST_TIMES", 0), ("LONGEST", 0.0), ("FEWEST", 99)])
def test_solved_together_or_one_by_one_is_the_same(limit, monkeypatch):
    weights, goal = stacked(starts_of("balanced", 5)), target(np.random.default_rng(9), 3, 5)
    calls = []
    solve = several.matrix_solution
    monkeypatch.setattr(several, "matrix_solution", lambda *args, **more: calls.append(1) or solve(*args, **more))
    together = evolve(weights, goal, times=TIMES)
    blocks = [getattr(together, name) for name in BLOCKS]
    assert len(calls) == 1
    monkeypatch.setattr(several, *limit)
    single = evolve(weights, goal, times=TIMES)
    for block, name in zip(blocks, BLOCKS, strict=True):
        np.testing.assert_allclose(block, getattr(single, name), rtol=0, atol=SAME * np.abs(block).max())
    assert len(calls) == 1


def test_the_validity_of_several_is_that_of_the_worst():
    found = evolve(stacked(starts_of("mixed", 3)), target(np.random.default_rng(9), 2, 4), times=TIMES)
    assert found.method == "flow and riccati"
    assert found.equations == ("saxe2014 (2)", "fukumizu1998 sec. 3", "braun2022 sec. 3", "domine2025 sec. 3")
    assert not found.validity["balanced start"].holds
    good = evolve(stacked(starts_of("balanced", 3)), target(np.random.default_rng(9), 3, 5), times=TIMES)
    assert good.validity["balanced start"].holds and good.plateau is None


def test_plateaus_of_some_networks():
    stuck, free = 0.1 * np.diag([1.0, 0.0]), 0.1 * np.eye(2)
    weights = [np.stack([free, stuck, free, free, free])] * 2
    with pytest.warns(PlateauWarning, match="the start of 1 of 5 networks has no part along a direction"):
        found = evolve(weights, np.diag([3.0, 2.0]), times=[0.0, 50.0], method="riccati")
    assert np.isnan(found.plateau[0]).all()
    np.testing.assert_allclose(found.plateau[1], np.diag([3.0, 0.0]), atol=1e-12)
    np.testing.assert_allclose(found.network_map[1, -1], np.diag([3.0, 0.0]), atol=1e-12)
    np.testing.assert_allclose(found.network_map[0, -1], np.diag([3.0, 2.0]), atol=1e-12)


def test_what_does_not_fit_is_refused():
    first, second, goal = np.ones((3, 4, 5)), np.ones((2, 3, 4)), np.ones((3, 5))
    with pytest.raises(InputError, match="have leading axes that do not fit each other"):
        evolve([first, second], goal, times=TIMES)
    with pytest.raises(InputError, match="hold no network at all"):
        evolve([first[:0], second[:0]], goal, times=TIMES)
    with pytest.raises(InputError, match=r"weights\[0\] .*holds NaN"):
        evolve([np.nan * first, second[0]], goal, times=TIMES)
