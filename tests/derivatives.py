"""Derivatives of laws by JAX, by PyTorch and by 60-digit differences, to be compared."""

import mpmath

DIGITS = 60


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


def by_torch(torch, function, point):
    """First derivative along each argument by PyTorch, in double precision."""
    leaves = [torch.tensor(float(x), dtype=torch.float64, requires_grad=True) for x in point]
    found = torch.autograd.grad(function(*leaves), leaves, allow_unused=True)
    return [0.0 if x is None else float(x) for x in found]
