"use strict";
// Figures as SVG: points with uncertainties, lines with bands, names on hover, saved as SVG or PNG.
(function (page) {
  const { h } = page;
  const SPACE = "http://www.w3.org/2000/svg";
  const DRAWN = 1200; // points of a figure: more are a blot, and slow
  const TALLEST = 1.3; // a wide figure is higher, too
  const [WIDTH, LEAST, MOST] = [620, 300, 1150]; // in pixels: of a file, and on the screen, where text is as large as the page's
  const POINTS = "a, g[role=img]"; // what has words of its own: points with links, lines with values
  const MARGIN = { left: 62, right: 16, top: 14, bottom: 50 };
  // of the Okabe-Ito palette, darkened where white paper needs it
  const COLOURS = { cuprate: "#0072B2", nickelate: "#8C6BB1", iron: "#D55E00", m2x2: "#B07A00", other: "#6B6B6B" };
  const LIST = ["#0072B2", "#D55E00", "#009E73", "#A0558A", "#B07A00", "#2E8FBF", "#6B6B6B"];

  const number = (value) => value !== null && value !== undefined;

  function s(tag, attributes = {}, ...children) {
    const element = document.createElementNS(SPACE, tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(name, value);
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return element;
  }

  function ticks(low, high, count = 6) {
    const raw = (high - low) / count || 1;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((m) => m >= raw);
    const out = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1) out.push(Number((k * step).toPrecision(10)));
    return out;
  }

  // Of one axis with as many decimals each.
  function tickLabels(values) {
    const places = Math.max(0, ...values.map((value) => (String(value).split(".")[1] || "").length));
    return values.map((value) => [value, value.toFixed(places).replace("-", "\u2212")]);
  }

  function extent(values, fromZero) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const pad = 0.06 * (high - low || Math.abs(high) || 1);
    if (low < 0) return [low - pad, high + pad];
    return [fromZero ? 0 : Math.max(0, low - pad), high + pad]; // of lengths and temperatures none is below zero
  }

  function marker(kind, x, y, colour) {
    const filled = { fill: colour, "fill-opacity": 0.75, stroke: colour, "stroke-width": 1.2 };
    const open = { fill: "none", stroke: colour, "stroke-width": 1.8 };
    if (kind === "square") return s("rect", { x: x - 4.5, y: y - 4.5, width: 9, height: 9, ...filled });
    if (kind === "open") return s("circle", { cx: x, cy: y, r: 5, ...open });
    if (kind === "diamond") return s("path", { d: `M${x} ${y - 6}l6 6l-6 6l-6 -6z`, ...filled });
    if (kind === "down") return s("path", { d: `M${x - 6} ${y}h12M${x} ${y}v18m-5 -7l5 7l5 -7`, ...open });
    return s("circle", { cx: x, cy: y, r: 4.8, ...filled });
  }

  // counts: the points are whole numbers with words of their own, not links
  // points: [{ x, y, dx, dy, low, high, kind, colour, name, note, href }]; lines: [{ points: [[x, y]], colour, dash, band: [[x, low, high]] }]
  function draw(spec, paper, width) {
    const height = Math.round((spec.height || 400) * Math.min(TALLEST, Math.max(1, width / 800)));
    const ink = paper ? "#1a1a1a" : "currentColor";
    const xs = [...spec.points.map((p) => p.x), ...(spec.lines || []).flatMap((l) => l.points.map((p) => p[0]))];
    const ys = [...spec.points.map((p) => p.y), ...spec.points.flatMap((p) => (p.dy ? [p.y + p.dy, p.y - p.dy] : number(p.low) ? [p.low, p.high] : []))];
    const [x0, x1] = spec.xRange || extent(xs, spec.fromZero);
    const [y0, y1] = spec.yRange || extent(ys.length ? ys : [0, 1], spec.fromZero);
    const px = (x) => MARGIN.left + ((x - x0) / (x1 - x0)) * (width - MARGIN.left - MARGIN.right);
    const py = (y) => height - MARGIN.bottom - ((y - y0) / (y1 - y0)) * (height - MARGIN.top - MARGIN.bottom);
    const svg = s("svg", { width: paper ? null : width, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": spec.title, "font-family": "system-ui, sans-serif", "font-size": 13, color: paper ? ink : null, xmlns: paper ? SPACE : null });
    if (paper) svg.append(s("rect", { width, height, fill: "white" }));
    const clip = `clip-${Math.random().toString(36).slice(2)}`;
    svg.append(s("clipPath", { id: clip }, s("rect", { x: MARGIN.left, y: MARGIN.top, width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom })));
    for (const [x, text] of tickLabels(ticks(x0, x1, width < 480 ? 4 : 6))) {
      svg.append(s("path", { d: `M${px(x)} ${MARGIN.top}V${height - MARGIN.bottom}`, stroke: ink, "stroke-opacity": 0.12 }),
        s("text", { x: px(x), y: height - MARGIN.bottom + 19, "text-anchor": "middle", fill: ink }, text));
    }
    for (const [y, text] of tickLabels(ticks(y0, y1).filter((tick) => !spec.counts || Number.isInteger(tick)))) {
      svg.append(s("path", { d: `M${MARGIN.left} ${py(y)}H${width - MARGIN.right}`, stroke: ink, "stroke-opacity": 0.12 }),
        s("text", { x: MARGIN.left - 8, y: py(y) + 4.5, "text-anchor": "end", fill: ink }, text));
    }
    svg.append(s("path", { d: `M${MARGIN.left} ${MARGIN.top}V${height - MARGIN.bottom}H${width - MARGIN.right}`, stroke: ink, fill: "none" }),
      s("text", { x: (MARGIN.left + width - MARGIN.right) / 2, y: height - 10, "text-anchor": "middle", fill: ink }, spec.xLabel),
      s("text", { x: 0, y: 0, transform: `translate(16 ${(height - MARGIN.bottom + MARGIN.top) / 2}) rotate(-90)`, "text-anchor": "middle", fill: ink }, spec.yLabel));
    const area = s("g", { class: "area", "clip-path": `url(#${clip})` });
    for (const line of spec.lines || []) {
      if (line.band) {
        const up = line.band.map(([x, , high]) => `${px(x)} ${py(high)}`);
        const down = [...line.band].reverse().map(([x, low]) => `${px(x)} ${py(low)}`);
        area.append(s("path", { d: `M${[...up, ...down].join("L")}Z`, fill: line.colour, "fill-opacity": 0.13 }));
      }
      area.append(s("path", { d: `M${line.points.map(([x, y]) => `${px(x)} ${py(y)}`).join("L")}`, stroke: line.colour, "stroke-width": 1.6, "stroke-dasharray": line.dash || null, fill: "none" }));
    }
    for (const point of spec.points) {
      const [x, y] = [px(point.x), py(point.y)];
      const mark = s("g", { class: "mark" }, marker(point.kind, x, y, point.colour));
      if (number(point.low)) mark.prepend(s("path", { d: `M${x} ${py(point.low)}V${py(point.high)}M${x - 4} ${py(point.low)}h8M${x - 4} ${py(point.high)}h8`, stroke: point.colour, "stroke-width": 1.2 }));
      if (point.dy) mark.prepend(s("path", { d: `M${x} ${py(point.y - point.dy)}V${py(point.y + point.dy)}`, stroke: point.colour, "stroke-width": 1.2 }));
      if (point.dx) mark.prepend(s("path", { d: `M${px(point.x - point.dx)} ${y}H${px(point.x + point.dx)}`, stroke: point.colour, "stroke-width": 1.2 }));
      const title = s("title", {}, `${point.name}${point.note ? `: ${point.note}` : ""}`);
      if (point.href && !paper) area.append(s("a", { href: point.href, "aria-label": `${point.name}${point.note ? `: ${point.note}` : ""}` }, title, mark));
      else area.append(s("g", spec.counts && !paper ? { role: "img", "aria-label": title.textContent } : {}, title, mark));
    }
    svg.append(area);
    return svg;
  }

  const LINE = 20; // pixels between lines of a title and of a legend
  const LETTER = 7.4; // pixels of a letter of a legend, generously; those of a title are by a fifth wider

  // Words in lines of so many letters.
  function wrapped(text, letters) {
    const lines = [""];
    for (const word of text.split(" ")) {
      if (lines.at(-1) && lines.at(-1).length + word.length >= letters) lines.push("");
      lines[lines.length - 1] += (lines.at(-1) ? " " : "") + word;
    }
    return lines;
  }

  const keyMark = (item, x, y) => (item.kind === "line"
    ? s("path", { d: `M${x} ${y}h24`, stroke: item.colour, "stroke-width": 2, "stroke-dasharray": item.dash || null })
    : marker(item.kind, x + 12, item.kind === "down" ? y - 9 : y, item.colour));

  // The figure as a file, which stands alone: with title and legend.
  function sheet(spec, drawn) {
    const inner = drawn(spec, true, WIDTH);
    const high = Number(inner.getAttribute("viewBox").split(" ")[3]);
    const titles = wrapped(spec.title, WIDTH / (1.2 * LETTER));
    const head = (titles.length + 1) * LINE;
    const items = (spec.legend || []).map((item) => ({ item, lines: wrapped(item.text, (WIDTH - 60) / LETTER) }));
    const height = head + high + items.reduce((sum, { lines }) => sum + lines.length * LINE + 4, items.length ? 12 : 0);
    const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": spec.title, "font-family": "system-ui, sans-serif", "font-size": 13, color: "#1a1a1a", xmlns: SPACE },
      s("rect", { width: WIDTH, height, fill: "white" }),
      s("text", { "font-size": 15, "font-weight": 600, fill: "#1a1a1a" }, titles.map((line, k) => s("tspan", { x: 16, y: (k + 1.2) * LINE }, line))));
    for (const [name, value] of Object.entries({ y: head, width: WIDTH, height: high })) inner.setAttribute(name, value);
    svg.append(inner);
    let y = head + high + 12;
    for (const { item, lines } of items) {
      svg.append(keyMark(item, 16, y), s("text", { fill: "#1a1a1a" }, lines.map((line, k) => s("tspan", { x: 50, y: y + 4.5 + k * LINE }, line))));
      y += lines.length * LINE + 4;
    }
    return svg;
  }

  async function png(svg) {
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
    await image.decode();
    const canvas = h("canvas", { width: 2 * width, height: 2 * height });
    canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  // Of too many points one in two, in three ... with a word about it.
  function thinned(spec) {
    const count = (spec.points || []).length;
    const step = Math.ceil(count / DRAWN);
    if (step < 2) return spec;
    return { ...spec, points: spec.points.filter((_, k) => k % step === 0), caption: `One point in ${step} of ${count.toLocaleString("en")} is drawn. ${spec.caption || ""}` };
  }

  // Width of a figure: that of a column of `.pictures`, of which the style sheet makes one or two.
  let measured = {};
  function room() {
    const main = document.getElementById("main");
    const within = main.getBoundingClientRect().width;
    if (measured.within !== within) {
      const column = h("div", {});
      const pictures = h("div", { class: "pictures" }, column, h("div", {}));
      main.append(pictures);
      measured = { within, width: column.getBoundingClientRect().width };
      pictures.remove();
    }
    return Math.floor(Math.max(LEAST, Math.min(MOST, measured.width)));
  }

  // Figures are drawn anew when the window has another width, so that their text stays as large as the page's.
  const redrawn = new Set();
  let soon = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(soon);
    soon = requestAnimationFrame(() => {
      if (window.matchMedia("print").matches) return;
      for (const again of redrawn) again();
    });
  }).observe(document.getElementById("main"));

  // One stop of the tab key for all points: the arrow keys go from one to the next.
  function walk(svg) {
    const links = [...svg.querySelectorAll(POINTS)];
    links.forEach((link, k) => link.setAttribute("tabindex", k ? "-1" : "0"));
    svg.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser's own: back, select
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const next = step && links[links.indexOf(document.activeElement) + step];
      if (!step) return;
      event.preventDefault();
      if (!next) return;
      document.activeElement.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  }

  // A figure with its legend and buttons. legend: [{ kind, colour, text }]
  function figure(asked) {
    const spec = thinned(asked);
    const drawn = spec.rows ? page.whiskers : draw;
    if (!(spec.rows || [...spec.points, ...(spec.lines || [])]).length) return h("p", { class: "quiet" }, "Nothing to draw.");
    const make = (width) => {
      const made = drawn(spec, false, width);
      made.addEventListener("mouseover", show);
      made.addEventListener("focusin", show);
      walk(made);
      return made;
    };
    const tip = h("div", { class: "tip", role: "status" });
    const show = (event) => {
      const mark = event.target.closest(POINTS) || event.target.closest(".mark")?.parentNode;
      tip.textContent = mark ? mark.querySelector("title")?.textContent || "" : "";
    };
    let width = room();
    let svg = make(width);
    const again = () => {
      if (!svg.isConnected) redrawn.delete(again);
      else if (room() !== width) {
        width = room();
        const next = make(width);
        svg.replaceWith(next);
        svg = next;
      }
    };
    redrawn.add(again);
    const legend = h("ul", { class: "key" }, (spec.legend || []).map((item) => {
      const picture = s("svg", { width: 26, height: 22, viewBox: "0 0 26 22", "aria-hidden": "true" }, keyMark(item, 1, 11));
      return h("li", {}, picture, item.text);
    }));
    return h("figure", { class: "figure" }, svg, tip, legend,
      h("figcaption", {}, spec.caption || ""),
      h("div", { class: "bar" },
        h("button", { type: "button", onclick: async () => page.download(`${spec.file}.png`, await png(sheet(spec, drawn))) }, "Save as PNG"),
        h("button", { type: "button", onclick: () => page.download(`${spec.file}.svg`, new Blob([new XMLSerializer().serializeToString(sheet(spec, drawn))], { type: "image/svg+xml" })) }, "Save as SVG")));
  }

  Object.assign(page, { figure, COLOURS, LIST, svg: { s, ticks, tickLabels, marker, SPACE } });
})(globalThis.polycage);
