"""Pictures of signal propagation hold the records' numbers."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from ontogeny import plot
from ontogeny.networks.initialization import gaussian
from ontogeny.propagation import diagnose, jacobian_spectrum, phase_diagram


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_a_phase_diagram_and_its_critical_line():
    record = phase_diagram("tanh", [0.5, 1.5, 2.5, 3.5], [0.0, 0.05, 0.3])
    ax = plot.phase_diagram(record)
    (mesh,) = ax.collections
    np.testing.assert_allclose(mesh.get_array().reshape(3, 4), np.clip(np.log(record.chi_1), -1, 1).T)
    (line,) = ax.get_lines()
    np.testing.assert_array_equal(line.get_xdata(), record.critical_weight_variance)
    assert ax.get_title() == "tanh"


def test_a_critical_line_ends_where_the_picture_does():
    record = phase_diagram("tanh", [0.5, 1.5], [0.0, 0.05, 0.3])
    ax = plot.phase_diagram(record, color="green")
    assert ax.get_lines()[0].get_xdata().tolist() == [1.0] and ax.get_lines()[0].get_color() == "green"


def test_depth_scales_are_lines_without_their_infinite_points():
    record = phase_diagram("tanh", np.linspace(1.1, 3, 7), [0.05, 0.3])
    ax = plot.depth_scales(record)
    lines = [line for line in ax.get_lines() if len(line.get_xdata()) == 7]
    for number, line in enumerate(lines):
        np.testing.assert_allclose(line.get_ydata(), np.abs(record.depth_scales.correlation[:, number]))
    assert ax.get_yscale() == "log" and len(lines) == 2


def test_singular_values_as_a_histogram_of_shares():
    record = jacobian_spectrum([np.diag([2.0, 1.0, 1.0, 0.1])], np.zeros(4))
    ax = plot.jacobian_spectrum(record, bins=10)
    (steps,) = ax.patches
    values, edges, _ = steps.get_data()
    assert values.sum() == pytest.approx(1) and edges[-1] > 2 and values[4] == pytest.approx(0.5)
    nothing = plot.jacobian_spectrum(jacobian_spectrum([np.zeros((2, 2))], np.zeros(2)))
    assert nothing.patches[0].get_data().values.sum() == pytest.approx(1)


def test_a_diagnosis_is_drawn_with_its_theory():
    layers = gaussian([40] * 6, scale=0.2, seed=0)
    batch = np.random.default_rng(1).standard_normal((20, 40))
    record = diagnose(layers, batch, nonlinearity="tanh")
    rows = np.isfinite(record.layers["weight_variance"].values)
    for draw, name in (
        (plot.signals, "second_moment"), (plot.correlations, "correlation"), (plot.gradients, "gradient"),
    ):  # fmt: skip
        ax = draw(record, color="red")
        lines = {line.get_label(): line for line in ax.get_lines()}
        np.testing.assert_allclose(lines["measured"].get_ydata(), record.layers[name].values[rows])
        np.testing.assert_allclose(lines["theory"].get_ydata(), record.layers[f"theory_{name}"].values[rows])
        assert lines["measured"].get_color() == "red"
        assert len(ax.collections) == (name != "correlation")  # the band
    assert [tick.get_text() for tick in ax.get_xticklabels()][:3] == ["input", "layer 1 linear", "tanh 1"]
    assert len(plot.diagnosis(record).axes) == 3


def test_a_diagnosis_without_theory_is_drawn_without():
    torch = pytest.importorskip("torch")
    network = torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.LayerNorm(5))
    record = diagnose(network, np.random.default_rng(0).standard_normal((9, 6)))
    ax = plot.gradients(record)
    assert [line.get_label() for line in ax.get_lines()] == ["measured"] and not ax.collections
