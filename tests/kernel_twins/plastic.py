"""Twins of plasticity and of signals."""

import numpy as np
from scipy.integrate import solve_ivp

from kernel_twins.registry import log, twin
from ontogeny import plasticity, propagation
from ontogeny.plasticity.dose import residual_dose
from ontogeny.plasticity.perception import _task


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
