"""A phase diagram beside what one would otherwise do, in one run: ratios are to be trusted, single times are not.

``python benchmarks/propagation.py`` prints a table in Markdown: fixed point and chi_1 of tanh over 20 weight and 20
bias variances, to 1e-10. BLAS runs on one thread.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import time  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402

import numpy as np  # noqa: E402
from scipy.integrate import quad  # noqa: E402
from scipy.optimize import brentq  # noqa: E402

from ontogeny.propagation import fixed_points, phase_diagram  # noqa: E402

WEIGHTS, BIASES = np.linspace(0.5, 4, 20), np.linspace(0, 1, 20)
FINE = {"epsabs": 1e-13, "epsrel": 1e-12}


def seconds(work: Callable[[], object], runs: int = 15) -> float:
    """Median time of the processor of some runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(runs):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def average(function: Callable[[float], float], limit: float) -> float:
    """Over a standard normal variable, by adaptive integration."""
    return float(quad(lambda z: function(z) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi), -limit, limit, **FINE)[0])


def by_hand(limit: float, weights: np.ndarray = WEIGHTS, biases: np.ndarray = BIASES) -> np.ndarray:
    """Root finding at every point, with the average of tanh integrated at every step."""
    points = np.zeros((2, weights.size, biases.size))
    for i, w in enumerate(weights):
        for j, b in enumerate(biases):

            def missing(q: float, w: float = w, b: float = b) -> float:
                return w * average(lambda z: np.tanh(np.sqrt(q) * z) ** 2, limit) + b - q

            q = 0.0 if b == 0 and w <= 1 else brentq(missing, b or 1e-6, w + b, xtol=1e-12, rtol=1e-13)
            points[:, i, j] = q, w * average(lambda z, q=q: (1 - np.tanh(np.sqrt(q) * z) ** 2) ** 2, limit)
    return points


def rows() -> Iterator[tuple[str, float, str, float, str, float]]:
    """Phase diagrams of three sizes beside root finding, above the tanh of all nodes taken once."""
    for side in (4, 8, 16):
        weights, biases = np.linspace(0.5, 4, side), np.linspace(0, 1, side)
        ours = seconds(lambda w=weights, b=biases: phase_diagram("tanh", w, b, correlations=False), 9)
        start = time.process_time()
        by_hand(10.0, weights, biases)
        hand = time.process_time() - start
        nodes = np.ones((side, side, 128))
        floor = seconds(lambda nodes=nodes: np.tanh(nodes), 9)
        yield (
            f"phase_diagram, tanh, {side} x {side}",
            ours,
            "SciPy brentq over quad",
            hand,
            "np.tanh of 128 nodes",
            floor,
        )


def cold() -> object:
    """A diagram in a session that has none of this nonlinearity yet."""
    fixed_points._scan.cache_clear()
    return phase_diagram("tanh", WEIGHTS, BIASES, correlations=False)


def main() -> None:
    diagram = phase_diagram("tanh", WEIGHTS, BIASES, correlations=False)
    ours = seconds(lambda: phase_diagram("tanh", WEIGHTS, BIASES, correlations=False))
    print("\n## A phase diagram of tanh, 20 x 20\n\n| what | ms | of the first | differs by |\n|---|---|---|---|")
    print(f"| `phase_diagram`, q and chi_1 | {1e3 * ours:.1f} | 1 | |")
    for name, work in (
        ("the first of a session", cold),
        ("with correlations and depth scales", lambda: phase_diagram("tanh", WEIGHTS, BIASES)),
    ):
        taken = seconds(work, 5)
        print(f"| {name} | {1e3 * taken:.1f} | {taken / ours:.1f} | |")
    for limit, name in ((10.0, "`brentq` over `quad` from -10 to 10"), (np.inf, "`brentq` over `quad`, all numbers")):
        start = time.process_time()
        found = by_hand(limit)
        taken = time.process_time() - start
        off = np.abs(found - [diagram.variance_fixed_point, diagram.chi_1]).max()
        print(f"| {name} | {1e3 * taken:.0f} | {taken / ours:.0f} | {off:.0e} |")


if __name__ == "__main__":
    main()
