"""Pictures of fits hold the records' numbers."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import ontogeny as on
from ontogeny import InputError, plot
from ontogeny.fitting import fit_accuracy, fit_mastery, simulate_accuracy, simulate_mastery

WORLD = on.datasets.load("rumelhart")
TRUE = {"tau": 10.0, "initial_strength": 1e-3}


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_predicted_and_measured_times():
    made = simulate_mastery(WORLD, **TRUE, measure="told_apart", until=25.0)
    found = fit_mastery(WORLD, made, measure="told_apart", until=25.0)
    ax = plot.mastery(found)
    line, known, late = ax.get_lines()
    np.testing.assert_array_equal(line.get_xdata(), line.get_ydata())
    seen = np.isfinite(found.measured)
    np.testing.assert_allclose(known.get_xdata(), found.predicted[seen])
    np.testing.assert_allclose(known.get_ydata(), found.measured[seen])
    assert late.get_marker() == "^" and set(late.get_ydata()) == {25.0} and 0 < np.sum(~seen)
    assert ax.get_xscale() == "log" and ax.get_title() == "simulated data"
    names = {text.get_text() for text in ax.texts}
    assert names and names <= {found.items[place] for place in np.flatnonzero(seen)} | set(WORLD.items)
    plain = plot.mastery(fit_mastery(WORLD, made[seen].to_dict(), measure="told_apart", errors="absolute"), color="red")
    assert plain.get_xscale() == "linear" and plain.get_title() == "" and plain.get_lines()[1].get_color() == "red"


def test_names_do_not_overlap():
    made = simulate_mastery(on.datasets.load("zoo"), **TRUE, noise=0.3, measure="told_apart")
    ax = plot.mastery(fit_mastery(on.datasets.load("zoo"), made, measure="told_apart"))
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) > 4
    assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[:n])


def test_modes_as_measured_and_as_fitted():
    found = fit_accuracy(WORLD, simulate_accuracy(WORLD, np.linspace(0, 40, 9), **TRUE))
    ax = plot.fitted_modes(found)
    lines = ax.get_lines()
    assert len(lines) == 16 and ax.get_title() == "simulated data"
    dots = lines[-1]  # of the first mode, drawn last
    share = found.strengths["measured"][:, 0] / found.strengths["final_strength"][0]
    np.testing.assert_allclose(dots.get_ydata(), share)
    at_ends = lines[-2].get_ydata()[[0, -1]] * float(found.strengths["final_strength"][0])
    np.testing.assert_allclose(at_ends, found.strengths["fitted"][[0, -1], 0])


@pytest.mark.parametrize(("draw", "match"), [(plot.mastery, "MasteryFit"), (plot.fitted_modes, "AccuracyFit")])
def test_other_records_are_refused(draw, match):
    with pytest.raises(InputError, match=f"record is of type Environment, but an? {match} is needed"):
        draw(WORLD)
