"use strict";
// Series of refinements: heights and predicted Tc against pressure, temperature or doping.
(function (page) {
  const { h } = page;
  const AT_ONCE = 12; // series whose figures are drawn, until more are asked for
  const VARIABLES = { temperature_K: "temperature (K)", pressure_GPa: "pressure (GPa)", holes_per_metal: "holes per metal" };
  const MEASURED = "measured-heights"; // the model whose λ comes from heights as they are measured here
  const there = (value) => value !== null && value !== undefined;

  // Of each structure and phase the prediction whose λ comes from measured heights, where there is one; a row without Tc else.
  function predicted(rows) {
    const rank = (row) => (there(row.tc_K) ? 1 + (row.model === MEASURED) : 0);
    const out = new Map();
    for (const row of rows) {
      const key = `${row.structure_id} ${row.phase}`;
      if (!out.has(key) || rank(row) > rank(out.get(key))) out.set(key, row);
    }
    return out;
  }

  const member = (row, value, of = row) => ({
    id: row.structure_id, value, phase: row.phase, h: row.h_A, su: row.h_su_A, tc: of.tc_K, low: of.tc_low_K, high: of.tc_high_K, measured: of.tc_measured_K, skill: of,
  });

  // Those that materials.csv names: rows of the table `series`.
  function named(rows) {
    const out = new Map();
    for (const row of predicted(rows).values()) {
      if (!there(row.value)) continue;
      const key = `${row.series} ${row.variable}`;
      if (!out.has(key)) out.set(key, { name: row.series, variable: row.variable, members: [] });
      out.get(key).members.push(member(row, row.value));
    }
    return [...out.values()];
  }

  // Other refinements of one compound, or of one formula, at temperatures or pressures that their files state.
  function found(materials, predictions, taken) {
    const heights = Object.keys(materials[0] || {}).filter((key) => /^h_(?!.*_su_).*_A$/.test(key));
    const groups = new Map();
    for (const row of materials) {
      const name = row.compound || row.formula;
      if (!name || row.status === "failed" || taken.has(row.structure_id)) continue;
      for (const variable of ["temperature_K", "pressure_GPa"]) {
        if (!there(row[variable])) continue;
        const key = `${name} ${variable}`;
        if (!groups.has(key)) groups.set(key, { name, variable, members: [] });
        groups.get(key).members.push(...membersOf(row, row[variable], heights, predictions));
      }
    }
    return [...groups.values()];
  }

  function membersOf(row, value, heights, predictions) {
    return heights.filter((key) => there(row[key])).map((key) => {
      const phase = key.slice(2, -2);
      const own = { structure_id: row.structure_id, phase, h_A: row[key], h_su_A: row[key.replace(/_A$/, "_su_A")] };
      return member(own, value, predictions.get(`${row.structure_id} ${phase}`) || {});
    });
  }

  // All cuprates and nickelates whose doping is known, of different compounds: no series, but the same question.
  function doped(rows, materials, predictions) {
    const heights = Object.keys(materials[0] || {}).filter((key) => /^h_(?!.*_su_).*_A$/.test(key));
    const of = new Map(materials.map((row) => [row.structure_id, row]));
    const members = rows.filter((row) => there(row.holes_per_metal) && of.has(row.structure_id))
      .flatMap((row) => membersOf(of.get(row.structure_id), row.holes_per_metal, heights, predictions));
    return { name: "Cuprates and nickelates of known doping", variable: "holes_per_metal", members, mixed: true };
  }

  const different = ({ members }) => new Set(members.map(({ value }) => value)).size > 1;

  function phasesOf(members) {
    const phases = [...new Set(members.map(({ phase }) => phase))];
    return phases.map((phase, k) => ({ phase, colour: page.LIST[k % page.LIST.length], of: members.filter((one) => one.phase === phase).sort((a, b) => a.value - b.value) }));
  }

  function linked(points) {
    const seen = new Map(); // several refinements at one value: the line goes through their mean
    for (const [x, y] of points) seen.set(x, [...(seen.get(x) || []), y]);
    return [...seen].map(([x, ys]) => [x, ys.reduce((a, b) => a + b, 0) / ys.length]);
  }

  // A figure of one quantity of the members: a colour for each phase.
  function panel(series, what, { y, spread, note, extra = [], caption = "", legend = [] }) {
    const phases = phasesOf(series.members.filter((one) => there(y(one))));
    const points = [...phases.flatMap(({ colour, of }) => of.map((one) => ({
      x: one.value, y: y(one), ...spread(one), kind: "circle", colour, name: one.id, note: note(one), href: page.link(one.id),
    }))), ...extra];
    if (!points.length) return null;
    return page.figure({
      title: `${series.name}: ${what} against ${VARIABLES[series.variable]}`, file: `series_${series.name.replace(/\W+/g, "_")}_${series.variable}_${what.replace(/\W+/g, "_")}`,
      points, lines: series.mixed ? [] : phases.map(({ colour, of }) => ({ points: linked(of.map((one) => [one.value, y(one)])), colour, dash: "2 3" })),
      xLabel: VARIABLES[series.variable], yLabel: what, height: 320, caption,
      legend: [...phases.map(({ phase, colour }) => ({ kind: "circle", colour, text: page.greek(phase) })), ...legend],
    });
  }

  function heightPanel(series) {
    return panel(series, "height (Å)", { y: (one) => one.h, spread: (one) => ({ dy: one.su || null }), note: (one) => `h(${page.greek(one.phase)}) = ${page.withSu(one.h, one.su, 4)} Å` });
  }

  // Never without how far such predictions are off.
  function skillOf(members) {
    const row = members.map(({ skill }) => skill).find((one) => one && there(one.skill_mae_K));
    if (!row) return "Such predictions were tested on no compound.";
    return `On ${page.counted(row.skill_n, "held-out compound")} such predictions were off by ${row.skill_mae_K.toFixed(0)} K in the mean${row.skill_from && row.skill_from !== "this run" ? " (on the reference collection)" : ""}.`;
  }

  function predictedPanel(series) {
    const measured = new Map(series.members.filter((one) => there(one.measured)).map((one) => [one.id, one]));
    const colour = "currentColor"; // of no phase
    const some = series.members.some((one) => there(one.tc)); // no family of the relation: nothing is predicted
    return panel(series, some ? "predicted Tc (K)" : "measured Tc (K)", {
      y: (one) => one.tc, spread: (one) => (there(one.low) ? { low: one.low, high: one.high } : {}),
      note: (one) => `${page.greek(one.phase)}: predicted ${one.tc.toFixed(1)} K${there(one.low) ? `, ${one.low.toFixed(1)} to ${one.high.toFixed(1)} K` : ""}${there(one.measured) ? `; measured ${one.measured} K` : ""}`,
      extra: [...measured.values()].map((one) => ({ x: one.value, y: one.measured, kind: "square", colour, name: one.id, note: `measured Tc = ${one.measured} K`, href: page.link(one.id) })),
      legend: measured.size ? [{ kind: "square", colour, text: "measured Tc" }] : [],
      caption: some ? `Whiskers: 95 % intervals by the scatter of λ and by the height. ${skillOf(series.members)}` : "No Tc is predicted of these structures.",
    });
  }

  // The first word of a series' name is a formula, if it is one.
  function titled({ name, mixed }) {
    const [first, ...rest] = name.split(" ");
    return mixed || !/\d/.test(first) ? [name] : [page.formula(first), rest.length ? ` ${rest.join(" ")}` : ""];
  }

  function section(series) {
    const panels = [heightPanel(series), predictedPanel(series)].filter(Boolean);
    return h("section", { class: "series" }, h("h2", {}, titled(series), ` against ${VARIABLES[series.variable]}`),
      h("div", { class: "pictures" }, panels));
  }

  async function seriesView(main) {
    main.append(h("h1", {}, "Series"), h("p", {}, "Refinements of one compound that differ in temperature, pressure or doping: does the height follow, and does the measured Tc follow the height?"));
    const [stated, materials, predictions, doping] = await Promise.all(["series", "materials", "predictions", "doping"].map((name) => page.rows(name)));
    const of = predicted(predictions);
    const all = [...named(stated), ...found(materials, of, new Set(stated.map((row) => row.structure_id))), doped(doping, materials, of)].filter(different);
    const holder = h("div", {});
    const more = h("button", { type: "button" });
    let drawn = 0;
    const next = () => {
      holder.append(...all.slice(drawn, drawn + AT_ONCE).map(section));
      drawn = Math.min(all.length, drawn + AT_ONCE);
      more.textContent = `Draw ${Math.min(AT_ONCE, all.length - drawn)} more of ${all.length - drawn}`;
      more.hidden = drawn >= all.length;
    };
    more.addEventListener("click", next);
    next();
    main.append(holder, more);
    const others = await page.sections(main, "series");
    if (!all.length && !others) main.append(h("p", { class: "quiet" }, "No compound of this collection has refinements at different temperatures or pressures that the files state."));
  }

  Object.assign(page, { series: seriesView, predicted });
})(globalThis.polycage);
