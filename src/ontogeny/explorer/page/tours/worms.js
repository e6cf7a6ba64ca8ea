"use strict";
/** Why a child says that worms have bones: illusions on the way to the truth. */
ontogeny.tours.worms = (() => {
  const view = ontogeny.illusionView, { course } = view;
  const zoo = { view: "illusions", world: "zoo", depth: 2, start: -3, item: "worm", feature: "backbone", moment: 1, overlap: 0 };
  const world = (s) => ontogeny.learned.of(s).world;
  const now = (s) => course(s).values[ontogeny.learned.lookOf(s)];
  const list = (s) => {
    const found = ontogeny.learned.of(s);
    return ontogeny.semantics.illusions(found.world.spectrum, found.strength, found.times, found.world.right);
  };
  const part = (s, a) => {
    const { items, features, spectrum } = world(s);
    return spectrum.singularValues[a] * spectrum.inputModes[a][items.indexOf(s.item)] * spectrum.outputModes[a][features.indexOf(s.feature)];
  };
  const width = (s) => ontogeny.projectionView.number(s);

  return [
    { say: "A network learns about 101 animals. The curve is its answer to one question: does a worm have a backbone?",
      from: zoo, todo: "Move Time to the peak of the curve.", to: { moment: 0.075 }, is: (s) => now(s) > 0.95 * course(s).peak,
      ask: "How sure is the network then that worms have bones?", answer: "It says 0.29: more than a quarter of a full yes, though nobody ever told it so.",
      fact: (s) => Math.abs(course(s).peak - 0.29) < 0.005 },
    { say: "The right answer is the dashed line at 0.",
      from: { ...zoo, moment: 0.075 }, todo: "Move Time to the end.", to: { moment: 1 }, is: (s) => s.moment >= 0.99,
      ask: "Does the network still believe it?", answer: "No. It has come down to almost nothing: the error corrects itself, without any new lesson.",
      fact: (s) => Math.abs(now(s)) < 0.01 },
    { say: "Where does the belief come from? Look at the modes.",
      from: zoo, todo: "Open the tab “Stages”, and move Time to where one mode only is learned.", to: { view: "stages", moment: 0.05 },
      is: (s) => s.view === "stages" && ontogeny.stages.learnedModes(s) === 1,
      ask: "What does the network say of every animal then?", answer: "The same: that it has a backbone, a tail, and breathes. Most animals here do, and so it is the best that one mode can say.",
      fact: (s) => ["backbone", "tail", "breathes"].every((name) => world(s).spectrum.outputModes[0][world(s).features.indexOf(name)] > 0.35) && world(s).spectrum.inputModes[0].every((x) => x > 0) },
    { say: "The thin dashed curves are the parts that single modes have in the answer. Mode 1 says yes.",
      from: { ...zoo, moment: 0.075 }, todo: "Move Time to where the answer has fallen below half of its peak.", to: { moment: 0.25 }, is: (s) => s.moment > 0.08 && now(s) < course(s).peak / 2,
      ask: "What pulls it down?", answer: "Later modes that say no of worms, most of all mode 12. They are weaker, so that they come later.",
      fact: (s) => {
        const parts = world(s).spectrum.singularValues.map((_, a) => part(s, a));
        return parts.indexOf(Math.min(...parts)) === 11 && parts[0] > 0.25;
      } },
    { say: "Worms are not alone. Below the figures is a list of the largest illusions.",
      from: zoo, todo: "Look at the first of the list, “seal: tail”.", to: { item: "seal", feature: "tail" }, is: (s) => s.item === "seal" && s.feature === "tail",
      ask: "How far does this one go?", answer: "To 0.96: for a while the network is all but certain that seals have tails, as nearly all mammals do.",
      fact: (s) => Math.abs(course(s).peak - 0.96) < 0.005 },
    { say: "A platypus is a mammal without teeth.",
      from: { ...zoo, item: "seal", feature: "tail" }, todo: "Choose the item “platypus” and the feature “toothed”.", to: { item: "platypus", feature: "toothed" }, is: (s) => s.item === "platypus" && s.feature === "toothed",
      ask: "Who is wrong more, the network or the exception?", answer: "The exception makes the illusion: the network is right about the kind and has not yet learned the odd one out. It says 0.89.",
      fact: (s) => Math.abs(course(s).peak - 0.885) < 0.006 && course(s).right === 0 },
    { say: "Take the hidden layer away.",
      from: zoo, todo: "Set the depth to 1.", to: { depth: 1 }, is: (s) => s.depth === 1,
      ask: "Which answers overshoot now?", answer: "None at all. Without a hidden layer all modes grow in step, and no answer passes its goal.",
      fact: (s) => list({ ...s, start: -8 }).every((one) => Math.abs(one.excess) < 1e-6) },
    { say: "And with more layers?",
      from: zoo, todo: "Set the depth to 4.", to: { depth: 4 }, is: (s) => s.depth === 4,
      ask: "Is the illusion larger or smaller than with one hidden layer?", answer: "Larger: the deeper the network, the longer weak modes wait while strong ones have their say.",
      fact: (s) => course(s).peak > course({ ...s, depth: 2 }).peak },
    { say: "The illusion needs time between the modes.",
      from: zoo, todo: "Set the initial strength above 0.1.", to: { start: -0.5 }, is: (s) => s.start > -1,
      ask: "What do large first weights do to it?", answer: "They make it smaller: the modes that correct it do not wait so long.",
      fact: (s) => course(s).peak < course({ ...s, start: -3 }).peak },
    { say: "The same happens to new facts. A worm is given a new property: who else has it?",
      from: { ...zoo, view: "projection", taught: "property", item: "worm", moment: 1 }, todo: "Move Time to an early moment, before 0.1 of the whole.", to: { moment: 0.05 }, is: (s) => s.moment < 0.1,
      ask: "To how many animals does an early learner extend it?", answer: "To nearly all of them. Later it keeps it for those that are like worms.",
      fact: (s) => width(s) > 80 && width(s) > 1.5 * width({ ...s, moment: 1 }) },
    { say: "Is it the zoo? Try another world: eight living things.",
      from: { ...zoo, world: "zoo" }, todo: "Choose the world “Living things”.", to: { world: "rumelhart" }, is: (s) => s.world === "rumelhart",
      ask: "Are there illusions here too?", answer: "Yes. Wherever exceptions hang on weaker modes than their kind, the kind speaks first.",
      fact: (s) => list(s).some((one) => Math.abs(one.excess) > 0.1) },
    { say: "So a child that says that worms have bones has understood something.",
      from: { ...zoo, moment: 0.075 }, todo: "Open the tab “Similarity”.", to: { view: "similarity" }, is: (s) => s.view === "similarity",
      ask: "What has it understood?", answer: "What animals are like. Items are still near their common place, and the worm is treated as one of them; it moves away later.",
      fact: (s) => ontogeny.similarity.spread(s) < 0.8 },
  ];
})();
