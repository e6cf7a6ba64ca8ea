"""Deep students: the closure against twenty thousand modes, real layers, depth 1, and its own slopes."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ontogeny import InputError
from ontogeny.generalization import bayes_error, deep_error, test_error, train_error, weight_norm
from ontogeny.generalization.deep_networks import Spectrum, Student, integrated, landmarks
from ontogeny.random_matrices.quadrature import rule

CLOSED = 1e-8  # relative; the integrator's own error at a tolerance of 1e-10


def quantiles(load, inputs):
    """Eigenvalues at equal shares of the law, the zeros of a load below 1 included."""
    l, w = rule(load, 1024)  # noqa: E741
    below = np.cumsum(w / l) - w / l / 2
    zeros = max(0, round((1 - load) * inputs))
    places = (np.arange(inputs - zeros) + 0.5) / (inputs - zeros) * min(load, 1)
    return np.concatenate([np.zeros(zeros), np.interp(places, below, l)])


def flow(depth, inputs):
    """The end-to-end flow of a balanced student, mode by mode, on the clock of the closure."""

    def velocity(_, w, l, b):  # noqa: E741
        g, size = b - l * w, w @ w
        return (size / inputs) ** (1 - 1 / depth) * (g + (depth - 1) * w * (w @ g) / size)

    return velocity


@pytest.mark.parametrize(
    ("depth", "load", "first", "times"),
    [(2, 2.0, 1e-2, (0.4, 0.8, 3.0)), (3, 1.0, 0.1, (0.5, 1.0, 3.0)), (2, 0.5, 0.5, (0.4, 1.0, 4.0))],
)
def test_the_closure_against_twenty_thousand_modes(depth, load, first, times):
    inputs, signal, noise, runs = 20_000, 5.0, 1.0, []
    l = quantiles(load, inputs)  # noqa: E741
    for seed in range(10):
        rng = np.random.default_rng(seed)
        teacher, start = np.sqrt(signal) * rng.standard_normal(inputs), np.sqrt(first) * rng.standard_normal(inputs)
        b = l * teacher + np.sqrt(noise * l) * rng.standard_normal(inputs)
        run = solve_ivp(flow(depth, inputs), (0, times[-1]), start, "RK45", t_eval=times, args=(l, b), rtol=1e-6)
        errors = noise + np.mean((teacher[:, None] - run.y) ** 2, axis=0)
        runs.append(errors)
    mean, error = np.mean(runs, axis=0), np.std(runs, axis=0, ddof=1) / np.sqrt(len(runs))
    found = deep_error(times, load, signal_variance=signal, noise_variance=noise, initial_variance=first, depth=depth)
    assert np.all(error < 0.02 * found)
    off = (mean - found) / error
    assert np.sqrt(np.mean(off**2)) < 2 and np.abs(off).max() < 3


@pytest.mark.parametrize("depth", [2, 3])
def test_real_layers_are_on_this_clock(depth):
    """A student of one hidden unit a layer, which balance makes as general as any, stepped layer by layer."""
    inputs, load, signal, first, rate = 400, 2.0, 5.0, 1.0, 2e-4
    times, runs = np.array([0.3, 0.8, 2.0]), []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((inputs, round(load * inputs))) / np.sqrt(inputs)
        teacher, w = np.sqrt(signal) * rng.standard_normal(inputs), np.sqrt(first) * rng.standard_normal(inputs)
        gram, seen = x @ x.T, x @ (teacher @ x + rng.standard_normal(x.shape[1]))
        length = np.linalg.norm(w)
        bottom, gains = w / length * length ** (1 / depth), [length ** (1 / depth)] * (depth - 1)
        elapsed, errors = 0.0, []
        for stop in times / inputs ** (1 - 1 / depth):
            steps = int(np.ceil((stop - elapsed) / (rate / inputs ** (1 - 1 / depth) * 20)))
            size, elapsed = (stop - elapsed) / steps, stop
            for _ in range(steps):
                gain = np.prod(gains)
                g = seen - gram @ (gain * bottom)
                pull = bottom @ g
                slopes = [pull * gain / each for each in gains]
                bottom = bottom + size * gain * g
                gains = [each + size * slope for each, slope in zip(gains, slopes, strict=True)]
            errors.append(1 + np.mean((teacher - np.prod(gains) * bottom) ** 2))
        runs.append(errors)
    found = deep_error(times, load, signal_variance=signal, initial_variance=first, depth=depth)
    np.testing.assert_allclose(np.mean(runs, axis=0), found, rtol=4 / np.sqrt(4 * inputs))


@pytest.mark.parametrize("load", [0.5, 1.0, 2.0])
def test_depth_1_is_the_law_without_hidden_layer(load):
    times, known = np.array([3.0, 0.0, 0.1, 50.0]), {"signal_variance": 5.0, "noise_variance": 2.0}
    for first in (0.0, 0.3):
        course = integrated(times, Student(load, 5.0, 2.0, first, 1.0))
        for law in (test_error, train_error, weight_norm):
            expected = law(times, load, **known, initial_variance=first)
            np.testing.assert_allclose(getattr(course, law.__name__), expected, rtol=CLOSED, atol=1e-8)
        found = deep_error(2 * times, load, **known, initial_variance=first, depth=1, tau=2.0)
        np.testing.assert_array_equal(found, test_error(times, load, **known, initial_variance=first))


@pytest.mark.parametrize(("depth", "best"), [(1, 2.8378), (2, 2.8736), (3, 2.9299), (4, 2.9999)])
def test_best_errors_of_the_specification(depth, best):
    """At load 1 from 1e-3; the specification has four decimals, and depth 1 without first weights (2.8376)."""
    found = landmarks(Student(1.0, 5.0, 1.0, 1e-3, depth))
    np.testing.assert_allclose(found.best_error, best, atol=1.2e-4)
    assert found.best_error > bayes_error(1.0, signal_variance=5.0)


@pytest.mark.parametrize(
    ("first", "best", "half"), [(1.0, 1.8535, 0.43), (0.1, 1.8118, 0.55), (1e-2, 1.7930, 0.67), (1e-4, 1.7839, 0.87)]
)
def test_smaller_first_weights_of_the_specification(first, best, half):
    """Half times there are read off a grid: the weights have just passed half of their final norm, 6."""
    student = Student(2.0, 5.0, 1.0, first, 2.0)
    np.testing.assert_allclose(landmarks(student).best_error, best, atol=6e-5)
    norms = integrated(np.array([half - 0.025, half]), student).weight_norm
    assert norms[0] < 3.03 and 3.0 < norms[1] < 3.12


def test_the_wait_is_a_logarithm_at_depth_2_and_a_power_beyond():
    two = [landmarks(Student(2.0, 5.0, 1.0, first, 2.0)).half_time for first in (1e-6, 1e-8, 1e-10)]
    np.testing.assert_allclose(two[2] - two[1], two[1] - two[0], rtol=1e-3)
    three = [landmarks(Student(2.0, 5.0, 1.0, first, 3.0)).half_time for first in (1e-9, 1e-12)]
    np.testing.assert_allclose(three[1] / three[0], 10 ** (3 * (1 / 2 - 1 / 3)), rtol=0.05)


@pytest.mark.parametrize("student", [Student(0.5, 5.0, 1.0, 0.3, 2.0), Student(1.0, 2.0, 0.5, 0.1, 3.0)])
def test_slopes_are_those_of_the_curve(student):
    times = np.linspace(0.2, 3, 57)
    course = integrated(times, student)
    step = times[1] - times[0]
    by_differences = (
        8 * (course.test_error[3:-1] - course.test_error[1:-3]) - (course.test_error[4:] - course.test_error[:-4])
    ) / (12 * step)
    np.testing.assert_allclose(course.test_slope[2:-2], by_differences, rtol=2e-3, atol=2e-3)


def test_the_best_time_is_where_the_slope_vanishes():
    student = Student(0.8, 5.0, 1.0, 1e-2, 2.0)
    found = landmarks(student)
    here = integrated(np.array([found.best_time, 0.9 * found.best_time, 1.1 * found.best_time]), student)
    assert abs(here.test_slope[0]) < 1e-6 and np.all(here.test_error[1:] > here.test_error[0])
    half = integrated(np.array([found.half_time]), student).weight_norm
    np.testing.assert_allclose(half, here.weight_norm[0] / 2, rtol=1e-7)


def test_no_noise_never_needs_a_stop_and_late_learning_ends_where_shallow_learning_does():
    assert landmarks(Student(2.0, 5.0, 0.0, 1e-2, 2.0)).best_time == np.inf
    known = {"signal_variance": 5.0, "initial_variance": 0.1}
    np.testing.assert_allclose(deep_error(100.0, 2.0, **known, depth=3), test_error(np.inf, 2.0, **known), rtol=1e-7)


def test_below_load_1_what_no_sample_shows_is_rescaled_and_not_frozen():
    student = Student(0.5, 5.0, 1.0, 0.5, 2.0)
    deep = deep_error(200.0, 0.5, signal_variance=5.0, initial_variance=0.5, depth=2)
    shallow = test_error(np.inf, 0.5, signal_variance=5.0, initial_variance=0.5)
    assert deep > shallow + 0.1
    assert Spectrum(student).atom == pytest.approx(0.5)


def test_times_in_any_order_and_shape():
    known = {"signal_variance": 5.0, "initial_variance": 0.1, "depth": 2}
    times = np.array([[3.0, 0.0], [1.0, 1.0]])
    found = deep_error(times, 2.0, **known)
    assert found.shape == (2, 2) and found[1, 0] == found[1, 1]
    np.testing.assert_allclose(found[0, 1], 6.1, rtol=1e-12)
    np.testing.assert_allclose(found[0, 0], deep_error(3.0, 2.0, **known), rtol=1e-9)
    assert deep_error(0.0, 2.0, **known).shape == ()


BAD = [
    ({"depth": 0.5}, r"depth is 0\.5, but a network has at least one weight matrix; write 1 or more"),
    (
        {"initial_variance": 0.0},
        r"initial_variance is 0, a saddle point that a student of depth 2 never leaves; write a small",
    ),
    ({"load": [1.0, 2.0]}, r"load has 2 values, but one student is integrated at a time; write one"),
    ({"load": -1.0}, r"load is -1\.0"),
    ({"load": np.inf}, r"load is inf, but a student of depth 2 is integrated numerically; write a finite number"),
    ({"time": -1.0}, r"time is -1\.0"),
    ({"noise_variance": -1.0}, r"noise_variance is -1\.0"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD)
def test_bad_input_is_answered_with_a_sentence(wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        deep_error(**{"time": 1.0, "load": 1.0, "initial_variance": 0.1, "depth": 2, **wrong})


def test_late_times_are_followed_by_another_integrator_to_the_same_end(monkeypatch):
    known = {"signal_variance": 1.0, "noise_variance": 1.0, "initial_variance": 0.01, "depth": 2}
    quick = deep_error(400.0, 1.0, **known)
    monkeypatch.setattr("ontogeny.generalization.deep_networks.STIFF", np.inf)
    np.testing.assert_allclose(quick, deep_error(400.0, 1.0, **known), rtol=1e-8)
