"""One namespace for all arguments of a law: NumPy, JAX, PyTorch, CuPy.

`arrays` is the first line of every closed form. It finds the one array library among the arguments and
brings numbers, lists and NumPy arrays into it, on the same device, as real floating point.
"""

from __future__ import annotations

from typing import Any

import array_api_compat
import numpy as np

from .checks import InputError
from .names import matched

ArrayLike = Any
"""A number, a list, or an array of NumPy, JAX, PyTorch or CuPy, with names or without (Series, DataArray)."""
Array = Any
"""An array of the library that the arguments came from; NumPy for numbers and lists."""
Namespace = Any
"""Functions of one array library, as `array_api_compat` gives them."""


def arrays(*values: Any) -> tuple[Any, ...]:
    """The common array namespace of `values`, followed by each of them as an array in it.

    NumPy, numbers and lists become NumPy float64. One foreign library (JAX, PyTorch, CuPy) wins over NumPy
    and keeps its own floating type and device; two foreign libraries, and complex numbers, are refused. Where two
    arguments carry names (Series, frames, DataArrays) they are matched by name, in the order of the first.

    >>> xp, t, s = arrays(1, [2, 3])
    >>> s.dtype, t.shape
    (dtype('float64'), ())
    """
    values = matched(*values)
    foreign = [leaf for value in values for leaf in _leaves(value) if _is_foreign_array(leaf)]
    if not foreign:
        return np, *(_numpy(value) for value in values)
    xp = _one_namespace(foreign)
    dtype = _floating_type(xp, foreign)
    device = array_api_compat.device(foreign[0])
    return xp, *(_converted(xp, value, dtype, device) for value in values)


def detached(array: Any) -> Any:
    """The array as a constant: no derivative passes through it.

    >>> float(detached(np.array(2.0)))
    2.0
    """
    if array_api_compat.is_jax_array(array):
        import jax

        return jax.lax.stop_gradient(array)
    return array.detach() if array_api_compat.is_torch_array(array) else array


def on_host(array: Any) -> np.ndarray | None:
    """The values as a NumPy array, or nothing while a compiler traces what has no values yet.

    >>> on_host(np.array(2.0))
    array(2.)
    """
    fixed = detached(array)
    if array_api_compat.is_jax_array(fixed):
        import jax

        return None if isinstance(fixed, jax.core.Tracer) else np.asarray(fixed)
    return fixed.cpu().numpy() if array_api_compat.is_torch_array(fixed) else np.asarray(fixed)


def is_foreign(value: Any) -> bool:
    """Whether a value is an array of JAX, PyTorch or CuPy, or a list that holds one.

    >>> is_foreign([1.0, np.ones(2)])
    False
    """
    return any(map(_is_foreign_array, _leaves(value)))


def _leaves(value: Any) -> list[Any]:
    return [leaf for part in value for leaf in _leaves(part)] if isinstance(value, list | tuple) else [value]


def _is_foreign_array(value: Any) -> bool:
    return array_api_compat.is_array_api_obj(value) and not array_api_compat.is_numpy_array(value)


def _numpy(value: Any) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise InputError(
            None, f"got values of type {array.dtype}, but the theory is about real numbers", "pass real numbers"
        )
    return array.astype(np.float64, copy=False)


def _one_namespace(foreign: list[Any]) -> Any:
    spaces = {array_api_compat.array_namespace(array) for array in foreign}
    if len(spaces) > 1:
        names = " and ".join(sorted(space.__name__.removeprefix("array_api_compat.") for space in spaces))
        raise InputError(
            None, f"got arrays of {names} in one call, which cannot be mixed", "convert them to one library first"
        )
    return spaces.pop()


def _floating_type(xp: Any, foreign: list[Any]) -> Any:
    if any(xp.isdtype(array.dtype, "complex floating") for array in foreign):
        raise InputError(None, "got complex numbers, but the theory is about real numbers", "pass their real part")
    real = [array.dtype for array in foreign if xp.isdtype(array.dtype, "real floating")]
    return xp.result_type(*real) if real else xp.asarray(0.0).dtype


def _converted(xp: Any, value: Any, dtype: Any, device: Any) -> Any:
    if _is_foreign_array(value):
        return xp.astype(value, dtype, copy=False)
    if is_foreign(value):  # asarray would cut the gradient
        return xp.stack([_converted(xp, part, dtype, device) for part in value])
    return xp.asarray(_numpy(value), dtype=dtype, device=device)
