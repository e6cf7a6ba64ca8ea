"""Two senses that feed one answer: how long the stronger is learned alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, positive


class UnimodalPhase(NamedTuple):
    """When each of two senses is learned.

    Attributes
    ----------
    first, second : float
        Time at which the sense that is learned first, and the other, is learned [unit of tau].
    ratio : float
        Second over first; it does not hang on how small the start is.
    learned_first : int
        Which sense is first: 0 or 1, in the order in which they were given.
    """

    first: float
    second: float
    ratio: float
    learned_first: int


def unimodal_phase(
    correlations: tuple[ArrayLike, ArrayLike],
    input_correlations: tuple[ArrayLike, ArrayLike],
    cross_correlation: ArrayLike | None = None,
    *,
    initial_weight: float,
    tau: float = 1.0,
) -> UnimodalPhase:
    r"""Times at which two senses are learned by pathways of two layers whose outputs are added.

    With A the sense that is more correlated with the answers, and a start of :math:`u_0` in each layer,

    .. math:: t_A = \tau\,\frac{\ln(1/u_0)}{|\Sigma_{yA}|}

    .. math:: t_B = t_A + \tau\,\frac{\ln(1/u_0)\,(1 - |\Sigma_{yB}|/|\Sigma_{yA}|)}{|\Sigma_{yB}
                   - \Sigma_{yA}\,\Sigma_{AA}^{-1}\,\Sigma_{AB}|}

    In between only A is known, and what A explains of the answers is missing from what B is taught.

    Implements: zhang2024 text
    Checked by: tests/plasticity/test_modalities.py::test_the_ratio_is_that_of_whole_networks

    Parameters
    ----------
    correlations : pair of array, shape (inputs,) or (outputs, inputs)
        Correlation of the answers with the inputs of each sense.
    input_correlations : pair of array, shape (inputs, inputs)
        Correlation of the inputs of each sense; numbers where a sense has one input.
    cross_correlation : array, shape (inputs of the first, inputs of the second), optional
        Of the inputs of both senses; 0 if not given.
    initial_weight : float
        Size of each layer before learning, between 0 and 1.
    tau : float
        Time constant.

    Returns
    -------
    UnimodalPhase

    Raises
    ------
    InputError
        Shapes that do not fit, a sense that has nothing to do with the answers, a start of 1 or more.

    Notes
    -----
    Exact in the limit of small starts; corrections fall as 1/ln(1/u0), some per cent at 1e-4.

    Examples
    --------
    A sense half as well correlated, and not correlated with the first, is learned a while later:

    >>> unimodal_phase((1.0, 0.5), (1.0, 1.0), initial_weight=1e-4).ratio
    2.0
    """
    a, b = (np.atleast_2d(np.asarray(each, dtype=float)) for each in correlations)
    aa, bb = (np.atleast_2d(np.asarray(each, dtype=float)) for each in input_correlations)
    shape = (a.shape[1], b.shape[1])
    cross = np.zeros(shape) if cross_correlation is None else np.asarray(cross_correlation, dtype=float)
    fits = a.shape[0] == b.shape[0] and aa.shape == (a.shape[1],) * 2 and bb.shape == (b.shape[1],) * 2
    if not fits or cross.size != a.shape[1] * b.shape[1]:
        raise InputError(
            "correlations",
            f"have the shapes {a.shape} and {b.shape}, those of the inputs {aa.shape}, {bb.shape} and {cross.shape}",
            "pass (outputs, inputs) and (inputs, inputs) of each sense, and (inputs, inputs) of both",
        )
    ab = cross.reshape(shape)
    start = positive(initial_weight, "initial_weight", "pathways that start at 0 stay there")
    if start >= 1:
        raise InputError("initial_weight", f"is {initial_weight!r}, but the law is about small starts", "write 1e-3")
    sizes = [np.linalg.norm(each, 2) for each in (a, b)]
    if min(sizes) == 0:
        raise InputError("correlations", "are 0 for a sense, which then is never learned", "pass both above 0")
    if sizes[1] > sizes[0]:
        a, b, aa, ab, sizes = b, a, bb, ab.T, sizes[::-1]
        which = 1
    else:
        which = 0
    left = np.linalg.norm(b - a @ np.linalg.solve(aa, ab), 2)
    wait = np.log(1 / start) * positive(tau, "tau", "it must be positive")
    first = wait / sizes[0]
    later = wait * (1 - sizes[1] / sizes[0]) / left if left > 0 else np.inf
    return UnimodalPhase(float(first), float(first + later), float((first + later) / first), which)
