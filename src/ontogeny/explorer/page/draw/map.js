"use strict";
/** A table of values as colors: items down, features across. */
ontogeny.map = (() => {
  const { ink, diverging } = ontogeny.colors;
  const { cut } = ontogeny.canvas;
  const LEGIBLE = 10, NAMES = 110, TOP = 84, TILT = Math.PI / 3, OVER = TOP * Math.cos(TILT); // the last name leans out
  const small = document.createElement("canvas");

  const cellHeight = (spec) => Math.min(Math.max(430 / spec.rows.length, 4), 22);
  const tilted = (spec, width) => (width - NAMES - OVER) / spec.columns.length >= LEGIBLE;
  const height = (spec, width) => cellHeight(spec) * spec.rows.length + (tilted(spec, width) ? TOP : 4) + 2;

  function draw(context, spec, width) {
    const rows = spec.rows.length, columns = spec.columns.length, cell = cellHeight(spec);
    const left = cell >= LEGIBLE ? NAMES : 4, top = tilted(spec, width) ? TOP : 4;
    const across = (width - left - (top === TOP ? OVER : 2)) / columns;
    const color = diverging(), image = new ImageData(columns, rows);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const [r, g, b] = color(spec.values(i, j) / spec.scale), place = 4 * (i * columns + j);
        image.data.set([r, g, b, 255], place);
      }
    }
    small.width = columns;
    small.height = rows;
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, left, top, across * columns, cell * rows);
    context.fillStyle = ink().text;
    context.textBaseline = "middle";
    if (left === NAMES) spec.rows.forEach((name, i) => context.fillText(cut(context, name, NAMES - 8), 0, top + (i + 0.5) * cell));
    if (top === TOP) {
      spec.columns.forEach((name, j) => {
        context.save();
        context.translate(left + (j + 0.5) * across, top - 4);
        context.rotate(-TILT);
        context.fillText(cut(context, name, TOP), 0, 0);
        context.restore();
      });
    }
    return { left, top, across, cell };
  }

  const say = (spec, place) => {
    const i = Math.floor(place / spec.columns.length), j = place % spec.columns.length;
    const right = spec.right ? `, right: ${ontogeny.settings.short(spec.right(i, j))}` : "";
    return `${spec.rows[i]}, ${spec.columns[j]}: ${spec.values(i, j).toPrecision(10)}${right}`;
  };

  function at({ left, top, across, cell }, spec, x, y) {
    const j = Math.floor((x - left) / across), i = Math.floor((y - top) / cell);
    const inside = i >= 0 && j >= 0 && i < spec.rows.length && j < spec.columns.length;
    return inside ? say(spec, i * spec.columns.length + j) : "";
  }

  const kind = { height, draw, at, say, places: (spec) => ({ rows: spec.rows.length, columns: spec.columns.length }) };
  return { create: (box, tell) => ontogeny.canvas.create(box, tell, kind) };
})();
