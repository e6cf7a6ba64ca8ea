r"""Answers over time as strengths of modes: what all observed cells say of the modes, kept small.

The theory's answer in a cell is :math:`\sum_a U_{ma} u_a V_{ia}`. The squared error of all cells at one time is a
quadratic form of the strengths, so that cells are needed once and the fit sees strengths alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..environments.environment import Environment
from .answered_cells import AnsweredCells

SEEN = 1e-10  # share of the largest eigenvalue below which a mixture of modes shows in no observed cell
APART = 1e-6  # share of a mode that other modes may imitate in the observed cells


@dataclass(frozen=True, eq=False)
class ProjectedCells:
    """Squared error of all cells as a function of the strengths of the modes.

    Parameters
    ----------
    factors : array, shape (times, modes, modes)
        Multiplied by strengths, these are what the cells see of them.
    aims : array, shape (times, modes)
        What the cells see.
    beyond : float
        Squared error that no strengths of modes explain.
    count : int
        Number of cells.
    """

    factors: np.ndarray
    aims: np.ndarray
    beyond: float
    count: int

    def __repr__(self) -> str:
        return f"<ProjectedCells: {self.count} cells at {len(self.aims)} times>"

    def residuals(self, strength: np.ndarray) -> np.ndarray:
        """Strengths (times, modes) against what the cells see, (times, modes)."""
        return self.seen(strength) - self.aims

    def seen(self, change: np.ndarray) -> np.ndarray:
        """What the cells see of changes of strengths (times, modes)."""
        return np.einsum("tij,tj->ti", self.factors, change)

    def error(self, strength: np.ndarray) -> float:
        """Squared error of all cells."""
        return self.beyond + float(np.sum(self.residuals(strength) ** 2))

    def of_groups(self, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Measured strength of every group of tied modes, and its variance for errors of variance 1, (times, groups).

        NaN where other modes could imitate the group in the observed cells.
        """
        together = (groups[:, None] == np.unique(groups)).astype(float)
        strengths, variances = np.full((2, len(self.aims), together.shape[1]), np.nan)
        for number, (factor, aim) in enumerate(zip(self.factors, self.aims, strict=True)):
            u, s, v = np.linalg.svd(factor @ together, full_matrices=False)
            good = s > np.sqrt(SEEN) * s.max(initial=0.0)
            back = v[good].T / s[good]
            known = 1 - np.sum(v[good] ** 2, axis=0) < APART
            strengths[number, known] = (back @ (u[:, good].T @ aim))[known]
            variances[number, known] = np.sum(back**2, axis=1)[known]
        return strengths, variances


def projected(environment: Environment, cells: AnsweredCells) -> ProjectedCells:
    """The quadratic form of the observed cells."""
    modes = environment.spectrum()
    u, v = modes.output_modes[cells.columns], environment.along(modes.input_modes)[cells.rows]
    given = cells.observed.astype(float)
    values = np.where(cells.observed, cells.values, 0.0)
    factors, aims, beyond = [], [], 0.0
    known: dict[bytes, tuple[np.ndarray, np.ndarray]] = {}
    for share, value in zip(given, values, strict=True):
        key = share.tobytes()
        if key not in known:  # mostly the same cells at all times
            known = {key: _roots(_seen_together(share, u, v))}
        root, back = known[key]
        aim = back @ np.einsum("if,ia,fa->a", share * value, v, u, optimize=True)
        factors.append(root)
        aims.append(aim)
        beyond += max(float(np.sum(share * value**2) - aim @ aim), 0.0)
    return ProjectedCells(np.stack(factors), np.stack(aims), beyond, int(given.sum()))


def _seen_together(share: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Sum over cells of the product of every two modes, (modes, modes)."""
    if np.all(share == share[0, 0]):
        return share[0, 0] * (v.T @ v) * (u.T @ u)
    return np.asarray(sum(np.outer(row, row) * ((u.T * each) @ u) for row, each in zip(v, share, strict=True)))


def _roots(form: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A root of a quadratic form and its inverse where it has one, (modes, modes) each."""
    values, axes = np.linalg.eigh(form)
    seen = values > SEEN * values.max(initial=0.0)
    size = np.sqrt(np.where(seen, values, 0.0))[:, None]
    inverse = np.where(seen[:, None], 1 / np.where(seen[:, None], size, 1.0), 0.0)
    return size * axes.T, inverse * axes.T
