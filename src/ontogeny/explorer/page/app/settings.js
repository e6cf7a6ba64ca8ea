"use strict";
/** Everything that can be set: its words, its range, how it is shown. The address holds what is not usual. */
ontogeny.settings = (() => {
  const short = (x) => (x === 0 ? "0" : Math.abs(x) >= 1e4 || Math.abs(x) < 1e-3 ? x.toExponential(1) : `${+x.toPrecision(3)}`);
  const power = (x) => short(10 ** x);
  const slider = (label, least, most, step, usual, shown = short) => ({ kind: "slider", label, least, most, step, usual, shown });
  const choice = (label, options, usual) => ({ kind: "choice", label, options, usual });
  const name = (label, of) => ({ kind: "name", label, of, usual: "" });

  const all = {
    world: choice("World", [["zoo", "Zoo: 101 animals"], ["rumelhart", "Living things: 8"], ["wordnet", "WordNet: 48 nouns"],
      ["tree", "Tree"], ["ring", "Ring"], ["chain", "Chain"], ["grid", "Grid"], ["clusters", "Clusters"],
      ["ordering", "Ordering"], ["table", "Your table"]], "zoo"),
    levels: slider("Levels of the tree", 1, 4, 1, 3),
    branches: slider("Branches of each node", 2, 4, 1, 2),
    size: slider("Number of items", 3, 32, 1, 12),
    rows: slider("Rows, or groups", 2, 8, 1, 4),
    columns: slider("Columns, or items of a group", 2, 8, 1, 4),
    sigma: slider("Smoothness (sigma)", 0.5, 10, 0.1, 3),
    depth: slider("Depth (weight matrices)", 1, 10, 1, 2),
    start: slider("Initial strength", -8, -0.5, 0.05, -3, power),
    moment: slider("Time", 0, 1, 0.0025, 1),
    item: name("Item", "items"),
    feature: name("Feature", "features"),
    taught: choice("Taught", [["property", "a new property of an item"], ["item", "a new item with a feature"]], "property"),
    overlap: slider("Shared input (needs the server)", 0, 0.9, 0.05, 0),
    load: slider("Load (examples per weight)", -1, 1, 0.01, 0, power),
    noise: slider("Noise variance", 0, 4, 0.05, 1),
    first: slider("Variance of the first weights", 0, 2, 0.05, 0),
    precision: slider("Half the angle to be told apart (degrees)", 0.5, 15, 0.5, 2),
    input_noise: slider("Noise of the inputs", 0.05, 1, 0.05, 0.3),
    gain: slider("Gain of the first layer before training", 0.2, 2, 0.05, 1),
    pathway_depth: slider("Layers of each pathway", 1, 5, 1, 2),
    weight: slider("Weight of each layer at first", 0.01, 0.3, 0.005, 0.02),
    onset: slider("Second pathway closed from", 0, 20, 0.25, 0),
    length: slider("Closed for", 0.25, 20, 0.25, 8),
    deficit: choice("A closed pathway", [["freeze", "contributes, but does not learn"], ["silence", "is silent"]], "freeze"),
    unit: choice("Units", [["tanh", "tanh"], ["erf", "erf"], ["relu", "ReLU"]], "tanh"),
    weight_variance: slider("Weight variance", 0.2, 4, 0.02, 1.5),
    bias_variance: slider("Bias variance", 0, 0.5, 0.01, 0.05),
    pace: choice("Learning rate", [["same", "the same at every depth"], ["divided", "divided by depth, as stability asks"]], "same"),
    layer: slider("Strength of each layer at first", 0.05, 0.95, 0.05, 0.9),
  };

  /** A value that a setting can have, from text; its usual one where the text is none. */
  function valid(key, text) {
    const one = all[key];
    if (one.kind === "name") return String(text).slice(0, 200);
    if (one.kind === "choice") return one.options.some(([value]) => value === text) ? text : one.usual;
    const number = Number(text);
    if (text === "" || text === null || !Number.isFinite(number)) return one.usual;
    const inside = Math.min(Math.max(number, one.least), one.most);
    return Math.min(+(one.least + Math.round((inside - one.least) / one.step) * one.step).toFixed(6), one.most);
  }

  const usual = () => Object.fromEntries(Object.entries(all).map(([key, one]) => [key, one.usual]));

  return { all, valid, usual, short };
})();
