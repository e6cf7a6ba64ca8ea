"use strict";
/** Errors of a student that learns from noisy examples, as in `generalization/`: Marchenko-Pastur by one quadrature. */
ontogeny.generalization = (() => {
  const { relaxationIntegral, log1pRatio, product } = ontogeny.stable;
  const { scaledBessel, scaledBesselRatio } = ontogeny.special;
  const EQUAL = [32, 64, 128, 256], GRADED = [[320, 1e6], [1024, 1e20]];
  const REACH = { 320: [-3.4, 2.6], 1024: [-5.3, 2.6] };
  const ROUNDS = 8, PLACES = 80;
  const known = new Map();

  /** Squared sines of the rule and shares of its weights. */
  function angles(nodes) {
    if (!known.has(nodes)) known.set(nodes, nodes in REACH ? graded(nodes) : equal(nodes));
    return known.get(nodes);
  }

  function equal(nodes) {
    const half = Array.from({ length: nodes }, (_, k) => (k + 1) * Math.PI / (2 * (nodes + 1)));
    return { place: half.map((x) => Math.cos(x) ** 2), share: half.map((x) => 2 * Math.sin(2 * x) ** 2 / (nodes + 1)) };
  }

  function graded(nodes) {
    const [low, high] = REACH[nodes], step = (high - low) / (nodes - 1), place = [], share = [];
    for (let k = 0; k < nodes; k++) {
      const u = low + step * k, far = Math.exp(-Math.PI * Math.sinh(u)), angle = Math.PI / 2 / (1 + far);
      const speed = Math.PI ** 2 / 2 * Math.cosh(u) * far / (1 + far) ** 2;
      place.push(Math.sin(angle) ** 2);
      share.push(4 / Math.PI * Math.sin(2 * angle) ** 2 * speed * step);
    }
    return { place, share };
  }

  const isLate = (a, t) => 2 * (1 - Math.sqrt(a)) ** 2 * t > 1;

  /** Number of nodes that resolve every exponential, and the pole if it is not subtracted. */
  function nodesNeeded(a, t) {
    const gap = Math.abs(1 - Math.sqrt(a)), over = 2 * gap ** 2 * t > 800;
    const asked = 24 + Math.max(isLate(a, t) ? 20 / gap : 0, over ? 0 : 9 * a ** 0.25 * Math.sqrt(t));
    const enough = EQUAL.find((nodes) => nodes >= asked);
    if (enough) return enough;
    return t * Math.sqrt(a) > GRADED[0][1] && (!over || gap < 1e-4) ? GRADED[1][0] : GRADED[0][0];
  }

  /** Averages of what gradient flow keeps and learns of a mode, up to some time; Infinity is the end. */
  function averages(a, t) {
    const atom = a >= 1 ? 0 : 1 - a;
    if (t === Infinity) {
      const apart = Math.abs(1 - a);
      return { kept: atom, bulkKept: 0, amplified: apart === 0 ? Infinity : Math.min(a, 1) / apart, loss: 0 };
    }
    const { place, share } = angles(nodesNeeded(a, t)), root = Math.sqrt(a), late = isLate(a, t);
    let left = 0, learned = 0, amplified = 0, loss = 0;
    for (let k = 0; k < place.length; k++) {
      const l = (1 - root) ** 2 + 4 * root * place[k], w = a * share[k], r = Math.exp(-l * t);
      const g = relaxationIntegral(l, t);
      learned += w * g * (1 + r);
      left += late ? w * r * r / l : 0;
      amplified += w * g * g;
      loss += w * r * r;
    }
    const kept = late ? atom + left : 1 - learned;
    return { kept, bulkKept: late ? left : kept - atom, amplified, loss };
  }

  /** Mean squared error on new examples. */
  function testError(time, load, { signalVariance = 1, noiseVariance = 1, initialVariance = 0 } = {}) {
    const over = averages(load, time);
    return noiseVariance + product(signalVariance + initialVariance, over.kept) + product(noiseVariance, over.amplified);
  }

  /** Mean squared error on the training set. */
  function trainError(time, load, { signalVariance = 1, noiseVariance = 1, initialVariance = 0 } = {}) {
    const over = averages(load, time), floor = load < 1 ? 0 : 1 - 1 / load;
    return product(noiseVariance, floor + over.bulkKept / load)
      + product(signalVariance + initialVariance, over.loss / load);
  }

  /** Lowest test error that any method can reach from the data. */
  function bayesError(load, { signalVariance = 1, noiseVariance = 1 } = {}) {
    const unit = noiseVariance + signalVariance || 1, n = noiseVariance / unit, s = signalVariance / unit;
    const b = n + (load - 1) * s, d = Math.sqrt(Math.max(b * b + 4 * n * s, 0));
    return noiseVariance + unit * (b > 0 ? 2 * n * s / (b + d) : (d - b) / 2);
  }

  /** Best time to stop, the test error then, at the end, and the lowest possible one. */
  function optimalStopping(load, variances = {}) {
    const { signalVariance = 1, noiseVariance = 1, initialVariance = 0 } = variances;
    const amount = signalVariance + initialVariance;
    const time = amount <= 0 ? 0 : noiseVariance <= 0 ? Infinity : bestTime(load, amount / noiseVariance);
    return {
      time, error: testError(time, load, variances), finalError: testError(Infinity, load, variances),
      bayesError: bayesError(load, variances),
    };
  }

  /** Newton's method in the logarithm of time, between the best times of the fastest and the slowest mode. */
  function bestTime(load, ratio) {
    const root = Math.sqrt(load), target = Math.log(ratio);
    const latest = Math.log(log1pRatio((1 - root) ** 2, ratio)), earliest = Math.log(log1pRatio((1 + root) ** 2, ratio));
    let place = latest;
    for (let round = 0; round < ROUNDS; round++) {
      const [value, slope] = logRatio(Math.exp(place), load);
      place = Math.min(Math.max(place - (value - target) / slope, earliest), latest);
    }
    return Math.exp(place);
  }

  /** Logarithm of the integral of the rate from t to 2t over the rate at 2t, and its slope along log t. */
  function logRatio(t, load) {
    const root = Math.sqrt(load), low = (1 - root) ** 2, end = scaledBesselRatio(4 * root * t);
    const share = t * gauss().reduce((sum, [node, weight]) => sum + weight / 2
      * scaledBesselRatio(2 * root * t * (1 + (1 + node) / 2)) / end * Math.exp(-low * t * (1 + node) / 2), 0);
    const begun = scaledBesselRatio(2 * root * t) / end;
    const bessel = scaledBessel(4 * root * t, 0) / end;
    const slope = t * (2 * Math.exp(-low * t) - begun) / share + (1 + load) * 2 * t + 2 - bessel;
    return [low * t + Math.log(share), slope];
  }

  /** Nodes and weights of Gauss and Legendre on -1 to 1, by Newton's method. */
  function gauss() {
    if (!known.has("gauss")) known.set("gauss", Array.from({ length: PLACES }, (_, k) => legendreNode(k)));
    return known.get("gauss");
  }

  function legendreNode(k) {
    let x = Math.cos(Math.PI * (k + 0.75) / (PLACES + 0.5)), slope = 1;
    for (let round = 0; round < 6; round++) {
      let below = 1, here = x;
      for (let n = 2; n <= PLACES; n++) [below, here] = [here, ((2 * n - 1) * x * here - (n - 1) * below) / n];
      slope = PLACES * (x * here - below) / (x * x - 1);
      x -= here / slope;
    }
    return [x, 2 / ((1 - x * x) * slope * slope)];
  }

  return { testError, trainError, optimalStopping, bayesError };
})();
