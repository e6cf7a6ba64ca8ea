"use strict";
/** A visitor's own table: read in the page where it is plain text, else by the server if there is one. */
ontogeny.upload = (() => {
  const { element, byId } = ontogeny.dom;
  const { Refused, Beyond } = ontogeny.wording;
  const MOST_BYTES = 8e6;

  /** The control for choosing a file. */
  function box() {
    const input = element("input", { type: "file", id: "file" });
    input.addEventListener("change", () => input.files[0] && take(input.files[0]));
    return [element("div", { className: "control" }, element("label", { htmlFor: "file" }, "Your own table (rows items, columns features)"), input,
      element("p", { className: "hint" }, ontogeny.server.isThere ? "CSV is read here; Excel, Parquet and other kinds by the program on this machine. "
        : "CSV and other plain text. ", "A table stays on this machine and is not part of the address."))];
  }

  /** Read a file and show its world; or say in a sentence why not. */
  async function take(file) {
    say("");
    try {
      if (file.size > MOST_BYTES) throw new Refused(`${file.name} has ${(file.size / 1e6).toFixed(1)} MB, but the page takes ${MOST_BYTES / 1e6} MB; use ontogeny learn`);
      const table = await read(file);
      ontogeny.worlds.take(file.name, table);
      ontogeny.state.set({ world: "table", item: "", feature: "", moment: 1 });
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  }

  async function read(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    try {
      return ontogeny.tableReader.read(bytes, file.name);
    } catch (error) {
      if (!(error instanceof Beyond)) throw error;
      if (ontogeny.server.isThere) return ontogeny.server.table(file.name, bytes);
      throw new Refused(`${file.name} is not read by the page alone (${error.message}); open it with ontogeny explore, or with ontogeny learn`);
    }
  }

  const say = (text) => { byId("alarm").textContent = text; };
  return { box, take, say };
})();
