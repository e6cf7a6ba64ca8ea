"""Pictures show what the records hold: lines carry the data, axes are labelled, nothing global is touched."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

import ontogeny as on
from ontogeny.networks import deviation_from_theory


@pytest.fixture(scope="module")
def world():
    return on.datasets.load("rumelhart")


@pytest.fixture(scope="module")
def theory(world):
    return on.predict(world, until=4.0)


@pytest.fixture(scope="module")
def child(world):
    return on.simulate(world, until=4.0, seed=[0, 1], times=np.linspace(0, 4, 21))


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def drawn(ax):
    return [line.get_ydata() for line in ax.get_lines()]


def test_theory_lines_are_the_strengths(theory):
    ax = on.plot.mode_strengths(theory)
    strengths = theory.dataset["mode_strength"].values
    lines = drawn(ax)
    assert len(lines) == strengths.shape[1]
    assert all(any(np.array_equal(line, strengths[:, mode]) for line in lines) for mode in range(strengths.shape[1]))
    assert ax.get_xlabel() == 'learning time (units of τ, normalization "sum")'
    assert ax.get_legend().get_texts()[0].get_text().startswith("1  ")


def test_simulation_is_laid_over_theory_on_the_same_axes(theory, child):
    ax = on.plot.mode_strengths(theory)
    before = len(ax.get_lines())
    assert on.plot.mode_strengths(child, ax=ax) is ax
    assert len(ax.get_lines()) == before + 2 * child.dataset.sizes["mode"]
    thin, thick = ax.get_lines()[-1].get_linewidth(), ax.get_lines()[before - 1].get_linewidth()
    assert thin < thick


def test_tied_modes_are_one_line():
    tied = on.Environment.from_correlations(np.diag([3.0, 2.0, 2.0]))
    theory = on.predict(tied, until=3.0)
    ax = on.plot.mode_strengths(theory)
    assert len(ax.get_lines()) == 2
    assert ax.get_legend().get_texts()[1].get_text() == "2–3  2 tied modes"


def test_loadings_of_tied_modes_are_lengths():
    tied = on.Environment.from_correlations(np.diag([3.0, 2.0, 2.0]))
    ax = on.plot.feature_loadings(tied, 2)
    widths = sorted(bar.get_width() for bar in ax.patches)
    np.testing.assert_allclose(widths, [0, 1, 1], atol=1e-12)
    assert ax.get_xlabel() == "length in the tied group"


def test_line_style_is_passed_on(theory):
    ax = on.plot.loss(theory, color="red", linewidth=5)
    assert ax.get_lines()[0].get_color() == "red"
    np.testing.assert_array_equal(drawn(ax)[0], theory.dataset["loss"].values)


def test_answers_are_those_of_the_record(theory, child):
    ax = on.plot.answers(theory, [("oak", "leaves")])
    np.testing.assert_array_equal(drawn(ax)[0], theory.features_of("oak")["leaves"])
    with pytest.raises(on.InputError, match=r"item is 'oka'.*did you mean 'oak'"):
        on.plot.answers(child, [("oka", "leaves")])


def test_illusions_show_each_feature_once(theory):
    ax = on.plot.illusions(theory, most=3)
    names = [text.get_text().split(": ")[1] for text in ax.get_legend().get_texts()]
    assert len(set(names)) == len(names) == 3


def test_learning_times_mark_half_times(theory, child):
    ax = on.plot.learning_times(theory, child)
    assert ax.get_legend().get_texts()[1].get_text() == "one hidden layer, trained"
    dots = ax.containers[0].lines[0].get_xdata()
    np.testing.assert_array_equal(dots, theory.dataset["half_time"].values)


def test_deviation_is_in_percent(child):
    record = deviation_from_theory(child)
    ax = on.plot.deviation(record)
    assert max(np.abs(line).max() for line in drawn(ax)[:-1]) == pytest.approx(100 * record.largest)


def test_inside_a_network(child):
    ax = on.plot.weights(child, 1, layer=2)
    final = child.snapshots[1][1, -1].ravel()
    assert np.isin([line[-1] for line in drawn(ax)], final).all()
    image = on.plot.unit_tuning(child, 0, unit=3).get_images()[0].get_array()
    activity = child.hidden(1).values[0, :, 3]
    np.testing.assert_allclose(np.sort(image[:, -1]), np.sort(activity[-1]))
    image = on.plot.item_similarity(child, 0).get_images()[0].get_array()
    np.testing.assert_allclose(np.trace(image), np.sum(child.hidden(1).values[0, -1] ** 2))


def test_world_is_drawn_whole(world):
    image = on.plot.table(world).get_images()[0].get_array()
    np.testing.assert_array_equal(np.sort(image.sum(axis=1)), np.sort(world.targets.sum(axis=1)))
    heights = [bar.get_height() for bar in on.plot.singular_values(world).patches]
    np.testing.assert_array_equal(heights, world.spectrum().singular_values)


def test_zoo_is_sorted_and_marked_by_category():
    ax = on.plot.table(on.datasets.load("zoo"))
    marks = [text.get_text() for text in ax.texts]
    assert marks == sorted(set(on.datasets.load("zoo").category))


def test_nothing_global_changes(theory):
    before = mpl.rcParams.copy()
    on.plot.mode_strengths(theory)
    with on.plot.figure(3, 2) as (_, ax):
        on.plot.loss(theory, ax=ax)
    assert mpl.rcParams == before
