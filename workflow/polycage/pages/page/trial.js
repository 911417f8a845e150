"use strict";
// The trial of the relation: its error beside those of nulls and rivals, the bound beside the record; each with a sentence to quote.
(function (page) {
  const { h } = page;
  const GROUPS = { all: "all held-out compounds", cuprate: "cuprates and nickelates", iron: "iron-based" };
  const COLOURS = { relation: "#0072B2", knowing: "#0072B2", none: "#6B6B6B", rival: "#D55E00" };
  const KINDS = { relation: "circle", knowing: "open", none: "square", rival: "diamond" };
  const LAW = "λ/h²";
  // models fitted to the paper's compounds alone, then those fitted in folds, each compound predicted from all the others
  const PAPER = {
    "printed-heights": `${LAW}, printed heights`, "measured-heights": `${LAW}, measured heights`, "free-exponent": "λ/hⁿ, n free",
    "mean-tc": "null: mean Tc", "record-tc": "null: record Tc",
  };
  const FOLDS = { refitted: LAW, "refitted-mean-tc": "null: mean Tc", ridge: "rival: all descriptors (ridge)" };
  const RIVALS = {
    mm_A: "M–M distance", mo_A: "M–O distance", mx_A: "M–X distance", apical_A: "apical distance", volume_per_metal_A3: "volume per metal",
    anion_height_A: "anion height", anion_height_off_A: "anion height off 1.38 Å", xmx_deg: "X–M–X angle", xmx_off_deg: "X–M–X angle off 109.47°",
    buckling_deg: "buckling of the plane", n_planes: "planes in a stack",
  };
  const NULLS = new Set(["mean-tc", "record-tc", "refitted-mean-tc"]);
  const LAWS = new Set(["printed-heights", "measured-heights", "free-exponent", "refitted"]);
  const CHOICES = { highest: "", loosest: ", loosest phase", closest: ", phase knowing Tc" };
  const there = (value) => value !== null && value !== undefined;

  function kindOf(row) {
    if (NULLS.has(row.model)) return "none";
    if (LAWS.has(row.model)) return row.choice === "closest" ? "knowing" : "relation";
    return "rival";
  }

  function label(row, models) {
    if (row.model in models) return models[row.model] + (CHOICES[row.choice] ?? "");
    return `rival: ${RIVALS[row.model] || page.words(row.model)}`;
  }

  // Rows of the figure: the laws by rules of choosing, nulls, rivals; each by its error.
  function wanted(rows, paper) {
    const shown = (row) => (LAWS.has(row.model) ? row.choice in CHOICES : row.choice === "none");
    const full = (row) => row.choice === "highest" || row.model === "printed-heights" || row.model === "refitted" || row.choice === "none";
    return rows.filter((row) => row.model in PAPER === paper && shown(row) && full(row));
  }

  function lines(rows, models, key) {
    return rows.map((row) => ({
      label: label(row, models), value: row[key], low: row[`${key}_low`], high: row[`${key}_high`], kind: KINDS[kindOf(row)], colour: COLOURS[kindOf(row)],
      note: row.choice === "closest" ? "chosen knowing Tc: no prediction" : "",
    })).sort((a, b) => a.value - b.value);
  }

  const LEGEND = [
    { kind: "circle", colour: COLOURS.relation, text: "the relation" }, { kind: "open", colour: COLOURS.knowing, text: "its phase chosen knowing Tc: no prediction" },
    { kind: "square", colour: COLOURS.none, text: "null: a constant" }, { kind: "diamond", colour: COLOURS.rival, text: "rival: another length or angle" },
  ];
  const legendOf = (rows) => LEGEND.filter((item) => rows.some((row) => row.kind === item.kind));

  const find = (rows, model, choice) => rows.find((row) => row.model === model && row.choice === choice);
  const value = (row, key) => `${row[key].toFixed(1)} K${there(row[`${key}_low`]) ? ` (95 % interval ${row[`${key}_low`].toFixed(1)} to ${row[`${key}_high`].toFixed(1)} K)` : ""}`;
  const overlap = (a, b, key) => there(a[`${key}_low`]) && there(b[`${key}_low`]) && a[`${key}_low`] <= b[`${key}_high`] && b[`${key}_low`] <= a[`${key}_high`];

  function compared(a, b, key) {
    if (!there(a[`${key}_low`]) || !there(b[`${key}_low`])) return "";
    return overlap(a, b, key) ? " The intervals overlap." : " The intervals do not overlap.";
  }

  // Each sentence out of its rows alone, so that no run can say what its numbers do not.
  function errorSentence(rows, group) {
    const [law, none] = [find(rows, "printed-heights", "highest"), find(rows, "mean-tc", "none")];
    if (!law || !none) return null;
    const chance = there(law.p_permuted) ? ` With Tc exchanged between the compounds of a family at random, the error is no larger in ${law.p_permuted < 0.005 ? "fewer than 1" : (100 * law.p_permuted).toFixed(0)} % of the cases.` : "";
    return `On ${page.counted(law.n, "compound")} that took no part in the fit (${group}), ${LAW} with the highest prediction of each structure is off by ${value(law, "mae_K")} in the mean; the mean Tc of the paper's compounds, a constant, is off by ${value(none, "mae_K")}.${compared(law, none, "mae_K")}${chance}`;
  }

  function rivalSentence(rows, group) {
    const [law, none] = [find(rows, "refitted", "highest"), find(rows, "refitted-mean-tc", "none")];
    const rivals = rows.filter((row) => kindOf(row) === "rival" && row.model !== "ridge").sort((a, b) => a.mae_K - b.mae_K);
    if (!law || !none) return null;
    const all = find(rows, "ridge", "none");
    const together = all ? ` All descriptors together (ridge) are off by ${value(all, "mae_K")}.` : "";
    const better = rivals.filter((row) => row.mae_K < law.mae_K).length;
    const best = rivals.length ? ` Of ${page.counted(rivals.length, "single descriptor")} ${better} ${better === 1 ? "is" : "are"} off by less than the relation; the best, ${label(rivals[0], FOLDS).slice(7)}, by ${value(rivals[0], "mae_K")}. The best of many looks better than it is.` : "";
    return `Fitted in the same folds (${group}, ${page.counted(law.n, "held-out compound")}), ${LAW} is off by ${value(law, "mae_K")} in the mean and the mean Tc by ${value(none, "mae_K")}.${compared(law, none, "mae_K")}${best}${together}`;
  }

  function boundSentence(rows, group) {
    const [law, record] = [find(rows, "printed-heights", "highest"), find(rows, "record-tc", "none")];
    if (!law || !record || !there(law.pinball_K) || !there(record.pinball_K)) return null;
    const above = Math.round((1 - law.share_below) * law.n);
    return `Taken as a bound on Tc (${group}), ${LAW} with the highest prediction is broken by ${above} of ${page.counted(law.n, "held-out compound")} and has a pinball loss of ${value(law, "pinball_K")}; the record Tc of the paper's compounds, a constant, is broken by ${Math.round((1 - record.share_below) * record.n)} and has ${value(record, "pinball_K")}. Smaller is better.${compared(law, record, "pinball_K")}`;
  }

  function quoted(text) {
    if (!text) return null;
    const copy = h("button", { type: "button", class: "small", onclick: (event) => page.copy(text, event.currentTarget) }, "Copy sentence");
    return h("div", { class: "quote" }, h("p", {}, text), copy);
  }

  function errorFigure(rows, group, key) {
    const parts = [["Fitted to the paper's compounds", wanted(rows, true), PAPER], ["Fitted in folds, each compound predicted from all the others", wanted(rows, false), FOLDS]];
    const out = [];
    const reference = [];
    for (const [heading, of, models] of parts) {
      const drawn = lines(of.filter((row) => there(row.mae_K)), models, "mae_K");
      if (!drawn.length) continue;
      const none = drawn.find((row) => row.label === "null: mean Tc");
      out.push({ heading }, ...drawn);
      if (none) reference.push({ value: none.value, from: out.length - drawn.length, to: out.length - 1 });
    }
    return page.figure({
      title: `Mean absolute errors: ${group}`, file: `trial_errors_${key}`, rows: out, reference, unit: "K", xLabel: "mean absolute error (K); smaller is better", legend: legendOf(out),
      caption: "Whiskers are 95 % intervals; the dotted line is the mean Tc, which knows no height. The upper part knows the paper's compounds alone, the lower one all compounds but the one predicted: they are not to be compared with each other.",
    });
  }

  function boundFigure(rows, group, key) {
    const out = lines(wanted(rows, true).filter((row) => there(row.pinball_K)), PAPER, "pinball_K");
    const record = out.find((row) => row.label === "null: record Tc");
    return page.figure({
      title: `Bounds on Tc, ${group}`, file: `trial_bound_${key}`, rows: out, unit: "K", xLabel: "pinball loss (K); smaller is better", legend: legendOf(out),
      reference: record ? [{ value: record.value, from: 0, to: out.length - 1 }] : [],
      caption: "Pinball loss of each prediction as a bound below which nine of ten Tc should lie, with 95 % intervals; the dotted line is the record Tc of the paper's compounds, a bound that knows no height.",
    });
  }

  // The trial's section of the view; null where this run has tested nothing.
  async function trial() {
    const all = (await page.rows("evaluation")).filter((row) => there(row.mae_K) && !row.subfamily);
    const groups = Object.keys(GROUPS).filter((key) => all.some((row) => row.lambda_of === key && LAWS.has(row.model)));
    if (!groups.length) return null;
    const chosen = { group: groups[0], verified: false };
    const holder = h("div", {});
    const draw = () => {
      const name = GROUPS[chosen.group] + (chosen.verified ? ", without structures marked unverified" : "");
      const rows = all.filter((row) => row.lambda_of === chosen.group && row.subset === (chosen.verified ? "verified" : "all"));
      if (!rows.length) {
        holder.replaceChildren(h("p", { class: "quiet" }, `No compound is left: ${name}.`));
        return;
      }
      holder.replaceChildren(h("div", { class: "pictures" },
        h("section", {}, h("h3", {}, "Rivals and nulls"), quoted(errorSentence(rows, name)), quoted(rivalSentence(rows, name)), errorFigure(rows, name, chosen.group)),
        h("section", {}, h("h3", {}, "As a bound"), quoted(boundSentence(rows, name)), boundFigure(rows, name, chosen.group))));
    };
    const select = h("select", { onchange: (event) => { chosen.group = event.target.value; draw(); } }, groups.map((key) => h("option", { value: key }, GROUPS[key])));
    const marked = h("input", { type: "checkbox", onchange: (event) => { chosen.verified = event.target.checked; draw(); } });
    draw();
    return h("section", { class: "trial" }, h("h2", {}, "The trial"), h("p", {}, "Errors on compounds that took no part in the fit, beside those of models that know no height and of other descriptors. The sentences may be quoted."),
      h("div", { class: "bar" }, h("label", {}, "compounds ", select), all.some((row) => row.subset === "verified") ? h("label", {}, marked, "without structures marked unverified") : null), holder);
  }

  Object.assign(page, { trial });
})(globalThis.polycage);
