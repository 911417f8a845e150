"use strict";
// What may be typed above a column, in the letters of the file or in those of the cell.
// Text: As and not K, alpha or β, "two words", empty. Numbers: 3.6..3.7, > 3.6, <= 2, 3.6 or 3.600(12) (as printed), empty.
(function (page) {
  const NUMBER = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[-+]?\\d+)?";
  const RANGE = new RegExp(`^(${NUMBER})\\s*(?:\\.\\.|to|–|-)\\s*(${NUMBER})$`, "i");
  const THOUSANDS = /(?<![\d.,])[1-9]\d{0,2},\d{3}(?!\d)/; // or a decimal comma: such a number is not read
  const OPEN = new RegExp(`^(?:(${NUMBER})\\s*\\.\\.|\\.\\.\\s*(${NUMBER}))$`, "i");
  const COMPARED = new RegExp(`^(<=|>=|<|>|=|≤|≥)\\s*(${NUMBER})$`, "i");
  const ALONE = new RegExp(`^${NUMBER}$`, "i");
  const FORMULAS = new Set(["formula", "compound", "paper_compound"]);
  const SYMMETRY = new Set(["space_group", "site_symmetry", "axis_hkl"]);
  const FORMS = {
    number: "a number (3.6), its digits with brackets (3.600(12)), a range (3.6..3.7), > 3.6, <= 3.6, empty or not empty",
    flag: "yes, no, empty or not empty",
  };

  const UNQUOTED = '(?=(?:[^"]*"[^"]*")*[^"]*$)'; // not within quotes

  const isEmpty = (value) => value === null || value === undefined || value === "";

  // How the values of a column are compared: number, flag, formula, symmetry or text.
  function kindOf({ key, type }) {
    if (type === "number" || type === "count") return "number";
    if (type === "flag") return "flag";
    return FORMULAS.has(key) ? "formula" : SYMMETRY.has(key) ? "symmetry" : "text";
  }

  function numberTerm(typed) {
    if (typed.toLowerCase() === "empty") return isEmpty;
    const text = typed.replaceAll("−", "-").replace(/(\d)\(\d+\)/g, "$1") // an uncertainty is no part of the value
      .replace(/(\d),(?=\d)/g, THOUSANDS.test(typed) ? "$1," : "$1."); // a decimal comma
    const open = OPEN.exec(text);
    if (open) return numberTerm(open[1] === undefined ? `<= ${open[2]}` : `>= ${open[1]}`);
    const range = RANGE.exec(text);
    if (range) {
      const [low, high] = [Number(range[1]), Number(range[2])].sort((a, b) => a - b);
      return (value) => !isEmpty(value) && value >= low && value <= high;
    }
    const compared = COMPARED.exec(text);
    if (compared) {
      const limit = Number(compared[2]);
      const tests = {
        "<": (v) => v < limit, "<=": (v) => v <= limit, "≤": (v) => v <= limit, ">": (v) => v > limit,
        ">=": (v) => v >= limit, "≥": (v) => v >= limit, "=": (v) => v === limit,
      };
      return (value) => !isEmpty(value) && tests[compared[1]](value);
    }
    if (ALONE.test(text)) {
      const wanted = Number(text);
      const [mantissa, power = "0"] = text.toLowerCase().split("e");
      const half = 0.5 * 10 ** (Number(power) - (mantissa.split(".")[1] || "").length);
      return (value) => !isEmpty(value) && Math.abs(value - wanted) <= half + 1e-12;
    }
    return null;
  }

  function flagTerm(text) {
    if (text.toLowerCase() === "empty") return isEmpty;
    const wanted = { yes: true, true: true, "=yes": true, no: false, false: false, "=no": false }[text.toLowerCase()];
    return wanted === undefined ? null : (value) => value === wanted;
  }

  // I 4/m m m and I4/mmm are one; a bar over a number, which no keyboard has, is a minus.
  function symmetryTerm(text, exactly) {
    const packed = (value) => value.toLowerCase().replace(/\s+/g, "");
    const wanted = packed(text.replaceAll("−", "-"));
    if (exactly) return (value) => packed(String(value ?? "")) === wanted;
    const unbarred = !wanted.includes("-");
    return (value) => {
      if (isEmpty(value)) return false;
      const here = packed(String(value));
      return here.includes(wanted) || (unbarred && here.replaceAll("-", "").includes(wanted));
    };
  }

  // As text, or as a formula with its elements in any order.
  function formulaTerm(text, exactly) {
    const wanted = page.plainFormula(text).toLowerCase();
    const same = page.composition(text);
    return (value) => {
      if (isEmpty(value)) return !wanted;
      const here = String(value).toLowerCase();
      return (exactly ? here === wanted : here.includes(wanted)) || (same !== "" && page.composition(value) === same);
    };
  }

  function textTerm(typed, kind) {
    if (typed.toLowerCase() === "empty") return isEmpty;
    const exact = /^=(.*)$/.exec(typed);
    const quoted = /^"(.*)"$/.exec(typed);
    const text = (exact ? exact[1].trim() : quoted ? quoted[1] : typed).replace(/\s+/g, " ").replace(/^[!✗] /, "");
    if (kind === "symmetry") return symmetryTerm(text, exact);
    if (kind === "formula") return formulaTerm(text, exact);
    const signed = page.fromSignature(text);
    const [written, named] = [signed, page.fromGreek(signed)].map((form) => form.toLowerCase());
    const both = named === written ? [written] : [written, named]; // β as the file has it: beta
    if (exact) return (value) => both.includes(String(value ?? "").toLowerCase());
    return (value) => {
      if (isEmpty(value)) return false;
      const here = String(value).toLowerCase();
      return both.some((wanted) => here.includes(wanted));
    };
  }

  // A test of values, or null where a filter cannot be read.
  function parse(text, kind) {
    const term = { number: numberTerm, flag: flagTerm }[kind] || ((word) => textTerm(word, kind));
    const either = [];
    for (const part of text.trim().split(new RegExp(`(?:\\s+or\\s+|\\s*\\|\\s*)${UNQUOTED}`, "i"))) {
      const all = [];
      for (const word of part.split(new RegExp(`(?:\\s+and\\s+|\\s*&\\s*)${UNQUOTED}`, "i"))) {
        const no = /^not\s+(.*)$/i.exec(word.trim());
        const test = term((no ? no[1] : word).trim());
        if (!test) return null;
        all.push(no ? (value) => !test(value) : test);
      }
      either.push(all.length === 1 ? all[0] : (value) => all.every((test) => test(value)));
    }
    return either.length === 1 ? either[0] : (value) => either.some((test) => test(value));
  }

  const known = new Map();
  let last = {};
  // The same, kept: a grid asks for each of its rows.
  function filter(text, kind) {
    if (last.text === text && last.kind === kind) return last.test;
    const key = `${kind} ${text}`;
    if (!known.has(key)) {
      if (known.size > 200) known.clear();
      known.set(key, parse(text, kind));
    }
    last = { text, kind, test: known.get(key) };
    return last.test;
  }

  Object.assign(page, { filter, filterKind: kindOf, filterForms: FORMS });
})(globalThis.polycage);
