"use strict";
/** Ordinary differential equations by extrapolation of the midpoint rule (Gragg, Bulirsch, Stoer). */
ontogeny.ode = (() => {
  const ROWS = 8, TOLERANCE = 1e-13, MOST = 20000;

  /** One step by midpoints of many sizes, extrapolated to none; and how far the last two extrapolations differ. */
  function extrapolated(velocity, y, h) {
    const first = velocity(y), size = y.length, table = [];
    for (let row = 0; row < ROWS; row++) {
      const count = 2 * (row + 1), part = h / count;
      let before = y, here = y.map((x, i) => x + part * first[i]);
      for (let k = 1; k < count; k++) {
        const move = velocity(here), next = before.map((x, i) => x + 2 * part * move[i]);
        before = here;
        here = next;
      }
      const last = velocity(here), line = [before.map((x, i) => (x + here[i] + part * last[i]) / 2)];
      for (let k = 1; k <= row; k++) {
        const ratio = (count / (2 * (row - k + 1))) ** 2 - 1;
        line.push(line[k - 1].map((x, i) => x + (x - table[row - 1][k - 1][i]) / ratio));
      }
      table.push(line);
    }
    const [best, rival] = [table[ROWS - 1][ROWS - 1], table[ROWS - 1][ROWS - 2]];
    let error = 0;
    for (let i = 0; i < size; i++) {
      const off = Math.abs(best[i] - rival[i]) / (TOLERANCE * (Math.abs(best[i]) + 1e-3));
      error = Math.max(error, Number.isNaN(off) ? Infinity : off);
    }
    return { best, error };
  }

  /** States at increasing times, the first of which is that of the start. */
  function solve(velocity, start, times) {
    const found = [start];
    let y = start, t = times[0], h = Infinity, steps = 0;
    for (const until of times.slice(1)) {
      while (t < until && steps++ < MOST) {
        const step = Math.min(h, until - t), { best, error } = extrapolated(velocity, y, step);
        const change = error === Infinity ? 0.2 : Math.min(4, Math.max(0.2, 0.9 * error ** (-1 / (2 * ROWS - 1))));
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
