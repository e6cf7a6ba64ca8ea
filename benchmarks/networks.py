"""Networks beside what one would otherwise do, in one run: ratios are to be trusted, single times are not.

``python benchmarks/networks.py`` prints one table in Markdown. BLAS and XLA run on one thread, times are those of the
processor. On a machine whose JAX finds an accelerator the rows of JAX run there, by the clock on the wall.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import importlib.util  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from typing import NamedTuple  # noqa: E402

import numpy as np  # noqa: E402
from exact_dynamics import problem  # noqa: E402
from scipy.integrate import solve_ivp  # noqa: E402

import ontogeny as on  # noqa: E402
from ontogeny.networks import evolve, matrix_solution  # noqa: E402

RATE = 0.02
Work = Callable[[], object]


class Row(NamedTuple):
    """One piece of work, a rival that does the same, and a floor below which nobody gets; seconds."""

    work: str
    ours: float
    rival: str
    rival_seconds: float
    floor: str = ""
    floor_seconds: float = float("nan")


def seconds(*works: Work, runs: int = 5) -> list[float]:
    """Least time of each of some works, in turn so that a busy moment meets all, after one run that does not count."""
    clock = time.perf_counter if _has_accelerator() else time.process_time
    taken: list[list[float]] = [[] for _ in works]
    for run in range(runs + 1):
        for work, times in zip(works, taken, strict=True):
            start = clock()
            work()
            if run:
                times.append(clock() - start)
    return [min(times) for times in taken]


def _installed(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _has_accelerator() -> bool:
    if not _installed("jax"):
        return False
    import jax

    return jax.default_backend() != "cpu"


# One network: map and both Gram matrices ------------------------------------------------------------------------------


def solutions() -> Iterator[Row]:
    """`evolve`, the map and both Gram matrices of one network at some times, in growing widths."""
    for width in (10, 50, 200):
        for count in (20, 1000):
            yield from _solution(width, count)


def _solution(width: int, count: int) -> Iterator[Row]:
    weights, goal = problem((width, width, width))
    clock = np.linspace(0, 6 / np.median(np.linalg.svd(goal, compute_uv=False)), count + 1)[1:]
    factor = np.random.default_rng(0).standard_normal((count, width, width))
    rivals: dict[str, Work] = {"SciPy DOP853, rtol 1e-8": lambda: by_dop853(weights, goal, clock)}
    if _installed("diffrax"):
        rivals["diffrax Dopri8, rtol 1e-8"] = by_diffrax(weights, goal, clock)
    for rival, work in rivals.items():
        taken = seconds(
            lambda: blocks(weights, goal, clock), work, lambda: [factor @ factor for _ in range(3)],
            runs=5 if width < 200 else 1,
        )  # fmt: skip
        name = f"`evolve`, three blocks, {width} wide, {count} times"
        yield Row(name, taken[0], rival, taken[1], "three bare products a time", taken[2])


def blocks(weights: list[np.ndarray], goal: np.ndarray, clock: np.ndarray) -> object:
    """The map and both Gram matrices."""
    found = evolve(weights, goal, times=clock)
    return found.network_map, found.input_gram, found.output_gram


def by_dop853(weights: list[np.ndarray], goal: np.ndarray, clock: np.ndarray) -> object:
    """Every weight integrated, then multiplied."""
    first, second = weights

    def velocity(_: float, state: np.ndarray) -> np.ndarray:
        one, two = state[: first.size].reshape(first.shape), state[first.size :].reshape(second.shape)
        error = goal - two @ one
        return np.concatenate([(two.T @ error).ravel(), (error @ one.T).ravel()])

    start = np.concatenate([first.ravel(), second.ravel()])
    scale = 1e-8 * np.abs(start).max()
    states = solve_ivp(velocity, (0, clock[-1]), start, "DOP853", t_eval=clock, rtol=1e-8, atol=scale).y.T
    one, two = states[:, : first.size].reshape(-1, *first.shape), states[:, first.size :].reshape(-1, *second.shape)
    return two @ one, np.swapaxes(one, 1, 2) @ one, two @ np.swapaxes(two, 1, 2)


def by_diffrax(weights: list[np.ndarray], goal: np.ndarray, clock: np.ndarray) -> Work:
    import diffrax
    import jax

    def velocity(_: object, state: tuple, __: object) -> tuple:
        error = goal - state[1] @ state[0]
        return state[1].T @ error, error @ state[0].T

    def solved(first: object, second: object) -> object:
        tolerance = diffrax.PIDController(rtol=1e-8, atol=1e-8 * max(np.abs(layer).max() for layer in weights))
        found = diffrax.diffeqsolve(
            diffrax.ODETerm(velocity), diffrax.Dopri8(), 0.0, clock[-1], None, (first, second),
            saveat=diffrax.SaveAt(ts=clock), stepsize_controller=tolerance, max_steps=100_000,
        ).ys  # fmt: skip
        one, two = found
        return two @ one, one.swapaxes(1, 2) @ one, two @ two.swapaxes(1, 2)

    run = jax.jit(solved)

    def work() -> object:
        with jax.enable_x64(True):
            return jax.block_until_ready(run(*map(jax.numpy.asarray, weights)))

    return work


# Many networks --------------------------------------------------------------------------------------------------------


def batches() -> Iterator[Row]:
    """Many small networks in one call, against one after the other."""
    for count in (10, 100, 1000):
        yield from _batch(count)


def _batch(count: int) -> Iterator[Row]:
    clock, (start, goal) = np.linspace(0, 4, 50), problem((4, 16, 7))
    scales = np.linspace(0.5, 1.5, count)
    starts = [[scale * layer for layer in start] for scale in scales]
    layers = [np.stack(layer) for layer in zip(*starts, strict=True)]
    works: dict[str, Work] = {
        "`evolve`, {} networks of 4-16-7 in one call": lambda: blocks(layers, goal, clock),
        "`matrix_solution`, {} networks of 4-16-7": lambda: matrix_solution(clock, goal, *layers),
    }
    if _installed("jax"):
        works["`matrix_solution` under `jax.jit`, {} of 4-16-7"] = compiled_solution(clock, layers, goal)
    for name, work in works.items():
        together, alone = seconds(work, lambda: [blocks(weights, goal, clock) for weights in starts], runs=2)
        yield Row(name.format(count), together, "one `evolve` for each", alone)


def compiled_solution(clock: np.ndarray, layers: list[np.ndarray], goal: np.ndarray) -> Work:
    import jax

    run = jax.jit(lambda first, second: matrix_solution(clock, goal, first, second, imbalance=0.0, steps=2))

    def work() -> object:
        with jax.enable_x64(True):
            return jax.block_until_ready(run(*map(jax.numpy.asarray, layers)))

    return work


# Training -------------------------------------------------------------------------------------------------------------


def trainings() -> Iterator[Row]:
    """`simulate` with its record of 201 times, against loops that keep nothing."""
    for count in (10, 100, 1000):
        yield from _training((4, 16, 7), count, 500)
    yield from _training((64, 64, 64), 8, 500)
    yield from _training((32, 200, 1000), 8, 100)


def _training(sizes: tuple[int, int, int], count: int, steps: int) -> Iterator[Row]:
    (inputs, hidden, features), draw = sizes, np.random.default_rng(0)
    targets = draw.standard_normal((inputs, features))
    world = on.Environment.from_arrays(np.eye(inputs), targets, normalization="sum")
    shapes = (count, hidden, inputs), (count, features, hidden)
    weights, goal = [0.1 * draw.standard_normal(shape) for shape in shapes], world.input_output_correlation

    def ours(backend: str) -> object:
        return on.simulate(
            world, hidden_units=hidden, initial_scale=0.1, learning_rate=RATE, until=RATE * steps,
            seed=list(range(count)), backend=backend,
        )  # fmt: skip

    loops: dict[str, Work] = {"bare NumPy loop": lambda: by_numpy(weights, goal, steps)}
    if _installed("torch"):
        loops["PyTorch loop with autograd"] = lambda: by_torch(weights, goal, steps)
    if _installed("jax"):
        loops["JAX `fori_loop`, compiled before"] = by_jax(weights, goal, steps)
    name = f"`simulate`, {count} of {'-'.join(map(str, sizes))}, {steps} steps"
    for rival, loop in loops.items():
        taken = seconds(lambda: ours("numpy"), loop, lambda: products(weights, goal, steps), runs=3)
        yield Row(name, taken[0], rival, taken[1], "bare products", taken[2])
    if _installed("jax"):
        taken = seconds(lambda: ours("jax"), lambda: ours("numpy"), runs=1)
        yield Row(f"{name}, `backend='jax'`", taken[0], "`backend='numpy'`", taken[1])


def by_numpy(weights: list[np.ndarray], goal: np.ndarray, steps: int) -> object:
    first, second = (layer.copy() for layer in weights)
    for _ in range(steps):
        error = goal - second @ first
        up, down = np.swapaxes(second, 1, 2) @ error, error @ np.swapaxes(first, 1, 2)
        first += RATE * up
        second += RATE * down
    return first, second


def products(weights: list[np.ndarray], goal: np.ndarray, steps: int) -> None:
    """The three matrix products of every step, and nothing else."""
    first, second = weights
    error = np.broadcast_to(goal, (len(first), *goal.shape)).copy()
    for _ in range(steps):
        np.matmul(second, first)
        np.matmul(np.swapaxes(second, 1, 2), error)
        np.matmul(error, np.swapaxes(first, 1, 2))


def by_torch(weights: list[np.ndarray], goal: np.ndarray, steps: int) -> object:
    import torch

    torch.set_num_threads(1)
    aim = torch.tensor(goal)
    layers = [torch.tensor(layer, requires_grad=True) for layer in weights]
    optimizer = torch.optim.SGD(layers, lr=RATE)
    for _ in range(steps):
        optimizer.zero_grad()
        (0.5 * ((aim - layers[1] @ layers[0]) ** 2).sum()).backward()
        optimizer.step()
    return layers


def by_jax(weights: list[np.ndarray], goal: np.ndarray, steps: int) -> Work:
    import jax

    def step(_: int, state: tuple) -> tuple:
        first, second = state
        error = goal - second @ first
        return first + RATE * second.swapaxes(1, 2) @ error, second + RATE * error @ first.swapaxes(1, 2)

    run = jax.jit(lambda first, second: jax.lax.fori_loop(0, steps, step, (first, second)))

    def work() -> object:
        with jax.enable_x64(True):
            return jax.block_until_ready(run(*map(jax.numpy.asarray, weights)))

    return work


def rows() -> Iterator[Row]:
    """All rows, one after the other."""
    yield from solutions()
    yield from batches()
    yield from trainings()


if __name__ == "__main__":
    print("| work | ms | rival | its ms | rival / ours | floor | its ms |\n|---|---|---|---|---|---|---|")
    for row in rows():
        floor = (row.floor, f"{1e3 * row.floor_seconds:.3g}") if row.floor else ("", "")
        cells = (row.work, f"{1e3 * row.ours:.3g}", row.rival, f"{1e3 * row.rival_seconds:.3g}")
        ratio = f"{row.rival_seconds / row.ours:.2f}"
        print("| " + " | ".join((*cells, ratio, *floor)) + " |", flush=True)
