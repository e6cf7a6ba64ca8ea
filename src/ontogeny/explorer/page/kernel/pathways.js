"use strict";
/** Two pathways that compete for one task, as in `plasticity/pathways.py`: critical periods. */
ontogeny.pathways = (() => {
  /** Weights of both pathways, and the dose, through segments of experience; each segment at some times. */
  function twoPathways(segments, { target = 1, depth = 2, initialWeights = [0.02, 0.02], deficit = "freeze", looks = 101 } = {}) {
    const times = [0], weights = [[...initialWeights]], dose = [0];
    let now = [...initialWeights, 0], clock = 0;
    for (const { duration, open = [1, 1], signal = 1 } of segments) {
      const velocity = rates(target, depth, open, deficit === "silence" ? open : [1, 1], signal);
      const along = Array.from({ length: looks }, (_, k) => duration * k / (looks - 1));
      const course = ontogeny.ode.solve(velocity, now, along);
      course.slice(1).forEach((state, k) => {
        times.push(clock + along[k + 1]);
        weights.push(state.slice(0, 2));
        dose.push(state[2]);
      });
      now = course[course.length - 1];
      clock += duration;
    }
    return { times, weights, dose, strengths: weights.map((pair) => pair.map((p) => Math.max(p, 0) ** depth)) };
  }

  /** Rates of change of both weights and of the residual that the first has alone. */
  function rates(target, depth, open, heard, signal) {
    return ([p, q]) => {
      const residual = signal * target - heard[0] * Math.max(p, 0) ** depth - heard[1] * Math.max(q, 0) ** depth;
      return [open[0] * p ** (depth - 1) * residual, open[1] * q ** (depth - 1) * residual, (open[0] - open[1]) * residual];
    };
  }

  /** How far a pathway has come on the clock of the residual. */
  const residualDose = (weight, depth) => depth === 2 ? Math.log(weight) : depth === 1 ? weight
    : -(weight ** (2 - depth)) / (depth - 2);

  /** Strengths of both in the end, after the first has had a dose of residual alone, when both are open again. */
  function afterDose(dose, { target = 1, depth = 2, initialWeights = [0.02, 0.02] } = {}) {
    const apart = residualDose(initialWeights[0], depth) - residualDose(initialWeights[1], depth) + dose;
    if (depth === 1) return [(target + apart) / 2, (target - apart) / 2];
    const off = (logit) => {
      const [first, second] = [-1, 1].map((sign) => (target / (1 + Math.exp(sign * logit))) ** (1 / depth));
      return residualDose(first, depth) - residualDose(second, depth) - apart;
    };
    let low = -1, high = 1;
    while (off(low) > 0 && low > -1e3) low *= 2;
    while (off(high) < 0 && high < 1e3) high *= 2;
    if (off(low) > 0) return [0, target];
    if (off(high) < 0) return [target, 0];
    for (let round = 0; round < 200 && high - low > 1e-15 * Math.max(1, Math.abs(low)); round++) {
      const middle = (low + high) / 2;
      if (off(middle) > 0) high = middle; else low = middle;
    }
    return [target / (1 + Math.exp(-low)), target / (1 + Math.exp(low))];
  }

  /** Share of the second pathway in the end, after it was frozen for some time from each onset on; onsets increase. */
  function window(onsets, { length, depth = 2, initialWeight = 0.02, target = 1 }) {
    const settings = { target, depth, initialWeights: [initialWeight, initialWeight] };
    const times = onsets[0] > 0 ? [0, ...onsets] : onsets, begun = [initialWeight, initialWeight, 0];
    const before = ontogeny.ode.solve(rates(target, depth, [1, 1], [1, 1], 1), begun, times).slice(times.length - onsets.length);
    return before.map((state) => {
      const closed = ontogeny.ode.solve(rates(target, depth, [1, 0], [1, 1], 1), state, [0, length]);
      return afterDose(closed[1][2], settings)[1] / target;
    });
  }

  return { twoPathways, residualDose, afterDose, window };
})();
