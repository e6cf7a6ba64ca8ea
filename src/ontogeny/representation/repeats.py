"""Repeated measurements: many trials for every item, in runs that are independent of each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import on_host
from .._core.checks import InputError, expect, quoted
from .._core.counting import counted
from .._core.names import as_text, names_along
from .._core.weights import as_numbers
from ..environments.environment import Environment
from .measured import unique
from .recordings import increasing

if TYPE_CHECKING:
    import pandas as pd

    from .recordings import Recording

BLOCK_BYTES = 16e6  # of run means held at once


@dataclass(frozen=True, eq=False)
class Repeats:
    """Trials: activity of units, with the item that was shown and the run it was shown in.

    `rdm`, `gram` and `crossnobis` take it; distances that are cross-validated need runs.

    Implements: walther2016 text
    Checked by: tests/representation/test_repeats.py::test_items_keep_the_order_of_the_world_and_are_matched_by_name

    Parameters
    ----------
    activity : array, shape ([time,] trial, unit)
        Activity in every trial; NumPy, JAX, PyTorch, or a DataFrame whose columns name the units.
    item : list of str, shape (trial,)
        Which item was shown.
    run : list, shape (trial,), optional
        Runs, sessions or folds, whose noise is independent; without them distances cannot be cross-validated.
    times : array, shape (times,), optional
        Times of the first axis, if there is one.
    environment : Environment, optional
        The world of the items: it gives their order. All names must be known there; not all items need be measured.
    items : list of str, optional
        Order of the items; by default that of the world, or else that of the trials.
    units : list of str, optional
        Names of the units; by default the columns of a DataFrame, or else they are counted from 0.

    Raises
    ------
    InputError
        Shapes that do not fit, NaN, unknown items, a label missing.

    Notes
    -----
    Counts may differ: an item has as many trials in a run as it has, and none in some. Trials that hold NaN are
    refused; leave out the trial, or the unit everywhere.

    Examples
    --------
    >>> trials = Repeats([[1.0, 0.2], [0.1, 0.9], [1.2, 0.1], [0.2, 1.0]], ["a", "b"] * 2, run=[1, 1, 2, 2])
    >>> trials
    <Repeats: 4 trials of 2 items, 2 units, 2 runs; 2 trials for each item>
    """

    activity: np.ndarray
    item: tuple[str, ...]
    run: tuple[Any, ...] | None = None
    times: np.ndarray | None = None
    environment: Environment | None = None
    items: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        named = names_along(self.activity, -1) if hasattr(self.activity, "iloc") else None
        values = as_numbers(self.activity, "activity", "activities")
        clock = None if self.times is None else increasing(self.times)
        values = values[None] if values.ndim == 2 and clock is None else values
        if values.ndim != 3 or not values.size or values.shape[0] != (1 if clock is None else clock.size):
            raise InputError(
                "activity",
                f"has shape {np.shape(self.activity)}"
                + ("" if clock is None else f" for {counted(clock.size, 'time')}"),
                "pass ([time,] trial, unit), and `times` where there is an axis of time",
            )
        shown = tuple(as_text(name) for name in _listed(self.item, "item", values.shape[1]))
        runs = None if self.run is None else tuple(_listed(self.run, "run", values.shape[1]))
        given = named if self.units is None else self.units
        units = unique(range(values.shape[2]) if given is None else given, "units")
        if len(units) != values.shape[2]:
            raise InputError("units", f"are {len(units)} names for {values.shape[2]} units", "pass one for each")
        fields = {"activity": values, "item": shown, "run": runs, "times": clock, "units": units}
        for field, value in (fields | {"items": self._order(shown)}).items():
            object.__setattr__(self, field, value)

    @classmethod
    def from_dataframe(
        cls,
        df: pd.DataFrame,
        *,
        item: str = "item",
        run: str | None = "run",
        environment: Environment | None = None,
        drop: Sequence[str] = (),
    ) -> Repeats:
        """Trials from a table: one row for each, one column for each unit.

        Parameters
        ----------
        df : DataFrame
            The table.
        item, run : str
            Columns with the item and the run of every trial; None if there are no runs.
        environment : Environment, optional
            The world of the items.
        drop : list of str
            Columns that are no units.

        Raises
        ------
        InputError
            A column that is not there, or one that holds text.

        Examples
        --------
        >>> import pandas as pd
        >>> table = pd.DataFrame({"item": ["a", "b"], "V1": [0.1, 0.3], "V2": [0.2, 0.1]})
        >>> Repeats.from_dataframe(table, run=None).units
        ('V1', 'V2')
        """
        roles = [name for name in (item, run) if name is not None]
        for name in [*roles, *drop]:
            if name not in df.columns:
                raise InputError(
                    None, f"the table has no column {name!r}; it has {quoted(df.columns, 8)}", "name another"
                )
        values = df.drop(columns=[*roles, *drop])
        text = [name for name in values.columns if values[name].dtype.kind not in "fiub"]
        if text:
            raise InputError(None, f"columns {quoted(text)} hold no numbers", f"leave them out, drop={text[:3]!r}")
        runs = None if run is None else df[run].tolist()
        return cls(values, tuple(df[item].tolist()), run=runs, environment=environment)  # type: ignore[arg-type]

    @property
    def counts(self) -> np.ndarray:
        """Number of trials of every item in every run, shape (run, item); one run if there are none."""
        found = np.zeros((len(self.run_names), len(self.items or ())), dtype=int)
        np.add.at(found, (self._run_places, self._item_places), 1)
        return found

    @property
    def run_names(self) -> tuple[Any, ...]:
        """Runs in the order in which they come."""
        return (None,) if self.run is None else tuple(dict.fromkeys(self.run))

    def means(self) -> np.ndarray:
        """Mean activity over all trials of every item, shape (time, unit, item)."""
        times, _, units = self.activity.shape
        found = np.empty((times, units, len(self.items or ())))
        for block in self._blocks(len(self.item)):
            averaged = _averaged(self.activity[:, :, block], self._item_places, found.shape[2])
            found[:, block] = np.swapaxes(averaged, 1, 2)
        return found

    def residuals(self) -> np.ndarray:
        """Activity of every trial minus the mean of its item, shape (time, trial, unit)."""
        return np.concatenate(list(self.residual_blocks()), axis=-1)

    def residual_blocks(self) -> Iterator[np.ndarray]:
        """The same for one block of units after the other."""
        for block in self._blocks(len(self.item)):
            part = self.activity[:, :, block]
            yield part - _averaged(part, self._item_places, len(self.items or ()))[:, self._item_places]

    def run_means(self) -> Iterator[tuple[slice, np.ndarray]]:
        """Mean activity of every item in every run, (run, time, unit, item), for one block of units after the other.

        Zero where a run lacks an item.
        """
        times = len(self.activity)
        cells = len(self.run_names) * len(self.items or ())
        where = self._run_places * len(self.items or ()) + self._item_places
        for block in self._blocks(cells):
            found = _averaged(self.activity[:, :, block], where, cells)
            shaped = found.reshape(times, len(self.run_names), len(self.items or ()), -1)
            yield block, np.moveaxis(shaped, (0, 1, 2, 3), (1, 0, 3, 2))

    def averaged(self) -> Recording:
        """Mean activity of every item as a recording; its one layer is called "activity"."""
        from .recordings import Recording

        units = {"activity": list(self.units or ())}
        times = [0.0] if self.times is None else self.times
        return Recording(None, times, {"activity": self.means()}, items=self.items, units=units)  # type: ignore[arg-type]

    def to_dataframe(self) -> pd.DataFrame:
        """One row per (time,) trial and unit: item, run, activity as ``value``."""
        from .._core.tidy import tidy

        time = {"time": [0.0] if self.times is None else self.times}
        labels = {**time, "trial": range(len(self.item)), "unit": self.units or ()}
        columns = {"item": np.array(self.item, dtype=object)[:, None]}
        columns |= {} if self.run is None else {"run": np.array(self.run, dtype=object)[:, None]}
        table = tidy(labels, {**columns, "value": self.activity})
        return table if self.times is not None else table.drop(columns="time")

    def __repr__(self) -> str:
        trials = self.counts.sum(axis=0)
        each = f"{trials.min()}" if trials.min() == trials.max() else f"{trials.min()} to {trials.max()}"
        parts = [counted(len(self.units or ()), "unit")]
        parts += [counted(self.times.size, "time")] if self.times is not None else []
        parts += [counted(len(self.run_names), "run")] if self.run is not None else ["no runs"]
        kinds = f"{counted(len(self.item), 'trial')} of {counted(trials.size, 'item')}"
        return f"<Repeats: {kinds}, {', '.join(parts)}; {each} trials for each item>"

    def _blocks(self, rows: int) -> Iterator[slice]:
        """Units, a few at a time: as many as have room with so many rows."""
        times, _, units = self.activity.shape
        width = max(1, int(BLOCK_BYTES // (8 * times * rows)))
        yield from (slice(start, start + width) for start in range(0, units, width))

    @property
    def _item_places(self) -> np.ndarray:
        place = {name: number for number, name in enumerate(self.items or ())}
        return np.array([place[name] for name in self.item])

    @property
    def _run_places(self) -> np.ndarray:
        place = {name: number for number, name in enumerate(self.run_names)}
        return np.array([place[name] for name in self.run or (None,) * len(self.item)])

    def _order(self, shown: tuple[str, ...]) -> tuple[str, ...]:
        """Items in the order asked for: those of the list or the world that were shown."""
        seen = tuple(dict.fromkeys(shown))
        if self.environment is not None:
            expect(self.environment, Environment, "environment", "pass the world of the items, or None")
        if self.items is None and self.environment is None:
            return seen
        wanted = unique(self.environment.items if self.items is None else self.items, "items")  # type: ignore[union-attr]
        if unknown := [name for name in seen if name not in set(wanted)]:
            whose = "items" if self.items is not None else "the world"
            raise InputError("item", f"names {quoted(unknown)}, which {whose} does not have", "use the same names")
        if self.items is not None and (never := [name for name in wanted if name not in set(seen)]):
            raise InputError("items", f"name {quoted(never)}, which no trial shows", "leave these out")
        return tuple(name for name in wanted if name in set(seen))


def _listed(labels: Any, name: str, trials: int) -> list[Any]:
    """One label for every trial."""
    found = [] if isinstance(labels, str) else np.asarray(on_host(labels), dtype=object).ravel().tolist()
    if len(found) != trials:
        raise InputError(name, f"has {len(found)} labels for {trials} trials", "pass one for every trial")
    if any(label is None or label != label for label in found):
        raise InputError(name, "has empty labels", "name every trial, or leave the trial out")
    return found


def _averaged(activity: np.ndarray, where: np.ndarray, cells: int) -> np.ndarray:
    """Mean over the trials in each cell, (time, cell, unit); zero in empty cells."""
    order = np.argsort(where, kind="stable")
    filled, starts, count = np.unique(where[order], return_index=True, return_counts=True)
    found = np.zeros((activity.shape[0], cells, activity.shape[2]))
    found[:, filled] = np.add.reduceat(activity[:, order], starts, axis=1) / count[:, None]
    return found
