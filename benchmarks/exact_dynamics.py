"""The laws beside what one would otherwise do, in one run: ratios are to be trusted, single times are not.

``python benchmarks/exact_dynamics.py`` prints two tables in Markdown. BLAS runs on one thread.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

import numpy as np  # noqa: E402
from scipy.integrate import solve_ivp  # noqa: E402

from ontogeny.modes import balanced, deep  # noqa: E402
from ontogeny.networks import evolve  # noqa: E402

MODES, TIMES, RATE = 64, 1000, 0.002


def seconds(work: Callable[[], object], runs: int = 5) -> float:
    """Median time of some runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def mode_curves() -> None:
    """Strengths of 64 modes at 1000 times."""
    s, t, u0 = np.linspace(0.1, 3, MODES), np.linspace(0, 10, TIMES)[:, None], 1e-3
    law = seconds(lambda: balanced.mode_strength(t, s, u0), 20)
    rows = [
        ("`modes.balanced.mode_strength`", law),
        ("one `np.exp` over the array", seconds(lambda: np.exp(-t * s), 20)),
        ("the formula written by hand", seconds(lambda: s * np.exp(2 * s * t) / (np.exp(2 * s * t) - 1 + s / u0), 20)),
        ("`modes.deep.mode_strength`, depth 3", seconds(lambda: deep.mode_strength(t, s, u0, depth=3))),
        ("training, NumPy loop", seconds(lambda: numpy_training(s, u0), 1)),
    ]
    rows += [(name, seconds(work, 1)) for name, work in other_training(s, u0)]
    print(f"\n### {MODES} modes at {TIMES} times\n\n| what | ms | of the law |\n|---|---|---|")
    for name, taken in rows:
        print(f"| {name} | {1e3 * taken:.2f} | {taken / law:.3g} |")


def numpy_training(s: np.ndarray, u0: float) -> np.ndarray:
    """Full-batch training of a 64-64-64 network by hand."""
    target, first, second = np.diag(s), np.sqrt(u0) * np.eye(MODES), np.sqrt(u0) * np.eye(MODES)
    for _ in range(int(10 / RATE)):
        error = target - second @ first
        first, second = first + RATE * second.T @ error, second + RATE * error @ first.T
    return second @ first


def other_training(s: np.ndarray, u0: float) -> list[tuple[str, Callable[[], object]]]:
    """The same loop in JAX and PyTorch, where they are installed."""
    loops: list[tuple[str, Callable[[], object]]] = []
    try:
        import jax

        loops.append(("training, JAX `fori_loop` (compiled before)", jax_training(jax, s, u0)))
    except ImportError:
        pass
    try:
        import torch

        loops.append(("training, PyTorch loop with autograd", lambda: torch_training(torch, s, u0)))
    except ImportError:
        pass
    return loops


def jax_training(jax, s: np.ndarray, u0: float) -> Callable[[], object]:
    target, start = jax.numpy.diag(jax.numpy.asarray(s)), np.sqrt(u0) * jax.numpy.eye(MODES)

    def step(_: int, weights: tuple) -> tuple:
        first, second = weights
        error = target - second @ first
        return first + RATE * second.T @ error, second + RATE * error @ first.T

    run = jax.jit(lambda first, second: jax.lax.fori_loop(0, int(10 / RATE), step, (first, second)))
    return lambda: jax.block_until_ready(run(start, start))


def torch_training(torch, s: np.ndarray, u0: float) -> object:
    target = torch.diag(torch.tensor(s))
    weights = [(np.sqrt(u0) * torch.eye(MODES, dtype=torch.float64)).requires_grad_() for _ in range(2)]
    optimizer = torch.optim.SGD(weights, lr=RATE)
    for _ in range(int(10 / RATE)):
        optimizer.zero_grad()
        (0.5 * ((target - weights[1] @ weights[0]) ** 2).sum()).backward()
        optimizer.step()
    return weights


def matrix_solution() -> None:
    """`evolve` against DOP853 at rtol 1e-8, which interpolates between its steps."""
    print("\n### Every weight from a balanced start: `evolve(...).network_map` against DOP853 at rtol 1e-8\n")
    print("| widths | until | times | `evolve`, ms | DOP853, ms | DOP853 / `evolve` | they differ by |")
    print("|---|---|---|---|---|---|---|")
    for widths in ((10, 10, 10), (50, 50, 50), (200, 200, 200), (200, 50, 200)):
        weights, target = problem(widths)
        s = np.linalg.svd(target, compute_uv=False)
        for end, name in ((6 / np.median(s), "6 / median s"), (400 / s[0], "400 / max s")):
            for count in (1, 20, 200, 1000):
                clock = np.linspace(0, end, count + 1)[1:]
                compare(widths, name, clock, weights, target)


def compare(
    widths: tuple[int, ...], name: str, clock: np.ndarray, weights: list[np.ndarray], target: np.ndarray
) -> None:
    runs = 5 if max(widths) < 100 else 1
    exact = seconds(lambda: evolve(weights, target, times=clock).network_map, runs)
    integrated = seconds(lambda: by_integration(weights, target, clock), runs)
    found, judged = evolve(weights, target, times=clock).network_map, by_integration(weights, target, clock)
    off = np.abs(found - judged).max() / np.abs(judged).max()
    cells = ("-".join(map(str, widths)), name, clock.size, f"{1e3 * exact:.3g}", f"{1e3 * integrated:.3g}")
    print("| " + " | ".join(map(str, (*cells, f"{integrated / exact:.1f}", f"{off:.0e}"))) + " |", flush=True)


def problem(widths: tuple[int, ...]) -> tuple[list[np.ndarray], np.ndarray]:
    """A random target and random balanced weights."""
    rng = np.random.default_rng(0)
    inputs, hidden, features = widths
    rank = min(widths)
    turn, left, right = (np.linalg.qr(rng.standard_normal((size, rank)))[0] for size in (hidden, inputs, features))
    strength = 0.1 * (0.5 + rng.random(rank))
    target = rng.standard_normal((features, inputs)) / np.sqrt(inputs)
    if inputs == hidden == features and np.linalg.det(target) * np.linalg.det(right @ left.T) < 0:
        left[:, 0] *= -1  # else the start could never reach the target, and DOP853 would follow its rounding errors
    return [(turn * strength) @ left.T, (right * strength) @ turn.T], target


def by_integration(weights: list[np.ndarray], target: np.ndarray, clock: np.ndarray) -> np.ndarray:
    """Network maps at the asked times."""
    first, second = weights

    def velocity(_: float, state: np.ndarray) -> np.ndarray:
        one, two = state[: first.size].reshape(first.shape), state[first.size :].reshape(second.shape)
        error = target - two @ one
        return np.concatenate([(two.T @ error).ravel(), (error @ one.T).ravel()])

    start = np.concatenate([first.ravel(), second.ravel()])
    scale = 1e-8 * np.abs(start).max()
    states = solve_ivp(velocity, (0, clock[-1]), start, "DOP853", t_eval=clock, rtol=1e-8, atol=scale).y.T
    return np.stack([s[first.size :].reshape(second.shape) @ s[: first.size].reshape(first.shape) for s in states])


if __name__ == "__main__":
    mode_curves()
    matrix_solution()
