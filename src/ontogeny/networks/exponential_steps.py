r"""Gradient flow in steps whose linear part is exact, as long as its course is smooth: late times cost little.

Around a state the velocity is :math:`v_0 + J z + N(z)` with a symmetric :math:`J`. In its eigenvectors

.. math:: z(t) = \frac{e^{\lambda t} - 1}{\lambda}\,v_0 + \int_0^t e^{\lambda (t - s)}\,N(z(s))\,ds

holds in every direction separately. :math:`N` is a polynomial through Chebyshev nodes, found by iteration; the
integrals over it are exact. So directions that relaxed long ago do not shorten the step, however stiff; a direction
that grows on a plateau grows by its exponential, however small it starts; and where nothing moves any more, steps are
unlimited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

Velocity = Callable[[np.ndarray], np.ndarray]

DEGREE = 10
ITERATIONS = 16
IMAGINARY = 1e-30  # step of a derivative without cancellation, relative to the state
ROUNDING = 8 * np.finfo(float).eps  # relative size of velocities and eigenvalues that count as 0
MOST_GROWN = 30.0  # largest exponent of a step that a polynomial can follow
ASYMPTOTIC = 12.0  # exponent from which integrals over polynomials come from their series in its inverse


def states_at(velocity: Velocity, state: np.ndarray, times: np.ndarray, rtol: float) -> Iterator[np.ndarray]:
    """States of a gradient flow at increasing times, from time 0 on.

    Checked by: tests/networks/test_exponential_steps.py::test_agrees_with_the_closed_form_on_every_plateau

    Parameters
    ----------
    velocity : function of states (..., n)
        Minus the slope of some error, analytic; takes complex numbers too.
    state : array, shape (n,)
        State at time 0.
    times : array, shape (times,)
        Increasing, from 0 on.
    rtol : float
        Error of a step, relative to the largest number of the state and, where the state grows, to what grows.
    """
    now, length = 0.0, None
    while times.size:
        if times[0] <= now:
            yield state
            times = times[1:]
            continue
        linear = _Linear(velocity, state)
        length = linear.first_length(rtol) if length is None else length
        end = times[-1]
        most = min(end - now, linear.longest)
        length = min(length, most)
        while (step := linear.step(length, rtol)) is None or step[1] > 1:
            length *= 0.25 if step is None else max(0.2, 0.8 * step[1] ** (-1 / DEGREE))
            if now + length == now:
                raise ArithmeticError(f"the flow cannot be followed beyond time {now:.6g}")
        remainder, error = step
        inside = times[times < now + length]
        yield from linear.after(np.minimum((inside - now) / length, 1.0), length, remainder)
        times = times[inside.size :]
        state = linear.after(np.ones(1), length, remainder)[0]
        now = now + length if length < most or most < end - now else end
        length *= min(8.0, 0.8 * max(error, 1e-12) ** (-1 / DEGREE))


class _Linear:
    """The flow around a state: rates along the axes of its linear part, and what is left."""

    def __init__(self, velocity: Velocity, state: np.ndarray):
        self.velocity, self.state = velocity, state
        self.speed = velocity(state)
        small = IMAGINARY * max(float(np.abs(state).max()), 1e-200)
        slopes = velocity(state + 1j * small * np.eye(state.size)).imag / small
        rates, self.axes = _eigenvectors((slopes + slopes.T) / 2)
        stiffest = float(np.abs(rates).max())
        self.rates = np.where(np.abs(rates) <= ROUNDING * stiffest, 0.0, rates)
        self.noise = ROUNDING * stiffest * float(np.linalg.norm(state))
        self.start = self._moving(self.speed @ self.axes)
        growing = self.rates[self.start != 0].max(initial=0.0)
        self.longest = MOST_GROWN / max(float(growing), 1e-300)

    def _moving(self, along: np.ndarray) -> np.ndarray:
        """Without rounding errors, which would drift forever where nothing pulls back."""
        return np.where((self.rates == 0) & (np.abs(along) <= self.noise), 0.0, along)

    def first_length(self, rtol: float) -> float:
        size, stiffest = np.abs(self.state).max(), np.abs(self.rates).max()
        return 0.1 / max(stiffest, np.abs(self.speed).max() / max(size, 1e-300), 1e-300)

    def step(self, length: float, rtol: float) -> tuple[np.ndarray, float] | None:
        """What is left of the velocity at the nodes of a step (nodes, n), and the error relative to what is allowed."""
        alone = self._alone(length * NODES)
        weights = self._weights(length, NODES)
        moved, remainder, before = alone, np.zeros_like(alone), np.inf
        size = max(float(np.abs(self.state).max()), float(np.abs(alone[-1]).max()))  # a start at 0 has no size
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(ITERATIONS):
                remainder = self._remainder(moved)
                after = alone + np.einsum("nij,jn->in", weights, remainder)
                change = float(np.abs(after - moved).max())
                moved = after
                if not change <= 0.9 * before or not np.isfinite(change):
                    break
                before = change
                if change <= 1e-2 * rtol * size:
                    break
            unfollowed = (self.rates * length > MOST_GROWN * (1 + 1e-9)) & remainder.any(axis=0)
            if not change <= 1e-1 * rtol * size or unfollowed.any():
                return None
            tail = np.abs(_TO_COEFFICIENTS[-2:] @ remainder).max(axis=0)
            answer = length * _mean_exponential(np.minimum(self.rates * length, MOST_GROWN))
            driven = np.maximum(np.abs(self.start), np.abs(remainder).max(axis=0)) * answer
            size = max(size, float(np.abs(moved[-1]).max()))
            allowed = np.where(self.rates > 0, np.minimum(size, driven), size) * rtol + ROUNDING * size
            allowed = np.maximum(allowed, self.noise * answer)
            return remainder, float(np.max(tail * answer / np.maximum(allowed, 1e-300)))

    def after(self, shares: np.ndarray, length: float, remainder: np.ndarray) -> np.ndarray:
        """States after shares of a step, (shares, n)."""
        driven = np.einsum("nij,jn->in", self._weights(length, shares), remainder)
        return self.state + (self._alone(length * shares) + driven) @ self.axes.T

    def _alone(self, times: np.ndarray) -> np.ndarray:
        """What the linear part does alone, (times, n)."""
        exponents = np.minimum(self.rates * times[:, None], MOST_GROWN)  # what would grow further starts at 0
        return times[:, None] * _mean_exponential(exponents) * self.start

    def _weights(self, length: float, shares: np.ndarray) -> np.ndarray:
        """What the remainder at each node adds after shares of a step, (n, shares, nodes)."""
        return length * _integrals(np.minimum(self.rates * length, MOST_GROWN), shares)

    def _remainder(self, moved: np.ndarray) -> np.ndarray:
        total = self.velocity(self.state + moved @ self.axes.T) - self.speed
        return self._moving(total @ self.axes - self.rates * moved)


def _eigenvectors(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues and eigenvectors, block by block: what starts at 0 and is not driven stays at 0."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    values, vectors = np.zeros(len(matrix)), np.zeros(matrix.shape)
    count, block = connected_components(csr_array(matrix != 0), directed=False)
    for members in np.split(np.argsort(block, kind="stable"), np.cumsum(np.bincount(block, minlength=count))[:-1]):
        values[members], vectors[np.ix_(members, members)] = np.linalg.eigh(matrix[np.ix_(members, members)])
    return values, vectors


def _mean_exponential(x: np.ndarray) -> np.ndarray:
    """(exp(x) - 1)/x, which is 1 at 0."""
    return np.where(x == 0, 1.0, np.expm1(x) / np.where(x == 0, 1.0, x))


def _integrals(exponents: np.ndarray, ends: np.ndarray) -> np.ndarray:
    r"""Weights (n, ends, nodes): :math:`\int_0^{end} e^{x (end - s)} f(s)\,ds` from the values of f at the nodes."""
    inside = ends[:, None] * _GAUSS  # (ends, quadrature)
    basis = np.polynomial.chebyshev.chebvander(2 * inside - 1, DEGREE) @ _TO_COEFFICIENTS
    basis = basis * (ends[:, None] * _GAUSS_WEIGHTS)[..., None]
    moderate = np.abs(exponents) <= ASYMPTOTIC
    x = np.where(moderate, exponents, 0.0)
    out = np.einsum("neq,eqj->nej", np.exp(x[:, None, None] * (ends[:, None] - inside)), basis)
    if not moderate.all():
        out[~moderate] = _series(exponents[~moderate], ends)
    return out


def _series(x: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The same by parts, for large exponents: derivatives of the polynomial at both ends over powers of x."""
    decay = np.exp(x[:, None, None] * ends[:, None])
    total, power = np.zeros((x.size, ends.size, NODES.size)), np.ones_like(x)
    for derivative in range(DEGREE + 1):
        power = power / x
        at_end = np.polynomial.chebyshev.chebvander(2 * ends - 1, DEGREE) @ _DERIVATIVES[derivative]
        at_start = np.polynomial.chebyshev.chebvander(-np.ones(1), DEGREE) @ _DERIVATIVES[derivative]
        total += power[:, None, None] * (decay * at_start - at_end)
    return total


NODES = (1 - np.cos(np.pi * np.arange(DEGREE + 1) / DEGREE)) / 2
_TO_COEFFICIENTS = np.linalg.inv(np.polynomial.chebyshev.chebvander(2 * NODES - 1, DEGREE))
_DERIVATIVES = [
    np.pad(np.polynomial.chebyshev.chebder(_TO_COEFFICIENTS, order, scl=2.0), [(0, order), (0, 0)])[: DEGREE + 1]
    if order
    else _TO_COEFFICIENTS
    for order in range(DEGREE + 1)
]
_GAUSS, _GAUSS_WEIGHTS = (part / 2 for part in np.polynomial.legendre.leggauss(20))
_GAUSS = _GAUSS + 0.5
