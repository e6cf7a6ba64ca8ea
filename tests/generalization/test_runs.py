"""Training in the axes of the samples is gradient descent, step by step."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.generalization.pool import pool_of
from ontogeny.generalization.runs import training_runs

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(90, 20)) * np.arange(1, 21) ** -0.5 + 0.3
Y = X @ DRAW.normal(size=(20, 2)) + DRAW.normal(size=(90, 2))


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("samples", [12, 40])
def test_many_steps_at_once_are_the_loop(samples, intercept):
    pool, eta = pool_of(X, Y, intercept=intercept), 0.11
    counts = np.array([0, 1, 2, 7, 50])
    runs = training_runs(pool, (samples,), counts * eta, runs=1, seed=3, learning_rate=eta)
    order = np.random.default_rng(3).permutation(90)
    x, y, new, truth = X[order[:samples]], Y[order[:samples]], X[order[samples:]], Y[order[samples:]]
    if intercept:
        x, y, new, truth = x - x.mean(axis=0), y - y.mean(axis=0), new - x.mean(axis=0), truth - y.mean(axis=0)
    weights = np.zeros((20, 2))
    for step in range(51):
        if step in counts:
            index = counts.tolist().index(step)
            test = np.mean(np.sum((truth - new @ weights) ** 2, axis=1))
            train = np.mean(np.sum((y - x @ weights) ** 2, axis=1))
            assert runs.test_error[0, 0, index] == pytest.approx(test, rel=1e-10)
            assert runs.train_error[0, 0, index] == pytest.approx(train, rel=1e-10)
        weights += eta / samples * x.T @ (y - x @ weights)


def test_steps_that_overshoot_swing_as_the_loop_does():
    """Between one and two over the largest eigenvalue the error of that axis changes its sign at each step."""
    pool = pool_of(X, Y, intercept=False)
    order = np.random.default_rng(0).permutation(90)[:40]
    top = np.linalg.eigvalsh(X[order].T @ X[order] / 40)[-1]
    eta = 1.5 / top
    runs = training_runs(pool, (40,), np.array([0, 1, 2, 3, np.inf]) * eta, runs=1, seed=0, learning_rate=eta)
    weights = np.zeros((20, 2))
    for step in range(4):
        test = np.mean(np.sum((np.delete(Y, order, 0) - np.delete(X, order, 0) @ weights) ** 2, axis=1))
        assert runs.test_error[0, 0, step] == pytest.approx(test, rel=1e-10)
        weights += eta / 40 * X[order].T @ (Y[order] - X[order] @ weights)
    best = np.linalg.lstsq(X[order], Y[order], rcond=None)[0]
    assert runs.train_error[0, 0, 4] == pytest.approx(
        np.mean(np.sum((Y[order] - X[order] @ best) ** 2, axis=1)), rel=1e-9
    )
    with pytest.raises(InputError, match=r"learning_rate is .*, at which training .* diverges; write less than"):
        training_runs(pool, (40,), np.ones(1), runs=1, seed=0, learning_rate=2.1 / top)


@pytest.mark.parametrize("kinds", [2, 3])
def test_classes_are_counted_as_a_loop_counts_them(kinds):
    """By weights of the least-squares solution, at the end of training; before it all classes are guessed equally."""
    draw = np.random.default_rng(0)
    label = draw.integers(kinds, size=90)
    x = draw.normal(size=(90, 4)) + 2 * np.eye(kinds, 4)[label]
    pool = pool_of(x, label, classes=True, intercept=False)
    found = training_runs(pool, (30,), np.array([0.0, 1e9]), runs=3, seed=5)
    orders = np.random.default_rng(5)
    for run in range(3):
        order = orders.permutation(90)
        inside, outside = order[:30], order[30:]
        weights = np.linalg.lstsq(x[inside], pool.answers[inside], rcond=None)[0]
        said = x[outside] @ weights
        named = (said[:, 0] > 0).astype(int) if kinds == 2 else said.argmax(axis=1)
        assert found.correct[0, run, 1] == pytest.approx(np.mean(named == label[outside]))
        assert found.correct[0, run, 0] == pytest.approx(1 / kinds)
    assert training_runs(pool_of(x, x[:, 0]), (30,), np.array([1.0]), runs=1, seed=0).correct is None


def test_runs_and_seeds():
    pool = pool_of(X, Y)
    several = training_runs(pool, (10, 30), np.array([0.0, 1.0]), runs=3, seed=5)
    assert several.train_error.shape == several.test_error.shape == (2, 3, 2)
    again = training_runs(pool, (10, 30), np.array([0.0, 1.0]), runs=3, seed=5)
    np.testing.assert_array_equal(several.test_error, again.test_error)
    assert np.ptp(several.test_error[0, :, 1]) > 0
    with pytest.raises(InputError, match="at least one student"):
        training_runs(pool, (10,), np.ones(1), runs=0, seed=0)
