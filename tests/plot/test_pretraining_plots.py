"""Pictures of pretraining hold the records' numbers."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from ontogeny import plot
from ontogeny.plasticity import greedy_pretraining, will_pretraining_help


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
