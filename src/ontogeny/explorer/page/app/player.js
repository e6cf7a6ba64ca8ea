"use strict";
/** Time: a slider that is scrubbed or played. */
ontogeny.player = (() => {
  const { element, byId } = ontogeny.dom;
  const { get, set } = ontogeny.state;
  const WHOLE = 6000, CALM = 24; // milliseconds of the whole course, and steps of it where motion is not wanted
  let button = null, input = null, output = null, frame = 0, timer = 0;

  const isPlaying = () => frame !== 0 || timer !== 0;

  function stop() {
    cancelAnimationFrame(frame);
    clearInterval(timer);
    [frame, timer] = [0, 0];
    button.textContent = "Play";
  }

  function play() {
    if (isPlaying()) return void stop();
    const from = get().moment >= 1 ? 0 : get().moment;
    button.textContent = "Pause";
    set({ moment: from });
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      timer = setInterval(() => moved(get().moment + 1 / CALM), WHOLE / CALM);
      return;
    }
    const began = performance.now();
    const step = (now) => {
      frame = requestAnimationFrame(step);
      moved(from + (now - began) / WHOLE);
    };
    frame = requestAnimationFrame(step);
  }

  function moved(moment) {
    set({ moment: Math.min(Math.max(moment, 0), 1) });
    if (moment >= 1) stop();
  }

  /** The row with the slider, made once. */
  function build() {
    button = element("button", { type: "button", id: "play", onclick: play }, "Play");
    input = element("input", { type: "range", id: "moment", min: 0, max: 1, step: 0.0025 });
    output = element("output", { htmlFor: "moment" });
    output.setAttribute("aria-hidden", "true");
    input.addEventListener("input", () => {
      if (isPlaying()) stop();
      set({ moment: input.value });
    });
    byId("time").append(button, element("label", { htmlFor: "moment" }, "Time"), input, output);
  }

  /** Follow the state; views without a course hide the row. */
  function show(state, view) {
    if (!button) build();
    byId("time").hidden = !view.moment;
    byId("time").style.display = view.moment ? "" : "none";
    if (!view.moment) return void (isPlaying() && stop());
    const until = view.world ? ontogeny.learned.of(state).until : 60;
    const said = `t = ${ontogeny.settings.short(state.moment * until)}`;
    if (Number(input.value) !== state.moment) input.value = state.moment;
    output.textContent = said;
    input.setAttribute("aria-valuetext", said);
  }

  return { show };
})();
