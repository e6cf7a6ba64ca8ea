r"""Any number of weight matrices of equal mode strength.

`mode_velocity` is saxe2014 eq. 15; `mode_strength` integrates it. One and two weight matrices have closed forms in
`modes.shallow` and `modes.balanced`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.integrate import quad, solve_ivp

from .._core.arrays import arrays
from . import shallow

TOLERANCE = 1e-11  # of the integrator; the judge in the tests uses another method at 1e-12


def mode_velocity(
    strength: Any, singular_value: Any, *, depth: float, input_variance: Any = 1.0, tau: Any = 1.0
) -> Any:
    r"""Rate of change of one mode's strength in a network of any depth.

    .. math:: v = \frac{L\,u^{2 - 2/L}\,(s - d\,u)}{\tau}

    Implements: saxe2014 (15)

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u \ge 0` of the mode in the network.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    depth : float
        Number :math:`L \ge 1` of weight matrices.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Velocity :math:`v` [strength per unit of time].

    Examples
    --------
    The deeper the network, the flatter the plateau it starts from:

    >>> [float(mode_velocity(1e-2, 1.0, depth=depth).round(5)) for depth in (1, 2, 4)]
    [0.99, 0.0198, 0.00396]
    """
    _, u, s, d, tau = arrays(strength, singular_value, input_variance, tau)
    return depth * u ** (2 - 2 / depth) * (s - d * u) / tau


def mode_strength(
    time: Any,
    singular_value: Any,
    initial_strength: Any,
    *,
    depth: float,
    input_variance: Any = 1.0,
    tau: float = 1.0,
) -> np.ndarray:
    r"""Strength of one mode in a network of any depth, by integrating its equation of motion.

    .. math:: \tau\,\frac{du}{dt} = L\,u^{2 - 2/L}\,(s - d\,u)

    Implements: saxe2014 (15)
    Checked by: tests/modes/test_deep.py::test_agrees_with_the_layers_one_by_one

    Parameters
    ----------
    time : array, shape (...)
        Learning time :math:`t \ge 0` [unit of `tau`].
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`u_0 \ge 0` of the mode before learning; at 0 a network of depth 2 or more stays there.
    depth : float
        Number :math:`L \ge 1` of weight matrices.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    NumPy array, broadcast shape
        Strength :math:`u(t)`, to a relative error of about 1e-9.

    Notes
    -----
    Exact for a balanced start and decoupled modes. NumPy only: numbers out, no gradients.

    Examples
    --------
    >>> mode_strength(5.0, [2.0, 1.0], 0.1, depth=3).round(2).tolist()
    [2.0, 1.0]
    """
    _, t, s, u0, d = arrays(time, singular_value, initial_strength, input_variance)
    t, s, u0, d = np.broadcast_arrays(t / tau, s, u0, d)
    clock, when = np.unique(t, return_inverse=True)
    modes, which = np.unique(np.stack([s.ravel(), u0.ravel(), d.ravel()]), axis=1, return_inverse=True)
    s, u0, d = modes
    return _courses(clock, s, u0, d, depth)[when.ravel(), which.ravel()].reshape(t.shape)


def _courses(clock: np.ndarray, s: np.ndarray, u0: np.ndarray, d: np.ndarray, depth: float) -> np.ndarray:
    """Strengths (times, modes); restarts at every time, where the steps are far more accurate than between them."""
    u, now, rows = u0, 0.0, []
    for time in clock:
        u, now = _integrated(time - now, s, u, d, depth) if time > now else u, max(now, time)
        rows.append(u)
    return np.array(rows).reshape(clock.size, s.size)  # also of no times


def _integrated(duration: float, s: np.ndarray, u0: np.ndarray, d: np.ndarray, depth: float) -> np.ndarray:
    def velocity(_: float, u: np.ndarray) -> np.ndarray:
        return np.asarray(mode_velocity(np.maximum(u, 0), s, depth=depth, input_variance=d))

    relative_to_start = TOLERANCE * np.maximum(u0, 1e-100)  # the solver squares its inverse
    return solve_ivp(velocity, (0.0, duration), u0, "DOP853", rtol=TOLERANCE, atol=relative_to_start).y[:, -1]


def time_to_strength(
    strength: Any,
    singular_value: Any,
    initial_strength: Any,
    *,
    depth: float,
    input_variance: Any = 1.0,
    tau: float = 1.0,
) -> np.ndarray:
    r"""Time at which a network of any depth gives a mode some strength, by quadrature.

    .. math:: t = \tau\,\int_{u_0}^{u} \frac{dx}{L\,x^{2 - 2/L}\,(s - d\,x)}

    Implements: saxe2014 (15)
    Checked by: tests/modes/test_deep.py::test_clock_inverts_course

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u` to be reached.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`u_0 \ge 0` of the mode before learning.
    depth : float
        Number :math:`L \ge 1` of weight matrices.
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
    With the same strength of each layer, depth means waiting:

    >>> [float(time_to_strength(0.5, 1.0, 0.1**depth, depth=depth).round(1)) for depth in (2, 3, 4)]
    [2.3, 9.1, 49.7]
    """
    _, u, s, u0, d = arrays(strength, singular_value, initial_strength, input_variance)
    return tau * np.vectorize(_waiting_time, otypes=[float])(u, s, u0, d, depth)


def _waiting_time(u: float, s: float, u0: float, d: float, depth: float) -> float:
    final = s / d if d > 0 else np.inf
    if u == u0:
        return 0.0
    if (u0 <= 0 or u <= 0) and depth > 1 or (u - final) * (u0 - final) <= 0:
        return np.inf
    if depth == 1:
        return float(shallow.time_to_strength(u, s, u0, input_variance=d))

    def slowness(y: float) -> float:  # in the logarithm of the strength, where the plateau is gentle
        return float(np.exp(y) / mode_velocity(np.exp(y), s, depth=depth, input_variance=d))

    return quad(slowness, np.log(u0), np.log(u), epsabs=0, epsrel=1e-11, limit=500)[0]
