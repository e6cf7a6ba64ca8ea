"use strict";
/** Generalization: test and train error over time, the best time to stop, and double descent along the load. */
ontogeny.errors = (() => {
  const { testError, trainError, optimalStopping } = ontogeny.generalization;
  const { short } = ontogeny.settings;
  const { exact } = ontogeny.python;
  const TIMES = Array.from({ length: 121 }, (_, k) => 10 ** (-2 + 5.5 * k / 120));
  const LOADS = Array.from({ length: 41 }, (_, k) => 10 ** (-1 + k / 20));
  const CEILING = 30; // noise variances and signals above which an error is off the figure
  let along = { key: "", found: null }, stop = { key: "", found: null };

  const variances = (state) => ({ signalVariance: 1, noiseVariance: state.noise, initialVariance: state.first });

  /** The best time to stop at the load that is set. */
  function best(state) {
    const key = [state.load, state.noise, state.first].join();
    if (stop.key !== key) stop = { key, found: optimalStopping(10 ** state.load, variances(state)) };
    return stop.found;
  }

  /** Errors at the end and at the best time, at all loads. */
  function acrossLoads(state) {
    const key = [state.noise, state.first].join();
    if (along.key !== key) along = { key, found: LOADS.map((load) => optimalStopping(load, variances(state))) };
    return along.found;
  }

  const shown = (error) => (error < CEILING * 10 ? error : null);

  function figures(state) {
    const load = 10 ** state.load, given = variances(state), { time } = best(state), all = acrossLoads(state);
    const mark = time > TIMES[0] && time < TIMES[120] ? [{ at: time, name: "stop here" }] : [];
    return [{ key: "over_time", kind: "lines", title: "Errors over learning time", marks: mark,
      x: { label: "time (tau)", values: TIMES, log: true }, y: { label: "mean squared error" },
      series: [{ name: "test error", values: TIMES.map((t) => testError(t, load, given)) },
        { name: "train error", values: TIMES.map((t) => trainError(t, load, given)) }, ...ontogeny.overlays.errors(TIMES)] },
    { key: "over_load", kind: "lines", title: "Test error against the load", now: load,
      x: { label: "load (examples per weight)", values: LOADS, log: true }, y: { label: "test error", log: true },
      series: [{ name: "at the end", values: all.map((one) => shown(one.finalError)) }, { name: "stopped at the best time", values: all.map((one) => one.error) },
        { name: "lowest possible", values: all.map((one) => one.bayesError), soft: true, dash: true }] }];
  }

  function summary(state) {
    const { time, error, finalError } = best(state), when = time < Infinity ? `at time ${short(time)}` : "if learning never stops";
    return `With ${short(10 ** state.load)} examples per weight the test error is lowest ${when}: ${short(error)}; `
      + `at the end it is ${finalError < Infinity ? short(finalError) : "infinite"}.`;
  }

  const number = (state) => best(state).error;
  const python = (state) => ["import numpy as np", "import ontogeny as on", "",
    `load, known = ${exact(10 ** state.load)}, {"noise_variance": ${exact(state.noise)}, "initial_variance": ${exact(state.first)}}`,
    "time = np.geomspace(0.01, 3000, 121)", "test = on.generalization.test_error(time, load, **known)", "train = on.generalization.train_error(time, load, **known)",
    "stop = on.generalization.optimal_stopping(load, **known)", "print(stop.error)"];

  return { key: "errors", tab: "Generalization", question: "Why do networks with more weights than examples generalize?",
    lead: "A student learns a teacher from noisy examples. Long training fits the noise, most of all where there are as many examples as weights.",
    controls: ["load", "noise", "first"], samples: true, figures, summary, number, python, best };
})();
