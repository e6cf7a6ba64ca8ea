"""Measured activity as a record: networks of any kind, and animals, beside theories and simulations.

A `Recording` holds the activity of units at some times for some items. `gram`, `rdm`, `activity` and
`semantics.embedding` take it as they take a `Trajectory`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import ArrayLike, on_host
from .._core.checks import InputError, expect, one_of, quoted
from .._core.counting import counted
from .._core.names import in_order
from ..environments.environment import Environment
from .measured import per_network, unique

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Recording:
    """Measured activity of units for known items over time.

    Parameters
    ----------
    environment : Environment or None
        The world whose items were shown; None if only their names are known.
    times : array, shape (times,)
        Increasing times in any one unit; before 0 too (before a stimulus, say).
    layers : dict of str to array, shape ([network,] time, unit, item)
        Activity in every layer, region or electrode array: numbers of NumPy, JAX or PyTorch; lists of arrays or tables
        (unit, item), one for each time; xarray with these dimensions, where that of networks is "seed" or "subject";
        or a list of arrays (time, unit, item), one for each network, whose units may differ in number. Afterwards a
        tuple of such arrays. With a single time, (unit, item) is enough.
    items : list of str, optional
        Names of the items along the last axis, matched by name with those of the world; by default the names that
        xarray or tables carry, or else the items of the world in their order.
    subjects : list, optional
        Names of the animals or people that the leading axis counts; networks are called seeds and counted from 0.
    seeds : list of int, optional
        Seeds of the networks that the leading axis counts.
    units : dict of str to list of str, optional
        Names of the units of each layer, or one such list for each network; by default they are counted from 0.

    Raises
    ------
    InputError
        Shapes that do not fit, NaN or infinite values, times that do not increase, unknown items.

    Notes
    -----
    Activity is complete: NaN is refused, since one missing unit would change every distance of an item. Leave such
    units or items out.

    A network of PyTorch is recorded by a hook that is there while the items are shown, and no longer::

        def snapshot(model, time):
            times.append(time)
            hook = model[1].register_forward_hook(lambda module, given, out: seen.append(out.detach().flatten(1).T))
            model(items)
            hook.remove()

    and one of JAX by its own function of parameters and items::

        def snapshot(parameters, time):
            times.append(time)
            seen.append(hidden(parameters, items).T)

    Either way ``Recording(world, times, {"hidden": seen})`` is the record.

    Examples
    --------
    Two units tell three items apart, and better later than sooner:

    >>> seen = [[[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]], [[2.0, 0.0, 0.5], [0.0, 2.0, 0.5]]]
    >>> recording = Recording(None, [0.0, 1.0], {"IT": seen}, items=["robin", "oak", "rock"])
    >>> recording
    <Recording: 3 items at 2 times from 0 to 1
     'IT': 2 units>
    >>> from ontogeny.representation import rdm
    >>> rdm(recording)[:, 0, 1].values.round(9).tolist()
    [2.0, 8.0]
    """

    environment: Environment | None
    times: np.ndarray
    layers: Mapping[str, Any]
    items: tuple[str, ...] | None = None
    subjects: tuple[Any, ...] | None = None
    seeds: tuple[Any, ...] | None = None
    units: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.environment is not None:
            expect(self.environment, Environment, "environment", "pass the world whose items were shown, or None")
        if not isinstance(self.layers, Mapping) or not self.layers:
            raise InputError("layers", "must name at least one layer", 'write {"hidden": activity}')
        keep: dict[str, Any] = {"times": increasing(self.times)}
        parts = {
            str(name): per_network(values, f"layers[{name!r}]", keep["times"]) for name, values in self.layers.items()
        }
        carried = next((part.items for part in parts.values() if part.items is not None), None)
        given = self.items if self.items is not None else carried
        known = given if self.environment is None else self.environment.items
        if known is None:
            raise InputError("items", "are not known: there is neither a world nor a name", "pass items=[...]")
        names = unique(known, "items")
        keep["layers"] = {name: self._in_order(part, name, given, names) for name, part in parts.items()}
        keep["items"] = names
        keep |= self._networks(parts)
        keep["units"] = {name: self._units(name, part) for name, part in keep["layers"].items()}
        for field, value in keep.items():
            object.__setattr__(self, field, value)

    @classmethod
    def from_dataframe(
        cls,
        df: pd.DataFrame,
        *,
        environment: Environment | None = None,
        time: str | None = "time",
        layer: str | None = "layer",
        unit: str = "unit",
        item: str = "item",
        value: str = "value",
        subject: str | None = None,
    ) -> Recording:
        """Recording from a table in long form: one row for every time, layer, unit and item (and subject).

        Parameters
        ----------
        df : DataFrame
            The table; further columns are ignored.
        environment : Environment, optional
            The world whose items were shown; items are matched by name.
        time, layer : str or None
            Columns with the time and the layer; None if there is one time (0) or one layer ("activity").
        unit, item, value : str
            Columns with the names of unit and item, and with the activity.
        subject : str, optional
            Column with the animal or person; by default ``subject``, if there is such a column. Subjects may have
            different units.

        Raises
        ------
        InputError
            A column that is not there, cells without value or with two; the message names them.

        Examples
        --------
        >>> import pandas as pd
        >>> table = pd.DataFrame({"unit": [1, 1, 2, 2], "item": ["oak", "elm"] * 2, "value": [0.1, 0.2, 0.7, 0.4]})
        >>> Recording.from_dataframe(table, time=None, layer=None).layers["activity"][0].tolist()
        [[[0.1, 0.2], [0.7, 0.4]]]
        """
        from .long_recordings import pivoted

        roles = {"subject": subject, "layer": layer, "time": time, "unit": unit, "item": item, "value": value}
        return cls(environment, **pivoted(df, roles))

    @property
    def along(self) -> str | None:
        """What the leading axis of its measures counts: "subject", "seed", or None if there is none."""
        return "subject" if self.subjects is not None else "seed" if self.seeds is not None else None

    @property
    def category(self) -> tuple[str, ...] | None:
        """Category of every item, if the world knows it."""
        return None if self.environment is None else self.environment.category

    def layer_name(self, layer: Any = None) -> str:
        """Name of a layer; None is the only one."""
        if layer is None:
            if len(self.layers) > 1:
                raise InputError("layer", "is not given", f"write one of {quoted(self.layers, 10)}")
            return next(iter(self.layers))
        return one_of(str(layer), list(self.layers), "layer")

    def to_dataframe(self) -> pd.DataFrame:
        """One row per (subject or seed,) layer, time, unit and item: the activity as ``value``."""
        from .long_recordings import melted

        return melted(self)

    def __repr__(self) -> str:
        several = f", {counted(len(next(iter(self.layers.values()))), self.along)}" if self.along else ""
        world = "" if self.environment is None else f"\n {self.environment!r}"
        clock = f"{counted(self.times.size, 'time')} from {self.times[0]:.4g} to {self.times[-1]:.4g}"
        shown = [f" {name!r}: {_count(parts)}" for name, parts in list(self.layers.items())[:5]]
        shown += [f" and {len(self.layers) - 5} more"] * (len(self.layers) > 5)
        return (
            f"<Recording: {counted(len(self.items or ()), 'item')} at {clock}{several}{world}\n"
            + "\n".join(shown)
            + ">"
        )

    def _in_order(
        self, part: Any, name: str, given: Sequence[str] | None, names: tuple[str, ...]
    ) -> tuple[np.ndarray, ...]:
        """Activity of every network with its items in the order of the record."""
        own = part.items if part.items is not None else given
        if any(array.shape[-1] != len(own if own is not None else names) for array in part.arrays):
            shown = " and ".join(str(array.shape[-1]) for array in part.arrays[:2])
            raise InputError(
                f"layers[{name!r}]",
                f"has {shown} items along its last axis, but there are {len(own if own is not None else names)}",
                "pass activity of shape (time, unit, item)",
            )
        if own is None:
            return part.arrays
        place = in_order(dict(zip(unique(own, "items"), range(len(own)), strict=True)), names, "items", "the world")
        return tuple(
            array if np.array_equal(place, np.arange(place.size)) else array[..., place] for array in part.arrays
        )

    def _networks(self, parts: Mapping[str, Any]) -> dict[str, Any]:
        """Labels of the leading axis, the same in all layers."""
        counts = {part.networks for part in parts.values()}
        if len(counts) > 1:
            said = ", ".join(f"{part.networks or 'no'} in {name!r}" for name, part in parts.items())
            raise InputError(
                "layers", f"have different numbers of networks ({said})", "pass all networks in every layer"
            )
        count = counts.pop()
        carried = next((part.labels for part in parts.values() if part.labels is not None), (None, None))
        named = {"subjects": self.subjects, "seeds": self.seeds}
        if not any(value is not None for value in named.values()) and carried[0] is not None:
            named[f"{carried[0]}s"] = carried[1]
        called = [name for name, value in named.items() if value is not None]
        if len(called) > 1:
            raise InputError("subjects", "and seeds are given, but the leading axis is one of them", "pass one of both")
        if not called:
            return {"subjects": None, "seeds": None if count is None else tuple(range(count))}
        labels = tuple(np.asarray(named[called[0]]).tolist())
        if count is None or len(labels) != count or len(set(labels)) < count:
            raise InputError(
                called[0],
                f"are {quoted(labels)}, but layers have {'no leading axis' if count is None else f'{count} networks'}",
                "pass one name for each, and activity of shape (network, time, unit, item)",
            )
        return {"subjects": None, "seeds": None, called[0]: labels}

    def _units(self, name: str, parts: tuple[np.ndarray, ...]) -> tuple[tuple[str, ...], ...]:
        """Names of the units of every network in one layer."""
        given = (self.units or {}).get(name)
        if given is None:
            return tuple(tuple(map(str, range(part.shape[1]))) for part in parts)
        nested = bool(len(given)) and all(isinstance(one, list | tuple) for one in given)
        found = tuple(unique(one, "units") for one in (given if nested else [given] * len(parts)))
        if [len(one) for one in found] != [part.shape[1] for part in parts]:
            raise InputError(
                "units",
                f"of {name!r} are {[len(one) for one in found]} names for {[part.shape[1] for part in parts]} units",
                "pass one name for each unit",
            )
        return found


def increasing(times: ArrayLike) -> np.ndarray:
    """Increasing times of any sign."""
    try:
        clock = np.atleast_1d(np.asarray(on_host(times), dtype=float))
    except (TypeError, ValueError):
        raise InputError("times", "are not numbers", "pass one number for each time") from None
    if clock.ndim != 1 or not clock.size or not np.isfinite(clock).all() or not np.all(np.diff(clock) > 0):
        raise InputError(
            "times", f"are {clock.tolist()!r:.60}, but must be finite and increase", "pass one number for each time"
        )
    return clock


def _count(parts: tuple[np.ndarray, ...]) -> str:
    counts = sorted({part.shape[1] for part in parts})
    return counted(counts[0], "unit") if len(counts) == 1 else f"{counts[0]} to {counts[-1]} units"
