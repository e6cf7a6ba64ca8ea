"""Weights given by the user, as arrays on the host: from NumPy, JAX, live PyTorch parameters, or lists of these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import array_api_compat
import numpy as np

from .arrays import Array, ArrayLike, on_host, refuse_traced
from .checks import InputError


def as_numbers(values: ArrayLike, name: str, what: str = "weights and correlations") -> np.ndarray:
    """Finite real numbers as a NumPy array of float64, copied from any device, without gradients.

    >>> as_numbers([[1, 2], [3, 4]], "weights[0]").dtype
    dtype('float64')
    """
    if isinstance(values, list | tuple) and any(map(array_api_compat.is_array_api_obj, values)):
        parts = [as_numbers(part, name, what) for part in values]
        if len({part.shape for part in parts}) > 1:
            raise InputError(name, f"has parts of shapes {[part.shape for part in parts]}", "pass arrays of one shape")
        return np.stack(parts)
    if array_api_compat.is_torch_array(values):
        values = values.detach().cpu()
        values = values.double() if values.is_floating_point() else values  # NumPy has no bfloat16
    refuse_traced(values, name)
    try:
        array = np.asarray(on_host(values))
    except ValueError:
        raise InputError(name, "has rows of unequal length", "pass a table of numbers") from None
    if array.dtype.kind not in "fiub":
        raise InputError(name, f"is of type {array.dtype}, but {what} are real numbers", "pass real ones")
    array = array.astype(float)
    if not np.all(np.isfinite(array)):
        what = "NaN" if np.isnan(array).any() else "infinite values"
        raise InputError(name, f"has shape {array.shape} and holds {what}, but must be finite", "pass finite values")
    return array


def devices_of(values: ArrayLike) -> set[str]:
    """Names of the devices on which JAX and PyTorch arrays among the values lie: "cpu", "cuda:0", "gpu"."""
    if isinstance(values, list | tuple):
        return set().union(*map(devices_of, values))
    if array_api_compat.is_torch_array(values):
        return {str(values.device)}
    return {device.platform for device in values.devices()} if array_api_compat.is_jax_array(values) else set()


def by_layer(snapshots: Any, times: int) -> list[Any]:
    """Snapshots as one entry per layer, whether they came so or as one list of layers for each time.

    Parameters
    ----------
    snapshots : list
        For every layer an array ([seeds,] times, out, in) or a list of matrices over time; or for every time a list
        (or `state_dict`) of matrices, first layer first.
    times : int
        Number of times.
    """
    outer = list(snapshots.values()) if hasattr(snapshots, "values") else list(snapshots)
    inner = [_matrices(part) for part in outer]
    if not inner or any(part is None for part in inner):
        return outer
    parts = [part for part in inner if part is not None]
    shapes = [[tuple(np.shape(each)) for each in part] for part in parts]
    flat = next((shape for part in shapes for shape in part if len(shape) == 1), None)
    if flat is not None:
        raise InputError(
            "snapshots",
            f"hold a vector of shape {flat}, but layers have no biases here",
            "train without biases (bias=False) and pass matrices (out, in)",
        )
    over_times = len(parts) == times and all(part == shapes[0] for part in shapes)
    over_layers = all(len(part) == times and len(set(part)) == 1 for part in shapes)
    if over_times and over_layers and times > 1:
        raise InputError(
            "snapshots",
            f"are {times} lists of {times} matrices of one shape, which could be times or layers",
            "pass one array (times, out, in) for each layer",
        )
    if not over_times:
        return outer
    if any(len(set(places)) < times for places in zip(*(map(_place, part) for part in parts)) if None not in places):
        raise InputError(
            "snapshots",
            "of different times lie in the same memory, so all hold the last weights",
            "write [p.detach().clone() for p in model.parameters()] at each time",
        )
    return [list(layer) for layer in zip(*parts)]


def _matrices(part: Any) -> Sequence[Any] | None:
    """The matrices of a list; None for an array or a list of numbers."""
    if hasattr(part, "values") and callable(part.values) and not array_api_compat.is_array_api_obj(part):
        return list(part.values())
    part = list(part) if isinstance(part, Iterator) else part
    if not isinstance(part, list | tuple) or not part:
        return None
    return part if np.ndim(part[0]) <= 2 and all(map(array_api_compat.is_array_api_obj, part)) else None


def _place(matrix: Array) -> int | None:
    """Memory address of a matrix that can change in place."""
    if array_api_compat.is_torch_array(matrix):
        return int(matrix.data_ptr())
    return int(matrix.__array_interface__["data"][0]) if array_api_compat.is_numpy_array(matrix) else None
