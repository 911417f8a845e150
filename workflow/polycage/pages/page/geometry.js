"use strict";
// Points in a cell: images of atoms and cages, hulls, symmetry codes. Fractional places are arrays of three.
(function (page) {
  const ROUND = 1e-4; // fractional; places that differ by less are one
  const FLAT_A = 0.002; // corners this near to a plane are in it; places have five digits
  const RADIANS = Math.PI / 180;

  const add = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
  const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const times = (a, s) => [a[0] * s, a[1] * s, a[2] * s];
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const norm = (a) => Math.sqrt(dot(a, a));
  const unit = (a) => times(a, 1 / (norm(a) || 1));

  // Rows are the cell vectors in Å: a along x, b in the plane of x and y.
  function lattice(s) {
    const [ca, cb, cg] = [s.alpha_deg, s.beta_deg, s.gamma_deg].map((angle) => Math.cos(angle * RADIANS));
    const sg = Math.sin(s.gamma_deg * RADIANS);
    const x = (ca - cb * cg) / sg;
    return [
      [s.a_A, 0, 0],
      [s.b_A * cg, s.b_A * sg, 0],
      [s.c_A * cb, s.c_A * x, s.c_A * Math.sqrt(Math.max(0, 1 - cb * cb - x * x))],
    ];
  }

  const cart = (frac, cell) => [0, 1, 2].map((k) => frac[0] * cell[0][k] + frac[1] * cell[1][k] + frac[2] * cell[2][k]);

  // Direction of the normal of planes h k l.
  function normal(hkl, cell) {
    const [a, b, c] = cell;
    return unit(add(add(times(cross(b, c), hkl[0]), times(cross(c, a), hkl[1])), times(cross(a, b), hkl[2])));
  }

  // "x,-y,z+1/2;..." as [rotation, translation] pairs.
  function operations(text) {
    if (!text) return [{ turn: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], move: [0, 0, 0] }];
    return text.split(";").map((op) => {
      const turn = [];
      const move = [];
      for (const part of op.split(",")) {
        const row = [0, 0, 0];
        let shift = 0;
        for (const [, sign, factor, over, axis] of part.matchAll(/([+-]?)(\d+(?:\.\d+)?)?(?:\/(\d+))?([xyz])?/g)) {
          if (!factor && !axis) continue;
          const value = (sign === "-" ? -1 : 1) * Number(factor || 1) / Number(over || 1);
          if (axis) row["xyz".indexOf(axis)] += value;
          else shift += value;
        }
        turn.push(row);
        move.push(shift);
      }
      return { turn, move };
    });
  }

  const apply = (op, p) => [0, 1, 2].map((k) => dot(op.turn[k], p) + op.move[k]);
  const inCell = (x) => {
    const wrapped = x - Math.floor(x);
    return wrapped > 1 - ROUND ? 0 : wrapped;
  };
  const keyOf = (p) => p.map((x) => Math.round(inCell(x) / (4 * ROUND))).join(" ");

  // Every atom of the cell: { frac, atom } with the number of the listed atom.
  function cellAtoms(atoms, ops) {
    const out = [];
    atoms.forEach((atom, index) => {
      const seen = new Set();
      for (const op of ops) {
        const frac = apply(op, atom.frac).map(inCell);
        const key = keyOf(frac);
        if (!seen.has(key) && !near(out, frac, index)) {
          seen.add(key);
          out.push({ frac, atom: index });
        }
      }
    });
    return out;
  }

  // Images of one atom on a rounded special position are one.
  function near(found, frac, index) {
    for (let k = found.length - 1; k >= 0 && found[k].atom === index; k -= 1) {
      const off = minus(found[k].frac, frac).map((x) => Math.abs(x - Math.round(x)));
      if (Math.max(...off) < 5e-3) return true;
    }
    return false;
  }

  // All images of a cage whose site is in the cell: { site, vertices } in fractional coordinates.
  function cageImages(site, vertices, ops) {
    const seen = [];
    const out = [];
    for (const op of ops) {
      const raw = apply(op, site);
      const wrapped = raw.map(inCell);
      if (seen.some((other) => minus(other, wrapped).every((x) => Math.abs(x - Math.round(x)) < 2e-3))) continue;
      seen.push(wrapped);
      const shift = minus(wrapped, raw);
      out.push({ site: wrapped, op, shift, vertices: vertices.map((v) => add(apply(op, v), shift)) });
    }
    return out;
  }

  // Faces of the convex hull of a few points as lists of corners, counter-clockwise from outside.
  function faces(points) {
    const n = points.length;
    const out = [];
    const known = new Set();
    const middle = times(points.reduce(add, [0, 0, 0]), 1 / n);
    for (let i = 0; i < n; i += 1) {
      for (let j = i + 1; j < n; j += 1) {
        for (let k = j + 1; k < n; k += 1) {
          let across = cross(minus(points[j], points[i]), minus(points[k], points[i]));
          if (norm(across) < 1e-3) continue;
          across = unit(across);
          if (dot(across, minus(middle, points[i])) > 0) across = times(across, -1);
          const height = points.map((p) => dot(across, minus(p, points[i])));
          if (Math.max(...height) > FLAT_A) continue;
          const corners = height.flatMap((value, at) => (value > -FLAT_A ? [at] : []));
          const key = corners.join(" ");
          if (known.has(key)) continue;
          known.add(key);
          out.push(ordered(points, corners, across));
        }
      }
    }
    return out;
  }

  function ordered(points, corners, across) {
    const centre = times(corners.map((k) => points[k]).reduce(add, [0, 0, 0]), 1 / corners.length);
    const x = unit(minus(points[corners[0]], centre));
    const y = cross(across, x);
    const angle = (k) => Math.atan2(dot(minus(points[k], centre), y), dot(minus(points[k], centre), x));
    return [...corners].sort((a, b) => angle(a) - angle(b));
  }

  // The listed atom that stands at a place, with its code as of CIF: { atom, code }; "." is the atom as listed.
  function source(frac, atoms, ops, cell, element) {
    let best = { off: Infinity };
    atoms.forEach((atom, index) => {
      if (element && atom.element !== element && atoms.some((other) => other.element === element)) return;
      ops.forEach((op, number) => {
        const off = minus(frac, apply(op, atom.frac));
        const whole = off.map(Math.round);
        const distance = norm(cart(minus(off, whole), cell));
        if (distance < best.off - 0.01) best = { off: distance, atom: index, number, whole };
      });
    });
    if (best.off > 0.6) return null;
    const digits = best.whole.map((x) => 5 + x);
    const code = digits.every((d) => d >= 1 && d <= 9) ? `${best.number + 1}_${digits.join("")}` : "";
    return { atom: best.atom, code: code === "1_555" ? "." : code, off: best.off };
  }

  page.geometry = {
    add, minus, times, dot, cross, norm, unit, lattice, cart, normal, operations, apply, cellAtoms, cageImages, faces, source,
  };
})(globalThis.polycage);
