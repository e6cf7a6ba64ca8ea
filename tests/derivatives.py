"""Derivatives of laws by JAX, by PyTorch and by 60-digit differences, to be compared."""

import mpmath
import numpy as np

DIGITS = 60
ROWS = 64  # of every batch of points, so that JAX compiles each of its operations for one shape only


def precisely(function, *numbers):
    """Value of a function of mpmath numbers in 60 digits, rounded at the end."""
    with mpmath.workdps(DIGITS):
        return float(function(*map(mpmath.mpf, numbers)))


def by_differences(function, point):
    """First derivative along each argument, by central differences in 60 digits."""
    with mpmath.workdps(DIGITS):
        numbers, step = [mpmath.mpf(x) for x in point], mpmath.mpf(10) ** -20

        def at(index, x):
            return function(*numbers[:index], x, *numbers[index + 1 :])

        return [float((at(index, x + step) - at(index, x - step)) / (2 * step)) for index, x in enumerate(numbers)]


def by_jax(jax, function, point):
    """First derivative along each argument, by reverse and by forward mode, in double precision."""
    with jax.enable_x64(True):
        arguments = tuple(range(len(point)))
        point = [jax.numpy.asarray(float(x)) for x in point]
        backward, forward = jax.grad(function, arguments)(*point), jax.jacfwd(function, arguments)(*point)
        return [float(x) for x in backward], [float(x) for x in forward]


def all_by_jax(jax, function, points):
    """The same at many points, as two arrays (points, arguments): of a function that takes arrays element by element.

    Both modes run operation by operation, each point once for each argument.
    """
    points = np.asarray(points, dtype=float)
    number, arguments = points.shape
    missing = -number * arguments % ROWS
    rows = np.pad(np.repeat(points, arguments, axis=0), ((0, missing), (0, 0)), mode="edge")
    along = np.pad(np.tile(np.eye(arguments), (number, 1)), ((0, missing), (0, 0)))
    with jax.enable_x64(True):
        columns, directions = [list(map(jax.numpy.asarray, table.T)) for table in (rows, along)]
        forward = [
            jax.jvp(function, *([part[first : first + ROWS] for part in parts] for parts in (columns, directions)))[1]
            for first in range(0, len(rows), ROWS)
        ]
        backward = []
        for first in range(0, len(rows), ROWS):
            value, pull = jax.vjp(function, *(column[first : first + ROWS] for column in columns))
            backward.append(np.array(pull(jax.numpy.ones_like(value))).T)
    backward, forward = np.concatenate(backward), np.concatenate(forward)
    own = slice(0, number * arguments)
    return backward[own][::arguments], forward[own].reshape(number, arguments)


def by_case(jax, function, cases):
    """Both derivatives by name of a case, of all cases in one batch."""
    return dict(zip(cases, zip(*all_by_jax(jax, function, list(cases.values())), strict=True), strict=True))


def by_torch(torch, function, point):
    """First derivative along each argument by PyTorch, in double precision."""
    leaves = [torch.tensor(float(x), dtype=torch.float64, requires_grad=True) for x in point]
    found = torch.autograd.grad(function(*leaves), leaves, allow_unused=True)
    return [0.0 if x is None else float(x) for x in found]
