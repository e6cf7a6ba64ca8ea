"""The sections of a report on development: groups that come apart, stages, typical items, inductive projection.

Each is a key, a title, a sentence in plain words, and what draws it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import plot
from .._core.digits import cents, short
from .._core.ties import largest
from ..plot.style import depth_name
from ..semantics.projections import Projection
from ..semantics.splits import Differentiation
from ..semantics.typical_items import Typicality
from .drawing import Section, drawn
from .phrasing import percent, some
from .studies import Study

FRAMES = 6


def development(study: Study) -> list[Section]:
    """The sections that this study has something to show in."""
    found = study.phenomena
    sections: list[Section] = []
    if found.differentiation is not None:
        sections.append(("differentiation", "Which groups come apart when", _apart(study), _draw_tree))
    if found.embedding is not None:
        sections.append(("movie", "How items drift apart", _drift(study), _draw_movie))
    if study.theory.depth > 1:
        sections.append(("stage_like", "Sudden with a hidden layer, gradual without", _sudden(study), _draw_sharpness))
    if found.typicality is not None:
        sections.append(("typicality", "Typical members of each category", _typical(found.typicality), _draw_typical))
    if found.projection is not None and np.isfinite(found.projection.width).any():
        title = f"To what a new property of “{next(iter(found.projection.taught))}” is extended"
        sections.append(("projection", title, _extended(found.projection), _draw_projection))
    return sections


def _draw_tree(study: Study) -> Any:
    leaves, record = min(len(study.environment.items), 30), study.phenomena.differentiation
    assert record is not None
    return drawn(6.6, 2.2 + 0.17 * leaves, lambda ax: plot.differentiation(record, ax=ax))


def _draw_movie(study: Study) -> Any:
    record = study.phenomena.embedding
    assert record is not None
    return drawn(7.6, 5.4, lambda grid: plot.embedding(record, axes=grid.ravel()), rows=2, columns=FRAMES // 2)


def _draw_sharpness(study: Study) -> Any:
    found = study.phenomena
    return drawn(6.6, 4.6, lambda ax: plot.sharpness(found.sharpness, found.measured_sharpness, ax=ax))


def _draw_typical(study: Study) -> Any:
    record = study.phenomena.typicality
    assert record is not None
    return drawn(6.6, 1.6 + 0.34 * min(len(record.prototypes), 12), lambda ax: plot.typicality(record, ax=ax))


def _draw_projection(study: Study) -> Any:
    record = study.phenomena.projection
    assert record is not None
    return drawn(6.6, 4.4, lambda ax: plot.projection(record, ax=ax))


def _apart(study: Study) -> str:
    theory, networks = study.phenomena.differentiation, study.phenomena.measured_differentiation
    assert theory is not None and networks is not None
    where = "what it answers" if theory.layer == "output" else "its hidden layer"
    text = (
        "Groups of items that have much in common, found by how many features they share (“x, y + 3 (5)” are five "
        "items, "
        "of which two are named). A fork stands when the squared distance between the parts of a group, in "
        f"{where}, is half of what it will be; its bar runs from a tenth to nine tenths. Colors tell how many "
        "groups an item is inside of; hollow dots are groups whose parts are not drawn. "
    )
    if study.theory.depth == 1:
        return text + "Without a hidden layer all groups come apart at the same time."
    share = theory.share_in_order
    if np.isnan(share):
        return text + _same(theory)
    measured = networks.share_in_order
    order = (
        "Here every group comes apart later than the one it is part of: learning goes from coarse to fine"
        if share == 1
        else f"Here {percent(share)} of the groups come apart later than the one they are part of"
    )
    if np.isfinite(measured):
        order += f"; in the trained networks {'all' if measured == 1 else percent(measured)} do"
    if share < 1:
        order += "; the others stand to the left of the fork above them"
    return text + order + ". " + _same(theory)


def _same(record: Differentiation) -> str:
    same = int(np.sum(~record.differs))
    if not same:
        return ""
    return f"{same} group{'s' * (same > 1)} of items with the same features never come{'s' * (same == 1)} apart."


def _drift(study: Study) -> str:
    record = study.phenomena.embedding
    assert record is not None
    share = float(record.share[0, -1])
    text = (
        "Every dot is an item, its line the way it has come; items that the network represents alike lie close "
        "together. At first it knows them as one heap, then the coarsest groups part, then finer ones. The two "
        f"directions drawn hold {percent(share)} of the differences at the end"
    )
    if study.theory.depth == 1:
        text = text.replace(" At first it knows them as one heap, then the coarsest groups part, then finer ones.", "")
        text += "; without a hidden layer all part at once"
    return text + "."


def _sudden(study: Study) -> str:
    found = study.phenomena
    deep, flat = np.nanmedian(found.sharpness.ratio), float(np.nanmedian(found.sharpness.shallow_ratio))
    text = (
        "Each dot is one distinction: how long it takes to be learned, from a tenth to nine tenths, against when it is "
        f"half learned. With {depth_name(study.theory.depth)} that takes {short(deep, 2)} times as long as the wait "
        "before it (the middle one): nothing for long, then all at once, and later distinctions take longer in "
        "proportion. "
    )
    if np.isfinite(flat):
        text += f"Without a hidden layer every distinction takes {short(flat)} times as long as the wait: no stages."
    return text


def _typical(record: Typicality) -> str:
    clear = [one for one in record.prototypes if not one.note] or list(record.prototypes)
    largest = max(clear, key=lambda one: one.members.size)
    ranked = record.ranking(largest.category)
    text = (
        "The farther to the right, the more an item has of what sets its category apart from all others; dots that are "
        "larger are several items with the same features. "
    )
    if len(ranked) > 1:
        text += (
            f"Of “{largest.category}” the most typical: {some(ranked[0][1])}; the least: "
            + ", then ".join(some(names) for _, names in ranked[:0:-1][:2])
            + ". "
        )
    blurred = [one.category for one in record.prototypes if one.note]
    if blurred:
        text += (
            f"Not to be read too closely, and marked by a star: {some(tuple(blurred))}, which no single distinction "
            f"sets "
            "apart, or of which there is one item only. "
        )
    return text + "The mean of each feature was subtracted for this."


def _extended(record: Projection) -> str:
    item = next(iter(record.taught))
    index, kinds = record.environment.items.index(item), record.environment.category
    others = np.arange(len(record.names)) != index
    if np.abs(record.values[:, others]).max() < 1e-9:
        return (
            f"Told that “{item}” has a new property, this network believes it of no other item: none shares its input."
        )
    near = others if kinds is None or len(set(kinds)) == 1 else others & (np.array(kinds) == kinds[index])
    mean = record.values[:, others].mean(axis=1)
    top = int(largest(mean))
    text = (
        f"Told at some moment that “{item}” has a new property, how much would the network say it of others (1: as "
        f"much as "
        f"of “{item}”; below 0: denied)? "
    )
    if kinds is not None and near.any() and not np.array_equal(near, others):
        far = others & ~near
        text += (
            f"At t = {short(record.times[top])}, when it is extended most, {cents(record.values[top, near].mean())} of "
            f"it on average to the other items of the category “{kinds[index]}” and "
            f"{cents(record.values[top, far].mean())} to all others; at the end "
            f"{cents(record.values[-1, near].mean())} and {cents(record.values[-1, far].mean())}. "
        )
    else:
        text += (
            f"At t = {short(record.times[top])}, when it is extended most, {cents(mean[top])} of it on average to the "
            f"others; at "
            f"the end {cents(mean[-1])}. "
        )
    return text + (
        "What is new is believed of what is alike inside: early of almost everything, later of less. The dotted line "
        "tells "
        "to how many items it is extended, as if to all of them equally."
    )
