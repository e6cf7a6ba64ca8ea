"""Any weights, any correlations, any times: `evolve` picks the solution that holds, and reports it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from .._core.arrays import ArrayLike, on_host, refuse_traced
from .._core.checks import InputError, PlateauWarning, one_of
from .._core.notes import Setting
from ..modes import balanced, chain, unbalanced
from ..validity import Assumption, Validity
from .evolution import EndToEnd, Evolution, Flow, Modes, Shallow, Solution
from .layer_rates import Rescaled
from .problem import EXACT, Problem
from .riccati import MISSING, Riccati, RiccatiSolution
from .several import members, several

METHODS = ("auto", "shallow", "decoupled", "riccati", "end_to_end", "flow")
NEARLY = 1e-9  # relative distance from the best map that is rounding, not a plateau


def evolve(
    weights: Sequence[ArrayLike],
    input_output_correlation: ArrayLike,
    input_correlation: ArrayLike | None = None,
    *,
    times: ArrayLike,
    tau: ArrayLike = 1.0,
    weight_decay: ArrayLike = 0.0,
    method: str = "auto",
    rtol: float = 1e-10,
) -> Evolution:
    """Every weight of a linear network over time, from any start.

    Parameters
    ----------
    weights : list of arrays, shape (out, in) each
        Weights at time 0, first layer first; any depth and widths. NumPy, JAX, or PyTorch, for example
        ``model.parameters()`` of linear layers without biases. Several networks in one call have leading axes, here
        or in the correlations, and so has all that comes back.
    input_output_correlation : array, shape (features, inputs)
        What is to be learned.
    input_correlation : array, shape (inputs, inputs), optional
        Correlation of the inputs, symmetric and positive semi-definite; the identity if not given.
    times : array, shape (times,)
        Finite, increasing, from 0 on [unit of tau]; late ones cost little.
    tau : float or array, shape (layers,)
        Time constant, of all layers or of each: twice as large is half the learning rate.
    weight_decay : float or array, shape (layers,)
        Decay rate of every weight, or of those of each layer.
    method : str
        "auto" takes the first that holds of

        - "shallow": one weight matrix, any inputs;
        - "decoupled": every mode keeps to its own direction in every layer (inputs white or aligned with the modes);
        - "riccati": two weight matrices, white inputs, imbalance ``W2' W2 - W1 W1'`` a multiple of the identity
          (zero if weights decay);
        - "flow": the differential equation of the weights, integrated.

        Balanced and imbalance are meant of weights times the root of their layer's time constant. Layers that decay at
        different rates have no closed form.

        "end_to_end", only when asked for, integrates the equation of the map alone; it needs balanced layers.
    rtol : float
        Relative tolerance of the integrator.

    Returns
    -------
    Evolution
        Maps, Gram matrices and weights, computed when asked for; its `method` and `validity` say what was used and why.

    Raises
    ------
    InputError
        Shapes that do not fit, numbers out of range, or a method that does not hold here, with the measured reason.

    Warns
    -----
    PlateauWarning
        A start has no part along a direction of the target: the network stays on a plateau.

    Examples
    --------
    Balanced weights need no integration, whatever their shape:

    >>> import numpy as np
    >>> start = [np.full((1, 2), 0.1), np.array([[0.2], [0.1]])]
    >>> evolve(start, np.array([[2.0, 1.0], [0.0, 1.0]]), times=[0.0, 5.0]).method
    'riccati'

    A first layer that hardly learns, as before its features are released:

    >>> slow = evolve(start, np.array([[2.0, 1.0], [0.0, 1.0]]), times=[0.0, 5.0], tau=[100.0, 1.0])
    >>> slow.weights[0][-1].round(2).tolist()
    [[0.1..., 0.1...]]
    """
    one_of(method, METHODS, "method")
    clock = _clock(times)
    given = list(weights.values()) if hasattr(weights, "values") and callable(weights.values) else list(weights)
    leading, networks = members(given, input_output_correlation, input_correlation)
    found, distances = [], []
    for layers, syx, sxx in networks:
        problem = Problem.checked(layers, syx, sxx, weight_decay, tau, rtol)
        evolution, distance = _solved(problem, method, clock)
        found.append(evolution)
        distances.append(distance)
    if any(distances):
        stuck = f" of {np.count_nonzero(distances)} of {len(found)} networks" if leading else ""
        warnings.warn(
            f"the start{stuck} has no part along a direction of the target, so the network stays on a plateau, "
            f"{max(distances):.3g} away from the best map it could learn; start from other weights to reach it",
            PlateauWarning,
            stacklevel=2,
        )
    return several(found, leading) if leading else found[0]


def _solved(problem: Problem, method: str, clock: np.ndarray) -> tuple[Evolution, float]:
    """One network by the first method that holds, and how far from the best map it ends; 0 where it reaches it."""
    reasons = {}
    for name in METHODS[1:4] + ("flow",) if method == "auto" else (method,):
        if problem.differs and name != "flow":
            reasons[name] = "layers decay at different rates, which has no closed form"
            continue
        solution, reasons[name] = _SOLVERS[name](problem)
        if solution is not None:
            plateau = _plateau(problem, solution, name)
            measure = partial(_assumptions, problem, name, plateau)
            features, inputs = problem.syx.shape
            distance = 0.0 if plateau is None else float(np.linalg.norm(plateau - _best(problem)))
            if (problem.scales != 1).any():
                solution = Rescaled(solution, problem.scales)
            return Evolution(clock, solution, name, measure, (features, inputs), plateau), distance
    raise InputError("method", f"is {method!r}, but {reasons[method]}", ("write ", Setting("method", "auto")))


Solved = tuple[Solution | None, str]


def _shallow(problem: Problem) -> Solved:
    if len(problem.layers) > 1:
        return None, f"there are {len(problem.layers)} weight matrices, and this law holds for one"
    variances, axes = np.linalg.eigh(problem.sxx)
    start, drive = problem.layers[0] @ axes, problem.syx @ axes
    return Shallow(axes, start, drive, np.maximum(variances, 0) + problem.decay, problem.tau), ""


def _decoupled(problem: Problem) -> Solved:
    if len(problem.layers) < 2:
        return None, "there is one weight matrix, and this law holds for two or more"
    if problem.misalignment > EXACT:
        return (
            None,
            f"the inputs are not aligned with the modes ({problem.misalignment:.2g} of their drive leaves them)",
        )
    axes, strengths, coupling = problem.followed
    if coupling > EXACT:
        return (
            None,
            f"the modes do not keep to their own directions (a share of {coupling:.2g} of the weights couples them)",
        )
    s, d = problem.modes[1], problem.variances
    if problem.decay and (len(strengths) > 2 or not np.allclose(strengths[0], strengths[1], rtol=EXACT, atol=0)):
        return None, "weights decay and layers differ in strength, which has no closed form"
    return Modes(partial(_mode_courses, problem, s, d, _cancelled(strengths)), axes), ""


def _cancelled(strengths: list[np.ndarray]) -> list[np.ndarray]:
    """Strengths of two layers that cancel to rounding, made to cancel exactly: the errors would grow and be learned."""
    if len(strengths) != 2:
        return strengths
    first, second = strengths
    cancels = np.abs(first + second) <= MISSING * (np.abs(first) + np.abs(second))
    return [np.where(cancels, (first - second) / 2, first), np.where(cancels, (second - first) / 2, second)]


def _mode_courses(
    problem: Problem, s: np.ndarray, d: np.ndarray, strengths: list[np.ndarray], times: np.ndarray
) -> np.ndarray:
    """Strength of every mode in every layer, (times, layers, modes)."""
    clock, tau = times[:, None], problem.tau
    if problem.decay:
        u = balanced.mode_strength(clock, s, strengths[0] ** 2, input_variance=d, weight_decay=problem.decay, tau=tau)
        return np.stack([np.sqrt(u) * np.sign(strength) for strength in strengths], axis=1)
    if len(strengths) == 2:
        return np.stack(unbalanced.layer_strengths(clock, s, *strengths, input_variance=d, tau=tau), axis=1)
    courses = chain.layer_strengths(clock, s, np.stack(strengths, axis=-1), input_variance=d, tau=tau)
    return np.moveaxis(courses, -1, 1)


def _riccati(problem: Problem) -> Solved:
    mean, deviation = problem.imbalance
    if len(problem.layers) != 2:
        return None, f"there are {len(problem.layers)} weight matrices, and this law holds for two"
    if problem.variance is None or problem.variance <= 0:
        return None, "the inputs are not white"
    if deviation > EXACT:
        return None, (
            f"the imbalance W2' W2 - W1 W1' is not a multiple of the identity (it deviates by {deviation:.2g} of the "
            "weights)"
        )
    if problem.decay and mean:
        return None, f"weights decay and the imbalance is {mean:.3g}; with decay it must be zero"
    d, (first, second) = problem.variance, problem.layers
    u, s, v = problem.modes
    riccati = Riccati.from_weights(first, second, (u, s / d, v), mean, problem.decay / d)
    goal = problem.syx / d
    return RiccatiSolution(riccati, d / problem.tau, first, second, goal, mean, problem.decay / d, problem.flow), ""


def _end_to_end(problem: Problem) -> Solved:
    mean, deviation = problem.imbalance
    size = max(float(np.sum(problem.layers[0] ** 2)), 1e-300)
    if deviation > EXACT or abs(mean) > EXACT * size:
        return None, f"the layers are not balanced (relative imbalance {max(deviation, abs(mean) / size):.2g})"
    if problem.decay:
        return None, "weights decay, which the flow of the map leaves out"
    return EndToEnd(problem.layers, problem.syx, problem.sxx, problem.tau, problem.rtol), ""


def _flow(problem: Problem) -> Solved:
    return Flow(problem.flow), ""


_SOLVERS: dict[str, Callable[[Problem], Solved]] = {
    "shallow": _shallow,
    "decoupled": _decoupled,
    "riccati": _riccati,
    "end_to_end": _end_to_end,
    "flow": _flow,
}


def _best(problem: Problem) -> np.ndarray:
    """The best map that the hidden layers have room for, inputs white or aligned; with decay every mode ends lower."""
    u, s, v = problem.modes
    left = np.maximum(s - problem.decay, 0)
    worth = left**2 / np.where(problem.variances > 0, problem.variances, 1.0)  # of the error
    room = min(layer.shape[0] for layer in problem.layers[:-1])
    kept = np.argsort(np.argsort(-worth, kind="stable"), kind="stable") < room
    return (u * np.where(kept, problem.ends, 0.0)) @ v.T


def _plateau(problem: Problem, solution: Solution, method: str) -> np.ndarray | None:
    """Where a network ends if its start lacks a direction of the target; None if it lacks none that matters."""
    if method == "riccati" and isinstance(solution, RiccatiSolution) and solution.problem.missing:
        end = solution.end()
    elif method == "decoupled":
        end = _decoupled_end(problem)
    else:
        return None
    best = _best(problem)
    return None if np.linalg.norm(end - best) <= NEARLY * np.linalg.norm(best) else end


def _decoupled_end(problem: Problem) -> np.ndarray:
    """Final map of a decoupled start: modes whose layers cancel (a = -b), or tie with the wrong sign, are lost."""
    u, s, v = problem.modes
    strengths = problem.followed[1]
    if len(strengths) == 2:
        first, second = strengths
        learned = np.abs(first + second) > MISSING * (np.abs(first) + np.abs(second))
        return (u * np.where(learned, problem.ends, 0.0)) @ v.T
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlateauWarning)  # one warning for the whole network
        ends = chain.final_strength(s, np.stack(strengths, axis=-1), input_variance=problem.variances)
    return (u * ends) @ v.T


def _assumptions(problem: Problem, method: str, plateau: np.ndarray | None) -> Validity:
    """What the closed forms assume, measured; the method says which of it matters."""
    mean, deviation = problem.imbalance
    coupling = problem.followed[2] if len(problem.layers) > 1 else 0.0
    judged = f"; the flow was integrated to a relative tolerance of {problem.rtol:.0e}" if "flow" in method else ""
    measured = (
        ("white or aligned inputs", problem.misalignment, "share of the inputs' drive that leaves its mode"),
        ("balanced start", max(deviation, 0.0), "relative deviation of the imbalance from a multiple of the identity"),
        ("decoupled modes", coupling, "share of the weights outside the modes' own directions"),
    )
    listed = [
        Assumption(name, value, EXACT, value <= EXACT, f"{what}: {value:.2g}{judged}") for name, value, what in measured
    ]
    if len(problem.layers) == 2 and deviation <= EXACT:
        listed[1] = Assumption("balanced start", deviation, EXACT, True, f"imbalance {mean:.3g} times the identity")
    reached = plateau is None
    meaning = "the start has a part along every direction of the target" if reached else "the network ends on a plateau"
    return Validity((*listed, Assumption("target can be reached", 0.0 if reached else 1.0, 0.0, reached, meaning)))


def _clock(times: ArrayLike) -> np.ndarray:
    refuse_traced(times, "times")
    clock = np.atleast_1d(np.asarray(on_host(times), dtype=float))
    if np.any(np.isposinf(clock)):
        raise InputError(
            "times",
            f"are {times!r}, but they must be finite",
            "write a late time, such as 1e6, which takes hardly longer than an early one",
        )
    if (
        clock.ndim != 1
        or not clock.size
        or not np.all(np.isfinite(clock))
        or clock[0] < 0
        or np.any(np.diff(clock) <= 0)
    ):
        raise InputError(
            "times", f"are {times!r}, but they must increase from 0 on", "write for example numpy.linspace(0, 4, 200)"
        )
    return clock
