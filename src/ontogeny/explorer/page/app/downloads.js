"use strict";
/** Figures as SVG, their numbers as CSV, the record as netCDF. */
ontogeny.downloads = (() => {
  const { element, byId } = ontogeny.dom;
  const { get } = ontogeny.state;

  function save(name, content, kind) {
    const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: kind }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  /** A cell of a CSV file; a name that a spreadsheet would compute is quoted as text. */
  function cell(value) {
    const text = typeof value === "number" ? String(value) : /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  }

  /** The numbers of a figure as rows of a tidy table. */
  function rowsOf(spec) {
    if (spec.kind === "lines") return [[spec.x.label, ...spec.series.map((one) => one.name)], ...spec.x.values.map((x, t) => [x, ...spec.series.map((one) => one.values[t] ?? "")])];
    if (spec.kind === "map") return [["item", "feature", "value"], ...spec.rows.flatMap((row, i) => spec.columns.map((column, j) => [row, column, spec.values(i, j)]))];
    if (spec.kind === "points") return [["item", "x1", "x2"], ...spec.names.map((name, i) => [name, ...spec.places[i]])];
    return [["name", "value"], ...spec.names.map((name, i) => [name, spec.values[i]])];
  }

  const csv = (spec) => `${rowsOf(spec).map((row) => row.map(cell).join(",")).join("\n")}\n`;

  async function netcdf() {
    try {
      save("theory.nc", await ontogeny.server.netcdf(get()), "application/x-netcdf");
    } catch (error) {
      ontogeny.upload.say(error.message);
    }
  }

  /** Buttons for what can be taken away from the view that is shown. */
  function show(view, specs) {
    const wanted = [view.key, ...specs.map((spec) => spec.key)].join();
    const box = byId("actions");
    if (box.dataset.of === wanted) return;
    box.dataset.of = wanted;
    const button = (label, onclick, settings = {}) => element("button", { type: "button", onclick, ...settings }, label);
    const now = (k) => ontogeny.figures.specs()[k];
    box.replaceChildren(...specs.flatMap((spec, k) => [
      button(`SVG: ${spec.key.replace("_", " ")}`, () => save(`${spec.key}.svg`, ontogeny.svg.written(now(k)), "image/svg+xml"), { "aria-label": `Download figure ${k + 1} as SVG` }),
      button(`CSV: ${spec.key.replace("_", " ")}`, () => save(`${spec.key}.csv`, csv(now(k)), "text/csv"), { "aria-label": `Download the numbers of figure ${k + 1} as CSV` })]),
    ...(view.world && ontogeny.server.isThere ? [button("netCDF", netcdf, { "aria-label": "Download the whole record as netCDF" })] : []));
  }

  return { show, csv };
})();
