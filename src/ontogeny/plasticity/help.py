"""Will learning from inputs alone help to learn a task on them? Measured on the user's own inputs and answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from .._core.arrays import ArrayLike
from .._core.checks import InputError, one_of, positive, whole
from .._core.tidy import tidy
from ..environments.environment import Environment
from ..modes import chain
from ..networks import evolve
from ..networks.initialization import haar
from ..validity import Assumption, input_alignment
from .pretraining import Pretrained, greedy_pretraining
from .unsupervised import autoencoder_time

if TYPE_CHECKING:
    import pandas as pd

Left = Callable[[str, np.ndarray], np.ndarray]
STARTS = ("small weights", "pretrained", "orthogonal")
KEPT = 40  # components of the inputs that are followed
ALL = 0.995  # share of what can be learned that counts as all
TIED = 1e-9  # of the largest variance: two that differ by less are one
LEAST = 1e-9  # share of the largest variance below which a component does not vary
PASSED = 0.9  # strength with which the directions of the task pass a layer after pretraining of the usual length
LOOKS = 34  # times in each decade of a logarithmic clock
CLOSER = 40  # times within the interval of two of them in which a task is learned
EARLIEST = 1e-2  # in units of the fastest time constant of the task
SOON, LONGEST = 1e2, 1e4  # in units of the slowest
ALIKE = 1.1  # ratio of the largest to the smallest variance below which inputs hardly have a structure
FLOW = 1e-6  # relative tolerance of matrices: curves are read to a per cent
LEARNED = 1e-3  # share of the error that counts as none


@dataclass(frozen=True, eq=False)
class PretrainingEffect:
    """How learning from inputs alone changes the time to learn a task.

    Parameters
    ----------
    errors : xarray.DataArray, dims (start, time)
        Error of the task over the time of supervised learning, as a share of the error before it that can be removed:
        1 before, 0 in the end; from small weights, from what pretraining left, and from orthogonal weights of
        strength 1. Empty where there is nothing to pretrain on.
    pretraining_time : float
        Time of all layers together [unit of tau].
    share : float
        Share of the error that has to be removed before the task counts as learned.
    alignment : Assumption
        Whether the inputs vary along the directions of the task.
    method : str
        "law" of each mode; "matrices" where modes interfere; "none".
    meaning : str
        The answer in words.
    learning_times : tuple of float
        Time of supervised learning from each start until the share is removed [unit of tau]; ``inf`` if it never is.
    """

    errors: xr.DataArray
    pretraining_time: float
    share: float
    alignment: Assumption
    method: str
    meaning: str
    learning_times: tuple[float, ...] = (np.nan,) * len(STARTS)

    def learning_time(self, start: str) -> float:
        """Time of supervised learning until the share of the error is removed [unit of tau]; ``inf`` if it never is."""
        return self.learning_times[STARTS.index(one_of(start, STARTS, "start"))]

    @property
    def speedup(self) -> float:
        """How many times sooner the task is learned after pretraining, its time not counted; below 1 it does harm."""
        return _ratio(self.learning_time("small weights"), self.learning_time("pretrained"))

    @property
    def speedup_in_all(self) -> float:
        """The same with the time of pretraining counted."""
        return _ratio(self.learning_time("small weights"), self.learning_time("pretrained") + self.pretraining_time)

    def __repr__(self) -> str:
        return f"<PretrainingEffect by {self.method}: {self.meaning}>"

    def to_dataframe(self) -> pd.DataFrame:
        """One row per start and time: the share of the error that is left."""
        labels = {name: self.errors[name].values.tolist() for name in ("start", "time")}
        return tidy(labels, {"error": self.errors.values})


def _ratio(one: float, other: float) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.divide(one, other))


def will_pretraining_help(
    inputs: Environment | ArrayLike,
    answers: ArrayLike | None = None,
    *,
    depth: int = 3,
    hidden_units: int | None = None,
    initial_weight: float = 0.05,
    duration: float | None = None,
    share: float = 0.9,
    seed: int = 0,
) -> PretrainingEffect:
    r"""Say whether unsupervised pretraining helps to learn a task, and by how much, from its inputs and answers.

    A stack of autoencoders learns the directions along which the inputs vary (`greedy_pretraining`). The task is
    learned faster after it if its own directions are among them (saxe2014 eq. 18), which is measured; where inputs and
    task do not share their axes the whole matrices are integrated. Pretraining harms where a narrow layer has filled
    with directions that the task does not use.

    Implements: saxe2014 (18), saxe2014 Fig. 5
    Checked by: tests/plasticity/test_help.py::test_the_law_and_the_matrices_agree

    Parameters
    ----------
    inputs : Environment, or array, shape (samples, inputs)
        A world; or inputs, from which and from whose answers means are taken away.
    answers : array, shape (samples,) or (samples, outputs), optional
        Numbers to be predicted, where inputs are an array; of classes, a column of 0 and 1 for each.
    depth : int
        Number of weight matrices: `depth` - 1 autoencoders and a readout, which starts from 0.
    hidden_units : int, optional
        Units of every hidden layer; by default as many as there are components of the inputs.
    initial_weight : float
        Strength of weights before any learning.
    duration : float, optional
        Time of pretraining of each layer [unit of tau]; by default until the last layer passes on all components that
        the share of the error needs with strength 0.9 or more.
    share : float
        Share of the error that can be removed, after which the task counts as learned.
    seed : int
        Of the directions from which narrow hidden layers start.

    Returns
    -------
    PretrainingEffect

    Raises
    ------
    InputError
        Inputs and answers of different length, constant answers, numbers that are not finite, one matrix only.

    Notes
    -----
    Inputs are followed along their 40 strongest components. The gain is one of time, and not of what can be
    represented; orthogonal weights, which cost nothing, do as well or better (`errors` holds them too).

    Examples
    --------
    A task along what varies most, and one along what hardly varies, through layers of a single unit:

    >>> x = np.random.default_rng(0).standard_normal((400, 3)) * [2.0, 1.0, 0.3]
    >>> found = [will_pretraining_help(x, x[:, which], hidden_units=1, duration=20.0) for which in (0, 2)]
    >>> [each.speedup > 1 for each in found]
    [True, False]
    """
    world = _world(inputs, answers)
    layers = whole(depth, "depth", 2, "the last matrix is the readout, and an autoencoder comes before it") - 1
    weight = positive(initial_weight, "initial_weight", "components that start at 0 are never learned")
    if not 0 < share < 1:
        raise InputError("share", f"is {share!r}, but learning begins at 0 and ends at 1", "write 0.9")
    alignment = input_alignment(world)
    if world.is_white:
        return _nothing(alignment, share)
    variances, task, followed = _components(world)
    units = variances.size if hidden_units is None else whole(hidden_units, "hidden_units", 1, "a layer has units")
    units = min(units, variances.size)
    if is_law := alignment.holds and units == variances.size:
        modes = world.spectrum()  # where variances are tied, components are no modes
        order = np.argsort(-modes.input_variances, kind="stable")
        variances, task = modes.input_variances[order], np.diag(modes.singular_values[order])
    elif units < variances.size and variances[units - 1] - variances[units] <= TIED * variances[0]:
        raise InputError(
            "hidden_units",
            f"is {units}, but components {units} and {units + 1} vary alike, and none of them would be learned first",
            "write one more or less",
        )
    slowest = _needed(variances, task, share)
    length = _long_enough(slowest, weight, layers) if duration is None else duration
    stack = greedy_pretraining(variances, length, layers=layers, initial_weight=weight)
    left, removable = (_by_law if is_law else _by_matrices)(stack, task, units, weight, seed)
    errors, learned = _over_time(left, removable, share, slowest, _fastest(variances, task, layers + 1))
    method = "law" if is_law else "matrices"
    found = PretrainingEffect(errors, stack.duration, share, alignment, method, "", learned)
    said = _left_out(variances.size, followed) + _nearly_white(variances)
    return replace(found, meaning=_meaning(found) + said)


def _world(inputs: Environment | ArrayLike, answers: ArrayLike | None) -> Environment:
    if isinstance(inputs, Environment):
        if answers is not None:
            raise InputError("answers", "are given beside a world, which has its own", "leave them out")
        return inputs
    if answers is None:
        raise InputError("answers", "are missing, but pretraining helps a task", "pass an array (samples, outputs)")
    x, y = np.asarray(inputs, dtype=float), np.asarray(answers, dtype=float)
    y = y[:, None] if y.ndim == 1 else y
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y):
        raise InputError(
            "answers", f"have the shape {np.shape(answers)}, but the inputs {x.shape}", "pass a row for each sample"
        )
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        raise InputError("inputs", "or answers hold a number that is not finite", "leave such samples out")
    if np.all(y == y[0]):
        raise InputError("answers", "are the same for every sample", "pass answers that differ")
    return Environment.from_arrays(x - x.mean(axis=0), y - y.mean(axis=0), normalization="mean")


def _components(world: Environment) -> tuple[np.ndarray, np.ndarray, float]:
    """Variances of the components that are followed, the task on them (outputs, components), their share of it."""
    inputs = np.asarray(world.input_correlation)
    values, vectors = np.linalg.eigh(np.diag(inputs) if inputs.ndim < 2 else inputs)
    varying = np.flatnonzero(values > LEAST * values[-1])[::-1]
    task = np.asarray(world.input_output_correlation) @ vectors[:, varying]
    removable = np.sum(task**2, axis=0) / values[varying]
    return values[varying[:KEPT]], task[:, :KEPT], float(removable[:KEPT].sum() / removable.sum())


def _left_out(components: int, followed: float) -> str:
    """What is said where not all of the task lies along the components that are followed."""
    if followed >= ALL:
        return ""
    return f" Followed are the {components} strongest components, which hold {followed:.0%} of what can be learned."


def _needed(variances: np.ndarray, task: np.ndarray, share: float) -> float:
    """Variance of the weakest component without which the share of the error cannot be removed."""
    removed = np.cumsum(np.sum(task**2, axis=0) / variances)
    return float(variances[np.searchsorted(removed, share * removed[-1])])


def _nothing(alignment: Assumption, share: float) -> PretrainingEffect:
    empty = xr.DataArray(np.zeros((3, 0)), dims=("start", "time"), coords={"start": list(STARTS), "time": []})
    words = (
        "The inputs vary alike in all directions: there is no structure to pretrain on. Pretraining would only make "
        "weights larger, and orthogonal weights are so from the start."
    )
    return PretrainingEffect(empty, 0.0, share, alignment, "none", words)


def _by_law(stack: Pretrained, task: np.ndarray, units: int, weight: float, seed: int) -> tuple[Left, float]:
    """Errors of modes that are learned one by one."""
    variances = stack.variances
    s = np.linalg.norm(task, axis=0)
    count = len(stack.durations)
    begun = {
        "small weights": np.full((variances.size, count), weight),
        "pretrained": stack.layer_strengths.T,
        "orthogonal": np.ones((variances.size, count)),
    }

    def left(start: str, times: np.ndarray) -> np.ndarray:
        layers = np.column_stack([begun[start], np.zeros(variances.size)])
        u = chain.mode_strength(times[:, None], s, layers, input_variance=variances)
        return np.sum(variances * (u - s / variances) ** 2, axis=1)

    return left, float(np.sum(s**2 / variances))


def _by_matrices(stack: Pretrained, task: np.ndarray, units: int, weight: float, seed: int) -> tuple[Left, float]:
    """Errors of whole networks, written in the components of the inputs."""
    variances = stack.variances
    count, (outputs, size) = len(stack.durations), task.shape
    narrow = haar(units, size, np.random.default_rng(seed)) if units < size else np.eye(size)
    first = np.eye(units, size)
    readout = np.zeros((outputs, units))
    begun = {
        "small weights": [weight * narrow, *[weight * np.eye(units)] * (count - 1), readout],
        "pretrained": [
            np.diag(stack.layer_strengths[0])[:units],
            *(np.diag(layer[:units]) for layer in stack.layer_strengths[1:]),
            readout,
        ],
        "orthogonal": [narrow if units < size else first, *[np.eye(units)] * (count - 1), readout],
    }
    best = np.linalg.svd(task / np.sqrt(variances), compute_uv=False)[: min(units, outputs)] ** 2
    unreached = float(np.sum(task**2 / variances) - best.sum())
    target = task / variances

    def left(start: str, times: np.ndarray) -> np.ndarray:
        maps = evolve(begun[start], task, np.diag(variances), times=np.append(0.0, times), rtol=FLOW).network_map[1:]
        return np.sum(variances * (maps - target) ** 2, axis=(1, 2)) - unreached

    return left, float(best.sum())


def _over_time(
    left: Left, removable: float, share: float, slowest: float, fastest: float
) -> tuple[xr.DataArray, tuple[float, ...]]:
    """Shares of the error at times on a logarithmic clock, and times at which a share is removed, from every start.

    What is learned early is not followed to the end.
    """
    first, last = EARLIEST / fastest, LONGEST / slowest
    times = np.geomspace(first, last, int(np.ceil(LOOKS * np.log10(last / first))))
    errors = np.zeros((len(STARTS), times.size + 1))
    learned = []
    for row, start in zip(errors, STARTS, strict=True):
        row[0] = 1.0
        for look in np.unique([np.searchsorted(times, SOON / slowest), times.size]):
            row[1 : look + 1] = left(start, times[:look]) / removable
            if row[look] <= min(LEARNED, 1 - share):
                break
        below = np.flatnonzero(row <= 1 - share)
        at = int(below[0]) if below.size else 0
        learned.append(
            _crossing(left, start, np.append(0.0, times)[at - 1 : at + 1], removable, share) if at else np.inf
        )
    known = {"start": list(STARTS), "time": np.append(0.0, times)}
    return xr.DataArray(errors, dims=("start", "time"), coords=known), tuple(learned)


def _crossing(left: Left, start: str, between: np.ndarray, removable: float, share: float) -> float:
    """When a share is removed, between two times at which it is not yet and already."""
    closer = np.linspace(between[0], between[1], CLOSER + 1)[1:]
    rest = np.append(1.0 if between[0] == 0 else np.inf, left(start, closer) / removable)
    at = int(np.argmax(rest <= 1 - share))
    clock = np.append(between[0], closer)
    if at == 0 or not np.isfinite(rest[at - 1]):
        return float(clock[max(at, 1)])
    return float(np.interp(1 - share, rest[at - 1 : at + 1][::-1], clock[at - 1 : at + 1][::-1]))


def _fastest(variances: np.ndarray, task: np.ndarray, depth: int) -> float:
    """Rate of the fastest change that may come: of answers of whatever size, from weights of strength 1 or more."""
    s = np.linalg.norm(task, axis=0)
    ends = np.maximum(s / variances, 1.0)
    return float(np.max(np.maximum(variances, depth * s * ends ** (1 - 2 / depth))))


def _long_enough(slowest: float, weight: float, layers: int) -> float:
    """Time of each layer after which the last one passes on a component: it waits for those below."""
    if weight**2 >= PASSED:
        return 0.0
    first = float(autoencoder_time(PASSED, slowest, weight**2))

    def lacking(duration: float) -> float:
        stack = greedy_pretraining([slowest], duration, layers=layers, initial_weight=weight)
        return PASSED - float(stack.layer_strengths[-1, 0] ** 2)

    last = first
    while lacking(last) > 0:
        last *= 1.5
    return first if last == first else float(brentq(lacking, first, last, rtol=1e-6))


def _nearly_white(variances: np.ndarray) -> str:
    """What is said where inputs hardly have a structure."""
    if variances[0] > ALIKE * variances[-1]:
        return ""
    return " The inputs vary nearly alike in all directions: pretraining only makes weights larger."


def _times(ratio: float) -> str:
    """A ratio in two digits, written out.

    >>> _times(348.2), _times(1.234), _times(51234.0)
    ('350', '1.2', '51,000')
    """
    few = float(f"{ratio:.2g}")
    return f"{few:,.0f}" if few >= 10 else f"{few:g}"


def _meaning(found: PretrainingEffect) -> str:
    small, after, free = map(found.learning_time, STARTS)
    longest = float(found.errors["time"].values[-1])
    if np.isinf(after):
        words = f"After pretraining the task is not learned within {longest:.2g} tau"
        words += "." if np.isinf(small) else f", from small weights within {small:.3g}: it does harm."
    elif np.isinf(small):
        words = f"The task is learned within {after:.3g} tau after pretraining ({after + found.pretraining_time:.3g} "
        words += f"with pretraining counted), and from small weights not within {longest:.2g}."
    else:
        gain = found.speedup
        sooner = f"{_times(gain)} times sooner" if gain >= 1 else f"{_times(1 / gain)} times later"
        sooner = "as soon" if abs(gain - 1) < 0.005 else sooner
        words = f"The task is learned {sooner} after pretraining ({after:.3g} instead of {small:.3g} tau; with "
        words += f"pretraining counted {after + found.pretraining_time:.3g})."
    words += f" From orthogonal weights, which cost nothing, it takes {free:.3g}."
    return words + " Inputs and task do not share their axes." * (not found.alignment.holds)
