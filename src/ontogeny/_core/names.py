"""Matching of values by name: if both sides carry names, they are matched by these or refused, never by position.

Frames, Series, dictionaries and labelled arrays (xarray) carry names. Lists, plain arrays and the default index
0, 1, 2, ... of a frame do not, and are matched by position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .checks import InputError, quoted

ArrayLike = Any
"""A number, a list, or an array of NumPy, JAX, PyTorch or CuPy, with names or without (Series, DataArray)."""


def names_along(values: ArrayLike, axis: int = 0) -> tuple[str, ...] | None:
    """Names that values carry along one axis, as text; None if they carry none.

    >>> names_along({"robin": 1, "oak": 0}), names_along([1, 0])
    (('robin', 'oak'), None)
    """
    if isinstance(values, Mapping):
        return tuple(map(as_text, values))
    if hasattr(values, "iloc"):  # pandas
        axes = values.axes
        found = axes[axis] if -len(axes) <= axis < len(axes) else None
    elif hasattr(values, "dims") and hasattr(values, "coords"):  # xarray; our records name items beside numbering them
        dims = values.dims
        dim = dims[axis] if -len(dims) <= axis < len(dims) else None
        keys = [key for key in (f"{dim}_name", dim) if key in values.coords]
        found = values.coords[keys[0]].values if keys else None
    else:
        return None
    return None if found is None else tuple(as_text(name) for name in found)


def telling(names: Sequence[Any] | None) -> tuple[str, ...] | None:
    """The names, if they are unique and more than the default index 0, 1, 2, ...; else None.

    >>> telling(["a", "b"]), telling(["a", "a"]), telling(["0", "1"])
    (('a', 'b'), None, None)
    """
    is_telling = names is not None and len(set(names)) == len(names) and not _counts(names)
    return tuple(names) if names is not None and is_telling else None


def carries_names(values: ArrayLike) -> bool:
    """Whether values are of a type that carries names.

    >>> carries_names({"robin": 1}), carries_names(np.ones(2))
    (True, False)
    """
    is_labelled = hasattr(values, "iloc") or (hasattr(values, "dims") and hasattr(values, "coords"))
    return isinstance(values, Mapping) or is_labelled


def plain(values: ArrayLike) -> np.ndarray:
    """The values without their names.

    >>> plain({"robin": 1, "oak": 0})
    array([1, 0])
    """
    return np.asarray(list(values.values())) if isinstance(values, Mapping) else np.asarray(values)


def in_order(values: ArrayLike, wanted: Sequence[Any] | None, what: str, of: str, axis: int = 0) -> np.ndarray:
    """The values as an array, along one axis in the order of the wanted names.

    If either side has no names, the order stays as it is.

    Parameters
    ----------
    values : array or anything that carries names
        The values.
    wanted : sequence of names, or None
        The names of the other side, in its order.
    what, of : str
        What messages call the values, and the other side.
    axis : int
        Axis of the values along which they are ordered.

    Returns
    -------
    array

    Raises
    ------
    InputError
        Names that differ, or that are not unique.

    Examples
    --------
    >>> in_order({"oak": 0, "robin": 1}, ["robin", "oak"], "ratings", "the items")
    array([1, 0])
    """
    place = places(names_along(values, axis), wanted, what, of)
    array = plain(values)
    return array if place is None else np.take(array, place, axis=axis)


def square_in_order(values: ArrayLike, wanted: Sequence[Any] | None, what: str, of: str) -> np.ndarray:
    """A square table as an array, with rows and columns both in the order of the wanted names.

    Without wanted names, columns are put in the order of the rows.

    >>> square_in_order([[1, 2], [2, 3]], ["a", "b"], "distances", "the items").tolist()
    [[1, 2], [2, 3]]
    """
    rows, columns = names_along(values, -2), names_along(values, -1)
    if wanted is None:
        wanted = rows
    across = places(columns, wanted, f"the columns of {what}", of)
    down = places(rows, wanted, f"the rows of {what}", of)
    array = plain(values)
    array = array if across is None else np.take(array, across, axis=-1)
    return array if down is None else np.take(array, down, axis=-2)


def nearest_names(values: ArrayLike, *ways: Sequence[Any]) -> Sequence[Any]:
    """Of several sets of names for the other side, the one that agrees best with the names of the values.

    >>> nearest_names({"2": 0.1, "1": 0.2}, ["first", "second"], [1, 2])
    [1, 2]
    """
    given = {*(names_along(values) or ())}
    called = [{*map(as_text, way)} for way in ways]
    return max(zip(ways, called, strict=True), key=lambda way: (way[1] == given, len(way[1] & given)))[0]


def places(given: Sequence[Any] | None, wanted: Sequence[Any] | None, what: str, of: str) -> np.ndarray | None:
    """Positions of the wanted names among the given ones; None if the order stays as it is.

    Raises
    ------
    InputError
        As `in_order`.

    Examples
    --------
    >>> places(["oak", "robin"], ["robin", "oak"], "ratings", "the items")
    array([1, 0])
    """
    if given is None or wanted is None:
        return None
    given, wanted = [as_text(name) for name in given], [as_text(name) for name in wanted]
    if given == wanted or _only_counts(given, wanted) or _only_counts(wanted, given):
        return None
    place = {name: index for index, name in enumerate(given)}
    lacking, extra = [name for name in wanted if name not in place], sorted(set(given) - set(wanted))
    if lacking or extra:
        words = [f"{quoted(lacking)} missing from {what}"] * bool(lacking)
        words += [f"{quoted(extra)} in {what} alone"] * bool(extra)
        raise InputError(
            None,
            f"{what} and {of} have different names ({'; '.join(words)}), but what has names is matched by name",
            "give both the same names, or pass plain lists or arrays in the same order",
        )
    for side, names in ((what, given), (of, wanted)):
        if len(set(names)) < len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise InputError(
                None,
                f"{quoted(twice)} occurs more than once in {side}, so that names do not say what belongs together",
                "use unique names",
            )
    return np.array([place[name] for name in wanted])


def matched(*values: ArrayLike) -> tuple[Any, ...]:
    """Arguments that are combined elementwise, in the order of the first one with names.

    Axes are compared from the last on, as in broadcasting. Arguments without names are not changed.

    Raises
    ------
    InputError
        Two arguments with different names.
    """
    labelled = [carries_names(value) and not isinstance(value, Mapping) for value in values]
    if sum(labelled) < 2:
        return values
    known: dict[int, tuple[tuple[str, ...], Any, str]] = {}
    found = []
    for number, (value, has_names) in enumerate(zip(values, labelled, strict=True), start=1):
        array, called = value, f"argument {number}"
        for axis in range(-1, -np.ndim(value) - 1, -1) if has_names else ():
            names = names_along(value, axis)
            if names is None or len(names) == 1:
                continue
            dim = value.dims[axis] if hasattr(value, "dims") else None
            first, along, of = known.setdefault(axis, (names, dim, called))
            if dim != along and None not in (dim, along):
                raise InputError(
                    None,
                    f"{of} runs along {along!r} and {called} along {dim!r}, but they would be combined elementwise",
                    "pass plain arrays, one of them with an additional axis (x[:, None])",
                )
            place = places(names, first, called, of)
            array = array if place is None else np.take(plain(array), place, axis=axis)
        found.append(array)
    return tuple(found)


def _only_counts(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether names are the default index 0, 1, 2, ... while the others are more than numbers."""
    return _counts(names) and not all(name.lstrip("-").isdecimal() for name in others)


def _counts(names: Sequence[str]) -> bool:
    return list(names) == [str(number) for number in range(len(names))]


def as_text(name: Any) -> str:
    """A name as text, as tables write it: no surrounding blanks, whole numbers without '.0'.

    >>> as_text(2.0), as_text(" oak ")
    ('2', 'oak')
    """
    return str(int(name)) if isinstance(name, float) and name.is_integer() else str(name).strip()
