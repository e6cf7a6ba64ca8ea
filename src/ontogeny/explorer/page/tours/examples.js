"use strict";
/** Why networks with more weights than examples generalize: double descent, early stopping, small first weights. */
ontogeny.tours.examples = (() => {
  const { best } = ontogeny.errors;
  const { optimalStopping } = ontogeny.generalization;
  const base = { view: "errors", load: -0.3, noise: 1, first: 0 };
  const at = (load, noise = 1, first = 0) => optimalStopping(load, { noiseVariance: noise, initialVariance: first });
  const near = (x, y) => Math.abs(x - y) < 0.005 * Math.max(1, Math.abs(y));

  return [
    { say: "A student learns a teacher’s weights from half as many examples as weights. The answers it sees are noisy.",
      from: base, todo: "Set the noise variance to 0.", to: { noise: 0 }, is: (s) => s.noise === 0,
      ask: "Does the test error rise again if there is no noise?", answer: "No. Without noise longer training never hurts; there is no best time to stop.",
      fact: (s) => best(s).time === Infinity },
    { say: "Noise is what can be overfitted.",
      from: { ...base, noise: 0 }, todo: "Set the noise variance to 1.", to: { noise: 1 }, is: (s) => Math.abs(s.noise - 1) < 0.06,
      ask: "Which error rises after the marked time?", answer: "The test error. The train error goes on falling: the student learns the noise of its examples by heart.",
      fact: (s) => best(s).finalError > best(s).error + 0.1 },
    { say: "The load is the number of examples for each weight. The second figure shows all loads.",
      from: base, todo: "Set the load to 1.", to: { load: 0 }, is: (s) => Math.abs(s.load) < 0.005,
      ask: "How large does the test error become after endless training?", answer: "Infinite. With as many examples as weights there is just one solution, and it bends itself to fit every bit of noise.",
      fact: (s) => best(s).finalError === Infinity },
    { say: "Surely fewer examples are worse still?",
      from: { ...base, load: 0 }, todo: "Set the load to 0.1: ten times more weights than examples.", to: { load: -1 }, is: (s) => s.load < -0.95,
      ask: "Is the error after long training larger or smaller than at a load of 1?", answer: "Smaller, by far: about 2. This is the second descent of double descent.",
      fact: (s) => Math.abs(best(s).finalError - 2.01) < 0.02 },
    { say: "On the other side there are plenty of examples.",
      from: { ...base, load: -1 }, todo: "Set the load to 10.", to: { load: 1 }, is: (s) => s.load > 0.95,
      ask: "How near does the test error come to 1, which is the noise itself?", answer: "Near: about 1.11. Ten examples for each weight leave a tenth of the noise in the weights.",
      fact: (s) => near(best(s).finalError, 1.11) },
    { say: "Between both lies the peak. Early stopping is the second curve of the second figure.",
      from: { ...base, load: 1 }, todo: "Go back to a load of 1.", to: { load: 0 }, is: (s) => Math.abs(s.load) < 0.005,
      ask: "Is there a peak if training stops at the best time?", answer: "No. Stopped in time, the error at a load of 1 is 1.62, between those of fewer and of more examples.",
      fact: (s) => near(best(s).error, 1.62) && at(0.5).error > best(s).error && at(2).error < best(s).error },
    { say: "The dashed curve is the lowest error that any method can reach from these data.",
      from: { ...base, load: 0 }, todo: "Set the load to 0.5.", to: { load: -0.3 }, is: (s) => Math.abs(s.load + 0.3) < 0.03,
      ask: "How much worse is early stopping?", answer: "Hardly: less than one percent here.",
      fact: (s) => best(s).error / best(s).bayesError < 1.01 },
    { say: "So far the student began with weights of 0.",
      from: { ...base, load: -1 }, todo: "Set the variance of the first weights to 1.", to: { first: 1 }, is: (s) => Math.abs(s.first - 1) < 0.06,
      ask: "What do large first weights do where examples are few?", answer: "They stay. The error is about 0.9 higher from beginning to end, and nothing that the student sees can change it.",
      fact: (s) => Math.abs(best(s).finalError - at(10 ** s.load).finalError - 0.9) < 0.01 },
    { say: "Most directions of the weights are shown by no example. Learning leaves them as they were.",
      from: { ...base, load: -1, first: 1 }, todo: "Set the variance of the first weights back to 0.", to: { first: 0 }, is: (s) => s.first === 0,
      ask: "Then why does a large network generalize?", answer: "It begins small: among the endlessly many solutions that fit, gradient descent from small weights finds the smallest one.",
      fact: (s) => best(s).finalError < at(10 ** s.load, 1, 1).finalError },
    { say: "More noise is more to overfit.",
      from: base, todo: "Set the noise variance to 4.", to: { noise: 4 }, is: (s) => s.noise > 3.9,
      ask: "Does the best time to stop come earlier or later?", answer: "Earlier: there is less signal to be learned before the noise takes over.",
      fact: (s) => best(s).time < at(10 ** s.load, 1).time },
    { say: "With little noise it is the other way round.",
      from: { ...base, noise: 4 }, todo: "Set the noise variance to 0.05.", to: { noise: 0.05 }, is: (s) => s.noise > 0 && s.noise < 0.12,
      ask: "How much is there to win by stopping?", answer: "Almost nothing at half as many examples as weights: the error ends within three percent of its lowest.",
      fact: (s) => best(s).finalError / best(s).error < 1.03 },
    { say: "All of it in one picture: error against load, with and without stopping.",
      from: { ...base, noise: 0.05 }, todo: "Set the noise variance to 0.5 and the load to 1.", to: { noise: 0.5, load: 0 }, is: (s) => Math.abs(s.noise - 0.5) < 0.06 && Math.abs(s.load) < 0.005,
      ask: "What protects a network with too many weights from its noise?", answer: "Three things: small first weights, stopping in time, and, far beyond the peak, the great number of weights itself.",
      fact: (s) => best(s).finalError === Infinity && at(0.1, 0.5).finalError < 1.5 && best(s).error < 1.2 },
  ];
})();
