"""A student without hidden layer: many digits, sampled matrices, limits, derivatives through load 1, every library."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.generalization import partial_observation, teacher_overlap, test_error, train_error, weight_norm
from spectra import exact_averages

LOADS = [0.1, 0.5, 0.9, 0.99, 1 - 1e-12, 1.0, 1 + 1e-12, 1.01, 2.0, 10.0]
EXACT = 1e-12  # relative; the specification
LATER = 1e-10  # relative, from 1e4 to 1e5: rounding of the exponent
VARIANCES = [(1.0, 1.0, 0.0), (5.0, 1.0, 2.0), (3.0, 0.0, 0.5), (0.0, 2.0, 0.0), (0.0, 0.0, 0.4), (0.0, 0.0, 0.0)]
LAWS = {"test_error": test_error, "train_error": train_error, "weight_norm": weight_norm, "overlap": teacher_overlap}


def named(signal, noise, initial):
    return {"signal_variance": signal, "noise_variance": noise, "initial_variance": initial}


def printed(load, time, signal, noise, initial):
    """As printed, from the averages with many digits."""
    e = exact_averages(load, time)
    floor = max(0.0, 1 - 1 / load)
    return {
        "test_error": noise * (1 + e["amplified"]) + (signal + initial) * e["kept"],
        "train_error": noise * (floor + e["bulk_kept"] / load) + (signal + initial) * e["loss"] / load,
        "weight_norm": initial * e["kept"] + signal * e["learned_squared"] + noise * e["amplified"],
        "overlap": signal * e["learned"],
    }


@pytest.mark.parametrize("time", [1e-3, 0.3, 30.0, 1e4, 1e5])
@pytest.mark.parametrize("load", LOADS)
def test_curves_against_many_digits(load, time):
    for variances in VARIANCES:
        for name, value in printed(load, time, *variances).items():
            found = LAWS[name](2 * time, load, **named(*variances), tau=2.0)
            tolerance = EXACT if time <= 1e4 else LATER
            np.testing.assert_allclose(found, value, rtol=tolerance, atol=1e-290, err_msg=name)


def sampled(load, times, signal, noise, initial, inputs, draws):
    """Sampled inputs; teacher, noise and first weights averaged analytically. (draws, law, time)"""
    out = []
    for seed in range(draws):
        x = np.random.default_rng(seed).standard_normal((inputs, round(load * inputs))) / np.sqrt(inputs)
        l = np.maximum(np.linalg.eigvalsh(x @ x.T), 0)[:, None]  # noqa: E741
        r = np.exp(-l * times)
        l1 = np.where(l > 1e-12, l, 1.0)
        noisy = np.where(l > 1e-12, (1 - r) ** 2 / l1, 0.0)
        size = load * inputs
        out.append(
            [
                noise + np.mean((signal + initial) * r**2 + noise * noisy, axis=0),
                noise * (1 - 1 / load) + np.sum(((signal + initial) * l + noise) * r**2, axis=0) / size,
                np.mean(initial * r**2 + signal * (1 - r) ** 2 + noise * noisy, axis=0),
                np.mean(signal * (1 - r), axis=0),
            ]
        )
    return np.array(out)


@pytest.mark.parametrize("load", [0.5, 1.0, 2.0])
def test_sampled_matrices_follow_the_curves(load):
    """Of 200 inputs; deviations of a single draw are a few over their number, means of draws those of finite size."""
    times, variances = np.array([0.0, 0.5, 3.0, 15.0]), (5.0, 1.0, 0.7)
    draws = sampled(load, times, *variances, inputs=200, draws=12)
    for law, runs in zip(LAWS.values(), draws.swapaxes(0, 1), strict=True):
        limit = law(times, load, **named(*variances))
        finite = law(times, load, **named(*variances), inputs=200)
        assert np.abs(runs - limit).max() < 25 / 200
        error = runs.std(axis=0) / np.sqrt(len(runs))
        assert np.all(np.abs(runs.mean(axis=0) - finite) < 4 * error + 0.3 / 200)


def test_a_trained_student_follows_the_curves():
    """Gradient descent by hand on sampled data, one teacher and one noise: deviations of order one over a root."""
    rng, inputs, samples, rate = np.random.default_rng(3), 400, 600, 0.01
    x = rng.standard_normal((inputs, samples)) / np.sqrt(inputs)
    teacher, w = 2.0 * rng.standard_normal(inputs), 0.5 * rng.standard_normal(inputs)
    y = teacher @ x + rng.standard_normal(samples)
    steps, tests, trains = 800, [], []
    for step in range(steps + 1):
        if step % 200 == 0:
            tests.append(1 + np.mean((teacher - w) ** 2))
            trains.append(np.mean((y - w @ x) ** 2))
        w = w + rate * (y - w @ x) @ x.T
    times, variances = rate * np.arange(0, steps + 1, 200), named(4.0, 1.0, 0.25)
    within = 4 / np.sqrt(inputs)  # the squared norms of teacher and noise
    np.testing.assert_allclose(tests, test_error(times, 1.5, **variances), rtol=within)
    np.testing.assert_allclose(trains, train_error(times, 1.5, **variances), rtol=within)


def test_before_learning_and_at_its_end():
    loads = np.array([0.1, 0.5, 2.0, 10.0])
    known = named(5.0, 2.0, 0.5)
    np.testing.assert_allclose(test_error(0.0, LOADS, **known), 7.5, rtol=1e-15)
    np.testing.assert_allclose(train_error(0.0, LOADS, **known), 7.5, rtol=1e-14)
    np.testing.assert_allclose(weight_norm(0.0, LOADS, **known), 0.5, rtol=1e-15)
    np.testing.assert_allclose(teacher_overlap(0.0, LOADS, **known), 0, atol=1e-15)
    few = loads < 1
    noise = np.where(few, loads / np.abs(1 - loads), 1 / np.abs(loads - 1))
    floor = np.where(few, 1 - loads, 0)
    for end in (np.inf, 1e4):
        np.testing.assert_allclose(test_error(end, loads, **known), 2 + 2 * noise + 5.5 * floor, rtol=1e-13)
        np.testing.assert_allclose(train_error(end, loads, **known), np.where(few, 0, 2 - 2 / loads), atol=1e-14)
        norm = 0.5 * floor + 5 * (1 - floor) + 2 * noise
        np.testing.assert_allclose(weight_norm(end, loads, **known), norm, rtol=1e-13)
        np.testing.assert_allclose(teacher_overlap(end, loads, **known), 5 * (1 - floor), rtol=1e-13)


def test_where_the_law_diverges_it_is_infinite_and_never_not_a_number():
    assert test_error(np.inf, 1.0) == np.inf == weight_norm(np.inf, 1.0)
    assert test_error(np.inf, 1.0, noise_variance=0.0) == 0.0 == train_error(np.inf, 1.0)
    assert weight_norm(np.inf, 1.0, noise_variance=0.0) == 1.0
    table = test_error([[0.0], [3.0], [np.inf]], [0.5, 1.0, 2.0], noise_variance=[0.0, 1.0, 1.0])
    assert not np.isnan(table).any() and np.isinf(table).sum() == 1


def test_large_first_weights_are_never_forgotten_by_what_no_sample_shows():
    np.testing.assert_allclose(test_error(1e4, 0.25, **named(0, 0, 100.0)), 75.0, rtol=1e-14)


def test_few_and_many_samples():
    np.testing.assert_allclose(test_error(5.0, 1e-12, **named(3.0, 1.0, 2.0)), 6.0, rtol=1e-10)
    np.testing.assert_allclose(test_error(np.inf, 1e12, **named(3.0, 1.0, 2.0)), 1.0, rtol=1e-10)
    np.testing.assert_allclose(test_error(1e-3, 1e6, **named(3.0, 1.0, 2.0)), 1.0, rtol=1e-5)


def test_late_growth_at_load_1():
    """The laws of the hard edge; corrections of relative order one over the root of time."""
    slope = 4 / np.sqrt(np.pi) * (1 - 1 / np.sqrt(2))
    assert round(slope, 4) == 0.6610
    excess = test_error([1e3, 1e8], 1.0, signal_variance=0.0) / (slope * np.sqrt([1e3, 1e8]))
    np.testing.assert_allclose(excess, [0.976 + 2 * 0.0239, 1], rtol=2e-2)
    growth = (test_error(1e3, 1.0, signal_variance=0.0) - 1) / (slope * np.sqrt(1e3))
    np.testing.assert_allclose(growth, 0.976, atol=5e-4)
    t, amount = 1e6, 5.0
    expected = (1 + amount / (4 * t)) / np.sqrt(2 * np.pi * t)
    np.testing.assert_allclose(train_error(t, 1.0, signal_variance=amount), expected, rtol=1e-6)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_variances_add_up(law):
    parts = [law(3.0, [0.5, 1.0, 2.0], **named(*unit)) for unit in np.eye(3)]
    both = law(3.0, [0.5, 1.0, 2.0], **named(2.0, 3.0, 0.5))
    np.testing.assert_allclose(both, 2 * parts[0] + 3 * parts[1] + 0.5 * parts[2], rtol=1e-14)
    np.testing.assert_allclose(both, law(6.0, [0.5, 1.0, 2.0], **named(2.0, 3.0, 0.5), tau=2.0), rtol=1e-15)


def test_the_error_is_the_distance_of_student_and_teacher():
    times, loads, known = np.array([0.0, 0.2, 4.0, 1e3, np.inf]), np.array([[0.3], [2.0]]), named(5.0, 2.0, 0.0)
    distance = 5.0 + weight_norm(times, loads, **known) - 2 * teacher_overlap(times, loads, **known)
    np.testing.assert_allclose(test_error(times, loads, **known), 2.0 + distance, rtol=1e-13)


def test_exact_means_at_the_end_for_a_finite_number_of_inputs():
    assert round(float(test_error(np.inf, 24 / 20, inputs=20)), 3) == 7.667
    assert float(test_error(np.inf, 24 / 20)) == pytest.approx(6.0)
    np.testing.assert_allclose(
        test_error(np.inf, 10 / 20, signal_variance=4.0, inputs=20), 1 + 0.5 * 4 + 10 / (20 - 10 - 1), rtol=1e-14
    )
    for samples in (19, 20, 21):
        assert test_error(np.inf, samples / 20, inputs=20) == np.inf
    assert np.isfinite(test_error(np.inf, 22 / 20, inputs=20))
    inverse = [
        np.trace(np.linalg.inv(x @ x.T)) for x in np.random.default_rng(5).standard_normal((4000, 20, 26)) / np.sqrt(20)
    ]
    mean, error = np.mean(inverse) / 20, np.std(inverse) / 20 / np.sqrt(4000)
    assert abs(1 + mean - test_error(np.inf, 26 / 20, signal_variance=0.0, inputs=20)) < 4 * error


def test_the_first_order_of_finite_size_as_predicted():
    """The specification's number, and that the correction falls with one over the inputs."""
    known = {"signal_variance": 5.0}
    gain = [n * float(test_error(10.0, 2.0, **known, inputs=n) - test_error(10.0, 2.0, **known)) for n in (16, 1600)]
    np.testing.assert_allclose(gain, 0.620, atol=5e-4)


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_a_partially_observed_teacher_is_a_noisier_slower_one(share):
    """Sampled: the teacher has 500 inputs, the student sees some; only the draw of the inputs and noise is left."""
    total, samples, time, signal, noise = 500, 300, 4.0, 5.0, 0.5
    seen = round(share * total)
    errors = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((total, samples)) / np.sqrt(total)
        teacher = np.sqrt(signal) * rng.standard_normal(total)
        y = teacher @ x + np.sqrt(noise) * rng.standard_normal(samples)
        value, vector = np.linalg.eigh(x[:seen] @ x[:seen].T)
        w = vector @ (
            -np.expm1(-np.maximum(value, 1e-15) * time) / np.maximum(value, 1e-15) * (vector.T @ (x[:seen] @ y))
        )
        errors.append(noise + (np.sum((teacher[:seen] - w) ** 2) + np.sum(teacher[seen:] ** 2)) / total)
    predicted = test_error(
        time, samples / seen, **partial_observation(share, signal_variance=signal, noise_variance=noise)
    )
    assert abs(np.mean(errors) - predicted) < 3 * np.std(errors) / np.sqrt(len(errors)) + 1.0 / total
    whole = partial_observation(1.0, signal_variance=signal, noise_variance=noise, initial_variance=0.3, tau=2.0)
    part = partial_observation(share, signal_variance=signal, noise_variance=noise, initial_variance=0.3)
    assert part["initial_variance"] == share * 0.3  # what is not seen has no weights
    assert {k: float(v) for k, v in whole.items()} == {**named(signal, noise, 0.3), "tau": 2.0}


@pytest.mark.parametrize("load", [0.5, 1.0, 1 + 1e-12])
def test_gradients_of_the_whole_curve(load, jax):
    """Along load, variances and every time at once; exactly at load 1 too, where differences cross it."""
    times = np.geomspace(1e-2, 1e3, 25)
    for law in (test_error, train_error):

        def total(a, s, n, i, t, law=law):
            curve = law(t, a, signal_variance=s, noise_variance=n, initial_variance=i)
            return (curve * np.cos(np.arange(25))).sum()

        point = (load, 5.0, 1.0, 0.5)
        with jax.enable_x64(True):
            slopes = jax.jit(jax.grad(total, (0, 1, 2, 3, 4)))(*map(jax.numpy.asarray, point), jax.numpy.asarray(times))
        for index, slope in enumerate(slopes[:4]):
            step = 1e-3
            at = [total(*(x + k * step * (j == index) for j, x in enumerate(point)), times) for k in (-2, -1, 1, 2)]
            expected = (8 * (at[2] - at[1]) - (at[3] - at[0])) / (12 * step)
            np.testing.assert_allclose(slope, expected, rtol=2e-6, atol=1e-8)
        if law is test_error:
            s = exact_averages(load, float(times[12]))
            half = exact_averages(load, float(times[12]) / 2)["kept"]
            velocity = -2 * 5.5 * s["loss"] + 2 * (half - s["kept"])
            np.testing.assert_allclose(slopes[4][12], velocity * np.cos(12), rtol=1e-10)


def test_at_load_1_the_derivative_has_ten_digits(jax):
    """Against differences of values from 40-node-per-digit sums with 1e-15 errors, extrapolated twice."""
    with jax.enable_x64(True):
        slope = jax.grad(lambda a: test_error(20.0, a, signal_variance=5.0))(jax.numpy.asarray(1.0))
    f = lambda k: float(test_error(20.0, 1 + k * 4e-3, signal_variance=5.0))  # noqa: E731
    by_six = (45 * (f(1) - f(-1)) - 9 * (f(2) - f(-2)) + f(3) - f(-3)) / (60 * 4e-3)
    np.testing.assert_allclose(slope, by_six, rtol=1e-9)


def test_gradients_are_finite_at_the_ends_of_time(jax):
    with jax.enable_x64(True):
        start = jax.grad(lambda t: test_error(t, 0.7, signal_variance=5.0))(jax.numpy.asarray(0.0))
        np.testing.assert_allclose(start, -2 * 5 * 0.7, rtol=1e-12)
        end = jax.grad(lambda a: test_error(np.inf, a))(jax.numpy.asarray(2.0))
        np.testing.assert_allclose(end, -1.0, rtol=1e-12)


@pytest.mark.parametrize("law", [test_error, weight_norm])
def test_every_array_library_and_a_compiler_agree(law, jax, torch):
    times, loads = np.array([0.0, 1e-2, 4.0, 900.0, np.inf]), np.array([[0.4], [1.0], [3.0]])
    known = named(5.0, 1.0, 0.5)
    expected = law(times, loads, **known)
    assert expected.shape == (3, 5) and expected.dtype == np.float64
    with jax.enable_x64(True):
        compiled = jax.jit(lambda t, a: law(t, a, **known))(times, loads)
        mapped = jax.vmap(lambda a: law(jax.numpy.asarray(times), a, **known))(jax.numpy.asarray(loads[:, 0]))
        direct = law(jax.numpy.asarray(times), loads, **known)
    for result in (compiled, mapped, direct, law(torch.tensor(times), loads, **known)):
        np.testing.assert_allclose(np.asarray(result), expected, rtol=1e-11, atol=1e-13)


def test_derivatives_by_torch(torch):
    t, a = torch.tensor(3.0, dtype=torch.float64), torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(test_error(t, a, signal_variance=5.0), a)
    difference = (test_error(3.0, 1.001, signal_variance=5.0) - test_error(3.0, 0.999, signal_variance=5.0)) / 2e-3
    np.testing.assert_allclose(float(slope), difference, rtol=1e-5)


def test_single_precision_stays_accurate(jax):
    times = np.array([0.0, 1e-3, 1.0, 50.0])
    for law in (test_error, train_error):
        found = law(jax.numpy.asarray(times, dtype="float32"), [[0.5], [2.0]], signal_variance=5.0)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, law(times, [[0.5], [2.0]], signal_variance=5.0), rtol=3e-6, atol=1e-6)


BAD = [
    ({"load": 0.0}, r"load is 0\.0, but it is the number of samples over the number of inputs"),
    ({"load": [0.5, -1.0]}, r"load is -1\.0, .*; write a number above 0"),
    ({"time": -1.0}, r"time is -1\.0, but learning starts at time 0; write 0 or more"),
    ({"time": 1e30}, r"time is 1e\+30, but times between 1e\+20 tau and the end .*; write inf"),
    (
        {"signal_variance": -1.0},
        r"signal_variance is -1\.0, but a variance cannot be negative",
    ),
    ({"noise_variance": -1.0}, r"noise_variance is -1\.0"),
    ({"tau": 0.0}, r"tau is 0\.0, but it must be positive; write a number above 0"),
    ({"inputs": 0}, r"inputs is 0, but a student has at least one input; write 1 or more"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD)
@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_bad_input_is_answered_with_a_sentence(law, wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        law(**{"time": 1.0, "load": 1.0, **wrong})


@pytest.mark.parametrize("share", [0.0, 1.5])
def test_a_share_is_a_part(share):
    with pytest.raises(InputError, match=r"share is .*, but it is a part of the teacher.s inputs"):
        partial_observation(share)
