"use strict";
/** Named points in the plane, with the way that they have come. */
ontogeny.points = (() => {
  const { ink, series } = ontogeny.colors;
  const MARGIN = 24, NAMED = 40, NEAR = 14;

  const groups = (spec) => [...new Set(spec.groups ?? [])];
  const colorOf = (spec, i) => series(spec.groups ? groups(spec).indexOf(spec.groups[i]) : 0);

  function draw(context, spec, width, height) {
    const reach = spec.reach || 1, scale = Math.min(width / 2 - 2 * MARGIN, height / 2 - MARGIN) / reach;
    const to = ([x, y]) => [width / 2 + x * scale, height / 2 - y * scale];
    const { text, rule } = ink();
    context.strokeStyle = rule;
    context.strokeRect(0.5, 0.5, width - 1, height - 1);
    const places = spec.names.map((_, i) => to(spec.places[i]));
    spec.names.forEach((_, i) => {
      context.globalAlpha = 0.35;
      context.strokeStyle = colorOf(spec, i);
      context.beginPath();
      spec.trails(i).forEach((place, k) => context[k ? "lineTo" : "moveTo"](...to(place)));
      context.stroke();
    });
    context.globalAlpha = 1;
    spec.names.forEach((_, i) => {
      context.fillStyle = colorOf(spec, i);
      context.beginPath();
      context.arc(...places[i], 4, 0, 2 * Math.PI);
      context.fill();
    });
    context.fillStyle = text;
    context.textBaseline = "middle";
    if (spec.names.length <= NAMED) named(context, spec, places, width);
    return { places };
  }

  /** Names beside their points, where there is room. */
  function named(context, spec, places, width) {
    const taken = [];
    spec.names.forEach((name, i) => {
      const [x, y] = places[i], long = context.measureText(name).width, left = x + 7 + long > width ? x - 7 - long : x + 7;
      if (taken.some(([a, b, c]) => Math.abs(b - y) < 11 && left < a + c && a < left + long)) return;
      taken.push([left, y, long]);
      context.fillText(name, left, y);
    });
  }

  const say = (spec, i) => `${spec.names[i]}${spec.groups ? ` (${spec.groups[i]})` : ""}: ${spec.places[i].map((x) => x.toPrecision(6)).join(", ")}`;

  function at({ places }, spec, x, y) {
    const away = places.map(([a, b]) => Math.hypot(a - x, b - y)), nearest = away.indexOf(Math.min(...away));
    return away[nearest] <= NEAR ? say(spec, nearest) : "";
  }

  /** Groups with their colors. */
  const legend = (spec) => ({ shown: groups(spec).slice(0, 8).map((name, k) => ({ name, stroke: series(k) })), more: Math.max(groups(spec).length - 8, 0) });

  const kind = { height: () => 420, draw, at, say, legend, places: (spec) => ({ rows: 1, columns: spec.names.length }) };
  return { create: (box, tell) => ontogeny.canvas.create(box, tell, kind) };
})();
