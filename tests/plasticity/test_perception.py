"""Perceptual learning: the chain against whole matrices, and every number that the reconstruction is built on."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.stats import norm

from ontogeny import InputError
from ontogeny.modes import chain
from ontogeny.networks import evolve
from ontogeny.plasticity import perceptual_learning

FLOW = 2e-9  # absolute; the integrator's tolerance over a hundred time constants
LATE = 400.0  # when all has settled


def late(**options):
    return perceptual_learning([0.0, LATE], **options)


@pytest.mark.parametrize(("gains", "readout"), [((1.0, 1.0), 0.0), ((0.5, 1.0, 0.7), 0.2), ((0.7,), -0.1), ((), 0.3)])
def test_whole_matrices_follow_the_chain(gains, readout):
    times = np.array([0.0, 2.0, 10.0, 60.0])
    found = perceptual_learning(times, gains=gains, readout=readout)
    assert found.method == "chain" and found.validity.holds
    unit = found.task.direction / np.linalg.norm(found.task.direction)
    start = [*(gain * np.eye(36) for gain in gains), readout * unit[None, :]]
    whole = evolve(start, found.task.direction[None, :], found.task.input_correlation, times=times, method="auto")
    for ours, theirs in zip([*found.weights, found.readout[:, None, :]], whole.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=FLOW)


def test_noise_inside_is_paid_for_in_whole_matrices():
    """The scalar flow with noise after each layer, against that of 12 x 12 matrices."""
    times = np.array([0.0, 3.0, 20.0])
    found = perceptual_learning(times, units=12, internal_noise=(0.3, 0.1), gains=(1.0, 0.6), readout=0.1)
    task, noises = found.task, (0.3, 0.1)

    def velocity(_, state):
        w1, w2, a = state[:144].reshape(12, 12), state[144:288].reshape(12, 12), state[288:][None]
        error = task.direction[None] - a @ w2 @ w1 @ task.input_correlation
        moves = [w2.T @ a.T @ error, a.T @ error @ w1.T, error @ w1.T @ w2.T]
        moves[1] = moves[1] - noises[0] ** 2 * a.T @ (a @ w2)
        moves[2] = moves[2] - noises[0] ** 2 * (a @ w2) @ w2.T - noises[1] ** 2 * a
        return np.concatenate([each.ravel() for each in moves])

    start = np.concatenate([each[0].ravel() for each in (*found.weights, found.readout)])
    solved = solve_ivp(velocity, (0, 20), start, method="DOP853", t_eval=times, rtol=1e-11, atol=1e-13).y.T
    np.testing.assert_allclose(found.weights[0].reshape(3, -1), solved[:, :144], atol=1e-8)
    np.testing.assert_allclose(found.readout, solved[:, 288:], atol=1e-8)
    assert found.method == "noisy chain"


def test_any_tuning_curve():
    """A Gaussian as a function is the Gaussian; von Mises is a chain; a narrow triangle falls to the matrices."""
    gauss, own = late(), late(tuning_curve=lambda apart: np.exp(-(apart**2) / 450))
    np.testing.assert_allclose(own.layer_gains, gauss.layer_gains, rtol=1e-12)
    mises = late(
        tuning_curve=lambda apart: np.exp(3.65 * (np.cos(np.radians(2 * apart)) - 1))
    )  # as wide as the Gaussian
    assert mises.method == "chain" and mises.slope_ratio[-1, 0] == pytest.approx(gauss.slope_ratio[-1, 0], rel=0.02)
    pointed = late(tuning_curve=lambda apart: np.maximum(0, 1 - np.abs(apart) / 4), reference=91.2)
    assert pointed.method == "matrices" and not pointed.validity.holds  # too narrow for units 5 degrees apart


@pytest.mark.parametrize("odd", ["reference", "noise", "readout"])
def test_what_is_no_chain_falls_to_the_matrices_and_says_so(odd):
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((36, 36)) / 20
    options = {
        "reference": dict(reference=91.2, tuning_width=3.0),
        "noise": dict(input_noise=0.05 * np.eye(36) + mixing @ mixing.T),
        "readout": dict(readout=0.1 * rng.standard_normal(36)),
    }[odd]
    found = perceptual_learning([0.0, 5.0, 50.0], **options)
    assert found.method == "matrices" and not found.validity.holds
    assert "matrices are integrated" in "".join(each.meaning for each in found.validity.assumptions)
    assert np.all(np.diff(found.output) > 0) and found.slope_ratio[-1, 1] > found.slope_ratio[-1, 0] > 1


def test_a_random_readout_hardly_matters():
    """Gains of the first layer, off by 1e-4, 2e-3 and 1.6e-2 of starts of .02, .1 and .3 at the printed precision."""
    exact = late().layer_gains[-1, 0]
    draw = np.random.default_rng(1).standard_normal(36)
    off = [
        abs(late(readout=size * draw / np.linalg.norm(draw)).layer_gains[-1, 0] - exact) for size in (0.02, 0.1, 0.3)
    ]
    assert off[0] < 1e-3 and off[1] < 1e-2 and off[2] < 6e-2 and off[0] < off[1] < off[2]


def test_the_defaults():
    found = late()
    d = np.linalg.norm(found.task.direction)
    assert d == pytest.approx(0.21644, abs=6e-6) and d**2 + 0.09 == pytest.approx(0.136848, abs=6e-7)
    np.testing.assert_allclose(found.layer_gains[-1], [1.336063, 1.336063, 0.886039], atol=6e-7)
    np.testing.assert_allclose(found.slope_ratio[-1], [1.336, 1.785], atol=6e-4)
    assert found.output[-1] / d == pytest.approx(1.58164, abs=6e-6)


def test_units_beside_the_trained_orientation_change():
    """None at it or far away; most one width off; flanks are repelled, the more the higher the layer."""
    found = late()
    curves = found.tuning(np.arange(0, 180, 0.05))
    change = (curves[-1] - curves[0]).sel(layer=1)
    slopes = np.abs(np.gradient(change.values, 0.05, axis=1)[:, 1800])  # at 90 degrees
    preferred = found.task.preferred
    at = {place: int(np.flatnonzero(preferred == place)[0]) for place in (90, 105, 75, 120, 0)}
    assert slopes[at[90]] < 1e-12 and slopes[at[0]] < 1e-6
    assert set(np.argsort(-slopes)[:2]) == {at[105], at[75]}
    assert float(np.abs(change[:, 1800]).max()) < 1e-12  # no response at the reference itself changes
    for place, shifts, sizes in ((105, (1.00, 1.90), (1.161, 1.382)), (120, (-0.50, -1.10), None)):
        for layer, shift in enumerate(shifts):
            before, after = (curves[k, layer, at[place]] for k in (0, -1))
            moved = curves.orientation.values[after.values.argmax()] - place
            assert moved == pytest.approx(shift, abs=0.06)
            if sizes is not None:
                assert float(after.max() / before.max()) == pytest.approx(sizes[layer], abs=6e-4)


def test_more_layers_share_the_change():
    first = [late(gains=(1.0,) * count).layer_gains[-1, 0] - 1 for count in range(1, 6)]
    np.testing.assert_allclose(first, [0.469, 0.336, 0.267, 0.224, 0.194], atol=6e-4)
    total = [late(gains=(1.0,) * count).slope_ratio[-1, -1] for count in (1, 5)]
    np.testing.assert_allclose(total, [1.47, 2.43], atol=6e-3)
    weak = [late(gains=(0.7,) * count).layer_gains[-1, 0] - 0.7 for count in range(1, 6)]
    np.testing.assert_allclose(weak, [0.66, 0.54, 0.48, 0.45, 0.42], atol=6e-3)


HIERARCHIES = {
    (1.0, 0.5, 0.25): ([13.90, 13.53, 13.07, 12.07], [0.41, 0.61, 0.77, 0.99]),
    (1.0, 1.0): ([3.308, 3.308, 2.293], None),
    (0.5, 1.0): ([5.416, 5.734], None),
}


@pytest.mark.parametrize("gains", list(HIERARCHIES))
def test_the_weakest_layer_changes_first(gains):
    """Lower layers are not always later: order goes by initial gain, and equal layers change together."""
    half, sizes = HIERARCHIES[gains]
    times = np.linspace(0, 60, 12001)
    gain = perceptual_learning(times, gains=gains).layer_gains
    change = gain - gain[0]
    end = late(gains=gains).layer_gains[-1] - gain[0]
    found = [np.interp(0.5 * end[k], change[:, k], times) for k in range(len(half))]
    np.testing.assert_allclose(found, half, atol=6e-3)
    if sizes is not None:
        np.testing.assert_allclose(end, sizes, atol=6e-3)
    if len(gains) == 2 and gains[0] == gains[1]:  # tuning of the higher layer is later, since it accumulates
        slope = perceptual_learning(times).slope_ratio
        upper = np.interp(0.5 * (1 + 1.78507), slope[:, 1], times)
        assert upper == pytest.approx(3.474, abs=6e-3)


def test_early_on_layers_change_as_the_square_of_the_readout():
    found = perceptual_learning([0.0, 0.1])
    change = found.layer_gains[-1]
    assert (change[0] - 1) / (change[2] ** 2 / 2) == pytest.approx(1.0, abs=1e-3)
    d = np.linalg.norm(found.task.direction)
    assert change[2] == pytest.approx(d * 0.1, rel=0.02)


def test_whether_depth_speeds_behavior_hangs_on_the_gains():
    def half(gain, layers):
        d, variance = 0.21644347, 0.136847777
        goal = 0.5 * d / variance
        return float(chain.time_to_strength(goal, d, [gain] * layers + [0.0], input_variance=variance))

    np.testing.assert_allclose([half(1.0, k) for k in range(6)], [5.07, 3.82, 3.20, 2.81, 2.54, 2.33], atol=6e-3)
    np.testing.assert_allclose([half(0.7, k) for k in range(6)], [5.07, 5.61, 6.57, 7.96, 9.88, 12.5], rtol=5e-3)


def test_finer_is_deeper_without_noise_and_not_always_with_it():
    fine = [0.5, 1.0, 2.0, 4.0, 8.0, 15.0]
    clean = [perceptual_learning([0, 4000.0], task_precision=d, input_noise=0.0).layer_gains[-1, 0] for d in fine]
    np.testing.assert_allclose(clean, [2.71, 2.18, 1.78, 1.47, 1.26, 1.16], atol=6e-3)
    noisy = [late(task_precision=d).layer_gains[-1, 0] for d in fine]
    np.testing.assert_allclose(noisy, [1.11, 1.23, 1.336, 1.333, 1.23, 1.15], atol=6e-3)
    assert np.argmax(noisy) == 2


@pytest.mark.parametrize(("precision", "printed"), [(2, 21.28), (5, 21.61), (15, 24.86), (30, 35.20)])
def test_transfer_to_other_orientations_turns_negative(precision, printed):
    """Coarser training transfers wider; the zero is that of the kernel's formula, but where it wraps around."""
    found = late(units=180, task_precision=float(precision))
    places = np.linspace(15, 45, 6001)
    crossing = places[np.argmax(found.transfer(places)[-1] < 0)]
    assert crossing == pytest.approx(printed, abs=0.02)
    law = 15.0**2 / precision * np.arccosh(np.exp(precision**2 / 15.0**2))
    assert crossing == pytest.approx(law, abs=0.01 if precision < 30 else 0.1)
    if precision == 2:
        assert found.transfer([np.sqrt(6) * 15])[-1, 0] == pytest.approx(-0.446, abs=6e-4)
        assert found.transfer([0.0])[-1, 0] == pytest.approx(1.0)
        other = found.transfer([10.0], precision=8.0)[-1, 0]
        swapped = late(units=180, task_precision=8.0)
        kernel = found.task.difference(90.0, 2.0) @ found.task.difference(100.0, 8.0)
        assert other * (found.task.difference(90.0, 2.0) @ found.task.difference(90.0, 8.0)) == pytest.approx(kernel)
        assert swapped.task.precision == 8.0


def test_transfer_to_other_positions_falls_with_time_and_precision():
    found = perceptual_learning([0.0, 1.0, 5.0, 10.0, 20.0])
    np.testing.assert_allclose(found.position_transfer(1)[1:], [0.980, 0.787, 0.749, 0.748], atol=6e-4)
    np.testing.assert_allclose(found.position_transfer(0)[1:], 1.0)
    both = found.position_transfer(2)[-1]
    assert both == pytest.approx(1 / np.prod(found.layer_gains[-1, :2]))
    clean = [
        perceptual_learning([0, 4000.0], task_precision=d, input_noise=0.0).position_transfer(1)[-1]
        for d in (1.0, 2.0, 4.0, 8.0, 15.0)
    ]
    np.testing.assert_allclose(clean, [0.459, 0.563, 0.679, 0.791, 0.866], atol=6e-4)


def test_behavior():
    found = late()
    u, d = found.output[-1], np.linalg.norm(found.task.direction)
    expected = 2 * u / np.sqrt(0.09 * (u / d) ** 2 + 0.25)
    assert found.d_prime()[-1] == pytest.approx(expected)
    np.testing.assert_allclose(found.percent_correct(), [0.5, norm.cdf(expected / 2)], rtol=1e-12)
    assert found.percent_correct()[-1] == pytest.approx(0.690, abs=6e-4)
    assert found.percent_correct("2afc")[-1] == pytest.approx(norm.cdf(expected / np.sqrt(2)))


def test_without_noise_of_the_decision_nothing_gets_better():
    found = perceptual_learning([1.0, 10.0, 100.0], decision_noise=0.0)
    np.testing.assert_allclose(found.d_prime(), 2 * np.linalg.norm(found.task.direction) / 0.3, rtol=1e-9)


def test_noise_after_the_first_layer_moves_the_change_there_and_never_ends():
    gains = [perceptual_learning([0.0, t], internal_noise=(0.3, 0.0)).layer_gains[-1] for t in (4e2, 4e3, 4e4)]
    np.testing.assert_allclose([gain[0] for gain in gains], [4.20, 7.66, 13.7], rtol=3e-3)
    assert gains[0][1] == pytest.approx(1.06, abs=6e-3)


def test_tables_and_records():
    found = perceptual_learning([0.0, 1.0, 5.0])
    frame = found.to_dataframe()
    assert len(frame) == 9 and set(frame["layer"]) == {"1", "2", "readout"}
    assert found.tuning().dims == ("time", "layer", "unit", "orientation") and found.tuning().shape == (3, 2, 36, 180)
    assert repr(found).startswith("<PerceptualLearning by chain: 2 layers, 5 tau")


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (dict(input_noise=-0.1), "input_noise is -0.1"),
        (dict(input_noise=np.ones((3, 3))), r"input_noise has the shape \(3, 3\)"),
        (dict(input_noise=-np.eye(36)), "input_noise has a negative eigenvalue"),
        (dict(internal_noise=(0.1,)), "internal_noise has 1 number, but there are 2 layers"),
        (dict(internal_noise=(0.1, -0.1)), "internal_noise is -0.1"),
        (dict(internal_noise=(0.1, 0.1), reference=91.0, tuning_width=3.0), "internal_noise is given for a task"),
        (dict(decision_noise=-1.0), "decision_noise is -1"),
        (dict(gains=(0.0, 1.0)), "gains and readout are 0 in more than one layer"),
        (dict(gains=(-1.0, 1.0)), "gains is -1"),
        (dict(task_precision=0.0), "task_precision is 0"),
        (dict(task_precision=90.0), "task_precision is 90"),
        (dict(units=1), "units is 1"),
        (dict(tuning_width=0.0), "tuning_width is 0"),
        (dict(readout=np.ones(3)), "readout has the shape"),
        (dict(time=[0.0, 0.0]), "time does not increase"),
        (dict(reference=float("nan")), "reference is nan"),
        (dict(tuning_curve=15.0), "tuning_curve is 15.0, which is no function"),
        (dict(tuning_curve=lambda apart: 1.0), r"tuning_curve gives an array of shape \(\)"),
        (dict(units=2), "task_precision is 2, with which both orientations evoke the same"),
    ],
)
def test_refusals(given, match):
    options = dict(time=[0.0, 1.0]) | given
    with pytest.raises(InputError, match=match):
        perceptual_learning(options.pop("time"), **options)


def test_refused_questions():
    found = perceptual_learning([0.0, 1.0])
    with pytest.raises(InputError, match="procedure is 'staircase'"):
        found.percent_correct("staircase")
    with pytest.raises(InputError, match="specific_layers is 3, but there are 2"):
        found.position_transfer(3)


def test_transfer_to_other_positions_in_whole_matrices():
    """Three layers that do not commute: the first is as it was elsewhere, the others are shared in their order."""
    readout = 0.3 * np.random.default_rng(2).standard_normal(36)
    found = perceptual_learning([0.0, 30.0], gains=(1.0, 0.8, 0.6), readout=readout)
    first, second, third = (layer[-1] for layer in found.weights)
    d = found.task.direction
    elsewhere = found.readout[-1] @ third @ second @ d
    assert found.position_transfer(1)[-1] == pytest.approx(elsewhere / (found.readout[-1] @ third @ second @ first @ d))
    assert found.method == "matrices"
