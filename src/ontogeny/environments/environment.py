"""The world: inputs, targets, their frequencies, and the correlations that a network learns from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, one_of
from .._core.counting import counted
from .._core.digits import steady
from .._core.names import carries_names, in_order, names_along, square_in_order, telling
from .._core.notes import Note, Setting
from .._core.tidy import tidy
from .arguments import (
    Rows,
    check_driven,
    check_input_correlation,
    checked_names,
    item_categories,
    item_shares,
    matrix,
    ordered_as,
    probability,
    scaled,
)
from .precision import blur_of, rounding_of
from .samples import OneHot, Samples
from .spectrum import Spectrum, mode_name, of_one_sign, spectrum_of
from .variation import Variation

if TYPE_CHECKING:
    import pandas as pd

NORMALIZATIONS = ("sum", "mean", "white")


@dataclass(frozen=True, eq=False)
class Names:
    """Names of the items and the features, and the category of each item."""

    items: tuple[str, ...]
    features: tuple[str, ...]
    category: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class Environment:
    """A world of items and features, as the correlations that drive learning.

    Make one with `from_dataframe` (a table of items and features), `from_arrays` (inputs and targets) or
    `from_correlations`; of a table that does not fit into memory, with `environments.from_batches`.

    Parameters
    ----------
    input_output_correlation : array, shape (features, inputs)
        Weighted sum over items of target times input; cells that were not observed contribute nothing.
    variation : Variation
        Weighted sum over items of input times input: variances where each item is its own input, else a matrix.
    names : Names
        Names of items and features, and the category of each item if known.
    normalization : "sum", "mean" or "white"
        How items are weighted: each counts 1 ("sum") or 1/items ("mean", and "white", whose inputs are scaled to
        variance 1). Time is learning rate times full-batch steps, so the same course takes longer under "mean".
    data : Samples, optional
        Inputs, targets, weights, and which targets were observed; None if only correlations are known.
    notes : tuple of Note
        What was done to the data, and what is worth knowing about them; one sentence each.
    blur : array, shape (features,), optional
        Strength that rounding alone can give to a mode on each feature, where the data from which it could be read are
        not kept.
    """

    input_output_correlation: np.ndarray
    variation: Variation
    names: Names
    normalization: str
    data: Samples | None = None
    notes: tuple[Note, ...] = field(default=())
    blur: np.ndarray | None = None

    @classmethod
    def from_dataframe(
        cls,
        df: pd.DataFrame,
        *,
        items: str | None = None,
        category: str | Mapping[str, str] | None = None,
        drop: Sequence[str] = (),
        frequency: Sequence[float] | Mapping[str, float] | None = None,
        observation_probability: float = 1.0,
        drop_missing_items: bool = False,
        drop_missing_features: bool = False,
        missing: str = "refuse",
        missing_values: Sequence[float] | None = None,
        drop_text: bool = False,
        one_hot: str | Sequence[str] = (),
        keep: str | Sequence[str] = (),
        normalization: str = "sum",
        center: bool = False,
        standardize: bool = False,
    ) -> Environment:
        """World of a table whose rows are items and whose columns are features; each item is its own input.

        Parameters
        ----------
        df : pandas.DataFrame, shape (items, features)
            Numbers, booleans or yes/no words. The index holds the names of the items, unless `items` names a column.
        items, category : str, optional
            Columns with the names and the categories of the items. Categories may also be a Series or mapping from
            items to categories, which is matched by name.
        drop : list of str
            Columns to leave out.
        frequency : array, shape (items,), or Series or mapping of item to number, optional
            Relative frequency of each item; values with names are matched by name. Unequal frequencies have no closed
            form.
        observation_probability : float
            Probability in (0, 1] that a feature is observed when its item is shown; it slows learning. Simulated
            episodes follow the mean course, without the noise of which features happen to be observed.
        drop_missing_items, drop_missing_features : bool
            Whether to leave out rows or columns with missing cells. Nothing is ever filled in.
        missing : "refuse" or "mask"
            What to do with missing cells that are not left out: raise an error, or keep them unobserved, so that they
            contribute nothing to loss, gradient and correlations. A world with missing cells has no closed form; it can
            be simulated.
        missing_values : list of float, optional
            Numbers that stand for missing, such as 999; an empty list if all numbers are values.
        drop_text : bool
            Leave out all columns of text.
        one_hot : str or list of str
            Columns of text to turn into one column of 0 and 1 for each of their words.
        keep : str or list of str
            Items and features to keep although they are called totals or means of the others, and are.
        normalization : "sum", "mean" or "white"
            How items are weighted, hence the unit of time.
        center : bool
            Whether to subtract the mean of each feature (over its observed cells), so that what all items share need
            not be learned.
        standardize : bool
            Whether to divide each feature by its standard deviation (over its observed cells).

        Raises
        ------
        InputError
            A table that cannot be learned from; the message says what to change.

        Examples
        --------
        >>> import pandas as pd
        >>> table = pd.DataFrame({"flies": [1, 0], "swims": [0, 1]}, index=["canary", "salmon"])
        >>> Environment.from_dataframe(table).spectrum().singular_values.tolist()
        [1.0, 1.0]
        """
        from ..tables.cleaning import clean

        table = clean(
            df,
            items=items,
            category=None if carries_names(category) else category,  # type: ignore[arg-type]  # a column's name
            drop=drop,
            drop_missing_items=drop_missing_items,
            drop_missing_features=drop_missing_features,
            missing=missing,
            missing_values=missing_values,
            drop_text=drop_text,
            one_hot=one_hot,
            keep=keep,
        )
        one_of(normalization, NORMALIZATIONS, "normalization")
        values, notes = scaled(table.values, center, standardize)
        rows = Rows(table.items, (table.rows, list(df.index)), table.kept)
        shares = item_shares(frequency, rows) * probability(observation_probability)
        kinds = item_categories(category, rows) if carries_names(category) else table.category
        names = Names(table.items, table.features, kinds)
        rounding = rounding_of(table.values, standardize=standardize)
        said = tuple(note for note in table.notes if not (standardize and note.kind == "scales"))  # its advice is taken
        return world_of_items(values, shares, names, normalization, said + notes, rounding)

    @classmethod
    def from_arrays(
        cls,
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        items: Sequence[str] | None = None,
        features: Sequence[str] | None = None,
        normalization: str = "mean",
    ) -> Environment:
        """World of input vectors and target vectors; rows are samples.

        Parameters
        ----------
        inputs : array, shape (items, inputs)
            What the network receives.
        targets : array, shape (items, features)
            What it should answer.
        items, features : list of str, optional
            Names of the rows and of the target columns; by default those of the frames, if they have any. Rows of two
            frames, and frames and these names, are matched by name.
        normalization : "sum" or "mean"
            Whether correlations are sums or means over samples.

        Examples
        --------
        >>> Environment.from_arrays([[1, 0], [0, 1]], [[2], [1]]).spectrum().singular_values.round(3).tolist()
        [1.118]
        """
        one_of(normalization, ("sum", "mean"), "normalization")
        rows, others = names_along(inputs), names_along(targets)
        x, y = matrix(inputs, "inputs"), matrix(in_order(targets, rows, "targets", "the inputs"), "targets")
        if len(x) != len(y):
            raise InputError(
                "inputs",
                f"have {len(x)} rows and targets {len(y)}, but each row is one sample of both",
                "pass as many inputs as targets",
            )
        x, y, called = ordered_as(items, telling(rows) or others or rows, "item", x, y)
        answers, learned = ordered_as(features, names_along(targets, 1), "feature", y.T)
        y, names = answers.T, Names(called, learned)
        weights = np.full(len(x), 1.0 if normalization == "sum" else 1 / len(x))
        return _from_samples(Samples(x, y, weights), names, normalization, ())

    @classmethod
    def from_correlations(
        cls, input_output_correlation: ArrayLike, input_correlation: ArrayLike | None = None
    ) -> Environment:
        """World given by its correlations alone, with white inputs by default.

        Parameters
        ----------
        input_output_correlation : array, shape (features, inputs)
            Correlation of targets with inputs.
        input_correlation : array, shape (inputs, inputs), optional
            Correlation of the inputs, symmetric and without negative eigenvalues; the identity if not given. Frames are
            matched by the names of the inputs.

        Examples
        --------
        >>> Environment.from_correlations([[3.0, 0.0], [0.0, 1.0]]).spectrum().singular_values.tolist()
        [3.0, 1.0]
        """
        syx = matrix(input_output_correlation, "input_output_correlation")
        inputs, features = names_along(input_output_correlation, 1), names_along(input_output_correlation)
        variation = Variation(np.ones(syx.shape[1]))
        if input_correlation is not None:
            name, of = "input_correlation", "the columns of input_output_correlation"
            sxx = matrix(square_in_order(input_correlation, inputs, name, of), name)
            check_input_correlation(sxx, syx.shape[1])
            variation = Variation(sxx)
            check_driven(syx, variation)
        items = checked_names(telling(inputs), syx.shape[1], "input")
        names = Names(items, checked_names(telling(features), syx.shape[0], "feature"))
        return checked_world(cls(syx, variation, names, "sum"))

    @property
    def input_correlation(self) -> np.ndarray:
        """Weighted sum over items of input times input, shape (inputs, inputs), built on request.

        Raises
        ------
        InputError
            More than 20,000 items that are each their own input; `variation` has their variances.
        """
        return self.variation.matrix

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the items (of the inputs, if only correlations are known)."""
        return self.names.items

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features."""
        return self.names.features

    @property
    def input_names(self) -> tuple[str, ...] | None:
        """Names of the inputs: those of the items, where each item is its own input; None where inputs have none."""
        return self.items if self.data is None or self.data.are_one_hot else None

    @property
    def category(self) -> tuple[str, ...] | None:
        """Category of each item, if known."""
        return self.names.category

    @property
    def inputs(self) -> np.ndarray | None:
        """Input of each item, shape (items, inputs), if known."""
        return None if self.data is None else self.data.inputs

    @property
    def targets(self) -> np.ndarray | None:
        """Targets of each item, shape (items, features), if known; NaN where a cell is missing."""
        return None if self.data is None else self.data.targets

    @property
    def weights(self) -> np.ndarray | None:
        """Weight of each item in the correlations, shape (items,), if known."""
        return None if self.data is None else self.data.weights

    @property
    def observed(self) -> np.ndarray | None:
        """Whether each cell was observed, shape (items, features); None if all were."""
        return None if self.data is None else self.data.observed

    @property
    def rounding(self) -> np.ndarray | None:
        """Standard deviation of the rounding error of each feature, shape (features,), if known from the raw table."""
        return None if self.data is None else self.data.rounding

    @cached_property
    def has_missing(self) -> bool:
        """Whether some cells were not observed; the correlations then do not determine the course of learning."""
        return self.data is not None and self.data.missing > 0

    def expect_all_observed(self, why: str) -> None:
        """Refuse a world with missing cells, for a law that needs all of them; `why` completes the sentence.

        Raises
        ------
        InputError
            A world with missing cells.
        """
        if self.has_missing:
            cells = (
                "1 cell of this world is"
                if self.samples.missing == 1
                else f"{self.samples.missing} cells of this world are"
            )
            raise InputError(
                None,
                f"{cells} missing, but {why}",
                (
                    "use simulate(world) and what its networks do themselves, or leave out items or features with "
                    "missing cells (",
                    Setting("drop_missing_items", True),
                    ", ",
                    Setting("drop_missing_features", True),
                    ")",
                ),
            )

    @property
    def samples(self) -> Samples:
        """Inputs, targets and weights of the items, and which targets were observed.

        Raises
        ------
        InputError
            A world of which only the correlations are known.
        """
        if self.data is None:
            raise InputError(
                None,
                "the world is known by its correlations alone, but this needs its items",
                "make it with Environment.from_arrays or from_dataframe",
            )
        return self.data

    @property
    def probes(self) -> np.ndarray:
        """Input of every item, shape (items, inputs): the identity if only correlations are known."""
        return self._probes.inputs

    @cached_property
    def shown(self) -> np.ndarray | float:
        """Inputs of all items, shape (inputs, items); a number stands for that multiple of the identity."""
        return self._probes.shown

    def along(self, vectors: np.ndarray) -> np.ndarray:
        """Inputs of all items times vectors (inputs, ...), shape (items, ...): their loadings on input modes."""
        return self._probes.along(vectors)

    @cached_property
    def _probes(self) -> Samples:
        if self.data is not None:
            return self.data
        return Samples(OneHot(self.variation.inputs), self.input_output_correlation.T, np.ones(self.variation.inputs))

    @property
    def is_streamed(self) -> bool:
        """Whether the table was read in pieces, so that its rows are not known one by one."""
        return any(note.kind == "streamed" for note in self.notes)

    @property
    def is_white(self) -> bool:
        """Whether all inputs have the same variance and none are correlated."""
        return self.variation.is_white

    @cached_property
    def final_strength(self) -> np.ndarray:
        """Strength of every mode in the best linear map, which learning approaches, shape (modes,).

        Raises
        ------
        InputError
            A world with missing cells, which several maps fit equally well.
        """
        modes = self.spectrum()
        if self.is_white and not self.has_missing:
            return modes.asymptotes
        return np.einsum("ma,mi,ia->a", modes.output_modes, self.best_map, modes.input_modes, optimize=True)

    @cached_property
    def best_map(self) -> np.ndarray:
        """Linear map with the least squared error, which learning approaches, shape (features, inputs).

        Raises
        ------
        InputError
            A world with missing cells, which several maps fit equally well.
        """
        self.expect_all_observed("many maps fit the other cells equally well, and training decides between them")
        if self.is_white:
            return self.input_output_correlation / self.variation.factor
        return self.variation.undone(self.input_output_correlation)

    def loss_of_map(self, network_map: np.ndarray) -> np.ndarray:
        """Half the weighted squared error of linear maps from inputs to features, shape (..., features, inputs).

        Missing cells have no error. If only correlations are known, this is the error in excess of the best map.
        """
        if self.data is None:
            off = network_map - self.best_map
            return np.sum(self.variation.after(off) * off, axis=(-2, -1)) / 2
        is_own = isinstance(self.shown, float)
        return self.data.loss(network_map * self.shown if is_own else network_map @ self.shown)

    @cached_property
    def _spectrum(self) -> Spectrum:
        known = self.input_output_correlation.T if self.targets is None else self.targets
        blur = self.blur
        if blur is None:
            blur = blur_of(rounding_of(known) if self.rounding is None else self.rounding, *self._drive)
        return spectrum_of(self.input_output_correlation, self.variation.entries, self.features, blur)

    @property
    def _drive(self) -> tuple[float, float]:
        """Norms of the weighted inputs, by which errors of targets are multiplied: spectral (a bound), Frobenius."""
        if self.data is None:
            return 1.0, float(np.sqrt(self.variation.inputs))
        weight, variation = self.data.weights.max(), self.variation
        bound = variation.entries if variation.is_diagonal else np.abs(variation.entries).sum(axis=1)
        return float(np.sqrt(weight * bound.max())), float(np.sqrt(weight * variation.variances.sum()))

    def spectrum(self) -> Spectrum:
        """Modes of this world: singular values, loadings of items and features, tied groups.

        If cells are missing, these are the modes of the observed cells. They drive the first phase of learning from a
        small start, but do not say where it ends.
        """
        return self._spectrum

    def mode_names(self) -> tuple[str, ...]:
        """Names of the modes: the features that each separates. Tied modes are named as a group."""
        return self._mode_names

    @cached_property
    def _mode_names(self) -> tuple[str, ...]:
        modes = self.spectrum()
        ties = np.bincount(modes.groups) if modes.groups.size else np.zeros(0, dtype=int)
        return tuple(
            mode_name(modes.output_modes[:, a], self.features)
            if ties[group] == 1
            else f"{ties[group]} tied modes ({np.count_nonzero(modes.groups[:a] == group) + 1} of {ties[group]})"
            for a, group in enumerate(modes.groups)
        )

    def shared_modes(self) -> np.ndarray:
        """Whether a mode is what all items share, shape (modes,): all their loadings on it have the same sign.

        Such a mode, the first of most tables without negative numbers, tells no items apart. Tied modes are not shared.
        """
        modes = self.spectrum()
        alone = np.bincount(modes.groups)[modes.groups] == 1
        return np.array(
            [alone[a] and of_one_sign(self.along(modes.input_modes[:, a])) for a in range(alone.size)], bool
        )

    def to_dataframe(self) -> pd.DataFrame:
        """Tidy table of the world: item, feature, value (NaN where missing), and category if known."""
        answers = self.along(self.input_output_correlation.T) if self.targets is None else self.targets
        table = tidy({"item": self.items, "feature": self.features}, {"value": answers})
        if self.category is not None:
            table.insert(1, "category", np.repeat(self.category, len(self.features)))
        return table

    def summary(self) -> str:
        """A few lines that describe this world."""
        modes = self.spectrum()
        strengths = ", ".join(f"{steady(s):.4g}" for s in modes.singular_values[:6])
        more = ", ..." if modes.singular_values.size > 6 else ""
        rows = counted(len(self.items), "input" if self.is_streamed else "item")
        lines = [
            f"{rows}, {counted(len(self.features), 'feature')}, "
            f"{counted(modes.singular_values.size, 'mode')} "
            f'(normalization "{self.normalization}")',
            f"singular values {strengths}{more}",
            *(f"- {note}" for note in self.notes),
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Environment: {self.summary().splitlines()[0]}>"


def world_of_items(
    values: np.ndarray,
    shares: np.ndarray,
    names: Names,
    normalization: str,
    notes: tuple[Note, ...],
    rounding: np.ndarray | None = None,
) -> Environment:
    """World of a table (items, features), NaN where missing, in which each item is its own input.

    `shares` (items,) is the frequency of each item times the probability that its features are observed. `rounding`
    (features,) is the standard deviation of the rounding error, if it cannot be read off the values.
    """
    count = len(values)
    scale = np.sqrt(count) if normalization == "white" else 1.0
    weights = count * shares if normalization == "sum" else shares
    samples = Samples.of_table(OneHot(count, float(scale)), values, weights, rounding)
    return _from_samples(samples, names, normalization, notes)


def _from_samples(samples: Samples, names: Names, normalization: str, notes: tuple[Note, ...]) -> Environment:
    return checked_world(Environment(*samples.correlations(), names, normalization, samples, notes))


def checked_world(world: Environment, spectrum: Spectrum | None = None) -> Environment:
    """The world, if it has modes, with a note if weak ones were left out; a spectrum that is known is not sought."""
    if spectrum is not None:
        world.__dict__["_spectrum"] = spectrum
    if not world.spectrum().singular_values.size:
        raise InputError(
            None,
            "inputs and targets are not correlated at all, so there is nothing to learn",
            "use features that differ from zero",
        )
    left_out = world.spectrum().left_out
    if not left_out.size:
        return world
    modes = "1 weaker mode was" if left_out.size == 1 else f"{left_out.size} weaker modes were"
    note = Note(
        "modes_left_out",
        f"{modes} left out: a singular value of {left_out[0]:.2g} or less lies within the rounding of the values.",
    )
    noted = replace(world, notes=(*world.notes, note))
    noted.__dict__["_spectrum"] = world.spectrum()
    return noted
