"""Sensitivity d' from hits and false alarms, with its standard error."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from .._core.arrays import ArrayLike
from .._core.checks import InputError


def d_prime(
    hits: ArrayLike, signals: ArrayLike, false_alarms: ArrayLike, noises: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    r"""Sensitivity d' from hits and false alarms, and its standard error.

    .. math:: d' = z(H) - z(F)

    Derived for this package; no printed source is known.

    Checked by: tests/fitting/test_sensitivity.py::test_simulated_observers

    Parameters
    ----------
    hits, signals : array, shape (...)
        Times that a signal was answered with yes (go), of how many signals.
    false_alarms, noises : array, shape (...)
        Times that there was none and the answer was yes, of how many.

    Returns
    -------
    sensitivity, error : array, shape (...)
        For `fit_score_curve(time, sensitivity, error=error, floor=0)`.

    Raises
    ------
    InputError
        More answers than trials, or no trials.

    Notes
    -----
    One half is added to hits and to false alarms, and one to the trials of each, so that d' is finite if all or none
    are hits; this pulls large d' down where trials are few. The error is that of a normal approximation.

    Examples
    --------
    >>> sensitivity, error = d_prime([30, 45], [50, 50], [20, 5], [50, 50])
    >>> sensitivity.round(2).tolist(), error.round(2).tolist()
    ([0.5, 2.48], [0.25, 0.33])
    """
    hit, hit_error = _z(hits, signals, "hits")
    alarm, alarm_error = _z(false_alarms, noises, "false_alarms")
    return hit - alarm, np.hypot(hit_error, alarm_error)


def _z(answered: ArrayLike, shown: ArrayLike, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Quantile of a share of answers, and its standard error."""
    yes, n = np.asarray(answered, dtype=float), np.asarray(shown, dtype=float)
    if not np.all((yes >= 0) & (yes <= n) & (n > 0)):
        raise InputError(name, "are more than there were trials, or there were none", "leave such blocks out")
    share = (yes + 0.5) / (n + 1)
    z = norm.ppf(share)
    return z, np.sqrt(share * (1 - share) / (n + 1)) / norm.pdf(z)
