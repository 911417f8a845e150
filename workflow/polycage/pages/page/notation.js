"use strict";
// How numbers, formulas and names are written.
(function (page) {
  const { h } = page;
  const GREEK = {
    alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", iota: "ι",
    kappa: "κ", mu: "μ",
  };
  const UNIT_WORDS = { A: "Å", A2: "Å²", A3: "Å³", K: "K", GPa: "GPa", deg: "°", deg2: "°²", meV: "meV", eV: "eV" };

  const greek = (phase) => (phase || "").replace(/^[a-z]+/, (word) => GREEK[word] || word).replaceAll("_", " ");

  // What greek() wrote, as the file has it.
  const NAMES = Object.fromEntries(Object.entries(GREEK).map(([name, letter]) => [letter, name]));
  const fromGreek = (text) => {
    const named = text.replace(/[α-ω]/g, (letter) => NAMES[letter] || letter).replaceAll("Γ", "Gamma");
    return named === text ? text : named.replaceAll(" ", "_");
  };

  // Of the tables of states and rings: alpha± is α±, Gamma Γ.
  const stateSymbol = (text) => (text === "Gamma" ? "Γ" : String(text || "").replace(/^[a-z]+(?=±*$)/, (word) => GREEK[word] || word));

  // So many digits; exactly half a digit goes to the even one, as in Python. What is zero then has no minus.
  function fixed(value, digits) {
    const size = Math.abs(value);
    let text = size.toFixed(digits);
    if ((2 * size * 10 ** digits) % 2 === 1) { // perhaps a half
      const exact = size.toFixed(Math.min(100, digits + 60));
      const rest = exact.slice(digits ? exact.indexOf(".") + 1 + digits : exact.indexOf(".") + 1);
      if (/^50*$/.test(rest)) {
        const down = exact.slice(0, exact.length - rest.length).replace(/\.$/, "");
        if (Number(down.at(-1)) % 2 === 0) text = down;
      }
    }
    return value < 0 && Number(text) !== 0 ? `-${text}` : text;
  }

  // 2.7205(14): the uncertainty in units of the last digit, at most 19 (the rule of the IUCr's journals); `with_su` of base/su_notation.py.
  function withSu(value, su, digits) {
    if (value === null || value === undefined) return "";
    if (!(su > 0)) return fixed(value, digits);
    const amountAt = (places) => Math.floor(Number(fixed(su * 10 ** places, 6)) + 0.5); // a half goes up
    let places = 1 - Math.floor(Math.log10(su));
    if (amountAt(places) > 19) places -= 1;
    if (places >= 0) return `${fixed(value, places)}(${amountAt(places)})`;
    const step = 10 ** -places;
    return `${Math.round(value / step) * step}(${amountAt(places) * step})`;
  }

  // As in the CSV: an uncertainty that its digits would make zero has two of its own.
  function suText(su, digits) {
    const text = fixed(su, digits);
    return su > 0 && Number(text) === 0 ? su.toFixed(1 - Math.floor(Math.log10(su))) : text;
  }
  const isSu = (key) => key.split("_").includes("su");

  function cell(value, column) {
    if (value === null || value === undefined) return "";
    if (column.type === "number") return value > 0 && value < 1 && isSu(column.key) ? suText(value, column.digits) : fixed(value, column.digits);
    if (column.type === "flag") return value ? "yes" : "no";
    return String(value);
  }

  // A formula with its numbers as subscripts.
  function formula(text) {
    const out = h("span", { class: "formula" });
    for (const part of String(text || "").split(/(\d+(?:\.\d+)?)/)) {
      if (part) out.append(/^\d/.test(part) ? h("sub", {}, part) : part);
    }
    return out;
  }

  // A compound as the paper or materials.csv write it: YBa2Cu3O7-d, CeFeAsO1-xFx (43 K); other names as they are.
  const OPEN = /((?:\d+(?:\.\d+)?)?[+-][dxy]|\d+(?:\.\d+)?|(?<=[A-Z][a-z]?)[xy](?![a-z]))/;
  function compound(text) {
    const [, name, rest] = /^(\S*)(.*)$/s.exec(text || "");
    if (!/^(?:[A-Z][a-z]?|[\d.()[\],]|[+-]?[dxy])+$/.test(name)) return document.createTextNode(text || "");
    const out = h("span", { class: "formula" });
    for (const part of name.split(OPEN)) {
      if (part) out.append(/^(?:[\d+-]|[xy]$)/.test(part) ? h("sub", {}, part.replace("-", "\u2212").replace("d", "δ")) : part);
    }
    out.append(rest);
    return out;
  }

  // A text of the ledger: formulas, units, h_alpha and squares as the other tables have them; other words as they are.
  const WORDS = { angstrom: "Å", lambda: "λ", a0: "a₀", "h^2": "h²", "angstrom^2": "Å²" };
  const isElement = (symbol) => symbol in page.meta.methods.elements;
  function typeset(text) {
    const out = h("span", {});
    for (const word of String(text || "").split(/([\s,;()]+)/)) {
      const height = /^h_([a-z]+)$/.exec(word);
      const symbols = /\d/.test(word) && /^[A-Z][A-Za-z\d.]*([+-][dxy])?$/.test(word) ? word.replace(/[+-][dxy]$/, "").match(/[A-Z][a-z]?|[a-z]/g) : [];
      if (height && height[1] in GREEK) out.append("h", h("sub", {}, GREEK[height[1]]));
      else if (symbols.length > 1 && symbols.every(isElement)) out.append(compound(word));
      else out.append(WORDS[word] ?? word);
    }
    return out;
  }

  // The same in one line of text, for a picture.
  const flatFormula = (text) => String(text || "").replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

  // The faces of a polyhedron, 3^4 4^5: four triangles, five quadrangles.
  const SUPERIOR = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const signature = (text) => String(text || "").replace(/\^(\d+)/g, (_, power) => [...power].map((digit) => SUPERIOR[digit]).join(""));
  const fromSignature = (text) => text.replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (power) => `^${[...power].map((digit) => SUPERIOR.indexOf(digit)).join("")}`);

  // I 4/m m m as a space group is typeset: letters italic, screw axes as subscripts, bars over numbers.
  function spaceGroup(text) {
    const out = h("span", { class: "space-group" });
    String(text || "").split(" ").forEach((word, k) => {
      if (k) out.append("\u2009");
      const screw = /^([2346])([1-5])(.*)$/.exec(word);
      const bar = /^-([12346])(.*)$/.exec(word);
      if (screw) out.append(screw[1], h("sub", {}, screw[2]), h("i", {}, screw[3]));
      else if (bar) out.append(h("span", { class: "bar" }, bar[1]), h("i", {}, bar[2]));
      else for (const letter of word) out.append(/[a-z]/i.test(letter) ? h("i", {}, letter) : letter);
    });
    return out;
  }

  // 1 compound, 2 compounds.
  const counted = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

  const words = (name) => name.replaceAll("_", " ");

  // Headings of columns whose names say too little.
  const HEADINGS = {
    skill_n: "held-out compounds", skill_from: "error known from", interval_coverage: "coverage of intervals",
    skill_mae_K: "mean error, held out", skill_mae_low_K: "mean error, low", skill_mae_high_K: "mean error, high", skill_r2: "R² on held-out compounds",
    skill_verified_n: "verified held-out compounds", skill_verified_mae_K: "mean error, verified", skill_verified_r2: "R², verified", skill_mae_meV: "mean error",
    tc_K: "predicted Tc", tc_low_K: "predicted Tc, low", tc_high_K: "predicted Tc, high", tc_h_su_K: "Tc uncertainty from height",
    tc_predicted_K: "predicted Tc", tc_measured_K: "measured Tc", tc_below_K: "Tc below", tc_printed_K: "printed Tc", tc_paired_K: "Tc of the same row",
    tc_verification: "mark of Tc", verification: "mark of structure", energy_verification: "mark of energy", family_found: "family found",
    h_A: "height", h_min_A: "least height", h_max_A: "largest height", h_printed_A: "printed height", h_measured_A: "measured height", difference_A: "difference of heights",
    degeneracy_symmetry: "equal by symmetry", degeneracy_height: "equal by height", n_refinements: "refinements", n_active: "active cages", n_sites: "sites in cell", n_planes: "planes in a stack",
    in_theta: "used for Θ", theta_from: "Θ from", theta_meV_A2: "Θ", energy_meV: "predicted energy", energy_measured_meV: "measured energy", number_per_cell: "rings per cell",
    mm_A: "M–M distance", mx_A: "M–X distance", mo_A: "M–O distance", apical_A: "apical distance", volume_per_metal_A3: "volume per metal", anion_height_off_A: "anion height off 1.38 Å",
    xmx_deg: "X–M–X angle", xmx_off_deg: "X–M–X angle off 109.47°", buckling_deg: "buckling of plane", gap_meV: "gap", gap_ratio: "2Δ / k_B Tc",
    ln_tc_slope: "slope of ln Tc", slope_A: "slope of height", shift_A: "shift of height", crossings: "crossings of heights", birge_ratio: "Birge ratio", a0_A: "edge of plane",
    tc_axis_exponent: "exponent of Tc, axis", tc_plane_exponent: "exponent of Tc, plane", axis_exponent: "exponent of height, axis", plane_exponent: "exponent of height, plane",
    plane_exponent_measured: "exponent, plane, measured", plane_exponent_bonds: "exponent, plane, by bonds", net_edge_A: "edge of net", keep: "what is kept",
    upper_paper_radius_pm: "radius of upper cation, paper", lower_paper_radius_pm: "radius of lower cation, paper", upper_shannon_radius_pm: "radius of upper cation, Shannon",
    lower_shannon_radius_pm: "radius of lower cation, Shannon", gap_over_largest: "gap / largest gap", height_order: "order of heights", binding_order: "order of binding", gap_order: "order of gaps", radius_order: "order of radii",
    axis_hkl: "stacking axis (hkl)", structure_id: "structure", multiplicity_cell: "cages per cell", r_factor: "R factor", database_code: "database code", doi: "DOI", per_atom: "cages per atom", at_atom: "cages at an atom",
  };

  // The heading of a column: its name without the unit, which stands beside it.
  function heading(name, unit, meaning = "") {
    if (name === "tc_K" && !meaning.startsWith("predicted")) return meaning.startsWith("measured") ? "measured Tc" : "Tc";
    if (Object.hasOwn(HEADINGS, name)) return HEADINGS[name];
    if (/^h_(?!.*_su_).+_A$/.test(name)) return `h ${greek(name.slice(2, -2))}`;
    const parts = name.split("_");
    const kept = unit ? parts.filter((part) => !(part in UNIT_WORDS)) : parts;
    return kept.map((part) => GREEK[part] || part).join(" ").replace(/^tc\b/, "Tc");
  }

  const STATUS = { ok: "", warning: "! warning", failed: "✗ failed" };
  function badge(code, kind) {
    return h("span", { class: `badge ${kind}`, title: code }, code);
  }
  function status(value) {
    return h("span", { class: `status ${value}` }, STATUS[value] ?? value);
  }

  Object.assign(page, { greek, fromGreek, stateSymbol, fixed, withSu, suText, cell, formula, compound, typeset, flatFormula, signature, fromSignature, spaceGroup, counted, words, heading, badge, status });
})(globalThis.polycage);
