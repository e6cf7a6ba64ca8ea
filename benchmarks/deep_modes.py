"""Modes at depth 3 beside the formula of depth 2, in one run: ratios are to be trusted, single times are not.

``python benchmarks/deep_modes.py`` prints two tables in Markdown: the law as it is called, the search that it was
before it had a table (and still is outside of it), and the formula of depth 2 in bare NumPy; then what is paid once for
a depth, and a fit that calls the law some thousand times. BLAS runs on one thread.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

import numpy as np  # noqa: E402

from ontogeny._core.growth_table import universal_curve  # noqa: E402
from ontogeny.fitting import fit_learning_curve  # noqa: E402
from ontogeny.modes import deep  # noqa: E402

TABLES = ((1, 40, 300), (8, 401, 100), (64, 1000, 15), (1000, 1000, 5))  # modes, times, runs
START, DEPTH = 1e-3, 3
RIGHT = [19, 22, 20, 21, 25, 31, 37, 38, 39, 38]  # of 40 answers a block


def seconds(work: Callable[[], object], runs: int) -> float:
    """Median time of some runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def by_hand(t: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Depth 2, as printed, with its exponential taken once."""
    grown = np.exp(2 * s * t)
    return s * grown / (grown - 1 + s / START)


def by_search(t: np.ndarray, s: np.ndarray, u0: np.ndarray, d: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return deep.course(np, DEPTH * t, s, u0, d, 2 / DEPTH - 1)


def tables() -> None:
    print("| modes x times | bare formula of depth 2, ms | depth 3, ms | ratio | by search, ms | ratio |")
    print("|---|---|---|---|---|---|")
    u0, d = np.array(START), np.array(1.0)
    for modes, times, runs in TABLES:
        s, t = np.linspace(0.1, 3, modes)[:, None], np.linspace(0, 10, times)
        bare = seconds(lambda t=t, s=s: by_hand(t, s), 3 * runs)
        law = seconds(lambda t=t, s=s: deep.mode_strength(t, s, START, depth=DEPTH), runs)
        search = seconds(lambda t=t, s=s: by_search(t, s, u0, d), max(3, runs // 5))
        cells = f"{1e3 * bare:.3f} | {1e3 * law:.3f} | {law / bare:.1f} | {1e3 * search:.2f} | {search / bare:.0f}"
        print(f"| {modes} x {times} | {cells} |", flush=True)


def once() -> None:
    def cold() -> object:
        universal_curve.cache_clear()
        return universal_curve(2 / DEPTH - 1)

    built = seconds(cold, 20)
    fitted = seconds(lambda: fit_learning_curve(range(len(RIGHT)), RIGHT, [40] * len(RIGHT), depth=DEPTH), 3)
    print(f"\n| once for each depth | a fit at depth 3 |\n|---|---|\n| {1e3 * built:.1f} ms | {fitted:.2f} s |")


if __name__ == "__main__":
    tables()
    once()
