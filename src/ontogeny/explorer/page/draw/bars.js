"use strict";
/** Named values as bars, the largest first. */
ontogeny.bars = (() => {
  const { ink, series } = ontogeny.colors;
  const { cut } = ontogeny.canvas;
  const ROW = 17, NAMES = 120, MOST = 26;

  /** The bars that are shown: of many only the largest. */
  function shown(spec) {
    const order = spec.names.map((_, i) => i).filter((i) => Number.isFinite(spec.values[i]));
    return order.sort((i, j) => spec.values[j] - spec.values[i] || i - j).slice(0, MOST);
  }

  function draw(context, spec, width) {
    const order = shown(spec), low = Math.min(0, ...order.map((i) => spec.values[i])), high = Math.max(1, ...order.map((i) => spec.values[i]));
    const to = (x) => NAMES + (width - NAMES - 50) * (x - low) / (high - low), { text, rule } = ink();
    context.textBaseline = "middle";
    order.forEach((i, row) => {
      const y = row * ROW;
      context.fillStyle = text;
      context.fillText(cut(context, spec.names[i], NAMES - 8), 0, y + ROW / 2);
      context.fillStyle = series(i === spec.marked ? 1 : 0);
      context.fillRect(Math.min(to(0), to(spec.values[i])), y + 2, Math.abs(to(spec.values[i]) - to(0)), ROW - 4);
      context.fillStyle = text;
      context.fillText(spec.values[i].toFixed(2), Math.max(to(spec.values[i]), to(0)) + 4, y + ROW / 2);
    });
    context.strokeStyle = rule;
    context.strokeRect(to(0), 0, 0, order.length * ROW);
    return { order };
  }

  const say = (spec, row) => {
    const i = shown(spec)[row];
    return i === undefined ? "" : `${spec.names[i]}: ${spec.values[i].toPrecision(10)}`;
  };
  const at = (_, spec, __, y) => say(spec, Math.floor(y / ROW));
  const kind = { draw, at, say, height: (spec) => Math.max(shown(spec).length, 1) * ROW + 2, places: (spec) => ({ rows: shown(spec).length, columns: 1 }) };
  return { create: (box, tell) => ontogeny.canvas.create(box, tell, kind), shown };
})();
