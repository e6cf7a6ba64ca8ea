r"""Deep linear students with one output: how depth changes generalization over time.

A balanced deep student moves every mode of its end-to-end weights :math:`w_i = b_i\,h + a_i\,k`, with :math:`b` what
the data say and :math:`a` the first weights, by two functions of the eigenvalue. These are coupled only through two
numbers, the mean square of the weights :math:`Q` and the growth :math:`R` of their length. In the limit of many inputs
this closure is exact, and it is fast to integrate for a whole spectrum.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from .._core.arrays import ArrayLike
from .._core.checks import InputError
from .._core.stable import as_scalars
from ..random_matrices.quadrature import rule
from .arguments import layers, prepared, untraced
from .curves import test_error, train_error, weight_norm

PRECISION = 1e-10  # relative, of one step of the integrator
SETTLED, LONGEST = 40.0, 1e4  # times of the slowest and of the fastest mode after which learning has ended
STIFF = 300.0  # time after which fast modes, long learned, would force tiny steps on an explicit method
NODES = 320  # eigenvalues that represent the spectrum


class DeepCourse(NamedTuple):
    """Curves of a deep student at some times, and the slope of the test error."""

    test_error: np.ndarray
    train_error: np.ndarray
    weight_norm: np.ndarray
    test_slope: np.ndarray


def deep_error(
    time: ArrayLike,
    load: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    initial_variance: ArrayLike,
    depth: float,
    tau: ArrayLike = 1.0,
) -> np.ndarray:
    r"""Mean squared error on new examples of a deep linear student after learning for some time.

    With :math:`\beta = \lambda^2 \sigma_w^2 + \lambda\,\sigma_\epsilon^2` and averages over the Marchenko-Pastur law,

    .. math:: Q = \int \rho\,(\beta h^2 + Q_0 k^2)\,d\lambda

    .. math:: R = \frac{1}{Q} \int \rho \left[\beta h (1 - \lambda h) - Q_0 \lambda k^2\right] d\lambda

    .. math:: \frac{dh}{dt} = Q^{1 - 1/D} \left[(1 - \lambda h) + (D - 1) R h\right]

    .. math:: \frac{dk}{dt} = Q^{1 - 1/D} \left[-\lambda k + (D - 1) R k\right]

    Its clock is not that of `test_error`: it is the time of the flow times the number of inputs to the power
    :math:`1 - 1/D`, the factor by which the layers of a large student speed each other up. At depth 1 the two clocks,
    and the two laws, are the same.

    Implements: advani2020 Fig. 6
    Checked by: tests/generalization/test_deep_networks.py::test_the_closure_against_twenty_thousand_modes

    Parameters
    ----------
    time : array, shape (...)
        Learning time times the number of inputs to the power 1 - 1/depth, 0 or more [unit of `tau`]; ``inf`` for the
        end of learning.
    load : float
        Samples over inputs, above 0.
    signal_variance, noise_variance : float
        Variances of the teacher's weights and of the noise.
    initial_variance : float
        Mean square of the end-to-end weights before learning; above 0 unless the depth is 1.
    depth : float
        Number of weight matrices, 1 or more.
    tau : float
        Time constant.

    Returns
    -------
    array, shape (...)
        Error, including the noise of the new examples, in NumPy.

    Raises
    ------
    InputError
        A depth below 1, a deep student without first weights, more than one load, a negative variance or time.

    See Also
    --------
    speed_accuracy : times and lowest errors of many depths.

    Notes
    -----
    Exact for balanced layers in the limit of many inputs, to 1e-8. The timing of single students varies by about one
    over the square root of the number of inputs times `initial_variance`, because their first weights point a little
    towards the teacher or away from it by chance.

    Examples
    --------
    Deep students wait longer, then learn almost as well:

    >>> world = {"load": 2.0, "signal_variance": 5.0, "initial_variance": 1e-3}
    >>> [deep_error([0.5, 1.5, 4.0], **world, depth=depth).round(2).tolist() for depth in (1, 2, 3)]
    [[2.5, 1.82, 1.81], [3.44, 1.79, 1.94], [5.7, 1.8, 1.97]]
    """
    times, student = one_student(time, load, signal_variance, noise_variance, initial_variance, depth, tau)
    if student.depth == 1:
        return test_error(times, student.load, **student.variances)
    error = np.full(times.shape, np.nan)
    running, end = np.isfinite(times), times == np.inf
    known = not np.isnan(student).any()
    if known:
        error[running] = integrated(times[running], student).test_error
    if known and end.any():
        error[end] = final_error(student)
    return as_scalars(error)


class Student(NamedTuple):
    """One deep student and its data."""

    load: float
    signal: float
    noise: float
    initial: float
    depth: float

    @property
    def variances(self) -> dict[str, Any]:
        """The variances as arguments for the laws without hidden layer."""
        return {"signal_variance": self.signal, "noise_variance": self.noise, "initial_variance": self.initial}


def deep_course(
    time: ArrayLike,
    load: ArrayLike,
    signal: ArrayLike,
    noise: ArrayLike,
    initial: ArrayLike,
    depth: float,
    tau: ArrayLike,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Test error, train error and weights of a student of any depth; in closed form at depth 1."""
    times, student = one_student(time, load, signal, noise, initial, depth, tau)
    if student.depth > 1:
        return integrated(times, student)[:3]
    a, known = student.load, student.variances
    return test_error(times, a, **known), train_error(times, a, **known), weight_norm(times, a, **known)


def integrated(times: np.ndarray, student: Student) -> DeepCourse:
    """The curves at any times, by integrating the two-scalar closure."""
    spectrum = Spectrum(student)
    clock, place = np.unique(times, return_inverse=True)
    states = np.empty((clock.size, NODES + 2))
    if clock.size:
        end = float(clock[-1])
        run = spectrum.followed(end if end > 0 else 1.0, "LSODA" if end > STIFF else "DOP853", t_eval=clock)
        if not run.success:
            problem = f"goes up to {end!r}, where the integration failed ({run.message})"
            raise InputError("time", problem, "write earlier times")
        states = run.y.T
    curves = np.array([spectrum.curves(state) for state in states]).reshape(-1, len(DeepCourse._fields))
    return DeepCourse(*(column[place.ravel()].reshape(times.shape) for column in curves.T))


class Landmarks(NamedTuple):
    """When the test error is lowest, how low, and when the squared weights reach half of their size at that time."""

    best_time: float
    best_error: float
    half_time: float


def landmarks(student: Student) -> Landmarks:
    """The best time of a deep student, to the precision of the integrator; ``inf`` if its error only falls."""
    spectrum, end = Spectrum(student), 16.0
    low = (1 - student.load**0.5) ** 2
    while True:
        run = spectrum.followed(end, dense_output=True)
        times = np.unique(np.concatenate([np.linspace(0, end, 257), run.t]))
        curves = np.array([spectrum.curves(state) for state in run.sol(times).T])
        least, flow = int(curves[:, 0].argmin()), float(run.y[-2, -1])
        settled = flow * low > SETTLED or flow > LONGEST
        if curves[-1, 3] > 0 or settled:
            break
        end *= 4
    at = lambda time, which: spectrum.curves(run.sol(time))[which]  # noqa: E731
    ever_better = settled and student.noise == 0
    best = times[least]
    if 0 < least < times.size - 1 and at(times[least - 1], 3) < 0 < at(times[least + 1], 3):
        best = brentq(lambda time: at(time, 3), times[least - 1], times[least + 1], xtol=1e-12, rtol=1e-13)
    norm = at(best, 2)
    above = int(np.argmax(curves[:, 2] >= norm / 2))
    half = 0.0
    if above:
        half = brentq(lambda time: at(time, 2) - norm / 2, times[above - 1], times[above], xtol=1e-12, rtol=1e-13)
    return Landmarks(np.inf if ever_better else float(best), float(at(best, 0)), float(half))


def final_error(student: Student) -> float:
    """Test error at the end of learning; below load 1 it depends on the path, which is followed until it settles."""
    if student.load >= 1:
        return float(test_error(np.inf, student.load, **student.variances))
    spectrum, state, low = Spectrum(student), np.zeros(NODES + 2), (1 - student.load**0.5) ** 2
    span = 16.0
    while state[-2] * low < SETTLED and state[-2] < LONGEST:
        state = spectrum.followed(span, state=state).y[:, -1]
        span *= 2
    return float(spectrum.curves(state)[0])


class Spectrum:
    """The closure for one student. Its state: h at every node, the time of the flow, and the logarithm of the growth.

    First weights keep their direction within a mode, so that the last two give k.
    """

    def __init__(self, student: Student) -> None:
        self.student = student
        self.l, w = rule(student.load, NODES)
        self.w = w / self.l
        self.atom = max(0.0, 1 - float(self.w.sum()))
        self.b = self.l * (self.l * student.signal + student.noise)

    def followed(self, end: float, method: str = "DOP853", state: np.ndarray | None = None, **options: Any) -> Any:
        """The state integrated over a span of time, from before learning or from a given state."""
        first = self.student.initial / max(float(self.w @ self.b), 1e-300)
        smallest = min(1.0, float(np.sqrt(first)) if first > 0 else 1.0)  # change of h that matters beside them
        start = np.zeros(NODES + 2) if state is None else state
        span, atol = (0.0, end), 1e-3 * PRECISION * smallest
        return solve_ivp(self.velocity, span, start, method, rtol=PRECISION, atol=atol, **options)

    def norm_and_growth(self, h: np.ndarray, s: float, c: float) -> tuple[float, float]:
        """Mean square of the weights, and half the rate of its logarithm per flow time at depth 1."""
        q0, k2 = self.student.initial, np.exp(2 * (c - self.l * s))
        norm = self.w @ (self.b * h**2 + q0 * k2) + self.atom * q0 * np.exp(2 * c)
        moved = self.w @ (self.b * h * (1 - self.l * h) - q0 * self.l * k2)
        return float(norm), float(moved / norm) if norm > 0 else 0.0

    def velocity(self, _: float, state: np.ndarray) -> np.ndarray:
        h, (s, c), depth = state[:-2], state[-2:], self.student.depth
        norm, growth = self.norm_and_growth(h, s, c)
        speed, more = norm ** (1 - 1 / depth), (depth - 1) * growth
        return speed * np.concatenate([1 - self.l * h + more * h, [1.0, more]])

    def curves(self, state: np.ndarray) -> tuple[float, float, float, float]:
        h, (s, c) = state[:-2], state[-2:]
        a, signal, noise, q0, depth = self.student
        rest, k2 = 1 - self.l * h, np.exp(2 * (c - self.l * s))
        atom, frozen = self.atom, q0 * np.exp(2 * c)
        test = noise + self.w @ (signal * rest**2 + noise * self.l * h**2 + q0 * k2) + atom * (signal + frozen)
        floor = max(0.0, 1 - 1 / a) * noise
        train = floor + self.w @ ((self.l * signal + noise) * rest**2 + q0 * self.l * k2) / a
        norm, growth = self.norm_and_growth(h, s, c)
        more = (depth - 1) * growth
        dh, dk2 = rest + more * h, 2 * k2 * (more - self.l)
        slope = self.w @ (2 * self.l * (noise * h - signal * rest) * dh + q0 * dk2) + atom * 2 * more * frozen
        return test, train, norm, float(norm ** (1 - 1 / depth) * slope)


def one_student(
    time: ArrayLike,
    load: ArrayLike,
    signal: ArrayLike,
    noise: ArrayLike,
    initial: ArrayLike,
    depth: ArrayLike,
    tau: ArrayLike,
) -> tuple[np.ndarray, Student]:
    """Times in units of tau, and the checked arguments of one student."""
    number = layers(depth)
    _, t, *rest = prepared(*untraced("a deep student", time, load, signal, noise, initial, tau))
    given = {"load": load, "signal_variance": signal, "noise_variance": noise, "initial_variance": initial}
    for name, each in zip(given, rest, strict=True):
        if each.size != 1:
            raise InputError(name, f"has {each.size} values, but one student is integrated at a time", "write one")
    a, s, n, i = (float(each.ravel()[0]) for each in rest)
    if number > 1 and i == 0:
        problem = f"is 0, a saddle point that a student of depth {depth!r} never leaves"
        raise InputError("initial_variance", problem, "write a small number like 1e-3")
    if number > 1:
        for name, value in given.items():
            if np.isinf(value).any():
                problem = f"is inf, but a student of depth {depth!r} is integrated numerically"
                raise InputError(name, problem, "write a finite number")
    return np.asarray(t, dtype=float), Student(a, s, n, i, number)
