"use strict";
// The directions a, b, c in a corner of the view, where no atom hides them.
(function (page) {
  const SIZE = 92; // pixels of the corner
  const [REACH, BEYOND] = [25, 16]; // of an arrow; of its letter beyond it
  const COLOURS = { light: ["#B24E00", "#007A59", "#0072B2"], dark: ["#FF9A4D", "#3FCFA3", "#66B8F0"] };

  // The three arrows, the farthest one first. directions: unit vectors of a, b, c as [right, up, towards the reader].
  function arrows(directions, dark) {
    return directions.map(([x, y, depth], k) => ({ name: "abc"[k], x, y: -y, depth, colour: COLOURS[dark ? "dark" : "light"][k], length: Math.hypot(x, y) }))
      .sort((one, other) => one.depth - other.depth);
  }

  // Where the letter stands: beyond the tip, or beside the dot of an arrow that points at the reader.
  function letter(arrow) {
    if (arrow.length > 0.12) return [arrow.x, arrow.y].map((x) => (REACH + BEYOND / arrow.length) * x);
    return [-11, 11];
  }

  function tip({ x, y, length }) {
    const [ux, uy] = [x / length, y / length];
    const at = (along, across) => [REACH * x + along * ux - across * uy, REACH * y + along * uy + across * ux];
    return [at(8, 0), at(-2, 4.5), at(-2, -4.5)];
  }

  function drawn(directions, dark) {
    const { s } = page.svg;
    const svg = s("svg", { class: "axes", width: SIZE, height: SIZE, viewBox: `${-SIZE / 2} ${-SIZE / 2} ${SIZE} ${SIZE}`, "aria-hidden": "true" });
    for (const arrow of arrows(directions, dark)) {
      const { x, y, colour, length } = arrow;
      svg.append(s("path", { d: `M0 0L${REACH * x} ${REACH * y}`, stroke: colour, "stroke-width": 3, "stroke-linecap": "round" }));
      if (length > 0.12) svg.append(s("path", { d: `M${tip(arrow).map((p) => p.join(" ")).join("L")}Z`, fill: colour }));
      else svg.append(s("circle", { r: 4, fill: colour }));
      const [lx, ly] = letter(arrow);
      svg.append(s("text", { x: lx, y: ly + 4.5, "text-anchor": "middle", "font-size": 14, "font-style": "italic", fill: "currentColor" }, arrow.name));
    }
    return svg;
  }

  // The same with a pen on a canvas, around a point and so many times larger.
  function paint(pen, directions, dark, [px, py], scale, ink) {
    pen.save();
    pen.translate(px, py);
    pen.scale(scale, scale);
    pen.lineWidth = 3;
    pen.lineCap = "round";
    pen.font = "italic 14px system-ui, sans-serif";
    pen.textAlign = "center";
    for (const arrow of arrows(directions, dark)) {
      pen.strokeStyle = arrow.colour;
      pen.fillStyle = arrow.colour;
      pen.beginPath();
      pen.moveTo(0, 0);
      pen.lineTo(REACH * arrow.x, REACH * arrow.y);
      pen.stroke();
      pen.beginPath();
      if (arrow.length > 0.12) tip(arrow).forEach(([x, y]) => pen.lineTo(x, y));
      else pen.arc(0, 0, 4, 0, 7);
      pen.fill();
      pen.fillStyle = ink;
      const [lx, ly] = letter(arrow);
      pen.fillText(arrow.name, lx, ly + 4.5);
    }
    pen.restore();
  }

  page.axes = { drawn, paint, SIZE };
})(globalThis.polycage);
