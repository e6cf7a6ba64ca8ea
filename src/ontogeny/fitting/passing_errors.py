"""Illusions in data: do answers rise and fall where the theory says that something is believed for a while?"""

from __future__ import annotations

import numpy as np

from .._core.digits import cents, short
from .findings import FEWEST, LEVEL, SEED, SHUFFLES, Finding, nothing

NOTICEABLE = 0.05  # of the range of a feature: how far an answer rises and falls again, for a cell to be named


def illusions(predicted: np.ndarray, measured: np.ndarray, is_low: np.ndarray, scale: np.ndarray) -> Finding:
    """Share of the cells named by the theory whose measured answers rise and then fall, and its chance level.

    A cell is named if its feature is not there and the predicted answer rises beyond its first and last value by a
    twentieth of the range. Its measured answer rises and falls if it is larger at the predicted peak than at both ends;
    noise at the ends makes that rarer. For chance, measured courses are shuffled within each feature among the items
    without it.

    Parameters
    ----------
    predicted, measured : arrays, shape (times, items, features)
        Answers at the same times; NaN where none was observed.
    is_low : array of bool, shape (items, features)
        Whether the feature is not there.
    scale : array, shape (features,)
        Range of each feature.
    """
    if len(predicted) < 3:
        return nothing("illusions", "fewer than three times do not show a rise and a fall")
    peak = 1 + np.argmax(predicted[1:-1], axis=0)
    rises = _rise(predicted, peak) / scale
    named = is_low & (rises > NOTICEABLE) & np.isfinite(_rise(measured, peak))
    n = int(named.sum())
    if n < FEWEST:
        return nothing("illusions", f"the theory names fewer than {FEWEST} cells at these times")
    found = (_rise(measured, peak) / scale)[named]
    share, mean = float(np.mean(found > 0)), float(found.mean())
    generator, chance = np.random.default_rng(SEED), []
    for _ in range(SHUFFLES):
        mixed = _mixed(measured, is_low, generator)
        heights = (_rise(mixed, peak) / scale)[named]
        chance.append(float(np.nanmean(heights)) >= mean if np.isfinite(heights).any() else True)
    p = (1 + sum(chance)) / (1 + SHUFFLES)
    low, high = _wilson(share, n)
    expected = float(rises[named].mean())
    sentence = (
        f"Illusions: of {n} cells that the theory says are wrongly true for a while, {share:.0%} "
        f"[{low:.0%}, {high:.0%}] rise and fall in the data, by {cents(mean)} of the range on average (predicted "
        f"{cents(expected)}; p = {short(p, 2)} by shuffling items)."
    )
    return Finding("illusions", "share that rises and falls", share, low, high, p, n, sentence)


def _rise(answers: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """How far answers at some times lie above the first and the last one, (items, features)."""
    at_peak = np.take_along_axis(answers, peak[None], axis=0)[0]
    return at_peak - np.maximum(answers[0], answers[-1])


def _mixed(measured: np.ndarray, is_low: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Courses shuffled within each feature among the items that do not have it."""
    order = np.argsort(np.where(is_low, generator.random(is_low.shape), 2.0), axis=0, kind="stable")
    ranks = np.argsort(np.argsort(~is_low, axis=0, kind="stable"), axis=0)
    source = np.where(is_low, np.take_along_axis(order, ranks, axis=0), np.arange(len(is_low))[:, None])
    return np.take_along_axis(measured, np.broadcast_to(source, measured.shape), axis=1)


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Interval of a share of n."""
    from scipy.stats import norm

    z = float(norm.ppf((1 + LEVEL) / 2))
    center, reach = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    ends = (center + np.array([-reach, reach])) / (1 + z**2 / n)
    low, high = np.clip(ends, 0.0, 1.0)
    return float(low), float(high)
