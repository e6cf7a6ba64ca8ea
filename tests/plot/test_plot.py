"""Pictures show what the records hold: lines carry the data, axes are labelled, nothing global is touched."""

import dataclasses

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

import ontogeny as on
from ontogeny.networks import deviation_from_theory
from ontogeny.plot.world import item_order
from rearranged import WORLDS, with_variants
from worlds import gapped


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


def test_bars_of_learning_times_run_from_a_tenth_to_nine_tenths(theory):
    ax = on.plot.learning_times(theory)
    (bars,) = ax.containers[0].lines[2]
    ends = np.array([segment[:, 0] for segment in bars.get_segments()])
    start, rise = theory.dataset["rise_start"].values, theory.dataset["rise_time"].values
    assert np.all(rise > 0.01) and np.all(np.isfinite(rise))
    np.testing.assert_allclose(ends, np.stack([start, start + rise], axis=1), atol=1e-12)


def test_dots_and_bars_of_networks_are_medians(world):
    trained = on.simulate(world, until=6.0, seed=[0, 1, 2], times=np.linspace(0, 6, 31))
    ax = on.plot.learning_times(trained)
    middle = {name: trained.dataset[name].values for name in ("half_time", "rise_start", "rise_time")}
    assert np.abs(np.diff(np.sort(middle["half_time"], axis=0), axis=0)).max() > 0.01  # the mean is elsewhere
    middle = {name: np.sort(values, axis=0)[1] for name, values in middle.items()}
    dots, _, (bars,) = ax.containers[0].lines
    np.testing.assert_array_equal(dots.get_xdata(), middle["half_time"])
    ends = np.array([segment[:, 0] for segment in bars.get_segments()])
    known = np.isfinite(middle["rise_time"])
    expected = np.stack([middle["rise_start"], middle["rise_start"] + middle["rise_time"]], axis=1)
    np.testing.assert_allclose(ends[known], expected[known], atol=1e-12)


def test_deviation_is_in_percent(child):
    record = deviation_from_theory(child)
    ax = on.plot.deviation(record)
    assert max(np.abs(line).max() for line in drawn(ax)[:-1]) == pytest.approx(100 * record.largest)


def test_tuning_at_uneven_times_stands_where_they_are():
    child = on.simulate(on.datasets.load("rumelhart"), times=[0.0, 0.1, 0.2, 4.0], seed=[0])
    edges = on.plot.unit_tuning(child).collections[0].get_coordinates()[0, :, 0]
    middle = (child.time[1:] + child.time[:-1]) / 2
    np.testing.assert_allclose(edges, [0.0, *middle, child.time[-1]])


def test_inside_a_network(child):
    ax = on.plot.weights(child, 1, layer=2)
    final = child.snapshots[1][1, -1].ravel()
    assert np.isin([line[-1] for line in drawn(ax)], final).all()
    mesh = on.plot.unit_tuning(child, 0, unit=3).collections[0]
    activity = child.hidden(1).values[0, :, 3]
    np.testing.assert_allclose(np.sort(mesh.get_array()[:, -1]), np.sort(activity[-1]))
    image = on.plot.item_similarity(child, 0).get_images()[0].get_array()
    np.testing.assert_allclose(np.trace(image), np.sum(child.hidden(1).values[0, -1] ** 2))
    for layer in (0, 3):
        with pytest.raises(
            on.InputError, match=f"layer is {layer}, but this network has 2 weight matrices; write 1 to 2"
        ):
            on.plot.weights(child, layer=layer)


def test_learning_times_are_lines_for_theory_and_dots_for_training():
    record = on.networks.learning_time(depth=[2, 5, np.inf], initial_strength=0.01)
    ax = on.plot.learning_time(record)
    np.testing.assert_array_equal(drawn(ax)[0], record.steps[:2])
    assert drawn(ax)[1][0] == record.steps[2] and ax.get_lines()[1].get_linestyle() == ":"
    trained = dataclasses.replace(record, source="trained")
    assert on.plot.learning_time(trained, ax=ax) is ax and ax.get_lines()[2].get_linestyle() == "None"
    ax = on.plot.learning_rate(record, color="red")
    np.testing.assert_array_equal(drawn(ax)[0], [1 / 2, 1 / 5])
    assert ax.get_xscale() == ax.get_yscale() == "log" and ax.get_lines()[0].get_color() == "red"


def test_landscapes_show_every_flat_point_and_direction():
    points = on.networks.critical_points(on.Environment.from_correlations(np.diag([3.0, 2.0, 1.0])), 2)
    ax = on.plot.critical_points(points)
    assert sorted(np.concatenate(drawn(ax))) == sorted(points.loss)
    assert drawn(ax)[1].tolist() == [0.5]
    valley = on.networks.hessian_eigenvalues([2.0, 1.0], depth=2, inputs=2, outputs=2, hidden_units=2)
    ax = on.plot.curvature(valley)
    np.testing.assert_array_equal(drawn(ax)[0], valley.eigenvalues)
    assert ax.get_xlabel() == "direction (4 more are flat)"


def test_kernels_are_drawn_over_time(child):
    found = on.networks.alignment(child)
    lines = drawn(on.plot.alignment(found))
    assert len(lines) == 6
    np.testing.assert_array_equal(lines[1], found.kernel[1])
    np.testing.assert_array_equal(lines[4], found.loss[0] / found.loss[0, 0])
    course = on.networks.tangent_kernel_over_time(child, times=[0.0, 2.0, 4.0])
    np.testing.assert_array_equal(drawn(on.plot.kernel_turn(course))[1], course.turn[1])


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


def test_missing_cells_are_drawn_as_missing():
    ax = on.plot.table(gapped())
    image = ax.get_images()[0]
    shown = np.ma.masked_invalid(image.get_array())
    assert shown.mask.sum() == 2 and image.get_clim() == (0.0, 1.0)
    assert ax.get_facecolor() == mpl.colors.to_rgba("0.6")


def texts(labels):
    return [label.get_text() for label in labels]


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_named_hangs_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name)
    last = world.spectrum().groups.size
    item = min(world.items)
    said = []
    for one in (world, *others):
        theory = on.predict(one, until=10.0)
        projected = on.plot.projection(on.semantics.project_property(theory, item))
        said.append([
            [one.items[row] for row in item_order(one)],
            *(texts(on.plot.feature_loadings(one, mode, most=4).get_yticklabels()) for mode in (1, last)),
            on.plot.farthest(on.semantics.illusory_correlations(theory)),
            texts(projected.get_legend().get_texts()),
        ])  # fmt: skip
        plt.close("all")
    assert all(words == said[0] for words in said[1:])
