"use strict";
/** Critical periods: two pathways compete, one of them is closed for a while. */
ontogeny.periods = (() => {
  const { twoPathways, window: closing } = ontogeny.pathways;
  const { short } = ontogeny.settings;
  const { exact } = ontogeny.python;
  const UNTIL = 60, LOOKS = 61, ONSETS = Array.from({ length: 21 }, (_, k) => k);
  let last = { key: "", found: null }, windows = { key: "", found: null };

  /** Experience that is normal but for the time in which the second pathway is closed. */
  const segments = ({ onset, length }) => [{ duration: onset }, { duration: length, open: [1, 0] }, { duration: UNTIL - onset - length }]
    .filter(({ duration }) => duration > 0);

  function of(state) {
    const { pathway_depth: depth, weight, onset, length, deficit } = state, key = [depth, weight, onset, length, deficit].join();
    if (last.key !== key) last = { key, found: twoPathways(segments(state), { depth, initialWeights: [weight, weight], deficit, looks: LOOKS }) };
    return last.found;
  }

  function windowOf({ pathway_depth: depth, weight, length }) {
    const key = [depth, weight, length].join();
    if (windows.key !== key) windows = { key, found: closing(ONSETS, { length, depth, initialWeight: weight }) };
    return windows.found;
  }

  /** Share of the second pathway in what both do in the end. */
  function share(state) {
    const { strengths } = of(state), [first, second] = strengths[strengths.length - 1];
    return second / (first + second);
  }

  function figures(state) {
    const { times, strengths } = of(state);
    const first = { key: "pathways", kind: "lines", title: "Strength of both pathways", marks: [{ at: state.onset, name: "closed" }, { at: state.onset + state.length, name: "open" }],
      x: { label: "time (tau)", values: times }, y: { label: "strength" },
      series: [0, 1].map((k) => ({ name: ["first pathway", "second pathway"][k], values: strengths.map((pair) => pair[k]) })) };
    if (state.deficit === "silence") return [first];
    return [first, { key: "window", kind: "lines", title: `Share of the second pathway, closed for ${short(state.length)} from each onset`, now: state.onset,
      x: { label: "onset (tau)", values: ONSETS }, y: { label: "share in the end", range: [0, 0.55] }, series: [{ name: "second pathway", values: windowOf(state) }] }];
  }

  const summary = (state) => `Closed from ${short(state.onset)} to ${short(state.onset + state.length)}, the second pathway ends with `
    + `${(100 * share(state)).toPrecision(3)} % of the strength; without a deficit it would have 50 %.`;
  const number = share;
  const python = (state) => ["import ontogeny as on", "",
    `closed = on.plasticity.Deficit(${exact(state.onset)}, ${exact(state.onset + state.length)}, (1.0, 0.0))`,
    `course = on.plasticity.two_pathways(on.plasticity.schedule([closed], ${UNTIL}.0), depth=${state.pathway_depth}, initial_weights=(${exact(state.weight)}, ${exact(state.weight)}), deficit="${state.deficit}")`,
    "ax = on.plot.pathway_strengths(course)", 'ax.figure.savefig("pathways.svg")', "print(course.shares[-1, 0])"];

  return { key: "periods", tab: "Critical period", question: "When does it matter that an eye was closed?",
    lead: "Two pathways share one task. What the one has learned, the other need not: once nothing is left to learn, the period is over.",
    controls: ["onset", "length", "pathway_depth", "weight", "deficit"], figures, summary, number, python, share };
})();
