"use strict";
/** What learners know on the way, as in `semantics/`: answers, illusions, projections, the scaling movie. */
ontogeny.semantics = (() => {
  const { course, timeToStrength, naturalTime } = ontogeny.modes;
  const { zeros, eigh } = ontogeny.linearAlgebra;
  const EQUAL = 1e-9, WEAKEST_SHOWN = 0.03, NOTHING = 1e-12;

  /** Strengths of all modes at some times, one array for each mode. */
  function strengths(singularValues, times, initialStrength, settings) {
    return singularValues.map((s) => {
      const u = course(s, initialStrength, settings);
      return Float64Array.from(times, u);
    });
  }

  /** Time by which every mode of a few percent of the strongest is learned to 95 %. */
  function defaultUntil(singularValues, initialStrength, settings = {}) {
    const s = singularValues, d = settings.inputVariance ?? 1;
    const reach = s.filter((x) => x >= WEAKEST_SHOWN * s[0])
      .map((x) => timeToStrength(0.95 * x / d, x, initialStrength, settings)).filter((t) => t > 0 && t < Infinity);
    return 1.1 * Math.max(naturalTime(s[0], settings), ...reach);
  }

  /** What the network answers, features by items, at strengths of its modes. */
  function answers(spectrum, u) {
    const { inputModes, outputModes } = spectrum, map = zeros(outputModes[0].length, inputModes[0].length);
    u.forEach((strength, mode) => {
      const input = inputModes[mode], output = outputModes[mode];
      for (let m = 0; m < map.length; m++) {
        const scaled = strength * output[m], row = map[m];
        for (let i = 0; i < row.length; i++) row[i] += scaled * input[i];
      }
    });
    return map;
  }

  /** Strength-weighted loadings of one answer over time. */
  function answerCourse(spectrum, u, feature, item) {
    return u[0].map((_, t) => u.reduce((sum, strength, a) =>
      sum + strength[t] * spectrum.outputModes[a][feature] * spectrum.inputModes[a][item], 0));
  }

  /** How far every answer goes beyond its start and its end, and when; `right` is the table, features by items. */
  function illusions(spectrum, u, times, right) {
    const scale = Math.max(...right.map((row) => row.reduce((top, x) => Math.max(top, Math.abs(x)), 0)));
    const rounding = EQUAL * Math.max(scale, 1e-300), found = [];
    const curve = new Float64Array(times.length);
    right.forEach((row, feature) => {
      row.forEach((final, item) => {
        curve.fill(0);
        u.forEach((strength, a) => {
          const loading = spectrum.outputModes[a][feature] * spectrum.inputModes[a][item];
          for (let t = 0; t < curve.length; t++) curve[t] += loading * strength[t];
        });
        const one = farthest(curve, final, rounding);
        if (one) found.push({ feature, item, final, peak: one.peak, peakTime: times[one.at], excess: one.excess });
      });
    });
    return found.sort((a, b) => Math.abs(b.excess) - Math.abs(a.excess));
  }

  /** Where a curve is farthest outside its start and its end; null where it is monotone up to rounding. */
  function farthest(curve, final, rounding) {
    let high = -Infinity, low = Infinity;
    for (const x of curve) {
      if (x > high) high = x;
      if (x < low) low = x;
    }
    const above = high - Math.max(curve[0], final), below = Math.min(curve[0], final) - low;
    if (Math.max(above, below) <= rounding) return null;
    const upward = above >= below - rounding;
    const at = curve.findIndex((x) => (upward ? x >= high - rounding : x <= low + rounding));
    return { at, peak: curve[at], excess: upward ? above : -below };
  }

  /** To which items, or features, something new extends: similarity to what is taught, over its own. */
  function projection(modes, u, depth, taught) {
    const power = 2 * (depth - 1) / depth, weight = u.map((strength) => Math.max(strength, 0) ** power);
    const own = weight.reduce((sum, w, a) => sum + w * modes[a][taught] ** 2, 0);
    const largest = Math.max(...Array.from(modes[0], (_, i) => weight.reduce((sum, w, a) => sum + w * modes[a][i] ** 2, 0)));
    return Array.from(modes[0], (_, i) => (own <= NOTHING * largest ? NaN
      : weight.reduce((sum, w, a) => sum + w * modes[a][i] * modes[a][taught], 0) / own));
  }

  /** Items in two dimensions over time by classical scaling of the last hidden layer, axes common to all times. */
  function embedding(inputModes, u, frames, depth, names) {
    const power = depth > 1 ? (depth - 1) / depth : 1, count = inputModes.length;
    const centered = inputModes.map((mode) => {
      const mean = mode.reduce((sum, x) => sum + x, 0) / mode.length;
      return Float64Array.from(mode, (x) => x - mean);
    });
    const h = u.map((strength) => Float64Array.from(frames, (t) => Math.max(strength[t], 0) ** power));
    const scatter = zeros(count, count);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        const overlap = ontogeny.linearAlgebra.dot(centered[a], centered[b]);
        scatter[a][b] = scatter[b][a] = overlap * ontogeny.linearAlgebra.dot(h[a], h[b]);
      }
    }
    const { vectors } = eigh(scatter), last = frames.length - 1, order = ontogeny.spectrum.nameOrder(names);
    const axes = [0, 1].filter((k) => k < count).map((k) => {
      const axis = vectors.map((row) => row[k]);
      const place = order.map((i) => axis.reduce((sum, x, a) => sum + centered[a][i] * h[a][last] * x, 0));
      const top = Math.max(...place.map(Math.abs)), far = place.find((x) => Math.abs(x) >= top * (1 - 1e-6));
      return axis.map((x) => (far < 0 ? -x : x));
    });
    const weighted = axes.map((axis) => centered.map((mode, a) => mode.map((x) => x * axis[a])));
    return frames.map((_, t) => names.map((__, i) => [0, 1].map((k) => {
      let place = 0;
      if (weighted[k]) for (let a = 0; a < count; a++) place += weighted[k][a][i] * h[a][t];
      return place;
    })));
  }

  return { strengths, defaultUntil, answers, answerCourse, illusions, projection, embedding };
})();
