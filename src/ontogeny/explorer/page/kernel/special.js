"use strict";
/** Special functions, as in `_core/special.py`. */
ontogeny.special = (() => {
  const { relaxationIntegral } = ontogeny.stable;
  const TERMS = 64; // of a series whose argument is at most 1/2
  const ECONOMIZED = 20; // Chebyshev terms that stand for them
  const SHORT = 0.125; // change of the logit below which four Gauss points integrate to 1e-16
  const GAUSS = [[0.06943184420297371, 0.17392742256872693], [0.33000947820757187, 0.32607257743127307],
    [0.6699905217924281, 0.32607257743127307], [0.9305681557970263, 0.17392742256872693]];
  const EULER = 0.5772156649015329;
  const known = { ascending: new Map(), remainder: new Map() };

  /** Chebyshev coefficients on [0, 1/2] of a long series of ascending powers. */
  function economized(coefficients) {
    const nodes = Array.from({ length: ECONOMIZED }, (_, j) => Math.PI * (j + 0.5) / ECONOMIZED);
    const values = nodes.map((angle) => {
      const x = (1 + Math.cos(angle)) / 4;
      return coefficients.reduceRight((total, c) => c + x * total, 0);
    });
    return nodes.map((_, k) => (k ? 2 : 1) / ECONOMIZED *
      values.reduce((sum, value, j) => sum + value * Math.cos(k * nodes[j]), 0));
  }

  /** Sum of a Chebyshev series at y, from -1 to 1. */
  function chebyshev(coefficients, y) {
    let one = 0, two = 0;
    for (let k = coefficients.length - 1; k > 0; k--) {
      const next = 2 * y * one - two + coefficients[k];
      two = one;
      one = next;
    }
    return y * one - two + coefficients[0];
  }

  /** What a map holds for a number, made once; the map stays small. */
  function remembered(map, number, make) {
    if (!map.has(number)) {
      if (map.size > 200) map.clear();
      map.set(number, make());
    }
    return map.get(number);
  }

  /** Derivative of the logarithm of the gamma function, for x > 0. */
  function digamma(x) {
    let below = 0;
    while (x < 10) below += 1 / x++;
    const y = 1 / (x * x);
    const series = y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * (691 / 32760 - y / 12))))));
    return Math.log(x) - 1 / (2 * x) - series - below;
  }

  /** Sum of x^n/(n + b), for x of at most 1/2. */
  function betaSeries(x, power) {
    const make = () => economized(Array.from({ length: TERMS }, (_, n) => 1 / (n + power)));
    return chebyshev(remembered(known.ascending, power, make), 4 * x - 1);
  }

  /** The difference B(x; b, 0) + ln(1 - x), from 1 - x of at most 1/2. */
  function betaRemainder(complement, power) {
    const make = () => {
      const coefficients = [-digamma(power) - EULER];
      for (let n = 1, rising = 1; n < TERMS; n++) coefficients.push(-(rising *= (n - power) / n) / n);
      return economized(coefficients);
    };
    return chebyshev(remembered(known.remainder, power, make), 4 * complement - 1);
  }

  /** The incomplete beta function B(x; b, 0). */
  function betaIntegral(x, power, complement = 1 - x) {
    return x <= 0.5 ? x ** power * betaSeries(x, power) : -Math.log(complement) + betaRemainder(complement, power);
  }

  /** Logarithms of x/x0 and (1 - x0)/(1 - x) when the logit of x grows by delta. */
  function logitRisen(delta, x0) {
    const change = (1 - x0) * Math.expm1(-delta);
    const growth = change > -0.5 ? -Math.log1p(change) : -Math.log(x0 + (1 - x0) * Math.exp(-delta));
    return [growth, delta - growth];
  }

  /** Mean of (x/x0)^e while the logit of x changes by delta, either way. */
  function meanPower(delta, x0, e) {
    if (Math.abs(delta) < SHORT) {
      return GAUSS.reduce((sum, [node, share]) =>
        sum + share * Math.exp(-e * Math.log1p((1 - x0) * Math.expm1(-node * delta))), 0);
    }
    const [growth, rest] = delta > 0 ? logitRisen(delta, x0) : logitRisen(-delta, 1 - x0).reverse().map((x) => -x);
    return powerIntegral(x0, e, growth, rest) / delta;
  }

  /** Two terms of the ascending series, and the incomplete beta function of what is left, at both ends. */
  function powerIntegral(x0, e, growth, logRest) {
    const x1 = x0 * Math.exp(growth), rest0 = 1 - x0, rest1 = rest0 * Math.exp(-logRest), b = e + 2;
    const second = growth > 300 ? x1 * Math.exp(e * growth) * relaxationIntegral(e + 1, growth)
      : x0 * relaxationIntegral(-(e + 1), growth);
    const first = relaxationIntegral(-e, growth) + second;
    if (x0 <= 0.5 && x1 <= 0.5) {
      return first + x1 ** 2 * Math.exp(e * growth) * betaSeries(x1, b) - x0 ** 2 * betaSeries(x0, b);
    }
    const end = (x, rest) => x <= 0.5 ? x ** b * betaSeries(x, b) + Math.log1p(-x) : betaRemainder(rest, b);
    return first + x0 ** -e * (logRest + end(x1, rest1) - end(x0, rest0));
  }

  /** Solution of omega + ln(omega) = z. */
  function wrightOmega(z) {
    const tiny = z < -700 ? Math.max(z, -1e9) + 700 : 0; // there omega is exp(z), also where that underflows
    const y = Math.max(z, -700);
    let w = y > 1 ? y - Math.log(y) : y > -2 ? 0.9 * Math.exp(2 * (y - 1) / 3) + 0.02 : Math.exp(y);
    for (let round = 0; round < 2; round++) {
      const residual = y - w - Math.log(w), slope = 1 + w, q = 2 * slope * (slope + 2 * residual / 3);
      w *= 1 + residual / slope * (q - residual) / (q - 2 * residual);
    }
    return w * Math.exp(tiny);
  }

  /** Modified Bessel function of order 0 or 1 over its growth, I_n(x) exp(-x), for x of 0 or more. */
  function scaledBessel(x, order) {
    if (x > 30) {
      let term = 1, sum = 1;
      for (let k = 1; k < 30; k++) {
        const next = term * ((2 * k - 1) ** 2 - 4 * order ** 2) / (8 * k * x);
        if (Math.abs(next) >= Math.abs(term)) break;
        sum += term = next;
      }
      return sum / Math.sqrt(2 * Math.PI * x);
    }
    let term = order ? x / 2 : 1, sum = term;
    for (let k = 1; term > 1e-17 * sum; k++) sum += term *= (x * x / 4) / (k * (k + order));
    return sum * Math.exp(-x);
  }

  /** The ratio I_1(x) exp(-x)/x, which is 1/2 at 0. */
  const scaledBesselRatio = (x) => x < 1e-3 ? Math.exp(-x) * (1 + x * x / 8 * (1 + x * x / 24)) / 2
    : scaledBessel(x, 1) / x;

  /** One less the error function. */
  function errorComplement(x) {
    if (x < 0) return 2 - errorComplement(-x);
    if (x < 2) {
      let term = x, sum = x;
      for (let n = 1; Math.abs(term) > 1e-18 * sum && x > 0; n++) sum += term *= 2 * x * x / (2 * n + 1);
      return 1 - 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
    let below = x;
    for (let k = 90; k > 0; k--) below = x + k / 2 / below; // a continued fraction
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * below);
  }

  /** Share of a standard normal distribution below a number. */
  const normalCdf = (x) => errorComplement(-x / Math.SQRT2) / 2;

  return { digamma, betaIntegral, meanPower, wrightOmega, scaledBessel, scaledBesselRatio, errorComplement, normalCdf };
})();
