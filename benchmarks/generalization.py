"""Generalization curves beside what one would otherwise do, in one run: ratios are to be trusted, single times are not.

``python benchmarks/generalization.py`` prints a table in Markdown: test errors of 9 loads at 61 times. BLAS runs on one
thread.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import time  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402

import numpy as np  # noqa: E402
from scipy.integrate import quad  # noqa: E402

from ontogeny.generalization import optimal_stopping, speed_accuracy, test_error  # noqa: E402
from ontogeny.random_matrices.marchenko_pastur import density, edges  # noqa: E402

LOADS = np.array([0.1, 0.25, 0.5, 0.9, 1.0, 1.1, 2.0, 4.0, 10.0])
TIMES = np.geomspace(1e-2, 1e4, 61)
SIGNAL, INPUTS, RATE = 5.0, 500, 0.05


def seconds(work: Callable[[], object], runs: int = 5) -> float:
    """Median time of the processor of some runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(runs):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def once(work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """Time of one run, and what it found."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def law() -> np.ndarray:
    return test_error(TIMES, LOADS[:, None], signal_variance=SIGNAL)


def by_eigenvalues() -> np.ndarray:
    """One sampled problem per load; teacher and noise averaged exactly."""
    rows = []
    for load in LOADS:
        x = np.random.default_rng(0).standard_normal((INPUTS, round(load * INPUTS))) / np.sqrt(INPUTS)
        value = np.maximum(np.linalg.eigvalsh(x @ x.T), 1e-13)[:, None]
        left = np.exp(-value * TIMES)
        rows.append(1 + np.mean(SIGNAL * left**2 + (1 - left) ** 2 / value, axis=0))
    return np.array(rows)


def by_quadrature() -> np.ndarray:
    """SciPy's adaptive rule on the density as it is printed."""

    def error(load: float, t: float) -> float:
        def integrand(l: float) -> float:  # noqa: E741
            left = np.exp(-l * t)
            return float(density(l, load)) * (SIGNAL * left**2 + (1 - left) ** 2 / l)

        return 1 + SIGNAL * max(0.0, 1 - load) + quad(integrand, *map(float, edges(load)), limit=200)[0]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.array([[error(load, t) for t in TIMES] for load in LOADS])


def by_hand_quadrature(loads: np.ndarray = LOADS) -> np.ndarray:
    """The same with the density written out in floats, the fastest way to ask SciPy for it."""
    from math import exp, pi, sqrt

    def error(load: float, t: float) -> float:
        low, high = (1 - sqrt(load)) ** 2, (1 + sqrt(load)) ** 2

        def integrand(l: float) -> float:  # noqa: E741
            left = exp(-l * t)
            return sqrt(max(0.0, (high - l) * (l - low))) / (2 * pi * l) * (SIGNAL * left**2 + (1 - left) ** 2 / l)

        return 1 + SIGNAL * max(0.0, 1 - load) + quad(integrand, low, high, limit=200)[0]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.array([[error(load, t) for t in TIMES] for load in loads.tolist()])


def by_training() -> np.ndarray:
    """Full-batch gradient descent of one student per load, up to time 100 only, its errors at the times passed."""
    rows = []
    for load in LOADS:
        rng = np.random.default_rng(0)
        x = rng.standard_normal((INPUTS, round(load * INPUTS))) / np.sqrt(INPUTS)
        teacher, w, errors = np.sqrt(SIGNAL) * rng.standard_normal(INPUTS), np.zeros(INPUTS), []
        y = teacher @ x + rng.standard_normal(x.shape[1])
        for _ in range(int(100 / RATE)):
            w = w + RATE * (y - w @ x) @ x.T
            errors.append(1 + np.mean((teacher - w) ** 2))
        rows.append(errors)
    return np.array(rows)


def gradients() -> list[tuple[str, float]]:
    """The slope of the sum of all errors along every load, where JAX is installed."""
    try:
        import jax
    except ImportError:
        return []
    with jax.enable_x64(True):
        slope = jax.grad(lambda a: test_error(TIMES, a[:, None], signal_variance=SIGNAL).sum())
        loads = jax.numpy.asarray(LOADS)
        return [("`jax.grad` of their sum along every load", seconds(lambda: jax.block_until_ready(slope(loads))))]


def rows() -> Iterator[tuple[str, float, str, float, str, float]]:
    """Test errors of more and more loads beside the quadrature, above one exponential of all quadrature nodes."""
    for count in (3, 9, 27):
        loads = np.geomspace(0.1, 10, count)
        ours = seconds(lambda loads=loads: test_error(TIMES, loads[:, None], signal_variance=SIGNAL), 9)
        hand, _ = once(lambda loads=loads: by_hand_quadrature(loads))
        nodes = np.ones((count, TIMES.size, 64))
        floor = seconds(lambda nodes=nodes: np.exp(-nodes), 9)
        yield (
            f"generalization.test_error, {count} loads x 61",
            ours,
            "SciPy quad by hand",
            hand,
            "np.exp of 64 nodes",
            floor,
        )


def main() -> None:
    exact, taken = law(), seconds(law, 20)
    rows = [("`generalization.test_error`", taken, 0.0)]
    others = {
        f"eigenvalues of one sampled problem each, {INPUTS} inputs": by_eigenvalues,
        "`scipy.integrate.quad` on `density`": by_quadrature,
        "`scipy.integrate.quad` on the density by hand": by_hand_quadrature,
    }
    for name, work in others.items():
        spent, found = once(work)
        rows.append((name, spent, float(np.abs(found / exact - 1).max())))
    spent, _ = once(by_training)
    rows.append((f"training one student each, {INPUTS} inputs, to time 100", spent, np.nan))
    rows += [(name, spent, np.nan) for name, spent in gradients()]
    print(f"\n### Test errors of {LOADS.size} loads at {TIMES.size} times\n")
    print("| what | ms | of the law | farthest off |\n|---|---|---|---|")
    for name, spent, off in rows:
        print(f"| {name} | {1e3 * spent:.3g} | {spent / taken:.3g} | {'' if np.isnan(off) else f'{off:.0e}'} |")
    stop = seconds(lambda: optimal_stopping(LOADS, signal_variance=SIGNAL))
    sizes = {"depths": [1, 2, 3], "initial_variances": [1.0, 1e-2, 1e-4]}
    trade = seconds(lambda: speed_accuracy(2.0, **sizes, signal_variance=SIGNAL), 1)
    print(
        f"\nThe best times of all {LOADS.size} loads take {1e3 * stop:.2f} ms; three depths from three sizes of first"
    )
    print(f"weights, with their best times and errors, {1e3 * trade:.0f} ms.")


if __name__ == "__main__":
    main()
