"""PyTorch modules as graphs of values: by `torch.fx` where it can follow them, else by what layers are called with."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._core.checks import InputError, quoted
from .graph import BEYOND, LAYERS, Node, Slope, loose_steps, steps_of
from .reading import Reading, failed, items_first, projections

if TYPE_CHECKING:
    import torch
    from torch import nn

    Tensor = torch.Tensor

# Modules whose kind their name does not tell, by their classes in torch.nn.
CLASSES = {
    "linear": ("Linear",),
    "convolution": ("Conv1d", "Conv2d", "Conv3d"),
    "attention": ("MultiheadAttention",),
    "recurrence": ("RNNBase", "RNNCellBase"),
    "embedding": ("Embedding", "EmbeddingBag"),
}
# Parts of the names of modules and functions that tell their kind, in this order.
WORDS = {
    "attention": "attention",
    "norm": "normalization",
    "dropout": "dropout",
    "pool": "pooling",
    "softmax": "softmax",
    "embedding": "embedding",
    "concat": "concatenation",
    "stack": "concatenation",
}
LINEAR = ("linear", "matmul", "mm")
CONVOLUTIONS = ("conv1d", "conv2d", "conv3d")
# Functions of two signals.
PAIRS = {"add": "addition", "iadd": "addition", "mul": "product", "matmul": "attention",
         "bmm": "attention", "einsum": "attention", "cat": "concatenation", "where": "product"}  # fmt: skip


def read_module(network: nn.Module, batch: Any, count: int, seed: int) -> Reading:
    """Run a module once and take its gradients; afterwards it is as it was.

    Parameters
    ----------
    network : torch.nn.Module
        In whatever mode it is.
    batch : array or tensor, shape (items, ...)
        What it is fed with.
    count : int
        Number of random projections of its outputs.
    seed : int
        Of these projections.
    """
    import torch

    network = getattr(network, "_orig_mod", network)  # what torch.compile has compiled
    _refuse(network, batch)
    with torch.inference_mode(False), _as_before(network), torch.enable_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a stranger's, which would be said for every time that it runs
        inputs = _inputs(network, batch).requires_grad_()
        begun = _random_state(inputs.device)
        try:
            made = network(inputs.clone())
        except Exception as error:  # of a stranger's code
            raise failed(error, "pass a batch as the network takes it, examples first") from None
        answer = _first_tensor(made)
        _check_answer(answer, len(inputs))
        is_random = not begun.equals(_random_state(inputs.device))
        _set_random_state(begun, inputs.device)
        found = _traced(network, inputs)
        if found is None or not _agree(found.values[-1], answer, inputs, network):
            _set_random_state(begun, inputs.device)
            found = _hooked(network, inputs)
        _take_gradients(found, count, seed)
        rounding = float(torch.finfo(answer.dtype).eps)
        if found.unknown:
            steps, reason = loose_steps(found.nodes, rounding), found.unknown
        else:
            steps, reason = steps_of(found.nodes, rounding, _slope_between(found.values))
        if is_random and not reason:
            reason = BEYOND["dropout"]
        remarks = ("The network has several answers, of which the first is followed.",) * (_count(made) > 1)
        kernel = _Kernel(found.values[-1], [each for each in network.parameters() if each.requires_grad])
        mode = "training" if network.training else "evaluation"
        return Reading(steps, reason, not found.unknown, mode, remarks, kernel)


def _check_answer(answer: Any, items: int) -> None:
    if answer is None or not answer.is_floating_point():
        raise InputError(
            "network", "gives no numbers that gradients could be taken of", "pass one that ends in numbers"
        )
    if not answer.ndim or answer.shape[0] != items:
        raise InputError(
            "network",
            f"gives an array of shape {tuple(answer.shape)} for {items} examples, but there is one answer for each",
            "leave out the loss, and keep examples first",
        )


def _agree(traced: Tensor, itself: Tensor, inputs: Tensor, network: nn.Module) -> bool:
    """Whether the traced network gives what the network itself gives, and passes the same gradients back."""
    import torch

    def close(one: Tensor | None, other: Tensor | None) -> bool:
        if one is None or other is None:
            return one is other
        return one.shape == other.shape and torch.allclose(one, other, rtol=1e-3, atol=1e-6, equal_nan=True)

    if not close(traced, itself) or traced.requires_grad != itself.requires_grad:
        return False
    if not itself.requires_grad:
        return True
    by = [inputs, *(each for each in network.parameters() if each.requires_grad)]
    signs = torch.ones_like(itself)
    both = (torch.autograd.grad(each, by, signs, retain_graph=True, allow_unused=True) for each in (traced, itself))
    return all(map(close, *both))


def _count(made: Any) -> int:
    """Number of arrays of real numbers among what a network gives."""
    import torch

    if isinstance(made, torch.Tensor):
        return int(made.is_floating_point())
    parts = made.values() if hasattr(made, "values") else made if isinstance(made, tuple | list) else ()
    return sum(map(_count, parts))


def _slope_between(values: list[Tensor]) -> Slope:
    """Gradients of the sum of one value by another, as the network itself passes them."""
    import torch

    def slope(source: int, place: int) -> tuple[np.ndarray, np.ndarray] | None:
        if not (values[source].requires_grad and values[place].requires_grad):
            return None
        ones = torch.ones_like(values[place])
        (found,) = torch.autograd.grad(values[place], values[source], ones, retain_graph=True, allow_unused=True)
        sums = _array(values[source])
        return sums, np.zeros(sums.shape) if found is None else _array(found)

    return slope


# The batch and the state ----------------------------------------------------------------------------------------------


def _refuse(network: nn.Module, batch: Any) -> None:
    """Say what of a network or a batch cannot be followed."""
    import torch

    if isinstance(network, torch.jit.ScriptModule):
        raise InputError("network", "is compiled by torch.jit", "pass the module from which it was made")
    if any(each.is_meta for each in network.parameters()):
        raise InputError("network", "has weights without numbers (on the meta device)", "load its weights first")
    for name, each in (*network.named_parameters(), *network.named_buffers()):
        if isinstance(each, torch.nn.parameter.UninitializedParameter):
            raise InputError("network", f"has a layer ({name}) that is not built yet", "call it on a batch first")
    for name, module in network.named_modules():
        if "quantized" in type(module).__module__:
            raise InputError("network", f"has quantized weights ({name})", "diagnose it before quantizing")
    if any(type(each).__name__.startswith("Embedding") for each in network.modules()) and _is_whole(batch):
        raise InputError(
            "batch",
            "holds tokens (whole numbers that the network looks up), which no signal can be followed into",
            "pass what is behind the embedding: diagnose(network.body, network.embedding(tokens).detach())",
        )


def _inputs(network: nn.Module, batch: Any) -> Tensor:
    """The batch in the type and on the device of the network's weights."""
    import torch

    first = next((each for each in network.parameters() if each.is_floating_point()), None)
    given = batch.detach() if isinstance(batch, torch.Tensor) else torch.from_numpy(np.array(batch, dtype=float))
    dtype = torch.get_default_dtype() if first is None else first.dtype
    return given.to(device=None if first is None else first.device, dtype=dtype, copy=True)


def _is_whole(batch: Any) -> bool:
    kind = getattr(getattr(batch, "dtype", None), "kind", "")
    return kind in "iu" if kind else not batch.is_floating_point()


@contextmanager
def _as_before(network: nn.Module) -> Iterator[None]:
    """Weights, buffers, plain attributes, hooks, mode and random state as they were, whatever the network does."""
    import torch

    device = next((each.device for each in network.parameters()), torch.device("cpu"))
    held = [
        (module, dict(vars(module)), dict(module._parameters), dict(module._buffers)) for module in network.modules()
    ]
    numbers = [(each, each.detach().clone(), each._version) for each in network.parameters()]
    copies = {id(each): each.clone() for each in network.buffers()}  # for the network to write into
    for module in network.modules():
        module._buffers.update({name: copies[id(each)] for name, each in module._buffers.items() if each is not None})
    begun = _random_state(device)
    try:
        yield
    finally:
        for module, attributes, parameters, buffers in held:
            vars(module).clear()
            vars(module).update(attributes)
            _put_back(module._parameters, parameters)
            _put_back(module._buffers, buffers)
        with torch.no_grad():
            for each, before, version in numbers:
                if each._version != version:
                    each.copy_(before)
        _set_random_state(begun, device)


def _put_back(store: dict[str, Any], content: dict[str, Any]) -> None:
    store.clear()
    store.update(content)


class RandomState(NamedTuple):
    """Of all from which a network may draw."""

    torch: list[Tensor]
    numpy: Any
    python: Any

    def equals(self, other: RandomState) -> bool:
        """Whether nothing was drawn between two states."""
        import torch

        own = all(map(torch.equal, self.torch, other.torch))
        return own and self.python == other.python and all(map(np.array_equal, self.numpy, other.numpy))


def _random_state(device: torch.device) -> RandomState:
    import torch

    own = [torch.get_rng_state(), *([torch.cuda.get_rng_state(device)] if device.type == "cuda" else [])]
    return RandomState(own, np.random.get_state(), random.getstate())  # noqa: NPY002


def _set_random_state(state: RandomState, device: torch.device) -> None:
    import torch

    torch.set_rng_state(state.torch[0])
    for each in state.torch[1:]:
        torch.cuda.set_rng_state(each, device)
    np.random.set_state(state.numpy)  # noqa: NPY002
    random.setstate(state.python)


# By torch.fx ----------------------------------------------------------------------------------------------------------


class Found(NamedTuple):
    """Values that the input changes, in order, the answer last; and why it is not known what lies between them."""

    values: list[Any]
    nodes: list[Node]
    unknown: str


def _traced(network: nn.Module, inputs: Tensor) -> Found | None:
    """Nodes of a module that `torch.fx` can follow; None of others."""
    import torch

    class Tracer(torch.fx.Tracer):
        def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
            return _is_leaf(m)

    try:  # a stranger's code, which tracing may break in any way
        recorder = _recorder(torch.fx.GraphModule(network, Tracer().trace(network)))
        answer = _first_tensor(recorder.run(inputs))
    except Exception:
        return None
    places = [place for place, value in enumerate(recorder.passed) if value is answer]
    if not places:
        return None
    last = places[0] + 1
    return Found(recorder.values[:last], recorder.nodes[:last], "")


def _recorder(module: Any) -> Any:
    """An interpreter of a traced module that keeps all values that the input changes, as they were when made."""
    import torch

    class Recorder(torch.fx.Interpreter):
        def __init__(self) -> None:
            super().__init__(module)
            self.values: list[Tensor] = []
            self.passed: list[Tensor] = []  # copies of them, into which what comes later may write
            self.nodes: list[Node] = []
            self.places: dict[Any, int] = {}
            self.carriers: dict[Any, tuple[int, ...]] = {}  # values that are no tensors, and what they rest on

        def run_node(self, node: Any) -> Any:
            result = super().run_node(node)
            rests_on = [self.places[each] for each in node.all_input_nodes if each in self.places]
            rests_on += [place for each in node.all_input_nodes for place in self.carriers.get(each, ())]
            is_input = node.op == "placeholder" and not self.nodes
            if is_input or rests_on and node.op != "output" and isinstance(result, torch.Tensor):
                self.values.append(result)
                self.passed.append(result.clone())
                self.nodes.append(self._node(node, tuple(dict.fromkeys(rests_on)), result))
                self.places[node] = len(self.nodes) - 1
                return self.passed[-1]
            if rests_on and isinstance(result, tuple | list) and _first_tensor(result) is not None:
                self.carriers[node] = tuple(dict.fromkeys(rests_on))
            return result

        def _node(self, node: Any, sources: tuple[int, ...], result: Tensor) -> Node:
            behind = node.args[0] if node.args and node.args[0] in self.carriers else node
            kind, weights, biases = self._kind(behind, sources)
            if kind in LAYERS and behind.op == "call_module" and not self._is_plain(behind, sources, result):
                kind, weights, biases = "other", None, None
            if kind == "dropout" and torch.equal(result, self.values[sources[0]]):
                kind = ""
            name = str(behind.target) if behind.op == "call_module" else str(behind.name)
            return Node(
                "input" if not self.nodes else name, kind, sources, items_first(_array(result), len(self.values[0])),
                shape=tuple(result.shape), function=self._function(node, sources), weights=weights, biases=biases,
                place=len(self.nodes),
            )  # fmt: skip

        def _is_plain(self, node: Any, sources: tuple[int, ...], result: Tensor) -> bool:
            """Whether a layer gives what it computes itself, and no hook has changed it."""
            layer = self.fetch_attr(node.target)
            return len(sources) == 1 and _is_own(layer, self.values[sources[0]], result)

        def _kind(self, node: Any, sources: tuple[int, ...]) -> tuple[str, Any, Any]:
            if node.op == "placeholder":
                return "input", None, None
            if node.op == "call_module":
                return _kind_of_module(self.fetch_attr(node.target))
            name = str(getattr(node.target, "__name__", node.target)).strip("_")
            constants = [
                self.env[each] for each in node.all_input_nodes if each in self.env and each not in self.places
            ]
            return _kind_of_function(name, node, constants, len(sources), self.places, self.values[sources[0]].ndim)

        def _function(self, node: Any, sources: tuple[int, ...]) -> Callable[..., Any] | None:
            if node.op == "placeholder" or any(each in self.carriers for each in node.all_input_nodes):
                return None
            constants = {each: self.env[each] for each in node.all_input_nodes if each not in self.places}
            places = {each: self.places[each] for each in node.all_input_nodes if each in self.places}

            def function(*values: Any) -> Any:
                given = dict(zip(sources, values, strict=True))

                def value(each: Any) -> Any:
                    return constants[each] if each in constants else _tensor(given[places[each]], self.values[0])

                args, options = (torch.fx.node.map_arg(each, value) for each in (node.args, node.kwargs))
                with torch.no_grad():
                    if node.op == "call_module":
                        return _array(self.fetch_attr(node.target)(*args, **options))
                    if node.op == "call_method":
                        return _array(getattr(args[0], node.target)(*args[1:], **options))
                    return _array(node.target(*args, **options))

            return function

    return Recorder()


def _kind_of_function(
    name: str, node: Any, constants: list[Any], signals: int, places: Any, ndim: int
) -> tuple[str, Any, Any]:
    """Kind of a function, and its weights and biases if it is a layer; a bias is the same for every example."""
    import torch

    tensors = [each.detach() for each in constants if isinstance(each, torch.Tensor)]
    for word, kind in WORDS.items():
        if word in name:
            return kind, None, None
    if signals > 1:
        return PAIRS.get(name, "other"), None, None
    if name in LINEAR and tensors and tensors[0].ndim == 2:
        is_left = node.args[0] not in places  # weights times a signal
        weights = tensors[0] if name == "linear" or is_left else tensors[0].T
        return "linear", _array(weights), _array(tensors[1]) if len(tensors) > 1 else None
    if name in CONVOLUTIONS and tensors:
        return "convolution", _matrix(tensors[0]), _array(tensors[1]) if len(tensors) > 1 else None
    if name in ("add", "iadd") and len(tensors) == 1 and (tensors[0].ndim < ndim or tensors[0].shape[0] == 1):
        return "bias", None, _array(tensors[0])
    return "", None, None


# By what leaves are called with ---------------------------------------------------------------------------------------


def _hooked(network: nn.Module, inputs: Tensor) -> Found:
    """Nodes of the modules without parts, in the order in which they are called.

    They are a chain if each is called with what the one before gave; else nothing is known of what is between them.
    """
    import torch

    values: list[Tensor] = [inputs]
    passed: list[Tensor] = [inputs.clone()]  # copies of them, into which what comes later may write
    nodes = [Node("input", "input", (), _array(inputs), shape=tuple(inputs.shape))]
    broken: list[str] = []
    names = {module: name or type(module).__name__ for name, module in network.named_modules()}

    versions = [passed[0]._version]

    def follows(value: Any) -> bool:
        is_last = value is passed[-1] or value is not None and value._base is passed[-1]
        return is_last and passed[-1]._version == versions[-1]  # nothing has written into it

    def record(module: nn.Module, given: tuple[Any, ...], options: Any, made: Any) -> Any:
        result, came = _first_tensor(made), _first_tensor((given, options))
        if result is None or not result.is_floating_point():
            return made
        if not follows(came):
            broken.append(names[module])
        kind, weights, biases = _kind_of_module(module)
        kind = "" if kind == "dropout" and came is not None and torch.equal(result, came) else kind
        if kind in LAYERS and not (came is not None and _is_own(module, came, result)):
            kind, weights, biases = "other", None, None
        values.append(result)
        passed.append(result.clone())
        versions.append(passed[-1]._version)
        nodes.append(
            Node(
                names[module], kind, (len(nodes) - 1,), items_first(_array(result), len(inputs)),
                shape=tuple(result.shape), function=_evaluated(module, inputs), weights=weights, biases=biases,
                place=len(nodes), came=None if came is None else _array(came),
            )
        )  # fmt: skip
        return _replaced(made, result, passed[-1])

    handles = [
        module.register_forward_hook(record, with_kwargs=True) for module in network.modules() if _is_leaf(module)
    ]
    try:
        answer = _first_tensor(network(passed[0]))
    finally:
        for handle in handles:
            handle.remove()
    if answer is not passed[-1]:
        if not (follows(answer) and answer.numel() == passed[-1].numel()):
            broken.append("output")
        values.append(answer)
        nodes.append(Node("output", "", (len(nodes) - 1,), _array(answer), shape=tuple(answer.shape), place=len(nodes)))
    where = quoted(list(dict.fromkeys(broken)))
    return Found(
        values, nodes, f"cannot be followed by torch.fx, and no single signal goes into {where}" if broken else ""
    )


def _is_own(layer: nn.Module, came: Tensor, result: Tensor) -> bool:
    """Whether a layer's result is that of its own function, past all hooks."""
    import torch

    with torch.no_grad():
        made = layer.forward(came)
    return made.shape == result.shape and torch.allclose(made, result, rtol=1e-3, atol=1e-6, equal_nan=True)


def _evaluated(module: nn.Module, like: Tensor) -> Callable[..., Any]:
    """A module as a function of arrays, past its hooks."""
    import torch

    def function(value: Any) -> Any:
        with torch.no_grad():
            return _array(module.forward(_tensor(value, like)))

    return function


def _replaced(made: Any, old: Tensor, new: Tensor) -> Any:
    """What a module gave, with another tensor in the place of the first."""
    if made is old:
        return new
    if type(made) in (tuple, list):
        done = False
        parts = []
        for each in made:
            part = each if done else _replaced(each, old, new)
            done = done or part is not each
            parts.append(part)
        return type(made)(parts)
    return made


def _is_leaf(module: nn.Module) -> bool:
    """Whether a module is one step: PyTorch's own without parts, attention and recurrent ones."""
    import torch

    whole = (torch.nn.MultiheadAttention, torch.nn.RNNBase, torch.nn.RNNCellBase)
    if isinstance(module, whole):
        return True
    own = type(module).forward.__module__.startswith(("torch.nn.modules", "torch.ao.nn"))
    return own and not any(name != "parametrizations" for name, _ in module.named_children())


def _kind_of_module(module: nn.Module) -> tuple[str, Any, Any]:
    """Kind of a module, and its weights and biases if it is a layer."""
    import torch

    for kind, classes in CLASSES.items():
        if isinstance(module, tuple(getattr(torch.nn, name) for name in classes)):
            if kind not in ("linear", "convolution"):
                return kind, None, None
            layer: Any = module
            return kind, _matrix(layer.weight.detach()), None if layer.bias is None else _array(layer.bias.detach())
    name = type(module).__name__.lower()
    return next((kind for word, kind in WORDS.items() if word in name), ""), None, None


# Gradients ------------------------------------------------------------------------------------------------------------


def _take_gradients(found: Found, count: int, seed: int) -> None:
    """Mean squared gradients of random projections of the answer, of every value; NaN where none can arrive."""
    import torch

    values, answer = found.values, found.values[-1]
    reached = [place for place, value in enumerate(values) if value.requires_grad]
    squares = np.full((len(values), count), np.nan)
    arrived = np.zeros(len(values), dtype=bool)
    for number, signs in enumerate(projections(tuple(answer.shape), count, seed) if answer.requires_grad else ()):
        direction = torch.as_tensor(signs, dtype=answer.dtype, device=answer.device)
        gradients = torch.autograd.grad(
            answer, [values[place] for place in reached], direction, retain_graph=True, allow_unused=True
        )
        for place, gradient in zip(reached, gradients, strict=True):
            if gradient is not None:
                arrived[place] = True
                squares[place, number] = float(gradient.double().square().mean())
    for place, node in enumerate(found.nodes):
        node.gradients = squares[place]
        node.is_cut_off = bool(not arrived[place] and values[place].is_floating_point())


class _Kernel:
    """Products of the tangent kernel with vectors, by one pass back and one forward."""

    def __init__(self, answer: Tensor, parameters: Sequence[Tensor]) -> None:
        self.answer, self.parameters = answer, parameters
        self.size = answer.numel()

    def __call__(self, vector: np.ndarray) -> np.ndarray:
        import torch

        if not self.parameters:
            return np.zeros(self.size)

        def back(direction: Tensor, again: bool) -> Any:
            return torch.autograd.grad(
                self.answer, self.parameters, direction, retain_graph=True, create_graph=again, materialize_grads=True,
                allow_unused=True,
            )  # fmt: skip

        given = torch.as_tensor(vector, dtype=self.answer.dtype, device=self.answer.device).reshape(self.answer.shape)
        with torch.enable_grad():
            pulled = back(given, False)
            free = torch.zeros_like(self.answer, requires_grad=True)
            (pushed,) = torch.autograd.grad(back(free, True), free, pulled, allow_unused=True, materialize_grads=True)
        return _array(pushed).astype(float).ravel()


# Arrays ---------------------------------------------------------------------------------------------------------------


def _array(tensor: Tensor) -> np.ndarray:
    detached = tensor.detach().cpu()
    is_short = detached.is_floating_point() and detached.dtype.itemsize < 4  # NumPy has no bfloat16
    return np.array(detached.float().numpy() if is_short else detached.numpy())


def _matrix(weights: Tensor) -> np.ndarray:
    return _array(weights).reshape(weights.shape[0], -1)


def _tensor(value: np.ndarray, like: Tensor) -> Tensor:
    import torch

    return torch.as_tensor(value, dtype=like.dtype if value.dtype.kind == "f" else None, device=like.device)


def _first_tensor(made: Any) -> Any:
    """The first tensor in whatever a module takes or gives."""
    import torch

    if isinstance(made, torch.Tensor):
        return made
    parts = made.values() if hasattr(made, "values") else made if isinstance(made, tuple | list) else ()
    return next((each for each in map(_first_tensor, parts) if each is not None), None)
