"use strict";
/** Illusions: answers that rise to something wrong and fall again. */
ontogeny.illusionView = (() => {
  const { of, lookOf, place } = ontogeny.learned;
  const { answerCourse, illusions } = ontogeny.semantics;
  const { theory, quoted } = ontogeny.python;
  const { short } = ontogeny.settings;
  const MOST = 8;
  let last = { found: null, list: [] };

  /** All answers that overshoot, the largest first. */
  function list(state) {
    const found = of(state);
    if (last.found !== found) last = { found, list: illusions(found.world.spectrum, found.strength, found.times, found.world.right) };
    return last.list;
  }

  /** The answer that is looked at: the one chosen, or else the usual one of the zoo, or else the first. */
  function chosen(state) {
    const { items, features } = of(state).world;
    return { item: place(items, state.item, place(items, "worm")), feature: place(features, state.feature, place(features, "backbone")) };
  }

  /** The course of the answer, and its peak. */
  function course(state) {
    const found = of(state), { item, feature } = chosen(state);
    const values = answerCourse(found.world.spectrum, found.strength, feature, item);
    return { values, right: found.world.table[item][feature], peak: Math.max(...values), peakTime: found.times[values.indexOf(Math.max(...values))] };
  }

  function figures(state) {
    const found = of(state), { item, feature } = chosen(state), { values, right } = course(state);
    const flat = found.times.map(() => right), name = `${found.world.items[item]}: ${found.world.features[feature]}`;
    const each = found.world.spectrum.singularValues.map((_, a) => a).sort((a, b) => Math.abs(loading(b)) - Math.abs(loading(a))).slice(0, 4);
    function loading(a) {
      const { inputModes, outputModes, singularValues } = found.world.spectrum;
      return inputModes[a][item] * outputModes[a][feature] * singularValues[a];
    }
    const parts = each.map((a, k) => ({ name: `mode ${a + 1} alone`, thin: true, dash: true, color: k + 1,
      values: found.strength[a].map((u) => u * loading(a) / found.world.spectrum.singularValues[a]) }));
    return [{ key: "answer", kind: "lines", title: `What the network answers of ${name}`, now: found.times[lookOf(state)],
      x: { label: "time (tau)", values: found.times }, y: { label: "answer" },
      series: [{ name, values, color: 0 }, { name: "right answer", values: flat, soft: true, dash: true }, ...parts] },
    ontogeny.stages.figures(state)[1]];
  }

  function summary(state) {
    const { item, feature } = chosen(state), { items, features } = of(state).world, { peak, peakTime, right } = course(state);
    return `“${items[item]}: ${features[feature]}” is at most ${short(peak)}, at time ${short(peakTime)}; right is ${short(right)}.`;
  }

  /** A table of the largest illusions, each with a button to look at it; made when the sliders rest. */
  function more(state, box) {
    const { items, features } = of(state).world, rows = list(state).slice(0, MOST).map((one) => {
      const button = ontogeny.dom.element("button", { type: "button", onclick: () => ontogeny.state.set({ item: items[one.item], feature: features[one.feature] }) }, `Look at ${items[one.item]}: ${features[one.feature]}`);
      return [button, short(one.peak), short(one.peakTime), short(one.final)];
    });
    box.replaceChildren(rows.length ? ontogeny.dom.table("The largest illusions", ["answer", "goes to", "at time", "right"], rows)
      : ontogeny.dom.element("p", {}, "No answer overshoots here."));
  }

  const number = (state) => course(state).peak;
  const python = (state) => {
    const { item, feature } = chosen(state), { items, features } = of(state).world;
    return [...theory(state), "print(on.semantics.illusory_correlations(theory).to_dataframe(8))",
      `answer = theory.response.sel(item=${quoted(items[item])}, feature=${quoted(features[feature])})[::2]`,
      "answer.plot()", "print(float(answer.max()))"];
  };

  return { key: "illusions", tab: "Illusions", question: "Why does a child say that worms have bones?",
    lead: "An answer is a sum over modes. Where an early mode says yes and a later one no, the network believes for a while what is false.",
    world: true, moment: true, controls: ["depth", "start", "item", "feature"], figures, more, summary, number, python, course };
})();
