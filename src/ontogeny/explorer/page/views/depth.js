"use strict";
/** Depth and speed: how long one mode takes at every depth, from layers of one size and from one strength of all. */
ontogeny.depthView = (() => {
  const { course, timeToStrength, infiniteDepth } = ontogeny.modes;
  const { short } = ontogeny.settings;
  const { exact } = ontogeny.python;
  const DEPTHS = Array.from({ length: 60 }, (_, k) => k + 1), SHOWN = [1, 2, 4, 8, 16], LEARNED = 0.9;

  const paceOf = (state, depth) => (state.pace === "divided" ? depth : 1);
  /** Steps times learning rate until 90 % of a mode of strength 1 are learned. */
  const wait = (state, depth, u0) => paceOf(state, depth) * timeToStrength(LEARNED, 1, u0, { depth });
  const together = (state, depth) => wait(state, depth, 10 ** state.start);
  const apart = (state, depth) => wait(state, depth, state.layer ** depth);

  function figures(state) {
    const u0 = 10 ** state.start, until = 1.3 * Math.max(...SHOWN.map((depth) => together(state, depth)));
    const times = Array.from({ length: 201 }, (_, k) => until * k / 200), finite = (x) => (x < 1e12 && x > 0 ? x : null);
    const deep = state.pace === "divided" ? [{ name: "infinitely deep", values: times.map((t) => infiniteDepth(t, 1, u0)), soft: true, dash: true }] : [];
    return [{ key: "waits", kind: "lines", title: "Time until 90 % of a mode are learned", x: { label: "depth", values: DEPTHS, log: true }, y: { label: "time (tau)", log: true },
      series: [{ name: `all layers together begin at ${short(u0)}`, values: DEPTHS.map((depth) => finite(together(state, depth))) },
        { name: `each layer begins at ${short(state.layer)}`, values: DEPTHS.map((depth) => finite(apart(state, depth))) }] },
    { key: "depths", kind: "lines", title: `One mode from the same strength ${short(u0)} at several depths`, x: { label: "time (tau)", values: times }, y: { label: "strength" },
      series: [...SHOWN.map((depth) => {
        const u = course(1, u0, { depth });
        return { name: `depth ${depth}`, values: times.map((t) => u(t / paceOf(state, depth))) };
      }), ...deep] }];
  }

  const summary = (state) => `Until 90 % are learned, depth 2 takes ${short(together(state, 2))} and depth 60 takes ${short(together(state, 60))} from the same strength of all layers together; `
    + `from layers of ${short(state.layer)} each, depth 60 takes ${short(apart(state, 60))}.`;
  const number = (state) => together(state, 60);
  const python = (state) => ["import ontogeny as on", "",
    "for depth in (1, 2, 4, 8, 16):", `    print(depth, on.modes.deep.time_to_strength(0.9, 1.0, ${exact(state.layer)}**depth, depth=depth))`,
    "limit = on.modes.infinite.time_to_strength(0.9, 1.0, " + exact(10 ** state.start) + ")", "print(limit)  # depth times time",
    `print(${state.pace === "divided" ? "60 * " : ""}on.modes.deep.time_to_strength(0.9, 1.0, ${exact(10 ** state.start)}, depth=60))`];

  return { key: "depth", tab: "Depth", question: "Does depth slow learning down?",
    lead: "It does if every layer begins small. It need not: what counts is the strength of all layers together.",
    controls: ["start", "layer", "pace"], figures, summary, number, python, together, apart };
})();
