"use strict";
/** From cells to a world's numbers, or to the sentence that says why not, as `tables/cleaning.py`. */
ontogeny.tableReader = (() => {
  const { Beyond, repr, counted, quoted, option, refuse } = ontogeny.wording;
  const MISSING = new Set(["", ".", "na", "n/a", "#n/a", "nan", "<na>", "null", "none", "nat"]);
  const YES_NO = { yes: 1, no: 0, true: 1, false: 0, y: 1, n: 0 };
  const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/, INFINITE = /^\s*[-+]?inf(inity)?\s*$/i;
  const DATE = /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T]\d{1,2}:\d{2}.*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{2}|\d{4}))$/;
  const WRITTEN = /^[-+]?[\d.,'’\u00a0\u202f ]*\d\s*%?$|^[x✓✔•]$/i;
  const TOTALS = new Set(["", "total", "totals", "sum", "sums", "all", "overall", "mean", "means", "average", "avg", "grand total"]);
  const CODES = [9, 77, 88, 99, 777, 888, 999, 9999, -1, -7, -8, -9, -77, -88, -99, -999, -9999];
  const MOST_CELLS = 40000, LARGEST = 1e150;

  const isMissing = (cell) => MISSING.has(cell.trim().toLowerCase());
  const numberOf = (cell) => (NUMBER.test(cell) ? Number(cell) : INFINITE.test(cell) ? Infinity * (cell.trim()[0] === "-" ? -1 : 1) : null);
  const repeated = (names) => [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];

  /** A table of a file: names, numbers, notes. */
  function read(bytes, name) {
    const { header, rows, delimiter, notes } = ontogeny.delimited.cellsOf(bytes, name);
    if (header.length * rows.length > MOST_CELLS) throw new Beyond(`the table has more than ${MOST_CELLS} cells`);
    const { names, columns } = named(name, header, rows);
    if (!rows.length) refuse(`${repr(name)} has a header but no items`, "write one line for each item below it");
    const items = itemsOf(columns[0], names[0], names, columns), features = names.slice(1);
    const table = numbers(items, features, columns.slice(1), delimiter);
    return { items, features, values: table, notes };
  }

  /** Names of the columns that have one, and their cells. */
  function named(name, header, rows) {
    const kept = header.flatMap((title, k) => (title || rows.some((row) => row[k].trim()) ? [k] : []));
    const names = kept.map((k) => header[k]), columns = kept.map((k) => rows.map((row) => row[k].trim()));
    if (names.indexOf("", 1) > 0) refuse(`column ${names.indexOf("", 1) + 1} of ${repr(name)} has values but no name`, "write a name in the first line");
    const [twice] = repeated(names);
    if (twice !== undefined) {
      const at = names.flatMap((title, k) => (title === twice ? [k + 1] : [])).join(" and ");
      const number = /^\d+$/.test(twice.replace(".", "").replace(/^-/, ""));
      refuse(`the column name ${repr(twice)} is used more than once in ${repr(name)} (columns ${at}), but names must tell columns apart`,
        number ? "the first line looks like data, so write a line of names above it" : `rename one, such as ${repr(`${twice}_2`)}`);
    }
    return { names, columns };
  }

  /** Names of the items, from the first column. */
  function itemsOf(cells, title, names, columns) {
    const present = cells.filter((cell) => !isMissing(cell));
    if (title && (!present.length || present.every((cell) => numberOf(cell) !== null || cell.toLowerCase() in YES_NO))) throw new Beyond("the first column holds numbers");
    if (names.length < 2) refuse("the table has no features, but a network needs something to learn", "add at least one column of numbers");
    if (names.length === 3 && repeated(cells).length) throw new Beyond("this may be a long table");
    if (cells.includes("")) refuse(`the item in row ${cells.indexOf("") + 1} has no name, but every item needs one`, "write a name there, or choose another column with --items COLUMN");
    const twice = repeated(cells);
    if (twice.length) {
      refuse(`${quoted(twice)} ${twice.length === 1 ? "is the name" : "are names"} of more than one item, but names must tell items apart`,
        `rename one (such as ${repr(`${twice[0]}_2`)}), or choose another column with --items COLUMN`);
    }
    if ([...cells, ...names].some((each) => each !== "" && TOTALS.has(each.toLowerCase()))) throw new Beyond("a row or column is called a total");
    return cells.map((cell) => (/^-?\d+\.0+$/.test(cell) ? cell.replace(/\.0+$/, "") : cell));
  }

  /** All cells as numbers, items by features. */
  function numbers(items, features, columns, delimiter) {
    const kinds = columns.map((cells) => kindOf(cells)), texts = features.flatMap((_, k) => (kinds[k] === "text" ? [k] : []));
    if (kinds.includes("written") || delimiter === ";" && columns.some((cells) => cells.some((cell) => cell.includes(".")))) throw new Beyond("numbers are written in another way");
    if (texts.length > 1) refuseTexts(texts, features, columns);
    if (items.length < 2) refuse(`the table has one item (${repr(items[0])}), but learning to tell items apart needs two`, "write one row for each item");
    kinds.forEach((kind, k) => refuseColumn(kind, features[k], columns[k], items));
    const table = items.map((_, i) => columns.map((cells, k) => (isMissing(cells[i]) ? NaN : kinds[k] === "yes_no" ? YES_NO[cells[i].toLowerCase()] : numberOf(cells[i]))));
    check(table, items, features);
    return table;
  }

  function kindOf(cells) {
    const present = cells.filter((cell) => !isMissing(cell));
    if (present.length && present.every((cell) => cell.toLowerCase() in YES_NO)) return "yes_no";
    const bad = present.filter((cell) => numberOf(cell) === null);
    if (!bad.length) return "numbers";
    if (present.every((cell) => DATE.test(cell))) return "dates";
    if (present.every((cell) => WRITTEN.test(cell))) return "written";
    return 2 * bad.length >= present.length ? "text" : "mixed";
  }

  function refuseTexts(texts, features, columns) {
    const different = (k) => [...new Set(columns[k].filter((cell) => !isMissing(cell)))];
    const shown = texts.slice(0, 3).map((k) => `${repr(features[k])} (${quoted(different(k), 2)})`).join(", ");
    const unique = texts.find((k) => !repeated(columns[k]).length), few = texts.find((k) => {
      const kinds = new Set(columns[k].filter(Boolean)).size;
      return kinds > 1 && kinds <= columns[k].length / 2;
    });
    const ways = ["leave them all out with --drop-text"];
    if (unique !== undefined) ways.push(`take one as item names with ${option("items", features[unique])}`);
    if (few !== undefined) ways.push(`use one as labels with ${option("category", features[few])}`, `turn one into 0/1 columns with ${option("one-hot", features[few])}`);
    refuse(`columns ${shown}${texts.length > 3 ? ` and ${texts.length - 3} more` : ""} hold text, but features must be numbers`, ways.join(", or "));
  }

  function refuseColumn(kind, feature, cells, items) {
    const bad = cells.flatMap((cell, i) => (!isMissing(cell) && numberOf(cell) === null ? [i] : [])), drop = option("drop", feature);
    if (kind === "dates") {
      refuse(`column ${repr(feature)} holds dates or times (${repr(cells.find((cell) => !isMissing(cell)))}), but features must be numbers`,
        `leave it out with ${drop}, or replace it by the number that matters, such as a year`);
    }
    if (kind === "text") {
      const names = repeated(cells).length ? [] : [`take it as item names with ${option("items", feature)}`];
      refuse(`column ${repr(feature)} holds text (${quoted([...new Set(bad.map((i) => cells[i]))].slice(0, 2))}), but features must be numbers`,
        [`leave it out with ${drop}`, ...names, `use it as labels with ${option("category", feature)}`, `turn it into 0/1 columns with ${option("one-hot", feature)}`].join(", or "));
    }
    if (kind === "mixed") {
      const places = bad.slice(0, 3).map((i) => `${repr(cells[i])} in row ${repr(items[i])}`).join(", ") + (bad.length > 3 ? ` and ${bad.length - 3} more` : "");
      refuse(`column ${repr(feature)} has ${counted(bad.length, "cell")} that ${bad.length === 1 ? "is not a number" : "are not numbers"} (${places})`,
        `write a number there, leave the cell blank if it is unknown, or leave the column out with ${drop}`);
    }
  }

  /** Finite numbers without codes for missing ones, that differ between items. */
  function check(table, items, features) {
    const all = table.flat().filter((x) => !Number.isNaN(x)), whole = all.filter(Number.isFinite);
    if (whole.every(Number.isInteger) && CODES.some((code) => isCode(whole, code))) throw new Beyond("a number looks like a code for missing");
    if (items.length > 2 && items.join("\n") === features.join("\n")) throw new Beyond("the table has the same names on both sides");
    const missing = places(table, items, features, Number.isNaN);
    if (missing) refuseMissing(table, missing);
    if (all.some((x) => Math.abs(x) > LARGEST)) {
      const infinite = places(table, items, features, (x) => Math.abs(x) === Infinity);
      if (!infinite) refuse(`${places(table, items, features, (x) => Math.abs(x) > LARGEST).replace("are missing", "are beyond 1e+150").replace("is missing", "is beyond 1e+150")}, but their squares would overflow`, "write the feature in a larger unit");
      const first = features[table[0].findIndex((_, k) => table.some((row) => Math.abs(row[k]) === Infinity))];
      refuse(`${infinite.replace("are missing", "are infinite").replace("is missing", "is infinite")}, but features must be finite`, `write finite numbers, or leave the column out with ${option("drop", first)}`);
    }
    if (all.every((x) => x === 0)) refuse("every value in the table is 0, so there is nothing to learn", "write 1 where an item has a feature");
    if (features.every((_, k) => table.every((row) => row[k] === table[0][k]))) {
      refuse("every feature is the same for all items, so nothing tells the items apart", "write features that some items have and others do not");
    }
  }

  /** Whether a number repeats, far from all others, as codes for missing do. */
  function isCode(known, code) {
    const others = known.filter((x) => x !== code), here = known.length - others.length;
    if (here < 2 || here > 0.2 * known.length || !others.length) return false;
    const low = Math.min(...others), high = Math.max(...others), gap = code > 0 ? code - high : low - code;
    return gap >= (Math.abs(code) > 1 ? Math.max(high - low, 1) : 1) && (code > 0 || low >= 0);
  }

  /** How many cells are bad and where the first few are; null if none is. */
  function places(table, items, features, bad) {
    const found = table.flatMap((row, i) => row.flatMap((x, k) => (bad(x) ? [`${repr(features[k])} of ${repr(items[i])}`] : [])));
    if (!found.length) return null;
    const more = found.length > 3 ? ` and ${found.length - 3} more` : "";
    return `${counted(found.length, "cell")} ${found.length === 1 ? "is" : "are"} missing (${found.slice(0, 3).join(", ")}${more})`;
  }

  function refuseMissing(table, where) {
    const rows = table.map((row) => row.some(Number.isNaN)), columns = table[0].map((_, k) => table.some((row) => Number.isNaN(row[k])));
    const gone = [rows, columns].map((flags) => flags.filter(Boolean).length), ways = ["fill them in"];
    if (rows.length - gone[0] >= 2) ways.push(`leave out ${counted(gone[0], "item")} with --drop-missing-items`);
    if (columns.length - gone[1] >= 1) ways.push(`leave out ${counted(gone[1], "feature")} with --drop-missing-features`);
    if (table.every((row) => !row.every(Number.isNaN)) && columns.every((_, k) => !table.every((row) => Number.isNaN(row[k])))) ways.push("keep them unobserved with --missing-cells mask");
    refuse(`${where}, but missing values are not imputed`, ways.join(", or "));
  }

  return { read };
})();
