"use strict";
// Tables that sort, filter, hide columns and export what is left: Tabulator with the page's columns.
(function (page) {
  const { h } = page;
  const [PAUSE_MS, WAIT_MS] = [300, 60]; // after a pause a key counts at once; while keys come, the last of them does
  const BUFFER_PX = 150; // rows above and below those in sight that are made beforehand
  const ROW_REM = 1.95; // all rows are as high: nothing has to be measured
  const BADGES = new Set(["codes", "flags", "error"]);
  const STATED = new Set(["tc_measured_K", "tc_below_K", "temperature_K", "pressure_GPa"]); // with the digits that were stated
  const FORMULAS = new Set(["formula", "ring", "upper_cap", "lower_cap"]);
  const COMPOUNDS = new Set(["compound", "paper_compound"]);
  const TYPESET = new Set(["quantity", "unit", "note"]); // of the ledger
  const SYMBOLS = new Set(["state", "ring", "column", "centre"]); // of states
  const SIGNATURES = new Set(["kind", "face_signature"]);
  const PROBLEMS = { failed: "✗", warning: "!" };
  const PHONE = 600; // narrower windows show what matters in less room
  const VAST = 1800; // wider ones have room for sentences
  const ROOMY = 900; // wide enough to keep the names of rows in sight
  const NAMES = new Set(["formula", "structure_id", "paper_compound", "quantity"]);
  const PLACEHOLDERS = { number: "3.6..3.7", flag: "yes or no" };
  const alphabet = new Intl.Collator("en", { numeric: true });
  const inEnglish = new Intl.NumberFormat("en");

  const isNumeric = ({ type }) => type === "number" || type === "count";

  // Columns as objects, with the pairs of a number and its uncertainty put together.
  function columnsOf(name, present) {
    const described = page.describe(name).columns.map(([key, type, digits, unit, meaning]) => ({
      key, type, digits, unit, meaning,
    }));
    const known = new Set(described.map((column) => column.key));
    for (const column of described) {
      const parts = column.key.split("_");
      for (let k = parts.length; k > 0; k -= 1) {
        const su = [...parts.slice(0, k), "su", ...parts.slice(k)].join("_");
        if (known.has(su)) column.su = su;
      }
    }
    return described.filter((column) => present.has(column.key));
  }

  function formatted(column) {
    return (cell) => {
      const value = cell.getValue();
      if (value === null || value === undefined || value === "") return "";
      const row = cell.getData();
      if (column.key === "structure_id" && value !== "no structure") {
        const link = h("a", { href: page.link(value), class: "id", tabindex: "-1" }, value); // the rows are one stop
        return row.status in PROBLEMS ? h("span", {}, h("span", { class: `status ${row.status}`, title: row.status }, `${PROBLEMS[row.status]} `), link) : link;
      }
      if (SYMBOLS.has(column.key) && !/\d/.test(value)) return document.createTextNode(page.stateSymbol(value));
      if (FORMULAS.has(column.key)) return page.formula(value);
      if (COMPOUNDS.has(column.key)) return page.compound(value);
      if (TYPESET.has(column.key)) return page.typeset(value);
      if (SIGNATURES.has(column.key)) return document.createTextNode(page.signature(value));
      if (STATED.has(column.key)) return document.createTextNode(String(value));
      if (column.key === "space_group") return page.spaceGroup(value);
      if (column.key === "status") return page.status(value);
      if (column.key === "phase" || column.key === "other_phase") return h("span", { title: value }, page.greek(value));
      if (BADGES.has(column.key)) {
        const kind = row.status === "failed" || column.key === "error" ? "failed" : row.status === "warning" ? "warning" : "note";
        return h("span", { class: "badges" }, value.split(";").map((code) => page.badge(code, kind)));
      }
      if (column.su && column.type === "number") {
        return document.createTextNode(page.withSu(value, row[column.su], column.digits));
      }
      return document.createTextNode(page.cell(value, column));
    };
  }

  function emptyLast(a, b, _rowA, _rowB, _column, direction) {
    const none = (value) => value === null || value === undefined || value === "";
    if (none(a) || none(b)) {
      if (none(a) && none(b)) return 0;
      return none(a) === (direction === "asc") ? 1 : -1;
    }
    if (typeof a === "number" && typeof b === "number") return a - b;
    return alphabet.compare(String(a), String(b));
  }

  // The box above a column; what it holds counts also when it was pasted.
  function filterInput(column, title) {
    return (cell, _onRendered, success) => {
      let waiting = 0;
      let last = 0;
      const kind = page.filterKind(column);
      const box = h("input", { type: "search", "aria-label": `Filter ${title}` });
      box.value = cell.getValue() || "";
      const check = () => {
        const wrong = Boolean(box.value.trim()) && !page.filter(box.value, kind);
        if (wrong) box.setAttribute("aria-invalid", "true");
        else box.removeAttribute("aria-invalid");
        box.title = wrong ? `This cannot be read, and filters nothing. What can: ${page.filterForms[kind]}.` : column.meaning;
      };
      const tell = () => {
        clearTimeout(waiting);
        success(box.value.trim());
      };
      check();
      box.addEventListener("input", () => {
        check();
        clearTimeout(waiting);
        const now = performance.now();
        waiting = setTimeout(tell, now - last > PAUSE_MS ? 0 : WAIT_MS);
        last = now;
      });
      box.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Enter") tell();
      });
      return box;
    };
  }

  // A phone shows the first numbers beside the name; a wide window has room for more of a text.
  function widest(column) {
    const numeric = isNumeric(column);
    if (window.innerWidth < PHONE) return column.key === "structure_id" ? 172 : COMPOUNDS.has(column.key) ? 124 : 98;
    if (numeric) return 112; // a heading of several words takes two lines
    if (column.key === "structure_id") return 340;
    return BADGES.has(column.key) ? 260 : Math.max(260, Math.round(window.innerWidth / (window.innerWidth > VAST ? 3 : 6)));
  }

  function definition(column, frozen = false) {
    const numeric = isNumeric(column);
    const kind = page.filterKind(column);
    const unit = column.unit ? ` (${column.unit})` : "";
    const title = page.heading(column.key, column.unit, column.meaning);
    // the longest word of the title beside the arrow of sorting, and what two lines ask for
    const phone = window.innerWidth < PHONE;
    const letter = phone ? 7.8 : 8.2;
    const words = title.split(" ").map((word) => letter * word.length);
    if (words.length > 1) words.push(Math.min(letter * title.length, words.at(-1) + 6 * unit.length)); // two lines at most
    const least = Math.round(Math.max(phone ? 66 : 80, 37 + Math.max(...words)));
    return {
      field: column.key,
      title,
      resizable: "header",
      hozAlign: numeric ? "right" : "left",
      headerTooltip: () => h("span", {}, `${column.key}: ${column.meaning}`),
      titleFormatter: () => h("button", { type: "button", class: "sort", "aria-label": `Sort by ${title}${unit}: ${column.meaning}` },
        title, unit ? h("small", {}, unit) : null),
      formatter: formatted(column),
      tooltip: (_event, cell) => (typeof cell.getValue() === "string" && cell.getValue().length > 24 ? h("span", {}, cell.getValue()) : ""),
      sorter: emptyLast,
      headerSortTristate: true, // a third click leads back to the order of before
      headerFilter: filterInput(column, title + unit),
      headerFilterLiveFilter: false,
      headerFilterPlaceholder: PLACEHOLDERS[kind] || "a or b",
      headerFilterFunc: (text, value) => {
        const test = page.filter(String(text), kind);
        return test ? test(value) : true;
      },
      frozen,
      maxInitialWidth: Math.max(least, widest(column)),
      minWidth: least,
      widthGrow: 1,
    };
  }

  function csvOf(rows, columns, between = ",") {
    const quote = (text) => (/[",\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const value = (row, column) => {
      const found = row[column.key];
      if (found === null || found === undefined) return "";
      if (column.type === "flag") return found ? "true" : "false";
      return page.cell(found, column);
    };
    const lines = [columns.map((column) => column.key), ...rows.map((row) => columns.map((column) => quote(value(row, column))))];
    return `${lines.map((line) => line.join(between)).join("\r\n")}\r\n`;
  }

  const titled = (column) => `${page.heading(column.key, column.unit, column.meaning)}${column.unit ? ` (${column.unit})` : ""}`;

  function legend(columns) {
    return h("details", { class: "legend" }, h("summary", {}, "What the columns mean, and what may be typed above them"),
      h("p", {}, "Text: ", h("code", {}, "Fe and not K"), ", ", h("code", {}, "alpha or beta"), ", ", h("code", {}, "=octahedron"), " (exactly), ",
        h("code", {}, "empty"), ". Numbers: ", h("code", {}, "3.6..3.7"), ", ", h("code", {}, "> 3.6"), ", ", h("code", {}, "not empty"),
        ", or the number as it is printed, with its brackets or without. Letters may be those of the file or of the cell: ",
        h("code", {}, "alpha"), " or ", h("code", {}, "α"), ", ", h("code", {}, "I4/mmm"), "; elements of a formula may stand in any order. Rows must fit all columns. The address of the page holds the filters and the order: it can be sent as a link. A box with a red frame cannot be read, and filters nothing."),
      h("p", {}, "Keys: the rows are one stop of the tab key. Up and down, Page Up, Page Down, Home and End go from row to row, left and right move the columns, Enter opens."),
      meanings(columns));
  }

  const meanings = (columns) => h("dl", {}, columns.map((column) => [h("dt", {}, titled(column), " ", h("code", {}, column.key)), h("dd", {}, column.meaning)]));

  // Boxes that put columns into the table at their places, and take them out with their filters.
  function chooser(table, order, chosen) {
    const boxes = order.map((column, at) => {
      const box = h("input", { type: "checkbox", onchange: async (event) => {
        if (event.target.checked) {
          const next = order.slice(at + 1).find((other) => chosen.has(other.key));
          chosen.add(column.key);
          await (next ? table.addColumn(definition(column), true, next.key) : table.addColumn(definition(column), false));
        } else {
          table.setHeaderFilterValue(column.key, "");
          chosen.delete(column.key);
          await table.deleteColumn(column.key);
        }
      } });
      box.checked = chosen.has(column.key);
      return h("label", { title: `${column.key}: ${column.meaning}` }, box, titled(column));
    });
    return h("div", { class: "boxes" }, boxes);
  }

  // A grid inside a container.
  //   name      table whose columns are described; rows: objects; keys: of the columns that they have
  //   shown     keys of the columns that are visible at first (all where left out)
  //   filters   { column: text } at first; onFilter({ column: text }) is told of changes
  //   height    CSS height; rows beyond it are made when they are scrolled to
  function grid(container, { name, rows, keys, shown = null, filters: asked = {}, onFilter = null, height = "28rem", file = name, label }) {
    const columns = columnsOf(name, new Set(keys));
    // a link may name columns that this run lacks
    const filters = Object.fromEntries(Object.entries(asked).filter(([key]) => columns.some((column) => column.key === key)));
    const sort = /^(-?)(.+)$/.exec(asked.sort || "");
    const sorted = sort && columns.some((column) => column.key === sort[2]) ? [{ column: sort[2], dir: sort[1] ? "desc" : "asc" }] : [];
    const first = shown && new Set([...shown, ...Object.keys(filters), ...sorted.map(({ column }) => column)]);
    // an uncertainty stands in brackets behind its number
    const paired = new Set(columns.map((column) => column.su).filter(Boolean));
    // the columns that are not chosen are not made at all: cells cost more than filters
    const chosen = new Set(columns.filter(({ key }) => (first ? first.has(key) : !paired.has(key) || key in filters)).map(({ key }) => key));
    const order = shown ? [...columns].sort((a, b) => place(shown, a.key) - place(shown, b.key)) : columns;
    // names stay in sight beside the columns that are scrolled to
    const leading = order.filter(({ key }) => chosen.has(key));
    const names = window.innerWidth < ROOMY ? 0 : leading.findIndex(({ key }) => !NAMES.has(key));
    const frozen = new Set(leading.slice(0, Math.max(0, names)));
    const count = h("span", { class: "count", role: "status" });
    const bar = h("div", { class: "bar" });
    const holder = h("div", { class: "grid", role: "region", "aria-label": label || name });
    container.append(bar, holder, legend(order));
    const rowHeight = Math.round(ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
    holder.style.setProperty("--row", `${rowHeight}px`);
    const table = new Tabulator(holder, {
      data: rows,
      columns: order.filter(({ key }) => chosen.has(key)).map((column) => definition(column, frozen.has(column))),
      layout: "fitDataFill",
      maxHeight: height, // of few rows the frame is as high as they are
      rowHeight,
      renderVerticalBuffer: BUFFER_PX,
      columnHeaderVertAlign: "bottom",
      placeholder: "No row fits these filters.",
      initialSort: sorted,
      initialHeaderFilter: Object.entries(filters).map(([field, value]) => ({ field, value })),
      rowFormatter: (row) => {
        // as the style sheet has it: Tabulator would lay out the table twice to find the same
        Object.assign(row._row, { height: rowHeight, outerHeight: rowHeight, heightInitialized: true });
        const { status } = row.getData();
        if (status) row.getElement().dataset.status = status;
        row.getElement().setAttribute("tabindex", "-1");
      },
    });
    const left = () => table.getRows("active").map((row) => row.getData()); // getData("active") would copy what is not there
    const visible = () => order.filter((column) => chosen.has(column.key));
    const tell = (n) => {
      const unread = bar.parentNode?.querySelectorAll(".grid input[aria-invalid]").length;
      count.textContent = (n === rows.length ? page.counted(n, "row") : `${inEnglish.format(n)} of ${inEnglish.format(rows.length)} rows`) + (unread ? `; ${page.counted(unread, "filter")} cannot be read` : "");
    };
    tell(rows.length);
    table.on("tableBuilt", () => {
      const enter = page.walkRows(table, holder, rowHeight);
      const choose = h("details", { class: "choose", onkeydown: (event) => {
        if (event.key !== "Escape") return;
        event.currentTarget.open = false;
        event.currentTarget.firstChild.focus();
      } }, h("summary", {}, "Columns"), chooser(table, order, chosen));
      bar.append(count, choose,
        h("button", { type: "button", class: "csv", onclick: () => {
          page.download(`${file}.csv`, new Blob([csvOf(left(), order)], { type: "text/csv" }));
        } }, "Save rows as CSV"),
        h("button", { type: "button", onclick: (event) => page.copy(csvOf(left(), visible(), "\t"), event.currentTarget) }, "Copy"),
        h("button", { type: "button", onclick: () => table.clearHeaderFilter() }, "Clear filters"),
        h("button", { type: "button", class: "unseen", onclick: enter }, "To the rows")); // past two stops a column
      tell(table.getDataCount("active"));
    });
    page.printedGrid({ holder, contents: () => {
      const typed = (table.initialized ? table.getHeaderFilters() : []).filter(({ value }) => value).map(({ field, value }) => `${field}: ${value}`);
      return {
        rows: left(),
        columns: visible().map((column) => ({ key: column.key, title: titled(column), numeric: isNumeric(column), content: formatted(column) })),
        content: (column, row) => column.content({ getValue: () => row[column.key], getData: () => row }),
        words: `${count.textContent}${typed.length ? `, filtered by ${typed.join("; ")}` : ""}`,
      };
    } });
    const sortedBy = () => table.getSorters().map(({ field, dir }) => `${dir === "desc" ? "-" : ""}${field}`)[0];
    let told = JSON.stringify(sorted.length ? { ...filters, sort: asked.sort } : filters);
    table.on("renderComplete", () => {
      if (!table.initialized) return;
      tell(table.getDataCount("active"));
      const now = {};
      for (const { field, value } of table.getHeaderFilters()) if (value) now[field] = value;
      if (sortedBy()) now.sort = sortedBy();
      if (JSON.stringify(now) === told) return;
      told = JSON.stringify(now);
      if (onFilter) requestAnimationFrame(() => onFilter(now)); // the rows first: a browser takes its time for an address
    });
    return table;
  }

  function place(list, key) {
    const at = list.indexOf(key);
    return at < 0 ? list.length : at;
  }

  // A small table without tools.
  function plain(columns, rows, attributes = {}) {
    return h("div", { class: "scroll", tabindex: "0" }, h("table", { class: "plain", ...attributes },
      h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col", title: column.meaning, class: column.numeric ? "n" : null }, column.title)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((column) => {
        const value = column.value(row);
        return h("td", { class: column.numeric ? "n" : null, "data-title": column.title }, value === null || value === undefined ? "" : value);
      }))))));
  }

  // A value as the cells of a column show it.
  const shown = (column, value) => formatted(column)({ getValue: () => value, getData: () => ({}) });

  Object.assign(page, { grid, shown, plain, meanings, columnsOf, csvOf, symbols: SYMBOLS });
})(globalThis.polycage);
