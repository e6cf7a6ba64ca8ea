"use strict";
/** Modes of a table, as in `environments/spectrum.py`: ties grouped, signs and axes fixed by the names of features. */
ontogeny.spectrum = (() => {
  const { svd, dot, transpose } = ontogeny.linearAlgebra;
  const RANK = 1e-10, TIE = 1e-6, ALIKE = 1e-7, NAMED = 0.5;

  /** Order in which names come, by code points as Python has it. */
  function nameOrder(names) {
    const points = names.map((name) => Array.from(name, (sign) => sign.codePointAt(0)));
    const before = (a, b) => {
      for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
      return a.length - b.length;
    };
    return names.map((_, i) => i).sort((i, j) => before(points[i], points[j]) || i - j);
  }

  /** Number of the group of tied values that each of the values, largest first, belongs to. */
  function tiedGroups(values) {
    let group = 0;
    return values.map((value, i) => (i && values[i - 1] - value > TIE * values[i - 1] ? ++group : group));
  }

  /** Axes, as rows, that are fixed by the points alone: the farthest point first, ties to the first point. */
  function turned(points) {
    const size = points[0].length, axes = [], norm = Math.sqrt(points.reduce((sum, p) => sum + dot(p, p), 0));
    const without = (point) => axes.reduce((left, axis) => {
      const along = dot(left, axis);
      return left.map((x, i) => x - along * axis[i]);
    }, point);
    while (axes.length < size) {
      const left = points.map((p) => dot(without(p), without(p)));
      const top = Math.max(...left);
      if (top <= (ALIKE * norm) ** 2) break;
      const far = without(without(points[left.findIndex((x) => x >= top - 2 * ALIKE * top)]));
      const length = Math.sqrt(dot(far, far));
      axes.push(far.map((x) => x / length));
    }
    return axes;
  }

  /** Modes of a table of items (rows) and features (columns); each item is its own input, of variance 1. */
  function spectrumOf(table, features) {
    const { s: found, u: items, v: outputs } = svd(table);
    const kept = found.filter((s) => s > RANK * found[0]);
    const groups = tiedGroups(kept), order = nameOrder(features);
    const input = transpose(items).slice(0, kept.length), output = transpose(outputs).slice(0, kept.length);
    for (const group of new Set(groups)) {
      const own = groups.flatMap((g, i) => (g === group ? [i] : []));
      const axes = turned(order.map((m) => own.map((i) => output[i][m])));
      for (const side of [input, output]) {
        const old = own.map((i) => side[i]);
        axes.forEach((axis, k) => {
          side[own[k]] = old[0].map((_, n) => axis.reduce((sum, x, j) => sum + x * old[j][n], 0));
        });
      }
    }
    return { singularValues: kept, inputModes: input, outputModes: output, groups };
  }

  /** What a mode separates: the features with the largest loadings of either sign. */
  function modeName(loadings, features, most = 3) {
    const size = Array.from(loadings, Math.abs), top = Math.max(...size);
    const rank = [];
    nameOrder(features).forEach((feature, place) => { rank[feature] = place; });
    const large = size.flatMap((x, i) => (x >= top * (NAMED - ALIKE) ? [i] : []));
    large.sort((i, j) => (Math.abs(size[i] - size[j]) > ALIKE * top ? size[j] - size[i] : rank[i] - rank[j]));
    const side = (sign) => large.filter((i) => sign * loadings[i] > 0).slice(0, most).map((i) => features[i]).join(", ");
    return [side(1), side(-1)].filter(Boolean).join(" | ");
  }

  return { spectrumOf, modeName, tiedGroups, turned, nameOrder };
})();
