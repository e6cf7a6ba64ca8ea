"use strict";
/** Structured worlds, as in `forms/` and `environments/designs.py`: fields on graphs, and items in order. */
ontogeny.forms = (() => {
  const { zeros, eigh } = ontogeny.linearAlgebra;

  const ring = (n) => graph(numbers(n), [], Array.from({ length: n }, (_, i) => [i, (i + 1) % n]));
  const chain = (n) => graph(numbers(n), [], Array.from({ length: n - 1 }, (_, i) => [i, i + 1]));

  /** Rows and columns, each cell joined to its neighbors. */
  function grid(a, b) {
    const names = [], edges = [];
    for (let i = 0; i < a; i++) {
      for (let j = 0; j < b; j++) {
        names.push(`${i + 1}.${j + 1}`);
        if (j + 1 < b) edges.push([i * b + j, i * b + j + 1]);
        if (i + 1 < a) edges.push([i * b + j, (i + 1) * b + j]);
      }
    }
    return graph(names, [], edges, names.map((name) => `row ${name.split(".")[0]}`));
  }

  /** Groups of items, each joined to a node of its group. */
  function clusters(k, m) {
    const names = [], edges = [], hubs = numbers(k).map((name) => `cluster ${name}`);
    for (let i = 0; i < k; i++) for (let j = 0; j < m; j++) names.push(`${i + 1}.${j + 1}`);
    names.forEach((_, item) => edges.push([k * m + Math.floor(item / m), item]));
    return graph(names, hubs, edges, names.map((name) => `cluster ${name.split(".")[0]}`));
  }

  /** A tree of some levels whose leaves are items. */
  function tree(levels, branches) {
    let parents = ["root"];
    const nodes = [["root"]];
    for (let level = 1; level <= levels; level++) {
      parents = parents.flatMap((parent) =>
        numbers(branches).map((branch) => (parent === "root" ? branch : `${parent}.${branch}`)));
      nodes.push(parents);
    }
    const leaves = nodes.pop(), hidden = nodes.flat(), all = [...leaves, ...hidden];
    const place = new Map(all.map((name, i) => [name, i]));
    const edges = all.filter((name) => name !== "root").map((name) =>
      [place.get(name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : "root"), place.get(name)]);
    return graph(leaves, hidden, edges, leaves.map((name) => name.split(".")[0]));
  }

  const numbers = (n) => Array.from({ length: n }, (_, i) => `${i + 1}`);
  const graph = (items, latent, edges, category = null) => ({ items, latent, edges, category });

  /** Inverse of a symmetric positive matrix, by its square root in triangles (Cholesky). */
  function inverse(a) {
    const n = a.length, l = zeros(n, n), inverted = zeros(n, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = a[i][j];
        for (let k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
        l[i][j] = i === j ? Math.sqrt(sum) : sum / l[j][j];
      }
    }
    for (let column = 0; column < n; column++) {
      const x = inverted[column];
      for (let i = column; i < n; i++) {
        let sum = i === column ? 1 : 0;
        for (let k = column; k < i; k++) sum -= l[i][k] * x[k];
        x[i] = sum / l[i][i];
      }
      for (let i = n - 1; i >= 0; i--) {
        for (let k = i + 1; k < n; k++) x[i] -= l[k][i] * x[k];
        x[i] /= l[i][i];
      }
    }
    return inverted;
  }

  /** Exact covariance of the items of a Gaussian field on a graph. */
  function fieldCovariance({ items, latent, edges }, sigma) {
    const n = items.length + latent.length, precision = zeros(n, n);
    for (let i = 0; i < n; i++) precision[i][i] = sigma ** -2;
    for (const [i, j] of edges) {
      precision[i][i] += 1;
      precision[j][j] += 1;
      precision[i][j] -= 1;
      precision[j][i] -= 1;
    }
    return inverse(precision).slice(0, items.length).map((row) => row.slice(0, items.length));
  }

  /** Square root of a covariance: the table whose items are as similar as it says, with a feature near each item. */
  function rootOf(covariance) {
    const { values, vectors } = eigh(covariance), roots = values.map((value) => Math.sqrt(Math.max(value, 0)));
    return covariance.map((_, i) => covariance.map((__, j) =>
      roots.reduce((sum, root, k) => sum + vectors[i][k] * root * vectors[j][k], 0)));
  }

  /** Items in order: item k has the first k features. */
  const staircase = (n) => numbers(n).map((_, i) => numbers(n).map((__, j) => (j <= i ? 1 : 0)));

  return { ring, chain, grid, clusters, tree, fieldCovariance, rootOf, staircase };
})();
