"""When the kernel and the first layer turn to the task, and what the error says of it."""

import numpy as np
import pytest

from ontogeny import Environment, InputError, datasets, predict, simulate
from ontogeny.networks.silent_alignment import alignment
from ontogeny.networks.tangent_kernel import tangent_kernel_over_time
from worlds import correlated, gapped


def test_alignment_is_measured_on_the_whole_kernel():
    world = datasets.load("rumelhart")
    for record in (predict(world, until=2.0), simulate(world, until=1.0, seed=[3, 4], depth=3, hidden_units=10)):
        found = alignment(record, mode=2)
        kernel, y = tangent_kernel_over_time(record, times=[0.0, 0.7]), world.targets.ravel()
        whole = (kernel.kernel @ y) @ y / (kernel.size * np.sum(y**2))
        at = np.searchsorted(found.times, kernel.times)
        np.testing.assert_allclose(found.kernel[..., at], whole, rtol=1e-10)
        first, v = record.weights(1).values, world.spectrum().input_modes[:, [1]]
        share = np.linalg.norm(first @ v, axis=(-2, -1)) ** 2 / np.linalg.norm(first, axis=(-2, -1)) ** 2
        np.testing.assert_allclose(found.first_layer, share, rtol=1e-10)
        nothing = np.sum(world.targets**2) / 2
        np.testing.assert_allclose(found.loss, record.dataset["loss"].values / nothing, rtol=1e-10)


def test_alignment_is_silent_from_a_small_start_only():
    world = Environment.from_arrays(np.eye(6), np.array([[1.0, 2, -1, 0, 1, 1]]).T, normalization="sum")
    shares = {}
    for scale in (1e-4, 0.3):
        found = alignment(simulate(world, initial_scale=scale, hidden_units=30, until=8.0, seed=[0, 1, 2]))
        before = found.loss > 0.9 * found.loss[:, :1]
        shares[scale] = [float(kernel[early][-1] / kernel[-1]) for kernel, early in zip(found.kernel, before)]
        assert np.all(found.loss[:, -1] < 1e-3)
    assert min(shares[1e-4]) > 0.98 and max(shares[0.3]) < 0.9


def test_the_last_alignment_is_that_of_the_law():
    n, b = 7, np.random.default_rng(0).standard_normal(7)
    world = Environment.from_arrays(np.eye(n), b[:, None], normalization="sum")
    for depth in (2, 3):
        found = alignment(predict(world, depth=depth, initial_strength=1e-3, until=30.0))
        assert found.kernel[-1] == pytest.approx(depth / np.sqrt(n - 1 + depth**2), rel=1e-12)
        assert found.first_layer[-1] == pytest.approx(1, rel=1e-12)


def test_tied_modes_are_one_direction():
    world = Environment.from_correlations(np.diag([2.0, 2.0, 1.0]))
    found = alignment(predict(world, until=9.0), mode=2)
    assert found.first_layer[-1] == pytest.approx(4 / 5, rel=1e-3)


def test_only_the_weights_that_were_kept_are_looked_at(monkeypatch):
    monkeypatch.setattr("ontogeny.networks.training_runs.SNAPSHOT_BYTES", 20_000)
    child = simulate(datasets.load("rumelhart"), until=1.0)
    assert child.snapshot_time.size < child.time.size
    found = alignment(child)
    assert found.times.size == found.loss.shape[1] == found.kernel.shape[1] == child.snapshot_time.size
    assert found.loss[0, -1] == pytest.approx(
        float(child.dataset["loss"][0, -1]) / child.environment.loss_of_map(0 * child.environment.best_map)
    )


def test_an_alignment_is_a_table():
    child = simulate(correlated(), until=0.5, seed=[0, 1], times=[0.0, 0.5])
    table = alignment(child).to_dataframe()
    assert table.columns.tolist() == ["network", "time", "kernel", "first_layer", "loss"] and len(table) == 4


def test_what_cannot_be_measured_is_refused():
    world = datasets.load("rumelhart")
    with pytest.raises(InputError, match="trajectory has tanh units, but this kernel is that of linear ones"):
        alignment(simulate(world, nonlinearity="tanh", until=0.1))
    with pytest.raises(InputError, match="mode is 9, but this world has 8; write 1 to 8"):
        alignment(predict(world), mode=9)


def test_alignment_needs_all_right_answers():
    with pytest.raises(InputError, match="2 cells of this world are missing, but alignment is measured with all right"):
        alignment(simulate(gapped(), until=1.0))


def test_an_alignment_introduces_itself():
    world = Environment.from_arrays(np.eye(4), [[1.0], [1.0], [1.0], [-1.0]], normalization="sum")
    course = alignment(simulate(world, initial_scale=1e-3, until=6.0, seed=[0, 1]))
    assert repr(course).startswith(
        f"<Alignment: 2 networks, {course.times.size} times up to 6 tau; at the end kernel 0.76, first"
    )
    assert repr(course).endswith("of the error left>")
