"""The figures of a report, each with a title and a caption in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from .. import plot
from .._core.digits import short
from .._core.shown import shown
from .._core.ties import EQUAL, ranked
from ..plot.style import depth_name, shortened
from ..semantics.illusions import NOTICEABLE
from ..trajectory import Trajectory
from .development import development
from .drawing import Picture, Section, drawn, over_time, picture
from .sentences import Sentences
from .studies import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROUNDING = 1e-6  # share of a final strength: smaller differences between networks and theory are not drawn
NAMED_ITEMS = 12  # items beyond which a small image has no names
LOADINGS = 7  # features drawn for a mode
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
    if say.astray:
        title = f"What the network answers for “{shown(study.focus_item)}”"
        plan.append(("answers", title, say.answers(), _draw_answers))
        plan.append(
            ("wrong_on_the_way", "Illusory correlations: what it gets wrong on the way", say.illusions(), _illusions)
        )
    plan += development(study)
    if study.deviation is not None and study.deviation.largest > ROUNDING:
        plan.append(("deviation", "Trained networks against the theory", say.deviation(), _deviation))
    if study.theory.depth > 1 and study.names_items:
        plan.append(("synapse_to_behavior", "From synapse to behavior", say.synapse(), _synapse))
    return plan


def _draw_world(study: Study) -> drawn:
    rows = len(study.environment.items)
    return drawn(min(3.0 + 0.11 * rows, 8.0), lambda ax: plot.table(study.environment, ax=ax))


def _modes(study: Study) -> drawn:
    groups = study.environment.spectrum().groups
    first = np.unique(groups, return_index=True)[1][:5]

    def draw(grid: np.ndarray) -> None:
        plot.singular_values(study.environment, ax=grid[0]).set_title("strength of the modes")
        for ax, mode in zip(grid[1:], first, strict=True):
            plot.feature_loadings(study.environment, int(mode) + 1, ax=ax, most=LOADINGS).set_xlabel("")
        grid[-1].set_xlabel("loading")

    return drawn(1.7 * (1 + first.size), draw, rows=1 + first.size)


def _courses(study: Study) -> drawn:
    deep = study.theory.depth > 1

    def draw(grid: np.ndarray) -> None:
        top, *rest = np.atleast_1d(grid)
        plot.mode_strengths(study.theory, ax=top, labels=not deep)
        plot.mode_strengths(study.networks, ax=top)
        top.set_title(depth_name(study.theory.depth) + " (thick: theory, thin: trained)")
        for ax in rest:
            plot.mode_strengths(study.shallow, ax=ax).set_title("no hidden layer (theory)")
            top.set_xlabel("")
        over_time(study, top, *rest)

    return drawn(7.0 if deep else 4.6, draw, rows=2 if deep else 1)


def _stages(study: Study) -> drawn:
    records = (study.theory, study.networks, study.shallow)[: 3 if study.theory.depth > 1 else 2]
    return drawn(4.8, lambda ax: over_time(study, plot.learning_times(*records, ax=ax)))


def _loss(study: Study) -> drawn:
    def draw(ax: Axes) -> None:
        plot.loss(study.theory, ax=ax, color="C0", label=f"theory, {depth_name(study.theory.depth)}")
        plot.loss(study.networks, ax=ax, color="C1", label="trained networks")
        if study.episodes is not None:
            plot.loss(study.episodes, ax=ax, color="C2", label="trained on single episodes")
        if study.theory.depth > 1:
            plot.loss(study.shallow, ax=ax, color="0.6", label="theory, no hidden layer", linestyle="--")
        ax.legend(loc="upper right")
        over_time(study, ax)

    return drawn(3.4, draw)


def _draw_answers(study: Study) -> drawn:
    pairs = [(study.focus_item, feature) for feature in _astray(study, study.focus_item)]

    def draw(ax: Axes) -> None:
        plot.answers(study.theory, pairs, ax=ax)
        _beside(study, pairs, ax)

    return drawn(4.4, draw)


def _illusions(study: Study) -> drawn:
    pairs = plot.farthest(study.illusions, most=ILLUSIONS)

    def draw(ax: Axes) -> None:
        plot.illusion_modes(study.theory, study.illusions, ax=ax, most=ILLUSIONS)
        _beside(study, pairs, ax)

    return drawn(5.4, draw)


def _beside(study: Study, pairs: list[tuple[str, str]], ax: Axes) -> None:
    """Answers of the trained networks beside those of the theory, if they follow it."""
    if study.follows:
        plot.answers(study.networks, pairs, ax=ax)
    over_time(study, ax)


def _deviation(study: Study) -> drawn:
    found = [one for one in (study.deviation, study.episodes_deviation) if one is not None]
    if len(found) == 1:
        return drawn(3.2, lambda ax: over_time(study, plot.deviation(found[0], ax=ax)))

    def draw(grid: np.ndarray) -> None:
        for ax, record, title in zip(grid, found, ("all items at every step", "one item at a time"), strict=True):
            over_time(study, plot.deviation(record, ax=ax))
            ax.set_title(title)

    return drawn(5.6, draw, rows=2)


def _synapse(study: Study) -> drawn:
    """One network in each column, from its weights down to its answers, over one time axis."""
    shown = min(2, study.networks.dataset.sizes["seed"])
    pairs = [(study.focus_item, feature) for feature in liveliest(study, study.focus_item)[:4]]

    def draw(grid: np.ndarray) -> None:
        grid = grid.reshape(4, shown)
        for network in range(shown):
            column = grid[:, network]
            plot.weights(study.networks, network, ax=column[0]).set_title(f"network {network + 1}: weights")
            plot.unit_tuning(study.networks, network, ax=column[1]).set_title("one unit’s response")
            if network or len(study.environment.items) > NAMED_ITEMS:
                column[1].set_yticks([])
            _similarity_movie(study, network, column[2])
            plot.answers(_single_network(study.networks, network), pairs, ax=column[3], linewidth=1.5, alpha=1.0)
            column[3].set_title(f"answers for “{shortened(study.focus_item, 16)}”")
            over_time(study, column[0], column[1], column[3])
        for ax in grid[:-1].flat:
            ax.set_xlabel("")
        for ax in grid[:, 1:].flat:
            ax.set_ylabel("")
        for ax in grid[3]:
            ax.set_xlabel("learning time")
        handles = grid[3, 0].get_lines()[: len(pairs)]
        labels = [shortened(feature, 16) for _, feature in pairs]
        grid[0, 0].figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=8)

    return drawn(8.2, draw, rows=4, columns=shown, height_ratios=(1, 1.2, 1.1, 1))


def _similarity_movie(study: Study, network: int, ax: Axes) -> None:
    ax.set_axis_off()
    ax.set_title("similarity of items")
    times = study.networks.snapshot_time
    for place, share in enumerate((0.125, 0.375, 0.625, 0.875)):
        time = float(times[round(share * (times.size - 1))])
        inset = ax.inset_axes((0.52 * (place % 2), 0.52 * (1 - place // 2), 0.46, 0.36))
        plot.item_similarity(study.networks, network, time=time, ax=inset)
        inset.set(xlabel="", ylabel="", anchor="C")
        inset.set_title(f"t = {short(time, 2)}", fontsize=8, fontweight="normal", pad=2)


def _astray(study: Study, item: str, most: int = 6) -> list[str]:
    """The features of an item whose answers go astray most, if by enough to be noticed."""
    world, found = study.environment, study.illusions
    excess = np.abs(found.excess[:, world.items.index(item)])
    order = ranked(excess, world.features, scale=found.scale)[:most]
    return [world.features[i] for i in order if excess[i] > (NOTICEABLE + EQUAL) * found.scale]


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
