"use strict";
/** Sentences about tables as the command line writes them. */
ontogeny.wording = (() => {
  /** A table that cannot be used: its message is one sentence for the person who wrote it. */
  class Refused extends Error {}
  /** A table that the page alone does not read, but the package does. */
  class Beyond extends Error {}

  /** A name in quotes, as Python writes it. */
  function repr(text) {
    const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
    const inside = text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t");
    return quote + (quote === "'" ? inside.replace(/'/g, "\\'") : inside) + quote;
  }

  const cut = (name) => (Array.from(name).length <= 60 ? name : `${Array.from(name).slice(0, 59).join("").trimEnd()}…`);
  const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  /** The first few names in quotes, and how many more there are. */
  function quoted(names, most = 3) {
    const first = names.slice(0, most).map((name) => repr(cut(name))).join(", ");
    return first + (names.length > most ? ` and ${names.length - most} more` : "");
  }

  /** An option and its value as they are typed in a shell. */
  const option = (name, value) => `--${name} ${/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replace(/'/g, `'"'"'`)}'`}`;

  const refuse = (problem, remedy) => {
    throw new Refused(remedy ? `${problem}; ${remedy}` : problem);
  };

  return { Refused, Beyond, repr, counted, quoted, option, refuse };
})();
