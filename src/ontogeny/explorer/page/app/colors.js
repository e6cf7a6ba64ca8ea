"use strict";
/** Colors of the page, read from its style sheet so that light and dark are decided there. */
ontogeny.colors = (() => {
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const ink = () => ({ text: style("--ink"), soft: style("--soft"), rule: style("--rule"), paper: style("--paper") });
  const series = (k) => style(`--series-${(k % 8) + 1}`);
  const parts = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

  /** Color of a value from -1 to 1: from the one end through the middle to the other. */
  function diverging() {
    const [low, middle, high] = ["--low", "--middle", "--high"].map((name) => parts(style(name)));
    return (x) => {
      const share = Math.min(Math.abs(x), 1), end = x < 0 ? low : high;
      return middle.map((m, i) => Math.round(m + share * (end[i] - m)));
    };
  }

  return { ink, series, diverging };
})();
