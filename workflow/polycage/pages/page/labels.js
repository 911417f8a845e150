"use strict";
// Labels of heights beside the crystal: inside the frame, off the compass, none upon another, each with a line to its arrow.
(function (page) {
  const [HEIGHT, PADDING, GAP, EDGE] = [22, 6, 4, 3]; // pixels: of a label, beside its text, between labels, to the frame
  const [STEPS, ROUNDS] = [16, 9]; // directions that are tried, and how far
  const FONT = "14px system-ui, sans-serif";
  let pen = null;

  function widthOf(text) {
    pen ??= document.createElement("canvas").getContext("2d");
    pen.font = FONT;
    return pen.measureText(text).width + 2 * PADDING;
  }

  // Area that two boxes { x, y, width, height } share.
  function shared(a, b, gap) {
    const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) + gap;
    const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) + gap;
    return across > 0 && down > 0 ? across * down : 0;
  }

  // Where a label may stand: beside its point, then all around it, ever farther.
  function* candidates({ x, y, side, width, height }, off) {
    for (const way of [side, -side]) yield [x + way * (off + width / 2), y];
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (let k = 0; k < STEPS; k += 1) {
        const angle = (side > 0 ? 0 : Math.PI) + (k % 2 ? 1 : -1) * Math.ceil(k / 2) * ((2 * Math.PI) / STEPS);
        yield [x + Math.cos(angle) * (off + width / 2) * (0.6 + 0.25 * round), y + Math.sin(angle) * (height + GAP) * (0.5 + round)];
      }
    }
  }

  // Boxes of labels { text, x, y, side }, one after another at its first free place. blocked: boxes that stay free.
  function placed(labels, { width, height, off, blocked = [], scale = 1 }) {
    const taken = blocked.map((box) => box);
    return labels.map((label) => {
      const size = { width: scale * widthOf(label.text), height: scale * HEIGHT };
      const inside = (at, room, length) => Math.min(Math.max(at, scale * EDGE), Math.max(scale * EDGE, room - length - scale * EDGE));
      let best = null;
      for (const [x, y] of candidates({ ...label, ...size }, scale * off)) {
        const box = { x: inside(x - size.width / 2, width, size.width), y: inside(y - size.height / 2, height, size.height), ...size };
        const cost = taken.reduce((sum, other) => sum + shared(box, other, scale * GAP), 0);
        if (!best || cost < best.cost) best = { box, cost };
        if (!cost) break;
      }
      taken.push(best.box);
      return { ...label, ...best.box, at: [label.x, label.y] };
    });
  }

  // The point of a box that is nearest to another one.
  const nearest = ({ x, y, width, height }, [px, py]) => [Math.min(Math.max(px, x), x + width), Math.min(Math.max(py, y), y + height)];

  function drawn(boxes, { width, height, ink }) {
    const { s } = page.svg;
    const lines = boxes.map((box) => s("path", { d: `M${box.at.join(" ")}L${nearest(box, box.at).join(" ")}`, stroke: ink, "stroke-width": 1 }));
    return page.h("div", { class: "labels", "aria-hidden": "true", style: "position:absolute;inset:0;pointer-events:none;z-index:3" },
      s("svg", { width, height, style: "position:absolute;inset:0" }, lines),
      boxes.map(({ text, x, y, width: wide, height: high, colour, letters }) => page.h("span", {
        style: `position:absolute;left:${x}px;top:${y}px;width:${wide}px;height:${high}px;border-radius:3px;text-align:center;white-space:pre;background:${colour};color:${letters};font:${FONT.replace("px", `px/${high}px`)}`,
      }, text)));
  }

  // The same with a pen on a canvas.
  function paint(pencil, boxes, scale, ink) {
    pencil.lineWidth = scale;
    pencil.strokeStyle = ink;
    for (const box of boxes) {
      pencil.beginPath();
      pencil.moveTo(...box.at);
      pencil.lineTo(...nearest(box, box.at));
      pencil.stroke();
    }
    pencil.font = FONT.replace("14", String(14 * scale));
    pencil.textAlign = "center";
    for (const { text, x, y, width, height, colour, letters } of boxes) {
      pencil.fillStyle = colour;
      pencil.fillRect(x, y, width, height);
      pencil.fillStyle = letters;
      pencil.fillText(text, x + width / 2, y + height / 2 + 5 * scale);
    }
  }

  page.labels = { placed, drawn, paint };
})(globalThis.polycage);
