"""To rsatoolbox and back, by name; without it, one sentence."""

import sys

import numpy as np
import pytest
import xarray as xr

from ontogeny import InputError, datasets, predict, simulate
from ontogeny.representation import Recording, Repeats, crossnobis, from_rsatoolbox, rdm, read_rdms, to_rsatoolbox

WORLD = datasets.load("rumelhart")


class Plain:
    """What is needed of RDMs of rsatoolbox, where that is not installed."""

    def __init__(self, vectors, patterns, rdms=None, measure=None, **descriptors):
        self.dissimilarities, self.pattern_descriptors = np.asarray(vectors, dtype=float), patterns
        self.rdm_descriptors, self.dissimilarity_measure, self.descriptors = rdms or {}, measure, descriptors


def test_without_rsatoolbox_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rsatoolbox", None)
    with pytest.raises(InputError, match=r"rsatoolbox is not installed; write pip install 'ontogeny\[neuro\]'"):
        to_rsatoolbox(rdm(predict(WORLD, times=[1.0])))


def test_items_are_put_in_the_order_that_is_asked_for():
    theirs = Plain([[1.0, 2.0, 3.0]], {"conds": ["a", "b", "c"], "index": [0, 1, 2]}, measure="squared euclidean")
    found = from_rsatoolbox(theirs, items=["c", "a", "b"])
    assert found.values.tolist() == [[0, 2, 3], [2, 0, 1], [3, 1, 0]] and found.attrs["metric"] == "squared_euclidean"
    assert found.item_name.values.tolist() == found.item_2_name.values.tolist() == ["c", "a", "b"]
    with pytest.raises(
        InputError, match=r"the distances and items have different names .'d' missing from the distances"
    ):
        from_rsatoolbox(theirs, items=["c", "a", "b", "d"])


def test_descriptors_that_make_a_grid_are_dimensions():
    names = {"item": ["a", "b", "c"]}
    seeds, times = [1, 1, 2, 2], [0.0, 1.0, 1.0, 0.0]
    vectors = np.arange(12.0).reshape(4, 3)
    found = from_rsatoolbox(Plain(vectors, names, {"seed": seeds, "time": times, "index": range(4)}))
    assert found.dims == ("seed", "time", "item", "item_2")
    assert float(found.sel(seed=2, time=1.0)[0, 1]) == 6 and float(found.sel(seed=2, time=0.0)[0, 1]) == 9
    layers = from_rsatoolbox(Plain(vectors, names, {"layer": ["V1", "IT"] * 2, "time": [0.0, 0.0, 1.0, 1.0]}))
    assert layers.dims == ("layer", "time", "item", "item_2") and float(layers.sel(layer="IT", time=1.0)[0, 1]) == 9
    of_one = from_rsatoolbox(Plain(vectors, names, {"layer": ["V1"] * 4, "time": range(4)}))
    assert of_one.dims == ("time", "item", "item_2") and of_one.attrs["layer"] == "V1"
    ragged = from_rsatoolbox(Plain(vectors, names, {"seed": [1, 1, 1, 2], "time": times}))
    assert ragged.dims == ("rdm", "item", "item_2") and ragged.seed.values.tolist() == [1, 1, 1, 2]
    assert from_rsatoolbox(Plain(vectors[:1], names)).dims == ("item", "item_2")


def test_what_names_no_items_is_refused():
    with pytest.raises(InputError, match="item is not given, and pattern_descriptors are 'index', 'x', 'y'"):
        from_rsatoolbox(Plain([[1.0, 2.0, 3.0]], {"index": range(3), "x": range(3), "y": range(3)}))
    with pytest.raises(InputError, match="item is 'name', but pattern_descriptors are 'x'"):
        from_rsatoolbox(Plain([[1.0, 2.0, 3.0]], {"x": range(3)}), item="name")
    assert from_rsatoolbox(Plain([[1.0, 2.0, 3.0]], {"x": "abc"})).item_name.values.tolist() == ["a", "b", "c"]
    with pytest.raises(InputError, match="rdms is of type int"):
        from_rsatoolbox(3)
    with pytest.raises(InputError, match="rdms have 4 pairs, but no number of items has so many"):
        from_rsatoolbox(Plain([[1.0, 2.0, 3.0, 4.0]], {"x": "abc"}))


@pytest.fixture
def toolbox():
    return pytest.importorskip("rsatoolbox")


def test_distances_come_back_as_they_went(toolbox, tmp_path):
    child = simulate(WORLD, times=[0, 1, 4], seed=[5, 6], initial_scale=0.1)
    for distances in (rdm(child), rdm(child)[0], rdm(child)[0, 2]):
        there = to_rsatoolbox(distances)
        assert there.pattern_descriptors["item"] == list(WORLD.items)
        back = from_rsatoolbox(there)
        np.testing.assert_array_equal(back.values, distances.values)
        assert back.dims == distances.dims and back.attrs["units"] == distances.attrs["units"]
        assert back.item_name.values.tolist() == list(WORLD.items)
    there = to_rsatoolbox(rdm(child))
    assert there.dissimilarity_measure == "squared euclidean" and there.rdm_descriptors["seed"] == [5, 5, 5, 6, 6, 6]
    there.sort_by(item="alpha")
    assert there.pattern_descriptors["item"] != list(WORLD.items)
    np.testing.assert_array_equal(from_rsatoolbox(there, items=WORLD.items).values, rdm(child).values)
    to_rsatoolbox(rdm(child)[0]).save(str(tmp_path / "movie.hdf5"), file_type="hdf5")
    stored = read_rdms(tmp_path / "movie.hdf5", items=WORLD.items)
    np.testing.assert_array_equal(stored.values, rdm(child)[0].values)
    assert stored.dims == ("time", "item", "item_2") and stored.time.values.tolist() == child.snapshot_time.tolist()


def test_trials_come_back_as_they_went(toolbox):
    draw = np.random.default_rng(0).standard_normal((2, 6, 3))
    for values, times in ((draw[0], None), (draw, [0.0, 0.5])):
        trials = Repeats(values, ["c", "a", "b"] * 2, run=[1, 1, 1, 2, 2, 2], times=times, units=["x", "y", "z"])
        back = from_rsatoolbox(to_rsatoolbox(trials))
        np.testing.assert_array_equal(back.activity, trials.activity)
        assert (back.item, back.run, back.items, back.units) == (trials.item, trials.run, trials.items, trials.units)
        np.testing.assert_allclose(crossnobis(back), crossnobis(trials), atol=1e-12)
    from rsatoolbox.rdm import calc_rdm

    there = calc_rdm(to_rsatoolbox(Repeats(draw[0], ["c", "a", "b"] * 2)), "euclidean", "item")
    ours = rdm(Repeats(draw[0], ["c", "a", "b"] * 2), per_unit=True)
    np.testing.assert_allclose(from_rsatoolbox(there, items=["c", "a", "b"]).values, ours.values, atol=1e-12)


def test_what_is_no_record_is_refused(toolbox):
    for wrong in (np.eye(3), xr.DataArray(np.ones((2, 3)), dims=("time", "item"))):
        with pytest.raises(InputError, match="record is no labelled table of items"):
            to_rsatoolbox(wrong)


def test_recordings_go_over_and_come_back(toolbox):
    from rsatoolbox.rdm import calc_rdm

    draw = np.random.default_rng(4).standard_normal((2, 5, 3))  # (time, unit, item)
    recording = Recording(None, [0.0, 1.0], {"V1": draw, "IT": 2 * draw}, items=["c", "a", "b"])
    back = from_rsatoolbox(to_rsatoolbox(recording, layer="IT"), items=["c", "a", "b"])
    np.testing.assert_allclose(np.swapaxes(back.activity, 1, 2), 2 * draw)
    alone = Recording(None, [0.0], {"V1": draw[:1]}, items=["c", "a", "b"])
    theirs = from_rsatoolbox(calc_rdm(to_rsatoolbox(alone), "euclidean", "item"), items=["c", "a", "b"])
    np.testing.assert_allclose(theirs.values, rdm(alone, per_unit=True)[0].values, rtol=1e-12)
    several = Recording(None, [0.0], {"V1": [draw[:1], draw[1:]]}, items=["c", "a", "b"], subjects=["s", "t"])
    with pytest.raises(InputError, match="record has 2 networks or subjects, but a data set of rsatoolbox has one"):
        to_rsatoolbox(several)
