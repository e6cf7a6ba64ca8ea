"""Measured activity: whatever users have it in, it is the same record; items are matched by name."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from ontogeny import InputError, datasets, plot, predict, simulate
from ontogeny.representation import Recording, activity, gram, layer_of, rdm, similarity
from ontogeny.semantics import embedding

SAME = 1e-12
WORLD = datasets.load("rumelhart")
ITEMS = ["robin", "oak", "rock"]
SEEN = np.random.default_rng(0).standard_normal((2, 4, 3))  # time, unit, item
TIMES = [0.0, 1.5]


def frame(seen=SEEN, times=TIMES, **more):
    grid = [(t, f"u{u}", name, seen[k, u, i]) for k, t in enumerate(times) for u in range(seen.shape[1])
            for i, name in enumerate(ITEMS)]  # fmt: skip
    return pd.DataFrame(grid, columns=["time", "unit", "item", "value"]).assign(layer="IT", **more)


@pytest.fixture(scope="module")
def child():
    return simulate(WORLD, times=[0, 1, 4], seed=[5, 6], nonlinearity="tanh", initial_scale=0.1)


def test_what_a_simulation_shows_is_the_same_as_its_recording(child):
    recording = Recording(WORLD, child.snapshot_time, {"hidden": child.hidden(1)})
    for found, expected in ((gram(recording), gram(child)), (rdm(recording, "hidden"), rdm(child))):
        np.testing.assert_allclose(found.values, expected.values, atol=SAME)
        assert found.dims == expected.dims and found.seed.values.tolist() == [5, 6]
        assert found.item_name.values.tolist() == list(WORLD.items) and found.attrs["layer"] == "hidden"
    np.testing.assert_allclose(activity(recording), child.hidden(1).values, atol=SAME)
    assert similarity(rdm(recording), rdm(predict(WORLD, times=[0.0, 1.0, 4.0]))).dims == ("seed", "time")
    shown = embedding(recording)
    np.testing.assert_allclose(shown.coordinates, embedding(child).coordinates, atol=1e-9)
    assert shown.source == "recording" and shown.names == WORLD.items and len(shown.to_dataframe()) == 2 * 3 * 8
    assert len(plot.embedding(shown, frames=2)) == 2
    beside = embedding(recording, reference=predict(WORLD, times=[0.0, 1.0, 4.0]))
    assert beside.coordinates.shape == (2, 3, 8, 2)


def test_items_are_matched_by_name_with_those_of_the_world(child):
    turned = list(WORLD.items)[::-1]
    seen = child.hidden(1).values[..., ::-1]
    for recording in (
        Recording(WORLD, child.snapshot_time, {"hidden": seen}, items=turned),
        Recording(WORLD, child.snapshot_time, {"hidden": child.hidden(1)[..., ::-1]}),
    ):
        np.testing.assert_allclose(rdm(recording).values, rdm(child).values, atol=SAME)
    with pytest.raises(InputError, match="items and the world have different names"):
        Recording(WORLD, child.snapshot_time, {"hidden": seen}, items=[*turned[:-1], "unicorn"])


def test_numbers_of_any_library_are_taken():
    expected = Recording(None, TIMES, {"IT": SEEN}, items=ITEMS)
    labelled = xr.DataArray(SEEN, dims=("time", "unit", "item"), coords={"time": TIMES, "item": ITEMS})
    ways = [SEEN.tolist(), list(SEEN), [SEEN], labelled, labelled.transpose("item", "unit", "time")]
    for way in ways:
        found = Recording(None, TIMES, {"IT": way}, items=ITEMS)
        np.testing.assert_allclose(rdm(found).values.reshape(2, 3, 3), rdm(expected).values, atol=SAME)
    alone = Recording(None, [2.0], {"IT": SEEN[0]}, items=ITEMS)
    np.testing.assert_allclose(rdm(alone).values, rdm(expected).values[:1], atol=SAME)
    tables = [pd.DataFrame(part, columns=ITEMS) for part in SEEN]
    tables[1] = tables[1][["rock", "robin", "oak"]]
    of_tables = Recording(None, TIMES, {"IT": tables}, items=ITEMS)
    np.testing.assert_allclose(rdm(of_tables).values, rdm(expected).values, atol=SAME)
    named = labelled.expand_dims(subject=["m1"])
    assert Recording(None, TIMES, {"IT": named}).subjects == ("m1",)
    single = labelled.isel(time=0, drop=True)
    np.testing.assert_allclose(rdm(Recording(None, [0.0], {"IT": single})).values, rdm(expected).values[:1], atol=SAME)


def test_a_hook_of_torch_makes_a_recording():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Conv1d(1, 3, 2), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(21, 2))
    items, times, seen = torch.eye(8)[:, None], [], []

    def snapshot(model, time):
        times.append(time)
        hook = model[1].register_forward_hook(lambda module, given, out: seen.append(out.detach().flatten(1).T))
        model(items)
        hook.remove()

    for step in range(3):
        snapshot(model, float(step))
        model(items)  # training sees it too, and is not recorded
    recording = Recording(WORLD, times, {"hidden": seen})
    assert recording.layers["hidden"][0].shape == (3, 21, 8)
    expected = torch.relu(model[0](items)).flatten(1).detach().double().numpy()
    np.testing.assert_allclose(gram(recording).values[0], expected @ expected.T, atol=1e-6)  # single precision


def test_a_list_of_jax_makes_a_recording():
    jax = pytest.importorskip("jax")
    items, times, seen = jax.numpy.eye(8), [], []
    parameters = jax.numpy.asarray(np.random.default_rng(0).standard_normal((8, 5)))

    def snapshot(parameters, time):
        times.append(time)
        seen.append(jax.numpy.tanh(items @ parameters).T)

    for step in range(2):
        snapshot(parameters * (1 + step), float(step))
    found = rdm(Recording(WORLD, times, {"hidden": seen}))
    assert found.shape == (2, 8, 8) and found.values[1].sum() > found.values[0].sum()


def test_long_tables_become_recordings_and_tables_again():
    recording = Recording.from_dataframe(frame().sample(frac=1, random_state=0))
    assert set(recording.items) == set(ITEMS) and recording.times.tolist() == TIMES
    expected = rdm(Recording(None, TIMES, {"IT": SEEN}, items=ITEMS))
    assert similarity(rdm(recording), expected).values == pytest.approx(1)  # in whatever order rows come
    back = recording.to_dataframe()
    assert list(back.columns) == ["layer", "time", "unit", "item", "value"] and len(back) == 24
    again = Recording.from_dataframe(back)
    np.testing.assert_array_equal(again.layers["IT"][0], recording.layers["IT"][0])
    assert again.units == recording.units and set(recording.units["IT"][0]) == {"u0", "u1", "u2", "u3"}
    roles = {"time": "t", "unit": "neuron", "item": "picture", "value": "rate", "layer": None}
    other = frame().rename(columns={old: new for old, new in roles.items() if new})
    assert list(Recording.from_dataframe(other, **roles).layers) == ["activity"]


def test_subjects_may_have_different_units():
    table = pd.concat([frame(subject="anna"), frame(SEEN[:, :3] * 2, subject="bert")])
    recording = Recording.from_dataframe(table)
    assert (
        recording.subjects == ("anna", "bert") and "3 to 4 units" in repr(recording) and "2 subjects" in repr(recording)
    )
    found = rdm(recording, per_unit=True)
    assert found.dims == ("subject", "time", "item", "item_2") and found.attrs["units"] == "mean over 3 to 4 units"
    alone = rdm(Recording(None, TIMES, {"IT": SEEN[:, :3] * 2}, items=ITEMS), per_unit=True)
    np.testing.assert_allclose(found.sel(subject="bert").values, alone.values, atol=SAME)
    with pytest.raises(InputError, match="layer is 'IT', in which networks have different numbers of units"):
        activity(recording)
    with pytest.raises(InputError, match="noise is one covariance, but networks have different units"):
        rdm(recording, metric="mahalanobis", noise=np.ones(4))
    assert Recording.from_dataframe(recording.to_dataframe()).units == recording.units


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.drop(index=[5, 7]), "df has no value for time 0, unit 'u1', item 'rock'; time 0, unit 'u2'"),
        (lambda t: pd.concat([t, t.iloc[:1]]), "more than one value for time 0, unit 'u0', item 'robin' in layer 'IT'"),
        (lambda t: t.assign(value=t["value"].where(t.index != 3)), "df has no value in row 4"),
        (lambda t: t.assign(value=t["value"].where(t.index != 3, np.inf)), "df has infinite values"),
        (lambda t: t.assign(value="high"), "value is the column 'value', which holds 'high'"),
        (lambda t: t.drop(columns="unit"), "unit is the column 'unit', which is not there"),
        (lambda t: t.drop(columns="layer"), "layer is the column 'layer', which is not there.*write None"),
        (lambda t: t.iloc[:0], "df has no rows"),
    ],
)  # fmt: skip
def test_a_table_that_is_no_recording_is_refused(change, told):
    with pytest.raises(InputError, match=told):
        Recording.from_dataframe(change(frame()))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"layers": {}}, "layers must name at least one layer"),
        ({"layers": SEEN}, "layers must name at least one layer"),
        ({"layers": {"IT": SEEN[:1]}}, r"layers\['IT'\] has shape \(1, 4, 3\), but there are 2 times"),
        ({"layers": {"IT": SEEN[..., :2]}}, r"layers\['IT'\] has 2 items along its last axis, but there are 3"),
        ({"layers": {"IT": np.where(SEEN > 1, np.nan, SEEN)}}, r"layers\['IT'\] has shape .* and holds NaN"),
        ({"layers": {"IT": SEEN, "V1": np.stack([SEEN] * 2)}}, "layers have different numbers of networks"),
        ({"layers": {"IT": SEEN.astype(str)}}, r"layers\['IT'\] is of type <U.*, but activities are real numbers"),
        ({"items": None}, "items are not known"),
        ({"items": ["a", "a", "b"]}, "items are not unique: 'a' occurs more than once"),
        ({"items": "abc"}, "items are 'abc', one text"),
        ({"times": [1.0, 0.0]}, "times are .*, but must be finite and increase"),
        ({"times": ["early", "late"]}, "times are not numbers"),
        ({"subjects": ["anna"]}, "subjects are 'anna', but layers have no leading axis"),
        ({"seeds": [1], "subjects": [1]}, "subjects and seeds are given"),
        ({"units": {"IT": ["a"]}}, "units of 'IT' are"),
        ({"environment": "zoo"}, "environment is of type str"),
        ({"layers": {"IT": xr.DataArray(SEEN, dims=("time", "neuroid", "item"))}}, "has dimensions 'time', 'neuroid'"),
        ({"layers": {"IT": xr.DataArray(SEEN, dims=("time", "unit", "item"), coords={"time": [0, 1]})}},
         "has other times than the recording"),
    ],
)  # fmt: skip
def test_what_is_no_recording_is_refused(arguments, told):
    usual = {"environment": None, "times": TIMES, "layers": {"IT": SEEN}, "items": ITEMS}
    with pytest.raises(InputError, match=told):
        Recording(**{**usual, **arguments})


def test_layers_and_times_of_recordings_are_asked_for_by_name():
    recording = Recording(None, [-0.1, 0.2], {"V1": SEEN, "IT": 2 * SEEN}, items=ITEMS)
    with pytest.raises(InputError, match="layer is not given; write one of 'V1', 'IT'"):
        gram(recording)
    with pytest.raises(InputError, match=r"trajectory is of type ndarray.*or a `Recording`"):
        gram(np.eye(3))
    with pytest.raises(InputError, match="layer is 'V2', but it must be one of 'V1', 'IT'"):
        gram(recording, "V2")
    with pytest.raises(InputError, match=r"time is 9.0, but the record runs from -0.1 to 0.2"):
        gram(recording, "IT", times=[9.0])
    with pytest.raises(InputError, match="probes cannot be shown to what was recorded"):
        activity(recording, "IT", probes=np.eye(3))
    np.testing.assert_allclose(gram(recording, "IT", times=[0.19]).values[0], 4 * SEEN[1].T @ SEEN[1], atol=SAME)
    layer = layer_of(recording, "IT")
    assert repr(layer) == "<RecordedLayer: IT of 1 network, 2 times>" and list(layer.each()) == [(0, 0), (0, 1)]
    assert layer.items(0, 1).shape == (3, 4) and layer.has_units and not layer.labels
    with pytest.raises(InputError, match="of is 'features', but a recording knows what items evoke"):
        embedding(recording, of="features", layer="IT")
    shown = embedding(recording, layer="IT", dimensions=1)
    assert shown.names == tuple(ITEMS) and shown.to_dataframe()["item"].tolist()[:3] == ITEMS


def test_few_times_are_given_where_memory_is_small(monkeypatch):
    recording = Recording(None, np.arange(20.0), {"IT": np.ones((20, 2, 3))}, items=ITEMS)
    monkeypatch.setattr("ontogeny.representation.similarities.MOST_BYTES", 8 * 9 * 5)
    assert gram(recording).time.values[[0, -1]].tolist() == [0.0, 19.0] and gram(recording).sizes["time"] == 5


def test_an_introduction_says_what_was_measured():
    layers = {f"V{number}": SEEN for number in range(7)}
    shown = repr(Recording(None, TIMES, layers, items=ITEMS))
    assert shown.startswith("<Recording: 3 items at 2 times from 0 to 1.5\n 'V0': 4 units") and "and 2 more" in shown
    assert repr(WORLD) in repr(Recording(WORLD, [0.0], {"h": np.ones((1, 8))}))
