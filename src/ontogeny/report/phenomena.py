"""What a report says about development: one record for each phenomenon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import one_of
from ..environments.environment import Environment
from ..semantics.acquired import Acquisition, acquisition
from ..semantics.illusions import IllusoryCorrelations, illusory_correlations
from ..semantics.people import PeopleComparison, compare_with_people
from ..semantics.projections import Projection, project_property
from ..semantics.scaling import Embedding, embedding
from ..semantics.sharpness import TransitionSharpness, transition_sharpness
from ..semantics.splits import Differentiation, differentiation
from ..semantics.typical_items import Typicality, typicality
from ..taxonomies.taxonomy import Taxonomy, right_answers
from ..trajectory import Trajectory

if TYPE_CHECKING:
    import pandas as pd

MOST_ITEMS = 10_000  # clustering them takes a gigabyte and half a minute


@dataclass(frozen=True, eq=False)
class Phenomena:
    """What networks know of one world during learning.

    Parameters
    ----------
    illusions : IllusoryCorrelations or None
        Wrong answers of the theory on the way; None if there are too many items, like all that is about single items.
    differentiation : Differentiation or None
        When groups of items separate in the theory; None if all items are the same.
    measured_differentiation : Differentiation or None
        The same groups in the trained networks.
    embedding : Embedding or None
        Positions of items over time, in the theory; None with a single mode, which has no picture.
    sharpness, measured_sharpness : TransitionSharpness or None
        How sharp the transitions of modes are, in theory and in the networks; None if cells are missing.
    typicality : Typicality or None
        How typical items are of their categories, if these are known.
    projection : Projection or None
        How a new property of one item generalizes, if one was given.
    acquisition : Acquisition or None
        When each item is known, in the theory; None if only correlations are known or cells are missing.
    people : PeopleComparison or None
        Predictions compared with ratings of people, if given.
    equally : Acquisition or None
        When each item would be known if all were met equally often; None if they are.
    """

    illusions: IllusoryCorrelations | None
    differentiation: Differentiation | None
    measured_differentiation: Differentiation | None
    embedding: Embedding | None
    sharpness: TransitionSharpness | None
    measured_sharpness: TransitionSharpness | None
    typicality: Typicality | None
    projection: Projection | None
    acquisition: Acquisition | None = None
    people: PeopleComparison | None = None
    equally: Acquisition | None = None

    def __repr__(self) -> str:
        found = [name for name, record in vars(self).items() if record is not None and not name.startswith("measured")]
        return f"<Phenomena: {', '.join(found)}>"


def phenomena(
    theory: Trajectory,
    networks: Trajectory,
    project: str | None = None,
    human: pd.DataFrame | None = None,
    equally: Trajectory | None = None,
) -> Phenomena:
    """Every phenomenon, in a theory and in the networks trained for comparison.

    Parameters
    ----------
    theory, networks : Trajectory
        Of one world.
    project : str, optional
        Item with a new property.
    human : DataFrame, optional
        Ratings of people, as `semantics.compare_with_people` takes them.
    equally : Trajectory, optional
        A theory of the same items, all met equally often.

    Raises
    ------
    InputError
        An item that the world does not have, or ratings that cannot be read.
    """
    world = theory.environment
    if project is not None:
        check_item(world, project)
    if has_too_many_items(world):
        return Phenomena(None, None, None, None, _sharpness(theory), _sharpness(networks), None, None)
    return Phenomena(
        illusory_correlations(theory),
        *_differentiation(theory, networks),
        embedding(theory) if world.spectrum().singular_values.size > 1 else None,
        _sharpness(theory),
        _sharpness(networks),
        _typicality(theory),
        None if project is None else project_property(theory, project),
        None if world.data is None or world.has_missing else acquisition(theory),
        None if human is None else compare_with_people(theory, human),
        None if equally is None else acquisition(equally),
    )


def has_too_many_items(world: Environment) -> bool:
    """Whether there are too many items to look at single ones, or to hold all pairs in memory."""
    return len(world.items) > MOST_ITEMS or world.is_streamed


def check_item(world: Environment, item: str) -> None:
    """Refuse an item to project from that the world does not have."""
    one_of(item, world.items, "project")


def _differentiation(theory: Trajectory, networks: Trajectory) -> tuple[Differentiation | None, Differentiation | None]:
    if theory.environment.has_missing:
        return None, None
    answers = right_answers(theory.environment)
    if np.allclose(answers, answers[0]):
        return None, None
    taxonomy = Taxonomy.found(theory.environment)
    return differentiation(theory, taxonomy), differentiation(networks, taxonomy)


def _sharpness(trajectory: Trajectory) -> TransitionSharpness | None:
    return None if trajectory.environment.has_missing else transition_sharpness(trajectory)


def _typicality(theory: Trajectory) -> Typicality | None:
    world = theory.environment
    if world.has_missing or world.category is None or len(set(world.category)) in (1, len(world.items)):
        return None
    return typicality(theory)
