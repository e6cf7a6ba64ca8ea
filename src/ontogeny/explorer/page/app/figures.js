"use strict";
/** The figures of a view: made once, then redrawn in place. */
ontogeny.figures = (() => {
  const { element, byId } = ontogeny.dom;
  const KINDS = { lines: "lines", map: "map", points: "points", bars: "bars" };
  const SVG = "http://www.w3.org/2000/svg";
  let shown = [];

  function made(spec) {
    const title = element("figcaption", {}, spec.title), readout = element("output", { className: "readout" });
    const box = element("div", { className: "plot", tabIndex: 0, role: "group", "aria-roledescription": "figure" });
    const legend = element("ul", { className: "legend" });
    const figure = element("figure", { id: `figure-${spec.key}` }, title, box, readout, legend);
    byId("figures").append(figure);
    const tell = (text) => { readout.textContent = text; };
    const drawer = ontogeny[KINDS[spec.kind]].create(box, tell);
    box.addEventListener("keydown", (event) => {
      if (drawer.key(event.key)) event.preventDefault();
    });
    const watcher = new ResizeObserver(() => drawer.resize());
    watcher.observe(box);
    return { key: spec.key, kind: spec.kind, figure, title, box, legend, drawer, watcher, spec, known: "" };
  }

  /** A short line in the color of a curve. */
  function swatch({ stroke, dash }) {
    const svg = document.createElementNS(SVG, "svg"), line = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", "0 0 20 8");
    svg.setAttribute("aria-hidden", "true");
    for (const [name, value] of [["d", "M0 4h20"], ["stroke", stroke], ["stroke-width", "2.5"], ...(dash ? [["stroke-dasharray", "5 3"]] : [])]) line.setAttribute(name, value);
    svg.append(line);
    return svg;
  }

  function explained(one) {
    const { shown: names, more } = one.drawer.legend(), known = JSON.stringify([names, more]);
    if (known === one.known) return;
    one.known = known;
    one.legend.replaceChildren(...names.map((entry) => element("li", {}, swatch(entry), entry.name)), ...(more ? [element("li", {}, `and ${more} more`)] : []));
  }

  /** Show what a view wants to be seen. */
  function show(specs) {
    const same = specs.length === shown.length && specs.every((spec, k) => spec.key === shown[k].key && spec.kind === shown[k].kind);
    if (!same) {
      clear();
      shown = specs.map(made);
    }
    specs.forEach((spec, k) => {
      const one = shown[k];
      one.spec = spec;
      if (one.title.textContent !== spec.title) one.title.textContent = spec.title;
      one.box.setAttribute("aria-label", `${spec.title}. Arrow keys read its values.`);
      one.drawer.draw(spec);
      explained(one);
    });
  }

  function clear() {
    for (const one of shown) {
      one.watcher.disconnect();
      one.drawer.destroy();
      one.figure.remove();
    }
    shown = [];
  }

  return { show, specs: () => shown.map((one) => one.spec) };
})();
