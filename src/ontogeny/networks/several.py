"""Several networks in one `Evolution`: each solved as it would be alone, arrays with leading axes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError
from .._core.weights import as_numbers
from ..validity import Assumption, Validity
from .evolution import Evolution, Solution
from .matrix_solution import Blocks, matrix_solution
from .riccati import RiccatiSolution

LONGEST = 100.0  # exponent of the fastest mode up to which many are stepped together; beyond, long steps are cheaper
MOST_TIMES = 100  # up to which they are; beyond, interpolation is cheaper
FEWEST = 4  # networks from which on that pays


@dataclass(frozen=True, eq=False)
class Several:
    """Solutions of several networks, of one shape.

    Parameters
    ----------
    solutions : list of Solution
        One for each network, in the order of the leading axes.
    leading : tuple of int
        Leading axes.
    kept : dict
        Blocks of the Gram matrices for the times that were asked for last, where all were computed in one call.
    """

    solutions: Sequence[Solution]
    leading: tuple[int, ...]
    kept: dict[bytes, Blocks] = field(default_factory=dict, repr=False)

    def network_map(self, times: np.ndarray) -> np.ndarray:
        return self._block(times, "network_map")

    def input_gram(self, times: np.ndarray) -> np.ndarray:
        return self._block(times, "input_gram")

    def output_gram(self, times: np.ndarray) -> np.ndarray:
        return self._block(times, "output_gram")

    def factors(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        f_in, f_out = zip(*(solution.factors(times) for solution in self.solutions), strict=True)
        if len({part.shape for part in f_in}) > 1:
            raise InputError(None, "the factors of these networks differ in size", "use .network_map or .weights")
        return self._stacked(f_in), self._stacked(f_out)

    def weights(self, times: np.ndarray) -> list[np.ndarray]:
        layers = zip(*(solution.weights(times) for solution in self.solutions), strict=True)
        return [self._stacked(layer) for layer in layers]

    def _block(self, times: np.ndarray, name: str) -> np.ndarray:
        together = self._together(times)
        if together is not None:
            found: np.ndarray = getattr(together, name)
            return self._stacked(found)
        return self._stacked([getattr(solution, name)(times) for solution in self.solutions])

    def _together(self, times: np.ndarray) -> Blocks | None:
        """Every block of all networks by one call, where the matrix solution holds for all and time is not too long."""
        exact = [each for each in self.solutions if isinstance(each, RiccatiSolution) and not each.problem.missing]
        alike = len({each.problem.start.shape for each in exact}) == 1
        if not alike or len(exact) < max(len(self.solutions), FEWEST) or times.size > MOST_TIMES:
            return None
        fastest = max(float(np.abs(each.problem.rates).max(initial=0.0)) * each.clock for each in exact)
        if fastest * times[-1] > LONGEST:
            return None
        asked = times.tobytes()
        if asked not in self.kept:
            inputs, outputs = (np.stack(half) for half in zip(*(each.halves() for each in exact), strict=True))
            clock, decay, imbalance = np.array([(each.clock, each.decay, each.imbalance) for each in exact]).T
            goal, clock, decay, imbalance = map(_once, (np.stack([e.target for e in exact]), clock, decay, imbalance))
            self.kept.clear()
            self.kept[asked] = matrix_solution(
                times,
                goal,
                np.swapaxes(inputs, -1, -2),
                outputs,
                weight_decay=decay,
                tau=1 / clock,
                imbalance=imbalance,
            )
        return self.kept[asked]

    def _stacked(self, parts: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
        stack = np.asarray(parts)
        return stack.reshape(*self.leading, *stack.shape[1:])


def _once(values: np.ndarray) -> np.ndarray:
    """What is the same for all networks, for one of them: it is then computed once."""
    return values[:1] if (values == values[:1]).all() else values


Member = tuple[list[ArrayLike], ArrayLike, ArrayLike]


def members(
    weights: Sequence[ArrayLike], syx: ArrayLike, sxx: ArrayLike | None
) -> tuple[tuple[int, ...], Iterator[Member]]:
    """Leading axes of layers and correlations (..., rows, columns), and what each network has of them."""
    given = [*weights, syx, sxx]
    shapes = [_shape(value) for value in given]
    stacked = [shape for shape in shapes if len(shape) > 2]
    try:
        leading = np.broadcast_shapes(*(shape[:-2] for shape in stacked))
    except ValueError:
        raise InputError(
            None,
            f"layers and correlations of shapes {stacked} have leading axes that do not fit each other",
            "give every network its own, or all the same",
        ) from None
    if 0 in leading:
        raise InputError(None, f"the leading axes {leading} hold no network at all", "pass one network or more")
    places = [place for place, shape in enumerate(shapes) if len(shape) > 2]
    of = {place: as_numbers(given[place], _name(place, len(weights))) for place in places}
    wide = {place: np.broadcast_to(value, (*leading, *value.shape[-2:])) for place, value in of.items()}

    def each() -> Iterator[Member]:
        for index in np.ndindex(*leading):
            *layers, goal, drive = (wide[place][index] if place in wide else value for place, value in enumerate(given))
            yield layers, goal, drive

    return leading, each()


def _shape(value: ArrayLike) -> tuple[int, ...]:
    try:
        return tuple(np.shape(value)) if value is not None else ()
    except ValueError:  # rows of unequal length, which are refused where they are read
        return ()


def _name(place: int, layers: int) -> str:
    return f"weights[{place}]" if place < layers else ("input_output_correlation", "input_correlation")[place - layers]


def several(evolutions: Sequence[Evolution], leading: tuple[int, ...]) -> Evolution:
    """Networks that were solved one by one as one record, arrays with leading axes."""
    first = evolutions[0]
    methods = sorted({each.method for each in evolutions})
    ends = None
    if any(each.plateau is not None for each in evolutions):
        nowhere = np.full(first.shape, np.nan)
        ends = np.stack([nowhere if each.plateau is None else each.plateau for each in evolutions])
        ends = ends.reshape(*leading, *first.shape)
    return Evolution(
        first.times,
        Several([each.solution for each in evolutions], leading),
        methods[0] if len(methods) == 1 else " and ".join(methods),
        partial(_worst, [each.measure for each in evolutions]),
        first.shape,
        ends,
        leading,
    )


def _worst(measures: Sequence[Callable[[], Validity]]) -> Validity:
    """Of every assumption the network that is farthest from it."""
    rows = zip(*(measure().assumptions for measure in measures), strict=True)
    return Validity(tuple(max(row, key=_distance) for row in rows))


def _distance(assumption: Assumption) -> tuple[bool, float]:
    return not assumption.holds, assumption.measured
