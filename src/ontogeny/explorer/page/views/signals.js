"use strict";
/** Signals in deep networks before learning: the phase diagram, and variances and gradients layer by layer. */
ontogeny.signals = (() => {
  const { varianceMap, meanField, criticalWeightVariance } = ontogeny.propagation;
  const { short } = ontogeny.settings;
  const { exact } = ontogeny.python;
  const BIASES = Array.from({ length: 51 }, (_, k) => k / 100), LAYERS = Array.from({ length: 61 }, (_, k) => k);
  const borders = new Map();

  /** Critical weight variances at all bias variances. */
  function border(unit) {
    if (!borders.has(unit)) borders.set(unit, BIASES.map((b) => criticalWeightVariance(unit, b)));
    return borders.get(unit);
  }

  const fixed = (state) => meanField(state.unit, state.weight_variance, state.bias_variance);

  function figures(state) {
    const { chi } = fixed(state), border1 = border(state.unit), relu = state.unit === "relu", variance = [1];
    for (const _ of LAYERS.slice(1)) variance.push(varianceMap(variance[variance.length - 1], state.unit, state.weight_variance, state.bias_variance));
    const here = BIASES.map((b) => (Math.abs(b - state.bias_variance) < 1e-6 ? state.weight_variance : null));
    const critical = relu ? BIASES.map(() => 2) : border1;
    return [{ key: "phases", kind: "lines", title: "Phase diagram: gradients explode above the border, vanish below", now: state.bias_variance,
      x: { label: "bias variance", values: BIASES }, y: { label: "weight variance", range: [0, 4] },
      series: [{ name: relu ? "border of gradients (no variance settles with biases)" : "border of order and chaos", values: critical }, { name: "here", values: here, points: true, color: 1 }] },
    { key: "layers", kind: "lines", title: "Layer by layer", x: { label: "layers from the end where it is given", values: LAYERS }, y: { label: "relative size", log: true },
      series: [{ name: "variance of signals", values: variance.map(finite) }, { name: "squared gradients", values: LAYERS.map((l) => finite(chi ** l)) }] }];
  }

  const finite = (x) => (x > 1e-30 && x < 1e30 ? x : null);

  function summary(state) {
    const { variance, chi } = fixed(state), grows = Math.abs(chi - 1) < 1e-9 ? "keep their size" : chi > 1 ? "explode" : "vanish";
    const length = Math.abs(chi - 1) < 1e-9 ? "" : `, by a factor of e in ${short(Math.abs(1 / Math.log(chi)))} layers`;
    return `Variances settle at ${variance < Infinity ? short(variance) : "infinity"}; squared gradients are multiplied by ${short(chi)} in each layer: they ${grows}${length}.`;
  }

  const number = (state) => fixed(state).chi;
  const python = (state) => ["import ontogeny as on", "",
    `found = on.propagation.mean_field("${state.unit}", ${exact(state.weight_variance)}, ${exact(state.bias_variance)})`, "print(found)",
    `print(on.propagation.critical_weight_variance("${state.unit}", bias_variance=${state.unit === "relu" ? "0.0" : exact(state.bias_variance)}))`, "print(found.chi_1)"];

  return { key: "signals", tab: "Phase diagram", question: "Do signals and gradients reach the other end?",
    lead: "Before learning, the variance of random weights decides whether a deep network passes signals on, loses them, or goes wild.",
    controls: ["unit", "weight_variance", "bias_variance"], figures, summary, number, python };
})();
