"use strict";
/** Curves, by uPlot: updated in place while only their numbers change. */
ontogeny.lines = (() => {
  const { ink, series: colorOf } = ontogeny.colors;
  const { short } = ontogeny.settings;
  const HEIGHT = 300, SHOWN = 10;

  const data = (spec) => [spec.x.values, ...spec.series.map((one) => one.values)];
  const color = (one, k) => (one.soft ? ink().soft : colorOf(one.color ?? k));
  /** What has to stay the same for the curves to be updated in place. */
  const shape = (spec) => JSON.stringify([spec.x.label, spec.x.log, spec.y.label, spec.y.log, spec.y.range,
    spec.series.map(({ name, dash, soft, color, thin }) => [name, dash, soft, color, thin])]);

  /** A figure of curves inside a box, with what it says of a place. */
  function create(box, tell) {
    let plot = null, spec = null, known = "", chosen = 0;

    function draw(next) {
      spec = next;
      const wanted = shape(spec) + matchMedia("(prefers-color-scheme: dark)").matches;
      if (plot && wanted === known) return void plot.setData(data(spec));
      plot?.destroy();
      known = wanted;
      chosen = 0;
      plot = new uPlot(options(), data(spec), box);
    }

    function options() {
      const { text, rule } = ink();
      const axis = (label, log) => ({ label, stroke: text, grid: { stroke: rule, width: 0.5 }, ticks: { stroke: rule, width: 0.5 },
        font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif", labelSize: 20, size: label === spec.y.label ? 52 : 34,
        values: (_, splits) => splits.map((x) => (x === null ? "" : log && Math.abs(Math.log10(x) % 1) > 1e-6 ? "" : short(x))) });
      return {
        width: box.clientWidth || 400, height: HEIGHT, legend: { show: false }, focus: { alpha: 1 },
        cursor: { y: false, points: { show: false }, drag: { setScale: false, x: false, y: false } },
        scales: { x: { time: false, distr: spec.x.log ? 3 : 1 },
          y: { distr: spec.y.log ? 3 : 1, ...(spec.y.range ? { range: spec.y.range } : {}) } },
        axes: [axis(spec.x.label, spec.x.log), axis(spec.y.label, spec.y.log)],
        series: [{}, ...spec.series.map((one, k) => ({ label: one.name, stroke: color(one, k), width: one.thin ? 1 : 2,
          dash: one.dash ? [6, 4] : undefined, points: { show: Boolean(one.points), size: 5 } }))],
        hooks: { draw: [marked], setCursor: [hovered] },
      };
    }

    /** Upright lines: the time that is played, and what is marked. */
    function marked(u) {
      const { soft, text } = ink(), context = u.ctx, { top, height, left, width } = u.bbox;
      const marks = [...(spec.marks ?? []), ...(spec.now === undefined ? [] : [{ at: spec.now, now: true }])];
      for (const mark of marks) {
        const x = u.valToPos(mark.at, "x", true);
        if (!(x >= left - 1 && x <= left + width + 1)) continue;
        context.save();
        context.strokeStyle = mark.now ? text : soft;
        context.fillStyle = soft;
        context.setLineDash(mark.now ? [] : [3 * devicePixelRatio, 3 * devicePixelRatio]);
        context.beginPath();
        context.moveTo(x, top);
        context.lineTo(x, top + height);
        context.stroke();
        context.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
        context.textAlign = x > left + width / 2 ? "right" : "left";
        if (mark.name) context.fillText(` ${mark.name} `, x, top + 12 * devicePixelRatio);
        context.restore();
      }
    }

    function hovered(u) {
      const { left, top, idx } = u.cursor;
      if (idx === null || idx === undefined || left < 0) return tell("");
      let nearest = 0, least = Infinity;
      spec.series.forEach((one, k) => {
        const y = one.values[idx];
        if (y === null || !Number.isFinite(y)) return;
        const away = Math.abs(u.valToPos(y, "y") - top);
        if (away < least) [nearest, least] = [k, away];
      });
      say(idx, nearest);
    }

    function say(at, k) {
      const one = spec.series[k];
      tell(`${one.name}: ${one.values[at]?.toPrecision(10) ?? "none"} at ${spec.x.label} ${spec.x.values[at].toPrecision(6)}`);
    }

    let at = 0;
    /** Arrows: along the curve, and from one curve to the next. */
    function key(name) {
      const last = spec.x.values.length - 1, step = Math.max(1, Math.round(last / 50));
      if (name === "ArrowRight") at = Math.min(at + step, last);
      else if (name === "ArrowLeft") at = Math.max(at - step, 0);
      else if (name === "ArrowDown") chosen = (chosen + 1) % spec.series.length;
      else if (name === "ArrowUp") chosen = (chosen + spec.series.length - 1) % spec.series.length;
      else return false;
      say(Math.min(at, last), chosen);
      return true;
    }

    /** Names of the curves with their colors; of many only the first. */
    function legend() {
      const named = spec.series.map((one, k) => [one, color(one, k)]).filter(([one]) => !one.unnamed);
      return { shown: named.slice(0, SHOWN).map(([one, stroke]) => ({ name: one.name, stroke, dash: one.dash })),
        more: Math.max(named.length - SHOWN, 0) };
    }

    return { draw, key, legend, resize: () => plot?.setSize({ width: box.clientWidth, height: HEIGHT }), destroy: () => plot?.destroy() };
  }

  return { create };
})();
