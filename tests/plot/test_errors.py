"""Pictures of errors carry the records' numbers, mark the best time, and stay readable for many sizes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import ontogeny as on


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def prediction():
    draw = np.random.default_rng(0)
    x = draw.normal(size=(200, 12))
    return on.generalization.from_data(x, x.sum(axis=1) / 4 + draw.normal(size=200), samples=[20, 40], simulate=3)


@pytest.fixture(scope="module")
def sweep():
    return on.generalization.random_features([10, 30, 90], samples=30, networks=2, times=[0, 1.0, 1e5])


def test_predictions_and_training(prediction):
    ax = on.plot.data_prediction(prediction)
    lines = ax.get_lines()
    for size in range(2):
        assert any(np.array_equal(line.get_ydata(), prediction.test_error[size, 1:]) for line in lines)
        assert any(np.array_equal(line.get_ydata(), prediction.runs.test_error[size, 2, 1:]) for line in lines)
        stop = prediction.stopping[size]
        assert any(list(line.get_xdata()) == [stop.time] and list(line.get_ydata()) == [stop.error] for line in lines)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["20 samples", "40 samples"] and "thin" in ax.get_legend().get_title().get_text()
    assert ax.get_xscale() == "log" and ax.get_xlabel() and ax.get_ylabel()
    assert np.isfinite(ax.get_ylim()).all()


def test_many_sizes_leave_some_out():
    draw = np.random.default_rng(0)
    x = draw.normal(size=(100, 5))
    many = on.generalization.from_data(x, draw.normal(size=100), samples=range(5, 50), times=[0, 1.0, 10.0, np.inf])
    ax = on.plot.data_prediction(many)
    assert len(ax.get_legend().get_texts()) == 6 and "39 more sizes" in ax.get_legend().get_title().get_text()


def test_widths(sweep):
    ax = on.plot.width_sweep(sweep)
    assert on.plot.width_sweep(sweep, ax=ax) is ax
    drawn = [line.get_ydata() for line in ax.get_lines()]
    for values in (sweep.final_error, sweep.best_error, sweep.networks_test[:, :, -1].mean(axis=1)):
        assert any(np.array_equal(line, values) for line in drawn)
    both = on.generalization.both_layers([3, 9], samples=5, networks=1, times=[0, 1.0])
    labels = [text.get_text() for text in on.plot.width_sweep(both).get_legend().get_texts()]
    assert labels == ["end of training, networks", "early stopping, networks"]


def test_risk_over_time():
    values = np.arange(1, 51) ** -1.0
    times = np.array([10.0, 0.0, 1.0, np.inf])
    record = on.generalization.spectral_risk(times, values, np.ones(50), samples=20, noise_variance=0.5)
    ax = on.plot.risk(record)
    np.testing.assert_array_equal(ax.get_lines()[0].get_xdata(), [1.0, 10.0])
    np.testing.assert_array_equal(ax.get_lines()[0].get_ydata(), record.test_error[[2, 0]])
    assert ax.get_ylim()[0] == 0


@pytest.mark.parametrize("name", ["data_prediction", "risk", "sample_sizes", "width_sweep"])
def test_other_records_are_refused(name):
    with pytest.raises(on.InputError, match="record is of type list"):
        getattr(on.plot, name)([])


def test_sample_sizes(prediction):
    ax = on.plot.sample_sizes(prediction)
    drawn = [line.get_ydata() for line in ax.get_lines()]
    best = [stop.error for stop in prediction.stopping]
    trained = prediction.runs.test_error.mean(axis=1)
    for values in (best, [stop.final_error for stop in prediction.stopping], trained.min(axis=1), trained[:, -1]):
        assert any(np.array_equal(line, values) for line in drawn)
    assert ax.get_xticks().tolist() == [20, 40] and "dots: training" in ax.get_legend().get_title().get_text()
    assert on.plot.sample_sizes(prediction, ax=ax) is ax
