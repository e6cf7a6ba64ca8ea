"""Laws of single modes and predictions beside what one would write by hand, in one run: ratios are to be trusted.

``python benchmarks/laws.py`` prints a table in Markdown: each law on tables of three sizes, the formula of two layers
in bare NumPy, and one pass of an exponential, below which nothing gets; then predictions on built-in tables, what is
paid once for a depth, and a fit that calls the law some thousand times. `rows` gives the same as numbers. BLAS runs on
one thread, and times are those of the processor; what is compared runs in turn, so that both see the same machine.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import time  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402

import numpy as np  # noqa: E402

import ontogeny as on  # noqa: E402
from ontogeny._core.growth_table import universal_curve  # noqa: E402
from ontogeny.fitting import fit_learning_curve  # noqa: E402
from ontogeny.modes import balanced, deep, infinite, shallow, unbalanced  # noqa: E402

Row = tuple[str, float, str, float, str, float]  # work, seconds; a rival, its seconds; a floor, its seconds

TABLES = ((8, 401, 100), (64, 1000, 15), (1000, 1000, 5))  # modes, times, runs
START, DEPTH = 1e-3, 3
RIGHT = [19, 22, 20, 21, 25, 31, 37, 38, 39, 38]  # of 40 answers a block
HAND, PASS = "depth 2 as printed, in NumPy", "one np.exp"

LAWS: dict[str, Callable[[np.ndarray, np.ndarray], object]] = {
    "modes.balanced": lambda t, s: balanced.mode_strength(t, s, START),
    "modes.shallow": lambda t, s: shallow.mode_strength(t, s, START),
    "modes.unbalanced": lambda t, s: unbalanced.mode_strength(t, s, 0.1, 0.02),
    "modes.deep, depth 3": lambda t, s: deep.mode_strength(t, s, START, depth=DEPTH),
    "modes.infinite": lambda t, s: infinite.mode_strength(t, s, START),
}


def in_turn(works: list[Callable[[], object]], runs: int) -> list[float]:
    """Median CPU time of each work over some rounds in which all take their turn, after one that is not counted."""
    taken: list[list[float]] = [[] for _ in works]
    for number in range(runs + 1):
        for work, times in zip(works, taken, strict=True):
            start = time.process_time()
            work()
            if number:
                times.append(time.process_time() - start)
    return [float(np.median(times)) for times in taken]


def by_hand(t: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Depth 2, as printed, with its exponential taken once."""
    grown = np.exp(2 * s * t)
    return s * grown / (grown - 1 + s / START)


def predicted_by_hand(world: on.Environment) -> tuple[np.ndarray, np.ndarray]:
    """Strengths and loss of a white world over 401 times, its decomposition given."""
    s = world.spectrum().singular_values
    u = by_hand(np.linspace(0, 1.1 * np.log(19 * s[-1] / START) / s[-1] / 2, 401)[:, None], s)
    return u, ((s - u) ** 2).sum(axis=1) / 2


def rows() -> Iterator[Row]:
    """Every law on every table, then every prediction."""
    for modes, times, runs in TABLES:
        s, t = np.linspace(0.1, 3, modes)[:, None], np.linspace(0, 10, times)
        exponent = -2 * s * t
        for name, law in LAWS.items():
            works = [lambda law=law, t=t, s=s: law(t, s), lambda t=t, s=s: by_hand(t, s)]
            ours, hand, floor = in_turn([*works, lambda exponent=exponent: np.exp(exponent)], runs)
            yield f"{name}, {modes} x {times}", ours, HAND, hand, PASS, floor
    for name in on.datasets.names():
        world = on.datasets.load(name)
        size = np.zeros((401, world.spectrum().singular_values.size))
        ours, hand, floor = in_turn(
            [lambda w=world: on.predict(w), lambda w=world: predicted_by_hand(w), lambda x=size: np.exp(x)], 100
        )
        yield f"predict, {name}", ours, "strengths and loss, in NumPy", hand, PASS, floor


def once() -> None:
    def cold() -> object:
        universal_curve.cache_clear()
        return universal_curve(2 / DEPTH - 1)

    (built,) = in_turn([cold], 20)
    (fitted,) = in_turn([lambda: fit_learning_curve(range(len(RIGHT)), RIGHT, [40] * len(RIGHT), depth=DEPTH)], 3)
    print(f"\n| once for each depth | a fit at depth 3 |\n|---|---|\n| {1e3 * built:.1f} ms | {fitted:.2f} s |")


if __name__ == "__main__":
    print("| work | ms | beside | its ms | ratio | floor | its ms | ratio |\n|---|---|---|---|---|---|---|---|")
    for work, ours, rival, its, floor, least in rows():
        cells = f"{1e3 * ours:.3f} | {rival} | {1e3 * its:.3f} | {ours / its:.1f} | {floor} | {1e3 * least:.3f}"
        print(f"| {work} | {cells} | {ours / least:.1f} |", flush=True)
    once()
