"use strict";
/** Parts of the page, made of text only: what users write never becomes markup. */
ontogeny.dom = (() => {
  /** An element with properties, attributes that begin with aria or data among them, and what is in it. */
  function element(tag, settings = {}, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(settings)) {
      if (name in made && !name.startsWith("aria")) made[name] = value; else made.setAttribute(name, value);
    }
    made.append(...inside);
    return made;
  }

  /** A table with a caption, a header and rows of texts or elements. */
  function table(caption, header, rows) {
    const head = element("tr", {}, ...header.map((name) => element("th", { scope: "col" }, name)));
    const body = rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell))));
    return element("table", { className: "listed" }, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body));
  }

  const byId = (id) => document.getElementById(id);
  return { element, table, byId };
})();
