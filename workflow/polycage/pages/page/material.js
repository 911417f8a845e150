"use strict";
// One material: the crystal, its cages, their vertices, what follows from them, and its other refinements.
(function (page) {
  const { h } = page;

  const first = (rows) => (rows.length ? rows[0] : null);

  // What a reader wants of a wide table; its file has all columns.
  const FIRST = {
    predictions: ["phase", "model", "h_A", "h_su_A", "tc_K", "tc_su_K", "tc_low_K", "tc_high_K", "tc_measured_K", "skill_mae_K", "skill_mae_low_K", "skill_mae_high_K", "skill_n", "held_out", "skill_from"],
    heights: ["phase", "h_printed_A", "h_measured_A", "h_measured_su_A", "difference_A", "chosen", "paper_compound", "paper_table", "tc_printed_K", "tc_paired_K", "note"],
  };
  const DOI = /^10\.\d{4,9}\/[-._;()/:A-Za-z0-9]+$/;

  // Columns of a plain table out of a table's description; those with nothing in these rows are left out.
  function described(name, rows, without = ["structure_id"]) {
    const present = new Set(rows.flatMap((row) => Object.keys(row).filter((key) => row[key] !== null && row[key] !== undefined && row[key] !== "")));
    const columns = page.columnsOf(name, present).filter((column) => !without.includes(column.key));
    const paired = new Set(columns.map((column) => column.su).filter(Boolean));
    const chosen = FIRST[name];
    const ordered = chosen ? chosen.map((key) => columns.find((column) => column.key === key)).filter(Boolean) : columns;
    return ordered.filter((column) => !paired.has(column.key)).map((column) => ({
      title: `${page.heading(column.key, column.unit, column.meaning)}${column.unit ? ` (${column.unit})` : ""}`,
      meaning: `${column.key}: ${column.meaning}`,
      key: column.key,
      said: column.meaning,
      numeric: column.type === "number" || column.type === "count",
      value: (row) => {
        if (column.key === "phase" || column.key === "other_phase") return page.greek(row[column.key]);
        if (page.symbols.has(column.key) && row[column.key]) return page.stateSymbol(row[column.key]);
        if (column.key === "formula") return page.formula(row.formula);
        if (column.key === "compound" || column.key === "paper_compound") return page.compound(row[column.key]);
        if (column.su && column.type === "number") return page.withSu(row[column.key], row[column.su], column.digits);
        return page.cell(row[column.key], column);
      },
    }));
  }

  function facts(structure, drawing) {
    const cell = ["a", "b", "c"].map((x) => `${x} = ${page.withSu(structure[`${x}_A`], structure[`${x}_su_A`], 4)} Å`);
    const angles = [["alpha", "α"], ["beta", "β"], ["gamma", "γ"]].map(([x, letter]) => `${letter} = ${page.withSu(structure[`${x}_deg`], structure[`${x}_su_deg`], 2)}°`);
    const entries = [
      ["Space group", page.spaceGroup(structure.space_group)],
      ["Cell", `${cell.join(", ")}; ${angles.join(", ")}`],
      ["Family", [structure.family, structure.subfamily].filter(Boolean).join(", type ")],
      ["Stacking axis", structure.axis_hkl],
      ["Temperature", structure.temperature_K === null || structure.temperature_K === undefined ? null : `${structure.temperature_K} K`],
      ["Pressure", structure.pressure_GPa === null || structure.pressure_GPa === undefined ? null : `${structure.pressure_GPa} GPa`],
      ["R factor", structure.r_factor],
      ["Disorder", structure.disorder],
      ["Mark of the structure", structure.verification],
      ["DOI", DOI.test(structure.doi || "") ? h("a", { href: `https://doi.org/${structure.doi}`, rel: "noreferrer" }, structure.doi) : structure.doi],
      ["Database", structure.database_code],
      ["SHA-256 of the file", drawing ? drawing.sha256 : null],
    ];
    return h("dl", { class: "facts" }, entries.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
  }

  // What each code means and what to do about it; one that the page does not know stands alone.
  function explained(codes) {
    const of = (code) => page.meta.codes[code] || [false, "", ""];
    return page.plain([
      { title: "Code", value: (code) => page.badge(code, of(code)[0] ? "warning" : "note") },
      { title: "What it means", value: (code) => of(code)[1] },
      { title: "What to do", value: (code) => of(code)[2] },
    ], codes, { "data-rows": "codes" });
  }

  function messages(structure, failure) {
    const out = [];
    if (failure) {
      out.push(h("div", { class: "box failed" }, h("p", {}, page.badge(failure.error, "failed"), " ", failure.message),
        h("p", {}, h("b", {}, "What to do: "), failure.advice), failure.file ? h("p", { class: "quiet" }, `File: ${failure.file}`) : null));
    } else if (structure.message) {
      out.push(h("div", { class: `box ${structure.status === "warning" ? "warning" : "note"}` },
        h("p", {}, h("b", {}, structure.status === "warning" ? "Found in this file, warnings first" : "Found in this file: remarks, no warning")),
        h("ul", {}, structure.message.split(/; (?=[A-Za-z0-9])/).map((text) => h("li", {}, text)))));
    }
    const codes = failure ? [] : (structure.codes || "").split(";").filter(Boolean); // of a failure all is said
    if (codes.length) out.push(explained(codes));
    if (structure.borderline) {
      out.push(h("div", { class: "box note" }, h("p", {}, h("b", {}, "Borderline. "), "With a tolerance at the end of its margin the structure reads differently: ", structure.borderline)));
    }
    return out;
  }

  function controls(state, redraw, crystal, structure) {
    const toggle = (text, get, set, then = () => {}) => {
      const box = h("input", { type: "checkbox", onchange: (event) => { set(event.target.checked); redraw(); then(); } });
      box.checked = get();
      return h("label", {}, box, text);
    };
    const g = page.geometry;
    const along = (name, direction, up) => h("button", { type: "button", onclick: () => page.crystalView.lookAlong(direction, up) }, name);
    const [a, b, c] = crystal.cell;
    const buttons = [along("a", a, c), along("b", b, c), along("c", c, b)];
    if (structure.axis_hkl) buttons.push(along("axis", g.normal(structure.axis_hkl.split(" ").map(Number), crystal.cell), b));
    return h("div", { class: "controls" },
      h("fieldset", {}, h("legend", {}, "Look along"), buttons),
      h("fieldset", {}, h("legend", {}, "Show"),
        toggle("all images of the cages", () => !state.one, (on) => { state.one = !on; }),
        toggle("2 × 2 × 1 cells", () => state.size[0] === 2, (on) => { state.size = on ? [2, 2, 1] : [1, 1, 1]; }, page.crystalView.zoom),
        toggle("bonds", () => state.bonds, (on) => { state.bonds = on; }),
        toggle("heights", () => state.heights, (on) => { state.heights = on; }),
        toggle("perspective", () => state.perspective, (on) => { state.perspective = on; }, page.crystalView.zoom)));
  }

  // Switches for whole groups of cages: each phase, spacers, voids.
  function groups(crystal, state, changed) {
    const of = new Map();
    for (const { cage } of crystal.drawn) {
      const name = cage.role === "active" ? cage.phase : cage.role === "spacer" ? (cage.phase || "spacer") : cage.role;
      if (!of.has(name)) of.set(name, []);
      of.get(name).push(cage);
    }
    return h("fieldset", { class: "groups" }, h("legend", {}, "Cages"), [...of].map(([name, cages]) => {
      const button = h("button", { type: "button", "aria-pressed": "false", title: name, onclick: () => {
        const on = !cages.every((cage) => state.cages.has(cage.cage_id));
        for (const cage of cages) state.cages[on ? "add" : "delete"](cage.cage_id);
        changed();
      } }, page.crystalView.swatch(cages[0]), page.greek(name));
      button.cages = cages;
      return button;
    }));
  }

  function cageTable(crystal, state, changed, choose) {
    const rows = crystal.drawn.map(({ cage }) => cage);
    const boxes = new Map();
    const flagged = rows.some((cage) => cage.flags);
    const head = ["Show", "Atoms", "Phase", "Kind", "Height (Å)", "Volume (Å³)", "Ring and caps", "Site", ...(flagged ? ["Flags"] : [])];
    const lists = [];
    const list = (cage) => {
      const button = h("button", { type: "button", class: "small", "aria-label": `list atoms of cage ${cage.cage_id}`, "aria-pressed": String(cage === (rows.find((row) => row.role === "active") || rows[0])), onclick: () => {
        for (const other of lists) other.setAttribute("aria-pressed", String(other === button));
        choose(cage.cage_id);
      } }, "list");
      lists.push(button);
      return button;
    };
    const table = h("table", { class: "plain cages" }, h("thead", {}, h("tr", {}, head.map((title) => h("th", { scope: "col", class: title === "Atoms" ? "choose-atoms" : null }, title)))),
      h("tbody", {}, rows.map((cage) => {
        const box = h("input", { type: "checkbox", "aria-label": `show cage ${cage.cage_id}`, onchange: (event) => {
          state.cages[event.target.checked ? "add" : "delete"](cage.cage_id);
          changed();
        } });
        boxes.set(cage.cage_id, box);
        const caps = cage.upper_cap ? `${cage.ring ? `${cage.ring}: ` : ""}${cage.upper_cap} | ${cage.lower_cap}` : "";
        return h("tr", {},
          h("td", {}, h("label", { class: "tick" }, box, page.crystalView.swatch(cage), String(cage.cage_id))),
          h("td", { class: "choose-atoms" }, list(cage)),
          h("td", {}, cage.phase ? `${page.greek(cage.phase)}${rows.filter((other) => other.phase === cage.phase).length > 1 ? ` ${cage.member}` : ""}` : cage.role),
          h("td", {}, page.signature(cage.kind)), h("td", { class: "n height" }, page.withSu(cage.h_A, cage.h_su_A, 4)),
          h("td", { class: "n" }, page.withSu(cage.volume_A3, cage.volume_su_A3, 2)), h("td", { class: "caps" }, caps),
          h("td", {}, `${cage.multiplicity_cell || ""}${cage.wyckoff || ""}`),
          flagged ? h("td", { class: "flags" }, (cage.flags || "").split(";").filter(Boolean).map((flag) => page.badge(flag, "note"))) : null);
      })));
    return { boxes, element: h("div", {}, h("div", { class: "scroll", tabindex: "0" }, table), bare(rows)) };
  }

  // Why heights stand without an uncertainty, and what the file says of them all the same.
  function bare(rows) {
    const without = rows.filter((cage) => cage.h_A && !cage.h_su_A);
    if (!without.length) return null;
    const partly = without.filter((cage) => cage.role === "active" && cage.h_su_partial_A > 0);
    return h("p", { class: "quiet" }, page.withoutBrackets,
      partly.length ? ` What it states (${partly[0].su_from}) gives at least ${[...new Set(partly.map((cage) => `${page.suText(cage.h_su_partial_A, 4)} Å for ${page.greek(cage.phase)}`))].join(", ")}.` : "");
  }

  // The vertices of one cage with labels and symmetry codes.
  function vertexTable(crystal, cage_id) {
    const found = crystal.drawn.find(({ cage }) => cage.cage_id === cage_id);
    const rows = found.vertices.map((v) => ({ ...v, from: page.geometry.source(v.frac, crystal.kept, crystal.ops, crystal.cell, v.element) }));
    const label = (row) => (row.from ? crystal.kept[row.from.atom].label : row.element);
    return h("div", {}, h("h3", {}, `Vertices of cage ${cage_id}: ${page.signature(found.cage.kind)}${found.cage.phase ? `, ${page.greek(found.cage.phase)}` : ""}`),
      page.plain([
        { title: "Atom", meaning: "label of the listed atom", value: label },
        { title: "Code", meaning: "as in CIF: number of the operation and translations, 5 being none; . is the atom as listed", value: (row) => (row.from ? row.from.code : "") },
        { title: "Part", meaning: "ring, or one of the caps", value: (row) => page.words(row.part) },
        { title: "x", numeric: true, value: (row) => row.frac[0].toFixed(4) },
        { title: "y", numeric: true, value: (row) => row.frac[1].toFixed(4) },
        { title: "z", numeric: true, value: (row) => row.frac[2].toFixed(4) },
        { title: "d (Å)", meaning: "from the site", numeric: true, value: (row) => page.withSu(row.distance, row.su, 4) },
      ], rows, { "data-rows": "vertices" }));
  }

  function elementLegend(crystal) {
    const elements = [...new Set(crystal.kept.map((atom) => atom.element))];
    return { elements, list: h("ul", { class: "key elements" }, elements.map((element) => h("li", {}, h("span", { class: "swatch round", style: `background:${page.crystalView.elementColour(element)}` }), element))) };
  }

  function crystalPanel(structure, drawing, cages) {
    const view = page.crystalView;
    const crystal = view.model(structure, drawing, cages);
    const active = cages.filter((cage) => cage.role === "active");
    // cages of different phases overlap: at first those of one phase are shown
    const opening = active.length ? active.filter((cage) => cage.phase === active[0].phase) : cages.slice(0, 1);
    const state = { cages: new Set(opening.map((cage) => cage.cage_id)), one: false, size: [1, 1, 1], bonds: true, heights: true, perspective: false };
    const canvas = h("div", { class: "stage" });
    const vertices = h("div", { class: "vertices" });
    let buttons = null;
    let table = null;
    const redraw = () => { if (view.supported()) view.draw(crystal, state); };
    const changed = () => {
      for (const [id, box] of table.boxes) box.checked = state.cages.has(id);
      for (const button of buttons.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.cages.every((cage) => state.cages.has(cage.cage_id))));
      const framed = view.supported() && view.untouched(); // nobody has zoomed: more polyhedra stay in the frame, too
      redraw();
      if (framed) view.zoom();
    };
    buttons = groups(crystal, state, changed);
    table = cageTable(crystal, state, changed, (id) => vertices.replaceChildren(vertexTable(crystal, id)));
    const legend = elementLegend(crystal);
    const titles = [page.flatFormula(structure.formula), structure.structure_id].filter(Boolean);
    const seen = (all) => (all.some((cage) => state.cages.has(cage.cage_id)) ? all.filter((cage) => state.cages.has(cage.cage_id)) : all);
    const heights = () => [...new Set(seen(active).filter((cage) => cage.h_A).map((cage) => `h(${page.greek(cage.phase)}) = ${page.withSu(cage.h_A, cage.h_su_A, 4)} Å`))];
    const save = h("button", { type: "button", onclick: async () => page.download(page.fileName(structure.structure_id, ".png"), await view.picture({ titles, heights: heights() }, legend.elements)) }, "Save picture");
    const panel = h("section", { class: "crystal", "aria-label": "Crystal structure" }, canvas, legend.list, buttons, controls(state, redraw, crystal, structure),
      h("div", { class: "bar" }, save, h("button", { type: "button", onclick: () => view.zoom() }, "Fit")));
    const side = h("section", { class: "cage-list", "aria-label": "Cages" }, h("h2", {}, "Cages"), cages.length ? table.element : h("p", { class: "quiet" }, "No cages were found."), vertices);
    const start = () => {
      if (!view.supported()) {
        canvas.append(h("p", { class: "box note" }, "This browser has no WebGL: the crystal cannot be drawn. The tables are complete."));
        return;
      }
      view.mount(canvas);
      changed();
      const [, b, c] = crystal.cell;
      const g = page.geometry;
      const upward = structure.axis_hkl ? g.normal(structure.axis_hkl.split(" ").map(Number), crystal.cell) : g.unit(c);
      const side1 = g.unit(g.minus(crystal.cell[0], g.times(upward, g.dot(crystal.cell[0], upward))));
      const sideways = g.norm(side1) > 0.5 ? side1 : g.unit(b);
      const turned = g.add(g.add(g.times(sideways, Math.cos(0.38)), g.times(g.cross(upward, sideways), -Math.sin(0.38))), g.times(upward, 0.2));
      view.lookAlong(turned, upward, true);
      view.zoom();
    };
    if (cages.length) vertices.append(vertexTable(crystal, (active[0] || cages[0]).cage_id));
    return { panel, side, start };
  }

  // The files for other programs, as `polycage export` writes them.
  async function exported(id) {
    const files = await page.exportsOf(id);
    const why = "The page cannot make files of this structure: its atoms or operations are not in the tables.";
    return h("section", { class: "files", "aria-label": "Files for other programs" }, h("h2", {}, "Files for other programs"),
      files ? h("div", { class: "bar" }, files.map(({ words, suffix, text }) => h("button", { type: "button", onclick: () => page.download(page.fileName(id, suffix), new Blob([text()])) }, words)))
        : h("p", { class: "quiet" }, why, " ", h("code", {}, "polycage export FILE --to cif"), " writes them; ", h("code", {}, "snakemake exports"), " writes those of all structures."),
      files ? h("p", { class: "quiet" }, "The structure with a dummy atom at each site of a cage (CIF for VESTA, of type XX; extended XYZ for ASE and OVITO, X), or the rows of the tables as JSON.") : null);
  }

  // What the columns of a table mean, for those who have no pointer to rest on a heading.
  function explanation(columns) {
    return h("details", { class: "legend" }, h("summary", {}, "What the columns mean"),
      h("dl", {}, columns.map(({ title, key, said }) => [h("dt", {}, title, " ", h("code", {}, key)), h("dd", {}, said)])));
  }

  async function derived(id) {
    const out = [];
    for (const [name, described_] of Object.entries(page.meta.tables)) {
      if (!described_.of_structures || ["structures", "cages", "failures", "collection", "materials"].includes(name)) continue;
      const rows = await page.rowsOf(name, id);
      if (!rows.length) continue;
      const title = name === "predictions" ? "Predicted Tc" : described_.title;
      const text = name === "predictions" ? await trustSentence(rows) : described_.text;
      const columns = described(name, rows);
      out.push(h("section", { class: "derived", "data-table": name }, h("h2", {}, title), text ? h("p", {}, text) : null, page.plain(columns, rows), explanation(columns)));
    }
    return out;
  }

  async function trustSentence(rows) {
    const row = rows.find((one) => one.skill_mae_K !== null && one.skill_mae_K !== undefined);
    if (!row) return "Tc = λ/h² is a hypothesis under test. Such predictions were tested on no compound.";
    return `Tc = λ/h² is a hypothesis under test. On ${page.counted(row.skill_n, "held-out compound")} the mean absolute error of such predictions was ${row.skill_mae_K.toFixed(0)} K. The brackets behind a Tc are the scatter of λ alone.`;
  }

  // Other structures of the same compound, or of the same elements where no compound is known.
  async function siblings(structure) {
    const rows = await page.rows("materials");
    const own = rows.find((row) => row.structure_id === structure.structure_id);
    if (!own) return null;
    const same = (row) => (own.compound ? row.compound === own.compound : own.formula && row.formula === own.formula);
    const series = await page.rows("series");
    const mine = new Set(series.filter((row) => row.structure_id === own.structure_id).map((row) => row.series));
    const fellows = new Set(series.filter((row) => mine.has(row.series)).map((row) => row.structure_id));
    const found = rows.filter((row) => same(row) || fellows.has(row.structure_id));
    if (found.length < 2) return null;
    const heights = Object.keys(own).filter((key) => /^h_.*_A$/.test(key) && !key.includes("_su_") && found.some((row) => row[key] !== null && row[key] !== undefined));
    const columns = [
      { title: "Structure", value: (row) => (row === own ? h("b", {}, row.structure_id) : h("a", { href: page.link(row.structure_id) }, row.structure_id)) },
      ...heights.map((key) => ({ title: `h ${page.greek(key.slice(2, -2))} (Å)`, numeric: true, value: (row) => page.withSu(row[key], row[key.replace(/_A$/, "_su_A")], 4) })),
      { title: "T (K)", numeric: true, value: (row) => row.temperature_K },
      { title: "P (GPa)", numeric: true, value: (row) => row.pressure_GPa },
      { title: "measured Tc (K)", numeric: true, value: (row) => row.tc_measured_K },
    ];
    return h("section", {}, h("h2", {}, "Refinements of ", own.compound ? page.compound(own.compound) : page.formula(structure.formula), found.every(same) ? "" : ", and its series"), page.plain(columns, found));
  }

  async function material(main, id) {
    const structure = first(await page.rowsOf("structures", id));
    const failure = first(await page.rowsOf("failures", id));
    if (!structure && !failure) {
      main.append(h("h1", {}, "No such material"), h("p", {}, `This page has no structure with the id ${id}.`, page.meta.listed < page.meta.counts.structures ? " It has a part of the collection only: structures.csv and cages.csv have all." : ""), h("p", {}, h("a", { href: "#materials" }, "All materials")));
      return null;
    }
    const known = structure || { structure_id: id, status: "failed" };
    main.append(h("div", { class: "title" }, h("h1", {}, known.formula ? [page.formula(known.formula), " ", h("small", { class: "id" }, id)] : h("bdi", {}, id)),
      h("p", { class: "subtitle" }, page.status(known.status), " ", [known.family, known.subfamily].filter(Boolean).join(" "), " ", page.spaceGroup(known.space_group),
        " ", known.verification === "unverified" ? page.badge("unverified", "warning") : null)));
    main.append(...messages(known, failure));
    if (known.status === "failed") return null;
    const [drawing, cages] = await Promise.all([page.drawing(id), page.rowsOf("cages", id)]);
    const { panel, side, start } = crystalPanel(structure, drawing, cages);
    main.append(h("div", { class: "two" }, panel, side));
    const rest = h("div", { class: "rest" });
    main.append(rest);
    start();
    const others = await siblings(structure);
    rest.append(...[await exported(id), others, ...(await derived(id)), h("section", {}, h("h2", {}, "The structure"), facts(structure, drawing))].filter(Boolean));
    return null;
  }

  Object.assign(page, { material, describedColumns: described });
})(globalThis.polycage);
