"use strict";
/** What is laid over the theory: trained networks, correlated inputs, errors on a visitor's own samples. */
ontogeny.overlays = (() => {
  const MOST = 8; // modes that are laid over
  let trained = { key: null, series: [] }, shared = { key: null, series: [] }, measured = null, waiting = 0;

  const key = (state, more) => {
    const found = ontogeny.learned.of(state);
    return JSON.stringify([found.world.name, found.world.items.length, ontogeny.worlds.keysOf(state).map((name) => state[name]), found.depth, found.initialStrength, more]);
  };

  /** Curves for the figure of mode strengths, as long as the state is theirs. */
  function of(state) {
    const found = trained.key === key(state, "") ? trained.series : [];
    if (state.overlap > 0 && ontogeny.server.isThere) {
      const wanted = key(state, state.overlap);
      if (shared.key === wanted) return [...found, ...shared.series];
      clearTimeout(waiting);
      waiting = setTimeout(() => askShared(state, wanted), 150);
    }
    return found;
  }

  /** Numbers at the times of the page, from those at other times. */
  function between(times, from, values) {
    let k = 0;
    return times.map((t) => {
      while (k < from.length - 2 && from[k + 1] < t) k++;
      const share = (t - from[k]) / (from[k + 1] - from[k]);
      return share > 1 + 1e-9 ? null : values[k] + share * (values[k + 1] - values[k]);
    });
  }

  /** Train networks on the world that is set. */
  async function train() {
    const state = { ...ontogeny.state.get() }, wanted = key(state, ""), { times } = ontogeny.learned.of(state);
    await guarded(async () => {
      const { time, strength } = await ontogeny.server.simulate(state);
      trained = { key: wanted, series: strength.flatMap((network, n) => network.slice(0, MOST).map((values, a) => ({
        name: `network ${n + 1}, mode ${a + 1}`, values: between(times, time, values), color: a, thin: true, unnamed: true, dash: true }))) };
    });
  }

  async function askShared(state, wanted) {
    const { times } = ontogeny.learned.of(state), overlap = state.overlap;
    await guarded(async () => {
      const { time, strength } = await ontogeny.server.correlated({ ...state });
      shared = { key: wanted, series: strength.slice(0, MOST).map((values, a) => ({
        name: `mode ${a + 1}, inputs that share ${overlap}`, values: between(times, time, values), color: a, dash: true })) };
    });
  }

  /** Errors that are predicted from a visitor's samples. */
  async function measure(file, target) {
    await guarded(async () => { measured = await ontogeny.server.samples(file, target); });
  }

  /** Curves for the figure of errors. */
  function errors(times) {
    if (!measured) return [];
    return [["your test error", "test_error"], ["your train error", "train_error"]].map(([name, field], k) => ({
      name, values: between(times, measured.time, measured[field]), dash: true, color: k + 2 }));
  }

  async function guarded(work) {
    ontogeny.upload.say("");
    try {
      await work();
      ontogeny.state.tellSoon();
    } catch (error) {
      ontogeny.upload.say(error.message);
    }
  }

  return { of, train, measure, errors };
})();
