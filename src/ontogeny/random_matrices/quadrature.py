r"""Averages over the Marchenko-Pastur law by one quadrature rule for every load, including its atom at zero.

With :math:`c = \sin^2\varphi` an eigenvalue of the bulk is :math:`\lambda = (1 - \sqrt\alpha)^2 + 4\sqrt\alpha\,c`, and

.. math:: \int f\,\rho\,d\lambda = f(0) + \sum_k W_k\,\frac{f(\lambda_k) - f(0)}{\lambda_k}

The subtraction removes the pole of the density at a load of 1 and includes the atom of loads below 1, so that the sum
is smooth in the load. Equally spaced angles suffice unless learning is long and the load near 1; then the angles crowd
exponentially at the edge (double exponential quadrature). `Averages` are the integrals from which the error of every
linear filter is computed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace, arrays, on_host
from .._core.stable import relaxation_integral

EQUAL = (32, 64, 128, 256)  # nodes at equal angles
GRADED = ((320, 1e6), (1024, 1e20))  # nodes that crowd at the edge, and the time up to which they resolve it
LATEST = GRADED[-1][1]  # finite times beyond this are not resolved
MIDDLE = 256  # angles between the edges, for the corrections of finite size
AT_ONCE = 1 << 17  # numbers in one block: a megabyte fits the cache
REACH = {320: (-3.4, 2.6), 1024: (-5.3, 2.6)}  # of the graded angles, before the double exponential


class Averages(NamedTuple):
    """Averages over the law of what a filter keeps (r) and learns (1 - r) of a mode."""

    kept: Array  # r^2
    bulk_kept: Array  # r^2, without the atom of directions that no sample shows
    learned: Array  # 1 - r
    learned_squared: Array  # (1 - r)^2
    amplified: Array  # (1 - r)^2 / eigenvalue
    loss: Array  # eigenvalue r^2


Filter = Callable[..., tuple[Array, Array]]


def relaxation(xp: Namespace, eigenvalue: Array, time: Array, *, late: Array) -> tuple[Array, Array]:
    """What gradient flow leaves of a mode, and what it has learned over the eigenvalue."""
    kept = xp.exp(-eigenvalue * time)
    if late is True:
        return kept, (1 - kept) / eigenvalue
    if late is False and xp is np:  # eigenvalues are never 0 at the nodes, and NumPy has no gradients
        return kept, -np.expm1(-eigenvalue * time) / eigenvalue
    return kept, relaxation_integral(eigenvalue, time)


def rule(load: Array, nodes: int, xp: Namespace = np) -> tuple[Array, Array]:
    """Eigenvalues and weights :math:`W_k` of the rule, along a new last axis.

    Parameters
    ----------
    load : array, shape (...)
        Samples over inputs, above 0.
    nodes : int
        32, 64, 128 or 256 at equal angles, 320 or 1024 crowding at the lower edge.

    Returns
    -------
    eigenvalues, weights : array, shape (..., nodes)
        The weights add up to the load.

    Examples
    --------
    >>> eigenvalues, weights = rule(0.5, 32)
    >>> float(weights.sum().round(12)), float((1 - (weights / eigenvalues).sum()).round(8))  # and the atom
    (0.5, 0.5)
    """
    _, a = arrays(load)
    place, share = (like(xp, part, a) for part in _angles(nodes))
    a = a[..., None]
    root = xp.sqrt(a)
    return (1 - root) ** 2 + 4 * root * place, a * share


def averages(
    xp: Namespace,
    filter_: Filter,
    load: Array,
    time: Array,
    *parameters: Array,
    settles: bool = True,
) -> Averages:
    """The averages of a linear filter that has run for some time.

    `filter_` takes eigenvalues, times and parameters with a last axis of nodes. It returns what it leaves, r, and what
    it has learned over the eigenvalue, (1 - r)/l. Arguments are arrays of one namespace and broadcast; times are
    finite. With ``settles=False`` large eigenvalues may be learned as slowly as small ones.
    """
    if xp is np:
        return _in_blocks(filter_, load, time, parameters, settles)
    known = on_host(load), on_host(time)
    traced = known[0] is None or known[1] is None
    nodes = GRADED[-1][0] if traced else int(np.max(nodes_needed(*known, settles), initial=EQUAL[0]))
    late = is_late(load, time)
    return Averages(*_sums(xp, filter_, load, time, parameters, nodes, late))


def finite_size(xp: Namespace, filter_: Filter, load: Array, time: Array, *parameters: Array) -> Averages:
    """Correction of the averages for a finite number of inputs, times that number, for Gaussian inputs.

    Half the mean of the values at the two edges, minus half their mean over the angles in between: the first order in
    one over the number of inputs. Near a load of 1 it holds for times well below the number of inputs, which do not
    resolve the hard edge.
    """
    middle = (np.arange(MIDDLE) + 0.5) * np.pi / (2 * MIDDLE)
    place = like(xp, np.concatenate([np.cos(middle) ** 2, [0.0, 1.0]]), load)
    share = like(xp, np.concatenate([np.full(MIDDLE, -0.5 / MIDDLE), [0.25, 0.25]]), load)
    root = xp.sqrt(load)[..., None]
    l = (1 - root) ** 2 + 4 * root * place  # noqa: E741
    r, g = filter_(xp, l, time[..., None], *(p[..., None] for p in parameters), late=None)
    each = (r**2, r**2, l * g, (l * g) ** 2, l * g**2, l * r**2)
    return Averages(*(xp.sum(share * f, axis=-1) for f in each))


def nodes_needed(load: ArrayLike, time: ArrayLike, settles: bool = True) -> np.ndarray:
    """Number of nodes that resolve every exponential, and the pole if it is not subtracted."""
    a, t = np.broadcast_arrays(np.asarray(load, float), np.asarray(time, float))
    gap = np.abs(1 - np.sqrt(a))
    late, over = is_late(a, t), 2 * gap**2 * t > 800  # nothing is left of the slowest mode
    pole = np.where(late, 20 / np.where(late, gap, 1.0), 0.0)
    decay = np.where(over & settles, 0.0, 9 * a**0.25 * np.sqrt(t))
    asked = 24 + np.maximum(pole, decay)
    choice = np.searchsorted(EQUAL, asked) + (asked > EQUAL[-1]) * (t * a**0.5 > GRADED[0][1]) * (~over | (gap < 1e-4))
    return np.asarray([*EQUAL, *(nodes for nodes, _ in GRADED)])[choice]


def within_reach(xp: Namespace, value: Array) -> Array:
    """Infinite loads and ridges as finite numbers that can be squared, where every law has reached its limit."""
    most = float(xp.finfo(value.dtype).max) ** 0.5 / 16
    return xp.where(value > most, most, value)


def settled(xp: Namespace, time: Array, load: Array) -> Array:
    """Whether a time is too late for the nodes to resolve, and so late that even the slowest mode has been learned."""
    gap = xp.abs(1 - xp.sqrt(load))
    return (time > LATEST) & (gap > 20 / xp.sqrt(xp.where(time > LATEST, time, xp.ones_like(time))))


def is_late(load: ArrayLike, time: ArrayLike) -> Array:
    """Whether the slowest mode of the bulk has mostly been learned: then sums need no subtraction."""
    return 2 * (1 - load**0.5) ** 2 * time > 1


def _in_blocks(filter_: Filter, load: Array, time: Array, parameters: tuple[Array, ...], settles: bool) -> Averages:
    """Each element with the number of nodes that it needs, in blocks that fit the cache."""
    shape = np.broadcast_shapes(load.shape, time.shape, *(p.shape for p in parameters))
    a, t, *more = (np.broadcast_to(x, shape).ravel() for x in (load, time, *parameters))
    out = np.empty((len(Averages._fields), a.size))
    nodes, late = nodes_needed(a, t, settles), is_late(a, t)
    kind = 2 * nodes + late
    for each in np.unique(kind):
        members, count = np.flatnonzero(kind == each), int(each) // 2
        width = max(1, AT_ONCE // count)
        for first in range(0, members.size, width):
            some = members[first : first + width]
            out[:, some] = _sums(np, filter_, a[some], t[some], [p[some] for p in more], count, bool(each % 2))
    return Averages(*(row.reshape(shape) for row in out))


def _sums(
    xp: Namespace, filter_: Filter, a: Array, t: Array, parameters: Sequence[Array], nodes: int, late: Array
) -> tuple[Array, ...]:
    l, w = rule(a, nodes, xp)  # noqa: E741
    in_turn = late if isinstance(late, bool) else late[..., None]
    r, g = filter_(xp, l, t[..., None], *(p[..., None] for p in parameters), late=in_turn)
    atom = xp.where(a >= 1, xp.zeros_like(a), 1 - a)
    learned, squared = xp.sum(w * g, axis=-1), w * g**2
    bulk = kept = None
    if late is not True:  # smooth in the load: 1 minus what was learned
        kept = 1 - xp.sum(w * g * (1 + r), axis=-1)
        bulk = kept - atom
    if late is not False:  # exact relative to what little is left
        apart = l if late is True else xp.where(in_turn, l, xp.ones_like(l))
        left = xp.sum(w * r**2 / apart, axis=-1)
        kept = atom + left if late is True else xp.where(late, atom + left, kept)
        bulk = left if late is True else xp.where(late, left, bulk)
    return kept, bulk, learned, xp.sum(l * squared, axis=-1), xp.sum(squared, axis=-1), xp.sum(w * r**2, axis=-1)


@functools.lru_cache
def _angles(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """The squared sines of the rule and the shares of its weights, which add up to 1."""
    if nodes in EQUAL:
        half = np.arange(1, nodes + 1) * np.pi / (2 * (nodes + 1))
        return np.cos(half) ** 2, 2 * np.sin(2 * half) ** 2 / (nodes + 1)
    low, high = REACH[nodes]
    step = (high - low) / (nodes - 1)
    u = low + step * np.arange(nodes)
    far = np.exp(-np.pi * np.sinh(u))
    angle, speed = np.pi / 2 / (1 + far), np.pi**2 / 2 * np.cosh(u) * far / (1 + far) ** 2
    return np.sin(angle) ** 2, 4 / np.pi * np.sin(2 * angle) ** 2 * speed * step


def like(xp: Namespace, values: np.ndarray, array: Array) -> Array:
    """Constants in the library of an array, with its type and on its device."""
    if xp is np:
        return values
    import array_api_compat

    return xp.asarray(values, dtype=array.dtype, device=array_api_compat.device(array))
