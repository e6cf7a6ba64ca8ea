"use strict";
/** Limits of formulas, as in `_core/stable.py`: removable singularities and overflow, dealt with once. */
ontogeny.stable = (() => {
  const NEAR = 1e-3; // below which six terms of a series are exact to 1e-19

  /** Product in which zero times infinity is 0. */
  const product = (x, y) => (x === 0 || y === 0 ? 0 * (Number.isNaN(x + y) ? NaN : 1) : x * y);

  /** Integral of an exponential relaxation, (1 - exp(-r t))/r, which is t at rate 0. */
  function relaxationIntegral(rate, time) {
    const x = product(rate, time);
    if (Math.abs(x) < NEAR) return time * (1 - x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6)))));
    return -Math.expm1(-x) / rate;
  }

  /** Logarithm over its rate, ln(1 + r z)/r, which is z at rate 0. */
  function log1pRatio(rate, growth) {
    const x = product(rate, growth);
    if (Math.abs(x) < NEAR) return growth * (1 - x * (1 / 2 - x * (1 / 3 - x * (1 / 4 - x * (1 / 5 - x / 6)))));
    return Math.log1p(x) / rate;
  }

  /** Solution of x' = x (r - c x). */
  function logisticGrowth(time, rate, start, crowding) {
    const exponent = product(rate, time);
    if (exponent < -1) {
      const left = product(start, Math.exp(exponent));
      return left / (1 + product(product(crowding, start), relaxationIntegral(-rate, time)));
    }
    const below = Math.exp(-exponent) + product(product(crowding, start), relaxationIntegral(rate, time));
    return below === 0 && start === 0 ? 0 : start / below; // late: 0, not 0/0
  }

  return { product, relaxationIntegral, log1pRatio, logisticGrowth };
})();
