"""Names that come with values: where both sides carry them, they are matched by name or refused, never by position.

Frames, Series, dictionaries and labelled arrays (xarray) carry names; lists, plain arrays and the bare numbering
0, 1, 2, ... of a fresh frame carry none, and go by position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .checks import InputError, quoted


def names_along(values: Any, axis: int = 0) -> tuple[str, ...] | None:
    """Names that values carry along one axis, as text; None where they carry none.

    >>> names_along({"robin": 1, "oak": 0}), names_along([1, 0])
    (('robin', 'oak'), None)
    """
    if isinstance(values, Mapping):
        return tuple(map(_text, values))
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
    return None if found is None else tuple(_text(name) for name in found)


def telling(names: Sequence[Any] | None) -> tuple[str, ...] | None:
    """The names, if they tell all apart and are more than the numbering 0, 1, 2, ...

    >>> telling(["a", "b"]), telling(["a", "a"]), telling(["0", "1"])
    (('a', 'b'), None, None)
    """
    is_telling = names is not None and len(set(names)) == len(names) and not _counts(names)
    return tuple(names) if names is not None and is_telling else None


def carries_names(values: Any) -> bool:
    """Whether values are of a kind that can carry names.

    >>> carries_names({"robin": 1}), carries_names(np.ones(2))
    (True, False)
    """
    is_labelled = hasattr(values, "iloc") or (hasattr(values, "dims") and hasattr(values, "coords"))
    return isinstance(values, Mapping) or is_labelled


def plain(values: Any) -> np.ndarray:
    """The values without their names.

    >>> plain({"robin": 1, "oak": 0})
    array([1, 0])
    """
    return np.asarray(list(values.values())) if isinstance(values, Mapping) else np.asarray(values)


def in_order(values: Any, wanted: Sequence[Any] | None, what: str, of: str, axis: int = 0) -> np.ndarray:
    """The values as an array, along one axis in the order of the names that are wanted.

    Values without names, and wanted names that are none, leave everything where it is.

    Parameters
    ----------
    values : array or anything that carries names
        What came.
    wanted : sequence of names, or None
        The names of the other side, in its order.
    what, of : str
        What the values are called, and what the other side is called, in the sentence.
    axis : int
        Which axis of the values.

    Returns
    -------
    array

    Raises
    ------
    InputError
        Names that differ, or that are there twice, so that it cannot be told what belongs to what.

    Examples
    --------
    >>> in_order({"oak": 0, "robin": 1}, ["robin", "oak"], "ratings", "the items")
    array([1, 0])
    """
    place = places(names_along(values, axis), wanted, what, of)
    array = plain(values)
    return array if place is None else np.take(array, place, axis=axis)


def square_in_order(values: Any, wanted: Sequence[Any] | None, what: str, of: str) -> np.ndarray:
    """A square table as an array, rows and columns both in the order of the names that are wanted.

    If none are wanted, columns go by the names of the rows.

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


def nearest_names(values: Any, *ways: Sequence[Any]) -> Sequence[Any]:
    """Of several ways in which the other side is called, the one that the values' own names agree with best.

    >>> nearest_names({"2": 0.1, "1": 0.2}, ["first", "second"], [1, 2])
    [1, 2]
    """
    given = {*(names_along(values) or ())}
    called = [{*map(_text, way)} for way in ways]
    return max(zip(ways, called, strict=True), key=lambda way: (way[1] == given, len(way[1] & given)))[0]


def places(given: Sequence[Any] | None, wanted: Sequence[Any] | None, what: str, of: str) -> np.ndarray | None:
    """Where the wanted names stand among the given ones; None where position says it all.

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
    given, wanted = [_text(name) for name in given], [_text(name) for name in wanted]
    if given == wanted or _only_counts(given, wanted) or _only_counts(wanted, given):
        return None
    place = {name: index for index, name in enumerate(given)}
    lacking, extra = [name for name in wanted if name not in place], sorted(set(given) - set(wanted))
    if lacking or extra:
        words = [f"{quoted(lacking)} missing from {what}"] * bool(lacking)
        words += [f"{quoted(extra)} in {what} alone"] * bool(extra)
        raise InputError(
            None,
            f"{what} and {of} have different names ({'; '.join(words)}), and what has names is matched by name",
            "give both the same, or pass plain lists or arrays in the same order",
        )
    for side, names in ((what, given), (of, wanted)):
        if len(set(names)) < len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise InputError(
                None,
                f"{quoted(twice)} is there more than once in {side}, so it cannot be told what belongs to which",
                "give each a name of its own",
            )
    return np.array([place[name] for name in wanted])


def matched(*values: Any) -> tuple[Any, ...]:
    """Arguments that are combined value by value: those with names are put into the order of the first that has them.

    Axes are compared from the last on, as they broadcast. Arguments without names stay as they came.

    Raises
    ------
    InputError
        Two arguments of the same length with other names.
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
                    f"{of} runs along {along!r} and {called} along {dim!r}, but values would be taken one by one",
                    "pass plain arrays, one of them with an axis more (x[:, None])",
                )
            place = places(names, first, called, of)
            array = array if place is None else np.take(plain(array), place, axis=axis)
        found.append(array)
    return tuple(found)


def _only_counts(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether names are the bare numbering 0, 1, 2, ... beside others that are more than numbers."""
    return _counts(names) and not all(name.lstrip("-").isdigit() for name in others)


def _counts(names: Sequence[str]) -> bool:
    return list(names) == [str(number) for number in range(len(names))]


def _text(name: Any) -> str:
    """A name as the tables write it: no surrounding blanks, whole numbers without '.0'."""
    return str(int(name)) if isinstance(name, float) and name.is_integer() else str(name).strip()
