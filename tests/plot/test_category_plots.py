"""Pictures of typicality, projection, coherence, agreement and illusions show what their records hold."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from ontogeny import semantics
from rearranged import CATEGORIZED, with_variants


@pytest.fixture(scope="module")
def zoo():
    return on.datasets.load("zoo")


@pytest.fixture(scope="module")
def theory(zoo):
    return on.predict(zoo, until=4.0)


@pytest.fixture(scope="module")
def child():
    world = on.datasets.load("rumelhart")
    return on.simulate(world, until=4.0, seed=[0, 1], times=np.linspace(0, 4, 21))


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_typicality_names_both_ends_of_every_category(zoo):
    ax = on.plot.typicality(semantics.typicality(zoo))
    assert {"calf, goat + 2", "platypus", "penguin"} <= set(texts(ax))
    assert ax.get_yticklabels()[0].get_text() == "mammal (41)" and len(ax.collections) == 7
    mammals = ax.collections[0].get_offsets()[:, 0]
    record = semantics.typicality(zoo)
    np.testing.assert_allclose(np.unique(mammals), np.unique([value for value, _ in record.ranking("mammal")]))
    few = on.plot.typicality(record, most=3, color="red")
    assert len(few.collections) == 3 and "4 left out" in few.get_ylabel()
    np.testing.assert_allclose(few.collections[0].get_facecolor()[0, :3], (1, 0, 0))


def test_projection_is_drawn_by_category_with_its_width(theory):
    record = semantics.project_property(theory, "sparrow")
    ax = on.plot.projection(record)
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend[0] == "bird" and len(legend) == 7
    birds = [i for i, kind in enumerate(theory.environment.category) if kind == "bird"]
    birds.remove(theory.environment.items.index("sparrow"))
    mean = record.values[:, birds].mean(axis=1)
    assert any(np.allclose(line.get_ydata(), mean) for line in ax.get_lines() if len(line.get_ydata()) == mean.size)
    twin = next(other for other in ax.figure.axes if other is not ax)
    np.testing.assert_array_equal(twin.get_lines()[0].get_ydata(), record.width)
    assert "'sparrow'" in ax.get_title()
    assert len(on.plot.projection(record, width=False).figure.axes) == 1


def test_projection_of_networks_and_of_new_items(child, theory):
    record = semantics.project_property(child, child.environment.items[0])
    ax = on.plot.projection(record)
    assert len([line for line in ax.get_lines() if len(line.get_xdata()) == record.times.size]) == 2 * 7
    ax = on.plot.projection(semantics.project_item(theory, {"milk": 1.0, "fins": 0.0}))
    assert "a new item with 'milk', 'fins'" in ax.get_title() and "features" in ax.figure.axes[1].get_ylabel()
    nothing = on.Environment.from_arrays(np.eye(3), [[1.0, 1], [1, 0], [0, 0]], normalization="sum")
    on.plot.projection(semantics.project_property(on.predict(nothing, until=2.0), "item 3"))  # NaN everywhere


def test_coherence_is_drawn_against_the_theory(zoo):
    record = semantics.coherence(zoo, permutations=50)
    ax = on.plot.coherence(record)
    assert {"mammal", "bird", "reptile"} <= set(texts(ax)) and ax.get_xscale() == "log"
    x, law = ax.get_lines()[0].get_data()
    np.testing.assert_allclose(law, semantics.category_overlap(x, items=101, features=15)[0])
    dots = np.vstack([dot.get_offsets() for dot in ax.collections[1:]])
    order = np.argsort(-record.effective)
    np.testing.assert_allclose(dots, np.stack([record.effective, record.observed[:, 0]], axis=1)[order])
    world = on.Environment.from_arrays(np.eye(4), [[1.0, 0], [1, 0], [0, 1], [0, 1]], normalization="sum")
    on.plot.coherence(semantics.coherence(world, items=["item 1", "item 2"], permutations=5))  # infinite


def test_agreement_is_drawn_as_means_over_pairs(child):
    record = semantics.conserved_similarity(child)
    ax = on.plot.conserved_similarity(record)
    lines = {line.get_label(): line.get_ydata() for line in ax.get_lines()}
    np.testing.assert_array_equal(lines["similarity of items, hidden layer"], record.similarity.mean(axis=1))
    np.testing.assert_array_equal(lines["single units, by chance"], record.units[..., 1].mean(axis=1))


def test_illusions_are_numbered_at_their_peaks_and_their_modes_are_said(theory, child):
    ax = on.plot.illusion_modes(theory)
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend[0] == "a  seal: tail (1, 11)" and len(legend) == 10 and "j" in texts(ax)
    np.testing.assert_array_equal(ax.get_lines()[0].get_ydata(), theory.features_of("seal")["tail"])
    assert len(on.plot.illusion_modes(child, most=3).get_legend().get_texts()) == 3
    shallow = on.predict(on.datasets.load("zoo"), depth=1, initial_strength=1e-9, until=25.0)
    assert on.plot.illusion_modes(shallow).get_title() == "no answer overshoots"


def test_an_image_of_all_illusions():
    world = on.datasets.load("rumelhart")
    theory = on.predict(world, until=8.0)
    for record in (on.semantics.illusory_correlations(theory), on.semantics.illusory_limit(world)):
        image = on.plot.illusion_map(record).get_images()[0]
        rows = np.argsort([str(name) for name in world.items], kind="stable")
        assert sorted(np.abs(image.get_array()).sum(axis=1).round(9)) == sorted(
            np.abs(record.excess.T[rows]).sum(axis=1).round(9)
        )
        assert image.norm.vmax == -image.norm.vmin == np.abs(record.excess).max()


@pytest.mark.parametrize(
    "draw", ["typicality", "projection", "coherence", "conserved_similarity", "illusion_modes", "illusion_map"]
)
def test_other_things_are_refused(draw):
    with pytest.raises(on.InputError, match=r"is of type str, but an? "):
        getattr(on.plot, draw)("zoo")


def test_what_cannot_be_asked_for_gets_a_sentence(theory):
    with pytest.raises(on.InputError, match="pairs must be pairs of an item and a feature"):
        on.plot.answers(theory, "seal")
    with pytest.raises(on.InputError, match="record is of type Trajectory, but an IllusoryCorrelations is needed"):
        on.plot.farthest(theory)
    with pytest.raises(on.InputError, match="trajectory is a theory, which has no single units to draw"):
        on.plot.item_similarity(theory)


def test_what_was_taught_is_said_with_its_values(theory):
    record = semantics.project_item(theory, {"feathers": 1, "aquatic": -1})
    assert on.plot.projection(record).get_title() == "a new item with 'feathers', 'aquatic' = -1"
    assert "'aquatic' = -1" in repr(record)


@pytest.mark.parametrize("name", CATEGORIZED)
def test_names_hang_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name)
    said = []
    for one in (world, *others):
        theory = on.predict(one, until=10.0)
        astray = on.plot.illusion_modes(theory)
        legend = astray.get_legend()
        said.append([
            sorted(texts(on.plot.typicality(semantics.typicality(one)))),
            texts(on.plot.coherence(semantics.coherence(one, permutations=5))),
            [] if legend is None else [text.get_text() for text in legend.get_texts()],
        ])  # fmt: skip
        plt.close("all")
    assert all(words == said[0] for words in said[1:])


def test_frequency_moves_the_times_of_items(zoo):
    often = np.ones(101)
    often[zoo.items.index("worm")] = 20.0
    table = pd.DataFrame(zoo.targets, zoo.items, zoo.features)
    met, equally = (
        semantics.acquisition(on.predict(on.Environment.from_dataframe(table, frequency=each), until=4.0))
        for each in (often, None)
    )
    ax = on.plot.frequency_effect(met, equally)
    circles, dots = (line.get_xydata() for line in ax.get_lines())
    worm = np.argmax(dots[:, 0])
    assert dots[worm, 1] == pytest.approx(met.items["quarter_error"][0, zoo.items.index("worm")])
    assert dots[worm, 1] < circles[worm, 1] and "worm" in texts(ax)
    with pytest.raises(on.InputError, match="equally is of other items than the record"):
        on.plot.frequency_effect(met, semantics.acquisition(on.predict(on.datasets.load("rumelhart"))))
