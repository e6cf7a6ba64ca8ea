"""Frames of embeddings show where the points are, and say what cannot be read off them."""

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pytest

import ontogeny as on
from ontogeny.plot.labels import write_names
from ontogeny.plot.movie import _named
from ontogeny.semantics import embedding
from rearranged import with_variants


@pytest.fixture(scope="module")
def world():
    return on.datasets.load("rumelhart")


@pytest.fixture(scope="module")
def theory(world):
    return on.predict(world, until=8.0)


@pytest.fixture(scope="module")
def child(world):
    return on.simulate(world, until=8.0, seed=[0, 1])


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_frames_show_where_points_are(theory, child):
    found = embedding(theory)
    places = on.plot.embedding(found, frames=3)
    assert len(places) == 3 and places[-1].figure is places[0].figure
    for ax in places:
        frame = int(np.argmin(np.abs(found.times - float(ax.get_title()[4:]))))
        shown = ax.collections[0].get_offsets()
        np.testing.assert_allclose(shown, found.coordinates[0, frame], atol=0.02)  # titles are rounded
        ends = sorted(way[-1].tolist() for way in ax.collections[1].get_segments())  # each path ends in its point
        np.testing.assert_allclose(ends, sorted(np.asarray(shown).tolist()))
    written = {text.get_text() for text in places[-1].texts}
    assert written == set(found.names)
    _, given = plt.subplots(2, 2)
    assert on.plot.embedding(embedding(child), axes=given, network=1)[0] is given[0, 0]


def test_early_frames_say_that_all_are_together():
    found = embedding(on.predict(on.datasets.load("rumelhart"), until=8.0), times=[0.0, 8.0])
    places = on.plot.embedding(found, frames=2)
    assert [text.get_text() for text in places[0].texts] == ["all 8 together"]


def test_items_have_the_colors_of_their_categories_and_ties_are_said():
    found = embedding(on.predict(on.datasets.load("zoo"), until=4.0))
    ax = on.plot.embedding(found, frames=1)[0]
    assert len(np.unique(ax.collections[0].get_facecolors(), axis=0)) == 7
    world = found.environment
    written = {text.get_text(): text.xy for text in ax.texts}
    assert {world.category[world.items.index(name)] for name in written} == set(world.category)
    for name, place in written.items():  # each on its dot
        np.testing.assert_allclose(place, found.coordinates[0, -1, world.items.index(name)])
    key = {text.get_text() for text in ax.figure.legends[0].get_texts()}
    assert key == set(world.category)
    tied = on.Environment.from_correlations(np.diag([3.0, 2.0, 2.0, 2.0]))
    places = on.plot.embedding(embedding(on.predict(tied, until=6.0)), frames=1)
    assert "among tied modes" in places[0].get_ylabel() + places[0].get_xlabel()


def test_two_thousand_items_are_drawn():
    rows = (np.random.default_rng(0).random((2000, 40)) < 0.2).astype(float)
    world = on.Environment.from_arrays(np.eye(2000), rows, normalization="sum")
    places = on.plot.embedding(embedding(on.predict(world, times=np.linspace(0, 2, 21))), frames=2)
    points, paths = places[-1].collections
    assert len(paths.get_segments()) == 150 and len(places[0].texts) <= 8
    assert len(points.get_offsets()) == 2000


def test_what_cannot_be_drawn_gets_a_sentence(theory):
    for call, sentence in [
        (lambda: on.plot.embedding(3), "record is of type int"),
        (
            lambda: on.plot.embedding(embedding(theory, dimensions=1)),
            "one dimension, but a plot needs two; make it with two dimensions",
        ),
        (lambda: on.plot.embedding(embedding(theory), network=2), "network is 2, but the record holds 1; write 0 to 0"),
    ]:
        with pytest.raises(on.InputError, match=sentence):
            call()


@pytest.mark.parametrize("name", ["zoo", "crossed"])
def test_colors_and_names_hang_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name)
    said, places = [], []
    for one in (world, *others):
        found = embedding(on.predict(one, until=8.0))
        ax = on.plot.embedding(found, frames=1)[0]
        shades = ax.collections[0].get_facecolors().round(3).tolist()
        written = {text.get_text(): text.xy for text in ax.texts}
        said.append((dict(zip(one.category, map(tuple, shades), strict=True)), sorted(written), ax.get_title()))
        assert len(said[-1][0]) == len(set(one.category))
        places.append([written[name] for name in sorted(written)])
    assert all(words == said[0] for words in said[1:])
    for place in places[1:]:
        np.testing.assert_allclose(place, places[0], atol=1e-6)


def test_items_without_categories_have_the_colors_of_their_top_groups():
    rows = np.kron(np.eye(3), np.ones((10, 4))) + np.kron(np.ones((3, 1)), np.eye(10, 12)) * 0.1
    names = [f"{kind}{n}" for kind in "abc" for n in range(10)]
    world = on.Environment.from_arrays(np.eye(30), rows, items=names, normalization="sum")
    ax = on.plot.embedding(embedding(on.predict(world)), frames=1)[0]
    shades = ax.collections[0].get_facecolors().round(3).tolist()
    assert [len({tuple(shade) for shade in shades[start : start + 10]}) for start in (0, 10, 20)] == [1, 1, 1]
    assert len(ax.figure.legends[0].get_texts()) == len({tuple(shade) for shade in shades}) == 3
    assert sorted(text.get_text()[0] for text in ax.texts) == ["a", "b", "c"]


def test_names_cover_neither_each_other_nor_leave_the_frame():
    points = np.random.default_rng(1).uniform(-0.9, 0.9, (40, 2))
    ax = plt.subplots(figsize=(2.3, 2.3))[1]
    ax.set(xlim=(-1, 1), ylim=(-1, 1), position=(0, 0, 1, 1))
    write_names(ax, points, [(f"thing {n}", n) for n in range(40)], ["red"] * 40)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert 5 < len(boxes) < 40
    assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[:k])
    assert all(ax.bbox.x0 <= box.x0 and box.x1 <= ax.bbox.x1 for box in boxes)


def test_of_points_as_far_the_first_by_name_are_named():
    draw = np.random.default_rng(0)
    angle = np.linspace(0, 2 * np.pi, 61)[:-1]
    for _ in range(3):
        names = draw.permutation([f"thing {n:02}" for n in range(60)])
        around = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (1 + 1e-14 * draw.standard_normal((60, 1)))
        record = dataclasses.replace(embedding(on.predict(sixty(names), until=2.0)), of="items")
        chosen = _named(record, around, np.zeros(60, dtype=int))
        assert [names[point] for point in chosen] == sorted(names)[:8]


def sixty(names):
    return on.Environment.from_arrays(np.eye(60), np.eye(60)[:, :5] + 1, items=list(names), normalization="sum")
