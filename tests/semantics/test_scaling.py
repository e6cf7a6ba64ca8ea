"""Embeddings: distances the slow way, eigenvalues of trees, ties, networks rotated onto each other."""

import numpy as np
import pytest

from ontogeny import Environment, InputError, datasets, predict, simulate
from ontogeny.semantics import embedding
from ontogeny.semantics.scaling import _fixed
from rearranged import CLOSE, WORLDS, by_name, with_variants
from worlds import correlated, tree


def classical(gram):
    """Eigenvalues of the doubly centered Gram matrix, the slow way."""
    center = np.eye(len(gram)) - 1 / len(gram)
    return np.linalg.eigvalsh(center @ gram @ center)[::-1]


def distances(points):
    return np.linalg.norm(points[:, None] - points, axis=-1)


def test_eigenvalues_on_a_tree_are_the_strengths_of_modes_beyond_the_constant():
    theory = predict(tree(), until=9.0)
    found = embedding(theory, times=[2.0, 4.0, 9.0])
    strength = theory.dataset.mode_strength.sel(time=found.times, method="nearest").values
    np.testing.assert_allclose(found.eigenvalues[0, :, :7], strength[:, 1:], atol=1e-10)
    np.testing.assert_allclose(found.eigenvalues[0, :, 7], 0, atol=1e-10)


@pytest.mark.parametrize("of", ["items", "features"])
@pytest.mark.parametrize("kind", ["theory", "shallow", "network", "flow"])
def test_all_dimensions_together_are_all_distances(kind, of):
    world = correlated() if kind == "flow" else datasets.load("rumelhart")
    times = np.linspace(0, 3, 7)
    record = {
        "theory": lambda: predict(world, times=times),
        "shallow": lambda: predict(world, times=times, depth=1),
        "network": lambda: simulate(world, times=times, hidden_units=12),
        "flow": lambda: predict(world, times=times),
    }[kind]()
    units = {"theory": 8, "shallow": 8, "network": 12, "flow": 3}[kind]
    found = embedding(record, of=of, dimensions=units)
    if kind == "shallow":
        answers = record.response.values
        rows = np.swapaxes(answers, 1, 2) if of == "items" else answers
        gram = rows @ np.swapaxes(rows, 1, 2)
    else:
        last = np.asarray(record.weights(2))
        last = last[0] if kind == "network" else last
        hidden = record.hidden_gram().values
        gram = (hidden[0] if kind == "network" else hidden) if of == "items" else last @ np.swapaxes(last, 1, 2)
    for frame in range(len(found.times)):
        squares = np.diag(gram[frame])
        expected = np.sqrt(np.maximum(squares[:, None] + squares - 2 * gram[frame], 0))
        np.testing.assert_allclose(distances(found.coordinates[0, frame]), expected, atol=2e-7)  # roots of rounding
        slow = classical(gram[frame])
        size = min(slow.size, found.eigenvalues.shape[-1])
        np.testing.assert_allclose(found.eigenvalues[0, frame, :size], slow[:size], atol=1e-10)
    assert np.nanmin(found.share) == pytest.approx(1.0)


def test_the_last_frame_of_learned_trees_is_classical_scaling():
    theory = predict(datasets.load("rumelhart"), until=20.0)
    found = embedding(theory, times=[20.0])
    gram = theory.hidden_gram().values[-1]
    center = np.eye(8) - 1 / 8
    value, vector = np.linalg.eigh(center @ gram @ center)
    expected = vector[:, ::-1][:, :2] * np.sqrt(value[::-1][:2])
    np.testing.assert_allclose(np.abs(found.coordinates[0, 0]), np.abs(expected), atol=1e-9)
    assert found.share[0, 0] == pytest.approx(value[::-1][:2].sum() / value.sum())


def test_outputs_of_inputs_that_are_not_one_hot():
    world = correlated()
    record = predict(world, depth=1, times=np.linspace(0, 3, 4))
    found = embedding(record, of="features")
    rows = record.response.values[-1]
    np.testing.assert_allclose(found.eigenvalues[0, -1, :3], classical(rows @ rows.T)[:3], atol=1e-10)
    aligned = Environment.from_arrays(2 * np.eye(6)[:, :4], np.arange(18.0).reshape(6, 3) ** 0.5)
    closed = predict(aligned, times=np.linspace(0, 3, 4))
    assert closed.provenance.method == "closed_form"
    gram = np.einsum("mi,ni->mn", closed.response.values[-1], closed.response.values[-1])
    got = embedding(closed, of="features", layer="output").eigenvalues[0, -1]
    np.testing.assert_allclose(got, classical(gram)[: got.size], atol=1e-10)


def test_axes_and_signs_are_fixed_by_the_points():
    """The farthest point is on the positive side; turning the basis inside a tie changes nothing."""
    found = embedding(predict(datasets.load("rumelhart"), until=6.0))
    last = found.coordinates[0, -1]
    assert all(column[np.argmax(np.abs(column))] > 0 for column in last.T)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((5, 5)))[0]
    points = np.random.default_rng(1).standard_normal((7, 5))
    spread = np.array([5.0, 3.0, 3.0, 3.0, 1.0])
    axes, in_tie = _fixed(np.eye(5), spread, points[:, :4], 3, list("abcdefg"))
    mixed = np.eye(5)
    mixed[1:4, 1:4] = np.linalg.qr(turn[:3, :3])[0]
    other, _ = _fixed(mixed, spread, points @ mixed[:, :4], 3, list("abcdefg"))
    np.testing.assert_allclose(points @ axes, points @ other, atol=1e-12)
    assert in_tie.tolist() == [False, True, True]
    np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-12)


def test_axes_inside_ties_are_flagged():
    found = embedding(predict(tree(), until=12.0), dimensions=4)
    assert found.tied.tolist() == [False, True, True, True]
    assert "axis 2, 3, 4 lies among tied modes" in found.meaning
    child = embedding(simulate(tree(), until=12.0), dimensions=4)
    assert child.tied.tolist() == [False, True, True, True]
    assert not embedding(predict(datasets.load("rumelhart"), until=6.0)).tied.any()


def test_networks_are_turned_onto_the_theory():
    world, times = datasets.load("rumelhart"), np.linspace(0, 8, 81)
    theory = predict(world, times=times)
    child = simulate(world, times=times, seed=[0, 1, 2])
    model, found = embedding(theory), embedding(child, reference=theory)
    size = np.linalg.norm(model.coordinates[0, -1])
    for network in range(3):
        assert np.linalg.norm(found.coordinates[network, -1] - model.coordinates[0, -1]) < 0.02 * size
    alone = embedding(child)
    for network in (1, 2):
        assert np.linalg.norm(alone.coordinates[network, -1] - alone.coordinates[0, -1]) < 0.02 * size
    assert "networks rotated onto each other" in alone.meaning


@pytest.mark.parametrize("seed", [0, [0, 1, 2]])
def test_axes_are_the_principal_ones_of_all_times_and_networks(seed):
    child = simulate(datasets.load("rumelhart"), times=np.linspace(0, 3, 31), seed=seed, hidden_units=10)
    found = embedding(child, dimensions=10)
    together = found.coordinates.reshape(-1, 10)
    spread = together.T @ together
    np.testing.assert_allclose(spread, np.diag(np.diag(spread)), atol=1e-8)
    assert np.all(np.diff(np.diag(spread)) <= 1e-8)


def test_turning_changes_no_distance():
    child = simulate(datasets.load("rumelhart"), until=4.0, seed=[0, 1], hidden_units=8)
    found = embedding(child, dimensions=8, times=[2.0, 4.0])
    last = child.hidden().values[1, -1].T
    np.testing.assert_allclose(distances(found.coordinates[1, -1]), distances(last), atol=1e-9)


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu", "sigmoid"])
def test_nonlinear_networks_have_embeddings_too(nonlinearity):
    child = simulate(datasets.load("rumelhart"), nonlinearity=nonlinearity, until=3.0)
    for of in ("items", "features"):
        found = embedding(child, of=of)
        assert np.isfinite(found.coordinates).all() and found.source == "simulation"


def test_items_that_are_alike_stay_together_and_correlations_alone_are_enough():
    zoo = datasets.load("zoo")
    found = embedding(predict(zoo, until=4.0), times=[4.0], dimensions=5)
    _, kind = np.unique(zoo.targets, axis=0, return_inverse=True)
    twins = kind[:, None] == kind
    apart = distances(found.coordinates[0, 0])
    assert apart[twins].max() < 1e-7 < apart[~twins].min()
    known = Environment.from_correlations(np.diag([3.0, 2.0, 1.0]))
    assert embedding(predict(known, until=4.0)).names == known.items


def test_frames_and_tables():
    zoo = datasets.load("zoo")
    theory = predict(zoo, until=4.0)
    assert 50 <= embedding(theory).times.size <= 60 and embedding(theory).times[[0, -1]].tolist() == [0, 4]
    found = embedding(theory, times=[4.0, 0.5, 0.5001])
    np.testing.assert_allclose(found.times, [0.5, 4.0], atol=0.01)
    table = found.to_dataframe()
    assert table.columns.tolist() == ["time", "item", "category", "x1", "x2"] and len(table) == 202
    assert table[table.item == "worm"].x1.tolist() == found.coordinates[0, :, zoo.items.index("worm"), 0].tolist()
    assert embedding(theory, of="features", dimensions=1).to_dataframe().columns.tolist() == ["time", "feature", "x1"]
    child = embedding(simulate(zoo, times=[0, 1.0], seed=[3, 4])).to_dataframe()
    assert child.columns[0] == "network" and child.network.nunique() == 2


def test_blocks_of_modes_and_of_units_agree():
    """The same network once as modes and once as weights."""
    world = datasets.load("rumelhart")
    times = np.linspace(0, 4, 9)
    modes, weights = predict(world, times=times), predict(world, times=times, method="flow")
    for of in ("items", "features"):
        for layer in (1, "output"):
            one, two = embedding(modes, of=of, layer=layer), embedding(weights, of=of, layer=layer)
            np.testing.assert_allclose(one.coordinates, two.coordinates, atol=1e-5)


def test_what_cannot_be_gets_a_sentence():
    theory = predict(datasets.load("rumelhart"), until=2.0)
    for call, sentence in [
        (lambda: embedding(3), "trajectory is of type int"),
        (lambda: embedding(theory, of="item"), "of is 'item'.*did you mean 'items'"),
        (
            lambda: embedding(theory, dimensions=9),
            "dimensions is 9, but the hidden layer 1 has 8 in all; write 8 or less",
        ),
        (lambda: embedding(theory, times=[3.0]), "times are .*but the record runs from 0 to 2"),
        (lambda: embedding(theory, reference=predict(tree(), until=2.0)), "reference is of another world"),
        (lambda: embedding(theory, reference=3), "reference is of type int"),
    ]:
        with pytest.raises(InputError, match=sentence):
            call()


@pytest.mark.parametrize("of", ["items", "features"])
@pytest.mark.parametrize("name", WORLDS)
def test_places_hang_neither_on_order_nor_on_rounding(name, of):
    world, others = with_variants(name)
    count = min(3, np.unique(world.spectrum().groups).size)
    found, *more = (embedding(predict(one, until=10.0), of=of, dimensions=count) for one in (world, *others))
    for again in more:
        assert again.tied.tolist() == found.tied.tolist()
        own, theirs = (by_name(record.coordinates, record.names, axis=-2) for record in (found, again))
        np.testing.assert_allclose(theirs, own, atol=CLOSE * np.abs(own).max())
        assert repr(again) == repr(found)


@pytest.mark.parametrize("rounding", [-1e-12, 0.0, 1e-12])
def test_of_points_equally_far_out_the_first_one_fixes_the_sign(rounding):
    last = np.array([[0.1], [-1.0], [1.0 + rounding]])
    axes, tied = _fixed(np.eye(1), np.ones(1), last, 1, ["a", "b", "c"])
    assert axes.tolist() == [[-1.0]] and not tied.any()
