r"""Any number of layers of unequal strength: each mode's layers grow together and keep their differences.

The squares of the layers grow by the same amount, so that one of them says all. The coordinate is the weakest, p: it
passes smoothly through zero where its square does not. `layer_strengths` integrates its equation, `mode_strength` is
the product, `time_to_strength` a quadrature, `final_layer_strengths` a root. Two layers have an explicit form in
`modes.unbalanced`, equal layers in `modes.deep`. NumPy only: numbers out, no gradients.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq

from .._core.arrays import arrays
from .._core.checks import InputError, PlateauWarning, finite, positive

TOLERANCE = 1e-12  # of the integrator and of the quadrature


def layer_strengths(
    time: Any, singular_value: float, initial_strengths: Any, *, input_variance: float = 1.0, tau: float = 1.0
) -> np.ndarray:
    r"""Strength of one mode in every layer after learning for some time.

    .. math:: \tau\,\frac{dp}{dt} = Q(p)\,(s - d\,p\,Q(p)), \quad
        Q(p) = \prod_{l \ne m} \mathrm{sign}(g_l)\,\sqrt{p^2 + g_l^2 - g_m^2}

    Implements: saxe2014 (13)
    Checked by: tests/modes/test_chain.py::test_agrees_with_the_layers_one_by_one

    Parameters
    ----------
    time : array, shape (times,)
        Learning times :math:`t \ge 0` [unit of `tau`], in any order; or one number.
    singular_value : float
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strengths : array, shape (layers,)
        Strengths :math:`g_l` of the mode in the layers before learning, of any sign; :math:`m` is the weakest.
    input_variance : float
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    NumPy array, shape (times, layers)
        Strengths of the layers; shape (layers,) for one time.

    Warns
    -----
    PlateauWarning
        If the mode can never be learned: the two weakest layers are equally strong and the product has the wrong sign.

    See Also
    --------
    ontogeny.modes.unbalanced.layer_strengths : two layers, in closed form.

    Notes
    -----
    Exact for decoupled modes and inputs that are white or share the axes of the modes, to about 1e-10. NumPy numbers
    out, no gradients.

    Examples
    --------
    The weakest layer grows most, until the product is learned:

    >>> layer_strengths(3.0, 1.0, [0.9, 0.6, 0.1]).round(2).tolist()
    [1.21, 1.01, 0.82]
    """
    mode = _Mode(singular_value, initial_strengths, input_variance)
    times = np.asarray(time, dtype=float)
    clock, when = np.unique(times.ravel() / positive(tau, "tau", "time runs forward"), return_inverse=True)
    mode.warn_of_plateau()
    p, now, course = mode.start, 0.0, []
    for moment in clock:
        p, now = (mode.moved(p, moment - now), moment) if moment > now and not mode.is_still else (p, now)
        course.append(p)
    return mode.layers(np.array(course)[when]).reshape(*times.shape, mode.strengths.size)


def mode_strength(
    time: Any, singular_value: float, initial_strengths: Any, *, input_variance: float = 1.0, tau: float = 1.0
) -> np.ndarray:
    r"""Strength of one mode in a network of unequal layers after learning for some time.

    The product of `layer_strengths`, with its warnings.

    Implements: saxe2014 (13)
    Checked by: tests/modes/test_chain.py::test_agrees_with_the_layers_one_by_one

    Parameters
    ----------
    time : array, shape (times,)
        Learning times :math:`t \ge 0` [unit of `tau`], in any order; or one number.
    singular_value : float
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strengths : array, shape (layers,)
        Strengths :math:`g_l` of the mode in the layers before learning, of any sign.
    input_variance : float
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    NumPy array, shape (times,)
        Strength of the mode.

    Examples
    --------
    A wrong sign in one layer is unlearned before anything is learned:

    >>> mode_strength([0.0, 1.5, 4.0, 6.0], 1.0, [0.9, 0.6, -0.3]).round(2).tolist()
    [-0.16, 0.25, 1.0, 1.0]
    """
    layers = layer_strengths(time, singular_value, initial_strengths, input_variance=input_variance, tau=tau)
    return np.prod(layers, axis=-1)


def final_layer_strengths(singular_value: float, initial_strengths: Any, *, input_variance: float = 1.0) -> np.ndarray:
    r"""Strength of one mode in every layer when learning has ended.

    The layers of the one fixed point, :math:`p\,Q(p) = s/d`, that the start leads to; the saddle, if it leads there.

    Implements: saxe2014 (13)
    Checked by: tests/modes/test_chain.py::test_the_end_is_where_the_course_ends

    Parameters
    ----------
    singular_value : float
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strengths : array, shape (layers,)
        Strengths :math:`g_l` of the mode in the layers before learning, of any sign.
    input_variance : float
        Variance :math:`d > 0` of the inputs along the mode.

    Returns
    -------
    NumPy array, shape (layers,)
        Strengths of the layers.

    Examples
    --------
    >>> final_layer_strengths(1.0, [0.9, 0.6, 0.1]).round(2).tolist()
    [1.21, 1.01, 0.82]
    """
    positive(input_variance, "input_variance", "without inputs a mode has no end")
    mode = _Mode(singular_value, initial_strengths, input_variance)
    mode.warn_of_plateau()
    return mode.layers(np.array(mode.start if mode.is_still else mode.at_strength(mode.final)))


def final_strength(singular_value: float, initial_strengths: Any, *, input_variance: float = 1.0) -> float:
    """Strength of one mode when learning has ended, the product of `final_layer_strengths`: all, or nothing.

    >>> round(final_strength(1.0, [0.9, -0.6, 0.1]), 12)
    1.0
    """
    return float(np.prod(final_layer_strengths(singular_value, initial_strengths, input_variance=input_variance)))


def time_to_strength(
    strength: Any, singular_value: float, initial_strengths: Any, *, input_variance: float = 1.0, tau: float = 1.0
) -> np.ndarray:
    r"""Time at which a network of unequal layers gives a mode some strength.

    .. math:: t = \tau\,\int_{g_m}^{p} \frac{dp'}{Q(p')\,(s - d\,p'\,Q(p'))}, \quad p\,Q(p) = u

    Implements: saxe2014 (13)
    Checked by: tests/modes/test_chain.py::test_the_clock_inverts_the_course

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u` of the product of the layers to be reached.
    singular_value : float
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strengths : array, shape (layers,)
        Strengths :math:`g_l` of the mode in the layers before learning, of any sign.
    input_variance : float
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    NumPy array, shape (...)
        Time [unit of `tau`]; negative if the strength lies in the past, ``inf`` if it is never reached.

    Examples
    --------
    One strong layer makes its neighbours learn sooner:

    >>> [float(time_to_strength(0.5, 1.0, [first, 0.1, 0.1]).round(1)) for first in (0.1, 0.5, 1.0)]
    [9.1, 3.8, 2.1]
    """
    mode, tau = _Mode(singular_value, initial_strengths, input_variance), positive(tau, "tau", "time runs forward")
    return tau * np.vectorize(mode.waiting_time, otypes=[float])(np.asarray(strength, dtype=float))


class _Mode:
    """One mode and its layers, as functions of the weakest of them, p."""

    def __init__(self, singular_value: float, initial_strengths: Any, input_variance: float) -> None:
        _, g = arrays(initial_strengths)
        if g.ndim != 1 or g.size == 0 or not np.all(np.isfinite(g)):
            raise InputError(
                f"initial_strengths has shape {g.shape} and {np.sum(~np.isfinite(g))} entries that are not finite; "
                "write one finite number for each layer"
            )
        self.s, self.d, self.strengths = (
            finite(singular_value, "singular_value"),
            finite(input_variance, "input_variance"),
            g,
        )
        self.weakest = int(np.argmin(np.abs(g)))
        self.start = float(g[self.weakest])
        size = np.abs(g)
        self.more = (size - size[self.weakest]) * (size + size[self.weakest])  # squares more than the weakest's
        self.signs = np.where(g < 0, -1.0, 1.0)
        # layers as strong as the weakest change sign with it
        self.ties = (self.more == 0) & (np.arange(g.size) != self.weakest)
        self.relative_signs = self.signs * self.signs[self.weakest]

    @property
    def final(self) -> float:
        return self.s / self.d if self.d else np.copysign(np.inf, self.s)

    @property
    def is_still(self) -> bool:
        return bool(self.start == 0 and self.ties.any())

    def warn_of_plateau(self) -> None:
        if self.is_still:
            warnings.warn(
                "two layers start from strength 0, so that this mode never changes; start at most one layer from 0",
                PlateauWarning,
                stacklevel=3,
            )
        elif self.s * np.prod(self.signs) < 0 and self.ties.any():
            warnings.warn(
                "the two weakest layers are equally strong and the product of the layers has the wrong sign, so that "
                "this mode runs into the saddle at 0 and stays; make one weaker than the others, or flip one sign",
                PlateauWarning,
                stacklevel=3,
            )

    def layers(self, p: np.ndarray) -> np.ndarray:
        p = p[..., None]
        others = np.where(self.ties, self.relative_signs * p, self.signs * np.sqrt(p**2 + self.more))
        return np.where(np.arange(self.signs.size) == self.weakest, p, others)

    def others(self, p: float) -> float:
        return float(np.prod(np.delete(self.layers(np.asarray(p)), self.weakest)))

    def velocity(self, p: float) -> float:
        others = self.others(p)
        return others * (self.s - self.d * p * others)

    def moved(self, p: float, duration: float) -> float:
        """p after some time; its error is small beside itself and beside where the others become its equals."""
        smallest = np.min(self.more[self.more > 0], initial=np.inf)
        scale = min(abs(p), np.sqrt(smallest)) if p else np.sqrt(smallest)
        absolute = 1e-14 * (scale if np.isfinite(scale) else 1.0)
        system = lambda _, p: [self.velocity(p[0])]  # noqa: E731
        solution = solve_ivp(system, (0.0, duration), [p], "DOP853", rtol=TOLERANCE, atol=max(absolute, 1e-100))
        return float(solution.y[0, -1])

    def at_strength(self, u: float) -> float:
        """p at which the product of the layers is u, on the branch of the start."""
        sign = np.sign(np.prod(np.delete(self.signs, self.weakest)))
        if self.ties.any() and (u * np.prod(self.signs) <= 0):
            return 0.0
        size = 1.0 + abs(u) + abs(self.start)
        low, high = (0.0, np.copysign(size, self.start)) if self.ties.any() else (-size, size)
        return float(brentq(lambda p: sign * (p * self.others(p) - u), low, high, xtol=1e-300, rtol=1e-15, maxiter=500))

    def waiting_time(self, u: float) -> float:
        before = self.start * self.others(self.start)
        if u == before:
            return 0.0
        hidden = self.ties.any() and u * np.prod(self.signs) <= 0  # beyond the saddle
        if self.is_still or hidden or (u - self.final) * (before - self.final) <= 0:
            return np.inf
        smallest = np.sqrt(np.min(self.more[self.more > 0], initial=np.inf))
        scale = min(smallest, 1.0) if not self.ties.any() else min(abs(self.start), 1.0)
        ends = [float(np.arcsinh(p / scale)) for p in (self.start, self.at_strength(u))]

        def slowness(y: float) -> float:  # p = scale sinh(y): gentle on both sides of a plateau
            return scale * np.cosh(y) / self.velocity(scale * np.sinh(y))

        # full_output: no warning where a strength within rounding of its end has no certain time
        inside = [0.0] if ends[0] * ends[1] < 0 else None
        return float(quad(slowness, *ends, epsabs=0, epsrel=TOLERANCE, limit=500, points=inside, full_output=1)[0])
