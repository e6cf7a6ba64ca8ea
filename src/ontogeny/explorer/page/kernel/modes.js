"use strict";
/** One mode at any depth, as in `modes/`: its course, its velocity, its clock. */
ontogeny.modes = (() => {
  const { product, relaxationIntegral, log1pRatio, logisticGrowth } = ontogeny.stable;
  const { meanPower, wrightOmega } = ontogeny.special;
  const { curveOf, begun, logitChange } = ontogeny.universalCurve;

  /** The course of one mode as a function of time: what does not hang on time is computed once. */
  function course(singularValue, initialStrength, { depth = 2, inputVariance = 1, tau = 1 } = {}) {
    const s = singularValue, u0 = initialStrength, d = inputVariance;
    if (depth === 1) return (t) => s * relaxationIntegral(d, t / tau) + u0 * Math.exp(-d * t / tau);
    if (depth === 2) return (t) => logisticGrowth(2 * t / tau, s, u0, d);
    if (!(u0 > 0)) return () => u0;
    const a = 2 / depth - 1, pace = depth / tau;
    if (d * u0 < s) return fromBelow(s, u0, d, a, pace);
    return s > 0 ? fromAbove(s, u0, d, a, pace) : (t) => u0 * Math.exp(-log1pRatio(1 - a, d * u0 ** (1 - a) * pace * t));
  }

  function fromBelow(s, u0, d, a, pace) {
    const curve = curveOf(a), share = d * u0 / s, start = begun(curve, share), rate = s * u0 ** -a * pace;
    return (t) => u0 / (share + (1 - share) * Math.exp(-logitChange(curve, rate * t, start)));
  }

  function fromAbove(s, u0, d, a, pace) {
    const curve = curveOf(1 - a), share = s / (d * u0), start = begun(curve, share), rate = d * u0 ** (1 - a) * pace;
    return (t) => u0 * (share + (1 - share) * Math.exp(-logitChange(curve, rate * t, start)));
  }

  /** Strength of a mode after some time. */
  const modeStrength = (time, singularValue, initialStrength, settings) =>
    course(singularValue, initialStrength, settings)(time);

  /** Rate of change of a mode's strength. */
  function modeVelocity(strength, singularValue, { depth = 2, inputVariance = 1, tau = 1 } = {}) {
    const pull = singularValue - inputVariance * strength;
    return depth === 1 ? pull / tau : depth * strength ** (2 - 2 / depth) * pull / tau;
  }

  /** ln(1 + r z)/r for z = change/(start gap): 0 where nothing changes, Infinity where it is never reached. */
  function timeAlong(rate, change, start, gap) {
    if (change === 0) return 0;
    const z = change / (start * gap);
    return start !== 0 && gap !== 0 && 1 + rate * z > 0 ? log1pRatio(rate, z) : Infinity;
  }

  /** Time at which a mode has some strength; Infinity if it never has. */
  function timeToStrength(strength, singularValue, initialStrength, { depth = 2, inputVariance = 1, tau = 1 } = {}) {
    const u = strength, s = singularValue, u0 = initialStrength, d = inputVariance;
    const gap = u === 0 && depth !== 1 ? 0 : s - d * u;
    if (depth === 1) return tau * timeAlong(d, u - u0, 1, gap);
    if (depth === 2) return tau / 2 * timeAlong(s, u - u0, u0, gap);
    if (!(u0 > 0)) return u === u0 ? 0 : Infinity;
    const a = 2 / depth - 1, below = d * u0 <= s;
    const rate = below ? s : d * u0, share = below ? d * u0 / s : s / (d * u0);
    const reach = below ? timeAlong(rate, u - u0, u0, gap) : timeAlong(rate, (u0 - u) / u0, 1, -gap);
    if (!(reach < Infinity)) return Infinity;
    return tau / depth * product(u0 ** a * meanPower(rate * reach, share, below ? a : 1 - a), reach);
  }

  /** Strength in an infinitely deep network after some scaled time, depth times time over tau; from below. */
  function infiniteDepth(scaledTime, singularValue, initialStrength) {
    const s = singularValue, y0 = (s - initialStrength) / initialStrength;
    return s / (1 + wrightOmega(y0 + Math.log(y0) - s * s * scaledTime));
  }

  /** Time scale on which a mode rises after its plateau. */
  const naturalTime = (s, { depth = 2, inputVariance = 1, tau = 1 } = {}) =>
    tau / (inputVariance * (s / inputVariance) ** (2 - 2 / depth));

  return { course, modeStrength, modeVelocity, timeToStrength, infiniteDepth, naturalTime };
})();
