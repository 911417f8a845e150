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

  // 2.7205(14): the uncertainty in units of the last digit, at most 19 (the rule of the IUCr's journals).
  function withSu(value, su, digits) {
    if (value === null || value === undefined) return "";
    if (!(su > 0)) return value.toFixed(digits);
    let places = Math.max(0, -Math.floor(Math.log10(su)));
    if (Math.round(su * 10 ** (places + 1)) <= 19) places += 1;
    places = Math.min(places, 10);
    return `${value.toFixed(places)}(${Math.round(su * 10 ** places)})`;
  }

  function cell(value, column) {
    if (value === null || value === undefined) return "";
    if (column.type === "number") return value.toFixed(column.digits);
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

  // A compound as the paper or materials.csv write it: YBa2Cu3O7-d; other names as they are.
  function compound(text) {
    const found = /^((?:[A-Z][a-z]?|[\d.()[\],])+)([+-][dxy])?$/.exec(text || "");
    if (!found) return document.createTextNode(text || "");
    const out = formula(found[1]);
    if (found[2]) out.append(h("sub", {}, found[2].replace("-", "\u2212").replace("d", "δ")));
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

  // The heading of a column: its name without the unit, which stands beside it.
  function heading(name, unit) {
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

  Object.assign(page, { greek, withSu, cell, formula, compound, flatFormula, signature, fromSignature, spaceGroup, counted, words, heading, badge, status });
})(globalThis.polycage);
