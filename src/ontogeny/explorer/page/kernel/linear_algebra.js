"use strict";
/** Matrices as arrays of rows: singular values by one-sided rotations, eigenvalues by reduction to three diagonals. */
ontogeny.linearAlgebra = (() => {
  const zeros = (rows, columns) => Array.from({ length: rows }, () => new Float64Array(columns));
  const transpose = (a) => zeros(a[0].length, a.length).map((row, i) => row.map((_, j) => a[j][i]));
  const multiply = (a, b) => zeros(a.length, b[0].length).map((row, i) => {
    for (let k = 0; k < b.length; k++) for (let j = 0; j < row.length; j++) row[j] += a[i][k] * b[k][j];
    return row;
  });
  const dot = (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  };

  /** Columns turned so that both are orthogonal, in place; whether they were not yet. */
  function rotated(x, y, also, other) {
    const alpha = dot(x, x), beta = dot(y, y), gamma = dot(x, y);
    if (Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta) || gamma === 0) return false;
    const zeta = (beta - alpha) / (2 * gamma), t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
    const c = 1 / Math.hypot(1, t), s = c * t;
    for (const [p, q] of [[x, y], [also, other]]) {
      for (let i = 0; i < p.length; i++) {
        const first = p[i];
        p[i] = c * first - s * q[i];
        q[i] = s * first + c * q[i];
      }
    }
    return true;
  }

  /** Singular values, largest first, with left and right vectors as columns: a = u diag(s) v'. */
  function svd(a) {
    if (a.length < a[0].length) {
      const { u, s, v } = svd(transpose(a));
      return { u: v, s, v: u };
    }
    const columns = transpose(a), n = columns.length;
    const right = zeros(n, n).map((row, i) => row.fill(1, i, i + 1));
    for (let sweep = 0, moved = true; moved && sweep < 60; sweep++) {
      moved = false;
      for (let p = 0; p < n - 1; p++) {
        for (let q = p + 1; q < n; q++) moved = rotated(columns[p], columns[q], right[p], right[q]) || moved;
      }
    }
    const size = columns.map((column) => Math.sqrt(dot(column, column)));
    const order = size.map((_, i) => i).sort((i, j) => size[j] - size[i]);
    return {
      s: order.map((i) => size[i]),
      u: transpose(order.map((i) => columns[i].map((x) => (size[i] > 0 ? x / size[i] : 0)))),
      v: transpose(order.map((i) => right[i])),
    };
  }

  /** A symmetric matrix as q t q', with t of three diagonals, by Householder's reflections. */
  function tridiagonal(matrix) {
    const a = matrix.map((row) => Float64Array.from(row)), n = a.length;
    const q = zeros(n, n).map((row, i) => row.fill(1, i, i + 1));
    for (let k = 0; k < n - 2; k++) {
      const v = new Float64Array(n);
      for (let i = k + 1; i < n; i++) v[i] = a[i][k];
      const size = Math.sqrt(dot(v, v));
      if (size === 0) continue;
      v[k + 1] += v[k + 1] > 0 ? size : -size;
      const scale = 2 / dot(v, v), p = a.map((row) => scale * dot(row, v)), half = scale / 2 * dot(p, v);
      for (let i = 0; i < n; i++) p[i] -= half * v[i];
      for (let i = k; i < n; i++) for (let j = k; j < n; j++) a[i][j] -= v[i] * p[j] + p[i] * v[j];
      for (const row of q) {
        const along = scale * dot(row, v);
        for (let j = k + 1; j < n; j++) row[j] -= along * v[j];
      }
    }
    return { q, diagonal: a.map((row, i) => row[i]), beside: a.slice(1).map((row, i) => row[i]) };
  }

  /** Eigenvalues of a symmetric matrix, largest first, with vectors as columns. */
  function eigh(matrix) {
    const { q, diagonal: d, beside } = tridiagonal(matrix), e = [...beside, 0], n = d.length;
    const columns = transpose(q);
    for (let l = 0; l < n; l++) {
      for (let round = 0; round < 100; round++) {
        let m = l;
        while (m < n - 1 && Math.abs(e[m]) > 1.2e-16 * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
        if (m === l) break;
        chased(d, e, columns, l, m);
      }
    }
    const order = d.map((_, i) => i).sort((i, j) => d[j] - d[i]);
    return { values: order.map((i) => d[i]), vectors: transpose(order.map((i) => columns[i])) };
  }

  /** One implicit step from m down to l, shifted by the eigenvalue of the corner that is nearest (Wilkinson). */
  function chased(d, e, columns, l, m) {
    const half = (d[l + 1] - d[l]) / (2 * e[l]), root = Math.hypot(half, 1);
    let g = d[m] - d[l] + e[l] / (half + (half < 0 ? -root : root)), s = 1, c = 1, p = 0;
    for (let i = m - 1; i >= l; i--) {
      const f = s * e[i], b = c * e[i], r = Math.hypot(f, g);
      e[i + 1] = r;
      if (r === 0) {
        d[i + 1] -= p;
        e[m] = 0;
        return;
      }
      s = f / r;
      c = g / r;
      const shifted = d[i + 1] - p, turn = (d[i] - shifted) * s + 2 * c * b;
      p = s * turn;
      d[i + 1] = shifted + p;
      g = c * turn - b;
      const x = columns[i], y = columns[i + 1];
      for (let k = 0; k < x.length; k++) {
        const above = y[k];
        y[k] = s * x[k] + c * above;
        x[k] = c * x[k] - s * above;
      }
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
  }

  return { zeros, transpose, multiply, dot, svd, eigh };
})();
