"use strict";
/** The lines of Python that make what the page shows. */
ontogeny.python = (() => {
  const exact = (x) => `${+x.toPrecision(12)}`;
  const quoted = (text) => JSON.stringify(text).replace(/[\u0080-\uffff]/g, (sign) => sign);

  const GRAPHS = {
    tree: (s) => `tree_graph([${Array(s.levels).fill(s.levels > 3 ? 2 : s.branches).join(", ")}])`,
    ring: (s) => `ring(${s.size})`, chain: (s) => `chain(${s.size})`,
    grid: (s) => `grid(${s.rows}, ${s.columns})`, clusters: (s) => `clusters(${s.rows}, ${s.columns})`,
  };

  /** Lines that make the world as `world`. */
  function world(state) {
    if (state.world === "table") {
      const { name } = ontogeny.worlds.of(state);
      return ["import ontogeny as on", "", `world = on.Environment.from_dataframe(on.environments.read_table(${quoted(name)})[0])`];
    }
    if (state.world === "ordering") return ["import ontogeny as on", "", `world = on.environments.ordering(${state.size})`];
    if (!(state.world in GRAPHS)) return ["import ontogeny as on", "", `world = on.datasets.load(${quoted(state.world)})`];
    return ["import numpy as np", "import pandas as pd", "import ontogeny as on", "",
      `form = on.environments.${GRAPHS[state.world](state)}`,
      `values, axes = np.linalg.eigh(on.environments.field_covariance(form, sigma=${exact(state.sigma)}))`,
      'items = [name for name, latent in form.nodes(data="latent") if not latent]',
      "table = pd.DataFrame(axes * np.sqrt(values) @ axes.T, items, [f\"near {name}\" for name in items])",
      "world = on.Environment.from_dataframe(table)"];
  }

  /** Lines up to the theory as `theory`, at the times of the page. */
  function theory(state) {
    const { until, initialStrength, depth } = ontogeny.learned.of(state);
    return [...world(state), `theory = on.predict(world, depth=${depth}, initial_strength=${exact(initialStrength)}, until=${exact(until)})`];
  }

  return { exact, quoted, world, theory };
})();
