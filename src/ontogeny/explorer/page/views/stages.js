"use strict";
/** Learning in stages: the strength of every mode over time, and what the network answers now. */
ontogeny.stages = (() => {
  const { of, lookOf, at, map } = ontogeny.learned;
  const { exact, theory } = ontogeny.python;
  const { short } = ontogeny.settings;

  /** Strengths of all modes, with those of trained networks if there are any. */
  function courses(state) {
    const found = of(state), extra = ontogeny.overlays.of(state);
    const series = found.strength.map((values, a) => ({ name: `${a + 1}: ${found.world.modeNames[a]}`, values, color: a }));
    return { key: "courses", kind: "lines", title: "Strength of every mode over time", now: found.times[lookOf(state)],
      x: { label: "time (tau)", values: found.times }, y: { label: "strength" }, series: [...series, ...extra] };
  }

  function answers(state) {
    const found = of(state), now = map(found, lookOf(state)), { items, features, table, order } = found.world;
    const scale = Math.max(...table.map((row) => row.reduce((top, x) => Math.max(top, Math.abs(x)), 0)));
    return { key: "answers", kind: "map", title: "What the network answers now", rows: order.map((i) => items[i]), columns: features, scale,
      values: (i, j) => now[j][order[i]], right: (i, j) => table[order[i]][j] };
  }

  /** How many modes are more than half learned. */
  function learnedModes(state) {
    const found = of(state), now = at(found, lookOf(state));
    return now.filter((u, a) => u > found.world.spectrum.singularValues[a] / 2).length;
  }

  function summary(state) {
    const found = of(state), count = found.strength.length;
    return `At time ${short(found.times[lookOf(state)])}, ${learnedModes(state)} of ${count} modes are more than half learned. `
      + `The strongest separates ${found.world.modeNames[0]}.`;
  }

  const number = (state) => at(of(state), lookOf(state)).reduce((sum, u) => sum + u, 0);
  const python = (state) => [...theory(state), "ax = on.plot.mode_strengths(theory)", 'ax.figure.savefig("stages.svg")',
    `t = ${exact(of(state).times[lookOf(state)])}`,
    `now = on.modes.deep.mode_strength(t, world.spectrum().singular_values, ${exact(of(state).initialStrength)}, depth=${state.depth})`,
    "print(now.sum())  # of all modes"];

  return { key: "stages", tab: "Stages", question: "Why does learning come in stages?",
    lead: "Every distinction in the world is a mode. With hidden layers, strong ones are learned first and each one suddenly.",
    world: true, moment: true, controls: ["depth", "start", "overlap"], trains: true,
    figures: (state) => [courses(state), answers(state)], courses, learnedModes, summary, number, python };
})();
