"""`evolve`: which method it takes and why, that no answer is quietly wrong, and what it says of plateaus."""

import copy
import pickle
import tracemalloc
import warnings

import numpy as np
import pytest

from ontogeny import Environment, InputError, Trajectory
from ontogeny._core.checks import PlateauWarning
from ontogeny.networks import evolve, riccati
from ontogeny.networks.initialization import decoupled, gaussian
from starts import balanced, imbalanced, judge, rectangular, target
from worlds import gapped

EXACT = 1e-10  # relative; what the closed forms promise against a judge at rtol 1e-13
INTEGRATED = 1e-7  # relative, of the flow at its default tolerance of 1e-10 after plateaus that amplify errors
CLASSES = (
    "balanced", "bottleneck", "overcomplete", "low rank", "imbalanced", "one unit", "decay", "decoupled", "aligned",
    "chain", "shallow", "unbalanced gaussian", "correlated", "deep gaussian",
)  # fmt: skip
EACH = 15  # problems of every class: 210 in all


def covariance(rng, size):
    x = rng.standard_normal((3 * size, size))
    return x.T @ x / len(x)


def random_problem(kind, seed):
    """Weights, correlations and decay of a random problem of a class, and the methods that may solve it."""
    rng = np.random.default_rng([seed, CLASSES.index(kind)])
    inputs, features = rng.integers(2, 6, 2)
    width, sxx, decay = int(rng.integers(2, 6)), np.eye(inputs), 0.0
    goal, methods = target(rng, features, inputs), {"riccati"}
    if kind == "bottleneck":
        width = 1 + int(rng.integers(0, max(1, min(inputs, features) - 1)))
    if kind == "overcomplete":
        width = int(inputs + features + rng.integers(0, 4))
    if kind == "low rank":
        goal = target(rng, features, inputs, rank=1)
    weights = balanced(rng, inputs, width, features)
    if kind == "imbalanced":
        width = int(min(width, inputs, features))
        weights = imbalanced(rng, inputs, width, features, rng.choice([-2.0, -0.3, 0.5, 1.0]))
    if kind == "one unit":
        weights, methods = gaussian([inputs, 1, features], 0.5, seed), {"riccati"}
    if kind == "decay":
        decay = 0.25
    if kind in ("decoupled", "aligned", "chain"):
        weights, goal, sxx = decoupled_problem(rng, kind, int(inputs), int(features))
        methods = {"decoupled"}
    if kind == "shallow":
        weights, sxx, methods = gaussian([inputs, features], 0.5, seed), covariance(rng, inputs), {"shallow"}
    if kind == "unbalanced gaussian":
        weights, methods = gaussian([inputs, 4, features], 0.4, seed), {"flow"}
    if kind == "correlated":
        sxx, methods = covariance(rng, inputs), {"flow"}
    if kind == "deep gaussian":
        weights, methods = gaussian([inputs, 4, 3, features], 0.5, seed), {"flow"}
    return weights, goal, sxx, decay, methods


def decoupled_problem(rng, kind, inputs, features):
    """Modes with strengths of their own in every layer, of either sign in the last; inputs white or aligned."""
    modes = min(inputs, features)
    u, v, s = (
        rectangular(rng, features, modes),
        rectangular(rng, inputs, modes),
        np.sort(rng.uniform(0.5, 3, modes))[::-1],
    )
    layers = 4 if kind == "chain" else 2
    axes = [v, *(rectangular(rng, modes + 1, modes) for _ in range(layers - 1)), u]
    strengths = rng.uniform(0.1, 0.8, (layers, modes))
    weights = [(above * a) @ below.T for below, above, a in zip(axes, axes[1:], strengths, strict=False)]
    sxx = np.eye(inputs)
    if kind == "aligned":
        sxx = sxx + (v * rng.uniform(0, 2, modes)) @ v.T
    return weights, (u * s) @ v.T, sxx


@pytest.mark.parametrize("kind", CLASSES)
def test_no_answer_is_quietly_wrong(kind):
    """Over random problems of every class: right against the judge, or a warning that says what will happen."""
    for seed in range(EACH):
        weights, goal, sxx, decay, methods = random_problem(kind, seed)
        times = np.array([0.0, 0.3, 1.0, 2.5, 6.0])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PlateauWarning)
            found = evolve(weights, goal, sxx, times=times, weight_decay=decay)
        assert found.method in methods | {"riccati", "decoupled"} if kind == "one unit" else found.method in methods
        expected = judge(weights, goal, sxx, times, decay)
        off = np.abs(found.network_map - expected).max(axis=(1, 2)) / np.abs(expected).max(axis=(1, 2))
        assert off.max() < (INTEGRATED if found.method == "flow" else EXACT), (kind, seed, off)


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind != "shallow"])
def test_weights_and_grams_belong_together(kind):
    weights, goal, sxx, decay, _ = random_problem(kind, 1)
    times = np.array([0.0, 0.7, 2.0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlateauWarning)
        found = evolve(weights, goal, sxx, times=times, weight_decay=decay)
    layers = found.weights
    for asked, start in zip(layers, weights, strict=True):
        np.testing.assert_allclose(asked[0], start, atol=1e-9)
    product = layers[0]
    for layer in layers[1:]:
        product = layer @ product
    np.testing.assert_allclose(product, found.network_map, atol=1e-8)
    np.testing.assert_allclose(found.input_gram, np.swapaxes(layers[0], 1, 2) @ layers[0], atol=1e-8)
    np.testing.assert_allclose(found.output_gram, layers[-1] @ np.swapaxes(layers[-1], 1, 2), atol=1e-8)


def test_weights_of_the_matrix_solution_are_those_of_the_flow():
    rng = np.random.default_rng(0)
    weights, goal, times = balanced(rng, 5, 4, 3), target(rng, 3, 5), np.linspace(0, 4, 9)
    exact, flow = (evolve(weights, goal, times=times, method=method).weights for method in ("riccati", "flow"))
    for one, other in zip(exact, flow, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-8)


def test_end_to_end_flow_knows_the_map_and_not_the_weights():
    rng = np.random.default_rng(0)
    spectrum = Environment.from_correlations(target(rng, 4, 4)).spectrum()
    weights = decoupled(spectrum, 0.2, depth=3)
    goal, sxx, times = target(rng, 4, 4), covariance(rng, 4), np.array([0.0, 0.5, 2.0])
    found = evolve(weights, goal, sxx, times=times, method="end_to_end")
    layers = evolve(weights, goal, sxx, times=times, method="flow")
    np.testing.assert_allclose(found.network_map, layers.network_map, atol=1e-7)
    np.testing.assert_allclose(found.input_gram, layers.input_gram, atol=1e-6)
    np.testing.assert_allclose(found.output_gram, layers.output_gram, atol=1e-6)
    with pytest.raises(
        InputError,
        match="method is 'end_to_end', which follows the map alone and not the weights; write method='auto' or",
    ):
        _ = found.weights


REFUSALS = {
    "shallow": (gaussian([3, 4, 2], 0.1, 0), {}, "there are 2 weight matrices"),
    "decoupled": (gaussian([3, 4, 2], 0.1, 0), {}, "the modes do not keep to their own directions"),
    "riccati": (gaussian([3, 4, 2], 0.1, 0), {}, "is not a multiple of the identity"),
    "end_to_end": (gaussian([3, 4, 2], 0.1, 0), {}, "the layers are not balanced"),
    "riccati of three": (gaussian([3, 4, 4, 2], 0.1, 0), {}, "there are 3 weight matrices, and this law holds for two"),
    "riccati of colors": (
        gaussian([3, 4, 2], 0.1, 0),
        {"input_correlation": np.diag([1, 2, 3])},
        "inputs are not white",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_method_that_does_not_hold_is_an_error_that_says_why(case):
    weights, more, why = REFUSALS[case]
    with pytest.raises(InputError, match=f"method is '{case.split()[0]}', but .*{why}.*write method='auto'"):
        evolve(weights, np.ones((2, 3)), times=[1.0], method=case.split()[0], **more)


def test_decay_and_imbalance_do_not_go_together():
    weights = imbalanced(np.random.default_rng(0), 4, 3, 4, 1.0)
    with pytest.raises(InputError, match="weights decay and the imbalance is 1; with decay it must be zero"):
        evolve(weights, np.eye(4), times=[1.0], weight_decay=0.1, method="riccati")
    assert evolve(weights, np.eye(4), times=[1.0], weight_decay=0.1).method == "flow"


def square_start_of_wrong_sign(rng, size=3):
    """Balanced square weights whose map has a determinant of the other sign than the target."""
    goal = target(rng, size, size)
    while True:
        weights = balanced(rng, size, size, size)
        if np.linalg.det(weights[1] @ weights[0]) * np.linalg.det(goal) < 0:
            return weights, goal


def test_the_sign_of_the_determinant_obstructs_and_is_said():
    weights, goal = square_start_of_wrong_sign(np.random.default_rng(5))
    s = np.linalg.svd(goal, compute_uv=False)
    with pytest.warns(PlateauWarning, match=rf"stays on a plateau, {s[-1]:.3g} away from the best map"):
        found = evolve(weights, goal, times=np.array([0.0, 5.0, 15.0]) / s[-1])
    u, _, vt = np.linalg.svd(goal)
    best_without_the_last = (u[:, :-1] * s[:-1]) @ vt[:-1]
    np.testing.assert_allclose(found.plateau, best_without_the_last, atol=1e-10)
    expected = judge(weights, goal, np.eye(3), found.times[:2])
    np.testing.assert_allclose(found.network_map[:2], expected, atol=1e-9)
    np.testing.assert_allclose(found.network_map[-1], best_without_the_last, atol=1e-9)
    assert not found.validity["target can be reached"].holds
    assert "ends on a plateau" in repr(found)


def test_the_right_sign_is_not_obstructed():
    rng = np.random.default_rng(5)
    weights, goal = square_start_of_wrong_sign(rng)
    goal = goal * np.array([[-1], [1], [1]])
    found = evolve(weights, goal, times=[0.0, 60 / np.linalg.svd(goal, compute_uv=False)[-1]])
    assert found.plateau is None
    np.testing.assert_allclose(found.network_map[-1], goal, atol=1e-9)


@pytest.mark.parametrize("method", ["decoupled", "riccati"])
def test_reversal_after_full_learning_is_a_saddle(method):
    """Learn A to the end, then -A: every mode is anti-aligned, unlearns, and never learns again."""
    rng = np.random.default_rng(1)
    goal = target(rng, 3, 3)
    weights = decoupled(Environment.from_correlations(goal).spectrum(), np.linalg.svd(goal, compute_uv=False), depth=2)
    with pytest.warns(PlateauWarning, match="start has no part along a direction"):
        found = evolve(weights, -goal, times=[0.0, 1.0, 60.0], method=method)
    np.testing.assert_allclose(found.plateau, 0, atol=1e-12)
    expected = judge(weights, -goal, np.eye(3), [0.0, 1.0])
    np.testing.assert_allclose(found.network_map[:2], expected, atol=1e-9)
    np.testing.assert_allclose(found.network_map[-1], 0, atol=1e-3)


def test_task_switch_goes_on_from_the_weights():
    rng = np.random.default_rng(2)
    weights, first, second = balanced(rng, 4, 3, 4), target(rng, 4, 4), target(rng, 4, 4)
    switched = [layer[-1] for layer in evolve(weights, first, times=[0.0, 1.0]).weights]
    found = evolve(switched, second, times=[0.0, 1.5])
    integrated = judge(switched, second, np.eye(4), [0.0, 1.5])
    np.testing.assert_allclose(found.network_map, integrated, atol=1e-9)


def test_scaled_inputs_scale_time_and_target():
    rng = np.random.default_rng(2)
    weights, goal, times = balanced(rng, 4, 3, 4), target(rng, 4, 4), np.array([0.0, 0.5, 2.0])
    found = evolve(weights, goal, 0.4 * np.eye(4), times=times, tau=2.0, method="riccati")
    expected = judge(weights, goal, 0.4 * np.eye(4), times / 2.0)
    np.testing.assert_allclose(found.network_map, expected, atol=1e-10)


def test_nothing_large_is_made_unless_asked_for():
    """A thousand times at width 200: making the evolution takes the memory of the problem, not of its answers."""
    rng = np.random.default_rng(0)
    weights, goal = balanced(rng, 200, 50, 200), target(rng, 200, 200) / 15
    tracemalloc.start()
    found = evolve(weights, goal, times=np.linspace(0, 5, 1000))
    made = tracemalloc.get_traced_memory()[1]
    few = found.at([1.0, 2.0]).network_map
    tracemalloc.stop()
    assert made < 30e6
    assert few.shape == (2, 200, 200)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"weights": []}, "they must lead from 3 inputs to 2 features"),
        ({"weights": gaussian([3, 4, 5], 0.1, 0)}, r"weights have shapes \[\(4, 3\), \(5, 4\)\]"),
        ({"weights": [np.ones((4, 3)), np.ones((2, 5))]}, "each layer from where the one before it ends"),
        ({"weights": [np.full((2, 3), np.nan)]}, r"weights\[0\] has shape \(2, 3\)"),
        ({"input_correlation": np.ones((2, 2))}, r"input_correlation has shape \(2, 2\), but it must be symmetric"),
        ({"input_correlation": np.triu(np.ones((3, 3)))}, "it must be symmetric with one row for each of the 3 inputs"),
        (
            {"input_correlation": np.diag([1.0, 2.0, -0.1])},
            "input_correlation has the eigenvalue -0.1, but a variance is not negative",
        ),
        ({"input_correlation": np.diag([1.0, 2.0, np.nan])}, r"input_correlation has shape \(3, 3\) and holds NaN"),
        ({"input_output_correlation": np.full((2, 3), np.nan)}, "input_output_correlation has shape .* and holds NaN"),
        (
            {"input_output_correlation": np.ones(3)},
            r"input_output_correlation has shape \(3,\), but it must be a table",
        ),
        ({"weights": [np.ones((2, 3)) * 1j]}, r"weights\[0\] is of type complex128"),
        ({"weights": [[[1.0, 2.0], [3.0]]]}, r"weights\[0\] has rows of unequal length"),
        ({"weights": gaussian([3, 4, 2], 1e120, 0)}, "weights are so large that their gradients overflow"),
        ({"times": [0.0, np.inf]}, "times are .*, but they must be finite; write a late time"),
        ({"times": [0.0, np.nan]}, "times are .*, but they must increase from 0 on"),
        ({"times": [-1.0, 1.0]}, r"times are \[-1.0, 1.0\], but they must increase from 0 on"),
        ({"rtol": 0}, "rtol is 0, but a tolerance must be positive"),
        ({"weight_decay": -1}, "weight_decay is -1, but a decay rate is not negative"),
        ({"tau": 0}, "tau is 0, but a time constant must be positive"),
        ({"times": [1.0, 0.5]}, "times are .*, but they must increase from 0 on"),
        ({"times": []}, "times are .*, but they must increase from 0 on"),
        ({"method": "ricati"}, "did you mean 'riccati'"),
    ],
)
def test_bad_arguments_get_a_sentence(arguments, sentence):
    usual = {"weights": gaussian([3, 4, 2], 0.1, 0), "input_output_correlation": np.ones((2, 3)), "times": [1.0]}
    with pytest.raises(InputError, match=sentence):
        _ = evolve(**{**usual, **arguments}).network_map


def test_an_evolution_can_be_looked_at_elsewhere_and_as_a_table():
    rng = np.random.default_rng(0)
    found = evolve(balanced(rng, 3, 2, 2), target(rng, 2, 3), times=np.linspace(0, 2, 5))
    np.testing.assert_allclose(found.at(0.5).network_map[0], found.network_map[1], atol=1e-13)
    table = found.to_dataframe()
    assert table.columns.tolist() == ["time", "feature", "input", "value"]
    np.testing.assert_array_equal(table["value"].to_numpy().reshape(5, 2, 3), found.network_map)
    with pytest.raises(InputError, match="they must increase within 0 and 2"):
        found.at([1.0, 3.0])
    assert repr(found) == "<Evolution: 3 inputs to 2 features, 5 times up to 2 tau, method 'riccati'>"


def test_an_evolution_is_a_trajectory():
    world = Environment.from_arrays(np.eye(4), np.random.default_rng(0).standard_normal((4, 3)), normalization="sum")
    weights = gaussian([4, 6, 3], 0.3, seed=1)
    evolution = evolve(weights, world.input_output_correlation, times=np.linspace(0, 6, 61))
    record = Trajectory.from_evolution(world, evolution)
    np.testing.assert_allclose(record.network_map, evolution.network_map, atol=1e-10)
    assert record.provenance.kind == "theory"
    assert record.provenance.method == evolution.method == "flow"
    assert not record.validity["balanced start"].holds
    np.testing.assert_allclose(record.dataset["mode_strength"].values[-1], world.final_strength, rtol=0.05)


def test_cancelling_modes_among_aligned_inputs_are_said():
    """One of two modes starts with a = -b; the inputs have a variance of their own along each."""
    weights = [np.diag([0.3, 0.2]), np.diag([-0.3, 0.1])]
    with pytest.warns(PlateauWarning, match="stays on a plateau, 1.5 away"):
        found = evolve(weights, np.diag([3.0, 1.0]), np.diag([2.0, 1.0]), times=[0.0, 40.0])
    assert found.method == "decoupled"
    np.testing.assert_allclose(found.plateau, np.diag([0.0, 1.0]), atol=1e-12)
    np.testing.assert_allclose(found.network_map[-1], found.plateau, atol=1e-9)


def test_a_chain_at_its_saddle_is_said():
    """Three layers, the two weakest equal and the product of the wrong sign: the mode fades and stays away."""
    weights = [np.diag([0.3, 0.2]), np.diag([0.3, 0.4]), np.diag([-0.5, 0.5])]
    with pytest.warns(PlateauWarning, match="stays on a plateau, 2 away"):
        found = evolve(weights, np.diag([2.0, 1.0]), times=[0.0, 3.0])
    np.testing.assert_allclose(found.plateau, np.diag([0.0, 1.0]), atol=1e-9)


def test_modes_without_room_are_no_plateau():
    """A hidden layer for one mode, which starts along the stronger: nothing better can be learned."""
    weights = [np.array([[0.1, 0.0]]), np.array([[0.1], [0.0]])]
    found = evolve(weights, np.diag([2.0, 1.0]), times=[0.0, 20.0])
    assert found.plateau is None
    along_the_weaker = [np.array([[0.0, 0.1]]), np.array([[0.0], [0.1]])]
    with pytest.warns(PlateauWarning, match="2.24 away"):
        evolve(along_the_weaker, np.diag([2.0, 1.0]), times=[0.0, 20.0])


@pytest.mark.parametrize("kind", ["balanced", "bottleneck", "overcomplete", "decoupled", "unbalanced gaussian"])
def test_factors_hold_all_blocks(kind):
    weights, goal, sxx, decay, _ = random_problem(kind, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlateauWarning)
        found = evolve(weights, goal, sxx, times=np.array([0.0, 0.7, 2.0]), weight_decay=decay)
    f, g = found.factors
    np.testing.assert_allclose(g @ np.swapaxes(f, 1, 2), found.network_map, atol=1e-9)
    np.testing.assert_allclose(f @ np.swapaxes(f, 1, 2), found.input_gram, atol=1e-9)
    np.testing.assert_allclose(g @ np.swapaxes(g, 1, 2), found.output_gram, atol=1e-9)
    if kind == "overcomplete":
        assert f.shape[2] <= min(goal.shape) < weights[0].shape[0]  # no wider than what matters


def test_factors_are_of_one_hidden_layer():
    found = evolve(gaussian([3, 4, 4, 2], 0.3, 0), np.ones((2, 3)), times=[0.0, 1.0])
    with pytest.raises(InputError, match="there are 3 weight matrices, but factors need two"):
        _ = found.factors


def test_an_evolution_does_not_know_what_is_missing():
    """From the correlations alone, missing cells would be learned as zeros."""
    world = gapped()
    evolution = evolve(gaussian([4, 5, 7], 0.1, 0), world.input_output_correlation, times=[0.0, 1.0])
    with pytest.raises(InputError, match="2 cells of this world are missing, but an evolution knows only correlations"):
        Trajectory.from_evolution(world, evolution)


WAYS = {
    "shallow": (gaussian([3, 2], 0.3, 0), np.diag([1.0, 2.0, 3.0])),
    "decoupled": ([np.eye(2, 3) * 0.1, np.eye(2) * 0.2], np.eye(3)),
    "chain": ([np.eye(2, 3) * 0.1, np.eye(2) * 0.3, np.eye(2) * 0.2], np.eye(3)),
    "riccati": (balanced(np.random.default_rng(0), 3, 4, 2), np.eye(3)),
    "end_to_end": (balanced(np.random.default_rng(0), 3, 4, 2), np.eye(3)),
    "flow": (gaussian([3, 4, 2], 0.3, 0), np.eye(3)),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_evolution_travels(way):
    """Through pickle and deepcopy, before and after it was computed: for workers, caches and notebooks."""
    weights, sxx = WAYS[way]
    goal = np.eye(2, 3) * [[2.0], [1.0]] if way in ("decoupled", "chain") else target(np.random.default_rng(1), 2, 3)
    method = "decoupled" if way == "chain" else way
    found = evolve(weights, goal, sxx, times=[0.0, 0.5, 2.0], method=method)
    sent = [pickle.loads(pickle.dumps(found)), copy.deepcopy(found)]
    expected = found.network_map
    sent += [pickle.loads(pickle.dumps(found)), copy.deepcopy(found)]
    for each in sent:
        np.testing.assert_array_equal(each.network_map, expected)
        np.testing.assert_array_equal(each.at([0.25]).input_gram, found.at([0.25]).input_gram)
        assert (each.method, each.validity, repr(each)) == (found.method, found.validity, repr(found))
        if way != "end_to_end":
            for one, other in zip(each.weights, found.weights, strict=True):
                np.testing.assert_array_equal(one, other)


def test_an_integration_serves_the_map_and_both_grams(monkeypatch):
    asked = []
    found = evolve(gaussian([3, 4, 2], 0.3, 0), np.ones((2, 3)), times=[0.0, 1.0])
    solve = found.solution.solve
    object.__setattr__(found.solution, "solve", lambda times: asked.append(1) or solve(times))
    _ = found.network_map, found.input_gram, found.output_gram, found.weights
    assert len(asked) == 1
    _ = found.at([0.5]).network_map
    assert len(asked) == 2


@pytest.mark.parametrize("count", [5, 500])
@pytest.mark.parametrize("room", [2e8, 1e2])
def test_one_pass_serves_the_map_and_both_grams_of_the_matrix_solution(count, room, monkeypatch):
    """Unless its factors are large; the numbers are the same, and those of the weights multiplied."""
    passes = []
    walk = riccati.Walk
    monkeypatch.setattr(riccati, "Walk", lambda problem: passes.append(1) or walk(problem))
    monkeypatch.setattr(riccati, "KEPT_BYTES", room)
    weights, goal = balanced(np.random.default_rng(0), 5, 4, 3), target(np.random.default_rng(1), 3, 5)
    found = evolve(weights, goal, times=np.linspace(0, 4, count + 1)[1:])
    blocks = found.input_gram, found.network_map, found.output_gram
    assert len(passes) == (1 if room > 1e6 else 3)
    f_in, f_out = found.factors
    products = (f_in, f_in), (f_out, f_in), (f_out, f_out)
    for block, (left, right) in zip(blocks, products, strict=True):
        np.testing.assert_allclose(block, left @ np.swapaxes(right, 1, 2), atol=1e-11 * np.abs(block).max())


def test_weights_come_as_they_are(torch, jax):
    weights = [layer.astype(np.float32) for layer in gaussian([3, 4, 2], 0.3, 0)]
    goal, model = (
        np.ones((2, 3)),
        torch.nn.Sequential(torch.nn.Linear(3, 4, bias=False), torch.nn.Linear(4, 2, bias=False)),
    )
    with torch.no_grad():
        for parameter, layer in zip(model.parameters(), weights, strict=True):
            parameter.copy_(torch.tensor(layer))
    expected = evolve(weights, goal, times=[0.0, 1.0]).network_map
    brought = [
        model.parameters(), list(model.parameters()), model.state_dict(), [layer.tolist() for layer in weights],
        [jax.numpy.asarray(layer) for layer in weights],
    ]  # fmt: skip
    for each in brought:
        found = evolve(each, torch.tensor(goal), torch.eye(3), times=torch.tensor([0.0, 1.0]))
        np.testing.assert_allclose(found.network_map, expected, atol=1e-12)
    assert all(parameter.requires_grad for parameter in model.parameters())
    half = evolve([p.bfloat16() for p in model.parameters()], goal, times=[0.0, 1.0]).network_map
    np.testing.assert_allclose(half, expected, atol=0.02)


def test_correlations_in_single_precision_are_ones():
    """Of fewer samples than inputs, in single precision: eigenvalues that rounding made negative."""
    x = np.random.default_rng(0).standard_normal((2, 5)).astype(np.float32)
    sxx = x.T @ x
    sxx[0, 1] *= 1 + 1e-7
    start = gaussian([5, 3, 2], 0.3, 0)
    found = evolve(start, np.ones((2, 2)) @ x, sxx, times=[0.0, 1e6])
    assert np.linalg.eigvalsh(sxx)[0] < 0
    outside = np.eye(5) - np.linalg.pinv(x.astype(float)) @ x
    np.testing.assert_allclose(found.network_map[-1] @ x.T.astype(float), 1, rtol=1e-3)
    assert np.abs(found.network_map[-1] @ outside).max() < 2  # nothing has grown where inputs do not vary


def test_the_flow_of_the_map_says_when_it_takes_too_long(monkeypatch):
    monkeypatch.setattr("ontogeny.networks.gradient_flow.PATIENCE", 500)
    rng = np.random.default_rng(0)
    found = evolve(balanced(rng, 3, 2, 2), target(rng, 2, 3), times=[0.0, 1.0, 1e6], method="end_to_end")
    with pytest.raises(
        InputError, match=r"times lead to 1e\+06, but the flow of the map is stiff.*write earlier times"
    ):
        _ = found.network_map


def test_an_evolution_is_not_known_at_no_time():
    found = evolve(gaussian([3, 4, 2], 0.3, 0), np.ones((2, 3)), times=[0.0, 1.0])
    for asked in (np.nan, [0.5, np.nan], np.inf, [-0.5], []):
        with pytest.raises(InputError, match="they must increase within 0 and 1"):
            found.at(asked)


def test_nearly_balanced_is_not_balanced():
    """A start that is off by 1e-8 is integrated: the law of balanced weights would be off by as much."""
    weights = balanced(np.random.default_rng(0), 3, 4, 2)
    weights[0][0, 0] += 1e-8
    assert evolve(weights, target(np.random.default_rng(1), 2, 3), times=[0.0, 1.0]).method == "flow"
