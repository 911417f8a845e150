"use strict";
// A figure of values with their intervals, a line each: a dot with whiskers.
(function (page) {
  const { s, ticks, tickLabels, marker, SPACE } = page.svg;
  const LABELS = 285; // width of the labels; in a narrow figure they stand above their lines
  const [NARROW, LONG] = [500, 40]; // width of a figure in pixels; letters of a heading
  const [RIGHT, TOP, BOTTOM] = [22, 8, 46];

  // spec: { rows: [{ label, value, low, high, kind, colour, note } or { heading }], unit, xLabel, reference: [{ value, from, to }] }
  function whiskers(spec, paper, width) {
    const narrow = width < NARROW;
    const [left, step] = narrow ? [14, 42] : [LABELS, 27];
    const rows = spec.rows.map((row, k) => ({ ...row, y: TOP + (k + 0.5) * step }));
    const height = TOP + rows.length * step + BOTTOM;
    const ink = paper ? "#1a1a1a" : "currentColor";
    const values = rows.filter((row) => !row.heading);
    const top = 1.04 * Math.max(...values.map((row) => row.high ?? row.value)) || 1; // all may be 0
    const px = (x) => left + (x / top) * (width - left - RIGHT);
    const end = height - BOTTOM;
    const svg = s("svg", { width: paper ? null : width, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": spec.title, "font-family": "system-ui, sans-serif", "font-size": 13, color: paper ? ink : null, xmlns: paper ? SPACE : null });
    if (paper) svg.append(s("rect", { width, height, fill: "white" }));
    for (const [x, text] of tickLabels(ticks(0, top, narrow ? 4 : 6))) {
      svg.append(s("path", { d: `M${px(x)} ${TOP}V${end}`, stroke: ink, "stroke-opacity": 0.12 }),
        s("text", { x: px(x), y: end + 18, "text-anchor": "middle", fill: ink }, text));
    }
    svg.append(s("path", { d: `M${left} ${end}H${width - RIGHT}`, stroke: ink, fill: "none" }),
      s("text", { x: (left + width - RIGHT) / 2, y: height - 8, "text-anchor": "middle", fill: ink }, spec.xLabel));
    for (const { value, from, to } of spec.reference || []) {
      svg.append(s("path", { d: `M${px(value)} ${rows[from].y - step / 2}V${rows[to].y + step / 2}`, stroke: ink, "stroke-opacity": 0.55, "stroke-dasharray": "3 3" }));
    }
    for (const row of rows) svg.append(row.heading ? heading(row, narrow ? left : 4, ink, narrow) : line(row, { px, narrow, left, ink, unit: spec.unit }));
    return svg;
  }

  // In a narrow figure a long one takes two lines.
  function heading(row, x, ink, narrow) {
    const at = narrow && row.heading.length > LONG ? row.heading.lastIndexOf(" ", LONG) : row.heading.length;
    const lines = [row.heading.slice(0, at), row.heading.slice(at + 1)].filter(Boolean);
    return s("text", { y: row.y + 6 - 16 * (lines.length - 1), "font-weight": 600, fill: ink }, lines.map((text, k) => s("tspan", { x, dy: k ? 16 : 0 }, text)));
  }

  function line(row, { px, narrow, left, ink, unit }) {
    const y = narrow ? row.y + 10 : row.y;
    const interval = row.low === null || row.low === undefined ? "" : `, 95 % interval ${row.low.toFixed(1)} to ${row.high.toFixed(1)} ${unit}`;
    const text = `${row.label}: ${row.value.toFixed(1)} ${unit}${interval}${row.note ? `; ${row.note}` : ""}`;
    const label = s("text", narrow ? { x: left, y: y - 11, fill: ink } : { x: left - 10, y: y + 4.5, "text-anchor": "end", fill: ink }, row.label);
    const mark = s("g", { class: "mark" });
    if (interval) {
      const [a, b] = [px(row.low), px(row.high)];
      mark.append(s("path", { d: `M${a} ${y}H${b}M${a} ${y - 5}v10M${b} ${y - 5}v10`, stroke: row.colour, "stroke-width": 1.6, fill: "none" }));
    }
    mark.append(marker(row.kind, px(row.value), y, row.colour));
    return s("g", { role: "img", "aria-label": text }, s("title", {}, text), label, mark);
  }

  page.whiskers = whiskers;
})(globalThis.polycage);
