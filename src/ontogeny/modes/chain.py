r"""Any number of layers of unequal strength: each mode's layers grow together and keep their differences.

The squares of all layers grow by the same amount, so that one layer determines all. The coordinate is the weakest one,
p, because it passes smoothly through zero where its square does not. `time_to_strength` is a quadrature,
`layer_strengths` its inverse, `mode_strength` their product, `final_layer_strengths` a root. Two layers have an
explicit form in `modes.unbalanced`, equal layers in `modes.deep`. NumPy only, no gradients.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from .._core.arrays import Array, ArrayLike, is_foreign, on_host, refuse_traced
from .._core.checks import InputError, PlateauWarning
from .._core.domains import law_arrays
from .._core.stable import product, quiet

TOLERANCE = 1e-12  # of the quadrature
NODES, WEIGHTS = (x / 2 for x in np.polynomial.legendre.leggauss(10))  # on half a panel to either side
SETTLED = 36.0  # a gap of exp(-36) is rounding
FADED = 700.0  # what runs into zero is followed as far as numbers go
SEARCH = 60  # steps of the inversion inside a panel; Newton needs four, and bisection ends it


@quiet
def layer_strengths(
    time: ArrayLike,
    singular_value: ArrayLike,
    initial_strengths: ArrayLike,
    *,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> np.ndarray:
    r"""Strength of one mode in every layer after learning for some time.

    .. math:: \tau\,\frac{dp}{dt} = Q(p)\,(s - d\,p\,Q(p)), \quad
        Q(p) = \prod_{l \ne m} \mathrm{sign}(g_l)\,\sqrt{p^2 + g_l^2 - g_m^2}

    Implements: saxe2014 (13)
    Checked by: tests/modes/test_chain.py::test_agrees_with_the_layers_one_by_one

    Parameters
    ----------
    time : array, shape (...)
        Learning times :math:`t \ge 0` [unit of `tau`], in any order. Broadcasts against the modes: pass
        ``time[:, None]`` for a (times, modes) table.
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strengths : array, shape (..., layers)
        Strengths :math:`g_l` of the mode in the layers before learning, of any sign; :math:`m` is the weakest.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    NumPy array, broadcast shape and layers
        Strengths of the layers.

    Warns
    -----
    PlateauWarning
        If the mode can never be learned: the two weakest layers are equally strong and the product has the wrong sign.

    See Also
    --------
    ontogeny.modes.unbalanced.layer_strengths : two layers, in closed form.

    Notes
    -----
    Exact for decoupled modes and inputs that are white or share the axes of the modes, to about 1e-10. NumPy only,
    no gradients.

    Examples
    --------
    The weakest layer grows most, until the product is learned:

    >>> layer_strengths(3.0, 1.0, [0.9, 0.6, 0.1]).round(2).tolist()
    [1.21, 1.01, 0.82]
    """
    layers, shape, t, modes = _modes(
        initial_strengths, time=time, singular_value=singular_value, input_variance=input_variance, tau=tau
    )
    found = np.empty((*shape, layers))
    for place, mode in modes:
        mode.warn_of_plateau()
        found[place] = mode.layers(mode.course(t[place]))
    return found


def mode_strength(
    time: ArrayLike,
    singular_value: ArrayLike,
    initial_strengths: ArrayLike,
    *,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Strength of one mode in a network of unequal layers after learning for some time.

    The product of `layer_strengths`, with its warnings.

    Implements: saxe2014 (13)
    Checked by: tests/modes/test_chain.py::test_agrees_with_the_layers_one_by_one

    Parameters
    ----------
    time : array, shape (...)
        Learning times :math:`t \ge 0` [unit of `tau`], in any order. Broadcasts against the modes: pass
        ``time[:, None]`` for a (times, modes) table.
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strengths : array, shape (..., layers)
        Strengths :math:`g_l` of the mode in the layers before learning, of any sign.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    NumPy array, broadcast shape
        Strength of the mode.

    Examples
    --------
    A wrong sign in one layer is unlearned before anything is learned:

    >>> mode_strength([0.0, 1.5, 4.0, 6.0], 1.0, [0.9, 0.6, -0.3]).round(2).tolist()
    [-0.16, 0.25, 1.0, 1.0]
    """
    layers = layer_strengths(time, singular_value, initial_strengths, input_variance=input_variance, tau=tau)
    return np.prod(layers, axis=-1)


@quiet
def final_layer_strengths(
    singular_value: ArrayLike, initial_strengths: ArrayLike, *, input_variance: ArrayLike = 1.0
) -> np.ndarray:
    r"""Strength of one mode in every layer when learning has ended.

    The layers of the one fixed point, :math:`p\,Q(p) = s/d`, that the start leads to; the saddle, if it leads there.

    Implements: saxe2014 (13)
    Checked by: tests/modes/test_chain.py::test_the_end_is_where_the_course_ends

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strengths : array, shape (..., layers)
        Strengths :math:`g_l` of the mode in the layers before learning, of any sign.
    input_variance : array, shape (...)
        Variance :math:`d > 0` of the inputs along the mode.

    Returns
    -------
    NumPy array, broadcast shape and layers
        Strengths of the layers.

    Examples
    --------
    >>> final_layer_strengths(1.0, [0.9, 0.6, 0.1]).round(2).tolist()
    [1.21, 1.01, 0.82]
    """
    layers, shape, _, modes = _modes(initial_strengths, singular_value=singular_value, input_variance=input_variance)
    found = np.empty((*shape, layers))
    for place, mode in modes:
        if mode.d == 0:
            raise InputError("input_variance", "is 0.0, but without inputs a mode has no end", "write a number above 0")
        mode.warn_of_plateau()
        found[place] = mode.layers(np.asarray(mode.end))
    return found


def final_strength(
    singular_value: ArrayLike, initial_strengths: ArrayLike, *, input_variance: ArrayLike = 1.0
) -> Array:
    """Strength of one mode when learning has ended, the product of `final_layer_strengths`: all, or nothing.

    >>> float(final_strength(1.0, [0.9, -0.6, 0.1]).round(12))
    1.0
    """
    return np.prod(final_layer_strengths(singular_value, initial_strengths, input_variance=input_variance), axis=-1)


@quiet
def time_to_strength(
    strength: ArrayLike,
    singular_value: ArrayLike,
    initial_strengths: ArrayLike,
    *,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Time at which a network of unequal layers gives a mode some strength.

    .. math:: t = \tau\,\int_{g_m}^{p} \frac{dp'}{Q(p')\,(s - d\,p'\,Q(p'))}, \quad p\,Q(p) = u

    Implements: saxe2014 (13)
    Checked by: tests/modes/test_chain.py::test_the_clock_inverts_the_course

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u` of the product of the layers to be reached.
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strengths : array, shape (..., layers)
        Strengths :math:`g_l` of the mode in the layers before learning, of any sign.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    NumPy array, broadcast shape
        Time [unit of `tau`]; negative if the strength lies in the past, ``inf`` if it is never reached.

    Examples
    --------
    One strong layer makes the others learn sooner:

    >>> [float(time_to_strength(0.5, 1.0, [first, 0.1, 0.1]).round(1)) for first in (0.1, 0.5, 1.0)]
    [9.1, 3.8, 2.1]
    """
    _, shape, u, modes = _modes(
        initial_strengths, strength=strength, singular_value=singular_value, input_variance=input_variance, tau=tau
    )
    found = np.empty(shape)
    for place, mode in modes:
        found[place] = np.vectorize(mode.waiting_time, otypes=[float])(u[place])
    return product(np, found, np.asarray(tau, dtype=float)) + 0.0  # no -0


def _modes(
    initial_strengths: ArrayLike, **arguments: ArrayLike
) -> tuple[int, tuple[int, ...], np.ndarray, Iterator[tuple[tuple[slice, ...], _Mode]]]:
    """Number of layers, shape without them, the times or strengths (if any), and every mode with its places."""
    host = {
        name: _numbers(name, value) for name, value in {**arguments, "initial_strengths": initial_strengths}.items()
    }
    _, *values = law_arrays(**host, signed=("singular_value", "strength"))
    named = dict(zip(host, values, strict=True))
    g = named["initial_strengths"]
    if g.ndim == 0 or g.shape[-1] == 0 or np.isinf(g).any():
        came = f"has shape {g.shape}" if not np.isinf(g).any() else "holds infinite strengths"
        raise InputError(
            "initial_strengths",
            f"{came}, but every layer has a finite strength",
            "write one finite number for each layer along the last axis",
        )
    s, d = np.broadcast_arrays(named["singular_value"], named["input_variance"])
    alone = np.broadcast_shapes(s.shape, g.shape[:-1])
    asked = named["time"] / named["tau"] if "time" in named else named.get("strength", np.zeros(()))
    shape = np.broadcast_shapes(alone, asked.shape, named["tau"].shape if "tau" in named else ())
    s, d, g = np.broadcast_to(s, alone), np.broadcast_to(d, alone), np.broadcast_to(g, (*alone, g.shape[-1]))
    before = len(shape) - len(alone)

    def places() -> Iterator[tuple[tuple[slice, ...], _Mode]]:
        for at in np.ndindex(alone):
            own = tuple(slice(None) if n == 1 else slice(i, i + 1) for i, n in zip(at, alone, strict=True))
            yield (slice(None),) * before + own, _Mode(float(s[at]), g[at], float(d[at]))

    return g.shape[-1], shape, np.broadcast_to(asked, shape), places()


def _numbers(name: str, value: ArrayLike) -> ArrayLike:
    """The values on the host, where no gradient follows."""
    if not is_foreign(value):
        return value
    refuse_traced(value, name, "use ontogeny.modes.unbalanced or deep instead")
    return np.array([on_host(part) for part in value]) if isinstance(value, list | tuple) else on_host(value)


class _Mode:
    """One mode and its layers, as functions of the weakest of them, p."""

    def __init__(self, singular_value: float, g: np.ndarray, input_variance: float) -> None:
        self.is_known = bool(np.isfinite(g).all()) and not np.isnan(singular_value + input_variance)
        self.is_instant = bool(np.isinf(singular_value) or np.isinf(input_variance))
        self.s, self.d, self.strengths = singular_value, input_variance, g
        if np.isinf(input_variance):  # only the end counts
            self.s, self.d = 0.0, 1.0
        self.weakest = int(np.argmin(np.abs(g)))
        self.start = float(g[self.weakest])
        size = np.abs(g)
        self.more = (size - size[self.weakest]) * (size + size[self.weakest])  # squares more than the weakest's
        self.signs = np.where(g < 0, -1.0, 1.0)
        # layers as strong as the weakest change sign with it
        self.ties = (self.more == 0) & (np.arange(g.size) != self.weakest)
        self.relative_signs = self.signs * self.signs[self.weakest]
        self.rest = [layer for layer in range(g.size) if layer != self.weakest]

    @property
    def final(self) -> float:
        if self.d or self.s:
            return self.s / self.d if self.d else float(np.copysign(np.inf, self.s))
        return float(self.strength_of(self.start))

    @property
    def is_still(self) -> bool:
        return bool(self.start == 0 and self.ties.any())

    def warn_of_plateau(self) -> None:
        if self.is_still:
            warnings.warn(
                "two layers start from strength 0, so this mode never changes; start at most one layer from 0",
                PlateauWarning,
                stacklevel=4,
            )
        elif self.s * np.prod(self.signs) < 0 and self.ties.any():
            warnings.warn(
                "the two weakest layers are equally strong and the product of the layers has the wrong sign, so this "
                "mode converges to the saddle point at 0; make one weaker than the others, or flip one sign",
                PlateauWarning,
                stacklevel=4,
            )

    def layers(self, p: np.ndarray) -> np.ndarray:
        found = np.repeat(np.asarray(p, dtype=float)[..., None], self.signs.size, axis=-1)
        for layer in self.rest:
            found[..., layer] = self.layer(layer, p)
        return found

    def layer(self, number: int, p: float | np.ndarray) -> Any:
        if self.ties[number]:
            return self.relative_signs[number] * p
        return self.signs[number] * np.sqrt(p * p + self.more[number])

    def others(self, p: float | np.ndarray) -> Any:
        return math.prod((self.layer(number, p) for number in self.rest), start=1.0)

    def strength_of(self, p: float | np.ndarray) -> Any:
        return p * self.others(p)

    def velocity(self, p: float | np.ndarray) -> Any:
        others = self.others(p)
        return others * (self.s - self.d * p * others)

    @property
    def runs_into_saddle(self) -> bool:
        return bool(self.ties.any() and self.s * np.prod(self.signs) <= 0)

    @property
    def end(self) -> float:
        """The weakest layer when learning has ended."""
        if not self.is_known:
            return np.nan
        return self.start if self.is_still else 0.0 if self.runs_into_saddle else self.at_strength(self.final)

    @property
    def scale(self) -> float:
        """Scale of the coordinate y = arcsinh(p/scale), which is smooth on both sides of a plateau."""
        smallest = float(np.sqrt(np.min(self.more[self.more > 0], initial=np.inf)))
        if not self.ties.any():
            return smallest if np.isfinite(smallest) else max(abs(self.start), abs(self.s), 1e-300)
        return min(abs(self.start), smallest) or 1.0

    def at_strength(self, u: float) -> float:
        """p at which the product of the layers is u, on the branch of the start."""
        sign = np.sign(np.prod(np.delete(self.signs, self.weakest)))
        if self.ties.any() and (u * np.prod(self.signs) <= 0):
            return 0.0
        if np.isinf(u):
            return float(sign * u)
        scale = self.scale
        most = float(np.arcsinh(1e300)) if scale <= 1 else float(np.arcsinh(1e300 / scale))
        low, high = (0.0, np.copysign(most, self.start)) if self.ties.any() else (-most, most)
        missing = lambda y: sign * (self.strength_of(scale * np.sinh(y)) - u)  # noqa: E731
        y = brentq(missing, low, high, xtol=1e-300, rtol=1e-15, maxiter=2000)
        return float(scale * np.sinh(y))

    def course(self, times: np.ndarray) -> np.ndarray:
        """p after some times: the clock in panels along the way, inverted.

        The way is measured in x, for which the distance to the end in y is log(1 + exp(x)): the distance itself far
        from the end, its logarithm near it. The clock is smooth in x, and the end is infinitely far.
        """
        end = self.end
        if not self.is_known:
            return np.full(times.shape, np.nan)
        if self.is_still or end == self.start or self.velocity(self.start) == 0:
            return np.where(np.isnan(times), np.nan, self.start)
        if self.is_instant:
            return np.where(np.isnan(times), np.nan, np.where(times > 0, end, self.start))
        scale, layers = self.scale, self.strengths.size
        y0 = float(np.arcsinh(self.start / scale))
        y1 = float(np.arcsinh(end / scale)) if np.isfinite(end) else float(np.copysign(700.0 / layers, end))
        way = y1 - y0
        first = float(layers * abs(way) + np.log(-np.expm1(-layers * abs(way))))
        last = min(first, 0.0) - (FADED if end == 0 else SETTLED)  # as a share of a way that is short itself
        edges = np.linspace(first, last, 2 + int(first - last))

        def place(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            """p, and time per x."""
            distance = np.logaddexp(0.0, x) / layers
            y = y1 - np.sign(way) * distance if y1 else -np.sign(way) * distance
            p = scale * np.sinh(y)
            slope = scale * np.cosh(y) / layers / (1 + np.exp(-x))
            return p, slope / np.abs(self.velocity(p))

        middles, halves = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
        spent = -halves * (place(middles[:, None] + halves[:, None] * NODES)[1] @ WEIGHTS)
        clock = np.concatenate([[0.0], np.cumsum(spent)])
        return self.inverted(place, edges, clock, times, end)

    def inverted(
        self,
        place: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
        edges: np.ndarray,
        clock: np.ndarray,
        times: np.ndarray,
        end: float,
    ) -> np.ndarray:
        """Where the clock shows some times: Newton's steps inside a panel, halved where they leave it."""
        panel = np.clip(np.searchsorted(clock, times, side="right") - 1, 0, edges.size - 2)
        left, target = edges[panel], times - clock[panel]
        high, low = left, edges[panel + 1]
        share = np.clip(target / np.diff(clock)[panel], 0.0, 1.0)
        x = left + np.where(np.isfinite(share), share, 0.0) * (low - left)
        for _ in range(SEARCH):
            width = x - left
            late = -width * (place(left[..., None] + width[..., None] * (0.5 + NODES))[1] @ WEIGHTS) - target
            high, low = np.where(late < 0, x, high), np.where(late > 0, x, low)
            step = x + late / place(x)[1]
            new = np.where((step <= high) & (step >= low), step, (high + low) / 2)
            done = np.abs(new - x) <= 4e-15 * (1 + np.abs(x))
            x = np.where(late == 0, x, new)
            if np.all(done | (late == 0) | ~(times <= clock[-1])):
                break
        found = np.where(times <= clock[-1], place(x)[0], end)
        return np.where(np.isnan(times), np.nan, np.where(times == 0, self.start, found))

    def waiting_time(self, u: float) -> float:
        before = float(self.strength_of(self.start))
        if not self.is_known or np.isnan(u):
            return np.nan
        if u == before:
            return 0.0
        hidden = self.ties.any() and u * np.prod(self.signs) <= 0  # beyond the saddle
        if self.is_still or hidden or (u - self.final) * (before - self.final) <= 0:
            return np.inf
        if self.is_instant:
            return 0.0
        scale = self.scale
        last = self.at_strength(u)
        ends = [
            float(np.arcsinh(p / scale)) for p in (self.start, last if np.isfinite(last) else np.copysign(1e100, last))
        ]

        def slowness(y: float) -> float:  # time per y, with p = scale sinh(y)
            return scale * np.cosh(y) / self.velocity(scale * np.sinh(y))

        # full_output: no warning where a strength within rounding of its end has no certain time
        inside = [0.0] if ends[0] * ends[1] < 0 else None
        return float(quad(slowness, *ends, epsabs=0, epsrel=TOLERANCE, limit=500, points=inside, full_output=1)[0])
