"""Pictures of pretraining hold the records' numbers."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

from ontogeny import Environment, InputError, plot
from ontogeny.plasticity import (
    Segment,
    curriculum,
    greedy_pretraining,
    perceptual_learning,
    two_pathways,
    will_pretraining_help,
)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_layers_of_a_stack():
    stack = greedy_pretraining([0.5, 2.0], 3.0, layers=3, initial_weight=0.1)
    first, second = plot.pretrained_layers(stack, linestyle=":").get_lines()
    np.testing.assert_allclose(first.get_ydata(), stack.layer_strengths[:, 1])  # the stronger first
    assert second.get_label() == "variance 0.5" and second.get_linestyle() == ":"


def test_errors_with_and_without():
    x = np.random.default_rng(0).standard_normal((50, 3)) * [2, 1, 0.5]
    found = will_pretraining_help(x, x[:, 0])
    lines = plot.pretraining_effect(found).get_lines()
    assert [line.get_label() for line in lines[:3]] == ["small weights", "pretrained", "orthogonal"]
    np.testing.assert_allclose(lines[1].get_ydata(), found.errors.sel(start="pretrained").values[1:])


def test_pathways_over_time_and_in_their_plane():
    record = two_pathways(
        [Segment(2.0, (1.0, 0.0)), Segment(9.0)], target=[1.0, 0.5], depth=2, initial_weights=(0.2, 0.2)
    )
    ax = plot.pathway_strengths(record, mode=2)
    np.testing.assert_allclose(ax.get_lines()[1].get_ydata(), record.strengths[:, 1, 1])
    assert len(ax.patches) == 1 and ax.get_lines()[2].get_label() == "together"
    line, course = plot.pathway_portrait(record).get_lines()
    np.testing.assert_allclose(course.get_xdata(), record.strengths[:, 0, 0])
    assert list(line.get_xdata()) == [0, 1]
    with pytest.raises(InputError, match="mode is 3, but there are 2"):
        plot.pathway_strengths(record, mode=3)


def test_receptive_fields_before_and_after():
    record = perceptual_learning(np.linspace(0, 40, 21))
    before, after, *_ = plot.tuning_curves(record, layer=2, preferred=[105.0]).get_lines()
    curves = record.tuning(np.arange(0.0, 180.5, 0.5)).sel(layer=2)
    np.testing.assert_allclose(after.get_ydata(), curves[-1, 21])
    np.testing.assert_allclose(before.get_ydata(), curves[0, 21])
    assert after.get_label() == "prefers 105°"
    assert len(plot.tuning_curves(record).get_legend().get_texts()) == 3
    lines = plot.layer_changes(record).get_lines()
    assert [line.get_label() for line in lines] == ["layer 1", "layer 2", "readout"]
    assert lines[0].get_ydata()[-1] == 1.0
    with pytest.raises(InputError, match="layer is 3, but there are 2"):
        plot.tuning_curves(record, layer=3)


def test_errors_over_lessons():
    a, b = (Environment.from_correlations(np.diag(pair)) for pair in ([1.0, 0.5], [0.2, 0.9]))
    record = curriculum([(a, 8.0), ([a, b], 8.0)], names=["one", "other"])
    ax = plot.curriculum_errors(record)
    np.testing.assert_allclose(ax.get_lines()[1].get_ydata(), record.dataset["error"].sel(world="other"))
    assert [text.get_text() for text in ax.texts] == ["one", "one and other"]


def test_behavior_and_transfer():
    record = perceptual_learning(np.linspace(0, 40, 21))
    once, both, _ = plot.percent_correct(record).get_lines()
    np.testing.assert_allclose(once.get_ydata(), record.percent_correct("yes_no"))
    np.testing.assert_allclose(both.get_ydata(), record.percent_correct("2afc"))
    plt.close("all")
    fine, coarse, _ = plot.orientation_transfer(record, [0.0, 20.0, 40.0], precisions=[2.0, 8.0]).get_lines()
    np.testing.assert_allclose(coarse.get_ydata(), record.transfer([0.0, 20.0, 40.0], precision=8.0)[-1])
    assert fine.get_label() == "tested at ±2°"
    plt.close("all")
    one, two = plot.position_transfer(record).get_lines()
    np.testing.assert_allclose(two.get_ydata(), record.position_transfer(2))
    assert one.get_label() == "1 layer of its own" and two.get_label() == "2 layers of its own"


def test_lines_of_a_varied_setting():
    table = xr.DataArray(
        [[1.0, 20.0, np.inf], [1.0, 2.0, 300.0]], dims=("start", "depth"),
        coords={"start": ["small", "large"], "depth": [1, 2, 3]}, name="time",
    )  # fmt: skip
    ax = plot.lines(table, linestyle=":")
    small, large = ax.get_lines()
    assert np.isnan(small.get_ydata()[2]) and large.get_label() == "large" and ax.get_ylabel() == "time"
    assert ax.get_yscale() == "log" and ax.get_xscale() == "linear" and list(ax.get_xticks()) == [1, 2, 3]
    plt.close("all")
    assert plot.lines(table, logarithmic=False).get_yscale() == "linear"
    numbered = plot.lines(table.assign_coords(start=[1, 2]))
    assert numbered.get_lines()[-1].get_label() == "start 2"
    with pytest.raises(InputError, match="array has 1 dimensions"):
        plot.lines(table[0])
