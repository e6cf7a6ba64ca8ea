"""Shapes by depth, and numbers of trials against simulated learners."""

import os

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.fitting import curve_shape, fit_learning_curve, learning_curve, trials_needed, trials_to_tell
from ontogeny.fitting.observed import RightAnswers
from ontogeny.fitting.search import Problem
from ontogeny.fitting.shapes import network

EXPECTED = dict(half_time=15.0, initial_fraction=0.01)
LEARNERS = 75 if os.environ.get("CI") else 150


def test_shapes_are_as_printed():
    printed = {1: 0.3652, 1.5: 0.7007, 2: 1.0, 3: 1.4579, 4: 1.7746, 6: 2.1718, 10: 2.5623, np.inf: 3.3042}
    for depth, shape in printed.items():
        assert curve_shape(depth) == pytest.approx(shape, abs=6e-5)
    assert curve_shape(1e4) == pytest.approx(curve_shape(np.inf), rel=1e-3)


@pytest.mark.parametrize("depth", [1.0, 2.0, 4.0])
def test_the_shape_is_that_of_the_curve(depth):
    times = np.linspace(0, 200, 200001)
    q = learning_curve(times, half_time=20.0, initial_fraction=0.02, depth=depth)
    t10, t50, t90 = np.interp([0.1, 0.5, 0.9], q, times)
    assert curve_shape(depth) == pytest.approx((t50 - t10) / (t90 - t50), rel=1e-4)


def test_learners_with_so_many_trials_scatter_as_asked():
    """Sixty simulated learners; the scatter of a scatter is nine per cent."""
    t = np.arange(40.0)
    trials = round(trials_needed(t, **EXPECTED, depth=2, precision=0.02))
    rng = np.random.default_rng(0)
    q = learning_curve(t, **EXPECTED, depth=2)
    half = [
        fit_learning_curve(t, rng.binomial(trials, 0.5 + 0.48 * q), np.full(40, trials), level=None).half_time
        for _ in range(60)
    ]
    assert np.std(half) / 15.0 == pytest.approx(0.02, rel=0.3)


def test_depths_take_many_trials():
    """Forty blocks, to half a layer: 64 to 87, 455 to 722 and 4163 to 9750 are printed for different starts."""
    for depth, least, most in ((2, 64, 87), (3, 455, 722), (5, 4163, 9750)):
        found = trials_needed(np.arange(40.0), **EXPECTED, depth=depth, precision=0.5, quantity="depth")
        assert least < found < most
    half, whole = (
        trials_needed(np.arange(40.0), **EXPECTED, depth=2, precision=precision) for precision in (0.05, 0.1)
    )
    assert half == pytest.approx(4 * whole)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (dict(precision=0.0), "precision is 0.0, but no number of trials"),
        (dict(quantity="rate"), "quantity is 'rate', but it must be one of"),
        (dict(time=[0.0, 0.0, 0.0]), "time has blocks that tell nothing of the half-time"),
        (dict(chance=1.0), "chance is 1.0 and lapse 0.02"),
        (dict(half_time=-1.0), "half_time is -1.0"),
    ],
)
def test_refusals(change, match):
    given = {"time": np.arange(40.0), **EXPECTED, "depth": 2, "precision": 0.1} | change
    with pytest.raises(InputError, match=match):
        trials_needed(**given)
    with pytest.raises(InputError, match=r"depth is 0\.5, but a network has a layer"):
        curve_shape(0.5)


@pytest.mark.parametrize(("depth", "other"), [(2, 1), (1, 2)])
def test_depths_are_told_apart_as_often_as_asked(depth, other):
    """Of simulated learners 80%, to three standard errors (10% of 150) and 1%: ratios of few trials are rougher."""
    t = np.arange(40.0)
    trials = round(trials_to_tell(t, **EXPECTED, depth=depth, other=other))
    q = learning_curve(t, **EXPECTED, depth=depth)
    rng = np.random.default_rng(1)
    told = 0
    for _ in range(LEARNERS):
        seen = RightAnswers(t, rng.binomial(trials, 0.5 + 0.48 * q).astype(float), np.full(40, float(trials)))
        best, rival = (Problem(network(float(each)), seen, 0.5, 0.98).best()[0] for each in (depth, other))
        told += 2 * (best - rival) > 3.84
    assert told / LEARNERS == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / LEARNERS) + 0.01)


def test_three_layers_and_two_take_hundreds_of_trials():
    assert 500 < trials_to_tell(np.arange(40.0), **EXPECTED, depth=3, other=2) < 750
    with pytest.raises(InputError, match="other is 2, whose curve is the same"):
        trials_to_tell(np.arange(40.0), **EXPECTED, depth=2, other=2)
    with pytest.raises(InputError, match=r"power is 1\.0, but it is a share"):
        trials_to_tell(np.arange(40.0), **EXPECTED, depth=2, other=1, power=1.0)
