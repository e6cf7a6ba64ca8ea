"""The sections of a report on development: differentiation, stages, typical items, inductive projection.

Each is a key, a title, a caption in plain words, and what draws it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import plot
from .._core.counting import counted
from .._core.digits import cents, short
from .._core.shown import shown
from .._core.ties import EQUAL, largest, ranked
from ..plot.style import columns_that_fit, depth_name, logarithmic
from ..semantics.people import PeopleComparison, rank_correlation
from ..semantics.projections import Projection
from ..semantics.sharpness import TransitionSharpness
from ..semantics.splits import Differentiation
from ..semantics.typical_items import Typicality
from .drawing import WIDTH, Section, drawn, over_time
from .phenomena import Phenomena
from .phrasing import number, percent, some
from .studies import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FRAMES = 6
MOST_WEAK = 4  # categories whose caveat is written out


def development(study: Study) -> list[Section]:
    """The sections that this study has something to show in."""
    found = study.phenomena
    sections: list[Section] = []
    if found.differentiation is not None:
        sections.append(
            (
                "differentiation",
                "Progressive differentiation: which groups separate when",
                _differentiated(study),
                _draw_tree,
            )
        )
    if found.embedding is not None:
        sections.append(("movie", "How items move apart", _items_moved(study), _draw_movie))
    if study.theory.depth > 1 and found.sharpness is not None:
        sections.append(
            (
                "stage_like",
                "Stage-like with a hidden layer, gradual without",
                _sudden(study, found.sharpness),
                _draw_sharpness,
            )
        )
    if found.typicality is not None:
        sections.append(("typicality", "Typical members of each category", _typical(found.typicality), _draw_typical))
    if found.projection is not None and np.isfinite(found.projection.width).any():
        title = f"How a new property of “{shown(next(iter(found.projection.taught)))}” generalizes"
        sections.append(("projection", title, _generalized(found.projection), _draw_projection))
    if found.equally is not None:
        title = "What frequency does: items that are met often, and items that are not"
        sections.append(("frequency", title, _met(found), _draw_frequency))
    if found.people is not None:
        sections.append(("people", "Compared with people", beside_people(found.people), _draw_people))
    return sections


def _draw_tree(study: Study) -> drawn:
    leaves, record = min(len(study.environment.items), 30), study.phenomena.differentiation
    assert record is not None
    reached = bool(np.isfinite(record.half_time[:, record.differs]).all())

    def draw(ax: Axes) -> None:
        plot.differentiation(record, ax=ax)
        if study.first_time is not None:
            last = record.times[-1] if not reached else min(record.times[-1], 1.1 * np.nanmax(record.half_time))
            logarithmic(ax, max(study.first_time, 0.8 * float(np.nanmin(record.onset))), float(last))

    return drawn(2.6 + 0.17 * leaves, draw)


def _draw_movie(study: Study) -> drawn:
    record = study.phenomena.embedding
    assert record is not None
    return drawn(7.6, lambda grid: plot.embedding(record, axes=grid.ravel()), rows=FRAMES // 2, columns=2)


def _draw_sharpness(study: Study) -> drawn:
    found = [one for one in (study.phenomena.sharpness, study.phenomena.measured_sharpness) if one is not None]
    return drawn(4.6, lambda ax: plot.sharpness(*found, ax=ax))


def _draw_typical(study: Study) -> drawn:
    record = study.phenomena.typicality
    assert record is not None
    return drawn(1.6 + 0.34 * min(len(record.prototypes), 12), lambda ax: plot.typicality(record, ax=ax))


def _draw_projection(study: Study) -> drawn:
    record = study.phenomena.projection
    assert record is not None
    return drawn(4.4, lambda ax: over_time(study, plot.projection(record, ax=ax)))


def _draw_frequency(study: Study) -> drawn:
    found, equally = study.phenomena.acquisition, study.phenomena.equally
    assert found is not None and equally is not None
    return drawn(4.6, lambda ax: plot.frequency_effect(found, equally, ax=ax))


def _met(found: Phenomena) -> str:
    """How frequency and time are related, as items are met and if all were met equally often."""
    assert found.acquisition is not None and found.equally is not None
    world = found.acquisition.environment
    weights = world.samples.weights
    times, equal = (np.median(one.items["quarter_error"], axis=0) for one in (found.acquisition, found.equally))
    order = ranked(weights, world.items)
    met = [
        f"“{shown(world.items[item])}”, met {word} often, is known {_known(times[item])} "
        f"(equally often: {_known(equal[item])})"
        for item, word in ((order[0], "most"), (order[-1], "least"))
    ]
    unknown = int(np.sum(np.isinf(times)))
    are = "is" if unknown == 1 else "are"
    later = f" By the end of the run {counted(unknown, 'item')} {are} not known, and not drawn." * bool(unknown)
    related = [rank_correlation(weights, each)[0] for each in (times, equal)]
    return (
        "Every dot is an item: how often it is met, and when its error has fallen to a quarter. Circles are the same "
        f"items if all were met equally often. {met[0]}; {met[1]}. The rank correlation of frequency and time is "
        f"{cents(related[0])}; it would be {cents(related[1])} if all were met equally often. Times of both kinds and "
        f"by other measures are in tables/items.csv.{later}"
    )


def _known(time: float) -> str:
    return f"at t = {number(time)}" if np.isfinite(time) else "after the end of this run"


def _draw_people(study: Study) -> drawn:
    record = study.phenomena.people
    assert record is not None
    shown = list(dict.fromkeys(one.measure for one in record.correlations if one.role == "prediction"))

    def draw(grid: np.ndarray) -> None:
        for ax, measure in zip(np.ravel(grid), shown, strict=False):
            plot.people(record, measure, ax=ax, legend=False)
        for ax in np.ravel(grid)[len(shown) :]:
            ax.set_axis_off()
        handles, labels = np.ravel(grid)[0].get_legend_handles_labels()
        if labels:
            columns = columns_that_fit(labels, WIDTH, 4)
            np.ravel(grid)[0].figure.legend(handles, labels, loc="outside lower center", ncols=columns, fontsize=8)

    return drawn(2.6 * -(-len(shown) // 2), draw, rows=-(-len(shown) // 2), columns=2)


def beside_people(record: PeopleComparison) -> str:
    """How predictions and baselines correlate with the ratings of people, and what may be compared."""
    kind, count = record.ratings.kind.replace("_", " "), len(record.ratings.items)
    read = " ".join(str(note) for note in record.notes)
    missed = len(record.ratings.unmatched)
    alone = f" Rated, but not in the table: {some(record.ratings.unmatched, 8)}." if missed else ""
    by_role: dict[str, list[str]] = {"prediction": [], "baseline": []}
    for one in record.correlations:
        if np.isfinite(one.spearman):
            where = f" in {one.group}" if one.group else ""
            words = (
                f"{one.measure.replace('_', ' ')}{where} {cents(one.spearman)} ({cents(one.low)} to {cents(one.high)})"
            )
            by_role[one.role].append(words)
    found = "; ".join(by_role["prediction"]) or "none could be computed"
    beside = "; ".join(by_role["baseline"])
    return (
        f"{read} {kind.capitalize()} of {count} {'pairs' if kind == 'similarity' else 'items'} is compared with the "
        f"theory by Spearman's rank correlation (95% of bootstrap resamples): {found}."
        + f" Baselines: {beside}." * bool(beside)
        + alone
        + f" {record.meaning}"
    )


def _differentiated(study: Study) -> str:
    theory, networks = study.phenomena.differentiation, study.phenomena.measured_differentiation
    assert theory is not None and networks is not None
    where = "what it answers" if theory.layer == "output" else "its hidden layer"
    text = (
        "Items are clustered hierarchically by the features that they share (“x, y + 3 (5)” is a group of five items, "
        "two of which are named). Each fork is at the time when the squared distance between the parts of a group, in "
        f"{where}, reaches half of its final value; its bar runs from a tenth to nine tenths of it. Hollow marks are "
        "groups whose parts are not drawn. "
    )
    if study.theory.depth == 1:
        return text + "Without a hidden layer all groups separate at the same time."
    share = theory.share_in_order
    if np.isnan(share):
        return text + _inseparable(theory)
    measured = networks.share_in_order
    order = (
        "Here every group separates later than the group it is part of: learning goes from coarse to fine"
        if share == 1
        else f"Here {percent(share)} of the groups separate later than the group they are part of"
    )
    if np.isfinite(measured):
        order += f"; in the trained networks {'all' if measured == 1 else percent(measured)} do"
    if share < 1:
        order += "; the others, marked by a triangle with their time, stand at the fork of their group"
    return text + order + ". " + _inseparable(theory)


def _inseparable(record: Differentiation) -> str:
    same = int(np.sum(~record.differs))
    if not same:
        return ""
    return f"{same} group{'s' * (same > 1)} of items with the same features never separate{'s' * (same == 1)}."


def _items_moved(study: Study) -> str:
    record = study.phenomena.embedding
    assert record is not None
    share = float(record.share[0, -1])
    order = (
        "Without a hidden layer all groups separate at once."
        if study.theory.depth == 1
        else "At first all items are in one place, then the coarsest groups separate, then finer ones."
    )
    return (
        "Multidimensional scaling (MDS): each dot is an item, its line the path so far; items that the network "
        f"represents as similar are close together. {order} The two dimensions shown hold {percent(share)} of the "
        "variance at the end."
    )


def _sudden(study: Study, found: TransitionSharpness) -> str:
    deep, flat = (_median(ratio) for ratio in (found.ratio, found.shallow_ratio))
    text = (
        "Each dot is one distinction: how long its learning takes, from a tenth to nine tenths, against the time when "
        f"it is half learned. With {depth_name(study.theory.depth)} learning takes {short(deep, 2)} times as long as "
        "the wait before it (median): nothing for a long time, then a rapid transition. Later distinctions take longer "
        "in proportion. "
    )
    if np.isfinite(flat):
        text += f"Without a hidden layer every distinction takes {short(flat)} times as long as its wait: no stages."
    return text


def _median(values: np.ndarray) -> float:
    """The median of what is known; NaN where nothing is."""
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else float("nan")


def _typical(record: Typicality) -> str:
    clear = [one for one in record.prototypes if not one.caveat] or list(record.prototypes)
    largest = max(clear, key=lambda one: one.members.size)
    ranked = record.ranking(largest.category)
    text = (
        "The farther to the right, the more an item has of what distinguishes its category from all others; larger "
        "dots are several items with the same features. "
    )
    if len(ranked) > 1:
        text += (
            f"Of “{shown(largest.category)}” the most typical: {some(ranked[0][1])}; the least: "
            + ", then ".join(some(names) for _, names in ranked[:0:-1][:2])
            + ". "
        )
    weak = [one for one in record.prototypes if one.caveat]
    if weak:
        said = "; ".join(f"“{shown(one.category)}” ({one.caveat})" for one in weak[:MOST_WEAK])
        more = f" and {len(weak) - MOST_WEAK} more" if len(weak) > MOST_WEAK else ""
        text += f"The order says little for {said}{more}, marked by a star. "
    return text + "The mean of each feature was subtracted first."


def _generalized(record: Projection) -> str:
    item = next(iter(record.taught))
    called = shown(item)
    index, kinds = record.environment.items.index(item), record.environment.category
    others = np.arange(len(record.names)) != index
    if np.abs(record.values[:, others]).max() < 1e-9:
        return (
            f"Taught that “{called}” has a new property, this network generalizes it to no other item: none shares its "
            "input."
        )
    near = others if kinds is None or len(set(kinds)) == 1 else others & (np.array(kinds) == kinds[index])
    mean = record.values[:, others].mean(axis=1)
    top = int(largest(mean))
    text = (
        f"If the network were taught at some time that “{called}” has a new property, how strongly would it attribute "
        f"it to other items (1: as strongly as to “{called}”; below 0: it denies it)? "
    )
    if mean[top] > 1 + EQUAL:
        text += (
            f"Early in learning “{called}” itself is represented weakly, so that a property strong enough to be right "
            "for it is attributed to others even more strongly. "
        )
    if kinds is not None and near.any() and not np.array_equal(near, others):
        far = others & ~near
        text += (
            f"It generalizes most at t = {short(record.times[top])}: on average "
            f"{cents(record.values[top, near].mean())} to the other items of the category “{shown(kinds[index])}” and "
            f"{cents(record.values[top, far].mean())} to all others; at the end "
            f"{cents(record.values[-1, near].mean())} and {cents(record.values[-1, far].mean())}. "
        )
    else:
        text += (
            f"It generalizes most at t = {short(record.times[top])}: on average {cents(mean[top])} to the other items; "
            f"at the end {cents(mean[-1])}. "
        )
    return text + (
        "A new property generalizes to items with similar hidden representations: early in learning to almost all, "
        "later to fewer. The dotted line is the effective number of items that it generalizes to."
    )
