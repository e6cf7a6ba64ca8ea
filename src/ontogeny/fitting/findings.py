"""What the theory predicts of an order, of widths and of illusions, tested against what was measured."""

from __future__ import annotations

from itertools import permutations
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

from .._core.digits import cents, short
from .._core.ties import ties

FEWEST = 4  # pairs of times from which on anything is tested
ALL = 7  # things whose orders are all tried; of more, so many at random:
SHUFFLES = 1999
SEED = 0
LEVEL = 0.95
NOTHING = float("nan")


class Finding(NamedTuple):
    """One prediction of the theory, tested.

    Parameters
    ----------
    prediction : "order", "width" or "illusions"
        What was predicted.
    measure : str
        What `value` is.
    value, low, high : float
        The number, and its 95% interval where there is one.
    p : float
        Probability of so large a value if nothing but chance related theory and data; NaN where it was not asked.
    n : int
        Number of items, modes or cells that tell.
    sentence : str
        The same in words.
    """

    prediction: str
    measure: str
    value: float
    low: float
    high: float
    p: float
    n: int
    sentence: str


def nothing(prediction: str, why: str) -> Finding:
    """A prediction that these data cannot test."""
    sentence = f"{prediction.capitalize()}: nothing to test, {why}."
    return Finding(prediction, "", NOTHING, NOTHING, NOTHING, NOTHING, 0, sentence)


def order(predicted: np.ndarray, measured: np.ndarray, of: str) -> Finding:
    """Whether what the theory expects early is early: Kendall's tau b, with ties, and its chance level by shuffling."""
    known = ~np.isnan(predicted) & ~np.isnan(measured)
    n = int(known.sum())
    first, second = (_signs(values[known]) for values in (predicted, measured))
    if n < FEWEST or not first.any() or not second.any():
        return nothing("order", f"fewer than {FEWEST} {of} have a time, or all the same")
    agreement = int(np.sum(first * second))
    size = np.sqrt(float(np.count_nonzero(first)) * float(np.count_nonzero(second)))
    at_random = np.random.default_rng(SEED)
    others = permutations(range(n)) if n <= ALL else (at_random.permutation(n) for _ in range(SHUFFLES))
    found = [int(np.sum(first * second[np.ix_(one, one)])) >= agreement for one in map(list, others)]
    p = float(np.mean(found)) if n <= ALL else (1 + sum(found)) / (1 + SHUFFLES)
    tau = agreement / size
    sentence = (
        f"Order: Kendall's tau between the {of} as predicted and as measured is {cents(tau)} (n = {n}, "
        f"p = {short(p, 2)} by shuffling; 1 is the predicted order)."
    )
    return Finding("order", "Kendall's tau b", tau, NOTHING, NOTHING, p, n, sentence)


def proportional_width(predicted: np.ndarray, measured: np.ndarray, depth: int) -> Finding:
    """Whether late transitions are wide in proportion: slope of measured against predicted widths, both logarithmic."""
    known = np.isfinite(predicted) & np.isfinite(measured) & (measured > 0)
    n = int(known.sum())
    x, y = (np.log(values[known]) for values in (predicted, measured))
    if n < FEWEST or np.ptp(x) < 1e-6:
        return nothing("width", f"fewer than {FEWEST} modes of different strength have a transition that was resolved")
    x, y = x - x.mean(), y - y.mean()
    slope = float(x @ y / (x @ x))
    error = np.sqrt(np.sum((y - slope * x) ** 2) / (n - 2) / (x @ x))
    reach = float(student.ppf((1 + LEVEL) / 2, n - 2) * error)
    unit = "1/s, the inverse of its singular value" if depth == 2 else "the width that is predicted"
    sentence = (
        f"Width: the time that a mode takes from 10 to 90% grows with the power {cents(slope)} "
        f"[{cents(slope - reach)}, {cents(slope + reach)}] of {unit} (n = {n} modes; 1 is proportional, as predicted)."
    )
    return Finding("width", "power of the width", slope, slope - reach, slope + reach, NOTHING, n, sentence)


def _signs(values: np.ndarray) -> np.ndarray:
    """Sign of the difference of every two values, (values, values); those that differ by rounding are equal."""
    ranks = ties(values)
    return np.sign(ranks[:, None] - ranks)
