"use strict";
/** What maps, points and bars share: a canvas as wide as its box and as sharp as the screen, and a place that is read. */
ontogeny.canvas = (() => {
  const FONT = "12px system-ui, sans-serif";

  /** A figure on a canvas; a `kind` has height(spec, width), draw(context, spec, width, height), places and at. */
  function create(box, tell, kind) {
    const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
    let spec = null, layout = null, at = 0;
    box.append(canvas);
    canvas.addEventListener("pointermove", (event) => tell(kind.at(layout, spec, event.offsetX, event.offsetY)));
    canvas.addEventListener("pointerleave", () => tell(""));

    function draw(next) {
      spec = next;
      const width = Math.max(box.clientWidth, 200), height = kind.height(spec, width), ratio = devicePixelRatio || 1;
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      context.font = FONT;
      layout = kind.draw(context, spec, width, height);
    }

    /** Arrows: from one place of the figure to the next. */
    function key(name) {
      const { rows, columns } = kind.places(spec), moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
      if (!(name in moves)) return false;
      at = Math.min(Math.max(at + moves[name], 0), rows * columns - 1);
      tell(kind.say(spec, at));
      return true;
    }

    return { draw, key, legend: () => kind.legend?.(spec) ?? { shown: [], more: 0 }, resize: () => spec && draw(spec), destroy: () => canvas.remove() };
  }

  /** A text cut to a width. */
  function cut(context, text, width) {
    if (context.measureText(text).width <= width) return text;
    let end = text.length;
    while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end--;
    return `${text.slice(0, end)}…`;
  }

  return { create, cut };
})();
