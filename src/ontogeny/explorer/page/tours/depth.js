"use strict";
/** Why depth need not slow learning: what counts is the strength of all layers together. */
ontogeny.tours.depth = (() => {
  const { together, apart } = ontogeny.depthView;
  const { timeToStrength, infiniteDepth } = ontogeny.modes;
  const { meanField, criticalWeightVariance } = ontogeny.propagation;
  const base = { view: "depth", start: -3, layer: 0.5, pace: "same" };
  const noise = { view: "signals", unit: "tanh", bias_variance: 0 };
  const chi = (s) => meanField(s.unit, s.weight_variance, s.bias_variance).chi;

  return [
    { say: "One mode of strength 1 is learned at depths from 1 to 60. The second curve of the first figure begins with the same strength in every layer.",
      from: base, todo: "Set the strength of each layer to 0.3.", to: { layer: 0.3 }, is: (s) => s.layer <= 0.31,
      ask: "How does the waiting time grow with depth?", answer: "Exponentially. At a product of many small numbers hardly anything passes, and eight layers more cost thousands of times more.",
      fact: (s) => apart(s, 16) / apart(s, 8) > 1000 },
    { say: "That is why people thought that deep networks learn slowly.",
      from: { ...base, layer: 0.3 }, todo: "Set the strength of each layer to 0.9.", to: { layer: 0.9 }, is: (s) => Math.abs(s.layer - 0.9) < 0.03,
      ask: "How long do 60 layers take now?", answer: "Less than 10: layers near 1 pass signals on, and depth costs next to nothing.",
      fact: (s) => apart(s, 60) < 10 },
    { say: "The first curve begins with the same strength of all layers together, whatever the depth.",
      from: { ...base, layer: 0.9 }, todo: "Set the initial strength to 0.01.", to: { start: -2 }, is: (s) => Math.abs(s.start + 2) < 0.06,
      ask: "Is depth 60 much slower than depth 10?", answer: "No, it is even faster: at one learning rate many layers move together.",
      fact: (s) => together(s, 60) < together(s, 10) },
    { say: "But deep networks need a smaller learning rate, or their steps overshoot: about one over the depth.",
      from: { ...base, start: -2, layer: 0.9 }, todo: "Choose the learning rate that is divided by depth.", to: { pace: "divided" }, is: (s) => s.pace === "divided",
      ask: "Does learning time grow without end now?", answer: "No, it levels off: from depth 30 to depth 60 it grows by an eighth, and infinitely many layers would take 106.",
      fact: (s) => together(s, 60) / together(s, 30) < 1.13 && infiniteDepth(106, 1, 0.01) > 0.9 && infiniteDepth(105, 1, 0.01) < 0.9 },
    { say: "The dashed curve of the second figure is a network of infinitely many layers.",
      from: { ...base, start: -2, layer: 0.9, pace: "divided" }, todo: "Set the initial strength to 0.1.", to: { start: -1 }, is: (s) => Math.abs(s.start + 1) < 0.06,
      ask: "Does an infinitely deep network ever learn?", answer: "Yes, in finite time: here 90 % in about 13 units, and depth 16 is already near.",
      fact: (s) => infiniteDepth(13.5, 1, 0.1) > 0.9 && infiniteDepth(12.5, 1, 0.1) < 0.91 && together(s, 16) > 0.75 * 13 },
    { say: "The price of depth is a small start.",
      from: { ...base, start: -1, layer: 0.9, pace: "divided" }, todo: "Set the initial strength to 0.001.", to: { start: -3 }, is: (s) => Math.abs(s.start + 3) < 0.06,
      ask: "A start a hundred times smaller: what does it cost at depth 60?", answer: "Dozens of times more. A single hidden layer would pay with about three times only.",
      fact: (s) => together(s, 60) / together({ ...s, start: -1 }, 60) > 24 && together(s, 2) / together({ ...s, start: -1 }, 2) < 3 },
    { say: "See it in a world with many modes.",
      from: { view: "stages", world: "rumelhart", depth: 2, start: -3, moment: 1, overlap: 0 }, todo: "Set the depth to 5.", to: { depth: 5 }, is: (s) => s.depth === 5,
      ask: "Which modes pay most for the depth?", answer: "The weak ones: they wait longest, and the stages lie farther apart.",
      fact: (s) => {
        const span = (depth) => ontogeny.tour.reached(s, 0.5, depth).at(-1) / ontogeny.tour.reached(s, 0.5, depth)[0];
        return span(5) > span(2);
      } },
    { say: "How does one begin near 1 in every layer? With random weights of the right variance. Here 60 layers of tanh units pass a signal on.",
      from: { ...noise, weight_variance: 1.5 }, todo: "Set the weight variance to 0.5.", to: { weight_variance: 0.5 }, is: (s) => s.weight_variance <= 0.52,
      ask: "What happens to gradients?", answer: "They halve in each layer, and after 60 layers nothing is left: they vanish.",
      fact: (s) => Math.abs(chi(s) - 0.5) < 0.03 },
    { say: "Too much is no better.",
      from: { ...noise, weight_variance: 0.5 }, todo: "Set the weight variance to 3.", to: { weight_variance: 3 }, is: (s) => s.weight_variance >= 2.9,
      ask: "And now?", answer: "They grow in each layer by almost a quarter: they explode, and learning is chaotic.",
      fact: (s) => chi(s) > 1.2 && chi(s) < 1.25 },
    { say: "Between both lies a border, the curve of the first figure.",
      from: { ...noise, weight_variance: 3 }, todo: "Set the weight variance to 1.", to: { weight_variance: 1 }, is: (s) => Math.abs(s.weight_variance - 1) < 0.011,
      ask: "What do gradients do on the border?", answer: "They keep their size through any number of layers. From such a start depth does not slow learning.",
      fact: (s) => Math.abs(chi(s) - 1) < 1e-9 },
    { say: "The border is different for other units.",
      from: { ...noise, weight_variance: 1 }, todo: "Choose ReLU units, and set the weight variance to their border.", to: { unit: "relu", weight_variance: 2 }, is: (s) => s.unit === "relu" && Math.abs(s.weight_variance - 2) < 0.011,
      ask: "Why is it 2 for them?", answer: "They pass on half of all signals. Weights of twice the variance make up for it.",
      fact: (s) => Math.abs(chi(s) - 1) < 1e-9 && criticalWeightVariance("relu", 0) === 2 },
    { say: "Back to depth and speed, with all that you know.",
      from: { ...base, start: -3, layer: 0.5, pace: "divided" }, todo: "Make a network of 60 layers learn in less than 100 units: set the strength of each layer to 0.95.", to: { layer: 0.95 }, is: (s) => apart(s, 60) < 100,
      ask: "What is the lesson?", answer: "Depth slows learning where layers begin small. Where all layers together begin strong enough, it costs a finite delay and no more.",
      fact: (s) => apart(s, 60) < 100 && timeToStrength(0.9, 1, 0.5 ** 60, { depth: 60 }) > 1e12 },
  ];
})();
