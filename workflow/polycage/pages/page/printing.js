"use strict";
// On paper a grid is a plain table of all rows that are left: its frame has only those in sight.
(function (page) {
  const { h } = page;
  const MOST = 2000; // rows of a table on paper
  const LETTERS = 195; // that stand beside each other on a landscape sheet, in the letters of printed tables
  const [NARROW, WIDE, APART, BOLD] = [20, 34, 1.5, 1.15]; // longer texts take several lines; a text of prose is wider
  const PROSE = new Set(["message", "note", "advice", "borderline"]);
  const NAMES = new Set(["structure_id", "formula", "paper_compound", "quantity", "claim"]); // what tells rows apart
  const SHEET = 680; // pixels of the width of a sheet
  const grids = new Set();
  let made = [];

  const registered = (grid) => grids.add(grid);

  // Letters that a column needs beside the others.
  function widthOf(column, texts) {
    const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
    const word = Math.max(...column.title.split(/[\s-]/).map((part) => part.length));
    return APART + Math.max(BOLD * word, Math.min(longest, PROSE.has(column.key) ? WIDE : NARROW));
  }

  // Columns in blocks that fit on a sheet; each block after the first has the names again.
  function blocksOf(columns, widths) {
    const first = columns.filter(({ key }) => NAMES.has(key)).slice(0, 2);
    const again = first.length ? first : columns.slice(0, 1);
    const out = [[]];
    let used = 0;
    for (const column of columns) {
      if (used + widths.get(column) > LETTERS && out.at(-1).length > again.length) {
        out.push(again.filter((name) => name !== column));
        used = out.at(-1).reduce((sum, name) => sum + widths.get(name), 0);
      }
      out.at(-1).push(column);
      used += widths.get(column);
    }
    return out;
  }

  function tableOf({ rows, columns, content, words }) {
    const shown = rows.slice(0, MOST);
    const cells = new Map(columns.map((column) => [column, shown.map((row) => content(column, row))]));
    const widths = new Map(columns.map((column) => [column, widthOf(column, cells.get(column).map((cell) => cell.textContent ?? String(cell)))]));
    const blocks = blocksOf(columns, widths);
    const left = rows.length > MOST ? ` The first ${MOST.toLocaleString("en")} are printed; the file that "Save rows as CSV" makes has all.` : "";
    return h("div", { class: "printed" }, h("p", {}, `${words}.${left}`), blocks.map((block, k) => h("table", { class: "plain" },
      blocks.length > 1 ? h("caption", {}, k ? "The same rows, further columns" : "Columns that do not fit beside these follow below") : null,
      h("colgroup", {}, block.map((column) => h("col", { style: `width: ${widths.get(column)}%` }))), // their shares: what is left over is divided
      h("thead", {}, h("tr", {}, block.map((column) => h("th", { scope: "col", class: column.numeric ? "n" : null }, column.title)))),
      h("tbody", {}, shown.map((_, at) => h("tr", {}, block.map((column) => {
        const cell = cells.get(column)[at];
        return h("td", { class: column.numeric ? "n" : null }, cell.parentNode ? cell.cloneNode(true) : cell);
      })))))));
  }

  function put() {
    if (made.length) return;
    for (const grid of grids) {
      if (!grid.holder.isConnected) {
        grids.delete(grid);
        continue;
      }
      const element = tableOf(grid.contents());
      grid.holder.after(element);
      made.push(element);
    }
    // a crystal keeps the pixels that it was drawn with
    for (const stage of document.querySelectorAll(".stage")) {
      const { clientWidth: width, clientHeight: height } = stage.querySelector("canvas") || {};
      if (width > SHEET && !stage.style.zoom) Object.assign(stage.style, { zoom: SHEET / width, width: `${width}px`, height: `${height}px` });
    }
    // a sheet is turned only where a wide table stands on it
    if (made.length) {
      const style = h("style", {}, "@page { size: landscape; }");
      document.head.append(style);
      made.push(style);
    }
  }

  function remove() {
    for (const element of made) element.remove();
    for (const stage of document.querySelectorAll(".stage")) Object.assign(stage.style, { zoom: "", width: "", height: "" });
    made = [];
  }

  window.addEventListener("beforeprint", put);
  window.addEventListener("afterprint", remove);
  window.matchMedia("print").addEventListener("change", (event) => (event.matches ? put() : remove()));

  Object.assign(page, { printedGrid: registered });
})(globalThis.polycage);
