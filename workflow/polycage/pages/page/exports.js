"use strict";
// The files of `polycage export`, made of what the page holds: the same bytes.
// Each function has the name of its model in workflow/polycage/exports, and adds in the same order.
(function (page) {
  const { fixed } = page;
  const { operations } = page.geometry;
  const STEPS = 1e6; // coordinates and numbers have six digits
  const HUGE = 9e9; // from here on millionths are no whole numbers
  const LINE = 1000; // characters of a line of text in a CIF
  const RESERVED = /^(data_|loop_|save_|stop_|global_)/;
  const COLUMNS = "species:S:1:pos:R:3:label:S:1:occupancy:R:1:atom:I:1:cage_id:I:1";
  const ATOM = ["label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy", "calc_flag"];
  const CAGE = ["id", "site_label", "kind", "role", "phase", "axis", "height_A", "volume_A3", "radius_A", "multiplicity_cell", "flags"];

  // --- numbers

  const rounded = (value, digits = 6) => Number(fixed(value, digits));
  function plain(value, digits = 6) {
    const text = fixed(value, digits);
    return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
  }
  const places = (value, digits) => (plain(value, digits).split(".")[1] || "").length;
  function withAllDigits(number, su, digits = 6) {
    const value = rounded(number, digits);
    if (!su) return plain(value, digits);
    const count = Math.max(places(value, digits), places(su, digits));
    const amount = even(su * 10 ** count);
    return amount ? `${fixed(value, count)}(${amount})` : plain(value, digits);
  }
  // The nearest whole number, of two the even one.
  function even(x) {
    const low = Math.floor(x);
    if (x - low !== 0.5) return Math.round(x);
    return low % 2 === 0 ? low : low + 1;
  }

  // --- images

  const inUnit = (x) => {
    const rest = x % 1;
    return rest < 0 ? rest + 1 : rest + 0;
  };
  const sixth = (x) => even(x * STEPS) / STEPS;
  const inCell = (p) => p.map((x) => inUnit(sixth(inUnit(sixth(x)))));
  const cartesian = (f, l) => [0, 1, 2].map((k) => f[0] * l[0][k] + f[1] * l[1][k] + f[2] * l[2][k]);
  function near(a, b, lattice, within) {
    const [x, y, z] = cartesian([0, 1, 2].map((k) => a[k] - b[k] - even(a[k] - b[k])), lattice);
    return x * x + y * y + z * z < within * within;
  }

  // Distinct images of a point in the cell; those nearer than `within` are one, at their mean.
  function images(point, ops, lattice, within) {
    const found = ops.map(({ turn, move }) => [0, 1, 2].map((k) => inUnit(turn[k][0] * point[0] + turn[k][1] * point[1] + turn[k][2] * point[2] + move[k])));
    const first = found.map((p) => found.findIndex((q) => near(p, q, lattice, within)));
    const heads = [...new Set(first)].sort((a, b) => a - b);
    return heads.map((head) => {
      const members = found.filter((_, k) => first[k] === head);
      const total = [0, 0, 0];
      for (const member of members) {
        for (let k = 0; k < 3; k += 1) {
          const off = member[k] - found[head][k];
          total[k] += off - even(off);
        }
      }
      return inCell(total.map((x, k) => found[head][k] + x / members.length));
    });
  }

  // All atoms of the cell: images of the first listed one, then of the next.
  function cellAtoms(one) {
    const within = page.meta.exports.special_position_A;
    return one.atoms.flatMap((row) => images([row.x, row.y, row.z], one.ops, one.lattice, within).map((frac) => ({ row, frac })));
  }

  // Nothing for the first, then b, c ... z, ba ...
  function letters(number) {
    let text = "";
    for (let k = number; k; k = Math.floor(k / 26)) text = String.fromCharCode(97 + (k % 26)) + text;
    return text;
  }

  // The places of all cages that the listed operations do not make of each other.
  function sites(one) {
    const within = page.meta.exports.same_site_A;
    const here = (a, b) => near(a, b, one.lattice, within);
    let prefix = "X";
    while (one.atoms.some((row) => (row.label || "").startsWith(prefix))) prefix += "x";
    const out = [];
    for (const cage of one.cages) {
      let parts = 0;
      for (const frac of [inCell([cage.x, cage.y, cage.z]), ...(one.more[cage.cage_id] || [])]) {
        const shared = out.find((site) => site.images.some((image) => here(image, frac)));
        if (!shared) {
          const left = rounded(1 - one.inCell.filter((atom) => here(atom.frac, frac)).reduce((sum, atom) => sum + atom.row.occupancy, 0));
          out.push({ label: `${prefix}${cage.cage_id}${letters(parts)}`, frac, images: images(frac, one.ops, one.lattice, within), cages: [cage], occupancy: left > 0 && left < 1 ? left : 1 });
          parts += 1;
        } else if (!shared.cages.includes(cage)) shared.cages.push(cage);
      }
    }
    return out;
  }

  // --- formats

  // A text as a value of a CIF; between semicolons on lines of their own where neither quote serves.
  function quoted(text) {
    if (!text) return ".";
    const all = [...text];
    if (all.length > LINE || (text.includes("'") && text.includes('"'))) {
      const lines = [];
      for (let k = 0; k < all.length; k += LINE) lines.push(all.slice(k, k + LINE).join(""));
      return `\n;${lines.join("\n")}\n;\n`;
    }
    // eslint-disable-next-line no-control-regex
    if (/^[A-Za-z0-9(+\-*/][\x00-\x7f]*$/.test(text) && !/[ \t'"#]/.test(text) && !RESERVED.test(text.toLowerCase())) return text;
    return text.includes("'") ? `"${text}"` : `'${text}'`;
  }
  const line = (values) => values.join(" ").replaceAll(" \n", "\n").replaceAll("\n ", "\n");

  function cif(one) {
    const row = one.structure;
    const out = [`data_${row.structure_id.replace(/[^!-~]/gu, "_") || "_"}`, "_audit_creation_method polycage"];
    const head = { _polycage_structure_id: row.structure_id, _polycage_source_sha256: row.sha256, _polycage_family: row.family, _polycage_status: row.status, _polycage_verification: row.verification, _polycage_message: row.message, _chemical_formula_sum: row.formula };
    for (const [tag, value] of Object.entries(head)) if (value) out.push(`${tag} ${quoted(value)}`);
    for (const [tag, name] of [["length_a", "a"], ["length_b", "b"], ["length_c", "c"]]) out.push(`_cell_${tag} ${withAllDigits(row[`${name}_A`], row[`${name}_su_A`])}`);
    for (const name of ["alpha", "beta", "gamma"]) out.push(`_cell_angle_${name} ${withAllDigits(row[`${name}_deg`], row[`${name}_su_deg`])}`);
    const [symbol, number] = one.setting;
    if (symbol) out.push(`_space_group_name_H-M_alt '${symbol}'`, `_space_group_IT_number ${number}`);
    out.push("loop_", "_space_group_symop_operation_xyz", ...row.operations.split(";").map((text) => `'${text}'`));
    out.push("loop_", ...ATOM.map((name) => `_atom_site_${name}`));
    for (const atom of one.atoms) {
      const at = ["x", "y", "z"].map((x) => withAllDigits(atom[x], atom[`${x}_su`]));
      out.push(line([quoted(one.printable(atom)), atom.species, ...at, plain(atom.occupancy), "d"]));
    }
    for (const site of one.sites) out.push(line([site.label, "XX", ...site.frac.map((x) => plain(x)), plain(site.occupancy), "dum"]));
    if (one.sites.length) out.push("loop_", ...CAGE.map((name) => `_polycage_cage_${name}`));
    for (const site of one.sites) {
      for (const c of site.cages) {
        const height = c.h_A === null ? "." : withAllDigits(c.h_A, c.h_su_A, 5);
        out.push(line([String(c.cage_id), site.label, quoted(c.kind), c.role, c.phase || ".", quoted(c.axis_hkl || ""), height, withAllDigits(c.volume_A3, c.volume_su_A3, 4),
          withAllDigits(c.radius_A, c.radius_su_A, 5), String(c.multiplicity_cell || "."), quoted(c.flags || "")]));
      }
    }
    return `${out.join("\n")}\n`;
  }

  const oneWord = (text) => text.replaceAll("%", "%25").replaceAll(" ", "%20") || "-";

  function xyz(one) {
    const row = one.structure;
    const lines = one.inCell.map((atom) => [atom.row.species, atom.frac, oneWord(one.printable(atom.row)), atom.row.occupancy, atom.row.atom, 0]);
    for (const site of one.sites) lines.push(...site.images.map((frac) => ["X", frac, site.label, site.occupancy, 0, site.cages[0].cage_id]));
    const parts = [`Lattice="${one.lattice.flat().map((x) => fixed(x, 8)).join(" ")}"`, `Properties=${COLUMNS}`];
    for (const name of ["structure_id", "formula", "family", "space_group", "status", "verification"]) {
      if (row[name]) parts.push(`${name}="${row[name].replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`);
    }
    for (const [phase, height] of one.heights) parts.push(`h_${oneWord(phase)}_A=${height}`);
    const written = lines.map(([symbol, frac, label, occupancy, atom, cage]) => [symbol, ...cartesian(frac, one.lattice).map((x) => fixed(x, 6)), label, plain(occupancy), atom, cage].join(" "));
    return `${[lines.length, [...parts, 'pbc="T T T"'].join(" "), ...written].join("\n")}\n`;
  }

  function json(one) {
    const rows = { structure: one.structure, atoms: one.atoms, cages: one.cages, sites: one.sites.map((site) => ({ label: site.label, frac: site.frac, cage_ids: site.cages.map((cage) => cage.cage_id) })) };
    return `${JSON.stringify(rows, null, 1)}\n`;
  }

  const MADE = { cif, xyz, json };

  // --- what the page has of a structure, as the tables have it

  // Columns of a table in their order, with the digits that the page's own numbers lack.
  function asWritten(name, row, digits) {
    const out = {};
    for (const column of page.meta.exports.columns[name]) out[column] = row[column] ?? null;
    page.meta.exports.number_columns[name].forEach((column, k) => {
      const shown = out[column];
      if (shown === null) return;
      if (digits[k] > 0 && digits[k] < 1) out[column] = Number((digits[k] / STEPS).toPrecision(2)); // a small uncertainty
      else if (Math.abs(shown) < HUGE) out[column] = (Math.round(shown * STEPS) + digits[k]) / STEPS;
      else out[column] = shown + digits[k] / STEPS;
    });
    return out;
  }

  function complete(structure, drawing, cages, needed) {
    const { columns, number_columns: numbers } = page.meta.exports;
    const own = { formula: needed.formula || null, operations: drawing.operations, sha256: drawing.sha256 || null };
    const row = asWritten("structures", { ...structure, ...own }, needed.digits);
    const atoms = drawing.atoms.map((values, k) => {
      const atom = Object.fromEntries(columns.atoms.slice(1).map((name, at) => [name, values[at] ?? null]));
      return { structure_id: row.structure_id, ...atom, atom: needed.numbers ? needed.numbers[k] : k + 1 };
    });
    const of = cages.map((cage, k) => asWritten("cages", { ...cage, formula: own.formula, vertices: drawing.cages[cage.cage_id] || null }, numbers.cages.map((_, at) => (needed.cage_digits[at] ? needed.cage_digits[at][k] : 0))));
    const labels = needed.labels || {};
    const one = {
      structure: row, atoms, cages: of,
      ops: operations(drawing.operations),
      lattice: needed.lattice || [[row.a_A, 0, 0], [0, row.b_A, 0], [0, 0, row.c_A]],
      setting: needed.setting, heights: needed.heights || [], more: needed.places || {},
      printable: (atom) => labels[atoms.indexOf(atom)] ?? atom.label ?? "",
    };
    one.inCell = cellAtoms(one);
    one.sites = sites(one);
    return one;
  }

  // What the files of one structure are made of; null where the page has not all that they need.
  async function exportsOf(id) {
    const needed = await page.ofBlock("exports", id);
    if (!needed) return null;
    const [structures, drawing, cages] = await Promise.all([page.rowsOf("structures", id), page.drawing(id), page.rowsOf("cages", id)]);
    return page.meta.exports.formats.map(([to, words, suffix]) => ({ words, suffix, text: () => MADE[to](complete(structures[0], drawing, cages, needed)) }));
  }

  Object.assign(page, { exportsOf, writtenNumbers: { fixed, plain, withAllDigits } });
})(globalThis.polycage);
