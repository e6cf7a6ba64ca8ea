"""A network as the order in which its values are computed, in whatever framework it is written.

Readers make `Node`s, one for each value that the batch changes. `steps_of` makes of them the rows of a report: it finds
out by value which functions act unit by unit, joins biases and scales with their layers, and finds where all that goes
on is one value. Between two such places lies one function, or what makes a network more than a chain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from .._core.checks import quoted
from .._core.nonlinearities import Nonlinearity
from .recognition import gives_shares, is_normalization, keeps_numbers, recognized, scale_of, scales_units

LAYERS = ("linear", "convolution")
MOST_COMPARED = 65536  # values of which slopes are compared
SLOPE, SLOPES, KINKED = 1e-3, 1e3, 0.02  # how far slopes may differ: at least, in roundings; for which share of sums
# What makes a network more than a chain, the most telling first, in words.
BEYOND = {
    "attention": "has attention",
    "recurrence": "is recurrent",
    "normalization": "has normalization",
    "dropout": "draws units to drop, or other random numbers",
    "mask": "treats examples differently, as dropout does",
    "embedding": "looks up its inputs",
    "product": "multiplies signals unit by unit",
    "addition": "adds signals of different depth, as residual networks do",
    "concatenation": "joins signals of different depth",
    "pooling": "pools units",
    "softmax": "divides by a sum over units",
    "stop": "stops gradients",
    "affine": "shifts or scales units",
    "other": "has a step that no theory here is about",
}


@dataclass(eq=False)
class Node:
    """One value that a network computes.

    Parameters
    ----------
    name : str
        What the network calls it; empty where it has no name.
    kind : str
        "input", "linear", "convolution", "bias", one of `BEYOND`; empty where it has to be found out by value.
    sources : tuple of int
        Places of the nodes that it is computed from.
    activity : array, shape (items, ...)
        The value, examples first.
    gradients : array, shape (projections,)
        Mean squared gradient per unit, for each projection of the outputs.
    function : function, optional
        Of the values of its sources, arrays of the shapes that they have in the framework.
    shape : tuple of int
        Of the value in the framework.
    weights : array, shape (out, in), optional
        Of a layer; of a convolution from a patch to a pixel.
    biases : array, optional
        Added to what one example gives.
    units : Nonlinearity, optional
        What acts unit by unit, where it is known.
    place : int
        Which of the values that were read it is; kept when nodes are joined or left out.
    is_cut_off : bool
        Whether no gradient can arrive at it.
    came : array, optional
        What it was computed from, where it is not known which node that is.
    """

    name: str
    kind: str
    sources: tuple[int, ...]
    activity: np.ndarray
    gradients: np.ndarray = field(default_factory=lambda: np.zeros(0))
    function: Callable[..., Any] | None = None
    shape: tuple[int, ...] = ()
    weights: np.ndarray | None = None
    biases: np.ndarray | None = None
    units: Nonlinearity | None = None
    place: int = 0
    is_cut_off: bool = False
    came: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Step:
    """One row of a report, in the order in which the network runs.

    Parameters
    ----------
    name, kind, activity, gradients, weights, biases
        As in `Node`.
    units : Nonlinearity, optional
        What acts unit by unit, where it is known.
    sums : array, shape (items, ...), optional
        What these units receive.
    """

    name: str
    kind: str
    activity: np.ndarray
    gradients: np.ndarray
    weights: np.ndarray | None = None
    biases: np.ndarray | None = None
    units: Nonlinearity | None = None
    sums: np.ndarray | None = None

    @property
    def label(self) -> str:
        """What kind of step it is, in a word: that of a known nonlinearity is its name."""
        return self.units.name if self.units is not None else self.kind


Slope = Callable[[int, int], "tuple[np.ndarray, np.ndarray] | None"]


def steps_of(nodes: Sequence[Node], rounding: float, slope: Slope | None = None) -> tuple[list[Step], str]:
    """The rows of a report, and in words why the network is no chain; empty if it is one.

    Parameters
    ----------
    nodes : list of Node
        In the order in which they are computed, the input first and the answer last.
    rounding : float
        Relative size of the last digit of the network's numbers, which says how far equal values may differ.
    slope : function, optional
        One value, and the gradient of the sum of another by it, both by their places: what the framework makes of a
        function that acts unit by unit. A function with the values of a known one and another gradient is not that one.
    """
    check = _Check(slope, rounding)
    nodes = _numbered(_resolved(_joined(_needed(nodes), rounding, check), rounding, check))
    first = next((place for place, node in enumerate(nodes) if node.kind in LAYERS), len(nodes))
    users = _users(nodes)
    steps, reasons, start = [_step(nodes, 0)], [], 0
    for end in _cuts(users):
        inside = range(start + 1, end + 1)
        whole = _one_function(nodes, start, inside, rounding, check) if len(inside) > 1 else None
        if whole is not None:
            steps.append(whole)
        else:
            steps += [_step(nodes, k) for k in inside if _is_row(nodes[k], k == end, len(inside))]
            reasons += [(nodes[k].kind, nodes[k].name) for k in inside if _is_beyond(nodes[k], k < first)]
            reasons += [("stop", nodes[k].name) for k in inside if nodes[k].is_cut_off]
            if len(inside) > 1 and not any(nodes[k].kind in BEYOND for k in inside):
                reasons.append(("other", nodes[end].name))
        if whole is not None and whole.kind in BEYOND:
            reasons.append((whole.kind, whole.name))
        start = end
    return [step for step in steps if step.kind != "shape"], _in_words(reasons) or _tied(steps) or _unchained(steps)


def _needed(nodes: Sequence[Node]) -> list[Node]:
    """The nodes on which the answer rests, numbered anew."""
    wanted = {len(nodes) - 1}
    for place in range(len(nodes) - 1, -1, -1):
        if place in wanted:
            wanted.update(nodes[place].sources)
    order = sorted(wanted)
    new = {old: place for place, old in enumerate(order)}
    return [replace(nodes[old], sources=tuple(new[source] for source in nodes[old].sources)) for old in order]


def _users(nodes: Sequence[Node]) -> list[list[int]]:
    users: list[list[int]] = [[] for _ in nodes]
    for place, node in enumerate(nodes):
        for source in node.sources:
            users[source].append(place)
    return users


def _cuts(users: list[list[int]]) -> list[int]:
    """Places after which a single value goes on: that of the node itself."""
    last = [max(each, default=len(users)) for each in users]
    reach, cuts = 0, []
    for place in range(len(users)):
        if place and reach <= place:
            cuts.append(place)
        reach = max(reach, last[place])
    return cuts


def loose_steps(nodes: Sequence[Node], rounding: float) -> list[Step]:
    """Rows of a network of which it is not known what lies between its layers: each by itself."""
    rows = []
    for node in nodes:
        kind, units = node.kind, None
        if not kind and node.function is not None and node.came is not None:
            units = recognized(node.function, node.came.shape, rounding)
            if units is None and keeps_numbers(node.function, node.came.shape):
                continue
            kind = "nonlinearity" if units is not None else _kind_together(node.function, node.came.shape)
        sums = node.came if units is not None else None
        rows.append(
            Step(node.name, kind or "other", node.activity, node.gradients, node.weights, node.biases, units, sums)
        )
    return rows


class _Check:
    """Whether what acts unit by unit has the slopes that it should have, by the framework's own gradients."""

    def __init__(self, slope: Slope | None, rounding: float) -> None:
        self.slope, self.rounding = slope, rounding

    def passes(self, source: Node, node: Node, expected: Callable[[np.ndarray], Any]) -> bool:
        found = None if self.slope is None else self.slope(source.place, node.place)
        if found is None:
            return True
        sums, slopes = (each.ravel().astype(float) for each in found)
        if sums.size > MOST_COMPARED:
            some = np.random.default_rng(0).choice(sums.size, MOST_COMPARED, replace=False)
            sums, slopes = sums[some], slopes[some]
        wanted = np.broadcast_to(expected(sums), sums.shape)
        off = np.abs(slopes - wanted) / (1 + np.abs(wanted))
        # a few sums may lie on a kink, where frameworks differ in what they call the slope
        return bool(np.mean(off > max(SLOPES * self.rounding, SLOPE)) <= KINKED) or not np.all(np.isfinite(wanted))


def _joined(nodes: Sequence[Node], rounding: float, check: _Check) -> list[Node]:
    """Biases, scales and changes of shape put into the layer that they belong to."""
    users = _users(nodes)
    at: dict[int, int] = {}
    ahead: dict[int, float] = {}  # scales of what a layer receives
    kept: list[Node] = []
    for place, node in enumerate(nodes):
        sources = tuple(at[source] for source in node.sources)
        if place in ahead and node.weights is not None:
            node = replace(node, weights=node.weights * ahead[place])
        source = kept[sources[0]] if len(sources) == 1 else None
        after_layer = source is not None and source.kind in LAYERS and users[node.sources[0]] == [place]
        before_layers = bool(users[place]) and all(nodes[user].kind in LAYERS for user in users[place])
        shape = source.shape if source is not None else ()
        factor, is_moved = None, False
        if source is not None and not node.kind and node.function is not None:
            factor = scale_of(node.function, shape, rounding)
            is_moved = after_layer and keeps_numbers(node.function, shape)
            expected = 1.0 if is_moved else factor
            if expected is not None and not check.passes(source, node, partial(np.full_like, fill_value=expected)):
                factor, is_moved = None, False
        begun = any(each.kind in LAYERS for each in kept)
        if source is not None and after_layer and (node.kind == "bias" or factor is not None or is_moved):
            kept[sources[0]] = _with(source, node, 1.0 if factor is None else factor)
        elif factor is not None and before_layers and begun:
            ahead |= {user: factor * ahead.get(user, 1.0) for user in users[place]}
        else:
            at[place] = len(kept)
            kept.append(replace(node, sources=sources))
            continue
        at[place] = sources[0]
    return kept


def _with(layer: Node, node: Node, factor: float) -> Node:
    """A layer with what adds a bias to it, or multiplies it by a number."""
    biases = layer.biases
    if node.biases is not None:
        biases = node.biases if biases is None else biases + node.biases
    return replace(
        layer,
        activity=node.activity,
        gradients=node.gradients,
        place=node.place,
        is_cut_off=layer.is_cut_off or node.is_cut_off,
        shape=node.shape,
        function=None,
        weights=None if layer.weights is None else layer.weights * factor,
        biases=None if biases is None else biases * factor,
    )


def _resolved(nodes: Sequence[Node], rounding: float, check: _Check) -> list[Node]:
    """Kinds that the framework does not tell, found out by value."""
    found: list[Node] = []
    for node in nodes:
        kind, units = "" if node.kind == "bias" else node.kind, node.units
        if not kind and len(node.sources) == 1 and node.function is not None:
            source = nodes[node.sources[0]]
            shape, items = source.shape, len(source.activity)
            units = recognized(node.function, shape, rounding)
            if keeps_numbers(node.function, shape):
                kind = "shape" if check.passes(source, node, np.ones_like) else "other"
            elif units is not None:
                kind, units = ("nonlinearity", units) if check.passes(source, node, units.slope_at) else ("other", None)
            elif (scale := scales_units(node.function, shape, rounding)) is not None:
                kind = "affine" if _is_alike(scale, items) else "mask"
            else:
                kind = _kind_together(node.function, shape)
        kind = kind or "other"
        name = node.name or (units.name if units is not None else kind)
        found.append(replace(node, name=name, kind=kind, units=units))
    return found


def _is_alike(scale: np.ndarray, items: int) -> bool:
    """Whether a function does the same to all examples, along whichever axis they are."""
    axes = [axis for axis in range(scale.ndim - 1) if scale.shape[axis] == items]
    return any(np.allclose(scale, scale.take([0], axis=axis), atol=1e-6) for axis in axes) or not axes


def _one_function(nodes: Sequence[Node], start: int, inside: range, rounding: float, check: _Check) -> Step | None:
    """What several nodes between two cuts do together, if it is one function."""

    def together(value: Any) -> Any:
        values = {start: value}
        for place in inside:
            function = nodes[place].function
            assert function is not None
            values[place] = function(*(values[source] for source in nodes[place].sources))
        return values[inside[-1]]

    if any(nodes[place].function is None for place in inside):
        return None
    end = nodes[inside[-1]]
    units = recognized(together, nodes[start].shape, rounding)
    if units is not None and check.passes(nodes[start], end, units.slope_at):
        kind = "shape" if units.name == "linear" else "nonlinearity"
        return Step(end.name, kind, end.activity, end.gradients, units=units, sums=nodes[start].activity)
    kind = _kind_together(together, nodes[start].shape)
    return Step(end.name, kind, end.activity, end.gradients) if kind else None


def _is_row(node: Node, is_last: bool, count: int) -> bool:
    """Single steps are rows; of what goes on in branches, all that has a name of its own."""
    return count == 1 or node.kind not in ("shape", "other") or is_last


def _is_beyond(node: Node, comes_first: bool) -> bool:
    """Whether a step makes a network more than a chain; inputs may be shifted and scaled before the first layer."""
    return node.kind in BEYOND and not (node.kind == "affine" and comes_first)


def _step(nodes: Sequence[Node], place: int) -> Step:
    node = nodes[place]
    sums = nodes[node.sources[0]].activity if node.units is not None else None
    return Step(node.name, node.kind, node.activity, node.gradients, node.weights, node.biases, node.units, sums)


def _kind_together(function: Callable[..., Any], shape: tuple[int, ...]) -> str:
    """Kind of a function that treats units together; empty if it is none of those known."""
    if is_normalization(function, shape):
        return "normalization"
    return "softmax" if gives_shares(function, shape) else ""


def _numbered(nodes: list[Node]) -> list[Node]:
    """Nodes of which several have one name are counted."""
    names = [node.name for node in nodes]
    return [
        replace(node, name=f"{node.name} {names[: place + 1].count(node.name)}") if names.count(node.name) > 1 else node
        for place, node in enumerate(nodes)
    ]


def _in_words(reasons: list[tuple[str, str]]) -> str:
    """The reasons, the most telling first, with the steps where they are."""
    said: list[str] = []
    for kind, words in BEYOND.items():
        names = list(dict.fromkeys(name for found, name in reasons if found == kind))
        if names and not (kind == "other" and said):
            said.append(f"{words} ({quoted(names)})")
    return ", ".join(said[:-1]) + " and " * (len(said) > 1) + said[-1] if said else ""


def _tied(steps: Sequence[Step]) -> str:
    """Two layers with the same weights, if there are any."""
    layers = [step for step in steps if step.weights is not None and np.ptp(step.weights) > 0]
    for place, later in enumerate(layers):
        for earlier in layers[:place]:
            a, b = earlier.weights, later.weights
            assert a is not None and b is not None
            if np.array_equal(a, b) or a.size > 1 and np.array_equal(a, b.T):
                return f"uses the same weights twice ({quoted([earlier.name, later.name])})"
    return ""


def _unchained(steps: Sequence[Step]) -> str:
    """What in a chain of known steps is not a layer and its units."""
    rows = [step for step in steps if step.kind != "shape"]
    if not any(step.kind in LAYERS for step in rows):
        return "has no linear layer"
    if any(step.kind in LAYERS and step.weights is None for step in rows):
        return "has weights that cannot be read"
    layers = [step for step in rows if step.kind in LAYERS]
    odd = [step.name for step in layers if not _is_usable(step)]
    if odd:
        return f"has weights that are all 0 or no finite numbers ({quoted(odd)})"
    for before, step in zip(rows, rows[1:]):
        if step.kind == before.kind == "nonlinearity":
            return f"has two nonlinearities without a layer between them ({quoted([before.name, step.name])})"
    return ""


def _is_usable(step: Step) -> bool:
    """Whether a layer has weights and biases from which theory can start."""
    biases = np.zeros(1) if step.biases is None else step.biases
    with np.errstate(over="ignore"):
        squares = np.square(step.weights, dtype=float) if step.weights is not None else np.zeros(1)
        return bool(np.all(np.isfinite(squares)) and np.any(squares > 0) and np.all(np.isfinite(biases)))
