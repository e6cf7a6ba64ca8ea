"use strict";
/** The one curve along which every mode of a depth is learned from below, tabulated, as in `_core/growth_table.py`. */
ontogeny.universalCurve = (() => {
  const { relaxationIntegral } = ontogeny.stable;
  const { betaIntegral } = ontogeny.special;
  const CELLS = 8, ENDS = [-54, 20], NODES = 10, VERY_DEEP = -0.7, LEARNED = 40;
  const EDGES = 2400;
  const angles = Array.from({ length: NODES }, (_, j) => Math.PI * (j + 0.5) / NODES);
  const nodes = angles.map((angle) => Math.cos(angle) / 2);
  const toChebyshev = angles.map((_, k) => angles.map((angle) => (k ? 2 : 1) / NODES * Math.cos(k * angle)));
  const known = new Map();

  const expit = (z) => 1 / (1 + Math.exp(-z));
  const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

  /** Lag of a logit behind its phase, and the slope of the phase by the logit, in closed form. */
  function lagAndSlope(logit, a) {
    const b = a + 1, x = expit(logit), logX = -softplus(-logit);
    const first = a < VERY_DEEP ? relaxationIntegral(b, logX) : 1 / b;
    const crowding = x * first + Math.exp(-a * logX) * betaIntegral(x, a + 2, expit(-logit));
    const risen = Math.exp(a * logX), clock = relaxationIntegral(-a, logX) + risen * crowding;
    if (clock < 0) return [softplus(logit) - Math.log1p(a * crowding) / a, 1 / (1 + a * crowding)];
    return [logit - clock, risen];
  }

  /** Lag at a phase, from a logit that is good to four digits: two steps of Newton, the second on the lag itself. */
  function lagAt(phase, a, logit) {
    let [lag, slope] = lagAndSlope(logit, a);
    logit -= (logit - lag - phase) / slope;
    [lag, slope] = lagAndSlope(logit, a);
    return lag + (logit - lag - phase) * (1 - 1 / slope);
  }

  /** Chebyshev coefficients of a function in each cell; beyond the last cell, its value there. */
  function tabulated(lag) {
    const cells = CELLS * (ENDS[1] - ENDS[0]), table = new Float64Array((cells + 1) * NODES);
    for (let cell = 0; cell < cells; cell++) {
      const values = nodes.map((node) => lag((CELLS * ENDS[0] + cell + 0.5 + node) / CELLS));
      toChebyshev.forEach((row, k) => {
        for (let j = 0; j < NODES; j++) table[cell * NODES + k] += values[j] * row[j];
      });
    }
    table[cells * NODES] = lag(ENDS[1]);
    return table;
  }

  /** The table of one power, from -1 to 2 and not 0, made once. */
  function curveOf(power) {
    if (!known.has(power)) {
      if (known.size > 32) known.clear();
      known.set(power, made(power));
    }
    return known.get(power);
  }

  function made(power) {
    const first = ENDS[0] - 1, step = (ENDS[1] + 4 - first) / (EDGES - 1);
    const phases = Array.from({ length: EDGES }, (_, n) => first + n * step - lagAndSlope(first + n * step, power)[0]);
    let place = 0;
    const guess = (phase) => { // phases come in cells, so that the place is near the last one
      while (place > 0 && phases[place] > phase) place--;
      while (place < EDGES - 2 && phases[place + 1] < phase) place++;
      return first + step * (place + (phase - phases[place]) / (phases[place + 1] - phases[place]));
    };
    const byPhase = (phase) => lagAt(phase, power, guess(phase));
    const joint = byPhase(0);
    place = 0;
    return { power, joint, alongPhase: tabulated(byPhase), alongLogit: tabulated((z) => lagAndSlope(joint + z, power)[0]) };
  }

  /** Value at some place along a table; beyond its ends that of the ends. */
  function read(table, place) {
    const first = CELLS * ENDS[0], last = CELLS * ENDS[1];
    const at = Math.min(Math.max(place * CELLS, first), last), cell = Math.floor(at);
    const y = 2 * (at - cell - 0.5), start = (cell - first) * NODES;
    if (at === last) return table[start];
    let one = 0, two = 0;
    for (let k = NODES - 1; k > 0; k--) {
      const next = 2 * y * one - two + table[start + k];
      two = one;
      one = next;
    }
    return y * one - two + table[start];
  }

  /** What is known of a start at some share of the end, above 0 and at most 1. */
  function begun(curve, share) {
    const a = curve.power, logX = Math.log(share), logRest = Math.log1p(-share);
    const logit = share < 1 ? logX - logRest : LEARNED;
    const ahead = read(curve.alongLogit, logit - curve.joint);
    const phase = logit - ahead, risen = share ** a, early = phase < 0;
    const unit = early ? risen * Math.exp(-a * (ahead + logRest)) : 1;
    const clock = early ? (Math.abs(a * phase) < 1 ? Math.expm1(a * phase) : unit - 1) / a : phase;
    return { phase, lag: read(curve.alongPhase, phase), pace: a * risen / unit, unit: unit / a, shift: clock - phase };
  }

  /** How far the logit has come in some time on the clock of the start. */
  function logitChange(curve, elapsed, start) {
    const powered = elapsed * start.pace, late = powered * start.unit + start.shift;
    const change = late >= -start.phase ? late : Math.log1p(powered) / curve.power;
    return Math.max(change + read(curve.alongPhase, start.phase + change) - start.lag, 0);
  }

  return { curveOf, begun, logitChange };
})();
