"""Pictures of development show the times, distances and strengths of their records, for small worlds and large."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest

import ontogeny as on
from ontogeny.environments import Taxonomy, from_taxonomy
from ontogeny.plot.tree import _ends
from ontogeny.semantics import basic_level, differentiation, transition_sharpness

KINDS = {
    "plant": {"tree": ["pine", "oak"], "flower": ["rose", "daisy"]},
    "animal": {"bird": ["robin", "canary"], "fish": ["sunfish", "salmon"]},
}


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


def dots(ax, marker="o"):
    return [line for line in ax.get_lines() if line.get_marker() == marker]


def ticks(ax):
    return [text.get_text() for text in ax.get_yticklabels()]


def test_forks_stand_at_half_times_and_bars_run_from_onset_to_end(theory):
    found = differentiation(theory, Taxonomy.from_nested(KINDS))
    ax = on.plot.differentiation(found)
    np.testing.assert_allclose(sorted(dot.get_xdata()[0] for dot in dots(ax)), np.sort(found.half_time[0]))
    bars = sorted(tuple(line.get_xdata()) for line in ax.get_lines() if line.get_linewidth() == 4)
    np.testing.assert_allclose(bars, sorted(zip(found.onset[0], found.completion[0], strict=True)))
    assert ticks(ax) == list(found.taxonomy.items)
    assert {text.get_text() for text in ax.texts} == {"plant", "animal", "tree", "flower", "bird", "fish"}
    assert ax.get_xlabel().startswith("learning time")


def test_lines_of_the_tree_lead_from_fork_to_fork(theory):
    found = differentiation(theory, Taxonomy.from_nested(KINDS))
    ax = on.plot.differentiation(found)
    half = dict(zip([found.taxonomy.names[node] for node in found.taxonomy.splits], found.half_time[0], strict=True))
    ways = {tuple(np.round(line.get_xdata(), 9)) for line in ax.get_lines() if len(line.get_xdata()) == 2}
    for above, below in [("all", "plant"), ("all", "animal"), ("plant", "tree"), ("animal", "bird")]:
        assert tuple(np.round([half[above], half[below]], 9)) in ways


def test_networks_are_ticks_around_their_median(child):
    found = differentiation(child, Taxonomy.from_nested(KINDS))
    ax = on.plot.differentiation(found)
    marks = np.sort(np.concatenate([line.get_xdata() for line in dots(ax, "|")]))
    np.testing.assert_allclose(marks, np.sort(found.half_time.ravel()))
    np.testing.assert_allclose(sorted(d.get_xdata()[0] for d in dots(ax)), np.sort(np.median(found.half_time, axis=0)))


def test_a_large_tree_is_cut_to_groups_with_counts():
    world = on.datasets.load("zoo")
    found = differentiation(on.predict(world, until=6.0))
    ax = on.plot.differentiation(found)
    names = ticks(ax)
    assert 15 <= len(names) <= 30
    counted = [int(name.rsplit("(", 1)[1][:-1]) if name.endswith(")") else 1 for name in names]
    assert sum(counted) == 101
    assert "boar, cheetah + 8 (10)" in names  # animals without any difference stay together
    types = on.plot.differentiation(differentiation(on.predict(world, until=6.0), Taxonomy.from_category(world)))
    assert "mammal (41)" in ticks(types)
    assert len(dots(types)) == 8  # the root, and within each of the seven


def test_what_never_comes_apart_is_dotted_at_the_end():
    nested = {"x": {"a": ["a1", "a2"], "b": ["b1", "b2"]}, "y": ["c", "d"]}
    world = on.Environment.from_dataframe(from_taxonomy(nested, own=False))
    found = differentiation(on.predict(world, until=8.0), Taxonomy.from_nested(nested))
    ax = on.plot.differentiation(found)
    dotted = [line for line in ax.get_lines() if line.get_linestyle() == ":"]
    assert len(dotted) == 9 and all(line.get_xdata()[0] == 8.0 for line in dotted)
    assert len(dots(ax)) == 2


def test_two_thousand_items_are_drawn():
    rows = (np.random.default_rng(0).random((2000, 40)) < 0.2).astype(float)
    world = on.Environment.from_arrays(np.eye(2000), rows, normalization="sum")
    theory = on.predict(world, times=np.linspace(0, 2, 21))
    ax = on.plot.differentiation(differentiation(theory))
    assert len(ticks(ax)) <= 30 and len(ax.get_lines()) < 400
    on.plot.level_courses(differentiation(theory))
    assert len(on.plot.basic_level(basic_level(world)).get_xticks()) <= 12


def test_level_courses_are_shares_of_where_they_end(theory, child):
    found = differentiation(theory, Taxonomy.from_nested(KINDS))
    ax = on.plot.level_courses(found)
    expected = found.level_distance[0] / found.level_final[0]
    for level in range(3):
        np.testing.assert_array_equal(ax.get_lines()[level].get_ydata(), expected[:, level])
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels[0] == "0  plant | animal"
    before = len(ax.get_lines())
    on.plot.level_courses(differentiation(child, Taxonomy.from_nested(KINDS)), ax=ax)
    assert len(ax.get_lines()) == before + 2 * 3 + 1
    zoo = on.datasets.load("zoo")
    named = on.plot.level_courses(differentiation(on.predict(zoo, until=5.0), Taxonomy.from_category(zoo)))
    assert named.get_legend().get_texts()[1].get_text() == "category: into item"


def test_sharpness_lays_depths_side_by_side(theory, child, world):
    records = [transition_sharpness(theory), transition_sharpness(on.predict(world, depth=3, until=200.0))]
    ax = on.plot.sharpness(*records, transition_sharpness(child))
    for number, record in enumerate(records):
        known = np.isfinite(record.half_time[0])
        np.testing.assert_array_equal(ax.get_lines()[number].get_xdata(), record.half_time[0, known])
        np.testing.assert_array_equal(ax.get_lines()[number].get_ydata(), record.width[0, known])
    line = ax.get_lines()[-1]
    assert line.get_ydata()[1] / line.get_xdata()[1] == pytest.approx(np.log(9) / np.log(2))
    early = transition_sharpness(on.simulate(world, until=1.0))
    assert on.plot.sharpness(early).get_title().endswith("not learned by the end of the run")
    with pytest.raises(on.InputError, match="records is empty, but at least one is drawn"):
        on.plot.sharpness()


def test_basic_level_draws_strengths_and_every_item():
    found = basic_level(on.datasets.load("zoo"))
    ax = on.plot.basic_level(found)
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], found.strength[1:])
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), np.sort(found.contrast[:, 1]))
    assert [text.get_text() for text in ax.get_xticklabels()] == ["category\n(6 modes)", "item\n(94 modes)"]
    assert "371" in ax.get_title()


def test_what_cannot_be_drawn_gets_a_sentence():
    for call, sentence in [
        (lambda: on.plot.differentiation(3), "record is of type int"),
        (lambda: on.plot.level_courses(3), "record is of type int"),
        (lambda: on.plot.sharpness(3), "record is of type int"),
        (lambda: on.plot.basic_level(3), "record is of type int"),
    ]:
        with pytest.raises(on.InputError, match=sentence):
            call()


def test_of_equally_wide_groups_the_first_by_name_are_opened():
    names = [f"group {letter}" for letter in "abcdefghij"]
    for order in (names, names[::-1]):
        tree = Taxonomy.from_nested({name: [f"{name} {n}" for n in range(8)] for name in order})
        record = SimpleNamespace(taxonomy=tree, differs=np.ones(tree.splits.size, dtype=bool))
        closed = {tree.names[node] for node in _ends(record) if not tree.is_item[node]}
        assert closed == set(names[2:])


def test_no_line_of_the_tree_runs_back_in_time():
    """Parts that separate before their group stand at its fork, as a triangle with their own time."""
    found = differentiation(on.predict(on.datasets.load("zoo"), until=8.0))
    ax = on.plot.differentiation(found)
    lines = [line.get_xdata() for line in ax.get_lines() if len(line.get_xdata()) == 2 and line.get_linewidth() == 1.2]
    assert len(lines) > 30 and all(before <= after for before, after in lines)
    early = [line.get_xdata()[0] for line in ax.get_lines() if line.get_marker() == "<"]
    times = [float(text.get_text()) for text in ax.texts]
    assert 0 < len(early) == len(times)
    assert all(time < place * 1.01 for time, place in zip(times, early, strict=True))  # times have two digits
    assert "before its group" in ax.get_legend().get_texts()[-1].get_text()
