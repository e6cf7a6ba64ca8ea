"""Pictures of generalization hold the record's numbers, for one depth and for many."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from ontogeny import InputError, plot
from ontogeny.generalization import learning_curves, optimal_stopping, speed_accuracy
from ontogeny.generalization.runs import TrainingRuns


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_errors_and_the_best_time():
    record = learning_curves(0.5, signal_variance=5.0)
    ax = plot.generalization_error(record)
    lines = ax.get_lines()
    np.testing.assert_array_equal(lines[0].get_ydata(), record.test_error)
    np.testing.assert_array_equal(lines[1].get_ydata(), record.train_error)
    assert lines[0].get_linewidth() > lines[1].get_linewidth()
    assert lines[4].get_xydata().tolist() == [[float(record.stopping.time), float(record.stopping.error)]]
    assert ax.get_xscale() == "log" and ax.get_xlabel() == "learning time (units of τ)"
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["test error", "train error", "lowest possible", "noise (irreducible)", "early stopping"]


def test_a_second_course_is_laid_over_with_its_own_name():
    ax = plot.generalization_error(learning_curves(2.0, signal_variance=5.0), label="flow")
    deep = learning_curves(2.0, signal_variance=5.0, initial_variance=0.1, depth=2)
    assert plot.generalization_error(deep, ax=ax, label="deep", color="red") is ax
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names.count("early stopping") == 1 and "test error, deep" in names
    assert "depth" in ax.get_xlabel() and ax.get_lines()[5].get_color() == "red"


def test_without_noise_there_is_no_best_time_and_few_times_are_linear():
    ax = plot.generalization_error(learning_curves(2.0, noise_variance=0.0, times=[0.0, 1.0, 2.0]))
    assert ax.get_xscale() == "linear" and ax.get_xlim() == (0, 2)
    assert "early stopping" not in [text.get_text() for text in ax.get_legend().get_texts()]


def test_speed_and_accuracy_are_one_line_per_depth():
    record = speed_accuracy(2.0, depths=[1, 2, 2.5], initial_variances=[1.0, 1e-2], signal_variance=5.0)
    ax = plot.speed_accuracy(record)
    for number, line in enumerate(ax.get_lines()[:3]):
        np.testing.assert_array_equal(line.get_xdata(), record.half_time[number, ::-1])
        np.testing.assert_array_equal(line.get_ydata(), record.best_error[number, ::-1])
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["no hidden layer", "one hidden layer", "depth 2.5", "lowest possible"]
    assert ax.collections[0].get_sizes()[0] < ax.collections[0].get_sizes()[1]


def test_many_depths_are_counted():
    record = speed_accuracy(2.0, depths=np.linspace(1, 3, 11), initial_variances=[0.1])
    assert plot.speed_accuracy(record).get_title() == "3 more depths not shown"


def test_students_are_hairlines_beside_the_theory():
    record = learning_curves(0.5, signal_variance=5.0)
    errors = np.array([[record.test_error + 1, record.test_error - 1]])
    ax = plot.generalization_error(record, TrainingRuns(errors - 2, errors, None, 0))
    thin = [line for line in ax.get_lines() if line.get_linewidth() == 0.6]
    assert len(thin) == 4
    np.testing.assert_array_equal(thin[1].get_ydata(), record.test_error - 1)
    assert len(ax.get_legend().get_texts()) == 5


def test_errors_against_the_load_leave_the_divergence_out():
    record = optimal_stopping([2.0, 0.1, 1.0, 10.0], signal_variance=5.0)
    ax = plot.stopping(record)
    final, stopped, best = ax.get_lines()
    np.testing.assert_array_equal(stopped.get_xdata(), [0.1, 1, 2, 10])
    np.testing.assert_array_equal(stopped.get_ydata(), record.error[[1, 2, 0, 3]])
    np.testing.assert_array_equal(best.get_ydata(), record.bayes_error[[1, 2, 0, 3]])
    assert np.isinf(final.get_ydata()[1]) and ax.get_ylim()[1] == pytest.approx(2 * record.error.max())
    assert ax.get_xscale() == "log" and plot.stopping(record, ax=ax) is ax
    assert plot.stopping(optimal_stopping(2.0)).get_xscale() == "linear"


@pytest.mark.parametrize("draw", [plot.generalization_error, plot.speed_accuracy, plot.stopping])
def test_something_else_is_refused(draw):
    with pytest.raises(InputError, match=r"record is of type str, but an? .* is needed here; pass what"):
        draw("curves")
