r"""The matrix solution as a function of arrays: many networks in one call, and derivatives under JAX and PyTorch.

`evolve` chooses a method for one network and follows it in the eigenvectors of its generator, which have no derivative
where singular values are tied. Here the generator enters by entire functions of it alone, so that derivatives are
right there too, and steps are short enough for a Cholesky factorization:

.. math:: Y(t + \Delta) = e^{A\Delta}\,Y(t)\,L^{-T}, \quad L L^T = I + Y^T \Phi(\Delta)\,Y
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import array_api_compat
import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace, arrays, detached, on_host
from .._core.checks import InputError, whole
from .._core.domains import law_arrays

REACH = 1.5  # largest exponent of a step: its factorization loses a digit
TERMS = 20  # of the power series of half a step
ROUNDED = 1e5  # units of rounding up to which a start counts as balanced


class Blocks(NamedTuple):
    """The Gram matrix of all weights, block by block.

    Parameters
    ----------
    network_map : array, shape (..., times, features, inputs)
        Maps from inputs to features.
    input_gram : array, shape (..., times, inputs, inputs)
        ``W1' W1``.
    output_gram : array, shape (..., times, features, features)
        ``W2 W2'``.
    """

    network_map: Array
    input_gram: Array
    output_gram: Array


def matrix_solution(
    time: ArrayLike,
    input_output_correlation: ArrayLike,
    first_layer: ArrayLike,
    second_layer: ArrayLike,
    *,
    input_variance: ArrayLike = 1.0,
    weight_decay: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
    imbalance: ArrayLike | None = None,
    steps: int | None = None,
) -> Blocks:
    r"""Networks of two weight matrices over time, from starts whose imbalance is a multiple of the identity.

    .. math:: QQ^T(t) = e^{At} Q_0\,[I + Q_0^T \Phi(t) Q_0]^{-1} Q_0^T e^{At}

    with :math:`Q = [W_1^T; W_2]` and :math:`\Phi = \int_0^t e^{2A\sigma} d\sigma`, computed step by step.

    Implements: fukumizu1998 sec. 3, braun2022 sec. 3, domine2025 sec. 3
    Checked by: tests/networks/test_matrix_solution.py::test_agrees_with_integration

    Parameters
    ----------
    time : array, shape (times,)
        Increasing, from 0 on [unit of `tau`].
    input_output_correlation : array, shape (..., features, inputs)
        What is to be learned. Leading axes are networks; they broadcast over all arguments.
    first_layer : array, shape (..., hidden, inputs)
        Weights at time 0.
    second_layer : array, shape (..., features, hidden)
        Weights at time 0.
    input_variance : array, shape (...)
        Variance of the inputs, which must be white; above 0.
    weight_decay : array, shape (...)
        Decay rate of every weight; the imbalance must then be 0.
    tau : array, shape (...)
        Time constant.
    imbalance : array, shape (...), optional
        Multiple of the identity that ``W2' W2 - W1 W1'`` is; measured by default. One number for many networks, such as
        0 where all are balanced, saves traced computations most of their work.
    steps : int, optional
        Steps from each time to the next. By default as many as the fastest mode needs; inside ``jax.jit`` and ``vmap``,
        where that is not known, they must be given. Where they do not suffice, and where a traced start is not
        balanced, the answer is NaN.

    Returns
    -------
    Blocks
        ``network_map``, ``input_gram``, ``output_gram``, with leading axes as the arguments have.

    Raises
    ------
    InputError
        A start whose imbalance ``W2' W2 - W1 W1'`` is not a multiple of the identity; shapes that do not fit; times
        that do not increase; steps that must be given.

    See Also
    --------
    evolve : any start, any depth, any inputs, and whether they hold.

    Notes
    -----
    Exact for any widths and ranks. Derivatives are those along starts that stay balanced, as a parameter of the start
    moves them; a single weight that is moved alone leaves the solution. The steps cost as much as time is long: for
    late times of a single network `evolve` is faster. A start that lacks a direction of the target gains it from
    rounding errors late; `evolve` sees that, and keeps it out.

    Examples
    --------
    Two networks, one with ten times the weights, in one call:

    >>> import numpy as np
    >>> first = np.array([0.1, 1.0])[:, None, None] * np.eye(2)
    >>> found = matrix_solution([0.0, 1.0], np.diag([2.0, 1.0]), first, first)
    >>> np.einsum("ntii->nti", found.network_map)[:, 1].round(2).tolist()
    [[0.43, 0.07], [1.96, 1.0]]
    """
    xp, t, first, second, syx, d, decay, tau = law_arrays(
        time=time, first_layer=first_layer, second_layer=second_layer,
        input_output_correlation=input_output_correlation, input_variance=input_variance,
        weight_decay=weight_decay, tau=tau,
    )  # fmt: skip
    _check(t, first, second, syx, d)
    difference, is_balanced = _imbalance(xp, first, second, decay, imbalance)
    target, pace = syx / d[..., None, None], d / tau
    generator = _generator(xp, target, difference, decay / d)
    fastest = _fastest(xp, target, difference) + decay / d
    exponents = (pace * fastest)[..., None] * (t - xp.concat([xp.zeros_like(t[:1]), t[:-1]]))
    counts = _counts(exponents, steps)
    within = exponents <= 2 * REACH * xp.asarray(counts, dtype=t.dtype)
    gaps = np.repeat(np.arange(len(counts)), counts)  # of every step
    lengths = pace[..., None] * ((t - xp.concat([xp.zeros_like(t[:1]), t[:-1]])) / xp.asarray(counts, dtype=t.dtype))
    start = _stacked(xp, xp.matrix_transpose(first), second)
    ends = np.cumsum(counts) - 1
    factor = _walked(xp, lambda now, length: _step(xp, generator, now, length), start, lengths[..., gaps])[
        ..., ends, :, :
    ]
    holds = within & is_balanced[..., None]
    factor = xp.where(holds[..., None, None], factor, xp.nan)
    inputs, outputs = factor[..., : first.shape[-1], :], factor[..., first.shape[-1] :, :]
    turned_in, turned_out = xp.matrix_transpose(inputs), xp.matrix_transpose(outputs)
    return Blocks(outputs @ turned_in, inputs @ turned_in, outputs @ turned_out)


def _step(xp: Namespace, generator: Array, factor: Array, length: Array) -> Array:
    """Factor (..., n, hidden) after a step."""
    growth, integral = _growth(xp, generator, length[..., None, None])
    gram = xp.matrix_transpose(factor) @ (integral @ factor)
    lower = xp.linalg.cholesky(gram + xp.eye(factor.shape[-1], dtype=factor.dtype))
    return xp.matrix_transpose(xp.linalg.solve(lower, xp.matrix_transpose(growth @ factor)))


def _growth(xp: Namespace, generator: Array, length: Array) -> tuple[Array, Array]:
    r""":math:`e^{A\Delta}` and :math:`\int_0^\Delta e^{2A\sigma} d\sigma`, by a series for half the step."""
    x, identity = generator * length, xp.eye(generator.shape[-1], dtype=generator.dtype)
    series = identity  # of (e^x - 1)/x
    for term in range(TERMS, 1, -1):
        series = identity + x @ series / term
    growth, integral = identity + x @ series, length / 2 * series  # of e^(2A sigma), over half the step
    return growth, integral + growth @ integral


def _walked(xp: Namespace, step: Callable[[Array, Array], Array], start: Array, lengths: Array) -> Array:
    """Factors after each step, (..., steps, n, hidden), the steps being of these lengths (..., steps)."""
    lengths = xp.moveaxis(lengths, -1, 0)
    if array_api_compat.is_jax_array(start):
        import jax

        def moved(now: Array, length: Array) -> tuple[Array, Array]:
            after = step(now, length)
            return after, after

        shape = jax.eval_shape(step, start, lengths[0]).shape
        return xp.moveaxis(jax.lax.scan(moved, xp.broadcast_to(start, shape), lengths)[1], 0, -3)
    now, found = start, []
    for number in range(lengths.shape[0]):
        now = step(now, lengths[number])
        found.append(now)
    return xp.stack(found, axis=-3)


def _stacked(xp: Namespace, above: Array, below: Array) -> Array:
    """Blocks (..., rows, columns) one above the other, leading axes broadcast."""
    leading = np.broadcast_shapes(above.shape[:-2], below.shape[:-2])
    parts = [xp.broadcast_to(part, (*leading, *part.shape[-2:])) for part in (above, below)]
    return xp.concat(parts, axis=-2)


def _generator(xp: Namespace, target: Array, imbalance: Array, decay: Array) -> Array:
    """A, (..., inputs + features, inputs + features)."""
    features, inputs = target.shape[-2:]
    turned = xp.matrix_transpose(target)
    zero_in, zero_out = (
        xp.zeros((inputs, inputs), dtype=target.dtype),
        xp.zeros((features, features), dtype=target.dtype),
    )
    left, right = _stacked(xp, zero_in, target), _stacked(xp, turned, zero_out)
    coupling = xp.concat([left, right], axis=-1)
    sides = xp.asarray(np.repeat([-0.5, 0.5], [inputs, features]), dtype=target.dtype)
    diagonal = sides * imbalance[..., None] - decay[..., None]
    return coupling + diagonal[..., None] * xp.eye(inputs + features, dtype=target.dtype)


def _fastest(xp: Namespace, target: Array, imbalance: Array) -> Array:
    """Largest growth rate, as a constant: it sets how many steps are taken, not where they lead."""
    strongest = xp.max(xp.linalg.svdvals(detached(target)), axis=-1)
    return xp.sqrt(strongest**2 + detached(imbalance) ** 2 / 4)


def _imbalance(
    xp: Namespace, first: Array, second: Array, decay: Array, given: ArrayLike | None
) -> tuple[Array, Array]:
    """Imbalance of the layers, and whether it is a multiple of the identity (0 where weights decay)."""
    matrix = xp.matrix_transpose(second) @ second - first @ xp.matrix_transpose(first)
    identity = xp.eye(matrix.shape[-1], dtype=matrix.dtype)
    size = detached(xp.sum(first**2, axis=(-2, -1)) + xp.sum(second**2, axis=(-2, -1)))
    allowed = ROUNDED * float(xp.finfo(first.dtype).eps) * size
    mean = xp.sum(matrix * identity, axis=(-2, -1)) / matrix.shape[-1]
    if given is not None:
        mean = arrays(first, given)[2]
    elif xp is np and np.all(np.abs(mean) <= allowed):
        mean = np.zeros(())  # one generator for all
    off = xp.max(xp.abs(detached(matrix - mean[..., None, None] * identity)), axis=(-2, -1))
    balanced = (off <= allowed) & ((detached(decay) == 0) | (xp.abs(detached(mean)) <= allowed))
    known = on_host(balanced)
    if known is not None and not known.all():
        share = float(np.max(np.asarray(on_host(off / size))))
        wanted = "a multiple of the identity" if given is None else f"{given} times the identity"
        raise InputError(
            None,
            f"the imbalance W2' W2 - W1 W1' of the start is not {wanted}, or not 0 where weights decay (it deviates by "
            f"up to {share:.2g} of the weights)",
            "use evolve, which integrates other starts",
        )
    return mean, balanced


def _counts(exponents: Array, steps: int | None) -> np.ndarray:
    """Steps before each time."""
    if steps is not None:
        return np.full(exponents.shape[-1], whole(steps, "steps", 1, "time is crossed in at least one step"))
    known = on_host(exponents)
    if known is None:
        raise InputError(
            "steps",
            "must be given where arrays are traced, because how fast they change is not known there",
            "write for example steps=4, and more if the answer is NaN",
        )
    most = known.reshape(-1, known.shape[-1]).max(axis=0)
    return np.maximum(np.ceil(most / REACH), 1).astype(int)


def _check(t: Array, first: Array, second: Array, syx: Array, d: Array) -> None:
    """Refuse times that do not increase, layers that do not lead from inputs to features, inputs that do not vary."""
    matrices = min(first.ndim, second.ndim, syx.ndim) >= 2
    if not matrices or (first.shape[-2], *syx.shape[-2:]) != (second.shape[-1], second.shape[-2], first.shape[-1]):
        raise InputError(
            None,
            f"layers of shape {tuple(first.shape)} and {tuple(second.shape)} (out, in) do not lead from the inputs to "
            f"the features of a correlation of shape {tuple(syx.shape)}",
            "pass (hidden, inputs), (features, hidden) and (features, inputs), leading axes before these",
        )
    known = on_host(t)
    if t.ndim != 1 or not t.shape[0] or known is not None and not _are_ordered(known):
        raise InputError("time", "must be finite and increase from 0 on", "write for example numpy.linspace(0, 4, 200)")
    known = on_host(d)
    if known is not None and np.any(known == 0):
        raise InputError("input_variance", "is 0.0, but what does not vary teaches nothing", "write a number above 0")


def _are_ordered(times: np.ndarray) -> bool:
    return bool(np.all(np.isfinite(times)) and np.all(np.diff(times) > 0))
