"use strict";
// The page's data, unpacked on demand, and the few helpers that all views share.
// Text out of files reaches the document through textContent alone: never as markup.
globalThis.polycage = {};

(function (page) {
  const meta = JSON.parse(document.getElementById("meta").textContent);
  const tables = new Map();
  const blocks = new Map();
  const BLOCK = 128; // structures in a block of drawings or of exports
  const COPIED_MS = 1500; // how long a button says so

  async function unpack(id) {
    const element = document.getElementById(id);
    if (!element) return null;
    const text = atob(JSON.parse(element.textContent));
    const bytes = new Uint8Array(text.length);
    for (let k = 0; k < text.length; k += 1) bytes[k] = text.charCodeAt(k);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  function expanded(values) {
    if (Array.isArray(values)) return values;
    const words = values.v;
    return values.k.map((k) => (k < 0 ? null : words[k]));
  }

  // A table as { n, columns: { name: values } }; null where the run has none.
  function table(name) {
    if (!tables.has(name)) {
      tables.set(
        name,
        unpack(`table-${name}`).then((raw) => {
          if (!raw) return null;
          const columns = {};
          for (const [key, values] of Object.entries(raw.c)) columns[key] = expanded(values);
          return { n: raw.n, columns };
        }),
      );
    }
    return tables.get(name);
  }

  // Rows of a table as objects, all of them or those that have the numbers given.
  async function rows(name, which = null) {
    const found = await table(name);
    if (!found) return [];
    const entries = Object.entries(found.columns);
    const out = [];
    const count = which ? which.length : found.n;
    for (let k = 0; k < count; k += 1) {
      const at = which ? which[k] : k;
      const row = {};
      for (const [key, values] of entries) row[key] = values[at];
      out.push(row);
    }
    return out;
  }

  // All rows of a table for a grid: { rows, keys }. Their values stay in the columns, as a grid looks at few of them.
  async function gridRows(name) {
    const found = await table(name);
    if (!found) return { rows: [], keys: [] };
    class Row {
      constructor(place) {
        this.place = place; // in the table as it came
      }
    }
    for (const [key, values] of Object.entries(found.columns)) {
      // Tabulator writes each value that it shows back into its row
      Object.defineProperty(Row.prototype, key, { get() { return values[this.place]; }, set() {} });
    }
    return { rows: Array.from({ length: found.n }, (_, k) => new Row(k)), keys: Object.keys(found.columns) };
  }

  const indexes = new Map();
  // Rows of a table that belong to one structure.
  async function rowsOf(name, id) {
    const found = await table(name);
    if (!found || !found.columns.structure_id) return [];
    if (!indexes.has(name)) {
      const index = new Map();
      found.columns.structure_id.forEach((key, k) => {
        if (!index.has(key)) index.set(key, []);
        index.get(key).push(k);
      });
      indexes.set(name, index);
    }
    return rows(name, indexes.get(name).get(id) || []);
  }

  // What a block of structures holds of one of them; null where it has nothing.
  async function ofBlock(kind, id) {
    const structures = await table("structures");
    const at = structures.columns.structure_id.indexOf(id);
    if (at < 0) return null;
    const name = `${kind}-${Math.floor(at / BLOCK)}`;
    if (!blocks.has(name)) blocks.set(name, unpack(name));
    const block = await blocks.get(name);
    return block ? block[at % BLOCK] : null;
  }

  // What is needed to draw one structure.
  const drawing = (id) => ofBlock("drawings", id);

  // An id as a name that every system takes and that leads nowhere else.
  function fileName(id, suffix) {
    const safe = id.replace(/[\p{C}\p{Z}/\\:*?"<>|%]/gu, "_").replace(/^[.~-]+/, "_");
    return `${[...safe].slice(0, 100).join("") || "_"}${suffix}`;
  }

  // An element: h("p", { class: "note" }, "text", child, ...)
  function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return element;
  }

  function download(name, blob) {
    const url = URL.createObjectURL(blob);
    const link = h("a", { href: url, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  function announce(text) {
    document.getElementById("announce").textContent = text;
  }

  // A page that came over plain http has no clipboard, and a browser may refuse one.
  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
      button.dataset.words ??= button.textContent; // of a second click they are "Copied"
      button.textContent = "Copied";
      clearTimeout(Number(button.dataset.timer));
      button.dataset.timer = setTimeout(() => { button.textContent = button.dataset.words; }, COPIED_MS);
      announce("copied");
    } catch {
      button.textContent = "Could not copy: select the text";
      announce(button.textContent);
    }
  }

  function describe(name) {
    return meta.tables[name] || { columns: [], title: name, text: "" };
  }

  const link = (id) => `#id=${encodeURIComponent(id)}`;

  Object.assign(page, { meta, table, rows, gridRows, rowsOf, ofBlock, drawing, fileName, h, download, announce, copy, describe, link });
})(globalThis.polycage);
