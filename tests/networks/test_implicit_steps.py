"""Implicit steps of large networks with one hidden layer, against explicit ones."""

import numpy as np
import pytest

from ontogeny.networks import gradient_flow
from ontogeny.networks.gradient_flow import flow
from ontogeny.networks.implicit_steps import Stiff
from ontogeny.networks.initialization import gaussian
from worlds import correlated

SOLVED = 1e-9  # relative tolerance 1e-10, a few dozen steps
STIFF = np.array([0.5, 1.0, 3.0, 10.0, 100.0])


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_agrees_with_small_steps(decay):
    world, weights = correlated(), gaussian([4, 6, 3], 0.4, 0)
    syx, sxx = world.input_output_correlation, world.input_correlation
    found = list(Stiff.of(syx, sxx, decay).states_at(weights, STIFF, 1e-10))
    expected = flow(weights, syx, sxx, times=STIFF, weight_decay=decay)
    for number in range(2):
        np.testing.assert_allclose([state[number] for state in found], expected[number], atol=SOLVED)


def test_steps_are_as_long_as_the_course_is_smooth(monkeypatch):
    """Inputs of which one varies a thousand times as much as another: explicit steps would take thousands."""
    steps, made = [], Stiff._step
    monkeypatch.setattr(Stiff, "_step", lambda *args: steps.append(1) or made(*args))
    syx, sxx = np.diag([300.0, 3.0, 0.3]), np.diag([100.0, 1.0, 0.1])
    final = list(Stiff.of(syx, sxx, 0.0).states_at(gaussian([3, 5, 3], 0.3, 0), np.array([1.0, 1e6]), 1e-10))[-1]
    np.testing.assert_allclose(final[1] @ final[0], 3 * np.eye(3), atol=1e-9)
    assert len(steps) < 150


def test_inputs_that_hardly_vary_have_none():
    assert Stiff.of(np.ones((2, 2)), np.diag([1.0, 1e-9]), 0.0) is None


def test_a_large_flow_goes_on_by_them_where_it_is_stiff(monkeypatch):
    world, times = correlated(), np.array([0.0, 0.5, 2.0, 40.0])
    syx, sxx, used = world.input_output_correlation, world.input_correlation, []
    made = Stiff.states_at
    for sizes in ([4, 6, 3], [4, 5, 5, 3]):
        weights = gaussian(sizes, 0.4, 0)
        monkeypatch.undo()
        expected = flow(weights, syx, sxx, times=times)
        monkeypatch.setattr(Stiff, "states_at", lambda *args: used.append(args[2]) or made(*args))
        monkeypatch.setattr(gradient_flow, "SMALL", 0)
        monkeypatch.setattr(gradient_flow, "BUDGET", 200)
        for dense in (0, 1000):  # by implicit steps if there are two layers, explicit ones otherwise; by exponential
            monkeypatch.setattr(gradient_flow, "MOST_DENSE", dense)
            for one, other in zip(flow(weights, syx, sxx, times=times), expected, strict=True):
                np.testing.assert_allclose(one, other, atol=SOLVED)
    assert len(used) == 1 and 0 < used[0].size < 4
