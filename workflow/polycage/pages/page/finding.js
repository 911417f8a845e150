"use strict";
// Materials by what people call them: the id, the formula or the compound, with the elements in any order.
(function (page) {
  const ELEMENT = /^(?:([A-Z][a-z]?)(\d*\.?\d*)|([([])|([)\]])(\d*\.?\d*))/;
  const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
  const OFFERED = 20;

  // A formula with plain digits and signs: YBa₂Cu₃O₇−δ is YBa2Cu3O7-d.
  const plainFormula = (text) => String(text ?? "").replace(/[₀-₉]/g, (digit) => SUBSCRIPTS.indexOf(digit))
    .replaceAll("−", "-").replaceAll("±", "+").replaceAll("δ", "d").replace(/\s+/g, "");

  // Amounts of the elements by their symbols; null where a text is no formula.
  function amounts(text) {
    const symbols = page.meta.methods.elements;
    const stack = [new Map()];
    let rest = plainFormula(text).replace(/[+-][dxyz]$/, "");
    while (rest) {
      const part = ELEMENT.exec(rest);
      if (!part) return null;
      const [whole, symbol, amount, opening, closing, factor] = part;
      if (symbol) {
        if (!(symbol in symbols)) return null;
        stack.at(-1).set(symbol, (stack.at(-1).get(symbol) || 0) + (amount ? Number(amount) : 1));
      } else if (opening) stack.push(new Map());
      else if (closing && stack.length > 1) {
        for (const [inner, count] of stack.pop()) stack.at(-1).set(inner, (stack.at(-1).get(inner) || 0) + count * (factor ? Number(factor) : 1));
      } else return null;
      rest = rest.slice(whole.length);
    }
    return stack.length === 1 && stack[0].size ? stack[0] : null;
  }

  const known = new Map();
  // The same text for all formulas with the same elements in the same ratio; empty for what is no formula.
  function composition(text) {
    if (!known.has(text)) {
      const of = amounts(text);
      const total = of ? [...of.values()].reduce((a, b) => a + b, 0) : 0;
      known.set(text, total > 0 ? [...of].sort(([a], [b]) => (a < b ? -1 : 1)).map(([symbol, count]) => `${symbol} ${(count / total).toFixed(4)}`).join(" ") : "");
    }
    return known.get(text);
  }

  // Ids of the structures with all that they are called.
  let names = null;
  const kinds = new Map(); // of each the family, the type and the temperature
  async function called() {
    if (names) return names;
    const of = new Map();
    const add = (id, ...texts) => {
      if (!of.has(id)) of.set(id, new Set());
      for (const text of texts) if (text) of.get(id).add(text);
    };
    const { n, columns } = await page.table("materials");
    for (let k = 0; k < n; k += 1) {
      add(columns.structure_id[k], columns.formula?.[k], columns.compound?.[k]);
      const kelvin = columns.temperature_K?.[k];
      kinds.set(columns.structure_id[k], [columns.family?.[k], columns.subfamily?.[k], typeof kelvin === "number" ? `${kelvin} K` : ""].filter(Boolean));
    }
    for (const name of ["predictions", "matches"]) {
      const table = await page.table(name);
      if (!table?.columns.compound || !table.columns.structure_id) continue;
      table.columns.structure_id.forEach((id, k) => { if (of.has(id)) add(id, table.columns.compound[k]); });
    }
    names = [...of].map(([id, texts]) => ({ id, texts: [...texts] }));
    return names;
  }

  // The structures that a text finds, as { id, texts }.
  async function found(typed) {
    const text = typed.trim();
    if (!text) return [];
    const wanted = [text.toLowerCase(), plainFormula(text).toLowerCase()];
    const same = composition(text);
    const fits = (name) => wanted.some((one) => one && name.toLowerCase().includes(one));
    const all = await called();
    const exactly = all.filter(({ id, texts }) => fits(id) || texts.some((name) => fits(name) || (same && composition(name) === same)));
    return exactly.length ? exactly : inWords(all, text);
  }

  // Several words: each in a name, or the family, type or temperature. CeFeAsO 175 K, iron 1111.
  function inWords(all, text) {
    const packed = (kind) => kind.toLowerCase().replace(" ", "");
    const words = text.split(/(?<!\d)\s+|\s+(?!K\b)/i); // a temperature and its unit are one
    const has = (word, { id, texts }) => {
      const [lower, same] = [word.toLowerCase(), composition(word)];
      return kinds.get(id)?.some((kind) => packed(kind) === packed(word)) || [id, ...texts].some((name) => name.toLowerCase().includes(lower) || (same && composition(name) === same));
    };
    return all.filter((one) => words.every((word) => has(word, one)));
  }

  // The address of what a text finds: the one structure, or a table of them.
  async function address(text) {
    const fitting = await found(text);
    const lower = text.trim().toLowerCase();
    const exact = fitting.find(({ id }) => id === text.trim()) || fitting.find(({ id }) => id.toLowerCase() === lower);
    if (exact || fitting.length === 1) return page.link((exact || fitting[0]).id);
    return `#materials?${new URLSearchParams({ find: text.trim() })}`;
  }

  // The box at the top of the page.
  function box(form) {
    const input = form.querySelector("input");
    const list = form.querySelector("datalist");
    let latest = 0;
    input.addEventListener("input", async () => {
      latest += 1;
      const mine = latest;
      const fitting = (await found(input.value)).slice(0, OFFERED);
      if (mine !== latest) return;
      // a browser offers only what has the typed letters in it, in its value or its words
      const typed = input.value.trim();
      const seen = (words) => words.some((word) => word.toLowerCase().includes(typed.toLowerCase()));
      list.replaceChildren(...fitting.map(({ id, texts }) => page.h("option", { value: id }, [...(seen([id, ...texts]) ? [] : [typed]), ...texts].join(", "))));
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!input.value.trim()) return;
      location.hash = await address(input.value);
      input.value = "";
    });
  }

  Object.assign(page, { plainFormula, composition, found, findAddress: address, findBox: box });
})(globalThis.polycage);
