"""Progressive differentiation: the printed times, all pairs of items the slow way, networks of every kind."""

from dataclasses import replace

import numpy as np
import pytest

from ontogeny import Environment, InputError, datasets, predict, simulate
from ontogeny.environments import Taxonomy, from_taxonomy
from ontogeny.modes import balanced
from ontogeny.semantics import differentiation, tree_similarity
from rearranged import CATEGORIZED, CLOSE, with_variants, world_called
from worlds import correlated

PRINTED = 6e-3  # times are printed with two digits after the point
GRID = 0.04  # printed onsets were read off a coarse grid of times
BINARY = {f"{a}": {f"{a}{b}": [f"{a}{b}{c}" for c in "01"] for b in "01"} for a in "01"}
KINDS = {
    "plant": {"tree": ["pine", "oak"], "flower": ["rose", "daisy"]},
    "animal": {"bird": ["robin", "canary"], "fish": ["sunfish", "salmon"]},
}
LONG = np.linspace(0, 20, 2001)


def world_of_similarity(overlap, scale):
    """A binary tree of depth 3 whose items part at level k with the overlap q_k; modes stronger by the scale."""
    tree = Taxonomy.from_nested(BINARY)
    level = tree.depth - sum((tree.at_level(k)[:, None] != tree.at_level(k)).astype(int) for k in range(tree.depth + 1))
    eigenvalue, v = np.linalg.eigh(np.array(overlap)[level])
    world = Environment.from_correlations((v * scale * np.sqrt(eigenvalue)) @ v.T)
    return world, Taxonomy.from_newick(
        "(((1,2),(3,4)),((5,6),(7,8)));".translate({48 + i: f"input_{i}" for i in range(1, 9)})
    )


@pytest.fixture(scope="module")
def diffusion():
    """Branching diffusion, flips with probability .1, 64 properties, input-output correlation a mean, inputs white."""
    return world_of_similarity([0.8 ** (2 * (3 - k)) for k in range(4)], np.sqrt(64) / 8)


def slow_distances(trajectory, taxonomy, layer):
    """Mean squared distance of all pairs that part at each split, pair by pair, (times, splits)."""
    activity = trajectory.response if layer == "output" else trajectory.hidden(layer)
    points = np.moveaxis(np.atleast_3d(activity.values), -1, 0)[taxonomy.order(trajectory.environment.items)]
    columns = []
    for split in taxonomy.splits:
        parts = [taxonomy.spans[child] for child in np.flatnonzero(taxonomy.parent == split)]
        pairs = [
            (i, j) for a, one in enumerate(parts) for two in parts[a + 1 :] for i in range(*one) for j in range(*two)
        ]
        columns.append(np.mean([np.sum((points[i] - points[j]) ** 2, axis=-1) for i, j in pairs], axis=0))
    return np.stack(columns, axis=-1)


def test_printed_half_times_and_onsets_of_a_tree(diffusion):
    world, taxonomy = diffusion
    found = differentiation(predict(world, initial_strength=1e-4, times=LONG), taxonomy)
    times = found.level_times
    np.testing.assert_allclose(times["half_time"], [[5.05, 5.63, 7.25]], atol=PRINTED)
    np.testing.assert_allclose(times["onset"], [[3.45, 4.10, 5.45]], atol=GRID)
    assert found.is_coarse_to_fine and found.share_in_order == 1 and found.first_level == 0


def test_printed_half_times_of_random_starts(diffusion):
    """Five networks, weights of standard deviation .01 divided by the root of 32 hidden units: printed ranges."""
    world, taxonomy = diffusion
    child = simulate(world, hidden_units=32, initial_scale=1e-2 / np.sqrt(32), times=LONG[::5], seed=range(5))
    half = differentiation(child, taxonomy).level_times["half_time"]
    for level, (low, high) in enumerate([(5.50, 5.71), (6.17, 6.33), (7.96, 8.23)]):
        assert low - 0.15 < half[:, level].min() and half[:, level].max() < high + 0.15  # other random numbers
    assert differentiation(child, taxonomy).is_coarse_to_fine


def test_a_shallow_network_differentiates_all_levels_at_once(diffusion):
    world, taxonomy = diffusion
    found = differentiation(predict(world, depth=1, initial_strength=0.0, times=LONG), taxonomy)
    np.testing.assert_allclose(found.level_times["half_time"], 1.228, atol=5e-4)
    assert found.layer == "output" and not found.is_coarse_to_fine and found.share_in_order == 0


def test_similarity_on_a_tree_is_that_of_its_modes(diffusion):
    """Closed form against the hidden layer itself, 1e-11; levels of several branchings against their projectors."""
    world, taxonomy = diffusion
    theory = predict(world, initial_strength=1e-4, times=LONG[::50])
    strength = theory.dataset["mode_strength"].values[:, [0, 1, 2, 4]]
    gram = theory.hidden_gram().values
    expected = np.stack([gram[:, 0, 7], gram[:, 0, 2], gram[:, 0, 1], gram[:, 0, 0]], axis=1)
    np.testing.assert_allclose(tree_similarity(strength, [2, 2, 2]), expected, atol=1e-11)
    found = differentiation(theory, taxonomy)
    closed = 2 * (expected[:, 3:] - expected[:, :3])
    np.testing.assert_allclose(found.level_distance[0], closed, atol=1e-11)


@pytest.mark.parametrize("branching", [[2, 2, 2], [3, 2], [2, 3, 4], [5], [1, 3]])
def test_similarity_on_any_regular_tree(branching):
    strengths = np.random.default_rng(0).random((6, len(branching) + 1))
    items = np.arange(np.prod(branching))
    group = [items // int(np.prod(branching[level:])) for level in range(len(branching) + 1)]
    means = [np.where(g[:, None] == g, 1.0, 0.0) for g in group]
    means = [m / m.sum(axis=1, keepdims=True) for m in means]
    projectors = [means[0], *(b - a for a, b in zip(means, means[1:]))]
    gram = np.einsum("tl,lij->tij", strengths, np.array(projectors))
    parting = [
        np.argmax(
            (group[k][0] == group[k]) & (group[min(k + 1, len(branching))][0] != group[min(k + 1, len(branching))])
        )
        for k in range(len(branching))
    ]
    found = tree_similarity(strengths, branching)
    for level, other in enumerate([*parting, 0]):
        if other or level == len(branching):  # a group with a single part parts nobody
            np.testing.assert_allclose(found[:, level], gram[:, 0, other], atol=1e-12)


def test_printed_times_of_plants_and_animals():
    """Single pairs, relative to their distances at t = 6: the printed numbers. The groups come in the same order."""
    world, taxonomy = datasets.load("rumelhart"), Taxonomy.from_nested(KINDS)
    theory = predict(world, initial_strength=1e-4, times=np.linspace(0, 6, 3001))
    gram = theory.hidden_gram().values
    place = world.items.index
    printed = {
        ("oak", "canary"): 1.48, ("canary", "salmon"): 1.84, ("oak", "rose"): 1.93, ("robin", "canary"): 2.85,
        ("sunfish", "salmon"): 3.29, ("oak", "pine"): 3.43,
    }  # fmt: skip
    for (one, two), half in printed.items():
        i, j = place(one), place(two)
        course = gram[:, i, i] + gram[:, j, j] - 2 * gram[:, i, j]
        assert theory.time[np.argmax(course > course[-1] / 2)] == pytest.approx(
            half, abs=0.06 if half == 1.48 else 0.01
        )
    found = differentiation(theory, taxonomy)
    half = found.to_dataframe().set_index("group").half_time
    order = ["all", "animal", "plant", "bird", "fish", "tree"]
    np.testing.assert_allclose(half[order], [1.54, 1.85, 1.87, 2.86, 3.375, 3.43], atol=PRINTED)
    child = differentiation(simulate(world, until=9.0, seed=[0, 1, 2]), taxonomy).to_dataframe()
    half = child.groupby("group").half_time.mean()
    assert half[order].is_monotonic_increasing


@pytest.mark.parametrize("nonlinearity", ["linear", "tanh", "relu", "sigmoid"])
def test_networks_of_every_kind_differentiate_from_coarse_to_fine(nonlinearity):
    world, taxonomy = Environment.from_dataframe(from_taxonomy(BINARY)), Taxonomy.from_nested(BINARY)
    until = 20.0 if nonlinearity == "sigmoid" else 5.0
    child = simulate(
        world,
        nonlinearity=nonlinearity,
        hidden_units=256,
        initial_strength=3e-3,
        times=np.linspace(0, until, 201),
        seed=[0, 1],
    )
    found = differentiation(child, taxonomy)
    assert found.is_coarse_to_fine and found.source == "simulation"
    assert np.all(np.isfinite(found.level_times["half_time"]))


@pytest.mark.parametrize("layer", [1, 2, "output"])
@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("kind", ["theory", "network", "flow"])
def test_distances_are_those_of_all_pairs(kind, depth, layer):
    if layer == depth:
        return
    world = datasets.load("rumelhart")
    taxonomy = Taxonomy.from_nested(KINDS)
    times = np.linspace(0, 4, 9)
    record = (
        simulate(world, depth=depth, times=times, hidden_units=9)
        if kind == "network"
        else predict(world, depth=depth, times=times, method="flow" if kind == "flow" else "auto")
    )
    one = record.at(2.0)
    expected = slow_distances(_first(one), taxonomy, layer)
    found = differentiation(record, taxonomy, layer=layer)
    here = np.argmin(np.abs(record.time - 2.0))
    np.testing.assert_allclose(found.distance[0, here], expected[0], rtol=1e-9, atol=1e-12)


def _first(record):
    """A record whose arrays have lost the dimension of the only network."""

    class One:
        environment = record.environment
        response = record.response[0] if record.is_simulation else record.response

        @staticmethod
        def hidden(layer):
            return record.hidden(layer)[0] if record.is_simulation else record.hidden(layer)

    return One


def test_times_of_a_closed_form_are_relative_to_the_end_of_all_learning():
    world, taxonomy = datasets.load("rumelhart"), Taxonomy.from_nested(KINDS)
    short = differentiation(predict(world, times=np.linspace(0, 1.6, 401)), taxonomy)
    long = differentiation(predict(world, times=np.linspace(0, 16, 4001)), taxonomy)
    learned = np.isfinite(short.half_time)
    assert 0 < learned.sum() < learned.size
    np.testing.assert_allclose(short.half_time[learned], long.half_time[learned], atol=1e-4)
    assert "when all modes are learned" in short.meaning
    assert short.half_time[0, ~learned[0]].tolist() == [np.inf] * int((~learned).sum())
    np.testing.assert_allclose(long.final[0], long.distance[0, -1], rtol=1e-4)


def test_duplicates_never_come_apart_and_are_said():
    table = from_taxonomy(BINARY, own=False)
    world, taxonomy = Environment.from_dataframe(table), Taxonomy.from_nested(BINARY)
    for record in (predict(world, until=8.0), simulate(world, until=8.0)):
        found = differentiation(record, taxonomy)
        assert found.differs.tolist() == [True, True, False, False, True, False, False]
        assert (
            np.isnan(found.half_time[0, ~found.differs]).all() and np.isfinite(found.half_time[0, found.differs]).all()
        )
        assert found.levels.tolist() == [0, 1] and found.is_coarse_to_fine
        assert "4 groups have parts with the same features" in found.meaning


def test_zoo_with_its_types_and_with_groups_that_are_found():
    world = datasets.load("zoo")
    theory = predict(world, initial_strength=1e-5, until=8.0)
    types = differentiation(theory, Taxonomy.from_category(world))
    assert types.is_coarse_to_fine and types.taxonomy.names[0] == "all"
    found = differentiation(theory)
    assert found.share_in_order == pytest.approx(0.588, abs=0.001)  # measured: what clustering joins is no taxonomy
    assert (~found.differs).sum() > 10  # animals with the same features


def test_correlated_inputs_are_measured_at_the_end_of_the_run():
    found = differentiation(predict(correlated(), until=30.0))
    assert "at the end of the run (t = 30)" in found.meaning and found.source == "theory"
    np.testing.assert_array_equal(found.final[:, found.differs], found.distance[:, -1, found.differs])


def test_a_group_of_one_part_is_no_split():
    world = datasets.load("rumelhart")
    nested = {"plant": {"green": KINDS["plant"]}, "animal": KINDS["animal"]}
    found = differentiation(predict(world, until=9.0), Taxonomy.from_nested(nested))
    plain = differentiation(predict(world, until=9.0), Taxonomy.from_nested(KINDS))
    np.testing.assert_allclose(np.sort(found.half_time), np.sort(plain.half_time))
    assert found.share_in_order == 1


def test_order_is_told_from_the_times():
    world, taxonomy = datasets.load("rumelhart"), Taxonomy.from_nested(KINDS)
    theory = predict(world, until=9.0)
    found = differentiation(theory, taxonomy)
    backwards = Taxonomy.from_nested({"a": ["pine", "robin"], "b": ["oak", "canary"], "c": ["rose", "salmon"],
                                      "d": ["daisy", "sunfish"]})  # fmt: skip
    other = differentiation(theory, backwards)
    assert found.is_coarse_to_fine and not other.is_coarse_to_fine
    assert other.share_in_order == 0 and other.first_level == 1
    assert "not coarse to fine" in repr(other)


def test_law_of_single_modes_gives_the_last_level(diffusion):
    """Siblings are told apart by the modes of the last level alone: half way when these are."""
    world, taxonomy = diffusion
    s = world.spectrum().singular_values[-1]
    found = differentiation(predict(world, initial_strength=1e-4, times=LONG), taxonomy)
    assert found.level_times["half_time"][0, 2] == pytest.approx(balanced.time_to_strength(s / 2, s, 1e-4), abs=1e-3)


def test_a_table_of_splits():
    found = differentiation(predict(datasets.load("rumelhart"), until=9.0), Taxonomy.from_nested(KINDS))
    table = found.to_dataframe()
    assert table.columns.tolist() == [
        "group", "level", "items", "pairs", "final_distance", "onset", "half_time", "completion",
    ]  # fmt: skip
    assert table["pairs"].tolist() == [16, 4, 1, 1, 4, 1, 1] and table["items"].tolist() == [8, 4, 2, 2, 4, 2, 2]
    assert (table.onset < table.half_time).all() and (table.half_time < table.completion).all()


def test_what_cannot_be_gets_a_sentence():
    world = datasets.load("rumelhart")
    theory = predict(world, until=2.0)
    with pytest.raises(InputError, match="trajectory is of type int"):
        differentiation(3)
    with pytest.raises(InputError, match=r"taxonomy is of type dict.*make one with Taxonomy"):
        differentiation(theory, KINDS)
    with pytest.raises(
        InputError, match="layer is 2, but this network has 1 hidden; write a hidden layer, 1 to 1, or 'output'"
    ):
        differentiation(theory, layer=2)
    with pytest.raises(InputError, match="trajectory is of items with the same features"):
        differentiation(predict(Environment.from_arrays(np.eye(2), np.ones((2, 3)), normalization="sum"), until=5.0))
    with pytest.raises(InputError, match="strengths have 3 levels, but 1 numbers of parts make 2"):
        tree_similarity([1.0, 2.0, 3.0], [2])


def test_a_simulation_without_weights_says_so(tmp_path):
    from ontogeny import Trajectory

    simulate(datasets.load("rumelhart"), until=1.0).save(tmp_path / "a.nc", weights=False)
    with pytest.raises(InputError, match="saved without its weights"):
        differentiation(Trajectory.load(tmp_path / "a.nc"))


def test_onset_half_time_and_completion_are_10_50_and_90_percent():
    found = differentiation(
        predict(datasets.load("rumelhart"), times=np.linspace(0, 20, 4001)), Taxonomy.from_nested(KINDS)
    )
    for times, share in [(found.onset, 0.1), (found.half_time, 0.5), (found.completion, 0.9)]:
        for split, time in enumerate(times[0]):
            there = np.interp(time, found.times, found.distance[0, :, split])
            assert there == pytest.approx(share * found.final[0, split], rel=1e-9)
    assert found.level_times["completion"].shape == (1, 3)


def test_levels_are_means_over_pairs_and_not_over_groups():
    world = datasets.load("rumelhart")
    uneven = Taxonomy.from_nested(
        {"a": ["pine", "oak", "rose", "daisy", "robin"], "b": ["canary", "sunfish", "salmon"]}
    )
    theory = predict(world, until=5.0)
    found = differentiation(theory, uneven)
    gram = theory.hidden_gram().values[-1]
    order = uneven.order(world.items)
    squares = np.diag(gram)
    apart = (squares[:, None] + squares - 2 * gram)[np.ix_(order, order)]
    inside = [apart[i, j] for group in (range(5), range(5, 8)) for i in group for j in group if i < j]
    assert found.level_distance[0, -1, 1] == pytest.approx(np.mean(inside), rel=1e-10)


@pytest.mark.parametrize(("depth", "layer"), [(3, 1), (3, 2), (3, "output"), (1, None)])
def test_ends_of_every_layer_are_where_it_goes(depth, layer):
    until = 40.0 if depth == 1 else 2000.0
    theory = predict(datasets.load("rumelhart"), depth=depth, initial_strength=1e-3, times=[0.0, until])
    found = differentiation(theory, Taxonomy.from_nested(KINDS), layer=layer)
    np.testing.assert_allclose(found.distance[0, -1], found.final[0], rtol=1e-9)


@pytest.mark.parametrize("normalization", ["sum", "mean", "white"])
def test_inputs_of_any_size_count_as_they_are(normalization):
    table = datasets.table("rumelhart")
    world = Environment.from_dataframe(table, normalization=normalization, **datasets.options("rumelhart"))
    child = simulate(world, times=[0.0, 1.0, 2.0], hidden_units=9)
    gram = child.hidden_gram().values[0, -1]
    found = differentiation(child, Taxonomy.from_nested(KINDS))
    i, j = world.items.index("pine"), world.items.index("oak")
    place = [found.taxonomy.names[node] for node in found.taxonomy.splits].index("tree")
    assert found.distance[0, -1, place] == pytest.approx(gram[i, i] + gram[j, j] - 2 * gram[i, j], rel=1e-9)


@pytest.mark.parametrize("name", CATEGORIZED)
def test_what_comes_apart_first_hangs_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name)
    found, *more = (differentiation(predict(one, until=20.0), Taxonomy.from_category(one)) for one in (world, *others))
    for again in more:
        assert (again.first_level, again.is_coarse_to_fine) == (found.first_level, found.is_coarse_to_fine)
        assert again.differs.tolist() == found.differs.tolist()
        np.testing.assert_allclose(again.level_times["half_time"], found.level_times["half_time"], rtol=CLOSE)
        assert repr(again) == repr(found)


def test_of_levels_that_come_apart_together_the_coarsest_is_first():
    world = world_called("tree")
    record = differentiation(predict(world, until=20.0), Taxonomy.from_category(world))
    times = np.linspace(0, 1, 11)
    for off in (-1e-13, 0.0, 1e-13):
        distance = times[:, None] * [1.0, 1 + off, 1 + off]
        together = replace(record, times=times, distance=distance[None], final=np.ones((1, 3)), pairs=np.ones(3))
        assert together.first_level == 0


def test_a_group_with_a_single_part_is_looked_through():
    """The split above the birds is that of all items, although birds hang on a group that holds nothing else."""
    world = Environment.from_dataframe(from_taxonomy(Taxonomy.from_nested(KINDS)))
    nested = {"plant": {"green": KINDS["plant"]}, "animal": {"moving": KINDS["animal"]}}
    course = predict(world, initial_strength=1e-3, times=LONG)
    plain, through = (differentiation(course, Taxonomy.from_nested(tree)) for tree in (KINDS, nested))
    np.testing.assert_allclose(through.half_time, plain.half_time, rtol=1e-12)
    assert through.share_in_order == plain.share_in_order == 1
    late = replace(through, final=through.final[:, ::-1], distance=through.distance[..., ::-1])
    assert late.share_in_order < 1


def test_one_level_out_of_order_is_enough():
    world = Environment.from_dataframe(from_taxonomy(Taxonomy.from_nested(KINDS)))
    found = differentiation(predict(world, initial_strength=1e-3, times=LONG), Taxonomy.from_nested(KINDS))
    assert found.is_coarse_to_fine
    found.level_times["half_time"][:] = [[1.0, 3.0, 2.0]]  # the narrowest level before the one above it
    assert not found.is_coarse_to_fine
