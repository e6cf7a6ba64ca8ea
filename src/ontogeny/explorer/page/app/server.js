"use strict";
/** What the page cannot do alone, asked of the program on this machine; without it the page says so. */
ontogeny.server = (() => {
  const { element, byId } = ontogeny.dom;
  const { Refused } = ontogeny.wording;
  const isThere = ontogeny.data.server;
  let running = null;

  /** Ask, and give what comes back; a sentence where it was refused. A second question cancels the first. */
  async function ask(path, body, kind = "application/json") {
    running?.abort();
    const mine = running = new AbortController();
    busy(true);
    try {
      const answer = await fetch(path, { method: "POST", body, headers: { "Content-Type": kind }, signal: mine.signal });
      if (answer.ok) return answer;
      throw new Refused((await answer.json().catch(() => ({ error: "the program does not answer" }))).error);
    } catch (error) {
      throw error instanceof Refused ? error : new Refused(error.name === "AbortError" ? "Cancelled." : "The program does not answer; is it still running?");
    } finally {
      if (running === mine) {
        running = null;
        busy(false);
      }
    }
  }

  function busy(yes) {
    const button = byId("cancel");
    if (button) button.hidden = !yes;
    document.body.toggleAttribute("data-busy", yes);
  }

  /** The world and the settings as the program takes them. */
  function request(state, more = {}) {
    const { world, depth, initialStrength, until } = ontogeny.learned.of(state), { items, features, table } = world;
    return JSON.stringify({ world: { items, features, values: table.map((row) => [...row]) }, depth, initial_strength: initialStrength, until, ...more });
  }

  const table = async (name, bytes) => (await ask(`api/table?${new URLSearchParams({ name })}`, bytes, "application/octet-stream")).json();
  const simulate = async (state) => (await ask("api/simulate", request(state, { networks: 2 }))).json();
  const correlated = async (state) => (await ask("api/correlated", request(state, { overlap: state.overlap }))).json();
  const netcdf = async (state) => (await ask("api/netcdf", request(state))).blob();
  const samples = async (file, target) => (await ask(`api/samples?${new URLSearchParams({ name: file.name, target })}`, file, "application/octet-stream")).json();

  /** Controls that only make sense with the program. */
  function boxes(view) {
    if (!isThere) return view.trains || view.samples ? [element("p", { className: "hint" }, "Trained networks, correlated inputs, files of other kinds and netCDF need the program: ontogeny explore.")] : [];
    const cancel = element("button", { type: "button", id: "cancel", hidden: running === null, onclick: () => running?.abort() }, "Cancel");
    const rows = [];
    if (view.trains) rows.push(element("button", { type: "button", id: "train", onclick: () => ontogeny.overlays.train() }, "Train two networks"));
    if (view.samples) rows.push(...sampleBox());
    return rows.length ? [element("div", { className: "control" }, ...rows, " ", cancel)] : [];
  }

  function sampleBox() {
    const file = element("input", { type: "file", id: "samples" }), target = element("input", { type: "text", id: "target" });
    const go = element("button", { type: "button", id: "measure", onclick: () => file.files[0] && ontogeny.overlays.measure(file.files[0], target.value) }, "Predict its errors");
    return [element("label", { htmlFor: "samples" }, "Rows of your own samples"), file, element("label", { htmlFor: "target" }, "Column to be predicted"), target, go];
  }

  return { isThere, ask, table, simulate, correlated, netcdf, samples, boxes };
})();
