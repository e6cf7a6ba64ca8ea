"""Pictures of sweeps: a line, lines, courses over time, a map of colors; what cannot be drawn is refused."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

from ontogeny import plot
from ontogeny._core.checks import InputError

STARTS = np.geomspace(1e-5, 1e-2, 10)


@pytest.fixture
def data():
    """A data set as a sweep leaves it."""
    shape = {"depth": 3, "initial_strength": 10, "look": 5, "mode": 2}
    draw = np.random.default_rng(0)
    values = {
        "half_time": (("depth", "initial_strength", "mode"), draw.uniform(1, 2, (3, 10, 2))),
        "loss": (("depth", "initial_strength", "look"), draw.uniform(1, 2, (3, 10, 5))),
        "time": (("depth", "initial_strength", "look"), np.cumsum(draw.uniform(1, 2, (3, 10, 5)), axis=-1)),
    }
    coords = {"depth": [1, 2, 3], "initial_strength": STARTS, "mode": [1, 2]}
    assert {dim for dims, _ in values.values() for dim in dims} == set(shape)
    yield xr.Dataset(values, coords=coords)
    plt.close("all")


def test_lines_over_a_setting_are_the_numbers(data):
    data["half_time"][1, 3, 0] = np.nan
    ax = plot.sweep(data, "half_time", over="initial_strength", mode=1)
    assert len(ax.lines) == 3 and ax.get_xscale() == "log" and ax.get_ylabel() == "half_time"
    for number, line in enumerate(ax.lines):
        np.testing.assert_array_equal(line.get_xdata(), STARTS)
        np.testing.assert_array_equal(line.get_ydata(), data["half_time"][number, :, 0])
    ax = plot.sweep(data, "half_time", mode=2, initial_strength=float(f"{STARTS[4]:.8g}"))
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), data["half_time"][:, 4, 1])


def test_courses_have_their_own_times(data):
    ax = plot.sweep(data, "loss", over="look", initial_strength=STARTS[2])
    for number, line in enumerate(ax.lines):
        np.testing.assert_array_equal(line.get_xdata(), data["time"][number, 2])
        np.testing.assert_array_equal(line.get_ydata(), data["loss"][number, 2])
    assert ax.get_xlabel() == "learning time (units of τ)"


def test_two_settings_of_many_values_are_a_map(data):
    ax = plot.sweep(data, "half_time", over="depth", mode=1)
    (mesh,) = ax.collections
    np.testing.assert_array_equal(mesh.get_array().reshape(10, 3), data["half_time"][:, :, 0].T)
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("depth", "initial_strength", "log")


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (dict(quantity="halftime"), "quantity is 'halftime', but .*; did you mean 'half_time'"),
        (
            dict(quantity="half_time"),
            r"quantity has 3 dimensions left: .*; pick a label along 'initial_strength', such",
        ),
        (dict(quantity="half_time", mode=3), "mode is 3, which is not there; write one of '1', '2'"),
        (dict(quantity="half_time", layer=3), "dimension is 'layer', but it must be one of"),
        (dict(quantity="half_time", over="modes"), "over is 'modes', but it must be one of"),
    ],
)
def test_what_cannot_be_drawn_is_refused(data, words, match):
    with pytest.raises(InputError, match=match):
        plot.sweep(data, **words)
