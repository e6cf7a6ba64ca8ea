"use strict";
/** Perceptual learning of an orientation, as in `plasticity/perception.py`: a chain of unequal layers. */
ontogeny.perception = (() => {
  const { normalCdf } = ontogeny.special;
  const { dot } = ontogeny.linearAlgebra;
  const CIRCLE = 180;

  /** Mean response of every unit to an orientation. */
  function responses(orientation, { units = 36, tuningWidth = 15 } = {}) {
    return Float64Array.from({ length: units }, (_, unit) => {
      const apart = orientation - unit * CIRCLE / units + CIRCLE / 2;
      const wrapped = apart - Math.floor(apart / CIRCLE) * CIRCLE - CIRCLE / 2;
      return Math.exp(-(wrapped ** 2) / (2 * tuningWidth ** 2));
    });
  }

  /** Half the difference of the responses to two orientations around a reference. */
  function difference(reference, precision, task) {
    const [up, down] = [reference + precision, reference - precision].map((place) => responses(place, task));
    return up.map((x, i) => (x - down[i]) / 2);
  }

  /** Gains of every layer along the learned direction, the readout last, at increasing times from 0 on. */
  function perceptualLearning(times, { gains = [1, 1], readout = 0, taskPrecision = 2, reference = 90,
    inputNoise = 0.3, decisionNoise = 0.5, units = 36, tuningWidth = 15 } = {}) {
    const task = { units, tuningWidth }, direction = difference(reference, taskPrecision, task);
    const size = Math.sqrt(dot(direction, direction)), variance = size ** 2 + inputNoise ** 2;
    const velocity = (w) => {
      const moves = new Array(w.length);
      let u = 1;
      for (let k = 0; k < w.length; k++) {
        moves[k] = u; // of the layers before
        u *= w[k];
      }
      const pull = size - variance * u;
      for (let k = w.length - 1, after = pull; k >= 0; after *= w[k--]) moves[k] *= after;
      return moves;
    };
    const layerGains = ontogeny.ode.solve(velocity, [...gains, readout], times);
    const before = gains.map((_, k) => gains.slice(0, k + 1).reduce((product, x) => product * x, 1));
    const slopeRatio = layerGains.map((w) => {
      let product = 1;
      return gains.map((_, k) => (product *= w[k]) / before[k]);
    });
    const strength = layerGains.map((w) => w.reduce((product, x) => product * x, 1));
    const dPrime = strength.map((u) => (u > 0 ? 2 * u * size / Math.sqrt((inputNoise * u) ** 2 + decisionNoise ** 2) : 0));
    return { task, direction, layerGains, slopeRatio, dPrime, gains,
      output: strength.map((u) => u * size), percentCorrect: dPrime.map((d) => normalCdf(d / 2)) };
  }

  /** Tuning curve of one unit in one layer at one time: its responses to some orientations. */
  function tuning(found, at, layer, unit, orientations) {
    const { task, direction, layerGains, gains } = found, size2 = dot(direction, direction);
    let along = 1, plain = 1;
    for (let k = 0; k <= layer; k++) {
      along *= layerGains[at][k];
      plain *= gains[k];
    }
    return orientations.map((place) => {
      const r = responses(place, task);
      return plain * r[unit] + (along - plain) * direction[unit] * dot(direction, r) / size2;
    });
  }

  return { responses, difference, perceptualLearning, tuning };
})();
