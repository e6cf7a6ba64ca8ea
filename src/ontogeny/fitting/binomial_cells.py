"""Shares of answers over time: the most likely tau and start, where every share is that of so many trials."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from ..semantics.acquired import half_range, midpoint
from .answered_cells import AnsweredCells
from .course_problem import CourseProblem, answers_of

SURE = 0.01  # closest that a probability is taken to 0 and 1


def fit_shares(problem: CourseProblem, cells: AnsweredCells, where: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """The most likely parameters from some place on, the slopes of all shares in standard deviations, their scatter.

    The scatter is the mean squared deviation in units of the binomial variance, 1 or more.
    """
    targets = problem.environment.samples.targets
    middle, half = midpoint(targets)[cells.columns], half_range(targets)[cells.columns]
    seen = cells.observed
    trials = np.zeros(seen.shape) if cells.trials is None else cells.trials  # 0 where none was observed
    yes = np.where(seen, (cells.values - middle) / (2 * half) + 0.5, 0.5)

    def shares(place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities, and their slopes by both parameters, (2, times, items, features)."""
        raw = (answers_of(problem.environment, cells, problem.strengths(place)) - middle) / (2 * half) + 0.5
        moves = np.stack([answers_of(problem.environment, cells, each) for each in problem.speeds(place)]) / (2 * half)
        return np.clip(raw, SURE, 1 - SURE), np.where((raw > SURE) & (raw < 1 - SURE), moves, 0.0)

    def negative(place: np.ndarray) -> tuple[float, np.ndarray]:
        p, moves = shares(place)
        value = -np.sum(trials * (yes * np.log(p) + (1 - yes) * np.log1p(-p)))
        return float(value), -np.sum(moves * (trials * (yes - p) / (p * (1 - p))), axis=(1, 2, 3))

    bounds = [(where[0] - 10, where[0] + 10), problem.below]
    found = minimize(negative, where, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-7})
    p, moves = shares(found.x)
    root = np.sqrt(trials / (p * (1 - p)))
    scatter = float(np.sum((root * (yes - p)) ** 2) / max(int(seen.sum()) - 2, 1))
    return np.asarray(found.x), (root * moves).reshape(2, -1).T, max(scatter, 1.0)
