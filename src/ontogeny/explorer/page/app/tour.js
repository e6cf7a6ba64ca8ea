"use strict";
/** Guided tours: in each step one thing to do, and one question with its answer. */
ontogeny.tour = (() => {
  const { element, byId } = ontogeny.dom;
  const { get, set } = ontogeny.state;
  const TITLES = { stages: "Why learning comes in stages", worms: "Why a child says that worms have bones",
    examples: "Why networks with more weights than examples generalize", depth: "Why depth need not slow learning" };
  let tour = null, at = 0, answered = false, done = false;
  ontogeny.tours = {};

  /** A button for every tour. */
  function buttons() {
    byId("tours").append(...Object.entries(TITLES).map(([key, title]) => element("button", { type: "button", id: `start-${key}`, onclick: () => begin(key) }, `Tour: ${title}`)));
  }

  /** Read the words of a tour, once, and take its first step. */
  function begin(key) {
    if (ontogeny.tours[key]) return void start(key);
    document.head.append(element("script", { src: `tours/${key}.js`, onload: () => start(key) }));
  }

  function start(key) {
    tour = { key, title: TITLES[key], steps: ontogeny.tours[key] };
    go(0);
  }

  function go(number) {
    at = number;
    [answered, done] = [false, false];
    const step = tour.steps[at];
    set({ ...step.from });
    document.body.classList.add("touring");
    byId("tour").hidden = false;
    build(step);
    byId("tour").querySelector("h2").focus({ preventScroll: true });
    byId("tour").parentElement.scrollIntoView(); // words and figures from their tops
    ontogeny.state.tellSoon();
  }

  function close() {
    const key = tour.key;
    tour = null;
    document.body.classList.remove("touring");
    byId("tour").hidden = true;
    ontogeny.state.tellSoon();
    byId(`start-${key}`).focus();
  }

  function build(step) {
    const last = at === tour.steps.length - 1, button = (id, label, onclick, settings = {}) => element("button", { type: "button", id, onclick, ...settings }, label);
    const answer = element("p", { id: "answer", role: "status" });
    byId("tour").replaceChildren(
      element("h2", { tabIndex: -1 }, tour.title), element("p", { className: "hint" }, `Step ${at + 1} of ${tour.steps.length}`),
      element("p", {}, step.say), element("div", { className: "todo" }, element("p", { id: "todo" }, step.todo), element("p", { id: "done", className: "done", role: "status" })),
      button("do-it", "Do it for me", () => set(step.to)),
      element("h3", {}, "Question"), element("p", {}, step.ask), button("show-answer", "Show the answer", () => reveal(step, answer)), answer,
      element("div", { className: "row" }, button("back", "Back", () => go(at - 1), { disabled: at === 0 }),
        last ? button("finish", "Finish", close) : button("next", "Next", () => go(at + 1)), button("leave", "Leave the tour", close)));
  }

  function reveal(step, answer) {
    answered = true;
    answer.textContent = step.answer;
  }

  /** Whether the thing to do has been done, looked at when the sliders rest. */
  function look(state) {
    if (!tour || done) return;
    done = tour.steps[at].is(state);
    if (done) byId("done").textContent = "Done.";
  }

  /** Times at which modes reach some share of their end, for the facts of the steps. */
  function reached(state, share, depth = state.depth) {
    const { world, initialStrength } = ontogeny.learned.of(state);
    return world.spectrum.singularValues.map((s) => ontogeny.modes.timeToStrength(share * s, s, initialStrength, { depth }));
  }

  return { buttons, look, reached, now: () => (tour ? { key: tour.key, step: at, done, answered, steps: tour.steps.length } : null), stateNow: get };
})();
