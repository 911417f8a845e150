"use strict";
// The relation Tc = λ/h² and how far it can be trusted.
(function (page) {
  const { h } = page;
  const GROUP = { cuprate: "cuprate", nickelate: "cuprate", iron: "iron", m2x2: "iron" };
  const NAMES = { cuprate: "cuprates and nickelates", iron: "iron-based" };
  const HEADINGS = { cuprate: "Cuprates and nickelates", iron: "Iron-based" };
  const number = (value) => value !== null && value !== undefined;

  // Of each structure the row of highest predicted Tc: its smallest height.
  function tightest(predictions) {
    const best = new Map();
    for (const row of predictions) {
      if (!number(row.h_A)) continue;
      const old = best.get(row.structure_id);
      if (!old || row.h_A < old.h_A) best.set(row.structure_id, row);
    }
    return [...best.values()];
  }

  // Of a compound of the paper's tables the phase that the paper chose, to which the lines are fitted; of others that of highest predicted Tc.
  function atTheirPhase(predictions, heights) {
    const chosen = new Set(heights.filter((row) => row.chosen).map((row) => `${row.structure_id} ${row.phase}`));
    const isChosen = (row) => !row.held_out && number(row.h_A) && chosen.has(`${row.structure_id} ${row.phase}`);
    const fitted = tightest(predictions.filter(isChosen));
    const known = new Set(fitted.map((row) => row.structure_id));
    return [...fitted, ...tightest(predictions.filter((row) => !known.has(row.structure_id)))];
  }

  // The sentence that a reader may quote about predictions.
  function trust() {
    const own = page.meta.trust.filter((row) => row.choice === "highest" && row.subset === "all" && (!row.subfamily || row.subfamily === "all"));
    const all = own.filter((row) => row.lambda_of === "all" && number(row.mae_K));
    const rows = all.length ? all : own.filter((row) => number(row.mae_K));
    if (!rows.length) return [h("p", {}, "Tc = λ/h² is one author's hypothesis under test. This run has no held-out compound to test it on: nothing is known of the error of its predictions.")];
    return rows.filter((row) => row.model !== "printed-lambda").map((row) => {
      const interval = number(row.mae_K_low) ? ` (95 % interval ${row.mae_K_low.toFixed(1)} to ${row.mae_K_high.toFixed(1)} K)` : "";
      const null_ = number(row.null_mae_K) ? `; a constant Tc errs by ${row.null_mae_K.toFixed(1)} K` : "";
      const r2 = number(row.r2) ? `, R² ${row.r2.toFixed(2).replace("-", "\u2212")}` : "";
      const from = row.skill_from === "reference collection" ? " (tested on the reference collection, as this run has fewer than five compounds to test on)" : "";
      return h("p", {}, `With λ from ${page.words(row.model).replace("-", " ")}, ${page.counted(row.n, "held-out compound")} ${row.n === 1 ? "is" : "are"} predicted with a mean absolute error of `,
        h("b", {}, `${row.mae_K.toFixed(1)} K`), `${interval}${r2}${null_}${from}.`);
    });
  }

  function trustBox() {
    return h("section", { class: "box trust", "aria-label": "How far to trust the predictions" }, h("h2", {}, "How far can the predictions be trusted?"),
      h("p", {}, "Tc = λ/h² is one author's hypothesis under test."), trust(),
      h("p", { class: "quiet" }, "R² below zero means that the predictions are worse than the mean of the measured values."));
  }

  const inverse = (row) => 1 / row.h_A ** 2;
  const note = (row) => `h = ${page.withSu(row.h_A, row.h_su_A, 4)} Å (${page.greek(row.phase)})${number(row.tc_measured_K) ? `, Tc = ${row.tc_measured_K} K` : ""}`;

  function relationFigure(group, { predictions, fit, bounds, heights }) {
    const colour = page.COLOURS[group];
    const of = atTheirPhase(predictions, heights).filter((row) => GROUP[row.family] === group);
    const points = of.filter((row) => number(row.tc_measured_K)).map((row) => ({
      x: inverse(row), y: row.tc_measured_K, dx: row.h_su_A ? (2 * row.h_su_A) / row.h_A ** 3 : null,
      kind: row.held_out ? "open" : "circle", colour: row.held_out ? "#6B6B6B" : colour, name: row.structure_id, note: note(row), href: page.link(row.structure_id),
    }));
    for (const row of bounds.filter((one) => GROUP[one.family] === group)) {
      points.push({ x: inverse(row), y: row.tc_below_K, kind: "down", colour: "#A0558A", name: row.structure_id, note: `no superconductivity down to ${row.tc_below_K} K`, href: page.link(row.structure_id) });
    }
    if (!points.length) return null;
    const right = 1.08 * Math.max(0.15, ...points.map((p) => p.x));
    // the paper's own mean over its own choice of phases; the other rules and estimators stand in the table
    const papers = (row) => row.choice === "printed" && row.estimator === "mean";
    const lines = fit.filter((row) => row.family === group && row.model !== "printed-lambda" && papers(row) && number(row.lambda_K_A2)).map((row) => ({
      row, colour, dash: row.model === "measured-heights" ? "7 4" : null, points: [[0, 0], [right, right * row.lambda_K_A2]],
      band: number(row.lambda_low_K_A2) ? [[0, 0, 0], [right, right * row.lambda_low_K_A2, right * row.lambda_high_K_A2]] : null,
    }));
    const top = 1.12 * Math.max(10, ...points.map((p) => p.y));
    return page.figure({
      title: `Tc against 1/h², ${NAMES[group]}`, file: `tc_against_height_${group}`, points, lines, xRange: [0, right], yRange: [0, top],
      xLabel: "1/h² (Å⁻²)", yLabel: "measured Tc (K)",
      caption: "Each point is a structure: a compound of the paper's tables at the phase that the paper chose, all others at the phase of highest predicted Tc. Lines are the means over the phases that the paper chose, bands their 95 % intervals. Bars are standard uncertainties of 1/h²; of a measured Tc none is stated.",
      legend: [
        ...(points.some((p) => p.kind === "circle") ? [{ kind: "circle", colour, text: "compound of the paper's tables, at its printed phase" }] : []),
        ...(points.some((p) => p.kind === "open") ? [{ kind: "open", colour: "#6B6B6B", text: "held out: in no fit, at the phase of highest predicted Tc" }] : []),
        ...(points.some((p) => p.kind === "down") ? [{ kind: "down", colour: "#A0558A", text: "no superconductivity down to this temperature" }] : []),
        ...lines.map(({ row, dash }) => ({ kind: "line", colour, dash, text: `λ = ${row.lambda_K_A2.toFixed(0)} K Å², ${page.words(row.model).replace("-", " ")}, ${page.counted(row.n, "compound")}` })),
      ],
    });
  }

  function printedFigure(heights) {
    const rows = heights.filter((row) => number(row.h_measured_A) && number(row.h_printed_A));
    const points = rows.map((row) => ({
      x: row.h_printed_A, y: row.h_measured_A, dy: row.h_measured_su_A || null, kind: row.family === "iron" ? "diamond" : "circle", colour: page.COLOURS[row.family] || "#6B6B6B",
      name: `${row.paper_compound} ${page.greek(row.phase)}`, note: `printed ${row.h_printed_A} Å, ${row.structure_id} ${page.withSu(row.h_measured_A, row.h_measured_su_A, 4)} Å`, href: page.link(row.structure_id),
    }));
    if (!points.length) return null;
    const all = points.flatMap((p) => [p.x, p.y]);
    const [low, high] = [Math.min(...all) - 0.1, Math.max(...all) + 0.1];
    return page.figure({
      title: "Heights printed in the paper and measured here", file: "printed_against_measured", points, xRange: [low, high], yRange: [low, high],
      lines: [{ points: [[low, low], [high, high]], colour: "#6B6B6B", dash: "3 3" }], xLabel: "height printed in the paper (Å)", yLabel: "height measured here (Å)",
      legend: [{ kind: "circle", colour: page.COLOURS.cuprate, text: NAMES.cuprate }, { kind: "diamond", colour: page.COLOURS.iron, text: NAMES.iron }, { kind: "line", dash: "3 3", colour: "#6B6B6B", text: "equal" }],
      caption: "Points off the line are heights that differ between the paper and the file.",
    });
  }

  async function relation(main) {
    main.append(h("h1", {}, "The relation"), trustBox());
    const [predictions, fit, heights] = await Promise.all(["predictions", "fit", "heights"].map((name) => page.rows(name)));
    const { structure_id: ids = [], subfamily = [], planes = [], family = [] } = (await page.table("materials")).columns;
    const subfamilyOf = new Map(ids.map((id, k) => [id, GROUP[family[k]] === "cuprate" ? planes[k] : subfamily[k]]));
    const stacks = [...new Set(planes.filter((stack, k) => stack && GROUP[family[k]] === "cuprate"))].sort();
    const bounds = await boundRows(predictions);
    const subfamilies = [...new Set(subfamily.filter(Boolean))].sort();
    const pictures = h("div", { class: "pictures" });
    const chosen = { verified: false, iron: "", cuprate: "" };
    const draw = () => {
      const kept = (row) => (!chosen.verified || row.verification !== "unverified")
        && (!chosen[GROUP[row.family]] || subfamilyOf.get(row.structure_id) === chosen[GROUP[row.family]]);
      const drawn = Object.keys(HEADINGS).map((group) => [group, relationFigure(group, { predictions: predictions.filter(kept), fit, bounds: bounds.filter(kept), heights })]).filter(([, figure]) => figure);
      pictures.replaceChildren(...drawn.map(([group, figure]) => h("section", {}, h("h2", {}, HEADINGS[group]), figure)));
      if (!drawn.length) pictures.append(h("p", { class: "quiet" }, "No structure that is left has a height and a measured Tc."));
    };
    const marked = h("input", { type: "checkbox", onchange: (event) => { chosen.verified = event.target.checked; draw(); } });
    const select = (id, group, names) => h("select", { id, onchange: (event) => { chosen[group] = event.target.value; draw(); } }, h("option", { value: "" }, "all"), names.map((name) => h("option", { value: name }, name)));
    main.append(h("div", { class: "bar" }, h("label", {}, marked, "without structures marked unverified"),
      stacks.length ? h("label", {}, "planes in a stack of cuprates ", select("planes", "cuprate", stacks)) : null,
      subfamilies.length ? h("label", {}, "type of iron-based ", select("subfamily", "iron", subfamilies)) : null),
      h("p", { class: "quiet" }, "These leave out points. The lines and the errors above are always those of all compounds that they name."), pictures);
    draw();
    const tried = await page.trial();
    if (tried) main.append(tried);
    const printed = printedFigure(heights);
    if (printed) main.append(h("section", {}, h("h2", {}, "Printed against measured heights"), printed));
    await page.sections(main, "relation");
  }

  // Structures that were cooled without becoming superconducting.
  async function boundRows(predictions) {
    if (predictions.some((row) => number(row.tc_below_K))) return tightest(predictions.filter((row) => number(row.tc_below_K)));
    const found = await page.rows("bounds");
    return found.filter((row) => number(row.tc_below_K) && number(row.h_A));
  }

  Object.assign(page, { relation, trustBox });
})(globalThis.polycage);
