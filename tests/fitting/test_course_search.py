"""The least squares of courses and the profiles of their parameters, by brute force."""

import numpy as np
import pytest
from scipy.special import expit

from ontogeny.fitting.course_search import Found, begun_apart, fitted, interval
from ontogeny.fitting.rdm_courses import Apart, Measured, clock_to_half, course

TIMES = np.linspace(0.0, 12.0, 20)


def noisy(depth, floor=0.0, noise=0.1, seed=0):
    half, start, ends = np.array([2.0, 4.0, 6.0]), np.array([0.02, 0.03, 0.05]), np.array([2.6, 1.7, 1.0])
    power, flat = 2 / depth, np.array([0.5, 0.4, 0.3]) * (floor > 0)
    q = course(TIMES, clock_to_half(start, depth) / half, start, depth)
    rng = np.random.default_rng(seed)
    strength = ends * q**power + floor * flat + noise * rng.standard_normal(q.shape)
    return Measured(TIMES, strength, power, depth, flat, np.full(3, noise or 1.0))


def joined(data):
    begun = begun_apart(data)
    where = np.concatenate([[own.where[part] for own in begun] for part in (0, 1)])
    ends = np.concatenate([own.ends for own in begun])
    return Found(where, ends, float(np.median([own.floor for own in begun])), np.zeros(3))


@pytest.mark.parametrize("depth", [1.0, 2.0, 3.0])
def test_the_least_squares_are_least(depth):
    """In no direction around the place that is found are the squares smaller; the slopes of a search are right then."""
    data = noisy(depth, floor=0.4)
    family = Apart(3, depth, TIMES)
    found = fitted(data, family, joined(data))

    def squares(where, ends, floor):
        place = family.at(where)
        shown = ends * course(TIMES, place.pace, place.start, depth) ** data.power + floor * data.flat
        return np.sum((shown - data.strength) ** 2 / data.noise**2)

    best = squares(found.where, found.ends, found.floor)
    assert found.total == pytest.approx(best, rel=1e-9)
    inside = (found.where > family.bounds[0] + 2e-3) & (found.where < family.bounds[1] - 2e-3)
    for one in np.eye(6)[inside]:
        for step in (-1e-3, 1e-3):
            assert squares(found.where + step * one, found.ends, found.floor) > best - 1e-9
    for one in np.eye(3):
        for step in (-1e-3, 1e-3):
            assert squares(found.where, found.ends + step * one, found.floor) > best - 1e-9
    assert squares(found.where, found.ends, found.floor + 1e-3) > best - 1e-9


def brute(data, level, halves, logits):
    """Least squares of one level over a grid of initial fractions, for each half-time."""
    half, logit = (part.ravel() for part in np.meshgrid(halves, logits, indexing="ij"))
    start = expit(logit)
    shapes = course(data.time, clock_to_half(start, data.depth) / half, start, data.depth) ** data.power
    seen = data.strength[:, level]
    ends = np.maximum(seen @ shapes, 0) / np.sum(shapes**2, axis=0)
    squares = np.sum((seen[:, None] - ends * shapes) ** 2, axis=0)
    return squares.reshape(len(halves), len(logits)).min(axis=1)


@pytest.mark.parametrize("depth", [2.0, 3.0])
def test_intervals_are_where_the_profile_is_low_enough(depth):
    data = noisy(depth).only(np.array([1]))
    (best,) = begun_apart(data)
    low, high = np.exp(interval(data, Apart(1, depth, TIMES), best, 0, 4.0))
    halves = np.array([low, high])
    profile = brute(data, 0, halves, np.linspace(-20, -0.05, 2000)) / data.noise[0] ** 2
    np.testing.assert_allclose(profile - best.total, 4.0, rtol=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_a_course_that_rises_between_two_times_does_not_stop_the_search(seed):
    """Steep ones with a half-time just beside a time are best here, at the end of a narrow valley."""
    rng = np.random.default_rng(seed)
    strength = 3.6 * np.array([0.0, 0.2 + 0.6 * rng.random(), *[1.0] * 18]) + 0.1 * rng.standard_normal(20)
    data = Measured(TIMES, strength[:, None], 4 / 3, 3.0, np.zeros(1))
    (best,) = begun_apart(data)
    least = brute(data, 0, np.linspace(0.5, 0.8, 31), np.linspace(-20, -2, 40)).min()
    assert best.total < least * (1 + 1e-3)


def test_a_base_far_above_the_rise_does_not_stop_the_search():
    """Against a grid of courses, each with the line through the strengths that is nearest; of eight levels none."""
    rng = np.random.default_rng(0)
    half, start = rng.uniform(2, 8, 8), expit(rng.uniform(-8, -2, 8))
    q = course(TIMES, clock_to_half(start, 3.0) / half, start, 3.0)
    data = Measured(TIMES, 5 + q + 0.2 * rng.standard_normal(q.shape), 1.0, 3.0, np.ones(8))
    tried, logits = np.meshgrid(np.geomspace(1, 12, 60), np.linspace(-10, -0.5, 30), indexing="ij")
    starts = expit(logits.ravel())
    shapes = course(TIMES, clock_to_half(starts, 3.0) / tried.ravel(), starts, 3.0)
    off, seen = shapes - shapes.mean(axis=0), data.strength - data.strength.mean(axis=0)
    rise = np.maximum(seen.T @ off, 0)
    least = np.min(np.sum(seen**2, axis=0)[:, None] - rise**2 / np.sum(off**2, axis=0), axis=1)
    assert all(best.total < squares * (1 + 1e-3) for best, squares in zip(begun_apart(data), least, strict=True))
