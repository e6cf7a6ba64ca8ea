"use strict";
/** The page: tabs, and what happens when something is set. */
(() => {
  const { element, byId } = ontogeny.dom;
  const { all, of } = ontogeny.views;
  const { get, set, watch, begin } = ontogeny.state;
  const CALM = 250; // milliseconds without a change after which words follow
  let resting = 0, last = "", waiting = [];

  const tab = (view) => element("button", { type: "button", role: "tab", id: `tab-${view.key}`, "aria-controls": "panel", onclick: () => set({ view: view.key }) }, view.tab);

  function buildTabs() {
    const tabs = all.map(tab);
    byId("views").append(...tabs);
    byId("views").addEventListener("keydown", (event) => {
      const here = tabs.indexOf(document.activeElement), move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const to = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : move && (here + move + tabs.length) % tabs.length;
      if (here < 0 || to === undefined) return;
      event.preventDefault();
      tabs[to].focus();
      set({ view: all[to].key });
    });
  }

  function select(view) {
    if (view.key === last) return;
    last = view.key;
    for (const each of all) {
      const button = byId(`tab-${each.key}`), chosen = each === view;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
    byId("panel").setAttribute("aria-labelledby", `tab-${view.key}`);
    byId("question").textContent = view.question;
    byId("lead").textContent = view.lead;
    byId("more").replaceChildren();
    ontogeny.upload.say("");
  }

  function render(state) {
    const view = of(state);
    select(view);
    ontogeny.controls.show(state, view);
    ontogeny.player.show(state, view);
    const specs = view.figures(state);
    ontogeny.figures.show(specs);
    ontogeny.downloads.show(view, specs);
    clearTimeout(resting);
    resting = setTimeout(() => speak(get()), CALM);
  }

  /** Words that follow when nothing moves: the summary, which is read aloud, lists, and the code. */
  function speak(state) {
    const view = of(state);
    byId("summary").textContent = view.summary(state);
    byId("python").textContent = `${view.python(state).join("\n")}\n`;
    view.more?.(state, byId("more"));
    ontogeny.tour.look(state);
    waiting.splice(0).forEach((done) => done());
  }

  /** A promise that is kept when figures and words have followed what was set. */
  ontogeny.atRest = () => new Promise((done) => {
    waiting.push(done);
    ontogeny.state.tellSoon();
  });

  /** Tables of the depths that the slider has, one after the other while nothing else is done. */
  function prepare(depth = 3) {
    if (depth > ontogeny.settings.all.depth.most) return;
    ontogeny.universalCurve.curveOf(2 / depth - 1);
    setTimeout(prepare, 50, depth + 1);
  }

  buildTabs();
  watch(render);
  begin();
  ontogeny.tour.buttons();
  setTimeout(prepare, 1000);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ontogeny.state.tellSoon);
  byId("footer").textContent = `ontogeny ${ontogeny.data.version}. ${ontogeny.data.server ? "Served on this machine only." : "Static page: nothing leaves this machine."} `
    + "The address holds what is set, but never a table of your own.";
  const words = ontogeny.data.start;
  if (words) {
    ontogeny.worlds.take(words.name, words);
    if (!location.hash) set({ world: "table" });
  }
})();
