"""Twins of the courses of modes and of errors."""

import numpy as np

from kernel_twins.registry import log, twin
from ontogeny import modes
from ontogeny._core import growth_table
from ontogeny.generalization import bayes_error, optimal_stopping, test_error, train_error


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
