"use strict";
/** Ordinary differential equations by extrapolation of the midpoint rule (Gragg, Bulirsch, Stoer). */
ontogeny.ode = (() => {
  const ROWS = 8, TOLERANCE = 1e-14, MOST = 20000, STILL = 1e-16;

  /** One step by midpoints of ever smaller size, extrapolated to none until two in a row agree; how far they differ. */
  function extrapolated(velocity, y, h) {
    const first = velocity(y), table = [];
    let error = Infinity, row = 0;
    for (; row < ROWS && error > 1; row++) {
      const line = [midpoints(velocity, y, first, h, 2 * (row + 1))];
      for (let k = 1; k <= row; k++) {
        const ratio = ((row + 1) / (row - k + 1)) ** 2 - 1, better = line[k - 1], worse = table[row - 1][k - 1];
        line.push(better.map((x, i) => x + (x - worse[i]) / ratio));
      }
      table.push(line);
      if (row >= 3) error = apart(line[row], line[row - 1]);
    }
    return { best: table[row - 1][row - 1], error, row };
  }

  /** The end of a step in so many parts, by midpoints. */
  function midpoints(velocity, y, first, h, count) {
    const part = h / count;
    let before = y, here = y.map((x, i) => x + part * first[i]);
    for (let k = 1; k < count; k++) {
      const move = velocity(here), next = before.map((x, i) => x + 2 * part * move[i]);
      before = here;
      here = next;
    }
    const last = velocity(here);
    return before.map((x, i) => (x + here[i] + part * last[i]) / 2);
  }

  /** Largest difference, in units of what is tolerated. */
  function apart(one, other) {
    let error = 0;
    for (let i = 0; i < one.length; i++) {
      const off = Math.abs(one[i] - other[i]) / (TOLERANCE * (Math.abs(one[i]) + 1e-3));
      error = Math.max(error, Number.isNaN(off) ? Infinity : off);
    }
    return error;
  }

  /** States at increasing times, the first of which is that of the start. */
  function solve(velocity, start, times) {
    const found = [start];
    const end = times[times.length - 1];
    let y = start, t = times[0], h = Infinity, steps = 0, settled = false;
    for (const until of times.slice(1)) {
      if (!settled) settled = velocity(y).every((v, i) => Math.abs(v) * (end - t) <= STILL * Math.abs(y[i]));
      if (settled) t = until; // nothing moves any more
      while (t < until && steps++ < MOST) {
        const step = Math.min(h, until - t), { best, error, row } = extrapolated(velocity, y, step);
        const change = row < ROWS - 1 ? 3 : error === Infinity ? 0.2 : Math.min(4, Math.max(0.2, 0.9 * error ** (-1 / (2 * ROWS - 1))));
        if (error <= 1) {
          y = best;
          t = step < until - t ? t + step : until;
          if (step >= h || change < 1) h = step * change;
        } else h = step * change;
      }
      if (t < until) throw new Error(`the course cannot be followed to ${until}`);
      found.push(y);
    }
    return found;
  }

  return { solve };
})();
