"""Functions that JAX can trace, as graphs of values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._core.checks import InputError
from .graph import Node, Slope, steps_of
from .reading import Reading, failed, projections

# Primitives that hold another program, which is read in their place, and the parameter where it is.
CALLS = {
    "pjit": "jaxpr",
    "jit": "jaxpr",
    "closed_call": "call_jaxpr",
    "core_call": "call_jaxpr",
    "remat": "jaxpr",
    "checkpoint": "jaxpr",
    "remat2": "jaxpr",
}
LAYERED = (
    "dot_general",
    "conv_general_dilated",
    "scan",
    "while",
    "cond",
    "add_any",
)  # what makes a program more than one step
PAIRS = {"add": "addition", "add_any": "addition", "mul": "product", "dot_general": "attention",
         "concatenate": "concatenation"}  # fmt: skip
KINDS = {"scan": "recurrence", "while": "recurrence", "gather": "embedding", "reduce_window_max": "pooling",
         "reduce_window_sum": "pooling", "reduce_window": "pooling"}  # fmt: skip


NAMES = {"dot_general": "layer", "conv_general_dilated": "convolution", "custom_jvp_call": "", "custom_vjp_call": ""}


@dataclass(eq=False)
class Operation:
    """One equation of a program: values by their numbers."""

    name: str
    run: Callable[..., list[Any]]
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    equation: Any


def read_function(function: Callable[..., Any], batch: Any, count: int, seed: int) -> Reading:
    """Trace a function, run it once and take its gradients.

    Parameters
    ----------
    function : function
        Of one array, examples first.
    batch : array, shape (items, ...)
        What it is fed with.
    count : int
        Number of random projections of its outputs.
    seed : int
        Of these projections.
    """
    try:
        import jax
        import jax.numpy as jnp
    except ImportError:
        raise InputError(
            "network",
            f"is a function ({getattr(function, '__name__', 'unnamed')}), which JAX follows, but JAX is not installed",
            "write pip install 'ontogeny[jax]'; or pass a PyTorch module or a list of weights",
        ) from None
    inputs = jnp.asarray(np.asarray(batch), dtype=jnp.result_type(float))
    try:
        traced = jax.make_jaxpr(function)(inputs)
    except Exception as error:  # of a stranger's code
        hint = "pass a function of the whole batch; of a network that takes one example write jax.vmap(network)"
        raise failed(error, hint) from None
    if not traced.jaxpr.outvars:
        raise InputError("network", "gives no numbers that hang on its inputs", "pass a function of the batch")
    program = Program(traced, inputs)
    _check_answer(program, len(inputs))
    return program.reading(count, seed)


def _check_answer(program: Program, items: int) -> None:
    import jax.numpy as jnp

    answer = program.values[program.answer]
    if not jnp.issubdtype(answer.dtype, jnp.inexact) or program.answer not in program.changing:
        raise InputError("network", "gives no numbers that hang on its inputs", "pass a function of the batch")
    if not answer.ndim or answer.shape[0] != items:
        raise InputError(
            "network",
            f"gives an array of shape {tuple(answer.shape)} for {items} examples, but there is one answer for each",
            "leave out the loss, and keep examples first",
        )


class Program:
    """A traced function as a list of operations on numbered values, calls within it written out.

    Parameters
    ----------
    traced : ClosedJaxpr
        What JAX makes of the function.
    inputs : array, shape (items, ...)
        What it is fed with.
    """

    def __init__(self, traced: Any, inputs: Any) -> None:
        self.operations: list[Operation] = []
        self.values: list[Any] = [inputs]
        self.constants: list[int] = []
        self.changing = {0}
        self.outputs = self._written_out(traced.jaxpr, traced.consts, [0])
        arrays = (each for each in self.outputs if each in self.changing and self.values[each].ndim)
        self.answer = next(arrays, self.outputs[0])  # the first, where there are several

    def _number(self, value: Any) -> int:
        self.values.append(value)
        return len(self.values) - 1

    def _constant(self, value: Any) -> int:
        import jax.numpy as jnp

        place = self._number(jnp.asarray(value))
        self.constants.append(place)
        return place

    def _written_out(self, jaxpr: Any, constants: Sequence[Any], given: Sequence[int]) -> list[int]:
        """Add the operations of a program and run them; numbers of its results."""
        at: dict[Any, int] = dict(zip(jaxpr.invars, given, strict=True))
        at |= {variable: self._constant(value) for variable, value in zip(jaxpr.constvars, constants, strict=True)}

        def place(variable: Any) -> int:
            return self._constant(variable.val) if hasattr(variable, "val") else at[variable]

        for equation in jaxpr.eqns:
            reads = [place(variable) for variable in equation.invars]
            inner = _inner(equation)
            if inner is not None and not self._is_one_step(inner[0], reads):
                made = self._written_out(*inner, reads)
            else:
                made = self._operate(equation, reads)
            at |= dict(zip(equation.outvars, made, strict=True))
        return [place(variable) for variable in jaxpr.outvars]

    def _is_one_step(self, jaxpr: Any, reads: Sequence[int]) -> bool:
        """Whether a call has a name of its own for what it does to one signal: an activation, a softmax."""
        return len([each for each in reads if each in self.changing]) == 1 and not _has_layers(jaxpr)

    def _operate(self, equation: Any, reads: Sequence[int]) -> list[int]:
        bound = equation.primitive.get_bind_params(equation.params)
        functions, parameters = bound if isinstance(bound, tuple) else ((), bound)  # as JAX has it until 0.9, and since

        def run(*values: Any) -> list[Any]:
            made = equation.primitive.bind(*functions, *values, **parameters)
            return list(made) if equation.primitive.multiple_results else [made]

        writes = tuple(self._number(each) for each in run(*(self.values[each] for each in reads)))
        if any(each in self.changing for each in reads):
            self.changing.update(writes)
        primitive = equation.primitive.name
        name = str(equation.params.get("name") or NAMES.get(primitive, primitive))
        self.operations.append(Operation(name, run, tuple(reads), writes, equation))
        return list(writes)

    def replayed(self, held: dict[int, Any], shifts: dict[int, Any] | None = None) -> dict[int, Any]:
        """All values anew, from an input and constants, each with what is added to it."""
        values = {place: self.values[place] for place in (0, *self.constants)} | held
        shifts = shifts or {}
        values[0] = values[0] + shifts[0] if 0 in shifts else values[0]
        for each in self.operations:
            for place, value in zip(each.writes, each.run(*(values[read] for read in each.reads)), strict=True):
                values[place] = value + shifts[place] if place in shifts else value
        return values

    def _between(self, start: int, value: Any, end: int) -> Any:
        """One value from another, by the operations that rest on it."""
        values = {start: value}
        for each in self.operations:
            if start < each.writes[0] <= end and any(read in values for read in each.reads):
                made = each.run(*(values.get(read, self.values[read]) for read in each.reads))
                values.update(zip(each.writes, made, strict=True))
        return values.get(end, self.values[end])

    # What a report needs ----------------------------------------------------------------------------------------------

    def reading(self, count: int, seed: int) -> Reading:
        """Nodes of all values that the input changes, with gradients."""
        import jax.numpy as jnp

        items = self.values[0].shape[0]
        other = self.values[0].at[0].set(-0.7 * self.values[0][1] + 0.3)
        swapped = self.replayed({0: other})
        order = [0, *(place for each in self.operations for place in each.writes if place in self.changing)]
        order = [*(place for place in order if place != self.answer), self.answer]
        at = {place: number for number, place in enumerate(order)}
        squares, why_none = self._squared_gradients(order, count, seed)
        by = {place: each for each in self.operations for place in each.writes}
        nodes = []
        for number, (place, gradients) in enumerate(zip(order, squares, strict=True)):
            axis = _item_axis(np.asarray(self.values[place]), np.asarray(swapped[place]), items)
            node = self._node(place, by.get(place), at, axis)
            node.gradients, node.place = gradients, number
            nodes.append(node)
        rounding = float(jnp.finfo(self.values[self.answer].dtype).eps)
        steps, reason = steps_of(nodes, rounding, None if why_none else self._slope_between(order))
        several = sum(self.values[each].ndim > 0 for each in dict.fromkeys(self.outputs)) > 1
        remarks = ("The network has several answers, of which the first is followed.",) * several
        return Reading(steps, reason or why_none, True, "", remarks, FunctionKernel(self))

    def _node(self, place: int, operation: Operation | None, at: dict[int, int], axis: int | None) -> Node:
        value = np.asarray(self.values[place])
        activity = np.moveaxis(value, axis, 0) if axis is not None else value.reshape(1, -1)
        if operation is None:
            return Node("input", "input", (), activity, shape=value.shape)
        sources = tuple(dict.fromkeys(at[each] for each in operation.reads if each in at))
        kind, weights, biases = self._kind(operation, activity, axis)
        return Node(
            operation.name, kind, sources, activity, shape=value.shape, function=self._function(place, operation, at),
            weights=weights, biases=biases,
        )  # fmt: skip

    def _function(self, place: int, operation: Operation, at: dict[int, int]) -> Callable[..., Any]:
        which = operation.writes.index(place)
        sources = list(dict.fromkeys(each for each in operation.reads if each in at))

        def function(*given: Any) -> np.ndarray:
            import jax.numpy as jnp

            new = {
                each: jnp.asarray(value, dtype=self.values[each].dtype)
                for each, value in zip(sources, given, strict=True)
            }
            return np.asarray(operation.run(*(new.get(each, self.values[each]) for each in operation.reads))[which])

        return function

    def _kind(self, operation: Operation, activity: np.ndarray, axis: int | None) -> tuple[str, Any, Any]:
        primitive = operation.equation.primitive.name
        signals = [each in self.changing for each in operation.reads]
        if primitive in KINDS:
            return KINDS[primitive], None, None
        if sum(signals) > 1 and len(set(operation.reads)) > 1:
            return PAIRS.get(primitive, "other"), None, None
        if primitive in ("dot_general", "conv_general_dilated") and len(signals) == 2:
            constant = np.asarray(self.values[operation.reads[signals.index(False)]], dtype=float)
            matrix = (_dot_weights if primitive == "dot_general" else _conv_weights)(
                operation.equation, constant, signals
            )
            return ("linear" if primitive == "dot_general" else "convolution"), matrix, None
        if primitive == "add" and axis is not None:
            constant = np.asarray(self.values[operation.reads[signals.index(False)]], dtype=float)
            spread = np.moveaxis(np.broadcast_to(constant, np.shape(self.values[operation.writes[0]])), axis, 0)
            if np.array_equal(spread, np.broadcast_to(spread[:1], spread.shape)):
                return "bias", None, spread[0]
        return "", None, None

    def _slope_between(self, order: list[int]) -> Slope:
        """Gradients of the sum of one value by another, as JAX passes them."""
        import jax
        import jax.numpy as jnp

        def slope(source: int, place: int) -> tuple[np.ndarray, np.ndarray] | None:
            start, end = order[source], order[place]
            if not all(jnp.issubdtype(self.values[each].dtype, jnp.inexact) for each in (start, end)):
                return None
            _, back = jax.vjp(lambda value: self._between(start, value, end), self.values[start])
            return np.asarray(self.values[start]), np.asarray(back(jnp.ones_like(self.values[end]))[0])

        return slope

    def _squared_gradients(self, order: list[int], count: int, seed: int) -> tuple[np.ndarray, str]:
        """Mean squared gradients of random projections of the answer, (values, projections); why there are none."""
        import jax
        import jax.numpy as jnp

        moved = [place for place in order if jnp.issubdtype(self.values[place].dtype, jnp.inexact)]
        zeros = {place: jnp.zeros_like(self.values[place]) for place in moved}
        squares = np.full((len(order), count), np.nan)
        answer = self.values[self.answer]
        try:
            _, back = jax.vjp(lambda shifts: self.replayed({}, shifts)[self.answer], zeros)
            back(jnp.zeros_like(answer))
        except (TypeError, ValueError):
            return squares, "has a loop that JAX passes no gradients back through"
        for number, signs in enumerate(projections(tuple(answer.shape), count, seed)):
            (found,) = back(jnp.asarray(signs, dtype=answer.dtype))
            for row, place in enumerate(order):
                if place in found:
                    squares[row, number] = np.mean(np.square(np.asarray(found[place], dtype=float)))
        return squares, ""


class FunctionKernel:
    """Products of the tangent kernel with vectors, all constants of the function that are arrays trained.

    Parameters
    ----------
    program : Program
        The traced function.
    """

    def __init__(self, program: Program) -> None:
        import jax.numpy as jnp

        self.program = program
        self.size = program.values[program.answer].size
        self.trained = {
            place: program.values[place]
            for place in program.constants
            if program.values[place].ndim and jnp.issubdtype(program.values[place].dtype, jnp.inexact)
        }

    def __call__(self, vector: np.ndarray) -> np.ndarray:
        import jax
        import jax.numpy as jnp

        answer = self.program.values[self.program.answer]

        def run(trained: dict[int, Any]) -> Any:
            return self.program.replayed(trained)[self.program.answer]

        if not self.trained:
            return np.zeros(self.size)
        _, back = jax.vjp(run, self.trained)
        direction = jnp.asarray(vector, dtype=answer.dtype).reshape(answer.shape)
        change = back(direction)
        # forward through the transpose of the way back, since functions with rules of their own have no other
        _, forward = jax.vjp(back, jnp.zeros_like(answer))
        return np.asarray(forward(change)[0], dtype=float).ravel()


def _inner(equation: Any) -> tuple[Any, Sequence[Any]] | None:
    """The program that an equation calls, and its constants."""
    called = equation.params.get(CALLS.get(equation.primitive.name, ""))
    if called is None:
        return None
    return (called.jaxpr, called.consts) if hasattr(called, "consts") else (called, ())


def _has_layers(jaxpr: Any) -> bool:
    return any(
        equation.primitive.name in LAYERED or (inner := _inner(equation)) is not None and _has_layers(inner[0])
        for equation in jaxpr.eqns
    )


def _item_axis(value: np.ndarray, swapped: np.ndarray, items: int) -> int | None:
    """The axis of examples: that along which only the first one changes when the first example does."""
    axes = [axis for axis in range(value.ndim) if value.shape[axis] == items]
    for axis in axes:
        one, other = (np.moveaxis(each, axis, 0)[1:] for each in (value, swapped))
        if np.array_equal(one, other, equal_nan=value.dtype.kind == "f"):
            return axis
    return axes[0] if axes else None


def _dot_weights(equation: Any, constant: np.ndarray, signals: list[bool]) -> np.ndarray | None:
    """Weights (out, in) of a product with a constant."""
    contracted, batched = equation.params["dimension_numbers"]
    if any(batched):
        return None
    inner = contracted[signals.index(False)]
    moved = np.moveaxis(constant, inner, range(constant.ndim - len(inner), constant.ndim))
    into = int(np.prod([constant.shape[axis] for axis in inner]))
    return moved.reshape(-1, into)


def _conv_weights(equation: Any, constant: np.ndarray, signals: list[bool]) -> np.ndarray:
    """Weights (out, patch) of a convolution."""
    out, into, *space = equation.params["dimension_numbers"].rhs_spec
    return constant.transpose(out, into, *space).reshape(constant.shape[out], -1)
