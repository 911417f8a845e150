"use strict";
// The crystal in three dimensions: cell, atoms, bonds, cages as polyhedra, sites, heights. One WebGL view for all materials.
(function (page) {
  const { h, geometry: g } = page;
  // of the Okabe-Ito palette, which colour-blind readers can tell apart; one for each phase, then for other cages
  const PHASE_COLOURS = { alpha: "#0072B2", beta: "#D55E00", gamma: "#009E73", delta: "#CC79A7", mu: "#E69F00" };
  const OTHER_COLOURS = ["#56B4E9", "#B8A800", "#8C6BB1", "#7F7F7F", "#A6761D"];
  const BOND_RATIO = 1.15; // of the sum of covalent radii
  const SHOWN_ATOMS = 4000; // beyond it no view is fluent
  let viewer = null;
  let host = null;
  // zoom at which what is drawn fills the frame; a perspective view of 3Dmol is half as wide, and its front is larger
  const [FILLED, FILLED_IN_PERSPECTIVE] = [1.55, 0.7];
  let drawn = [];
  let perspective = false;
  let fitted = ""; // place of the camera when the frame was filled

  let last = null; // crystal and look that are drawn
  let enlarged = 1; // of labels in a picture larger than the screen
  const PHONE = 450; // pixels; a narrower view is one
  const [OFF, OFF_ON_A_PHONE] = [60, 20]; // pixels from an arrow to its label
  let labels = []; // of heights: text, place in the crystal, preferred side, colours
  const LONG_SIDE = 1600; // of a picture's crystal, in pixels of the page

  const paletteColour = (cage) => PHASE_COLOURS[(cage.phase || "").split("_")[0]] || OTHER_COLOURS[(cage.cage_id - 1) % OTHER_COLOURS.length];
  const channels = (colour) => [1, 3, 5].map((k) => Number.parseInt(colour.slice(k, k + 2), 16));
  // on a dark ground half-way to white, or translucent faces would be black
  const lighter = (colour) => `#${channels(colour).map((x) => Math.round(0.5 * x + 127).toString(16).padStart(2, "0")).join("")}`;
  const cageColour = (cage) => (dark() ? lighter(paletteColour(cage)) : paletteColour(cage));

  // Black or white, whichever is read better on a colour (relative luminance of WCAG 2).
  function inkOn(colour) {
    const [r, g_, b] = channels(colour).map((x) => (x / 255 <= 0.04045 ? x / 255 / 12.92 : ((x / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g_ + 0.0722 * b > 0.179 ? "black" : "white";
  }

  function elementColour(symbol) {
    const known = page.meta.methods.elements[symbol];
    return known ? known[1] : "#999999";
  }
  const radius = (symbol) => (page.meta.methods.elements[symbol] || [1.4])[0];
  const sphere = (symbol) => 0.24 * radius(symbol) + 0.1; // as it is drawn

  function dark() {
    return document.documentElement.dataset.theme === "dark";
  }

  // The crystal out of tables: cell, atoms of the cell, and images of each cage.
  function model(structure, drawing, cages) {
    const cell = g.lattice(structure);
    const ops = g.operations(drawing.operations);
    const atoms = drawing.atoms.map(([label, element, x, y, z, xs, ys, zs, occupancy, multiplicity, leftOut]) => ({
      label, element, frac: [x, y, z], su: [xs, ys, zs], occupancy, multiplicity, leftOut,
    }));
    const polyhedra = cages.map((cage) => {
      const vertices = (drawing.cages[cage.cage_id] || "").split(";").filter(Boolean).map((text) => {
        const [element, part, x, y, z, distance, su] = text.split(" ");
        return { element, part, frac: [Number(x), Number(y), Number(z)], distance: Number(distance), su: su ? Number(su) : null };
      });
      const site = [cage.x, cage.y, cage.z];
      return { cage, vertices, site, images: g.cageImages(site, vertices.map((v) => v.frac), ops) };
    });
    return { cell, ops, atoms, cellAtoms: g.cellAtoms(atoms.filter((a) => !a.leftOut), ops), kept: atoms.filter((a) => !a.leftOut), drawn: polyhedra };
  }

  function supported() {
    if (viewer) return true;
    try {
      const canvas = document.createElement("canvas");
      return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
    } catch {
      return false;
    }
  }

  function mount(parent) {
    if (!host) host = h("div", { class: "canvas3d", role: "img", tabindex: "0", "aria-label": "Crystal structure; arrow keys turn it, plus and minus zoom, N names the next atom" });
    parent.append(host);
    if (!viewer) {
      viewer = $3Dmol.createViewer(host, { backgroundColor: "white", antialias: true, disableFog: true, orthographic: true });
      host.addEventListener("keydown", (event) => {
        const turn = { ArrowLeft: ["y", -10], ArrowRight: ["y", 10], ArrowUp: ["x", -10], ArrowDown: ["x", 10] }[event.key];
        if (turn) viewer.rotate(turn[1], turn[0]);
        else if (event.key === "+" || event.key === "=") viewer.zoom(1.15);
        else if (event.key === "-") viewer.zoom(1 / 1.15);
        else return;
        viewer.render();
        event.preventDefault();
      });
      viewer.setViewChangeCallback(() => {
        showAxes();
        showLabels();
      });
      page.atomNames.listen(host, () => ({ viewer, atoms: drawn, towards: screen()[2], right: screen()[0], radius: sphere }));
    }
    viewer.resize();
    return viewer;
  }

  const at = (p) => ({ x: p[0], y: p[1], z: p[2] });

  // Of atoms in one place the element with the largest share; of equal ones the lightest, as at the vertices of cages.
  function filling(shares) {
    if (shares.length === 1) return shares[0];
    const symbols = Object.keys(page.meta.methods.elements); // by atomic number
    return shares.reduce((a, b) => {
      const more = b.share - a.share;
      return more > 1e-6 || (more > -1e-6 && symbols.indexOf(b.element) < symbols.indexOf(a.element)) ? b : a;
    });
  }

  // Places of atoms, those on the faces of the cell on both sides, then the vertices of the cages that are shown.
  function placed(crystal, size, shownImages) {
    const out = new Map();
    const put = (frac, element, label, share) => {
      const p = g.cart(frac, crystal.cell);
      const key = p.map((x) => Math.round(x / 0.12)).join(" ");
      const taken = neighbours(key).find((other) => out.has(other));
      if (taken === undefined && out.size >= SHOWN_ATOMS) return;
      if (taken === undefined) out.set(key, { p, shares: new Map() });
      else if (!share) return; // a vertex where atoms of the cell are
      const { shares } = out.get(taken ?? key);
      const there = shares.get(element) || { element, label, share: 0 };
      shares.set(element, { ...there, share: there.share + share });
    };
    for (const { frac, atom } of crystal.cellAtoms) {
      const { element, label, occupancy } = crystal.kept[atom];
      for (const shift of shifts(frac, size)) put(g.add(frac, shift), element, label, occupancy);
    }
    for (const { vertices, cage } of shownImages) vertices.forEach((frac, k) => put(frac, cage.vertices[k].element, "", 0));
    return [...out.values()].map(({ p, shares }) => Object.assign({ p, all: [...shares.values()] }, filling([...shares.values()])));
  }

  function neighbours(key) {
    const [x, y, z] = key.split(" ").map(Number);
    const out = [];
    for (let i = -1; i <= 1; i += 1) for (let j = -1; j <= 1; j += 1) for (let k = -1; k <= 1; k += 1) out.push(`${x + i} ${y + j} ${z + k}`);
    return out;
  }

  function shifts(frac, size) {
    const along = [0, 1, 2].map((k) => {
      const out = [];
      for (let n = 0; n <= size[k]; n += 1) if (frac[k] + n <= size[k] + 1e-3) out.push(n);
      return out;
    });
    return along[0].flatMap((i) => along[1].flatMap((j) => along[2].map((k) => [i, j, k])));
  }

  // Images of the cages asked for: one of each, or all whose site is in the cells shown.
  function imagesOf(crystal, look) {
    const out = [];
    for (const cage of crystal.drawn) {
      if (!look.cages.has(cage.cage.cage_id) || !cage.vertices.length) continue;
      if (look.one) {
        out.push({ cage, site: cage.site, vertices: cage.vertices.map((v) => v.frac) });
      } else {
        for (const image of cage.images) {
          for (let i = 0; i < look.size[0]; i += 1) for (let j = 0; j < look.size[1]; j += 1) {
            const move = [i, j, 0];
            out.push({ cage, site: g.add(image.site, move), vertices: image.vertices.map((v) => g.add(v, move)) });
          }
        }
      }
    }
    return out;
  }

  function drawCell(cell, size) {
    const colour = dark() ? "#9aa4ad" : "#444444";
    const corner = (i, j, k) => g.cart([i, j, k], cell);
    const line = (a, b) => viewer.addLine({ start: at(a), end: at(b), color: colour, linewidth: 1 });
    for (let i = 0; i < size[0]; i += 1) for (let j = 0; j < size[1]; j += 1) {
      for (const [a, b] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
        line(corner(i, j + a, b), corner(i + 1, j + a, b));
        line(corner(i + a, j, b), corner(i + a, j + 1, b));
        line(corner(i + a, j + b, 0), corner(i + a, j + b, 1));
      }
    }
  }

  // Right, up, and towards the reader, as the crystal is turned now.
  function screen() {
    const [, , , , x, y, z, w] = viewer.getView();
    const right = [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)];
    const up = [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)];
    return [right, up, g.cross(right, up)];
  }

  const directions = () => last.crystal.cell.map((axis) => screen().map((way) => g.dot(g.unit(axis), way)));

  function showAxes() {
    if (!last) return;
    host.querySelector(".axes")?.remove();
    host.append(page.axes.drawn(directions(), dark()));
  }

  function drawAtoms(atoms, look) {
    const bonds = atoms.map(() => []);
    if (look.bonds) {
      for (let i = 0; i < atoms.length; i += 1) for (let j = i + 1; j < atoms.length; j += 1) {
        const limit = BOND_RATIO * (radius(atoms[i].element) + radius(atoms[j].element));
        const off = g.minus(atoms[i].p, atoms[j].p);
        if (Math.abs(off[2]) > limit || Math.abs(off[0]) > limit || g.norm(off) > limit) continue;
        if (!bonded(atoms[i].element, atoms[j].element)) continue;
        bonds[i].push(j);
        bonds[j].push(i);
      }
    }
    const added = viewer.addModel();
    added.addAtoms(atoms.map((atom, k) => ({
      elem: atom.element, x: atom.p[0], y: atom.p[1], z: atom.p[2], serial: k, index: k, bonds: bonds[k], bondOrder: bonds[k].map(() => 1),
    })));
    for (const element of new Set(atoms.map((atom) => atom.element))) {
      const colour = elementColour(element);
      added.setStyle({ elem: element }, { sphere: { radius: sphere(element), color: colour }, stick: { radius: 0.07, color: colour } });
    }
  }

  // Bonds join metals with what is none: among metals every distance would be one.
  function bonded(a, b) {
    const metal = (symbol) => Boolean((page.meta.methods.elements[symbol] || [])[2]);
    return metal(a) !== metal(b);
  }

  function drawCages(crystal, images) {
    const meshes = new Map();
    for (const image of images) {
      const points = image.vertices.map((v) => g.cart(v, crystal.cell));
      const colour = cageColour(image.cage.cage);
      if (!image.cage.faces) image.cage.faces = g.faces(image.cage.vertices.map((v) => g.cart(v.frac, crystal.cell)));
      if (!meshes.has(colour)) meshes.set(colour, { vertexArr: [], normalArr: [], faceArr: [], edges: new Map() });
      const mesh = meshes.get(colour);
      const middle = g.times(points.reduce(g.add, [0, 0, 0]), 1 / points.length);
      for (const face of image.cage.faces) {
        const corners = face.map((k) => points[k]);
        let across = g.unit(g.cross(g.minus(corners[1], corners[0]), g.minus(corners[2], corners[0])));
        const outward = g.dot(across, g.minus(corners[0], middle)) > 0;
        if (!outward) { // an image through a mirror
          across = g.times(across, -1);
          corners.reverse();
        }
        const first = mesh.vertexArr.length;
        for (const corner of corners) {
          mesh.vertexArr.push(at(corner));
          mesh.normalArr.push(at(across));
        }
        for (let k = 1; k + 1 < corners.length; k += 1) mesh.faceArr.push(first, first + k, first + k + 1);
        corners.forEach((corner, k) => {
          const next = corners[(k + 1) % corners.length];
          const key = [corner, next].map((p) => p.map((x) => x.toFixed(2)).join(",")).sort().join(" ");
          mesh.edges.set(key, [corner, next]);
        });
      }
      viewer.addSphere({ center: at(g.cart(image.site, crystal.cell)), radius: 0.13, color: colour });
    }
    for (const [colour, mesh] of meshes) {
      viewer.addCustom({ vertexArr: mesh.vertexArr, normalArr: mesh.normalArr, faceArr: mesh.faceArr, color: colour, opacity: 0.55, alpha: 0.55, side: 2 });
      for (const [a, b] of mesh.edges.values()) viewer.addCylinder({ start: at(a), end: at(b), radius: 0.028, color: colour, fromCap: 1, toCap: 1 });
    }
  }

  function drawHeights(crystal, images) {
    const said = new Set();
    for (const image of images) {
      const { cage, vertices } = image.cage;
      if (cage.h_A === null || cage.h_A === undefined || said.has(cage.cage_id)) continue;
      said.add(cage.cage_id);
      const along = g.normal(cage.axis_hkl.split(" ").map(Number), crystal.cell);
      const levels = { upper_cap: [], lower_cap: [] };
      const hidden = { upper_cap: 0, lower_cap: 0 }; // of an arrow in the spheres of a cap's atoms
      const site = g.cart(image.site, crystal.cell);
      const foot = g.minus(site, g.times(along, g.dot(site, along)));
      image.vertices.forEach((v, k) => {
        const { part, element } = vertices[k];
        if (!levels[part]) return;
        const p = g.cart(v, crystal.cell);
        const level = g.dot(p, along);
        levels[part].push(level);
        const beside = g.norm(g.minus(p, g.add(foot, g.times(along, level))));
        hidden[part] = Math.max(hidden[part], Math.sqrt(Math.max(0, sphere(element) ** 2 - beside ** 2)));
      });
      if (!levels.upper_cap.length || !levels.lower_cap.length) continue;
      const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
      const ends = [mean(levels.lower_cap), mean(levels.upper_cap)];
      const inward = Math.sign(ends[1] - ends[0]);
      const [low, high] = [ends[0] + inward * hidden.lower_cap, ends[1] - inward * hidden.upper_cap].map((level) => g.add(foot, g.times(along, level)));
      const middle = g.times(g.add(low, high), 0.5);
      const colour = dark() ? "#ffffff" : "#111111";
      for (const end of [low, high]) viewer.addArrow({ start: at(middle), end: at(end), radius: 0.05, radiusRatio: 2.6, mid: 0.82, color: colour });
      labels.push({ text: `${page.greek(cage.phase) || `cage ${cage.cage_id}`}  ${page.withSu(cage.h_A, cage.h_su_A, 4)} Å`, place: middle, side: said.size % 2 ? 1 : -1, colour: cageColour(cage), letters: inkOn(cageColour(cage)) });
    }
  }

  // Labels at their places, as the crystal is turned now, and the ground that they stand on.
  function placedLabels() {
    const [width, height] = [host.clientWidth, host.clientHeight];
    const frame = host.getBoundingClientRect();
    const points = labels.length ? viewer.modelToScreen(labels.map(({ place: p }) => at(p))) : [];
    const here = labels.map((label, k) => ({ ...label, x: points[k].x - frame.left - window.scrollX, y: points[k].y - frame.top - window.scrollY }));
    const compass = { x: 0, y: height - page.axes.SIZE - 5, width: page.axes.SIZE + 5, height: page.axes.SIZE + 5 };
    const off = width / enlarged < PHONE ? OFF_ON_A_PHONE : OFF;
    return page.labels.placed(here, { width, height, off, blocked: enlarged === 1 ? [compass] : [], scale: enlarged });
  }
  const ink = () => (dark() ? "#ffffff" : "#111111");

  function showLabels() {
    if (!last || enlarged !== 1) return;
    host.querySelector(".labels")?.remove();
    if (labels.length) host.append(page.labels.drawn(placedLabels(), { width: host.clientWidth, height: host.clientHeight, ink: ink() }));
  }

  // Draws all; look: { cages: Set of ids, one, size: [n, n, n], bonds, heights, atoms }
  function draw(crystal, look) {
    viewer.removeAllModels();
    viewer.removeAllShapes();
    labels = [];
    viewer.setBackgroundColor(dark() ? "#14181c" : "#ffffff");
    last = { crystal, look };
    const images = imagesOf(crystal, look);
    const atoms = placed(crystal, look.size, images);
    drawn = atoms;
    drawAtoms(atoms, look);
    drawCell(crystal.cell, look.size);
    drawCages(crystal, images);
    if (look.heights) drawHeights(crystal, images);
    perspective = look.perspective;
    viewer.setProjection(perspective ? "perspective" : "orthographic");
    viewer.render();
    host.dataset.polyhedra = String(images.length);
    host.dataset.atoms = String(atoms.length);
    return { atoms, images };
  }

  // Looks along a direction, another one pointing up.
  function lookAlong(direction, up, silent = false) {
    const z = g.unit(direction);
    let y = g.minus(up, g.times(z, g.dot(up, z)));
    if (g.norm(y) < 1e-6) y = Math.abs(z[0]) < 0.9 ? g.minus([1, 0, 0], g.times(z, z[0])) : g.minus([0, 1, 0], g.times(z, z[1]));
    y = g.unit(y);
    const x = g.cross(y, z);
    const view = viewer.getView();
    viewer.setView([...view.slice(0, 4), ...quaternion([x, y, z])], true);
    if (!silent) fit();
  }

  // Where the camera stands and how near; turning leaves it.
  const place = () => viewer.getView().slice(0, 4).map((x) => x.toFixed(3)).join(" ");
  const untouched = () => fitted !== "" && fitted === place();

  // Fills the frame with what is drawn, as it is turned now.
  function fit() {
    viewer.zoomTo();
    const [right, up] = screen();
    const points = drawn.map((atom) => atom.p);
    if (points.length > 1) {
      const span = (axis) => {
        const values = points.map((p) => g.dot(p, axis));
        return 0.5 * (Math.max(...values) - Math.min(...values)) + 1.1;
      };
      const box = [[1, 0, 0], [0, 1, 0], [0, 0, 1]].map(span);
      const radius_ = g.norm(box);
      const { clientWidth, clientHeight } = host;
      // a parallel projection always has the same width, a perspective one the same height
      const [wide, high] = perspective ? [clientWidth / clientHeight, 1] : [1, clientHeight / clientWidth];
      viewer.zoom(Math.min(4, (perspective ? FILLED_IN_PERSPECTIVE : FILLED) * radius_ * Math.min(wide / span(right), high / span(up))));
    }
    fitted = place();
    viewer.render();
  }

  // Of the rotation whose rows are given.
  function quaternion([[a, b, c], [d, e, f], [i, j, k]]) {
    const trace = a + e + k;
    if (trace > 0) {
      const s = 0.5 / Math.sqrt(trace + 1);
      return [(j - f) * s, (c - i) * s, (d - b) * s, 0.25 / s];
    }
    if (a > e && a > k) {
      const s = 2 * Math.sqrt(1 + a - e - k);
      return [0.25 * s, (b + d) / s, (c + i) / s, (j - f) / s];
    }
    if (e > k) {
      const s = 2 * Math.sqrt(1 + e - a - k);
      return [(b + d) / s, 0.25 * s, (f + j) / s, (c - i) / s];
    }
    const s = 2 * Math.sqrt(1 + k - a - e);
    return [(c + i) / s, (f + j) / s, 0.25 * s, (d - b) / s];
  }

  // The view as it is on the screen, only larger, as an image.
  async function enlargedView() {
    enlarged = LONG_SIDE / Math.max(host.clientWidth, host.clientHeight);
    const [width, height] = [host.clientWidth, host.clientHeight].map((side) => Math.round(side * enlarged));
    host.style.cssText = `position:fixed;left:0;top:0;width:${width}px;height:${height}px;z-index:-1`;
    viewer.resize();
    draw(last.crystal, last.look);
    const image = new Image();
    image.src = viewer.pngURI();
    const [boxes, scale] = [placedLabels(), enlarged];
    enlarged = 1;
    host.style.cssText = "";
    viewer.resize();
    draw(last.crystal, last.look);
    await image.decode();
    const canvas = h("canvas", { width: image.width, height: image.height });
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const sharper = image.width / width; // of a screen with several dots a pixel
    pen.scale(sharper, sharper);
    page.labels.paint(pen, boxes, scale, ink());
    return canvas;
  }

  // A picture with a title and the elements' colours, twice as sharp as the screen.
  async function picture(lines, elements) {
    const look = { paper: dark() ? "#14181c" : "#ffffff", ink: dark() ? "#f2f2f2" : "#111111", dark: dark() };
    const named = elements.map((element) => ({ element, colour: elementColour(element) }));
    const ways = directions();
    return page.poster(await enlargedView(), lines, named, ways, look);
  }

  // The colour of a cage beside its name.
  function swatch(cage) {
    const element = h("span", { class: "swatch", style: `background:${cageColour(cage)}` });
    element.cage = cage;
    return element;
  }

  // The same in the colours of another theme: what is set and how it is turned stays.
  function again() {
    for (const element of document.querySelectorAll(".swatch")) if (element.cage) element.style.background = cageColour(element.cage);
    if (!last || !host.isConnected) return;
    draw(last.crystal, last.look);
    showAxes();
  }

  page.crystalView = {
    model, mount, supported, draw, lookAlong, picture, cageColour, elementColour,
    zoom: fit,
    untouched,
    again, swatch,
    viewer: () => viewer,
  };
})(globalThis.polycage);
