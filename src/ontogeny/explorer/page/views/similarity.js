"use strict";
/** The scaling movie: items drift apart in the hidden layer, coarse groups first. */
ontogeny.similarity = (() => {
  const { of, lookOf } = ontogeny.learned;
  const { embedding } = ontogeny.semantics;
  const { theory } = ontogeny.python;
  const { short } = ontogeny.settings;
  const STEP = 5; // looks between two frames
  let last = { found: null, movie: null };

  /** Places of all items at every frame. */
  function movie(state) {
    const found = of(state);
    if (last.found !== found) {
      const frames = found.times.flatMap((_, t) => (t % STEP ? [] : [t])), { spectrum, items } = found.world;
      const places = embedding(spectrum.inputModes, found.strength, frames, state.depth, items);
      const reach = Math.max(...places.flat(2).map(Math.abs));
      last = { found, movie: { frames, places, reach } };
    }
    return last.movie;
  }

  const frameOf = (state) => Math.round(lookOf(state) / STEP);

  function points(state) {
    const { places, reach } = movie(state), frame = frameOf(state), { items, category } = of(state).world;
    return { key: "points", kind: "points", title: "Items in the last hidden layer (classical scaling)", names: items, groups: category,
      reach, places: places[frame], trails: (i) => places.slice(0, frame + 1).map((all) => all[i]) };
  }

  /** Distances between items, as a share of those at the end. */
  function spread(state) {
    const { places } = movie(state), size = (all) => Math.sqrt(all.flat().reduce((sum, x) => sum + x * x, 0));
    return size(places[frameOf(state)]) / size(places[places.length - 1]);
  }

  const summary = (state) => `At time ${short(of(state).times[frameOf(state) * STEP])} the items have come `
    + `${Math.round(100 * spread(state))} % of the way apart.`;
  const number = (state) => Math.abs(movie(state).places[frameOf(state)][0][0]);
  const python = (state) => [...theory(state), "movie = on.semantics.embedding(theory, times=theory.time[::10])",
    "print(abs(movie.coordinates[0, " + frameOf(state) + ", 0, 0]))  # first item, first axis",
    "axes = on.plot.embedding(movie)", 'axes.flat[0].figure.savefig("similarity.svg")'];

  return { key: "similarity", tab: "Similarity", question: "Which things come apart first?",
    lead: "All items begin in one place. Each mode that is learned pulls two groups apart, the coarsest first.",
    world: true, moment: true, controls: ["depth", "start"],
    figures: (state) => [points(state), ontogeny.stages.courses(state)], spread, summary, number, python };
})();
