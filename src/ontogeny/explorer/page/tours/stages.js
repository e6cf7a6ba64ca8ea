"use strict";
/** Why learning comes in stages: each step has a thing to do (is), the way to do it (to), and a fact that its answer states. */
ontogeny.tours.stages = (() => {
  const { reached } = ontogeny.tour;
  const modes = (s) => ontogeny.learned.of(s).world.spectrum;
  const learned = (s) => ontogeny.stages.learnedModes(s);
  const toys = { view: "stages", world: "rumelhart", depth: 2, start: -3, overlap: 0 };
  const oneSign = (loadings) => loadings.every((x) => x > 0) || loadings.every((x) => x < 0);
  const same = (times) => Math.max(...times) / Math.min(...times) < 1.01;

  return [
    { say: "This network learns eight living things and their properties. At time 0 it knows nothing: the map in the second figure is empty.",
      from: { ...toys, moment: 0 }, todo: "Move the slider “Time” to its end, or press Play.", to: { moment: 1 }, is: (s) => s.moment >= 0.99,
      ask: "How many of the modes has it learned in the end?", answer: "All of them: the map has become the table.",
      fact: (s) => learned(s) === modes(s).singularValues.length },
    { say: "Every curve of the first figure is one mode: a distinction that the table makes. They do not rise together.",
      from: { ...toys, moment: 1 }, todo: "Move Time back to where one mode only has risen above half.", to: { moment: 0.14 }, is: (s) => learned(s) === 1,
      ask: "What does the network know with its first mode?", answer: "What all eight have in common: it treats them all alike. The first mode has the same sign for every item.",
      fact: (s) => oneSign(Array.from(modes(s).inputModes[0])) },
    { say: "Watch the second curve. When it rises, the map changes in two halves.",
      from: { ...toys, moment: 0.14 }, todo: "Move Time on until two modes have risen above half.", to: { moment: 0.2 }, is: (s) => learned(s) === 2,
      ask: "Which two groups does the second mode separate?", answer: "Plants from animals: the coarsest distinction comes before all finer ones.",
      fact: (s) => {
        const { items } = ontogeny.learned.of(s).world, sign = (name) => Math.sign(modes(s).inputModes[1][items.indexOf(name)]);
        return ["pine", "oak", "rose", "daisy"].every((name) => sign(name) === sign("pine")) && ["robin", "canary", "sunfish", "salmon"].every((name) => sign(name) === -sign("pine"));
      } },
    { say: "The network begins with small weights. Each mode waits, then rises suddenly.",
      from: { ...toys, moment: 1 }, todo: "Set the initial strength to one millionth.", to: { start: -6 }, is: (s) => Math.abs(s.start + 6) < 0.3,
      ask: "A start a thousand times smaller: is the wait a thousand times longer?", answer: "No, only about twice as long: weights grow exponentially, so that each factor of the start costs the same time. The rise itself stays as it was.",
      fact: (s) => {
        const wait = reached(s, 0.5)[0] / reached({ ...s, start: -3 }, 0.5)[0];
        return wait > 1.6 && wait < 2.2;
      } },
    { say: "Small weights make the stages. What if the weights are not small at first?",
      from: { ...toys, moment: 1 }, todo: "Set the initial strength above 0.1.", to: { start: -0.5 }, is: (s) => s.start > -1,
      ask: "Are there still stages?", answer: "They blur: all modes begin to rise at once, and none waits.",
      fact: (s) => reached(s, 0.1)[1] < 0.2 * reached({ ...s, start: -3 }, 0.1)[1] },
    { say: "Now take the hidden layer away.",
      from: { ...toys, moment: 1 }, todo: "Set the depth to 1.", to: { depth: 1 }, is: (s) => s.depth === 1,
      ask: "Which mode is half learned first?", answer: "None: without a hidden layer all modes are half learned at the same time, however strong they are. Stages need depth.",
      fact: (s) => same(reached({ ...s, start: -6 }, 0.5)) },
    { say: "And more layers?",
      from: { ...toys, moment: 1 }, todo: "Set the depth to 3.", to: { depth: 3 }, is: (s) => s.depth === 3,
      ask: "Are the stages sharper or smoother than with one hidden layer?", answer: "Sharper: the wait grows longer, and the rise takes a smaller part of it.",
      fact: (s) => (reached(s, 0.9)[0] - reached(s, 0.1)[0]) / reached(s, 0.5)[0] < (reached(s, 0.9, 2)[0] - reached(s, 0.1, 2)[0]) / reached(s, 0.5, 2)[0] },
    { say: "The order comes from the world. In a tree, items on near branches are similar.",
      from: { ...toys, moment: 1, levels: 3, branches: 2, sigma: 3 }, todo: "Choose the world “Tree”.", to: { world: "tree" }, is: (s) => s.world === "tree",
      ask: "In which order are the levels of a tree learned?", answer: "From the root to the leaves. First what all share, then the two main branches, then the branches of these, which tie.",
      fact: (s) => {
        const { inputModes, groups } = modes(s), half = Array.from(inputModes[1], Math.sign);
        return oneSign(Array.from(inputModes[0])) && half.slice(0, 4).every((x) => x === half[0]) && half.slice(4).every((x) => x === -half[0]) && groups[2] === groups[3];
      } },
    { say: "Smoothness says how far a feature reaches along the branches.",
      from: { ...toys, world: "tree", levels: 3, branches: 2, sigma: 3, moment: 1 }, todo: "Set the smoothness to 1 or less.", to: { sigma: 0.8 }, is: (s) => s.sigma <= 1,
      ask: "Do the levels come farther apart in time, or closer together?", answer: "Closer together: where hardly anything is shared, coarse distinctions are hardly stronger than fine ones.",
      fact: (s) => {
        const span = (state) => reached(state, 0.5).at(-1) / reached(state, 0.5)[0];
        return span(s) < span({ ...s, sigma: 3 });
      } },
    { say: "Not every world is a tree. Months and colors lie on a ring.",
      from: { ...toys, world: "tree", size: 12, sigma: 3, moment: 1 }, todo: "Choose the world “Ring”.", to: { world: "ring" }, is: (s) => s.world === "ring",
      ask: "Why do curves come in pairs?", answer: "A ring has no beginning. A wave around it and the same wave shifted are equally strong, so that two modes tie and are learned together.",
      fact: (s) => modes(s).groups[1] === modes(s).groups[2] && modes(s).groups[3] === modes(s).groups[4] },
    { say: "Ranks lie in order: each has all features of the one below, and one more.",
      from: { ...toys, world: "ring", size: 12, sigma: 3, moment: 1 }, todo: "Choose the world “Ordering”.", to: { world: "ordering" }, is: (s) => s.world === "ordering",
      ask: "What is learned first here?", answer: "How high a rank is: the first mode grows steadily from the lowest rank to the highest.",
      fact: (s) => Array.from(modes(s).inputModes[0]).every((x, i, all) => i === 0 || x > all[i - 1]) },
    { say: "The zoo is a real table: 101 animals and 15 features.",
      from: { ...toys, world: "ordering", size: 12, moment: 1 }, todo: "Choose the world “Zoo”.", to: { world: "zoo" }, is: (s) => s.world === "zoo",
      ask: "The weakest mode is about 27 times weaker than the strongest. How much later is it learned?", answer: "About 20 times later. Learning time is nearly one over strength, and that is why learning comes in stages.",
      fact: (s) => {
        const times = reached(s, 0.5), { singularValues } = modes(s), weaker = singularValues[0] / singularValues.at(-1);
        return Math.abs(weaker - 27) < 2 && Math.abs(times.at(-1) / times[0] - 20) < 2;
      } },
  ];
})();
