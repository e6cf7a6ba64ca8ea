"""Similarities and distances of items: by hand, in any layer."""

from unittest import mock

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from ontogeny import Environment, InputError, Trajectory, datasets, predict, simulate
from ontogeny.representation import Recording, Repeats, distances, gram, rdm, similarities
from worlds import branching

SAME = 1e-10


@pytest.fixture(scope="module")
def child():
    return simulate(datasets.load("rumelhart"), times=[0, 1, 4], seed=[5, 6], nonlinearity="tanh", initial_scale=0.1)


@pytest.mark.parametrize(
    ("metric", "name"), [("squared_euclidean", "sqeuclidean"), ("euclidean", "euclidean"), ("cosine", "cosine")]
)
@pytest.mark.parametrize("layer", [1, "output"])
def test_distances_are_those_of_scipy(child, metric, name, layer):
    found = rdm(child, layer, metric)
    units = child.hidden(1).values if layer == 1 else child.response.values
    for seed in range(2):
        for look in range(3):
            expected = squareform(pdist(units[seed, look].T, name))
            np.testing.assert_allclose(found.values[seed, look], expected, atol=1e-7)
    assert found.dims == ("seed", "time", "item", "item_2") and found.attrs["metric"] == metric
    assert found.seed.values.tolist() == [5, 6]


def test_names_and_layers_are_written_on_it(child):
    found = gram(child, "behavior")
    assert found.attrs["layer"] == "output" and gram(child).attrs["layer"] == "hidden layer 1"
    assert found.item_name.values.tolist() == list(child.environment.items) == found.item_2_name.values.tolist()
    assert {"time", "item_name", "inner product"} <= set(found.to_dataframe().reset_index().columns)
    np.testing.assert_allclose(
        found.values, np.swapaxes(child.response.values, 2, 3) @ child.response.values, atol=SAME
    )


def test_times_are_picked_by_name_or_by_what_memory_allows(child, monkeypatch):
    theory = predict(datasets.load("rumelhart"), until=4.0)
    assert gram(theory, times=[0.0, 3.99]).time.values.tolist() == pytest.approx([0.0, 3.99])
    assert gram(theory).sizes["time"] == 401
    monkeypatch.setattr("ontogeny.representation.similarities.MOST_BYTES", 8 * 64 * 11)
    few = gram(theory)
    assert few.sizes["time"] == 11 and few.time.values[[0, -1]].tolist() == [0.0, 4.0]
    with pytest.raises(InputError, match=r"time is 9.0, but the record runs from 0 to 4"):
        gram(theory, times=[9.0])


def test_hidden_similarities_of_theory_are_the_root_of_those_of_behavior():
    """At every time, once the plateau is left: the smallest weights that give the answers of that time."""
    theory = predict(branching(), times=[0.0, 0.5, 1.0, 4.0])
    inside, outside = gram(theory, 1).values, gram(theory, "output").values
    np.testing.assert_allclose(inside @ inside, outside, rtol=1e-7, atol=1e-12)


def test_duplicate_items_are_at_no_distance_and_empty_ones_have_no_cosine():
    world = Environment.from_arrays(np.eye(3), [[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]], normalization="sum")
    theory = predict(world, until=4.0)
    assert rdm(theory).values[-1, 0, 1] == pytest.approx(0, abs=1e-15)
    found = rdm(theory, metric="cosine")
    cosine = found.values[-1]
    assert np.isnan(cosine[2]).all() and np.isnan(cosine[:, 2]).all() and np.isfinite(cosine[:2, :2]).all()
    assert found.attrs["undefined"] == "'item 3' evokes nothing, so that it has no direction"
    assert "undefined" not in rdm(theory).attrs and "undefined" not in rdm(predict(branching()), metric="cosine").attrs


def test_activity_of_rounding_size_has_no_direction(child):
    """A matrix product leaves 1e-17 where nothing is; its cosine would be a number of chance."""
    theory = predict(Environment.from_arrays(np.eye(3), [[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]]), times=[0.0, 9.0])
    inside = gram(theory, times=[9.0])
    inside.values[0, 2, 2] = 1e-30 * inside.values[0, 0, 0]
    with mock.patch.object(similarities, "gram", return_value=inside):
        found = rdm(theory, metric="cosine")
    assert np.isnan(found.values[0, 2]).all() and np.isfinite(found.values[0, :2, :2]).all()


def test_items_that_evoke_nothing_at_some_times_are_named():
    world = Environment.from_arrays(np.eye(3), np.eye(3), items=["a", "b", "c"])
    layers = [np.stack([np.diag([1.0, 1.0, 0.0]), np.eye(3)]), np.stack([np.eye(3)] * 2)]
    found = rdm(Trajectory.from_weights(world, [0.0, 1.0], layers), metric="cosine")
    assert found.attrs["undefined"].startswith("'c' evokes nothing at some times")


def test_a_metric_that_is_none_is_refused(child):
    with pytest.raises(InputError, match=r"metric is 'cosin'.*did you mean 'cosine'"):
        rdm(child, metric="cosin")


@pytest.mark.parametrize("metric", ["squared_euclidean", "euclidean", "cosine"])
def test_an_item_is_at_no_distance_from_itself_and_none_is_negative(metric):
    """Equal rows leave differences of rounding, below 0 as well, which have no root."""
    rows = np.repeat(np.random.default_rng(0).standard_normal((6, 9)), 3, axis=0)
    found = rdm(predict(Environment.from_arrays(np.eye(18), rows), until=9.0), "output", metric, times=[9.0]).values[0]
    assert np.array_equal(np.diagonal(found), np.zeros(18))
    assert metric == "cosine" or found.min() >= 0


def test_one_time_is_given_however_little_memory_there_is(child, monkeypatch):
    monkeypatch.setattr("ontogeny.representation.similarities.MOST_BYTES", 1)
    assert gram(child).sizes["time"] == 1


def test_correlation_distances_are_those_of_scipy(child):
    found = rdm(child, 1, "correlation")
    expected = [[squareform(pdist(units.T, "correlation")) for units in seed] for seed in child.hidden(1).values]
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_items_that_evoke_the_same_in_all_units_have_no_correlation():
    seen = np.random.default_rng(0).standard_normal((1, 4, 3))
    seen[..., 1] = 2.0
    found = rdm(Recording(None, [0.0], {"IT": seen}, items=["a", "b", "c"]), metric="correlation")
    assert np.isnan(found[0, 1]).all() and np.isfinite(found[0, 0, 2])
    assert found.attrs["undefined"] == "'b' evokes the same in all units, so that it has no direction"


@pytest.mark.parametrize("metric", ["squared_euclidean", "euclidean", "mahalanobis", "squared_mahalanobis"])
def test_units_are_summed_or_averaged_and_it_is_written(child, metric):
    noise = {"noise": np.full(child.hidden(1).sizes["unit"], 2.0)} if "mahalanobis" in metric else {}
    whole, mean = (rdm(child, 1, metric, per_unit=way, **noise) for way in (False, True))
    units = child.hidden(1).sizes["unit"]
    assert (whole.attrs["units"], mean.attrs["units"]) == (f"sum over {units} units", f"mean over {units} units")
    power = 1 if metric.startswith("squared") else 0.5
    np.testing.assert_allclose(whole, mean * units**power, rtol=1e-12)
    plain = rdm(child, 1, metric.replace("mahalanobis", "euclidean"))
    np.testing.assert_allclose(whole, plain / (2**power if noise else 1), rtol=1e-12)


def test_small_differences_beside_a_large_mean_are_not_lost():
    seen = np.random.default_rng(0).standard_normal((1, 5, 4))
    plain, lifted = (rdm(Recording(None, [0.0], {"a": seen + level}, items=["w", "x", "y", "z"])) for level in (0, 1e6))
    np.testing.assert_allclose(lifted, plain, rtol=1e-8)


def test_a_theory_has_no_single_units():
    theory = predict(datasets.load("rumelhart"), times=[0.0, 1.0])
    assert rdm(theory).attrs["units"] == "sum over 8 modes"
    for metric in ("correlation", "mahalanobis"):
        with pytest.raises(
            InputError, match=f"metric is '{metric}', which depends on single units, but a theory knows"
        ):
            rdm(theory, metric=metric, noise=np.eye(8) if metric == "mahalanobis" else None)
    with pytest.raises(InputError, match="per_unit is True, but a theory has modes"):
        rdm(theory, per_unit=True)


def test_noise_and_trials_where_they_have_no_place(child):
    with pytest.raises(InputError, match="noise has no place in 'euclidean' distances"):
        rdm(child, metric="euclidean", noise=np.ones(64))
    with pytest.raises(InputError, match="noise is not given, but Mahalanobis distances are measured in units of it"):
        rdm(child, metric="mahalanobis")
    with pytest.raises(InputError, match="noise is 'full', but there are no trials to estimate it from"):
        rdm(child, metric="mahalanobis", noise="full")
    with pytest.raises(InputError, match="metric is 'crossnobis', which is cross-validated over trials"):
        rdm(child, metric="crossnobis")


@pytest.mark.parametrize("metric", [*similarities.SQUARES, "cosine", "correlation", "crossnobis"])
def test_distances_are_symmetric_to_the_last_digit(metric):
    draw = np.random.default_rng(0).standard_normal((40, 7))
    trials = Repeats(draw, [f"item {number}" for number in range(20)] * 2, run=[1] * 20 + [2] * 20)
    noise = {"noise": "full"} if "mahalanobis" in metric or metric == "crossnobis" else {}
    found = rdm(trials, metric=metric, **noise).values
    np.testing.assert_array_equal(found, found.T)
    assert np.array_equal(np.diagonal(found), np.zeros(20))


def test_no_distance_of_nearly_equal_items_is_negative():
    """They differ by less than the rounding of their inner products."""
    draw = np.random.default_rng(0)
    rows = np.repeat(draw.standard_normal((40, 97)), 7, axis=0) + 1e-12 * draw.standard_normal((280, 97))
    found = distances.squared_distances(rows.T)
    assert found.min() == 0 and found[:7, :7].max() < 1e-10
