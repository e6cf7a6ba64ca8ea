"""The squared error of answers over time, as a function of tau and of a start that all modes share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import least_squares

from .._core.checks import InputError
from ..environments.environment import Environment
from ..modes.deep import mode_velocity
from ..modes.laws import law
from .answered_cells import AnsweredCells
from .item_times import range_of_starts
from .projected_cells import ProjectedCells

CLOCKS, STARTS, TRIED = 24, 12, 3  # of the grid on which a fit begins, and how many of it are followed


@dataclass(frozen=True, eq=False)
class CourseProblem:
    """Squared error of cells, by the logarithm of tau and by how far the start lies below what is learned."""

    environment: Environment
    depth: int
    time: np.ndarray
    cells: ProjectedCells

    def __repr__(self) -> str:
        return f"<CourseProblem: {self.cells!r}, depth {self.depth}>"

    @cached_property
    def final(self) -> float:
        """What the strongest mode learns."""
        return float(self.environment.final_strength.max())

    @cached_property
    def below(self) -> tuple[float, float]:
        """Range of starts, as logarithms of what is learned over the start."""
        low, high = range_of_starts(self.environment)
        return float(np.log(self.final / high)), float(np.log(self.final / low))

    @cached_property
    def clocks(self) -> np.ndarray:
        """Logarithms of tau to begin with: some mode is half learned while it is looked."""
        modes, start = self.environment.spectrum(), self.final * float(np.exp(-self.below[1] / 2))
        s, d = modes.singular_values, modes.input_variances
        half = law(self.depth).time_to_strength(self.environment.final_strength / 2, s, start, input_variance=d)
        half = half[np.isfinite(half) & (half > 0)]
        seen = self.time[self.time > 0]
        if not seen.size:
            raise InputError("table", "has no time after the onset", "give answers while or after learning")
        return np.linspace(np.log(seen.min() / half.max() / 3), np.log(3 * seen.max() / half.min()), CLOCKS)

    def slower(self, below: float, other: float) -> float:
        """How much longer the strongest mode takes from one start than from another, as a logarithm."""
        modes = self.environment.spectrum()
        place = int(np.argmax(self.environment.final_strength))
        s, d = modes.singular_values[place], modes.input_variances[place]
        start = self.final * np.exp(-np.array([below, other]))
        times = law(self.depth).time_to_strength(0.9 * self.final, s, start, input_variance=d)  # no start is so large
        return float(np.log(times[0] / times[1]))

    def strengths(self, where: np.ndarray) -> np.ndarray:
        """Strengths of the modes, (times, modes)."""
        start = self.final * float(np.exp(-where[1]))
        return strengths_of(self.environment, self.depth, self.time, float(np.exp(where[0])), start)

    def off(self, where: np.ndarray) -> np.ndarray:
        """Residuals."""
        return self.cells.residuals(self.strengths(where)).ravel()

    def speeds(self, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Derivatives of the strengths by both parameters, (times, modes) each: every mode keeps to its own clock."""
        modes, start = self.environment.spectrum(), self.final * float(np.exp(-where[1]))
        s, d = modes.singular_values, modes.input_variances
        velocity = mode_velocity(self.strengths(where), s, depth=self.depth, input_variance=d)
        begun = mode_velocity(start, s, depth=self.depth, input_variance=d)
        by_clock = -velocity * (self.time / np.exp(where[0]))[:, None]
        return by_clock, -velocity * start / np.where(begun == 0, np.inf, begun)

    def change(self, where: np.ndarray) -> np.ndarray:
        """Derivatives of the residuals, (residuals, 2)."""
        return np.stack([self.cells.seen(each).ravel() for each in self.speeds(where)], axis=1)

    def deviance(self, where: np.ndarray) -> float:
        """Deviance of equal normal errors of unknown size, but for a constant."""
        floor = 1e-24 * (self.cells.beyond + float(np.sum(self.cells.aims**2)))
        return self.cells.count * float(np.log(max(self.cells.error(self.strengths(where)), floor)))

    def profile(self, where: np.ndarray, fixed: int, value: float) -> float:
        """Least deviance with one parameter fixed, looked for along the valley through the best place."""
        free = 1 - fixed
        design = self.change(where)
        tilt = -float(design[:, fixed] @ design[:, free] / (design[:, free] @ design[:, free]))
        bounds = ([-np.inf], [np.inf]) if free == 0 else ([self.below[0]], [self.below[1]])
        begun = where[free] + tilt * (value - where[fixed])
        if free == 0:
            begun = where[0] + self.slower(float(where[1]), value)

        def whole_place(one: np.ndarray) -> np.ndarray:
            return np.array([value, one[0]] if fixed == 0 else [one[0], value])

        found = least_squares(
            lambda one: self.off(whole_place(one)),
            np.clip([begun], bounds[0][0] + 1e-9, bounds[1][0] - 1e-9),
            lambda one: self.change(whole_place(one))[:, free : free + 1],
            bounds=bounds,
        )
        return self.deviance(whole_place(found.x))

    def best(self) -> np.ndarray:
        """The best parameters, from the best places of a grid."""
        spread = np.geomspace(*self.below, STARTS)
        shifts = [self.slower(self.below[1] / 2, float(below)) for below in spread]
        grid = [(clock + shift, below) for clock in self.clocks for below, shift in zip(spread, shifts, strict=True)]
        errors = [self.cells.error(self.strengths(np.array(one))) for one in grid]
        found = [self.followed(np.array(grid[place])) for place in np.argsort(errors, kind="stable")[:TRIED]]
        return min(found, key=lambda where: self.cells.error(self.strengths(where)))

    def followed(self, where: np.ndarray) -> np.ndarray:
        """The nearest minimum."""
        bounds = ([-np.inf, self.below[0]], [np.inf, self.below[1]])
        inside = np.clip(where, np.array([-np.inf, self.below[0] + 1e-9]), np.array([np.inf, self.below[1] - 1e-9]))
        options = {"xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15}
        return np.asarray(least_squares(self.off, inside, self.change, bounds=bounds, x_scale="jac", **options).x)


def strengths_of(environment: Environment, depth: int, time: np.ndarray, tau: float, start: float) -> np.ndarray:
    modes = environment.spectrum()
    return np.asarray(
        law(depth).mode_strength(
            time[:, None] / tau, modes.singular_values, start, input_variance=modes.input_variances
        )
    )


def answers_of(environment: Environment, cells: AnsweredCells, strength: np.ndarray) -> np.ndarray:
    """Answers in the cells, (times, items, features)."""
    modes = environment.spectrum()
    u, v = modes.output_modes[cells.columns], environment.along(modes.input_modes)[cells.rows]
    return (strength[:, None] * v) @ u.T
