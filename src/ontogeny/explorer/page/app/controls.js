"use strict";
/** Sliders and lists for what a view can be set to: native ones, each with its label. */
ontogeny.controls = (() => {
  const { element, byId } = ontogeny.dom;
  const { all } = ontogeny.settings;
  const { get, set } = ontogeny.state;
  let built = "", parts = new Map();

  function slider(key, one) {
    const input = element("input", { type: "range", id: key, min: one.least, max: one.most, step: one.step });
    const output = element("output", { htmlFor: key });
    output.setAttribute("aria-hidden", "true"); // the slider itself says its value
    input.addEventListener("input", () => set({ [key]: input.value }));
    const update = (value) => {
      if (document.activeElement !== input || Number(input.value) !== value) input.value = value;
      output.textContent = one.shown(value);
      input.setAttribute("aria-valuetext", one.shown(value));
    };
    return { update, box: element("div", { className: "control" }, element("label", { htmlFor: key }, one.label, " ", output), input) };
  }

  function list(key, one, options) {
    const input = element("select", { id: key }, ...options.map(([value, label]) => element("option", { value }, label)));
    input.addEventListener("change", () => set({ [key]: input.value }));
    return { update: (value) => { input.value = value; }, box: element("div", { className: "control" }, element("label", { htmlFor: key }, one.label), input) };
  }

  function namesOf(key, one, world) {
    const usual = key === "item" ? ["worm", "sparrow"] : ["backbone", "milk"];
    const names = world[one.of], first = usual.find((name) => names.includes(name)) ?? names[0];
    const made = list(key, one, names.map((name) => [name, name]));
    return { ...made, update: (value) => made.update(names.includes(value) ? value : ontogeny.views.of(get()).key === "projection" && names.includes(usual[1]) ? usual[1] : first) };
  }

  function worldChoice(one) {
    const options = one.options.filter(([value]) => value !== "table" || ontogeny.worlds.hasTable());
    return list("world", one, options);
  }

  /** Controls of the view that is shown, built again only when there are others. */
  function show(state, view) {
    const keys = [...(view.world ? ["world", ...ontogeny.worlds.keysOf(state)] : []), ...view.controls.filter(isUseful)];
    const world = view.world ? ontogeny.worlds.of(state) : null;
    const wanted = [view.key, keys, world?.name, world?.items.length, world?.items[0], ontogeny.worlds.hasTable()].join("|");
    if (wanted !== built) build(view, keys, world);
    built = wanted;
    for (const [key, part] of parts) part.update(state[key]);
  }

  const isUseful = (key) => key !== "overlap" || ontogeny.server.isThere;

  function build(view, keys, world) {
    const held = document.activeElement?.id;
    parts = new Map(keys.map((key) => {
      const one = all[key];
      return [key, key === "world" ? worldChoice(one) : one.kind === "slider" ? slider(key, one) : one.kind === "name" ? namesOf(key, one, world) : list(key, one, one.options)];
    }));
    const upload = view.world ? ontogeny.upload.box() : [];
    byId("controls").replaceChildren(element("h2", {}, "Settings"), ...[...parts.values()].map((part) => part.box), ...upload, ...ontogeny.server.boxes(view));
    if (held) byId(held)?.focus();
  }

  return { show };
})();
