"use strict";
// The views that are tables: materials, cages, the ledger, failures and warnings, methods, and all others.
(function (page) {
  const { h, meta } = page;
  const [TALL, BELOW_SUMMARY] = ["max(24rem, 100vh - 16rem)", "max(24rem, 100vh - 20rem)"]; // of a grid: to the foot of the window
  const PHONE = 600;
  const BIN_A = 0.05; // of the histogram of heights
  // columns in the order in which a reader wants them; the others can be chosen
  const ORDER = {
    heights: ["paper_compound", "phase", "h_printed_A", "h_measured_A", "difference_A", "structure_id", "chosen", "paper_table", "tc_printed_K", "tc_paired_K", "note"],
    reproduction: ["quantity", "printed", "recomputed", "measured", "unit", "verdict", "note", "section"],
  };
  const n = page.counted;
  const WITHOUT_BRACKETS = "A height has no brackets where the file states no uncertainty for a number that decides it, or where symmetry fixes all of them.";

  // Changes the address while filters are typed, so that it leads back to these rows.
  const remember = (view, kept = {}) => (filters) => {
    if ((location.hash.slice(1).split("?")[0] || "materials") !== view) return; // somebody has gone on meanwhile
    const text = new URLSearchParams({ ...kept, ...filters }).toString();
    history.replaceState(null, "", `#${view}${text ? `?${text}` : ""}`);
  };

  const asked = () => Object.fromEntries(new URLSearchParams(location.hash.split("?")[1] || ""));

  // The filters of several tables in one address: heights.phase=alpha. A column that no table before it has needs no name before it.
  function shared(view) {
    const now = new Map(); // of each table the filters as the address has them
    const taken = new Map(); // column: the first table that has it
    return (name, keys) => {
      const short = new Set(keys.filter((key) => !taken.has(key)));
      for (const key of short) taken.set(key, name);
      const filters = {};
      for (const [key, text] of Object.entries(asked())) {
        if (key.startsWith(`${name}.`)) filters[key.slice(name.length + 1)] = text;
        else if (short.has(key)) filters[key] = text;
      }
      const tell = (of) => {
        now.set(name, Object.fromEntries(Object.entries(of).map(([key, text]) => [short.has(key) ? key : `${name}.${key}`, text])));
        remember(view)(Object.assign({}, ...now.values()));
      };
      now.set(name, Object.fromEntries(Object.entries(filters).map(([key, text]) => [short.has(key) ? key : `${name}.${key}`, text])));
      return { filters, onFilter: tell };
    };
  }

  async function families() {
    const structures = await page.table("structures");
    const counts = new Map();
    for (const family of structures.columns.family || []) if (family) counts.set(family, (counts.get(family) || 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]);
  }

  function tile(value, text, href, kind) {
    return h("a", { class: `tile ${kind || ""}`, href }, h("b", {}, value.toLocaleString("en")), h("span", {}, text));
  }

  async function summary() {
    const { counts, methods, listed } = meta;
    const found = await families();
    return h("section", { class: "summary", "aria-label": "Summary" },
      h("div", { class: "tiles" },
        tile(counts.structures, counts.structures === 1 ? "structure" : "structures", "#materials"),
        tile(counts["with active cages"], "with active cages", "#materials?n_active=%3E0"),
        tile(counts.cages, "distinct cages", "#cages"),
        counts.voids ? tile(counts.voids, "distinct voids", "#cages?role=void") : null,
        tile(counts.failed, "failed", "#failures", counts.failed ? "failed" : "ok"),
        tile(counts.warning, counts.warning === 1 ? "warning" : "warnings", counts.warning ? "#materials?status=warning" : "#failures", counts.warning ? "warning" : "ok")),
      h("p", { class: "families" }, found.map(([family, count]) => [h("a", { href: `#materials?family=${encodeURIComponent(`=${family}`)}` }, `${family} ${count.toLocaleString("en")}`), " "])),
      h("p", { class: "quiet" }, "Made by ", h("code", {}, methods.command), " from ", h("code", {}, methods.cif_dir), "."),
      listed < counts.structures ? h("p", { class: "box note" }, `This page has ${n(listed, "structure")} of ${n(counts.structures, "structure")}: a browser is slow with more. Those of the materials sheet come first, then those with active cages. All of them are in structures.csv, cages.csv and their Parquet files.`) : null);
  }

  async function materials(main, all) {
    main.append(h("h1", {}, "Materials"), await summary());
    const { find, ...filters } = all;
    const { rows: every, keys } = await page.gridRows("materials");
    const wanted = find ? new Set((await page.found(find)).map(({ id }) => id)) : null;
    const rows = wanted ? every.filter((row) => wanted.has(row.structure_id)) : every;
    if (wanted) {
      main.append(h("p", { class: "box note found" }, wanted.size ? `${n(rows.length, "structure")} for ` : "No structure has in its id, formula, compound, family or temperature ", h("b", {}, find), ". ",
        h("a", { href: "#materials" }, "All materials")));
    }
    const heights = keys.filter((key) => /^h_(alpha|beta|gamma)_A$/.test(key));
    const holder = h("section", {});
    main.append(holder, h("p", { class: "quiet" }, WITHOUT_BRACKETS));
    page.grid(holder, {
      name: "materials", rows, keys, filters, onFilter: remember("materials", find ? { find } : {}), label: "Materials", height: BELOW_SUMMARY,
      shown: [...(window.innerWidth < PHONE ? ["structure_id", ...heights, "formula"] : ["formula", "structure_id", ...heights]), "tc_measured_K", "tc_predicted_K", "tc_error_K", "status", "codes", "family", "subfamily", "n_active", "space_group", "temperature_K", "pressure_GPa"],
    });
  }

  async function cages(main, filters) {
    main.append(h("h1", {}, "Cages"), h("p", {}, "One row for each distinct cage. A filter, for example: ",
      h("a", { href: "#cages?kind=octahedron&h_A=3.6..3.7" }, "all octahedra between 3.6 and 3.7 Å"), "."));
    const { rows, keys } = await page.gridRows("cages");
    const start = window.innerWidth < PHONE ? ["structure_id", "h_A", "kind", "formula"] : ["formula", "structure_id"];
    const holder = h("section", {});
    main.append(holder);
    page.grid(holder, {
      name: "cages", rows, keys, filters, onFilter: remember("cages"), label: "Cages", height: TALL,
      shown: [...start, "phase", "role", "kind", "h_A", "volume_A3", "ring", "upper_cap", "lower_cap", "family", "site", "flags", "distortion_index", "multiplicity_cell", "wyckoff"],
    });
    main.append(h("p", { class: "quiet" }, WITHOUT_BRACKETS, " The figures are of all cages, whatever the filters."), h("div", { class: "pictures" }, cageFigures(rows), heightFigure(rows)));
  }

  // How many active cages have which height: a line of steps for each family and phase.
  function heightFigure(rows) {
    const groups = new Map();
    for (const row of rows) {
      if (row.role !== "active" || row.h_A === null || row.h_A === undefined) continue;
      const name = [row.family, page.greek(row.phase)].filter(Boolean).join(" ");
      if (!groups.has(name)) groups.set(name, new Map());
      const bins = groups.get(name);
      const bin = Math.floor(row.h_A / BIN_A + 1e-9);
      bins.set(bin, (bins.get(bin) || 0) + 1);
    }
    if (!groups.size) return h("section", {});
    const size = (bins) => [...bins.values()].reduce((a, b) => a + b, 0);
    const largest = [...groups].sort(([, a], [, b]) => size(b) - size(a)).slice(0, page.LIST.length);
    const [low, high] = [Math.min, Math.max].map((of) => of(...largest.flatMap(([, bins]) => [...bins.keys()])));
    const lines = largest.map(([, bins], k) => {
      const steps = [];
      for (let bin = low - 1; bin <= high + 1; bin += 1) steps.push([bin * BIN_A, bins.get(bin) || 0], [(bin + 1) * BIN_A, bins.get(bin) || 0]);
      return { points: steps, colour: page.LIST[k], band: steps.map(([x, y]) => [x, 0, y]) };
    });
    const most = Math.max(...largest.flatMap(([, bins]) => [...bins.values()]));
    const points = largest.flatMap(([name, bins], k) => [...bins].sort(([a], [b]) => a - b).map(([bin, count]) => ({
      x: (bin + 0.5) * BIN_A, y: count, kind: "circle", colour: page.LIST[k],
      name: `${name}, ${(bin * BIN_A).toFixed(2)}-${((bin + 1) * BIN_A).toFixed(2)} Å`, note: n(count, "cage"),
    })));
    return h("section", {}, h("h2", {}, "Heights by family and phase"), page.figure({
      title: "Numbers of active cages by height", file: "heights_by_phase", counts: true, points, lines, xRange: [(low - 1) * BIN_A, (high + 2) * BIN_A], yRange: [0, 1.08 * most],
      xLabel: "height (Å)", yLabel: "distinct active cages", caption: `Steps of ${BIN_A} Å.${groups.size > largest.length ? " The most frequent families and phases." : ""}`,
      legend: largest.map(([name, bins], k) => ({ kind: "line", colour: page.LIST[k], text: `${name} (${size(bins)})` })),
    }));
  }

  function cageFigures(rows) {
    const known = rows.filter((row) => row.h_A !== null && row.h_A !== undefined);
    if (!known.length) return h("section", {});
    const kinds = new Map();
    for (const row of known) kinds.set(row.kind, (kinds.get(row.kind) || 0) + 1);
    const common = [...kinds].sort((a, b) => b[1] - a[1]).slice(0, 6).map(([kind]) => kind);
    const colour = (kind) => (common.includes(kind) ? page.LIST[common.indexOf(kind)] : "#7F7F7F");
    return h("section", {}, h("h2", {}, "Volume against height"), page.figure({
      title: "Volume of the cages against their height", file: "volume_against_height", xLabel: "height (Å)", yLabel: "volume (Å³)", fromZero: true,
      points: known.map((row) => ({ x: row.h_A, y: row.volume_A3, kind: "circle", colour: colour(row.kind), name: `${row.structure_id}, cage ${row.cage_id}`, note: `${page.signature(row.kind)}${row.phase ? `, ${page.greek(row.phase)}` : ""}, h = ${page.withSu(row.h_A, row.h_su_A, 4)} Å`, href: page.link(row.structure_id) })),
      legend: [...common.map((kind) => ({ kind: "circle", colour: colour(kind), text: `${page.signature(kind)} (${kinds.get(kind)})` })), ...(kinds.size > common.length ? [{ kind: "circle", colour: "#7F7F7F", text: "others" }] : [])],
    }));
  }

  // All tables that belong to a view; returns how many there were.
  async function sections(main, view, of = shared(view)) {
    let count = 0;
    for (const [name, described] of Object.entries(meta.tables)) {
      if (described.view !== view || !described.rows) continue;
      const { rows, keys } = await page.gridRows(name);
      const holder = h("section", { "data-table": name }, h("h2", {}, described.title), described.text ? h("p", {}, described.text) : null);
      main.append(holder);
      page.grid(holder, { name, rows, keys, shown: ORDER[name] || null, label: described.title, ...of(name, keys) });
      count += 1;
    }
    return count;
  }

  async function ledger(main) {
    main.append(h("h1", {}, "Ledger"), h("p", {}, "What the paper prints, beside what this program finds in the structures."));
    if (!(await sections(main, "ledger"))) main.append(h("p", { class: "quiet" }, "This run has no table of the paper's numbers."));
  }

  async function failures(main) {
    main.append(h("h1", {}, "Failures and warnings"));
    const [failed, structures, missing] = await Promise.all([page.rows("failures"), page.rows("structures"), page.rows("collection")]);
    if (!failed.length) main.append(h("p", { class: "box ok" }, "No file failed."));
    const byCode = new Map();
    for (const row of failed) {
      if (!byCode.has(row.error)) byCode.set(row.error, []);
      byCode.get(row.error).push(row);
    }
    for (const [code, rows] of [...byCode].sort((a, b) => b[1].length - a[1].length)) {
      main.append(h("section", { class: "code" }, h("h2", {}, page.badge(code, "failed"), ` ${n(rows.length, "file")}`), h("p", {}, h("b", {}, "What to do: "), rows[0].advice),
        page.plain([
          { title: "Structure", value: (row) => h("a", { href: page.link(row.structure_id) }, row.structure_id) },
          { title: "Why", value: (row) => row.message }, { title: "File", value: (row) => row.file },
        ], rows.slice(0, 100), { "data-rows": "failures" }), rows.length > 100 ? h("p", { class: "quiet" }, `The first 100 of ${rows.length}; the table below has all.`) : null));
    }
    const warned = structures.filter((row) => row.status === "warning");
    const codes = new Map();
    for (const row of warned) {
      for (const code of (row.codes || "").split(";")) if (meta.codes[code]?.[0]) codes.set(code, (codes.get(code) || 0) + 1);
    }
    if (warned.length) {
      main.append(h("section", {}, h("h2", {}, n(warned.length, "structure with a warning", "structures with a warning")),
        page.plain([
          { title: "Code", value: ([code]) => h("a", { class: "badge warning", href: `#materials?codes=${encodeURIComponent(code)}&status=warning` }, code) },
          { title: "How many", numeric: true, value: ([, count]) => n(count, "structure") },
          { title: "What it means", value: ([code]) => meta.codes[code][1] }, { title: "What to do", value: ([code]) => meta.codes[code][2] },
        ], [...codes].sort((a, b) => b[1] - a[1]), { "data-rows": "codes" }),
        page.plain([
          { title: "Structure", value: (row) => h("a", { href: page.link(row.structure_id) }, row.structure_id) },
          { title: "What was found", value: (row) => row.message },
        ], warned.slice(0, 200)), warned.length > 200 ? h("p", { class: "quiet" }, `The first 200 of ${warned.length}; the materials' table has all.`) : null));
    }
    if (missing.length) {
      main.append(h("section", {}, h("h2", {}, "Listed, but without a file"), h("p", {}, `${n(missing.length, "structure")} of materials.csv ${missing.length === 1 ? "has" : "have"} no file in the collection (a mistyped structure_id?): ${missing.slice(0, 200).map((row) => row.structure_id).join(", ")}.`)));
    }
    if (failed.length) await sections(main, "failures");
  }

  async function methodsView(main) {
    const { settings, versions, citations, command, cif_dir: folder, page: carried } = meta.methods;
    const differing = settings.filter((row) => row.value !== row.default);
    const columns = [
      { title: "Setting", value: (row) => h("code", {}, row.name) }, { title: "Value", numeric: true, value: (row) => String(row.value) },
      { title: "Default", numeric: true, value: (row) => String(row.default) }, { title: "Unit", value: (row) => (row.unit === "1" ? "" : row.unit) },
      { title: "What it is, and why", value: (row) => row.reason }, { title: "Decides", value: (row) => row.decides },
    ];
    const list = (pairs) => h("dl", { class: "facts" }, pairs.map(([key, value]) => [h("dt", {}, key), h("dd", {}, value)]));
    main.append(h("h1", {}, "Methods"),
      h("section", {}, h("h2", {}, "To make this again"), h("p", {}, h("code", {}, command)), h("p", {}, "Structures were read from ", h("code", {}, folder), ". The same files and settings give the same bytes.")),
      h("section", {}, h("h2", {}, "Settings that differ from the defaults"), differing.length ? page.plain(columns, differing, { "data-rows": "settings" }) : h("p", {}, "None: all settings are the defaults.")),
      h("section", {}, h("h2", {}, "Versions"), list(Object.entries(versions)), h("h3", {}, "Libraries in this page"), list(carried.map((one) => [one.name, `${one.version}, licence ${one.licence}`]))),
      h("section", {}, h("h2", {}, "Please cite"), h("ul", {}, citations.map((text) => h("li", {}, text)))),
      h("section", {}, h("h2", {}, "All settings and tolerances"), page.plain(columns, settings, { "data-rows": "settings" })));
  }

  async function more(main) {
    main.append(h("h1", {}, "More tables"));
    const of = shared("more");
    await sections(main, "more", of);
    await sections(main, "material", of);
  }

  Object.assign(page, { materials, cages, sections, ledger, failures, methods: methodsView, more, withoutBrackets: WITHOUT_BRACKETS });
})(globalThis.polycage);
