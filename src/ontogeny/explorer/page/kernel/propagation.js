"use strict";
/** Signals in wide random networks, as in `propagation/`: the map of variances, and the border of order and chaos. */
ontogeny.propagation = (() => {
  const REACH = 9, STEP = 0.03;
  const units = {
    tanh: { of: Math.tanh, slope: (h) => 1 - Math.tanh(h) ** 2 },
    erf: { of: (h) => 1 - ontogeny.special.errorComplement(h), slope: (h) => 2 / Math.sqrt(Math.PI) * Math.exp(-h * h) },
    relu: { of: (h) => Math.max(h, 0), slope: (h) => (h > 0 ? 1 : 0) },
  };

  /** Mean of the squared value, of the squared slope, and of the growth of the square, over sums of a variance. */
  function averages(name, variance) {
    if (name === "relu") return { square: variance / 2, steepness: 0.5, growth: 0.5 };
    if (name === "erf") return ofErf(variance);
    const { of, slope } = units[name], root = Math.sqrt(variance), unit = 1 / Math.max(root, 1);
    const span = Math.asinh(REACH / unit), count = 2 * Math.ceil(span / STEP) + 1;
    let square = 0, steepness = 0, growth = 0;
    for (let k = 0; k < count; k++) {
      const s = span * (2 * k / (count - 1) - 1), z = unit * Math.sinh(s), h = root * z;
      const weight = Math.exp(-z * z / 2) * unit * Math.cosh(s) * span * 2 / (count - 1) / Math.sqrt(2 * Math.PI);
      const value = of(h), steep = slope(h);
      square += weight * value * value;
      steepness += weight * steep * steep;
      growth += weight * value * steep * z;
    }
    return { square, steepness, growth: root > 0 ? growth / root : steepness };
  }

  function ofErf(q) {
    const two = 2 * q, steepness = 4 / Math.PI / Math.sqrt(1 + 4 * q);
    return { square: 2 / Math.PI * Math.asin(two / (1 + two)), steepness,
      growth: 4 / Math.PI / ((1 + two) * Math.sqrt(1 + 4 * q)) };
  }

  /** Variance of the sums in the next layer. */
  const varianceMap = (variance, name, weightVariance, biasVariance = 0) =>
    weightVariance * averages(name, variance).square + biasVariance;

  /** Where the variance settles, and what happens to gradients there; from 1 on, by steps of Newton in a bracket. */
  function meanField(name, weightVariance, biasVariance = 0) {
    const w = weightVariance, b = biasVariance;
    if (name === "relu") {
      const q = w < 2 ? b / (1 - w / 2) : w === 2 && b === 0 ? 1 : Infinity;
      return { variance: q, chi: w / 2 };
    }
    const slopeAtZero = averages(name, 0).steepness;
    if (b === 0 && w * slopeAtZero <= 1) return { variance: 0, chi: w * slopeAtZero };
    let low = b === 0 ? 1e-12 : b, high = w + b, q = high;
    for (let round = 0; round < 200; round++) {
      const { square, growth } = averages(name, q), gap = w * square + b - q;
      if (gap > 0) low = q; else high = q;
      let next = q - gap / (w * growth - 1);
      if (!(next > low && next < high)) next = (low + high) / 2;
      if (Math.abs(next - q) <= 1e-15 * q) break;
      q = next;
    }
    return { variance: q, chi: w * averages(name, q).steepness };
  }

  /** Weight variance at which gradients neither grow nor shrink, for a bias variance; NaN where there is none. */
  function criticalWeightVariance(name, biasVariance = 0) {
    if (name === "relu") return biasVariance === 0 ? 2 : NaN;
    if (biasVariance === 0) return 1 / averages(name, 0).steepness;
    const lacking = (x) => {
      const { square, steepness } = averages(name, Math.exp(x));
      return Math.exp(x) - square / steepness - biasVariance;
    };
    let low = -30, high = 12;
    for (let round = 0; round < 100; round++) {
      const middle = (low + high) / 2;
      if (lacking(middle) * lacking(low) <= 0) high = middle; else low = middle;
    }
    return 1 / averages(name, Math.exp(low)).steepness;
  }

  return { varianceMap, meanField, criticalWeightVariance };
})();
