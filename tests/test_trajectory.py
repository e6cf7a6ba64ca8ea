"""The record: its dimensions and names, its answers, its way to a file and back, other people's weights."""

import copy
import pickle
import subprocess
import sys
from dataclasses import asdict, replace

import numpy as np
import pytest
import xarray as xr

from ontogeny import Environment, InputError, Trajectory, predict, simulate
from ontogeny.recording import Variables
from worlds import TOY, aligned, correlated, gapped

ROUNDED = 1e-13  # products of a few numbers
WORLD = Environment.from_dataframe(TOY)
TIMES = np.array([0.0, 0.5, 1.0, 2.0, 4.0])


def aligned_with_items():
    """A world of five samples whose inputs vary along the modes, by their own amounts."""
    draw = np.random.default_rng(0)
    x = np.linalg.qr(draw.standard_normal((5, 3)))[0] * [2.0, 1.0, 1.5]
    return Environment.from_arrays(x, x @ np.diag([1.0, 3.0, 0.5]))


@pytest.fixture(scope="module")
def theory():
    return predict(WORLD, initial_strength=1e-2, times=TIMES)


@pytest.fixture(scope="module")
def child():
    return simulate(WORLD, depth=3, hidden_units=5, initial_strength=1e-2, times=TIMES, seed=[3, 7])


@pytest.fixture(scope="module")
def flow():
    return predict(correlated(), times=TIMES)


@pytest.fixture(scope="module")
def nonlinear():
    return simulate(correlated(), nonlinearity="tanh", hidden_units=5, times=TIMES, seed=[0, 1])


@pytest.fixture(scope="module")
def deep():
    return predict(aligned_with_items(), depth=4, initial_strength=0.3, times=TIMES)


@pytest.fixture(params=["theory", "deep", "child", "flow", "nonlinear"])
def record(request):
    return request.getfixturevalue(request.param)


def test_dimensions_and_coordinates(theory, child):
    assert theory.dataset.mode_strength.dims == ("time", "mode")
    assert theory.dataset.layer_strength.dims == ("time", "layer", "mode")
    assert theory.dataset.loss.dims == ("time",)
    assert theory.dataset.half_time.dims == theory.dataset.rise_time.dims == ("mode",)
    assert theory.dataset.layer.values.tolist() == [1, 2]
    assert theory.dataset.mode.values.tolist() == [1, 2, 3, 4]
    assert theory.dataset.mode_name.values.tolist() == list(WORLD.mode_names())
    np.testing.assert_array_equal(theory.time, TIMES)
    assert child.dataset.mode_strength.dims == ("seed", "time", "mode")
    assert child.dataset.loss.dims == ("seed", "time")
    assert child.dataset.half_time.dims == ("seed", "mode")
    assert child.dataset.seed.values.tolist() == [3, 7]
    assert (theory.depth, child.depth, theory.is_simulation, child.is_simulation) == (2, 3, False, True)


def test_answers_carry_names(theory, child):
    assert theory.response.dims == ("time", "feature", "item")
    assert child.response.dims == ("seed", "time", "feature", "item")
    assert theory.response["item"].values.tolist() == theory.hidden_gram()["item_2"].values.tolist() == list(TOY.index)
    assert theory.response.feature.values.tolist() == list(TOY.columns)
    assert theory.network_map.sel(feature="leaves", input="oak").dims == ("time",)
    assert child.hidden(2).dims == ("seed", "time", "unit", "item")
    assert theory.hidden_gram().dims == ("time", "item", "item_2")
    assert child.weights(3).dims == ("seed", "time", "to", "from")
    assert child.weights(1).shape == (2, 5, 5, 4)


def test_response_is_the_map_of_the_inputs(theory, deep, child, flow):
    assert deep.provenance.method == "closed_form"
    for record in (theory, deep, child, flow):
        expected = record.network_map.values @ record.environment.probes.T
        np.testing.assert_allclose(record.response, expected, atol=ROUNDED)


def test_the_map_is_the_product_of_the_weights(record):
    layers = [record.weights(number).values for number in range(1, record.depth + 1)]
    if record.nonlinearity == "linear":
        product = layers[0]
        for layer in layers[1:]:
            product = layer @ product
        np.testing.assert_allclose(record.network_map, product, atol=ROUNDED)
    hidden = record.hidden(record.depth - 1).values
    np.testing.assert_allclose(record.response, layers[-1] @ hidden, atol=ROUNDED)


def test_mode_strength_is_what_an_input_mode_evokes_along_its_output_mode(theory, deep, child, flow):
    for record in (theory, deep, child, flow):
        modes = record.environment.spectrum()
        evoked = np.einsum("ma,...mi,ia->...a", modes.output_modes, record.network_map, modes.input_modes)
        np.testing.assert_allclose(record.dataset.mode_strength, evoked, atol=ROUNDED)


def test_mode_strength_of_a_nonlinear_network_is_the_correlation_of_its_answers(nonlinear):
    world = nonlinear.environment
    modes = world.spectrum()
    driven = nonlinear.response.values @ (world.weights[:, None] * world.inputs) @ modes.input_modes
    expected = np.einsum("ma,...ma->...a", modes.output_modes, driven) / modes.input_variances
    np.testing.assert_allclose(nonlinear.dataset.mode_strength, expected, atol=ROUNDED)


def test_loss_is_that_of_the_answers(record):
    world = record.environment
    errors = np.sum((world.targets.T - record.response.values) ** 2, axis=-2)
    np.testing.assert_allclose(record.dataset.loss, errors @ world.weights / 2, rtol=1e-11, atol=ROUNDED)


def test_similarity_of_items_in_theory_is_that_of_their_modes(theory):
    """V A V', the same for every network that starts balanced."""
    modes, a = WORLD.spectrum(), theory.dataset.mode_strength.values
    expected = np.einsum("ia,ta,ja->tij", modes.input_modes, a, modes.input_modes)
    np.testing.assert_allclose(theory.hidden_gram(), expected, atol=ROUNDED)
    deep = predict(WORLD, depth=4, initial_strength=1e-2, times=TIMES)
    share = deep.dataset.mode_strength.values ** (2 * 3 / 4)
    expected = np.einsum("ia,ta,ja->tij", modes.input_modes, share, modes.input_modes)
    np.testing.assert_allclose(deep.hidden_gram(3), expected, atol=ROUNDED)


def test_layers_share_the_strength_of_a_mode_equally():
    for depth in (1, 2, 3):
        theory = predict(WORLD, depth=depth, initial_strength=1e-2, times=TIMES)
        layers = theory.dataset.layer_strength
        assert layers.sizes["layer"] == depth
        np.testing.assert_allclose(layers.prod("layer"), theory.dataset.mode_strength, atol=ROUNDED)
        assert float((layers.max("layer") - layers.min("layer")).max()) == 0


def test_features_of_an_item(theory, child, flow):
    answers = theory.features_of("oak")
    assert answers.columns.tolist() == list(TOY.columns)
    assert answers.index.name == "time"
    np.testing.assert_allclose(answers, theory.response.isel(item=2), atol=ROUNDED)
    of_seeds = child.features_of("oak")
    assert of_seeds.index.names == ["seed", "time"]
    np.testing.assert_allclose(of_seeds.loc[7], child.response.sel(seed=7).isel(item=2), atol=ROUNDED)
    assert flow.features_of("item 3").shape == (5, 3)
    with pytest.raises(InputError, match=r"item is 'ok', but it must be one of .*; did you mean 'oak'"):
        theory.features_of("ok")


def test_at_takes_the_nearest_time(record):
    one = record.at(1.2)
    assert one.time.tolist() == [record.time[2]]
    axis = record.response.dims.index("time")
    np.testing.assert_array_equal(one.response, record.response.values.take([2], axis))
    np.testing.assert_array_equal(one.dataset.half_time, record.dataset.half_time)
    assert record.at(record.time[-1] * 1.005).time.tolist() == [record.time[-1]]
    assert record.at(record.time[-1] * 1.009).time.tolist() == [record.time[-1]]
    for outside in (-5, 1e9, record.time[-1] * 1.011, -0.011 * record.time[-1], np.nan):
        if np.isnan(outside):
            with pytest.raises(InputError, match="time is nan, but it must be finite"):
                record.at(outside)
            continue
        with pytest.raises(InputError, match=r"the record runs from 0 to .*; write a time inside"):
            record.at(outside)


def test_a_tidy_table(theory, child):
    table = theory.to_dataframe()
    assert table.columns.tolist() == ["time", "mode", "mode_name", "singular_value", "strength"]
    assert len(table) == 20
    assert child.to_dataframe().columns[0] == "seed"
    np.testing.assert_array_equal(table.strength, theory.dataset.mode_strength.values.ravel())


def same(one, other):
    xr.testing.assert_identical(one.dataset, other.dataset)
    assert one.provenance == other.provenance
    assert one.validity == other.validity
    assert repr(one) == repr(other)
    for before, after in zip(one.snapshots, other.snapshots, strict=True):
        np.testing.assert_array_equal(before, after)
    for key in ("input_output_correlation", "input_correlation", "inputs", "targets", "weights"):
        before, after = getattr(one.environment, key), getattr(other.environment, key)
        assert (before is None) == (after is None)
        if before is not None:
            np.testing.assert_array_equal(before, after)
    assert asdict(one.environment.names) == asdict(other.environment.names)
    assert one.environment.notes == other.environment.notes
    xr.testing.assert_identical(one.response, other.response)


def test_a_file_holds_the_same_record(record, tmp_path):
    record.save(tmp_path / "record.nc")
    same(Trajectory.load(tmp_path / "record.nc"), record)


def test_a_file_holds_several_records_in_the_order_they_were_written(theory, child, tmp_path):
    path = tmp_path / "records.nc"
    child.save(path, name="z child")
    theory.save(path, name="a theory", append=True)
    same(Trajectory.load(path), child)
    same(Trajectory.load(path, "a theory"), theory)
    theory.save(path)  # starts anew
    with pytest.raises(InputError, match=r"records.nc holds no record 'z child'; write one of 'trajectory'"):
        Trajectory.load(path, "z child")


def test_a_world_known_by_its_correlations_goes_to_a_file_too(tmp_path):
    theory = predict(aligned()[0], times=TIMES)
    theory.save(tmp_path / "record.nc")
    same(Trajectory.load(tmp_path / "record.nc"), theory)


def test_a_simulation_saved_without_weights_says_so(child, theory, tmp_path):
    child.save(tmp_path / "small.nc", weights=False)
    small = Trajectory.load(tmp_path / "small.nc")
    xr.testing.assert_identical(small.dataset, child.dataset)
    for ask in (lambda: small.response, lambda: small.network_map, lambda: small.weights(1), lambda: small.hidden()):
        with pytest.raises(InputError, match="this simulation was saved without its weights, so its answers are gone"):
            ask()
    theory.save(tmp_path / "theory.nc", weights=False)
    same(Trajectory.load(tmp_path / "theory.nc"), theory)


def test_weights_trained_elsewhere_make_the_same_record(child, nonlinear):
    for record in (child, nonlinear):
        again = Trajectory.from_weights(
            record.environment, record.time, record.snapshots, nonlinearity=record.nonlinearity
        )
        for name in ("mode_strength", "loss", "half_time", "rise_time"):
            np.testing.assert_allclose(again.dataset[name], record.dataset[name], rtol=ROUNDED)
        np.testing.assert_array_equal(again.response, record.response)
        assert again.provenance.method == "weights given"
        assert not again.validity.holds
    one_seed = Trajectory.from_weights(WORLD, TIMES, [layer[0] for layer in child.snapshots])
    assert one_seed.dataset.sizes["seed"] == 1


SAME = np.zeros((7, 4))
SNAPSHOTS = {
    r"snapshots have layers of shape \[\(5, 4\)\] \(out, in\), but they must lead from 4 inputs to 7 features": [
        np.zeros((2, 5, 4))
    ],
    r"snapshots have layers of shape \[\(5, 4\), \(7, 6\)\]": [np.zeros((2, 5, 4)), np.zeros((2, 7, 6))],
    r"snapshots have layers of shape \[\] ": [],
    r"got 2 times for snapshots of shape \(1, 3, 7, 4\)": [np.zeros((3, 7, 4))],
    r"snapshots of layer 2 has shape \(2, 7, 5\) and holds NaN": [np.zeros((2, 5, 4)), np.full((2, 7, 5), np.nan)],
    r"snapshots of layer 1 .* holds infinite values": [np.full((2, 7, 4), np.inf)],
    r"layers have \[3, 2\] seeds, but all layers of a network have the same": [
        np.zeros((3, 2, 5, 4)),
        np.zeros((2, 2, 7, 5)),
    ],
    r"snapshots have layers of shape \[\(5, 4\), \(7, 5\)\] .*pass one array per layer": [
        np.zeros((5, 4)),
        np.zeros((7, 5)),
    ],
    "snapshots hold a vector of shape .*train without biases": [[np.zeros((7, 4)), np.zeros(7)] for _ in range(2)],
    "snapshots of different times lie in the same memory": [[SAME], [SAME]],
}


@pytest.mark.parametrize("message", SNAPSHOTS)
def test_snapshots_that_do_not_fit_are_refused(message):
    with pytest.raises(InputError, match=message):
        Trajectory.from_weights(WORLD, [0.0, 1.0], SNAPSHOTS[message])


def test_times_must_increase_and_nonlinearities_be_known():
    for times in ([1.0, 0.0], [0.0, 0.0], [0.0, np.nan], [-1.0, 0.0], [0.0, np.inf], [[0.0, 1.0]]):
        with pytest.raises(InputError, match="pass increasing times, one for each snapshot"):
            Trajectory.from_weights(WORLD, times, [np.zeros((2, 7, 4))])
    with pytest.raises(InputError, match=r"nonlinearity is 'Tanh', but it must be one of .*; did you mean 'tanh'"):
        Trajectory.from_weights(WORLD, [0.0, 1.0], [np.zeros((2, 7, 4))], nonlinearity="Tanh")


def test_what_is_not_there_is_refused(theory, nonlinear):
    with pytest.raises(InputError, match=r"a tanh network is not one linear map; use .response instead"):
        _ = nonlinear.network_map
    for layer in (0, 2, -1):
        with pytest.raises(
            InputError, match=f"layer is {layer}, but a network of depth 2 has 1 hidden layers; write 1"
        ):
            theory.hidden(layer)
    with pytest.raises(InputError, match="a network of depth 1 has 0 hidden layers; use depth 2 or more"):
        predict(WORLD, depth=1, times=TIMES).hidden_gram()
    with pytest.raises(InputError, match="layer is 3, but there are 2 weight matrices; write 1 to 2"):
        theory.weights(3)


def test_repr_introduces_the_result(theory, child, flow):
    assert repr(theory).startswith(
        "<Trajectory: theory (closed_form), depth 2\n <Environment: 4 items, 7 features, 4 mo"
    )
    assert "4 of 4 modes half learned by t = 4 tau" in repr(theory)
    assert "rests on saxe2014 (12)" in repr(theory)
    assert "full-batch gradient descent), depth 3, 2 seeds" in repr(child)
    assert "assumptions do not all hold:\n  NO  white or aligned inputs" in repr(flow)


def test_weights_too_large_to_keep_are_kept_at_fewer_times(monkeypatch, tmp_path):
    monkeypatch.setattr("ontogeny.networks.training_runs.SNAPSHOT_BYTES", 5 * 8 * 2 * (4 * 6 + 6 * 7))
    child = simulate(WORLD, hidden_units=6, until=2.0, seed=[0, 1])
    assert child.time.size > 100
    assert child.snapshot_time.size == 5
    assert child.snapshot_time[[0, -1]].tolist() == child.time[[0, -1]].tolist()
    assert child.response.sizes["time"] == 5
    one = child.at(1.1)
    assert one.response.sizes["time"] == 1
    assert one.time.tolist() == one.snapshot_time.tolist()
    child.save(tmp_path / "record.nc")
    same(Trajectory.load(tmp_path / "record.nc"), child)


def test_weights_from_elsewhere_are_judged_by_the_observed_cells():
    """A mode that ends below zero, or below half of what they ask for, is not learned."""
    world = gapped()
    modes = world.spectrum()
    up = np.linspace(0, 1, 3)[:, None] * modes.asymptotes * np.array([1.0, 0.6, -1.0, 0.4])
    record = Trajectory.from_weights(world, [0.0, 1.0, 2.0], [(modes.output_modes * up[:, None]) @ modes.input_modes.T])
    np.testing.assert_allclose(record.dataset.final_strength, up[-1], atol=ROUNDED)
    np.testing.assert_allclose(record.dataset.half_time[0], [1.0, 1.0, np.inf, np.inf], atol=ROUNDED)
    np.testing.assert_allclose(record.dataset.loss[0], world.loss_of_map(record.network_map.values[0]), atol=ROUNDED)


def test_weights_over_epochs_come_as_they_are(child, torch, jax):
    """A list of layers for every epoch, as training loops collect them, or a list of epochs for every layer."""
    layers = [layer[0] for layer in child.snapshots]
    expected = Trajectory.from_weights(WORLD, TIMES, layers).dataset["mode_strength"]
    epochs = [list(each) for each in zip(*layers, strict=True)]
    live = [[torch.nn.Parameter(torch.tensor(layer)) for layer in each] for each in epochs]
    brought = [
        epochs, live, [iter(each) for each in live], [dict(zip("abc", each, strict=True)) for each in live],
        [list(layer) for layer in layers], [torch.tensor(layer, requires_grad=True) for layer in layers],
        [[jax.numpy.asarray(layer) for layer in each] for each in epochs],
    ]  # fmt: skip
    for number, each in enumerate(brought):
        found = Trajectory.from_weights(WORLD, TIMES, each)
        np.testing.assert_allclose(found.dataset["mode_strength"], expected, rtol=2e-7 if number == 6 else ROUNDED)
        known = {} if number in (0, 4) else {"device": "cpu"}  # NumPy does not say where its numbers were computed
        assert found.provenance.settings == {"depth": 3, "nonlinearity": "linear", **known}


def test_lists_that_can_be_read_both_ways_are_refused():
    square = Environment.from_correlations(np.eye(3))
    both = [[np.eye(3), 2 * np.eye(3)], [3 * np.eye(3), 4 * np.eye(3)]]
    with pytest.raises(InputError, match=r"2 lists of 2 matrices of one shape, which could be times or layers"):
        Trajectory.from_weights(square, [0.0, 1.0], both)
    assert Trajectory.from_weights(square, [0.0, 1.0], [np.array(layer) for layer in both]).depth == 2


def test_a_simulation_says_what_it_ran_on(jax, child):
    other = simulate(WORLD, hidden_units=5, times=[0.0, 0.5], backend="jax")
    assert child.provenance.settings["device"] == "cpu"
    assert other.provenance.settings["device"] == jax.devices()[0].platform


def fresh():
    return predict(WORLD, initial_strength=1e-2, times=TIMES)


def is_plain(record):
    return isinstance(vars(record)["dataset"], Variables)


def test_a_dataset_is_built_once_when_it_is_asked_for():
    theory = fresh()
    repr(theory), theory.time, theory.snapshot_time, theory.networks("loss"), theory.answers(), theory.weights(1)
    assert is_plain(theory)
    dataset = theory.dataset
    assert isinstance(dataset, xr.Dataset) and theory.dataset is dataset and not is_plain(theory)
    dataset["noted"] = ("mode", np.arange(4.0))  # what is written into it stays
    assert theory.networks("noted").tolist() == [[0.0, 1.0, 2.0, 3.0]]


def test_plain_arrays_are_what_the_dataset_holds(deep):
    plain = predict(deep.environment, depth=4, initial_strength=0.3, times=TIMES)
    for name in (*deep.dataset.data_vars, *deep.dataset.coords):
        np.testing.assert_array_equal(plain.networks(name)[0], deep.dataset[name].values)
        assert vars(plain)["dataset"][name].dims == deep.dataset[name].dims
    assert "seed" not in vars(plain)["dataset"] and is_plain(plain)
    assert set(deep.dataset.coords) == {"time", "layer", "mode", "mode_name"}


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda record: pickle.loads(pickle.dumps(record))])
def test_copies_and_pickles_before_and_after_the_dataset_is_built(again):
    theory = fresh()
    before = again(theory)
    assert is_plain(before)
    xr.testing.assert_identical(before.dataset, theory.dataset)
    xr.testing.assert_identical(again(theory).dataset, theory.dataset)


def test_replaced_records_take_a_dataset_or_keep_theirs():
    theory = fresh()
    first = theory.dataset.isel(mode=[0])
    assert replace(theory, dataset=first).dataset is first
    xr.testing.assert_identical(replace(fresh(), depth=3).dataset, theory.dataset)
    with pytest.raises(AttributeError, match="dataset"):
        theory.dataset = first


def test_a_prediction_needs_no_xarray():
    script = (
        "import sys, ontogeny as on; world = on.Environment.from_correlations([[3.0, 0.0], [0.0, 1.0]]);"
        "repr(on.predict(world)); print('xarray' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
