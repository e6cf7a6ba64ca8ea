"use strict";
/** Worlds as Python packs them: loadings as float64 in base 64, little end first. */
ontogeny.unpacked = (() => {
  const { dot } = ontogeny.linearAlgebra;

  /** Modes, one array for each, from their text. */
  function modes(text, count) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)), view = new DataView(bytes.buffer);
    const size = bytes.length / 8 / count;
    return Array.from({ length: count }, (_, a) => Float64Array.from({ length: size }, (__, i) => view.getFloat64(8 * (a * size + i), true)));
  }

  /** A world with its modes. */
  function world({ items, features, table, category, singular_values: singularValues, groups, output_modes: output }) {
    const outputModes = modes(output, singularValues.length);
    const inputModes = outputModes.map((mode, a) => Float64Array.from(table, (row) => dot(row, mode) / singularValues[a]));
    return { items, features, table, category, spectrum: { singularValues, groups, inputModes, outputModes } };
  }

  return (packed) => Object.fromEntries(Object.entries(packed).map(([name, each]) => [name, world(each)]));
})();
