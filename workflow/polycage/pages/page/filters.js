"use strict";
// What may be typed above a column.
// Text: As and not K, alpha or beta, "two words", empty. Numbers: 3.6..3.7, > 3.6, <= 2, 3.6 (as printed), empty.
(function (page) {
  const NUMBER = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[-+]?\\d+)?";
  const RANGE = new RegExp(`^(${NUMBER})\\s*(?:\\.\\.|to|–|-)\\s*(${NUMBER})$`, "i");
  const COMPARED = new RegExp(`^(<=|>=|<|>|=|≤|≥)\\s*(${NUMBER})$`, "i");
  const ALONE = new RegExp(`^${NUMBER}$`, "i");

  const isEmpty = (value) => value === null || value === undefined || value === "";

  function numberTerm(text) {
    if (text === "empty") return isEmpty;
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
      const half = 0.5 * 10 ** -(text.split(".")[1] || "").length;
      return (value) => !isEmpty(value) && Math.abs(value - wanted) <= half + 1e-12;
    }
    return null;
  }

  function textTerm(text) {
    if (text === "empty") return isEmpty;
    const quoted = /^"(.*)"$/.exec(text);
    const exact = /^=(.*)$/.exec(text);
    if (exact) {
      const wanted = page.fromSignature(exact[1].trim()).toLowerCase();
      return (value) => String(value ?? "").toLowerCase() === wanted;
    }
    const wanted = page.fromSignature(quoted ? quoted[1] : text).toLowerCase();
    return (value) => !isEmpty(value) && String(value).toLowerCase().includes(wanted);
  }

  // A test of values, or null where a number's filter cannot be read.
  function parse(text, type) {
    const term = type === "number" || type === "count" ? numberTerm : textTerm;
    const either = [];
    for (const part of text.trim().split(/\s+or\s+|\s*\|\s*/i)) {
      const all = [];
      for (const word of part.split(/\s+and\s+|\s*&\s*/i)) {
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
  function filter(text, type) {
    if (last.text === text && last.type === type) return last.test;
    const key = `${type} ${text}`;
    if (!known.has(key)) {
      if (known.size > 200) known.clear();
      known.set(key, parse(text, type));
    }
    last = { text, type, test: known.get(key) };
    return last.test;
  }

  Object.assign(page, { filter });
})(globalThis.polycage);
