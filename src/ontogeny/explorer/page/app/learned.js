"use strict";
/** What the world that is set teaches a network: times, strengths of all modes, answers; computed once for a state. */
ontogeny.learned = (() => {
  const { strengths, defaultUntil, answers } = ontogeny.semantics;
  const LOOKS = 201;
  let last = { key: "", found: null };

  /** The course of learning at a state. */
  function of(state) {
    const world = ontogeny.worlds.of(state), key = [state.depth, state.start].join();
    if (last.key !== key || last.found.world !== world) last = { key, found: course(world, state) };
    return last.found;
  }

  function course(world, { depth, start }) {
    const s = world.spectrum.singularValues, u0 = 10 ** start;
    const until = defaultUntil(s, u0, { depth });
    const times = Array.from({ length: LOOKS }, (_, k) => until * k / (LOOKS - 1));
    return { world, depth, initialStrength: u0, until, times, strength: strengths(s, times, u0, { depth }) };
  }

  /** Number of the time that is played, and strengths of all modes then. */
  const lookOf = (state) => Math.round(state.moment * (LOOKS - 1));
  const at = (found, look) => found.strength.map((u) => u[look]);
  const map = (found, look) => answers(found.world.spectrum, at(found, look));

  /** Position of a name, or of the one that is usual. */
  const place = (names, name, otherwise = 0) => (names.includes(name) ? names.indexOf(name) : otherwise);

  return { of, lookOf, at, map, place };
})();
