"""The figures of a report, each with a title and a caption in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from .. import plot
from .._core.shown import shown
from .._core.ties import ranked
from ..plot.style import depth_name, shortened
from ..trajectory import Trajectory
from .development import development
from .drawing import Picture, Section, drawn, picture
from .sentences import Sentences
from .studies import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROUNDING = 1e-6  # share of a final strength: smaller differences between networks and theory are not drawn
ILLUSIONS = 10  # largest errors on the way, one for each feature


def pictures(study: Study, say: Sentences) -> list[Callable[[], Picture]]:
    """Every figure of the report, to be drawn one after another."""
    return [partial(picture, study, *section) for section in _plan(study, say)]


def _plan(study: Study, say: Sentences) -> list[Section]:
    plan: list[Section] = [("world", "The world", say.world(), _draw_world)] if study.names_items else []
    plan += [
        ("modes", "What the modes separate", say.loadings(), _modes),
        ("courses", "How the modes are learned", say.courses(), _courses),
        ("stages", "When each mode is learned", say.stages(), _stages),
        ("loss", "The error during learning", say.loss(), _loss),
    ]
    if study.names_items:
        plan.append(
            ("answers", f"What the network answers for “{shown(study.focus_item)}”", say.answers(), _draw_answers)
        )
    if say.astray:
        plan.append(
            ("wrong_on_the_way", "Illusory correlations: what it gets wrong on the way", say.illusions(), _illusions)
        )
    plan += development(study)
    if study.deviation.largest > ROUNDING:
        plan.append(("deviation", "Trained networks against the theory", say.deviation(), _deviation))
    if study.theory.depth > 1 and study.names_items:
        plan.append(("synapse_to_behavior", "From synapse to behavior", say.synapse(), _synapse))
    return plan


def _draw_world(study: Study) -> drawn:
    return drawn(6.6, 7.4, lambda ax: plot.table(study.environment, ax=ax))


def _modes(study: Study) -> drawn:
    groups = study.environment.spectrum().groups
    first = np.unique(groups, return_index=True)[1][:5]

    def draw(grid: np.ndarray) -> None:
        plot.singular_values(study.environment, ax=grid.flat[0]).set_title("strength of the modes")
        for ax, mode in zip(grid.flat[1:], first, strict=False):
            plot.feature_loadings(study.environment, int(mode) + 1, ax=ax, most=9)
        for ax in grid.flat[1 + first.size :]:
            ax.set_axis_off()

    return drawn(7.6, 8.0, draw, rows=3, columns=2)


def _courses(study: Study) -> drawn:
    deep = study.theory.depth > 1

    def draw(grid: np.ndarray) -> None:
        top, *rest = np.atleast_1d(grid)
        plot.mode_strengths(study.theory, ax=top, labels=not deep)
        plot.mode_strengths(study.networks, ax=top)
        top.set_title(depth_name(study.theory.depth) + " (thick: theory, thin: trained networks)")
        for ax in rest:
            plot.mode_strengths(study.shallow, ax=ax).set_title("no hidden layer (theory)")
            top.set_xlabel("")

    return drawn(6.6, 7.6 if deep else 4.4, draw, rows=2 if deep else 1)


def _stages(study: Study) -> drawn:
    records = (study.theory, study.networks, study.shallow)[: 3 if study.theory.depth > 1 else 2]
    return drawn(6.6, 4.8, lambda ax: plot.learning_times(*records, ax=ax))


def _loss(study: Study) -> drawn:
    def draw(ax: Axes) -> None:
        plot.loss(study.theory, ax=ax, color="C0", label=f"theory, {depth_name(study.theory.depth)}")
        plot.loss(study.networks, ax=ax, color="C1", label="trained networks")
        if study.episodes is not None:
            plot.loss(study.episodes, ax=ax, color="C2", label="trained on single episodes")
        if study.theory.depth > 1:
            plot.loss(study.shallow, ax=ax, color="0.6", label="theory, no hidden layer", linestyle="--")
        ax.legend(loc="upper right")

    return drawn(6.6, 3.6, draw)


def _draw_answers(study: Study) -> drawn:
    pairs = [(study.focus_item, feature) for feature in liveliest(study, study.focus_item)]

    def draw(ax: Axes) -> None:
        plot.answers(study.theory, pairs, ax=ax)
        plot.answers(study.networks, pairs, ax=ax)

    return drawn(6.6, 4.6, draw)


def _illusions(study: Study) -> drawn:
    pairs = plot.farthest(study.illusions, most=ILLUSIONS)

    def draw(ax: Axes) -> None:
        plot.illusion_modes(study.theory, study.illusions, ax=ax, most=ILLUSIONS)
        plot.answers(study.networks, pairs, ax=ax)

    return drawn(6.6, 5.4, draw)


def _deviation(study: Study) -> drawn:
    if study.episodes_deviation is None:
        return drawn(6.6, 3.4, lambda ax: plot.deviation(study.deviation, ax=ax))
    both = (study.deviation, study.episodes_deviation)

    def draw(grid: np.ndarray) -> None:
        for ax, record, title in zip(grid, both, ("all items at every step", "one item at a time"), strict=True):
            plot.deviation(record, ax=ax).set_title(title)

    return drawn(6.6, 6.0, draw, rows=2)


def _synapse(study: Study) -> drawn:
    """One network in each column, from its weights down to its answers, over one time axis."""
    shown = min(2, study.networks.dataset.sizes["seed"])
    pairs = [(study.focus_item, feature) for feature in liveliest(study, study.focus_item)[:4]]

    def draw(grid: np.ndarray) -> None:
        grid = grid.reshape(4, shown)
        for network in range(shown):
            column = grid[:, network]
            plot.weights(study.networks, network, ax=column[0]).set_title(f"network {network + 1}: some of its weights")
            plot.unit_tuning(study.networks, network, ax=column[1]).set_title(
                "one hidden unit’s response to every item"
            )
            _similarity_movie(study, network, column[2])
            plot.answers(_single_network(study.networks, network), pairs, ax=column[3], linewidth=1.5, alpha=1.0)
            column[3].set_title(f"its answers for “{shortened(study.focus_item)}”")
        for ax in grid[:-1].flat:
            ax.set_xlabel("")
        for ax in grid[:, 1:].flat:
            ax.set_ylabel("")
        handles = grid[3, 0].get_lines()[: len(pairs)]
        grid[3, 0].legend(handles, [shortened(feature, 16) for _, feature in pairs], loc="best", fontsize=8)

    return drawn(8.6, 10.0, draw, rows=4, columns=shown, sharex=True, height_ratios=(1, 1.2, 0.62, 1))


def _similarity_movie(study: Study, network: int, ax: Axes) -> None:
    end = float(study.networks.time[-1])
    ax.set(
        xlim=(0, end), ylim=(0, 1), yticks=[], ylabel="items × items", title="hidden similarity of items, at four times"
    )
    for share in (0.125, 0.375, 0.625, 0.875):
        inset = ax.inset_axes((share - 0.12, 0.0, 0.24, 1.0))
        plot.item_similarity(study.networks, network, time=share * end, ax=inset)
        inset.set(xlabel="", ylabel="", anchor="C")


def liveliest(study: Study, item: str, most: int = 6) -> list[str]:
    """The features whose answers for an item change most during learning."""
    world = study.environment
    course = study.theory.answers([world.items.index(item)])[0, ..., 0]
    movement = np.abs(np.diff(course, axis=0)).sum(axis=0)
    return [world.features[i] for i in ranked(movement, world.features, scale=study.illusions.scale)[:most]]


def _single_network(networks: Trajectory, network: int) -> Trajectory:
    return replace(
        networks,
        dataset=networks.dataset.isel(seed=[network]),
        snapshots=tuple(layer[[network]] for layer in networks.snapshots),
    )
