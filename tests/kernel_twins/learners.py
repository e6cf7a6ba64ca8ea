"""Twins of what learners know on the way."""

import functools

import numpy as np
import pandas as pd

import ontogeny as on
from kernel_twins.matrices import random_table
from kernel_twins.registry import log, twin
from ontogeny.workflows.arguments import default_until


def learned(draw):
    """A random world without ties, as the page has it and as a trajectory; the same worlds for all functions."""
    return _learned(int(draw.integers(2**31)))


@functools.cache
def _learned(seed):
    draw = np.random.default_rng(seed)
    table = random_table(draw, ties=False)
    depth, u0 = int(draw.choice([1, 2, 3, 5])), log(draw, 1e-4, 1e-2)
    world = on.Environment.from_dataframe(pd.DataFrame(
        table, [f"i{n}" for n in range(len(table))], [f"f{n}" for n in range(table.shape[1])]
    ))  # fmt: skip
    record = on.predict(world, depth=depth, initial_strength=u0, times=np.linspace(0, log(draw, 0.5, 20), 15))
    given = [table.tolist(), list(world.features), depth, u0, record.time.tolist(), list(world.items)]
    return given, record


SETTING = """const m = ontogeny.spectrum.spectrumOf(a[0], a[1]);
 const u = ontogeny.semantics.strengths(m.singularValues, a[4], a[3], {depth: a[2]});"""


def seen(expression):
    return f"(() => {{ {SETTING} return {expression}; }})()"


@twin("semantics.strengths", seen("u.map((one) => [...one])"))
def _strengths(draw):
    given, record = learned(draw)
    return given, record.dataset["mode_strength"].values.T


@twin("semantics.defaultUntil", seen("ontogeny.semantics.defaultUntil(m.singularValues, a[3], {depth: a[2]})"))
def _until(draw):
    given, record = learned(draw)
    world = record.environment
    return given, default_until(world, np.full(world.spectrum().singular_values.size, given[3]), given[2])


@twin("semantics.answers", seen("ontogeny.semantics.answers(m, u.map((one) => one[5])).map((row) => [...row])"))
def _answers(draw):
    given, record = learned(draw)
    return given, record.answers(slice(None), np.array([5]))[0, 0]


@twin("semantics.answerCourse", seen("[...ontogeny.semantics.answerCourse(m, u, 0, 1)]"))
def _answer_course(draw):
    given, record = learned(draw)
    return given, record.answers(slice(None), np.arange(15))[0, :, 0, 1]


@twin("semantics.illusions", seen(
    "ontogeny.semantics.illusions(m, u, a[4], ontogeny.linearAlgebra.transpose(a[0]))"
    ".sort((x, y) => x.feature - y.feature || x.item - y.item)"
    ".flatMap((x) => [x.feature, x.item, x.final, x.peak, x.peakTime, x.excess])"))  # fmt: skip
def _illusions(draw):
    given, record = learned(draw)
    found = on.semantics.illusory_correlations(record)
    rows = [
        [m, i, found.final[m, i], found.peak[m, i], found.peak_time[m, i], found.excess[m, i]]
        for m, i in zip(*np.nonzero(~np.isnan(found.peak_time)), strict=True)
    ]
    return given, np.array(rows).ravel()


@twin("semantics.projection", seen(
    "[4, 9].map((t) => [ontogeny.semantics.projection(m.inputModes, u.map((one) => one[t]), a[2], 0),"
    "ontogeny.semantics.projection(m.outputModes, u.map((one) => one[t]), a[2], 0)].flat())"
))  # fmt: skip
def _projection(draw):
    given, record = learned(draw)
    while record.depth == 1:
        given, record = learned(draw)
    projected = (on.semantics.project_property(record, "i0"), on.semantics.project_item(record, "f0"))
    return given, np.array([np.concatenate([one.values[t] for one in projected]) for t in (4, 9)])


@twin(
    "semantics.embedding",
    seen("ontogeny.semantics.embedding(m.inputModes, u, a[4].map((_, t) => t), a[2], a[5]).flat(2)"),
)
def _embedding(draw):
    given, record = learned(draw)
    while record.depth == 1 or record.dataset.sizes["mode"] < 2:
        given, record = learned(draw)
    return given, on.semantics.embedding(record, times=record.time).coordinates[0].ravel()
