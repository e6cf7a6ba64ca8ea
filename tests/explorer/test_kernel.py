"""Two implementations of a formula agree: every function of the page's kernel beside its Python twin, in Chromium.

Each is evaluated at 200 random points of a fixed seed, at 60 of them under CI=true.
"""

import functools
import os
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.special
from scipy.integrate import solve_ivp

import ontogeny as on
from browser import browser
from ontogeny import environments, modes, plasticity, propagation
from ontogeny._core import growth_table, special, stable, ties
from ontogeny.environments.spectrum import _tied_groups, mode_name, spectrum_of
from ontogeny.explorer import page_files
from ontogeny.generalization import bayes_error, optimal_stopping, test_error, train_error
from ontogeny.plasticity.dose import residual_dose
from ontogeny.plasticity.perception import _task
from ontogeny.workflows.arguments import default_until

POINTS = 60 if os.environ.get("CI") else 200
TOLERANCE = 1e-10  # of the issue, relative to the size of the answer or 1; most functions agree to 1e-13
KERNEL = Path(page_files.__file__).parent / "page" / "kernel"
TWINS = {}


def twin(name, call):
    """Register a Python twin: `call` is the JavaScript that takes the arguments `a`; the function draws them."""

    def remember(function):
        TWINS[name] = (call, function)
        return function

    return remember


def log(draw, low, high):
    """A number of which the logarithm is uniform."""
    return float(np.exp(draw.uniform(np.log(low), np.log(high))))


@pytest.fixture(scope="module")
def page(chromium):
    with browser(chromium) as context:
        page = context.new_page()
        for name in page_files.KERNEL:
            page.add_script_tag(path=KERNEL / f"{name}.js")
        yield page


def as_numbers(value):
    """Nested lists of numbers as one flat array; names as they are."""
    return np.asarray(value, dtype=float) if not isinstance(value, str) else value


# One number after the other -------------------------------------------------------------------------------------------


@twin("stable.product", "ontogeny.stable.product(...a)")
def _product(draw):
    x, y = (float(draw.choice([0.0, log(draw, 1e-5, 1e5), -2.5])) for _ in range(2))
    return [x, y], stable.product(np, np.array(x), np.array(y))


@twin("stable.relaxationIntegral", "ontogeny.stable.relaxationIntegral(...a)")
def _relaxation(draw):
    rate, time = draw.choice([-1, 1]) * log(draw, 1e-8, 10), log(draw, 1e-3, 20)
    return [rate, time], stable.relaxation_integral(rate, time)


@twin("stable.log1pRatio", "ontogeny.stable.log1pRatio(...a)")
def _log1p(draw):
    rate, growth = log(draw, 1e-8, 10), log(draw, 1e-3, 20)
    return [rate, growth], stable.log1p_ratio(rate, growth)


@twin("stable.logisticGrowth", "ontogeny.stable.logisticGrowth(...a)")
def _logistic(draw):
    given = [log(draw, 1e-2, 1e3), float(draw.normal()), log(draw, 1e-6, 5), log(draw, 0.1, 5)]
    return given, stable.logistic_growth(*given)


@twin("special.digamma", "ontogeny.special.digamma(...a)")
def _digamma(draw):
    x = log(draw, 1e-2, 50)
    return [x], scipy.special.digamma(x)


@twin("special.betaIntegral", "ontogeny.special.betaIntegral(...a)")
def _beta(draw):
    x, power = draw.uniform(0, 0.999), draw.uniform(0.1, 4)
    return [x, power], special.beta_integral(x, power)


@twin("special.meanPower", "ontogeny.special.meanPower(...a)")
def _mean_power(draw):
    given = [float(draw.normal() * 8), draw.uniform(1e-3, 1), draw.uniform(-1, 1)]
    return given, special.mean_power(*given)


@twin("special.wrightOmega", "ontogeny.special.wrightOmega(...a)")
def _omega(draw):
    z = float(draw.normal() * 100)
    return [z], scipy.special.wrightomega(z)


@twin("special.scaledBessel", "ontogeny.special.scaledBessel(...a)")
def _bessel(draw):
    x, order = log(draw, 1e-6, 1e6), int(draw.integers(2))
    return [x, order], special.scaled_bessel(x, order)


@twin("special.scaledBesselRatio", "ontogeny.special.scaledBesselRatio(...a)")
def _bessel_ratio(draw):
    x = log(draw, 1e-6, 1e6)
    return [x], special.scaled_bessel_ratio(x)


@twin("special.errorComplement", "ontogeny.special.errorComplement(...a)")
def _erfc(draw):
    x = float(draw.normal() * 3)
    return [x], scipy.special.erfc(x)


@twin("special.normalCdf", "ontogeny.special.normalCdf(...a)")
def _normal(draw):
    x = float(draw.normal() * 3)
    return [x], special.normal_cdf(x)


# Modes ----------------------------------------------------------------------------------------------------------------


def mode(draw, above=0.2):
    """Depth, singular value, input variance and start of a mode; some begin above their end."""
    depth = float(draw.choice([1, 2, 3, 4, 8, 20, draw.uniform(1.1, 12)]))
    s, d = log(draw, 1e-2, 1e2), log(draw, 0.1, 10)
    share = draw.uniform(1, 5) if draw.random() < above else log(draw, 1e-8, 0.9)
    return depth, s, d, s / d * share


@twin("universalCurve.curveOf", "ontogeny.universalCurve.curveOf(a[0]).joint")
def _joint(draw):
    power = float(draw.choice([-1.0, -0.5, -1 / 3, 2 / 3, 1.5]))
    return [power], growth_table.universal_curve(power).joint


@twin("universalCurve.begun", "(({phase, lag, pace, unit, shift}) => [phase, lag, pace, unit, shift])"
      "(ontogeny.universalCurve.begun(ontogeny.universalCurve.curveOf(a[0]), a[1]))")  # fmt: skip
def _begun(draw):
    power, share = float(draw.choice([-1 / 3, -0.6, 4 / 3])), log(draw, 1e-4, 0.99)
    return [power, share], list(growth_table.begun(np, growth_table.universal_curve(power), np.array(share)))


@twin("universalCurve.logitChange", "ontogeny.universalCurve.logitChange(ontogeny.universalCurve.curveOf(a[0]), a[1],"
      "ontogeny.universalCurve.begun(ontogeny.universalCurve.curveOf(a[0]), a[2]))")  # fmt: skip
def _logit_change(draw):
    power, share = float(draw.choice([-1 / 3, -0.6, 4 / 3])), log(draw, 1e-4, 0.99)
    elapsed = log(draw, 1e-3, 1e2)
    curve = growth_table.universal_curve(power)
    start = growth_table.begun(np, curve, np.array(share))
    with np.errstate(invalid="ignore"):  # late, the early law has no value
        return [power, elapsed, share], max(growth_table.logit_change(np, curve, elapsed * start.pace, start), 0)


MODE = "{depth: a[0], inputVariance: a[2], tau: a[5]}"


@twin("modes.modeStrength", f"ontogeny.modes.modeStrength(a[4], a[1], a[3], {MODE})")
def _strength(draw):
    depth, s, d, u0 = mode(draw)
    time, tau = log(draw, 1e-2, 1e3), log(draw, 0.2, 5)
    found = modes.deep.mode_strength(time, s, u0, depth=depth, input_variance=d, tau=tau)
    return [depth, s, d, u0, time, tau], found


@twin("modes.course", f"[0, 1, 2].map((k) => ontogeny.modes.course(a[1], a[3], {MODE})(k * a[4]))")
def _course(draw):
    given, _ = _strength(draw)
    depth, s, d, u0, time, tau = given
    times = np.arange(3) * time
    return given, modes.deep.mode_strength(times, s, u0, depth=depth, input_variance=d, tau=tau)


@twin("modes.modeVelocity", f"ontogeny.modes.modeVelocity(a[3], a[1], {MODE})")
def _velocity(draw):
    given, _ = _strength(draw)
    depth, s, d, u, _, tau = given
    return given, modes.deep.mode_velocity(u, s, depth=depth, input_variance=d, tau=tau)


@twin("modes.timeToStrength", f"Math.min(1e300, ontogeny.modes.timeToStrength(a[4], a[1], a[3], {MODE}))")
def _time(draw):
    depth, s, d, u0 = mode(draw)
    u, tau = u0 + (s / d - u0) * draw.uniform(-0.1, 1.1), log(draw, 0.2, 5)
    u = max(u, 0.0)
    found = modes.deep.time_to_strength(u, s, u0, depth=depth, input_variance=d, tau=tau)
    return [depth, s, d, u0, u, tau], min(found, 1e300)


@twin("modes.infiniteDepth", "ontogeny.modes.infiniteDepth(...a)")
def _infinite(draw):
    s = log(draw, 0.1, 10)
    given = [log(draw, 1e-2, 1e4), s, s * log(draw, 1e-3, 0.9)]
    return given, modes.infinite.mode_strength(*given)


@twin("modes.naturalTime", f"ontogeny.modes.naturalTime(a[1], {MODE})")
def _natural(draw):
    given, _ = _strength(draw)
    depth, s, d, _, _, tau = given
    return given, tau / (d * (s / d) ** (2 - 2 / depth))


# Matrices -------------------------------------------------------------------------------------------------------------


def matrix(draw, most=9):
    return draw.standard_normal((int(draw.integers(2, most)), int(draw.integers(2, most))))


def columns(found):
    """Vectors as columns, with the sign of the largest entry."""
    found = np.asarray(found)
    return found * np.sign(np.take_along_axis(found, np.abs(found).argmax(axis=0)[None], axis=0))


SIGNED = """(m) => [...m[0]].map((_, k) => { const c = m.map((row) => row[k]);
 const far = c.reduce((top, x) => Math.abs(x) > Math.abs(top) + 1e-12 ? x : top, 0);
 return c.map((x) => x * Math.sign(far)) })"""


@twin("linearAlgebra.zeros", "ontogeny.linearAlgebra.zeros(...a).map((row) => [...row])")
def _zeros(draw):
    shape = [int(draw.integers(1, 5)), int(draw.integers(1, 5))]
    return shape, np.zeros(shape)


@twin("linearAlgebra.transpose", "ontogeny.linearAlgebra.transpose(a[0]).map((row) => [...row])")
def _transpose(draw):
    a = matrix(draw)
    return [a.tolist()], a.T


@twin("linearAlgebra.multiply", "ontogeny.linearAlgebra.multiply(...a).map((row) => [...row])")
def _multiply(draw):
    a = matrix(draw)
    b = draw.standard_normal((a.shape[1], 3))
    return [a.tolist(), b.tolist()], a @ b


@twin("linearAlgebra.dot", "ontogeny.linearAlgebra.dot(...a)")
def _dot(draw):
    a, b = draw.standard_normal((2, 5))
    return [a.tolist(), b.tolist()], a @ b


@twin(
    "linearAlgebra.svd",
    f"(({{s, u, v}}) => [s, ({SIGNED})(u), ({SIGNED})(v)].flat(2))(ontogeny.linearAlgebra.svd(a[0]))",
)
def _svd(draw):
    a = matrix(draw)
    u, s, v = np.linalg.svd(a, full_matrices=False)
    return [a.tolist()], np.concatenate([s, columns(u).T.ravel(), columns(v.T).T.ravel()])


@twin(
    "linearAlgebra.eigh",
    f"(({{values, vectors}}) => [values, ({SIGNED})(vectors)].flat(2))(ontogeny.linearAlgebra.eigh(a[0]))",
)
def _eigh(draw):
    a = matrix(draw, 12)
    a = a @ a.T if a.shape[0] <= a.shape[1] else a.T @ a
    values, vectors = np.linalg.eigh(a)
    return [a.tolist()], np.concatenate([values[::-1], columns(vectors[:, ::-1]).T.ravel()])


def random_table(draw, ties=True):
    """A table of 0 and 1, in which ties are common, or of numbers."""
    shape = (int(draw.integers(2, 7)), int(draw.integers(1, 7)))
    values = draw.integers(0, 2, shape).astype(float) if ties and draw.random() < 0.5 else draw.standard_normal(shape)
    values[0, 0] = 1.0
    return values


def names_of(draw, count):
    return [f"{draw.choice(list('abcdé'))} {n}" for n in draw.permutation(count)]


@twin("spectrum.spectrumOf", "((m) => [m.singularValues, ...m.inputModes.map((x) => [...x]),"
      "...m.outputModes.map((x) => [...x]),"
      "m.groups].flat())(ontogeny.spectrum.spectrumOf(...a))")  # fmt: skip
def _spectrum(draw):
    table = random_table(draw)
    features = names_of(draw, table.shape[1])
    found = spectrum_of(table.T, 1.0, features)
    parts = (found.singular_values, found.input_modes.T.ravel(), found.output_modes.T.ravel(), found.groups)
    return [table.tolist(), features], np.concatenate(parts)


@twin("spectrum.modeName", "ontogeny.spectrum.modeName(...a)")
def _mode_name(draw):
    loadings = draw.integers(-3, 4, 6) / 3
    loadings[0] = 1.0
    names = names_of(draw, 6)
    return [loadings.tolist(), names], mode_name(loadings, names)


@twin("spectrum.tiedGroups", "ontogeny.spectrum.tiedGroups(a[0])")
def _groups(draw):
    values = np.sort(draw.integers(1, 4, 6) + 1e-9 * draw.random(6))[::-1]
    return [values.tolist()], _tied_groups(values)


@twin("spectrum.turned", "ontogeny.spectrum.turned(a[0]).flat()")
def _turned(draw):
    points = draw.standard_normal((5, 2))
    return [points.tolist()], ties.turned(points).T.ravel()


@twin("spectrum.nameOrder", "ontogeny.spectrum.nameOrder(a[0])")
def _name_order(draw):
    names = ["".join(draw.choice(list("aAz\u00e9\U0001f600\uffee"), 3)) for _ in range(5)]
    return [names], np.argsort(np.asarray(names), kind="stable")


# Structured worlds ----------------------------------------------------------------------------------------------------


def graph_numbers(graph):
    """Items and the matrix of edges among all nodes, items first."""
    items = [name for name, latent in graph.nodes(data="latent") if not latent]
    nodes = [*items, *(name for name in graph if graph.nodes[name]["latent"])]
    return np.append(nx.to_numpy_array(graph, nodelist=nodes).ravel(), len(items))


ADJACENCY = """((g) => { const n = g.items.length + g.latent.length,
 m = Array.from({length: n}, () => Array(n).fill(0));
 for (const [i, j] of g.edges) m[i][j] = m[j][i] = 1; return [...m.flat(), g.items.length]; })"""


def _register_form(name, make, sizes):
    @twin(f"forms.{name}", f"{ADJACENCY}(ontogeny.forms.{name}(...a))")
    def _form(draw):
        given = sizes(draw)
        return given, graph_numbers(make(*given))


def _two(draw):
    return [int(n) for n in draw.integers(2, 6, 2)]


_register_form("ring", environments.ring, lambda draw: [int(draw.integers(3, 20))])
_register_form("chain", environments.chain, lambda draw: [int(draw.integers(2, 20))])
_register_form("grid", environments.grid, _two)
_register_form("clusters", environments.clusters, _two)
_register_form("tree", lambda levels, branches: environments.tree_graph([branches] * levels),
               lambda draw: [int(draw.integers(1, 4)), int(draw.integers(2, 4))])  # fmt: skip


@twin(
    "forms.fieldCovariance", "ontogeny.forms.fieldCovariance(ontogeny.forms.tree(a[0], a[1]), a[2]).map((r) => [...r])"
)
def _covariance(draw):
    levels, branches, sigma = int(draw.integers(1, 4)), int(draw.integers(2, 4)), log(draw, 0.3, 10)
    return [levels, branches, sigma], environments.field_covariance(
        environments.tree_graph([branches] * levels), sigma=sigma
    )


@twin(
    "forms.rootOf",
    "ontogeny.forms.rootOf(ontogeny.forms.fieldCovariance(ontogeny.forms.grid(a[0], a[1]), a[2])).map((r) => [...r])",
)
def _root(draw):
    a, b, sigma = *_two(draw), log(draw, 0.3, 10)
    values, axes = np.linalg.eigh(environments.field_covariance(environments.grid(a, b), sigma=sigma))
    return [a, b, sigma], axes * np.sqrt(values) @ axes.T


@twin("forms.staircase", "ontogeny.forms.staircase(...a)")
def _staircase(draw):
    n = int(draw.integers(2, 12))
    return [n], environments.ordering(n).targets


# What learners know on the way ----------------------------------------------------------------------------------------


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


# Generalization -------------------------------------------------------------------------------------------------------


def student(draw):
    load = float(draw.choice([1.0, 0.99, log(draw, 0.05, 20), log(draw, 0.05, 20)]))
    variances = {"signal_variance": log(draw, 0.1, 10), "noise_variance": log(draw, 0.01, 5)}
    variances["initial_variance"] = float(draw.choice([0.0, log(draw, 0.01, 2)]))
    return load, variances


VARIANCES = "{signalVariance: a[1], noiseVariance: a[2], initialVariance: a[3]}"


def _error(law):
    def drawn(draw):
        load, variances = student(draw)
        time = log(draw, 1e-3, 1e5)
        return [load, *variances.values(), time], law(time, load, **variances)

    return drawn


twin("generalization.testError", f"ontogeny.generalization.testError(a[4], a[0], {VARIANCES})")(_error(test_error))
twin("generalization.trainError", f"ontogeny.generalization.trainError(a[4], a[0], {VARIANCES})")(_error(train_error))


@twin("generalization.bayesError", f"ontogeny.generalization.bayesError(a[0], {VARIANCES})")
def _bayes(draw):
    load, variances = student(draw)
    least = {name: variances[name] for name in ("signal_variance", "noise_variance")}
    return [load, *variances.values()], bayes_error(load, **least)


@twin("generalization.optimalStopping", "(({time, error, finalError, bayesError}) => "
      f"[time, error, Math.min(finalError, 1e300), bayesError])("
      f"ontogeny.generalization.optimalStopping(a[0], {VARIANCES}))")  # fmt: skip
def _stopping(draw):
    load, variances = student(draw)
    found = optimal_stopping(load, **variances)
    return [load, *variances.values()], [found.time, found.error, min(found.final_error, 1e300), found.bayes_error]


# Plasticity -----------------------------------------------------------------------------------------------------------


@twin("ode.solve", "ontogeny.ode.solve(([x, v]) => [v, -a[0] * x - a[1] * x ** 3], [1, 0], [0, 1, 2.5]).flat()")
def _ode(draw):
    given = [draw.uniform(0, 2), draw.uniform(0, 2)]
    found = solve_ivp(
        lambda t, y: [y[1], -given[0] * y[0] - given[1] * y[0] ** 3], (0, 2.5), [1.0, 0.0], method="DOP853",
        t_eval=[0, 1], rtol=1e-13, atol=1e-14,
    )  # fmt: skip
    last = solve_ivp(
        lambda t, y: [y[1], -given[0] * y[0] - given[1] * y[0] ** 3], (1.0, 2.5), found.y[:, 1], method="DOP853",
        rtol=1e-13, atol=1e-14,
    )  # fmt: skip
    return given, [1.0, 0.0, *found.y[:, 1], *last.y[:, -1]]


def discrimination(draw):
    given = {
        "units": int(draw.choice([18, 36])), "tuning_width": draw.uniform(8, 25),
        "task_precision": draw.uniform(0.5, 8), "reference": 90.0, "input_noise": draw.uniform(0.05, 1),
        "gains": draw.uniform(0.3, 1.5, 2).tolist(),
        "readout": draw.uniform(0, 0.3), "decision_noise": draw.uniform(0.1, 1),
    }  # fmt: skip
    return given, np.array([0.0, 2.0, log(draw, 5, 100)])


TASK = """const t = a[0], given = {gains: t.gains, readout: t.readout, taskPrecision: t.task_precision,
 reference: t.reference,
 inputNoise: t.input_noise, decisionNoise: t.decision_noise, units: t.units, tuningWidth: t.tuning_width};"""


@twin("perception.responses", f"(() => {{ {TASK} return [...ontogeny.perception.responses(a[1][2], given)]; }})()")
def _responses(draw):
    given, times = discrimination(draw)
    task = _task(given["units"], given["tuning_width"], given["task_precision"], 90.0, 0.3, None)
    return [given, times.tolist()], task.responses(times[2])


@twin("perception.difference", f"(() => {{ {TASK} return [...ontogeny.perception.difference(a[1][2], 3, given)]; }})()")
def _difference(draw):
    given, times = discrimination(draw)
    task = _task(given["units"], given["tuning_width"], given["task_precision"], 90.0, 0.3, None)
    return [given, times.tolist()], task.difference(times[2], 3.0)


@twin("perception.perceptualLearning", f"(() => {{ {TASK} const f = "
      "ontogeny.perception.perceptualLearning(a[1], given);"
      "return [f.layerGains, f.slopeRatio, f.dPrime, f.output, f.percentCorrect].flat(2); })()")  # fmt: skip
def _perception(draw):
    given, times = discrimination(draw)
    found = plasticity.perceptual_learning(times, **given)
    parts = (found.layer_gains, found.slope_ratio, found.d_prime(), found.output, found.percent_correct())
    return [given, times.tolist()], np.concatenate([part.ravel() for part in parts])


@twin("perception.tuning", f"(() => {{ {TASK} const f = ontogeny.perception.perceptualLearning(a[1], given);"
      "return [0, 1].map((layer) => ontogeny.perception.tuning(f, 2, layer, 5, [0, 45, 92])).flat(); })()")  # fmt: skip
def _tuning(draw):
    given, times = discrimination(draw)
    found = plasticity.perceptual_learning(times, **given).tuning([0.0, 45.0, 92.0])
    return [given, times.tolist()], found.values[2, :, 5].ravel()


def experience(draw):
    depth, target = int(draw.integers(1, 5)), draw.uniform(0.5, 2)
    starts = (draw.uniform(0.05, 0.4, 2) * target ** (1 / depth)).tolist()
    deficit = str(draw.choice(["freeze", "silence"]))
    closed = [draw.uniform(0.2, 3), [1.0, draw.uniform(0, 0.5)]]
    return [depth, target, starts, deficit, [closed, [draw.uniform(0.2, 3), [1.0, 1.0]]]]


@twin("pathways.twoPathways", "(({strengths, dose}) => [10, 20, 40].map((t) => [...strengths[t], dose[t]]).flat())("
      "ontogeny.pathways.twoPathways(a[4].map(([duration, open]) => ({duration, open})),"
      "{depth: a[0], target: a[1], initialWeights: a[2], deficit: a[3], looks: 21}))")  # fmt: skip
def _pathways(draw):
    depth, target, starts, deficit, segments = given = experience(draw)
    found = plasticity.two_pathways(segments, target=target, depth=depth, initial_weights=starts, deficit=deficit)
    at = [50, 100, 200]
    return given, np.column_stack([found.strengths[at, :, 0], found.dose[at]]).ravel()


@twin("pathways.residualDose", "ontogeny.pathways.residualDose(...a)")
def _residual(draw):
    given = [draw.uniform(0.1, 2), int(draw.integers(1, 6))]
    return given, residual_dose(*given)


@twin("pathways.afterDose", "ontogeny.pathways.afterDose(a[0], {target: a[1], depth: a[2], initialWeights: a[3]})")
def _after(draw):
    given = [float(draw.normal()), draw.uniform(0.5, 2), int(draw.integers(1, 5)), draw.uniform(0.05, 0.5, 2).tolist()]
    return given, plasticity.after_dose(given[0], target=given[1], depth=given[2], initial_weights=given[3])


@twin(
    "pathways.window", "ontogeny.pathways.window(a[0], {length: a[1], depth: a[2], initialWeight: a[3], target: a[4]})"
)
def _window(draw):
    onsets, length = [draw.uniform(0, 4)], draw.uniform(0.5, 2)
    depth, start, target = int(draw.integers(2, 5)), draw.uniform(0.1, 0.4), draw.uniform(0.5, 2)
    shares = plasticity.window(onsets, length=length, depth=depth, initial_weight=start, target=target)
    return [onsets, length, depth, start, target], shares


# Signals --------------------------------------------------------------------------------------------------------------

UNITS = ("tanh", "erf", "relu")


@twin("propagation.varianceMap", "ontogeny.propagation.varianceMap(...a)")
def _variance(draw):
    given = [log(draw, 1e-3, 1e2), str(draw.choice(UNITS)), log(draw, 0.1, 5), draw.uniform(0, 1)]
    return given, propagation.variance_map(*given)


@twin(
    "propagation.meanField",
    "(({variance, chi}) => [Math.min(variance, 1e300), chi])(ontogeny.propagation.meanField(...a))",
)
def _mean_field(draw):
    units, bias = str(draw.choice(UNITS)), float(draw.choice([0.0, draw.uniform(0.01, 1)]))
    weight = draw.uniform(0.1, 1.9) if units == "relu" else draw.uniform(0.1, 4)
    if bias == 0 and abs(weight - propagation.critical_weight_variance(units)) < 0.05:
        weight = 0.5  # at the border itself the variance is a root of rounding
    found = propagation.mean_field(units, weight, bias)
    return [units, weight, bias], [min(found.variance_fixed_point, 1e300), found.chi_1]


@twin("propagation.criticalWeightVariance", "ontogeny.propagation.criticalWeightVariance(...a)")
def _critical(draw):
    units = str(draw.choice(["tanh", "erf"]))
    bias = float(draw.choice([0.0, log(draw, 1e-3, 1)]))
    return [units, bias], propagation.critical_weight_variance(units, bias_variance=bias)


# The test -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TWINS)
def test_the_page_computes_what_python_computes(page, name):
    call, draw_point = TWINS[name]
    points = [draw_point(np.random.default_rng([20140, number])) for number in range(POINTS)]
    found = page.evaluate(f"(points) => points.map((a) => {call})", [given for given, _ in points])
    for (given, expected), answer in zip(points, found, strict=True):
        if isinstance(expected, str):
            assert answer == expected, given
            continue
        expected = np.asarray(expected, dtype=float)
        answer = np.asarray(answer, dtype=float)
        assert answer.size == expected.size, (given, answer, expected)
        off = np.abs(answer.ravel() - expected.ravel()) / np.maximum(1.0, np.abs(expected).max(initial=0.0))
        assert off.max(initial=0.0) <= TOLERANCE, (given, answer, expected)


def test_every_function_of_the_kernel_has_a_twin(page):
    rooms = page.evaluate(
        "Object.entries(ontogeny).flatMap(([room, all]) => Object.keys(all).map((f) => `${room}.${f}`))"
    )
    assert sorted(rooms) == sorted(TWINS)


@pytest.mark.parametrize("name", on.datasets.names())
def test_worlds_are_unpacked_as_they_were_packed(page, name):
    world = on.datasets.load(name)
    found = page.evaluate(
        "(world) => { const { spectrum, items } = ontogeny.unpacked({ world }).world;"
        "return { items, s: spectrum.singularValues,"
        "input: spectrum.inputModes.map((x) => [...x]), output: spectrum.outputModes.map((x) => [...x]) }; }",
        page_files.world_data(world),
    )
    modes = world.spectrum()
    assert found["items"] == list(world.items)
    np.testing.assert_array_equal(found["s"], modes.singular_values)
    np.testing.assert_array_equal(np.transpose(found["output"]), modes.output_modes)
    np.testing.assert_allclose(np.transpose(found["input"]), modes.input_modes, atol=TOLERANCE)


def test_the_number_of_the_paper(page):
    """s = 3, u0 = .001, tau = 1: the page has the strength at t = 1 that Python has."""
    found = page.evaluate("ontogeny.modes.modeStrength(1, 3, 0.001)")
    assert found == pytest.approx(0.3557124789, abs=5e-11)
    assert found == pytest.approx(float(modes.balanced.mode_strength(1.0, 3.0, 1e-3)), rel=1e-13)
