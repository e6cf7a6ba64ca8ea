"""Starts and targets of every class, and the judge: weights integrated to the last digits."""

from functools import reduce

import numpy as np
from scipy.integrate import solve_ivp

# Widths, imbalance, rank of the target and weight decay of every kind of start that the matrix solution holds for.
SOLVED = {
    "rectangular": ((5, 4, 3), 0.0, None, 0.0),
    "bottleneck": ((5, 2, 6), 0.0, None, 0.0),
    "overcomplete": ((5, 9, 4), 0.0, None, 0.0),
    "rank-1 target": ((5, 4, 3), 0.0, 1, 0.0),
    "imbalance +1": ((5, 4, 6), 1.0, None, 0.0),
    "imbalance -2": ((5, 4, 6), -2.0, None, 0.0),
    "square, imbalance -2": ((5, 5, 5), -2.0, None, 0.0),
    "rank-1 target, imbalance +1": ((4, 4, 4), 1.0, 1, 0.0),
    "imbalance 1e-6": ((3, 3, 3), 1e-6, None, 0.0),
    "one hidden unit": ((6, 1, 5), 0.7, None, 0.0),
    "weight decay .25": ((5, 4, 3), 0.0, None, 0.25),
}


def rectangular(rng, rows, columns):
    """Orthonormal columns, or orthonormal rows if there are more columns than rows."""
    q = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))[0]
    return q if rows >= columns else q.T


def balanced(rng, inputs, hidden, features, scale=0.3):
    """Random weights with W2' W2 = W1 W1'."""
    width = min(inputs, hidden, features)
    turn, size = rectangular(rng, hidden, width), scale * (0.5 + rng.random(width))
    return [(turn * size) @ rectangular(rng, inputs, width).T, (rectangular(rng, features, width) * size) @ turn.T]


def imbalanced(rng, inputs, hidden, features, imbalance, scale=0.3):
    """Random weights with W2' W2 - W1 W1' = imbalance I; as many hidden units as inputs and features allow."""
    turn, small = rectangular(rng, hidden, hidden), scale * (0.5 + rng.random(hidden))
    large = np.sqrt(small**2 + abs(imbalance))
    first, second = (small, large) if imbalance > 0 else (large, small)
    return [(turn * first) @ rectangular(rng, inputs, hidden).T, (rectangular(rng, features, hidden) * second) @ turn.T]


def target(rng, features, inputs, rank=None):
    """A random target, of a given rank."""
    full = rng.standard_normal((features, inputs))
    if rank is None:
        return full
    u, s, vt = np.linalg.svd(full, full_matrices=False)
    return (u[:, :rank] * s[:rank]) @ vt[:rank]


def judge(weights, syx, sxx, times, decay=0.0, rtol=1e-13):
    """Maps at the times, by a Runge-Kutta integration of every weight, written out here on its own."""
    sizes = np.cumsum([layer.size for layer in weights])[:-1]

    def unpacked(state):
        return [part.reshape(layer.shape) for part, layer in zip(np.split(state, sizes), weights, strict=True)]

    def velocity(_, state):
        layers = unpacked(state)
        error = syx - reduce(lambda below, layer: layer @ below, layers) @ sxx
        out = []
        for number, layer in enumerate(layers):
            above = reduce(lambda below, each: each @ below, layers[number + 1 :], np.eye(layer.shape[0]))
            below = reduce(
                lambda before, each: each @ before,
                layers[:number],
                np.eye(layer.shape[1] if not number else layers[0].shape[1]),
            )
            out.append((above.T @ error @ below.T - decay * layer).ravel())
        return np.concatenate(out)

    state, now, maps = np.concatenate([layer.ravel() for layer in weights]), 0.0, []
    for time in times:
        if time > now:
            state = solve_ivp(velocity, (now, time), state, "DOP853", rtol=rtol, atol=1e-14 * np.abs(state).max()).y[
                :, -1
            ]
            now = time
        maps.append(reduce(lambda below, layer: layer @ below, unpacked(state)))
    return np.stack(maps)
