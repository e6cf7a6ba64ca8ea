"""One network through several worlds: each lesson is an evolution, worlds are matched by name, what is forgotten."""

import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from ontogeny import InputError
from ontogeny.networks import evolve
from ontogeny.networks.initialization import gaussian
from ontogeny.plasticity import Lesson, curriculum

FLOW = 1e-8  # absolute; the tolerance of evolutions in a row


def world(seed, features=3, inputs=4):
    return on.Environment.from_correlations(np.random.default_rng(seed).standard_normal((features, inputs)))


def test_lessons_are_evolutions_one_after_the_other():
    a, b = world(0), world(1)
    start = gaussian([4, 5, 3], 0.2, seed=2)
    found = curriculum([Lesson(a, 3.0), Lesson(b, 2.0), Lesson([a, b], 1.0)], initial_weights=start)
    first = evolve(start, a.input_output_correlation, times=[0.0, 3.0])
    second = evolve([layer[-1] for layer in first.weights], b.input_output_correlation, times=[0.0, 2.0])
    both = a.input_output_correlation + b.input_output_correlation
    third = evolve([layer[-1] for layer in second.weights], both, 2 * np.eye(4), times=[0.0, 1.0])
    maps = found.dataset["map"].sel(time=[3.0, 5.0, 6.0], method="nearest").values
    for ours, theirs in zip(maps, (first, second, third), strict=True):
        np.testing.assert_allclose(ours, theirs.network_map[-1], atol=FLOW)
    assert found.lessons == (("A",), ("B",), ("A", "B")) and list(found.boundaries) == [3.0, 5.0, 6.0]
    np.testing.assert_allclose(found.weights[1] @ found.weights[0], third.network_map[-1], atol=FLOW)


def test_errors_are_those_of_the_worlds():
    frame = pd.DataFrame(np.random.default_rng(3).integers(0, 2, (5, 4)), list("vwxyz"), list("abcd")).astype(float)
    other = 1 - frame
    one, two = on.Environment.from_dataframe(frame), on.Environment.from_dataframe(other)
    found = curriculum([(one, 40.0), (two, 60.0)], names=["facts", "their reverse"])
    shown = one.loss_of_map(found.dataset["map"].values)
    np.testing.assert_allclose(
        found.dataset["error"].sel(world="facts"), shown - one.loss_of_map(one.best_map), atol=1e-9
    )
    assert found.dataset["error"].sel(world="facts").values[100] < 1e-3 * shown[0]


def test_worlds_are_matched_by_name():
    frame = pd.DataFrame(np.random.default_rng(4).standard_normal((5, 4)), list("vwxyz"), list("abcd"))
    plain = on.Environment.from_dataframe(frame)
    turned = on.Environment.from_dataframe(frame.iloc[::-1, [2, 0, 3, 1]])
    found = curriculum([(plain, 30.0), (turned, 5.0)])
    assert found.interference("A") < 1e-6
    assert found.dataset["error"].values[-1].max() < 1e-3


def test_learning_b_costs_a_half_their_squared_distance():
    a, b = world(0), world(1)
    found = curriculum([(a, 40.0), (b, 40.0)])
    price = 0.5 * np.sum((a.input_output_correlation - b.input_output_correlation) ** 2)
    assert found.interference("A") == pytest.approx(price, rel=1e-3) and found.interference("B") == 0.0


def test_the_reverse_takes_longer_than_the_fact():
    a = on.Environment.from_correlations([[1.0, 0.0], [0.0, 0.8]])
    b = on.Environment.from_correlations([[-1.0, 0.0], [0.0, -0.8]])
    found = curriculum([(a, 20.0), (b, 100.0)])
    errors, size = found.dataset["error"].values, 0.5 * (1 + 0.64)

    def until(world, start):
        return found.time[start:][np.argmax(errors[start:, world] < 0.05 * size)] - found.time[start]

    assert until(1, 100) > 2 * until(0, 0)


def test_deep_networks_and_decay():
    a, b = world(0), world(1)
    found = curriculum([(a, 30.0), (b, 30.0)], depth=3, weight_decay=1e-3)
    assert found.methods == ("flow", "flow") and len(found.weights) == 3
    frame = found.to_dataframe()
    assert len(frame) == 201 * 2 and list(frame) == ["time", "world", "error"]
    assert repr(found) == "<Curriculum: A, then B; 60 tau>"


@pytest.mark.parametrize(
    ("lessons", "match"),
    [
        ([], "lessons is empty"),
        ([(world(0), 0.0)], "lessons is 0"),
        ([world(0)], "no lesson"),
        ([([], 1.0)], "a lesson without a world"),
        ([("zoo", 1.0)], "lessons is of type str"),
        ([(world(0), 1.0), (world(1, features=2), 1.0)], "worlds with other features"),
        ([(world(0), 1.0), (world(1, inputs=5), 1.0)], "worlds of 4 and 5 inputs"),
    ],
)
def test_refusals(lessons, match):
    with pytest.raises(InputError, match=match):
        curriculum(lessons)


def test_refused_names():
    with pytest.raises(InputError, match="names are 'x', but there are 2 different worlds"):
        curriculum([(world(0), 1.0), (world(1), 1.0)], names=["x"])
