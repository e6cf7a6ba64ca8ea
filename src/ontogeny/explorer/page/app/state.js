"use strict";
/** What is set now: one object, kept in the address; those who watch are told at the next frame. */
ontogeny.state = (() => {
  const { all, valid, usual } = ontogeny.settings;
  const watchers = [];
  let now = { view: "stages", ...usual() }, waiting = false;

  /** The state that an address describes. */
  function fromAddress(hash) {
    const asked = new URLSearchParams(hash.replace(/^#/, "")), found = { view: "stages", ...usual() };
    for (const key of Object.keys(all)) if (asked.has(key)) found[key] = valid(key, asked.get(key));
    if (ontogeny.views.all.some((view) => view.key === asked.get("view"))) found.view = asked.get("view");
    if (found.world === "table" && !ontogeny.worlds.hasTable()) found.world = all.world.usual;
    return found;
  }

  /** The address of the state: what is not usual, and never a table. */
  function toAddress(state = now) {
    const asked = new URLSearchParams();
    if (state.view !== "stages") asked.set("view", state.view);
    for (const [key, one] of Object.entries(all)) if (state[key] !== one.usual) asked.set(key, state[key]);
    return `#${asked}`;
  }

  /** Change some settings; the address follows, and at the next frame all who watch. */
  function set(changes) {
    for (const [key, value] of Object.entries(changes)) now[key] = key === "view" ? value : valid(key, value);
    tellSoon();
  }

  function tellSoon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      for (const watcher of watchers) watcher(now);
    });
  }

  /** Take the state over from the address of the page. */
  function begin() {
    go(location.hash);
    addEventListener("hashchange", () => location.hash !== toAddress() && go(location.hash));
    let last = 0;
    watchers.push(() => { // browsers allow a hundred changes of the address in half a minute
      clearTimeout(last);
      last = setTimeout(() => history.replaceState(null, "", toAddress()), 300);
    });
  }

  /** Take over what an address describes. */
  function go(address) {
    now = fromAddress(address);
    tellSoon();
  }

  return { get: () => now, set, begin, go, watch: (watcher) => watchers.push(watcher), tellSoon, fromAddress, toAddress };
})();
