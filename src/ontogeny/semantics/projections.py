"""Inductive projection: how a learner generalizes something new, and how that changes over development.

A learner is told one new thing, that a sparrow has some property or that a new animal has feathers, and learns it with
new connections alone, the rest of the network as it is. What it then says of everything else is its projection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, expect, finite, one_of, quoted
from .._core.digits import steady
from .._core.names import names_along, plain
from .._core.tidy import tidy
from .._core.ties import largest
from ..environments.environment import Environment
from ..representation.layers import activity
from ..trajectory import Trajectory

if TYPE_CHECKING:
    import pandas as pd

NOTHING = 1e-12  # squared activity, as a share of the largest item's, that is rounding and carries no projection
CHUNK = 8_000_000  # numbers of one array of activities: 64 MB


@dataclass(frozen=True, eq=False)
class Projection:
    """How a learner generalizes something new, over development.

    Parameters
    ----------
    environment : Environment
        The world.
    kind : "property" or "item"
        Whether a new property was taught on known items, or a new item with known features.
    taught : mapping of str to float
        On which items, or with which features, and with which value.
    times : array, shape (time,)
        When the learner was told [unit of tau].
    values : array, shape ([seed,] time, items or features)
        What it then says of each item, or of the new item's features: the taught value where it was taught, 0 where
        nothing is extended to. NaN at times at which what was taught evokes no activity.
    width : array, shape ([seed,] time)
        To how many items, or features, it generalizes: the participation ratio, the squared sum of absolute values over
        the sum of squares.
    meaning : str
        How exact this is, and what is missing.
    """

    environment: Environment
    kind: str
    taught: Mapping[str, float]
    times: np.ndarray
    values: np.ndarray
    width: np.ndarray
    meaning: str

    @property
    def told(self) -> str:
        """What was taught, with the values that are not 1."""
        pairs = list(self.taught.items())
        shown = ", ".join(repr(name) + (f" = {value:g}" if value != 1 else "") for name, value in pairs[:3])
        return shown + (f" and {len(pairs) - 3} more" if len(pairs) > 3 else "")

    @property
    def names(self) -> tuple[str, ...]:
        """Items that a new property generalizes to, or features that a new item is given."""
        return self.environment.items if self.kind == "property" else self.environment.features

    def to_dataframe(self) -> pd.DataFrame:
        """One row per ([network,] time, item or feature): projection, whether it was taught, category of the item."""
        what = "item" if self.kind == "property" else "feature"
        networks = {"network": range(self.values.shape[0])} if self.values.ndim == 3 else {}
        table = tidy({**networks, "time": self.times, what: self.names}, {"projection": self.values})
        table["is_taught"] = table[what].isin(list(self.taught))
        if self.kind == "property" and self.environment.category is not None:
            table["category"] = np.tile(self.environment.category, self.values.size // len(self.names))
        return table

    def __repr__(self) -> str:
        new = f"a new property of {self.told}" if self.kind == "property" else (
            f"a new item with {self.told}")  # fmt: skip
        width = np.atleast_2d(self.width).mean(axis=0)
        words = "" if np.isnan(width).all() else (
            f", extended to {steady(np.nanmax(width)):.3g} of {len(self.names)} at its widest "
            f"(t = {steady(self.times[largest(width)]):.3g}), to {steady(width[-1]):.3g} at the end")  # fmt: skip
        return f"<Projection: {new}{words}\n {self.meaning}>"


def project_property(trajectory: Trajectory, item: str | Sequence[str] | Mapping[str, float]) -> Projection:
    r"""To which items a learner generalizes a new property, over development.

    A new output unit is taught on one item, or several, and only its own connections learn, by the delta rule, from
    nothing. It ends at the smallest weights that answer right, so that of an item :math:`j` it says

    .. math:: y_j = H_{ij}/H_{ii}

    with the similarity :math:`H` of items in the last hidden layer; several taught items are combined in the same way.

    Implements: saxe2019 SI
    Checked by: tests/semantics/test_projections.py::test_a_new_unit_trained_by_the_delta_rule_says_the_same

    Parameters
    ----------
    trajectory : Trajectory
        A theory or trained networks, of any depth and nonlinearity.
    item : str, list of str, or mapping (or Series) of str to float
        The item that has the property, or several; a mapping gives the value of each, 1 if not given.

    Returns
    -------
    Projection

    Raises
    ------
    InputError
        An unknown item.

    See Also
    --------
    project_item : What a learner expects of a new item.

    Notes
    -----
    Exact. Projection is not symmetric, and may exceed the taught value. From equal, small strengths, and with as many
    modes as items, it starts at the taught item alone, broadens to all, then narrows: narrowing, which the paper
    describes, is the second half only. A
    network without hidden layer extends nothing to other items of its own inputs.

    Examples
    --------
    >>> import ontogeny as on
    >>> sparrow = project_property(on.predict(on.datasets.load("zoo"), until=8.0), "sparrow")
    >>> [round(float(sparrow.width[sparrow.times >= t][0]), 1) for t in (0.4, 8.0)]
    [94.6, 56.5]
    """
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    world = trajectory.environment
    numbers, values, taught = _taught(item, world.items, "item")
    said, missing = _extended(_inputs_of_the_answers(trajectory), numbers, values)
    words = [f"exact: what is said once the new unit's own connections have learned{_measured_on(trajectory)}"]
    if trajectory.depth == 1:
        words.append("without a hidden layer only items that share inputs are alike")
    if missing:
        words.append("NaN where what is taught evokes no activity, as for items without features")
    elif world.targets is not None and not world.targets[numbers].any():
        words.append("the taught item has no features: its generalization only reflects the random initial weights")
    return Projection(world, "property", taught, trajectory.snapshot_time, said, _width(said), "; ".join(words))


def project_item(trajectory: Trajectory, features: str | Sequence[str] | Mapping[str, float]) -> Projection:
    r"""Which features a learner expects of a new item, given some of them, over development.

    The item has an input of its own, whose connections alone learn, from nothing. Told one feature :math:`m`, it gives
    the item of every feature :math:`n`

    .. math:: y_n = K_{mn}/K_{mm}

    with the similarity :math:`K` of the features in what leaves the first hidden layer.

    Implements: saxe2019 SI
    Checked by: tests/semantics/test_projections.py::test_a_new_input_trained_by_gradient_descent_says_the_same

    Parameters
    ----------
    trajectory : Trajectory
        A theory or trained networks of linear units, of any depth.
    features : str, list of str, or mapping (or Series) of str to float
        The feature that the new item has, or several; a mapping gives the value of each, 1 if not given.

    Returns
    -------
    Projection

    Raises
    ------
    InputError
        An unknown feature, or nonlinear units.

    See Also
    --------
    project_property : To which items a learner extends a new property.

    Notes
    -----
    Exact. Features whose values are taught and contradict each other are met as nearly as possible.

    Examples
    --------
    >>> import ontogeny as on
    >>> told = project_item(on.predict(on.datasets.load("zoo"), until=8.0), "milk")
    >>> expected = dict(zip(told.names, told.values[-1].round(1).tolist()))
    >>> expected["hair"], expected["eggs"]
    (0.7, -0.3)
    """
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    if trajectory.nonlinearity != "linear":
        raise InputError(
            None,
            f"the units are {trajectory.nonlinearity}, through which a new item's connections have no closed form",
            "use project_property, or train them",
        )
    world = trajectory.environment
    numbers, values, taught = _taught(features, world.features, "feature")
    said, missing = _extended(_outputs_of_the_first(trajectory), numbers, values)
    words = [f"exact: what is said once the new item's own connections have learned{_measured_on(trajectory)}"]
    if trajectory.depth == 1:
        words.append("without a hidden layer features are not alike")
    if missing:
        words.append("NaN where nothing leads to what is taught")
    return Projection(world, "item", taught, trajectory.snapshot_time, said, _width(said), "; ".join(words))


def _taught(given: Any, names: tuple[str, ...], kind: str) -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    """Numbers and values of what is taught."""
    called = names_along(given)
    if called is not None:
        twice = [name for name in dict.fromkeys(called) if called.count(name) > 1]
        if twice:
            raise InputError(None, f"{kind} {quoted(twice)} is taught more than once", "write one value for each")
        pairs = zip(called, plain(given).tolist(), strict=True)
        taught = {one_of(name, names, kind): finite(value, f"the value of {name!r}") for name, value in pairs}
    elif isinstance(given, str) or not np.iterable(given):
        taught = {one_of(given, names, kind): 1.0}
    else:
        taught = {one_of(name, names, kind): 1.0 for name in given}
    if not taught:
        raise InputError(None, f"no {kind} is given, but something must be taught", "write the name of one")
    return np.array([names.index(name) for name in taught]), np.array(list(taught.values())), taught


Factors = Iterator[tuple[np.ndarray, np.ndarray]]  # activity over units and items as strength[..., None] * loadings


def _inputs_of_the_answers(trajectory: Trajectory) -> Factors:
    """Activity from which the answers are read, over units and items, in blocks of times."""
    world, count = trajectory.environment, trajectory.snapshot_time.size
    if trajectory.depth == 1:
        yield _unchanging(trajectory, world.variation.inputs), world.probes.T
    elif trajectory.is_simulation or trajectory.snapshots:
        per_time = sum(weights.shape[0] * weights.shape[-1] for weights in trajectory.snapshots[-1:]) * len(world.items)
        for looks in _blocks(count, per_time):
            active = activity(trajectory, looks=looks)
            yield np.ones(active.shape[:-1]), active
    else:
        strength = trajectory.dataset["layer_strength"].values
        yield np.prod(strength[:, :-1], axis=1), world.along(world.spectrum().input_modes).T


def _outputs_of_the_first(trajectory: Trajectory) -> Factors:
    """What the units of the first hidden layer evoke, over units and features, in blocks of times."""
    features = len(trajectory.environment.features)
    if trajectory.depth == 1:
        yield _unchanging(trajectory, features), np.eye(features)
    elif trajectory.is_simulation or trajectory.snapshots:
        per_time = sum(weights[:, 0].shape[1] for weights in trajectory.snapshots[:1]) * features
        for looks in _blocks(trajectory.snapshot_time.size, per_time * trajectory.dataset.sizes.get("seed", 1)):
            layers = [weights[:, looks] for weights in trajectory.snapshots[1:]] or trajectory.answers([0])
            evoked = np.swapaxes(reduce(lambda below, layer: layer @ below, layers), -1, -2)
            evoked = evoked if trajectory.is_simulation else evoked[0]
            yield np.ones(evoked.shape[:-1]), evoked
    else:
        strength = trajectory.dataset["layer_strength"].values
        yield np.prod(strength[:, 1:], axis=1), trajectory.environment.spectrum().output_modes.T


def _unchanging(trajectory: Trajectory, units: int) -> np.ndarray:
    """Strength 1 of every unit at every time, ([seed,] time, unit)."""
    seeds = (trajectory.dataset.sizes["seed"],) if trajectory.is_simulation else ()
    return np.ones((*seeds, trajectory.snapshot_time.size, units))


def _blocks(times: int, size: int) -> list[np.ndarray]:
    return np.array_split(np.arange(times), max(1, -(-times * size // CHUNK)))


def _extended(factors: Factors, numbers: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, bool]:
    """Answers of the smallest weights that say what is taught; whether at some times there are none."""
    parts, missing = [], False
    for strength, loadings in factors:
        taught = strength[..., None] * loadings[..., numbers]
        among = np.swapaxes(taught, -1, -2) @ taught
        size = np.trace(among, axis1=-2, axis2=-1)
        largest = (strength[..., None, :] ** 2 @ loadings**2)[..., 0, :].max(axis=-1)
        silent = size <= NOTHING * largest
        weights = (taught @ (np.linalg.pinv(among, rcond=NOTHING, hermitian=True) @ values[:, None]))[..., 0]
        said = ((weights * strength)[..., None, :] @ loadings)[..., 0, :]
        parts.append(np.where(silent[..., None], np.nan, said))
        missing |= bool(silent.any())
    return np.concatenate(parts, axis=-2), missing


def _width(said: np.ndarray) -> np.ndarray:
    total = np.sum(said**2, axis=-1)
    return np.where(total > 0, np.sum(np.abs(said), axis=-1) ** 2 / np.where(total > 0, total, 1.0), np.nan)


def _measured_on(trajectory: Trajectory) -> str:
    return ", in each of the trained networks" if trajectory.is_simulation else ""
