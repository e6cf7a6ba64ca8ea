"""One namespace for all arguments of a law: NumPy, JAX, PyTorch, CuPy.

`arrays` is the first line of every closed form. It finds the one array library among the arguments and
brings numbers, lists and NumPy arrays into it, on the same device, as real floating point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import array_api_compat
import numpy as np

from .checks import InputError
from .names import ArrayLike as ArrayLike  # for whoever takes arrays
from .names import matched

Array = Any
"""An array of the library that the arguments came from; NumPy for numbers and lists."""
Namespace = Any
"""Functions of one array library, as `array_api_compat` gives them."""
PLAIN = frozenset((float, int, np.ndarray, np.float64))
"""Types that are neither foreign nor carry names: most arguments, and nothing needs to be asked about them."""
FLOAT = np.dtype(np.float64)


def arrays(*values: ArrayLike, names: Sequence[str | None] = ()) -> tuple[Any, ...]:
    """The common array namespace of `values`, followed by each of them as an array in it.

    NumPy, numbers and lists become NumPy float64. One foreign library (JAX, PyTorch, CuPy) wins over NumPy
    and keeps its own floating type and device; two foreign libraries, and complex numbers, are refused. Where two
    arguments carry names (Series, frames, DataArrays) they are matched by name, in the order of the first. `names` are
    those of the arguments, for error messages.

    >>> xp, t, s = arrays(1, [2, 3])
    >>> s.dtype, t.shape
    (dtype('float64'), ())
    """
    names = names or (None,) * len(values)
    if PLAIN.issuperset(map(type, values)):
        return np, *map(_numpy, values, names)
    values = matched(*values)
    foreign = [leaf for value in values for leaf in _leaves(value) if _is_foreign_array(leaf)]
    if not foreign:
        return np, *map(_numpy, values, names)
    xp = _one_namespace(foreign)
    dtype = _floating_type(xp, foreign)
    device = array_api_compat.device(foreign[0])
    return xp, *(_converted(xp, value, dtype, device) for value in values)


def detached(array: Array) -> Array:
    """The array as a constant: no derivative passes through it.

    >>> float(detached(np.array(2.0)))
    2.0
    """
    if array_api_compat.is_jax_array(array):
        import jax

        return jax.lax.stop_gradient(array)
    return array.detach() if array_api_compat.is_torch_array(array) else array


def on_host(array: ArrayLike) -> np.ndarray | None:
    """The values as a NumPy array; None while they are traced.

    >>> on_host(np.array(2.0))
    array(2.)
    """
    fixed = detached(array)
    if array_api_compat.is_jax_array(fixed):
        import jax

        return None if isinstance(fixed, jax.core.Tracer) else np.asarray(fixed)
    return fixed.cpu().numpy() if array_api_compat.is_torch_array(fixed) else np.asarray(fixed)


def refuse_traced(value: ArrayLike, name: str | None, instead: str = "call it outside of jit and grad") -> None:
    """Refuse what JAX follows, where NumPy computes: a derivative would be 0, and nobody would know.

    Raises
    ------
    InputError
        A value inside of `jax.jit`, `jax.grad` or `jax.vmap`.

    >>> refuse_traced([1.0, np.ones(2)], "time")
    """
    if any(map(_is_traced, _leaves(value))):
        raise InputError(name, "is traced by JAX, but NumPy computes this, without derivatives", instead)


def _is_traced(value: Any) -> bool:
    if type(value) in PLAIN or not array_api_compat.is_jax_array(value):
        return False
    import jax

    return isinstance(value, jax.core.Tracer)


def is_foreign(value: ArrayLike) -> bool:
    """Whether a value is an array of JAX, PyTorch or CuPy, or a list that holds one.

    >>> is_foreign([1.0, np.ones(2)])
    False
    """
    return any(map(_is_foreign_array, _leaves(value)))


def _leaves(value: ArrayLike) -> list[Any]:
    return [leaf for part in value for leaf in _leaves(part)] if isinstance(value, list | tuple) else [value]


def _is_foreign_array(value: Any) -> bool:
    return (
        type(value) not in PLAIN
        and array_api_compat.is_array_api_obj(value)
        and not array_api_compat.is_numpy_array(value)
    )


def _numpy(value: ArrayLike, name: str | None = None) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype is FLOAT:
        return array
    if array.dtype.kind not in "fiub":
        came = "got values" if name is None else "is"
        raise InputError(name, f"{came} of type {array.dtype}, but the laws take real numbers", "pass real numbers")
    return array.astype(np.float64, copy=False)


def _one_namespace(foreign: list[Array]) -> Namespace:
    spaces = {array_api_compat.array_namespace(array) for array in foreign}
    if len(spaces) > 1:
        names = " and ".join(sorted(space.__name__.removeprefix("array_api_compat.") for space in spaces))
        raise InputError(
            None, f"got arrays of {names} in one call, which cannot be mixed", "convert them to one library first"
        )
    return spaces.pop()


def _floating_type(xp: Namespace, foreign: list[Array]) -> Any:
    if any(xp.isdtype(array.dtype, "complex floating") for array in foreign):
        raise InputError(None, "got complex numbers, but the laws take real numbers", "pass their real part")
    real = [array.dtype for array in foreign if xp.isdtype(array.dtype, "real floating")]
    return xp.result_type(*real) if real else xp.asarray(0.0).dtype


def _converted(xp: Namespace, value: ArrayLike, dtype: Any, device: Any) -> Array:
    if _is_foreign_array(value):
        return xp.astype(value, dtype, copy=False)
    if is_foreign(value):  # asarray would cut the gradient
        return xp.stack([_converted(xp, part, dtype, device) for part in value])
    return xp.asarray(_numpy(value), dtype=dtype, device=device)
