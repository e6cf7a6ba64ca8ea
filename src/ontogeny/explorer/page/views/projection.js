"use strict";
/** Inductive projection: to what something new extends, and how that narrows with learning. */
ontogeny.projectionView = (() => {
  const { of, lookOf, at, place } = ontogeny.learned;
  const { projection } = ontogeny.semantics;
  const { theory, quoted } = ontogeny.python;
  const { short } = ontogeny.settings;

  /** What is taught, and the values for all items or features. */
  function taught(state) {
    const found = of(state), property = state.taught === "property", { items, features, spectrum } = found.world;
    const names = property ? items : features, which = property ? place(items, state.item, place(items, "sparrow")) : place(features, state.feature, place(features, "milk"));
    const u = at(found, Math.max(lookOf(state), 1)), modes = property ? spectrum.inputModes : spectrum.outputModes;
    const values = state.depth === 1 ? names.map((_, i) => (i === which ? 1 : 0)) : projection(modes, u, state.depth, which);
    return { names, which, values, property };
  }

  /** To how many it extends: the participation ratio. */
  function width({ values }) {
    const size = values.reduce((sum, x) => sum + Math.abs(x), 0), square = values.reduce((sum, x) => sum + x * x, 0);
    return size * size / square;
  }

  function figures(state) {
    const { names, which, values, property } = taught(state);
    const title = property ? `A new property of “${names[which]}”: who else has it?` : `A new item with “${names[which]}”: what else has it?`;
    return [{ key: "bars", kind: "bars", title, names, values, marked: which }, ontogeny.stages.courses(state)];
  }

  function summary(state) {
    const found = taught(state);
    return `At time ${short(of(state).times[Math.max(lookOf(state), 1)])}, what is taught of “${found.names[found.which]}” extends to `
      + `${width(found).toFixed(1)} of ${found.names.length} ${found.property ? "items" : "features"} (participation ratio).`;
  }

  const number = (state) => width(taught(state));
  const python = (state) => {
    const { names, which, property } = taught(state);
    return [...theory(state), `new = on.semantics.project_${property ? "property" : "item"}(theory, ${quoted(names[which])})`,
      "ax = on.plot.projection(new)", 'ax.figure.savefig("projection.svg")', `print(new.width[${2 * Math.max(lookOf(state), 1)}])`];
  };

  return { key: "projection", tab: "Projection", question: "To what does something new extend?",
    lead: "A new fact is taught about one thing; only its own connections learn. The rest of the network decides who else has it.",
    world: true, moment: true, controls: ["depth", "start", "taught", "item", "feature"], figures, summary, number, python };
})();
