"""Networks and recordings beside the theory: who follows, who does not, and that it is said."""

import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from ontogeny import InputError
from ontogeny.representation import Recording, activity, compare_with_theory, similarities
from ontogeny.representation.theory_comparison import TheoryComparison


@pytest.fixture(scope="module")
def world():
    return on.datasets.load("rumelhart")


@pytest.fixture(scope="module")
def child(world):
    return on.simulate(world, until=10.0, seed=[0, 1])


def recorded(networks, scale=1.0, **more):
    layers = {f"area {layer}": activity(networks, layer) for layer in range(1, networks.depth)}
    layers["output"] = activity(networks, "output")
    return Recording(networks.environment, networks.snapshot_time * scale, layers | more)


def test_linear_networks_follow_and_wide_starts_do_not(world, child):
    found = compare_with_theory(child)
    assert found.typical < 0.01 and found.order == pytest.approx(1.0) and float(found.drift.max()) < 1e-3
    assert float(found.similarity[:, :, -1].min()) > 0.9999
    assert [sentence.split(":")[0].split(";")[0] for sentence in found.findings] == [
        "The course follows the theory",
        "The stages are learned in the order of the theory",
        "In the end the similarities of items are those of the theory",
        "What gradient flow conserves (the difference of adjacent layers) is kept",
    ]
    wide = compare_with_theory(on.simulate(world, initial_scale=1.0, until=10.0, seed=[0, 1]))
    assert wide.findings[0].startswith("The course does not follow")
    assert "are not those of the theory" in wide.findings[2] and float(wide.similarity[:, :, -1].min()) < 0.9


def test_the_numbers_are_those_of_the_networks_and_of_the_law(world, child):
    found = compare_with_theory(child)
    direct = on.networks.deviation_from_theory(child)
    np.testing.assert_allclose(found.course["measured"], direct.measured / direct.final, rtol=1e-12)
    assert found.typical == pytest.approx(direct.typical, rel=1e-9)
    table = found.to_dataframe()
    assert len(table) == 16 and {"seed", "group", "measured", "predicted"} == set(table)
    theory = on.predict(world, initial_strength=found.initial_strength, times=[10.0])
    hidden = on.representation.gram(theory, 1)[0].values
    own = on.representation.gram(child, 1, times=[10.0])[0, 0].values
    cka = float(on.representation.linear_cka(own, hidden))
    assert float(found.similarity.sel(layer="hidden layer 1")[0, -1]) == pytest.approx(cka, abs=1e-6)


def test_what_is_conserved_is_that_of_the_weights(child):
    found = compare_with_theory(child).drift
    first, second = (layer[0] for layer in child.snapshots)
    conserved = [b.T @ b - a @ a.T for a, b in zip(first, second)]
    size = max(np.linalg.norm(b.T @ b) for b in second)
    last = np.linalg.norm(conserved[-1] - conserved[0]) / size
    assert float(found[0, 0, -1]) == pytest.approx(last, rel=1e-9) and float(found[0, 0, 0]) == 0.0


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_other_units_conserve_less(world, nonlinearity):
    found = compare_with_theory(on.simulate(world, until=10.0, nonlinearity=nonlinearity, seed=0))
    most = {"tanh": (0.02, 0.2), "relu": (0.2, 2.0)}[nonlinearity]
    assert most[0] < float(found.drift.max()) < most[1]
    assert ("drifts" if nonlinearity == "tanh" else "is not kept") in found.findings[3]
    assert float(found.similarity[:, :, -1].min()) > 0.97 and found.order > 0.8


def test_a_recording_is_compared_with_the_theory_that_comes_closest(child):
    """The same networks, known by what their units do at times in another unit: three steps to a tau."""
    found = compare_with_theory(recorded(child, scale=3.0))
    direct = compare_with_theory(child)
    assert found.tau == pytest.approx(3.0, rel=0.03) and found.drift is None
    assert found.initial_strength == pytest.approx(direct.initial_strength, rel=1.0)
    assert found.typical < 0.03 and found.order > 0.9
    assert "it takes the weights" in found.findings[3] and "in units of 2.99" in found.notes[1]
    np.testing.assert_allclose(found.half_times["measured"], 3 * direct.half_times["measured"], rtol=0.02)
    given = compare_with_theory(recorded(child), tau=1.0)
    assert given.tau == 1.0 and "its unit of time is 1." in given.notes[1]


def test_hidden_layers_alone_tell_the_same(child):
    hidden = Recording(child.environment, child.snapshot_time, {"V1": activity(child, 1)}, seeds=[0, 1])
    found = compare_with_theory(hidden, tau=1.0)
    assert found.typical < 0.05 and found.order > 0.9 and list(found.similarity["layer"].values) == ["V1"]
    np.testing.assert_allclose(
        found.half_times["measured"], compare_with_theory(child).half_times["measured"], rtol=0.05
    )


def test_a_rotation_of_units_changes_nothing_and_a_bias_little(child):
    """The bias of every unit is the same for all items: in a one-hot world it counts as a part of the map."""
    rng = np.random.default_rng(0)
    seen = activity(child, 1)
    turned = np.einsum("uv,ntvi->ntui", np.linalg.qr(rng.standard_normal((seen.shape[2],) * 2))[0], seen)
    plain, other = (
        compare_with_theory(Recording(child.environment, child.snapshot_time, {"V1": each}), tau=1.0)
        for each in (seen, turned)
    )
    np.testing.assert_allclose(plain.course["measured"], other.course["measured"], atol=1e-9)
    np.testing.assert_allclose(plain.similarity, other.similarity, atol=1e-9)
    shifted = seen + rng.standard_normal(seen.shape[2])[:, None]
    moved = compare_with_theory(Recording(child.environment, child.snapshot_time, {"V1": shifted}), tau=1.0)
    np.testing.assert_allclose(plain.similarity[..., -1], moved.similarity[..., -1], atol=1e-3)


def test_correlated_inputs_are_seen_through_the_least_squares_map():
    """Inputs along the axes of the task, with unlike variances: a chain of modes, known from activity alone."""
    rng = np.random.default_rng(2)
    x = np.linalg.qr(rng.standard_normal((40, 4)))[0] * np.sqrt(40) * [1.5, 1.0, 0.8, 0.5]
    x -= x.mean(axis=0)
    world = on.Environment.from_arrays(x, x @ np.diag([2.0, 1.5, 1.0, 0.8]))
    networks = on.simulate(world, until=30.0, seed=0)
    found = compare_with_theory(recorded(networks), tau=1.0)
    assert found.order == pytest.approx(1.0) and found.typical < 0.05


def test_biases_of_units_are_no_part_of_the_map_where_inputs_vary():
    """Inputs that are not centered: the same networks with a bias on every unit."""
    rng = np.random.default_rng(2)
    x = np.linalg.qr(rng.standard_normal((40, 3)))[0] * np.sqrt(40) * [1.5, 1.0, 0.6] + [0.0, 0.0, 0.8]
    x = np.linalg.svd(x, full_matrices=False)[0] * np.sqrt(40) * [1.6, 1.0, 0.6]  # along the axes of the task again
    world = on.Environment.from_arrays(x, x @ np.diag([2.0, 1.5, 1.0]))
    networks = on.simulate(world, until=30.0, seed=0)
    seen = activity(networks, 1)
    shifted = seen + 3 * rng.standard_normal(seen.shape[-2])[:, None]
    plain, moved = (
        compare_with_theory(Recording(world, networks.snapshot_time, {"V1": each}), tau=1.0) for each in (seen, shifted)
    )
    np.testing.assert_allclose(plain.course["measured"], moved.course["measured"], atol=1e-8)


def test_time_is_counted_from_the_first_of_a_recording(child):
    later = Recording(child.environment, child.snapshot_time + 100.0, {"V1": activity(child, 1)})
    early = Recording(child.environment, child.snapshot_time, {"V1": activity(child, 1)})
    one, other = (compare_with_theory(each, tau=1.0) for each in (early, later))
    np.testing.assert_allclose(one.course["predicted"], other.course["predicted"], atol=1e-9)


def test_levels_of_different_size_are_weighed_as_the_theory_does():
    """A tree: two and four modes are tied; while they are learned the similarities are those of the theory."""
    nodes = [(size, place) for size in (8, 4, 2, 1) for place in range(8 // size)]
    table = pd.DataFrame({f"{size}-{place}": [float(k // size == place) for k in range(8)] for size, place in nodes})
    networks = on.simulate(on.Environment.from_dataframe(table), initial_strength=1e-4, until=12.0, seed=[0, 1])
    found = compare_with_theory(networks)
    rising = found.similarity["time"] > 2.0
    assert float(found.similarity.sel(layer="hidden layer 1")[:, rising].min()) > 0.999


def test_deep_networks_are_fitted_with_a_start(world):
    deep = on.simulate(world, depth=3, until=12.0, seed=[0, 1])
    found = compare_with_theory(deep)
    assert found.typical < 0.1 and found.order > 0.85 and found.tau == 1.0
    assert found.drift.sizes["layer"] == 2 and float(found.drift.max()) < 0.01
    assert found.notes[0].startswith("Random layers do not share their modes")
    loose = compare_with_theory(recorded(deep))
    assert any("neither means much" in note for note in loose.notes)


def test_networks_of_ones_own_and_a_single_layer(world, child):
    mine = on.Trajectory.from_weights(world, child.snapshot_time, [layer[0] for layer in child.snapshots])
    found = compare_with_theory(mine)
    assert isinstance(found, TheoryComparison) and found.typical < 0.01
    shallow = compare_with_theory(on.simulate(world, depth=1, until=6.0, seed=0))
    assert shallow.typical < 0.05 and "conserves nothing between layers" in shallow.findings[3]
    assert list(shallow.similarity["layer"].values) == ["output"]


def test_subjects_keep_their_names(child):
    people = Recording(child.environment, child.snapshot_time, {"IT": activity(child, 1)}, subjects=["ann", "bo"])
    found = compare_with_theory(people)
    assert found.course["measured"].dims == ("subject", "time", "group")
    assert list(found.half_times["subject"].values) == ["ann", "bo"]
    assert repr(found).startswith("<TheoryComparison\n The course")


@pytest.mark.parametrize(
    ("record", "options", "match"),
    [
        (lambda child: 3, {}, "record is of type int"),
        (lambda child: Recording(None, [0.0, 1.0], {"a": np.zeros((2, 3, 2))}, items=["x", "y"]), {}, "has no world"),
        (lambda child: Recording(child.environment, [0.0], {"a": np.ones((1, 3, 8))}), {}, "has a single time"),
        (lambda child: Recording(child.environment, [0.0, 1.0], {"a": np.zeros((2, 3, 8))}), {}, "nothing that tells"),
        (lambda child: on.predict(child.environment, until=3.0), {}, "record is a theory in closed form itself"),
        (recorded, {"depth": 1}, "depth is 1, but the recording has 1 hidden layer"),
        (recorded, {"tau": 0.0}, "tau is 0"),
        (lambda child: child, {"depth": 2}, "depth and tau are of recordings"),
    ],
)  # fmt: skip
def test_refusals(child, record, options, match):
    with pytest.raises(InputError, match=match):
        compare_with_theory(record(child), **options)


def test_worlds_with_missing_cells_have_no_theory_of_modes(child):
    table = pd.DataFrame({"a": [1.0, 0.0, np.nan], "b": [0.0, 1.0, 1.0]}, index=["x", "y", "z"])
    holes = on.Environment.from_dataframe(table, missing="mask")
    seen = np.random.default_rng(0).standard_normal((3, 4, 3))
    with pytest.raises(InputError, match="missing"):
        compare_with_theory(Recording(holes, [0.0, 1.0, 2.0], {"a": seen}))


def exact(world, times):
    theory = on.predict(world, times=times)
    return Recording(world, times, {"h": activity(theory, 1)})


def test_modes_that_still_rise_are_left_out(world):
    """An exact theory that is cut off: what is learned by then follows it, and start and unit of time are found."""
    found = compare_with_theory(exact(world, np.linspace(0.0, 2.2, 111)))
    assert found.tau == pytest.approx(1.0, rel=0.05) and found.initial_strength == pytest.approx(1e-3, rel=0.5)
    assert found.typical < 0.01 and "still rose at the end: left out" in found.notes[-1]
    whole = on.predict(world, times=np.linspace(0, 9, 901)).dataset["half_time"].values
    told = found.half_times["measured"].values[0]
    assert np.isnan(told[4:]).all()
    np.testing.assert_allclose(told[:4], whole[:4], rtol=0.02)


@pytest.mark.parametrize("first", [0.0, 100.0, -20.0])
def test_sentences_do_not_hang_on_where_the_clock_starts(world, first):
    recording = exact(world, np.linspace(0.0, 9.0, 181))
    moved = Recording(world, recording.times + first, {"h": recording.layers["h"][0]})
    assert compare_with_theory(moved, tau=1.5).findings == compare_with_theory(recording, tau=1.5).findings


def test_recordings_that_are_too_rare_are_told_so(world):
    found = compare_with_theory(exact(world, np.linspace(0.0, 9.0, 8)))
    assert any("passed between two neighbouring times" in note for note in found.notes)
    assert not any("neighbouring" in note for note in compare_with_theory(exact(world, np.linspace(0, 9, 181))).notes)


def test_nothing_learned_is_no_agreement(world):
    found = compare_with_theory(on.simulate(world, until=0.01, seed=0))
    assert found.findings[0].startswith("The course: no mode comes to half of its end")


def test_why_a_recording_cannot_be_followed_is_said(world):
    recording = exact(world, np.linspace(0.0, 12.0, 61))
    for kept, match in (
        (slice(30, None), "half of every mode at the first time already"),
        (slice(0, 4), "ends while all modes are still being learned"),
    ):
        part = Recording(world, recording.times[kept], {"h": recording.layers["h"][0][kept]})
        with pytest.raises(InputError, match=match):
            compare_with_theory(part)


def test_long_recordings_of_many_items_are_compared_at_fewer_times(child, monkeypatch):
    recording = Recording(child.environment, child.snapshot_time, {"V1": activity(child, 1)})
    usual = compare_with_theory(recording, tau=1.0)
    monkeypatch.setattr(similarities, "MOST_BYTES", 1.0)  # as if there were very many items
    np.testing.assert_array_equal(compare_with_theory(recording, tau=1.0).similarity, usual.similarity)
