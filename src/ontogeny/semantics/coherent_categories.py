"""Coherent categories in a table: which groups of items a learner can discover, and how well.

A category is coherent where many items share many features that others lack; `coherence` measures each category of a
table, predicts how well a learner discovers it, looks how well the modes of the table hold it, and asks whether groups
of items drawn at random do as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import InputError, expect, one_of, quoted, whole
from .._core.counting import counted
from .._core.digits import cents, steady
from .._core.ties import EQUAL, largest, places
from ..environments.environment import Environment
from ..environments.spectrum import Spectrum, spectrum_of
from .coherence_law import category_coherence, category_overlap

if TYPE_CHECKING:
    import pandas as pd

TELLING = 0.5  # a feature belongs to a category from this share of the category's largest difference on


@dataclass(frozen=True, eq=False)
class Block:
    """One category: the block of its items and its features.

    Parameters
    ----------
    category : str
        Its name.
    members : array of int, shape (members,)
        Numbers of its items.
    features : array of int, shape (category features,)
        Numbers of its features.
    is_lack : array of bool, shape (category features,)
        Whether the category stands out by lacking the feature; then "no" counts as the feature.
    inside, outside : float
        Share of yes among members and among all others, over the category's features.
    note : str
        A caveat for reading the numbers; empty if there is none.
    """

    category: str
    members: np.ndarray
    features: np.ndarray
    is_lack: np.ndarray
    inside: float
    outside: float
    note: str


@dataclass(frozen=True, eq=False)
class Coherence:
    """How coherent categories are, how well they should be discovered, how well they are.

    Parameters
    ----------
    environment : Environment
        The world.
    blocks : tuple of Block
        One for each category.
    coherence : array, shape (categories,)
        Coherence; above 1 a category can be discovered in a large table.
    predicted, observed : arrays, shape (categories, 2)
        Squared overlap of a mode with the category's items and with its features, from 0 to 1: predicted from the
        coherence, and observed on the mode of the property-centered table that holds most of the items.
    mode : array of int, shape (categories,)
        That mode, numbered from 1; the first of its group if it is tied.
    null : array, shape (categories, permutations, 2)
        Coherence, and observed overlap with the items, of groups of as many items drawn at random, with their own
        features selected in the same way and their own best mode.
    meaning : str
        What the numbers rest on.
    """

    environment: Environment
    blocks: tuple[Block, ...]
    coherence: np.ndarray
    predicted: np.ndarray
    observed: np.ndarray
    mode: np.ndarray
    null: np.ndarray
    meaning: str

    @property
    def is_discoverable(self) -> np.ndarray:
        """Whether coherence, less what centering takes of it, is above 1, shape (categories,)."""
        return self.effective > 1

    @property
    def effective(self) -> np.ndarray:
        """Coherence that is left when each feature's mean is subtracted, shape (categories,)."""
        share = np.array([block.members.size for block in self.blocks]) / len(self.environment.items)
        return self.coherence * (1 - share)

    @property
    def p_values(self) -> np.ndarray:
        """Share of random groups with as much coherence, and with as much overlap, shape (categories, 2).

        The category itself counts as one of the groups, so that no share is 0.
        """
        reached = np.stack([self.coherence, self.observed[:, 0]], axis=-1)[:, None, :] * (1 - EQUAL)
        return (1 + np.sum(self.null >= reached, axis=1)) / (1 + self.null.shape[1])

    def to_dataframe(self) -> pd.DataFrame:
        """One row per category: sizes, probabilities, coherence, overlaps predicted and observed, p values, note."""
        import pandas as pd

        p = self.p_values
        columns = {
            "category": [block.category for block in self.blocks],
            "items": [block.members.size for block in self.blocks],
            "features": [block.features.size for block in self.blocks],
            "inside": [block.inside for block in self.blocks],
            "outside": [block.outside for block in self.blocks],
            "coherence": self.coherence,
            "is_discoverable": self.is_discoverable,
            "p_coherence": p[:, 0],
            "mode": self.mode,
            "item_overlap": self.observed[:, 0],
            "predicted_item_overlap": self.predicted[:, 0],
            "p_overlap": p[:, 1],
            "feature_overlap": self.observed[:, 1],
            "predicted_feature_overlap": self.predicted[:, 1],
            "note": [block.note for block in self.blocks],
        }
        return pd.DataFrame(columns)

    def features_of(self, category: str) -> list[str]:
        """Features by which a category stands out; "not ..." where it stands out by lacking them."""
        names = [block.category for block in self.blocks]
        block = self.blocks[names.index(one_of(category, names, "category"))]
        pairs = zip(block.features, block.is_lack, strict=True)
        return [("not " if lack else "") + self.environment.features[number] for number, lack in pairs]

    def __repr__(self) -> str:
        p = self.p_values
        lines = [
            f" {block.category}: coherence {steady(self.coherence[k]):.3g} (p = {steady(p[k, 0]):.2g}), "
            f"mode {self.mode[k]} holds {cents(self.observed[k, 0])} of it (p = {steady(p[k, 1]):.2g})"
            + f"; {block.note}"
            * bool(block.note)
            for k, block in enumerate(self.blocks[:8])
        ]
        more = [f" and {len(self.blocks) - 8} more categories"] if len(self.blocks) > 8 else []
        return (
            "\n".join([f"<Coherence: {counted(len(self.blocks), 'category')}", *lines, *more, f" {self.meaning}"]) + ">"
        )


def coherence(
    environment: Environment,
    *,
    items: str | Sequence[str] | Mapping[str, Sequence[str]] | None = None,
    features: Sequence[str] | int | None = None,
    permutations: int = 1000,
    seed: int = 0,
) -> Coherence:
    """How coherent categories of a yes/no table are, and whether a learner discovers them.

    Implements: saxe2019 SI
    Checked by: tests/semantics/test_coherent_categories.py::test_printed_overlaps_after_centering

    Parameters
    ----------
    environment : Environment
        The world; every feature has two values.
    items : str, list of str, or mapping of str to list of str, optional
        A category of the world by name, a category as the list of its items, or several such lists by name; all
        categories of the world if not given.
    features : list of str, or int, optional
        Features of the category; or how many to take, those on which members and others differ most; by default those
        on which they differ at least half as much as on the best one. Of features that are picked here, lacking one
        may count as a feature.
    permutations : int
        Random groups of items that each category is compared with.
    seed : int
        Seed of their draw.

    Returns
    -------
    Coherence

    Raises
    ------
    InputError
        A world without items or categories, unknown names, missing cells, or features with more than two values.

    Notes
    -----
    Coherence takes everything but the block as independent chance of one probability, which no real table is: compare
    with the random groups rather than with 1. Features that are picked here make any group look coherent; the random
    groups pick theirs in the same way, so that the p values are free of that.

    Examples
    --------
    >>> import ontogeny as on
    >>> found = coherence(on.datasets.load("zoo"), items="mammal", permutations=200)
    >>> found.features_of("mammal")
    ['hair', 'not eggs', 'milk', 'toothed', 'catsize']
    >>> bool(found.p_values[0, 0] < 0.01)
    True
    """
    expect(environment, Environment, "environment", "pass the world, for example trajectory.environment")
    permutations = whole(permutations, "permutations", 1, "there must be something to compare with")
    groups = _members(environment, items)
    environment.expect_all_observed("coherence counts yes and no in every cell")
    table = _yes_or_no(environment)
    picked = _picked(environment, features)
    if not np.ptp(table, axis=0).any():
        raise InputError(None, "all items have the same features, so no category stands out", "use items that differ")
    modes = spectrum_of((table - table.mean(axis=0)).T, 1.0, environment.features)
    draws = {name: np.random.default_rng([seed, number]) for number, name in enumerate(sorted(groups))}
    rows = [
        _measured(environment, table, modes, name, members, picked, draws[name], permutations)
        for name, members in groups.items()
    ]
    blocks, values, overlaps, best, null = zip(*rows, strict=True)
    numbers = np.array(best) + 1
    c = np.array(values)
    share = np.array([block.members.size for block in blocks]) / len(table)
    predicted = np.stack(category_overlap(c * (1 - share), items=table.shape[0], features=table.shape[1]), axis=-1)
    selection = (
        "features as given" if isinstance(picked, np.ndarray) else "features picked here, and by every random group"
    )
    meaning = (
        f"{selection}; predictions hold in large tables of chance around one block, each feature centered; "
        f"p values from {permutations} random groups"
    )
    return Coherence(environment, blocks, c, predicted, np.array(overlaps), numbers, np.array(null), meaning)


def _members(world: Environment, items: object) -> dict[str, np.ndarray]:
    """Numbers of the members of each category that is asked for."""
    world.samples  # noqa: B018  says why there are no items
    by_name = {}
    if world.category is not None:
        by_name = {name: [i for i, c in zip(world.items, world.category, strict=True) if c == name]
                   for name in sorted(set(world.category))}  # fmt: skip
    if items is None or isinstance(items, str):
        if not by_name:
            raise InputError(
                None,
                "the world has no categories",
                "pass items=[...], the items of one, or read the table with category='column'",
            )
        chosen: Mapping[str, Sequence[str]] = by_name if items is None else {one_of(items, list(by_name), "items"): []}
        chosen = {name: by_name[name] for name in chosen}
    elif isinstance(items, Mapping):
        chosen = items
    elif np.iterable(items):
        chosen = {"the category": list(items)}
    else:
        raise InputError("items", f"is {items!r}, but it must be names of items", "write a list of them")
    number = {name: k for k, name in enumerate(world.items)}
    found = {}
    for name, members in chosen.items():
        found[name] = np.unique([number[one_of(str(item), world.items, "an item")] for item in members]).astype(int)
        if not 0 < found[name].size < len(world.items):
            raise InputError(
                name,
                f"has {found[name].size} of {len(world.items)} items, but a category needs items inside and outside",
                "write some of them",
            )
    return found


def _yes_or_no(world: Environment) -> np.ndarray:
    """The table with every feature as 0 and 1, (items, features); a feature that never varies as it is, or 0."""
    values = world.samples.targets
    low, high = values.min(axis=0), values.max(axis=0)
    varies = high - low > EQUAL * np.maximum(np.abs(high), np.abs(low))
    span = np.where(varies, high - low, 1.0)
    table = np.where(varies, (values - low) / span, np.abs(values - 1) < EQUAL)
    between = np.any((table > EQUAL) & (table < 1 - EQUAL), axis=0)
    if between.any():
        names = [world.features[m] for m in np.flatnonzero(between)]
        raise InputError(
            None,
            f"features {quoted(names)} have more than two values, but coherence is about yes or no",
            "split them, for example at their median",
        )
    return table.round()


def _picked(world: Environment, features: Sequence[str] | int | None) -> np.ndarray | int | None:
    """Numbers of the given features, or how many to pick, or None."""
    if features is None:
        return None
    if isinstance(features, int | float):
        return min(whole(features, "features", 1, "a category has features"), len(world.features))
    names = [features] if isinstance(features, str) else list(features)
    found = np.unique([world.features.index(one_of(name, world.features, "a feature")) for name in names])
    if not found.size:
        raise InputError("features", "is empty, but a category has features", "write some, or leave it out")
    return found


def _measured(
    world: Environment,
    table: np.ndarray,
    modes: Spectrum,
    name: str,
    members: np.ndarray,
    picked: np.ndarray | int | None,
    draw: np.random.Generator,
    permutations: int,
) -> tuple[Block, float, tuple[float, float], int, np.ndarray]:
    is_member = np.zeros((1, len(table)), dtype=bool)
    is_member[0, members] = True
    chosen, p, q, value = _block(table, is_member, picked)
    overlap, best = _item_overlap(modes, is_member)
    numbers = np.flatnonzero(chosen[0])
    lack = (
        np.zeros(numbers.size, dtype=bool) if isinstance(picked, np.ndarray) else _lacks(table, is_member)[0, numbers]
    )
    direction = np.where(lack, -1.0, 1.0) / np.sqrt(numbers.size)
    in_group = modes.groups == best[0]
    feature_overlap = float(np.sum((direction @ modes.output_modes[numbers][:, in_group]) ** 2))
    others = np.argsort(draw.random((permutations, len(table))), axis=1) < members.size
    others = others[:, places(world.items)]  # drawn by name, whatever the order of the rows
    null = np.stack([_block(table, others, picked)[3], _item_overlap(modes, others)[0]], axis=-1)
    note = ""
    if q[0] in (0.0, 1.0):
        note = "these features never occur outside, so that coherence is infinite: only the order is meaningful"
    elif members.size == 1:
        note = "one item: any single item is as coherent with its own features"
    block = Block(name, members, numbers, lack, float(p[0]), float(q[0]), note)
    return block, float(value[0]), (float(overlap[0]), feature_overlap), int(np.argmax(in_group)), null


def _shares(table: np.ndarray, is_member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of yes inside and outside of groups of items, (groups, features) each."""
    size = is_member.sum(axis=1, keepdims=True)
    inside = is_member.astype(float) @ table
    return inside / size, (table.sum(axis=0) - inside) / (len(table) - size)


def _lacks(table: np.ndarray, is_member: np.ndarray) -> np.ndarray:
    p, q = _shares(table, is_member)
    return p < q


def _block(
    table: np.ndarray, is_member: np.ndarray, picked: np.ndarray | int | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Features of each group (groups, features), its probabilities inside and outside, its coherence (groups,)."""
    p, q = _shares(table, is_member)
    if isinstance(picked, np.ndarray):
        chosen = np.zeros(p.shape, dtype=bool)
        chosen[:, picked] = True
    else:
        differ = np.abs(p - q)
        p, q = np.where(p < q, 1 - p, p), np.where(p < q, 1 - q, q)  # lacking a feature is a feature
        if picked is None:
            chosen = differ >= TELLING * differ.max(axis=1, keepdims=True) - 1e-12
        else:
            last = -np.partition(-differ, picked - 1, axis=1)[:, picked - 1 : picked]
            chosen = differ >= last - 1e-12  # features that differ as much as the last are all taken
    count = chosen.sum(axis=1)
    p, q = ((share * chosen).sum(axis=1) / count for share in (p, q))
    size = is_member.sum(axis=1)
    value = category_coherence(
        p, q, category_items=size, category_features=count, items=table.shape[0], features=table.shape[1]
    )
    return chosen, p, q, value


def _item_overlap(modes: Spectrum, is_member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Largest squared overlap of a mode, or group of tied modes, with each group of items; and which, (groups,)."""
    size = is_member.sum(axis=1, keepdims=True)
    contrast = is_member - size / is_member.shape[1]
    contrast /= np.linalg.norm(contrast, axis=1, keepdims=True)
    first = np.searchsorted(modes.groups, np.unique(modes.groups))
    overlaps = np.add.reduceat((contrast @ modes.input_modes) ** 2, first, axis=1)
    best = largest(overlaps)
    return np.take_along_axis(overlaps, best[:, None], axis=1)[:, 0], best
