"use strict";
/** From the bytes of a text file to its cells, as `tables/delimited.py`: encoding, delimiter, lines of equal length. */
ontogeny.delimited = (() => {
  const { Beyond, repr, counted, refuse } = ontogeny.wording;
  const DELIMITERS = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars" };
  const OTHERS = { " ": "spaces", ":": "colons", "/": "slashes", "^": "carets", "~": "tildes" };
  const LOOKED_AT = 20, LONGEST = 131072;

  /** The text of a file, and whether it was plain UTF-8. */
  function decoded(bytes) {
    const start = String.fromCharCode(...bytes.slice(0, 8));
    if (/^(PK|PAR1|\x89PNG|\x80|%PDF|\x1f\x8b|\xd0\xcf|HDF|\x89HDF|\$FL2)/.test(start)) throw new Beyond("this is no text file");
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
    if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
    if (bytes.includes(0)) throw new Beyond("this is no text file");
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("windows-1252").decode(bytes);
    }
  }

  /** Rows of a text with the lines on which they start; where quotation marks must pair, null ends a text that fails. */
  function rowsOf(text, delimiter) {
    const rows = [];
    let row = [], cell = "", quoted = false, closed = false, start = 1, line = 1, begun = false;
    const finish = () => {
      rows.push({ line: start, cells: [...row, cell] });
      [row, cell, quoted, closed, begun] = [[], "", false, false, false];
    };
    for (let i = 0; i < text.length; i++) {
      const sign = text[i];
      if (quoted) {
        if (sign === "\n") line++;
        if (sign !== '"') cell += sign;
        else if (text[i + 1] === '"') cell += text[++i];
        else [quoted, closed] = [false, true];
      } else if (sign === delimiter) {
        row.push(cell);
        [cell, closed, begun] = ["", false, false];
      } else if (sign === "\n") {
        finish();
        start = ++line;
      } else if (closed) {
        return { rows, broken: start };
      } else if (sign === '"' && !begun) [quoted, begun] = [true, true];
      else if (sign === " " && !begun) continue;
      else [cell, begun] = [cell + sign, true];
    }
    if (quoted) return { rows, broken: start };
    if (cell || row.length) finish();
    return { rows, broken: null };
  }

  const isBlank = (cells) => cells.every((cell) => cell.trim() === "");

  /** The delimiter that splits the first lines most evenly, and then into most cells. */
  function delimiterOf(name, text) {
    let best = ",", score = [-1, -1, -1];
    for (const delimiter of Object.keys(DELIMITERS)) {
      const lengths = rowsOf(text, delimiter).rows.filter(({ cells }) => !isBlank(cells)).slice(0, LOOKED_AT).map(({ cells }) => cells.length);
      const agree = lengths.filter((length) => length === lengths[0] || length === lengths[0] + 1).length / lengths.length;
      const mine = lengths.length ? [Number(Math.max(...lengths) > 1), lengths[0] > 1 ? agree : 0, lengths[0]] : [0, 0, 0];
      const first = mine.findIndex((x, k) => x !== score[k]);
      if (first >= 0 && mine[first] > score[first]) [best, score] = [delimiter, mine];
    }
    if (!score[0]) refuseOneColumn(name, text);
    return best;
  }

  function refuseOneColumn(name, text) {
    const lines = text.split("\n").filter((line) => line.trim()).slice(0, LOOKED_AT);
    for (const [delimiter, words] of Object.entries(OTHERS)) {
      const counts = new Set(lines.map((line) => line.split(delimiter).length));
      if (lines.length > 1 && counts.size === 1 && !counts.has(1)) {
        refuse(`${repr(name)} has one column only when split at commas, semicolons, tabs or bars`,
          `its cells look separated by ${words}, so save it with commas, or read it in Python with pandas.read_csv(..., sep=${repr(delimiter)})`);
      }
    }
    if (lines[0].length > LONGEST) throw new Beyond("a cell is too long");
    refuse(`${repr(name)} has one column only (${repr(lines[0].trim().slice(0, 40))}), but item names and at least one feature are needed`,
      "save it with commas between the cells");
  }

  /** Header and rows of a file, each row as long as the header; and notes. */
  function cellsOf(bytes, name) {
    let text = decoded(bytes).replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
    if (/^\s*(<!doctype|<html|<\?xml|\{|\[)/i.test(text)) throw new Beyond("this is no table of text");
    const declared = /^"?sep=([,;|\t])"?\n/i.exec(text);
    if (declared) text = `\n${text.slice(declared[0].length)}`;
    if (/^[\s",;|]*$/.test(text)) refuse(`${repr(name)} is empty, but a line of names and one line for each item are needed`, "write them");
    const delimiter = declared ? declared[1] : delimiterOf(name, text);
    const { rows, broken } = rowsOf(text, delimiter);
    if (broken !== null) {
      refuse(`the row that starts on line ${broken} of ${repr(name)} has a quotation mark that is not closed or is inside a quoted cell, so cells cannot be told apart`,
        "close it, or double it");
    }
    const first = rows.findIndex(({ cells }) => !isBlank(cells));
    return { ...asLong(name, rows[first].cells, rows.slice(first + 1)), delimiter,
      notes: delimiter === "," ? [] : [`The cells are separated by ${DELIMITERS[delimiter]}.`] };
  }

  /** The header, with a first cell added where every row has one more; and rows that are not blank. */
  function asLong(name, header, rows) {
    const width = header.length, kept = [];
    let expected = 0;
    for (const { line, cells } of rows) {
      if (cells.length <= width && isBlank(cells)) continue;
      expected ||= cells.length === width + 1 && cells[width].trim() ? width + 1 : width;
      if (cells.length !== expected) {
        refuse(`line ${line} of ${repr(name)} has ${counted(cells.length, "cell")}, but ${expected} are expected`,
          "write a cell for every column (blank if it is unknown), and put cells that contain the delimiter in quotes");
      }
      kept.push(cells);
    }
    return { header: (expected > width ? ["", ...header] : header).map((cell) => cell.trim()), rows: kept };
  }

  return { cellsOf };
})();
