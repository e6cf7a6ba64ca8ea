"use strict";
/** The world that is set: a built-in table, a form with its sliders, or the visitor's own table; with its modes. */
ontogeny.worlds = (() => {
  const { spectrumOf, modeName } = ontogeny.spectrum;
  const { transpose } = ontogeny.linearAlgebra;
  const forms = ontogeny.forms;
  const FORMS = {
    tree: { keys: ["levels", "branches", "sigma"], make: (s) => forms.tree(s.levels, s.levels > 3 ? 2 : s.branches) },
    ring: { keys: ["size", "sigma"], make: (s) => forms.ring(s.size) },
    chain: { keys: ["size", "sigma"], make: (s) => forms.chain(s.size) },
    grid: { keys: ["rows", "columns", "sigma"], make: (s) => forms.grid(s.rows, s.columns) },
    clusters: { keys: ["rows", "columns", "sigma"], make: (s) => forms.clusters(s.rows, s.columns) },
  };
  let own = null, last = { key: "", world: null };

  /** A world of a table, with its modes computed here unless they come along. */
  function world(name, items, features, table, { category = null, spectrum = null, notes = [] } = {}) {
    const found = spectrum ?? spectrumOf(table, features);
    const groups = category ? [...new Set(category)] : [], rank = (i) => (category ? groups.indexOf(category[i]) : 0);
    const order = items.map((_, i) => i).sort((i, j) => rank(i) - rank(j) || i - j); // of the rows of the map
    return { name, items, features, table, category, notes, order, spectrum: found, right: transpose(table),
      modeNames: found.outputModes.map((loadings) => modeName(loadings, features)) };
  }

  function built(name) {
    const { items, features, table, category, spectrum } = ontogeny.data.worlds[name];
    return world(name, items, features, table, { category, spectrum });
  }

  function formed(state) {
    const graph = FORMS[state.world].make(state), table = forms.rootOf(forms.fieldCovariance(graph, state.sigma));
    return world(state.world, graph.items, graph.items.map((item) => `near ${item}`), table, { category: graph.category });
  }

  function ordered(n) {
    const named = (kind) => Array.from({ length: n }, (_, i) => `${kind} ${i + 1}`);
    return world("ordering", named("rank"), named("at least"), forms.staircase(n));
  }

  /** Settings of the form that is chosen. */
  const keysOf = (state) => (state.world === "ordering" ? ["size"] : FORMS[state.world]?.keys ?? []);

  /** The world of a state, made anew only when it changes. */
  function of(state) {
    const key = [state.world, ...keysOf(state).map((name) => state[name])].join();
    if (last.key !== key || state.world === "table" && last.world !== own) {
      const found = state.world === "table" ? own : state.world === "ordering" ? ordered(state.size)
        : FORMS[state.world] ? formed(state) : built(state.world);
      last = { key, world: found };
    }
    return last.world;
  }

  /** Take the visitor's own table. */
  function take(name, { items, features, values, category = null, notes = [] }) {
    own = world(name, items, features, values, { category, notes });
    return own;
  }

  return { of, take, keysOf, hasTable: () => own !== null };
})();
