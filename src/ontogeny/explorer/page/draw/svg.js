"use strict";
/** The same figures as SVG files: text that opens in any drawing program. */
ontogeny.svg = (() => {
  const { ink, series, diverging } = ontogeny.colors;
  const { short } = ontogeny.settings;
  const WIDTH = 640, HEIGHT = 400, LEFT = 64, TOP = 34, RIGHT = 150, BOTTOM = 46;
  const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

  const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => SIGNS[sign]);
  const round = (x) => +x.toFixed(2);
  const text = (x, y, words, more = "") => `<text x="${round(x)}" y="${round(y)}" ${more}>${escaped(words)}</text>`;

  /** A figure as the text of an SVG file. */
  function written(spec) {
    const body = { lines, map, points, bars }[spec.kind](spec), { paper, text: color } = ink();
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${body.width} ${body.height}" font-family="sans-serif" font-size="11" fill="${color}">`
      + `<title>${escaped(spec.title)}</title><rect width="100%" height="100%" fill="${paper}"/>`
      + `${text(LEFT, 18, spec.title, 'font-size="13" font-weight="bold"')}${body.parts.join("")}</svg>\n`;
  }

  /** A scale from values to places, and where its ticks are. */
  function axis(values, log, low, high) {
    const ends = [Math.min(...values), Math.max(...values)], of = log ? Math.log10 : (x) => x;
    const [first, last] = [of(ends[0]), of(ends[1])], span = last - first || 1;
    const to = (x) => low + (of(x) - first) / span * (high - low);
    const step = log ? Math.max(1, Math.ceil(span / 6)) : 10 ** Math.floor(Math.log10(span / 2)) * (span / 10 ** Math.floor(Math.log10(span / 2)) > 6 ? 2 : 1);
    const ticks = [];
    for (let x = Math.ceil(first / step - 1e-9) * step; x <= last + step * 1e-9; x += step) ticks.push(log ? 10 ** x : +x.toPrecision(10));
    return { to, ticks };
  }

  function lines(spec) {
    const usable = (y) => y !== null && Number.isFinite(y) && (!spec.y.log || y > 0);
    const all = spec.series.flatMap((one) => Array.from(one.values).filter(usable));
    const x = axis(spec.x.values, spec.x.log, LEFT, WIDTH - RIGHT);
    const y = axis(spec.y.range ?? (spec.y.log ? all : [0, ...all]), spec.y.log, HEIGHT - BOTTOM, TOP), { rule, soft } = ink(), parts = [];
    for (const at of x.ticks) parts.push(`<path d="M${round(x.to(at))} ${TOP}V${HEIGHT - BOTTOM}" stroke="${rule}" stroke-width=".5"/>`, text(x.to(at), HEIGHT - BOTTOM + 14, short(at), 'text-anchor="middle"'));
    for (const at of y.ticks) parts.push(`<path d="M${LEFT} ${round(y.to(at))}H${WIDTH - RIGHT}" stroke="${rule}" stroke-width=".5"/>`, text(LEFT - 6, y.to(at) + 4, short(at), 'text-anchor="end"'));
    for (const mark of [...(spec.marks ?? []), ...(spec.now === undefined ? [] : [{ at: spec.now, name: "" }])]) parts.push(`<path d="M${round(x.to(mark.at))} ${TOP}V${HEIGHT - BOTTOM}" stroke="${soft}" stroke-dasharray="3 3"/>`, text(x.to(mark.at) + 3, TOP + 10, mark.name ?? ""));
    spec.series.forEach((one, k) => {
      const stroke = one.soft ? soft : series(one.color ?? k);
      let pen = "M";
      const d = Array.from(one.values, (value, i) => {
        if (!usable(value)) return (pen = "M"), "";
        const step = `${pen}${round(x.to(spec.x.values[i]))} ${round(y.to(Math.min(value, 1e300)))}`;
        pen = "L";
        return step;
      }).join("");
      parts.push(`<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${one.thin ? 1 : 1.8}"${one.dash ? ' stroke-dasharray="6 4"' : ""}/>`);
      if (k < 20 && !one.unnamed) parts.push(`<path d="M${WIDTH - RIGHT + 10} ${TOP + 8 + 16 * k}h18" stroke="${stroke}" stroke-width="2"/>`, text(WIDTH - RIGHT + 33, TOP + 12 + 16 * k, one.name.slice(0, 22)));
    });
    parts.push(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, spec.x.label, 'text-anchor="middle"'), text(14, HEIGHT / 2, spec.y.label, `text-anchor="middle" transform="rotate(-90 14 ${HEIGHT / 2})"`));
    return { width: WIDTH, height: HEIGHT, parts };
  }

  function map(spec) {
    const color = diverging(), cell = 14, left = 130, top = 120, parts = [];
    spec.rows.forEach((name, i) => {
      parts.push(text(left - 5, top + i * cell + 11, name, 'text-anchor="end"'));
      spec.columns.forEach((_, j) => parts.push(`<rect x="${left + j * cell}" y="${top + i * cell}" width="${cell}" height="${cell}" fill="rgb(${color(spec.values(i, j) / spec.scale)})"/>`));
    });
    spec.columns.forEach((name, j) => parts.push(text(left + (j + 0.7) * cell, top - 5, name, `transform="rotate(-60 ${left + (j + 0.7) * cell} ${top - 5})"`)));
    return { width: left + spec.columns.length * cell + 60, height: top + spec.rows.length * cell + 20, parts };
  }

  function points(spec) {
    const scale = (HEIGHT / 2 - 40) / (spec.reach || 1), to = ([x, y]) => [round(WIDTH / 2 + x * scale), round(HEIGHT / 2 - y * scale)], names = [...new Set(spec.groups ?? [])];
    const parts = spec.names.flatMap((name, i) => {
      const [x, y] = to(spec.places[i]), color = series(spec.groups ? names.indexOf(spec.groups[i]) : 0);
      const trail = spec.trails(i).map((place, k) => `${k ? "L" : "M"}${to(place).join(" ")}`).join("");
      return [`<path d="${trail}" fill="none" stroke="${color}" opacity=".35"/>`, `<circle cx="${x}" cy="${y}" r="3.5" fill="${color}"/>`, text(x + 6, y + 4, name)];
    });
    return { width: WIDTH, height: HEIGHT, parts };
  }

  function bars(spec) {
    const order = ontogeny.bars.shown(spec), high = Math.max(1, ...order.map((i) => Math.abs(spec.values[i]))), parts = [];
    order.forEach((i, row) => {
      const y = TOP + 16 * row, long = 360 * spec.values[i] / high;
      parts.push(text(150, y + 11, spec.names[i], 'text-anchor="end"'), `<rect x="${round(Math.min(160, 160 + long))}" y="${y}" width="${round(Math.abs(long))}" height="12" fill="${series(i === spec.marked ? 1 : 0)}"/>`, text(166 + Math.max(long, 0), y + 11, short(spec.values[i])));
    });
    return { width: WIDTH, height: TOP + 16 * order.length + 20, parts };
  }

  return { written };
})();
