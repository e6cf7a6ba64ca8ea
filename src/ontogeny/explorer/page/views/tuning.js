"use strict";
/** Perceptual learning: tuning curves in two layers while a fine discrimination is trained. A reconstruction. */
ontogeny.tuningView = (() => {
  const { perceptualLearning, tuning } = ontogeny.perception;
  const { short } = ontogeny.settings;
  const { exact } = ontogeny.python;
  const LOOKS = 61, UNTIL = 60, UNIT = 15, PLACES = Array.from({ length: 91 }, (_, k) => 2 * k);
  const TIMES = Array.from({ length: LOOKS }, (_, k) => UNTIL * k / (LOOKS - 1));
  let last = { key: "", found: null };

  function of({ precision, input_noise: noise, gain }) {
    const key = [precision, noise, gain].join();
    if (last.key !== key) last = { key, found: perceptualLearning(TIMES, { taskPrecision: precision, inputNoise: noise, gains: [gain, 1] }) };
    return last.found;
  }

  const lookOf = (state) => Math.round(state.moment * (LOOKS - 1));

  function figures(state) {
    const found = of(state), look = lookOf(state);
    const curves = [0, 1].flatMap((layer) => [
      { name: `layer ${layer + 1}, now`, values: tuning(found, look, layer, UNIT, PLACES), color: layer },
      { name: `layer ${layer + 1}, before`, values: tuning(found, 0, layer, UNIT, PLACES), color: layer, dash: true, thin: true }]);
    const over = [0, 1].map((layer) => ({ name: `slope in layer ${layer + 1}`, values: found.slopeRatio.map((row) => row[layer]) }));
    return [{ key: "tuning", kind: "lines", title: "Tuning of a unit that prefers 75 degrees; 90 is trained", marks: [{ at: 90, name: "trained" }],
      x: { label: "orientation (degrees)", values: PLACES }, y: { label: "response" }, series: curves },
    { key: "slopes", kind: "lines", title: "Slopes at the trained orientation, and right answers", now: TIMES[look],
      x: { label: "time (tau)", values: TIMES }, y: { label: "relative to before; share" },
      series: [...over, { name: "share of right answers", values: found.percentCorrect, dash: true }] }];
  }

  function summary(state) {
    const found = of(state), look = lookOf(state), [one, two] = found.slopeRatio[look];
    return `At time ${short(TIMES[look])} slopes have grown by ${one.toFixed(2)} in the first layer and ${two.toFixed(2)} in the second; `
      + `${Math.round(100 * found.percentCorrect[look])} % of the answers are right.`;
  }

  const number = (state) => of(state).slopeRatio[lookOf(state)][1];
  const python = (state) => ["import numpy as np", "import ontogeny as on", "", `time = np.linspace(0, ${UNTIL}, ${LOOKS})`,
    `found = on.plasticity.perceptual_learning(time, task_precision=${exact(state.precision)}, input_noise=${exact(state.input_noise)}, gains=(${exact(state.gain)}, 1.0))`,
    "ax = on.plot.tuning_curves(found)", "print(found.tuning([75.0, 90.0]).sel(unit=16, layer=2).values[-1])", "print(found.percent_correct()[-1])",
    `print(found.slope_ratio[${lookOf(state)}, 1])`];

  return { key: "tuning", tab: "Perception", question: "What does practice change in receptive fields?",
    lead: "Two orientations near 90 degrees are to be told apart. All layers learn; slopes grow where the task needs them, more in higher layers.",
    moment: true, controls: ["precision", "input_noise", "gain"], figures, summary, number, python };
})();
