"use strict";
// The picture of a crystal as it is saved: for a talk, with title, axes and the colours of the elements.
(function (page) {
  const { h } = page;
  const [LEAST, MARGIN, TITLE, TEXT] = [1600, 50, 64, 50]; // pixels: width, margin, letters
  const STEP = 4; // one pixel in so many is looked at for the crystal's edges
  const FONT = "system-ui, sans-serif";

  // The part of an image that is not like its corner: { x, y, width, height }, with a margin.
  function inked(image) {
    const { width, height } = image;
    const pen = h("canvas", { width, height }).getContext("2d", { willReadFrequently: true });
    pen.drawImage(image, 0, 0);
    const { data } = pen.getImageData(0, 0, width, height);
    const isPaper = (at) => [0, 1, 2, 3].every((k) => Math.abs(data[at + k] - data[k]) < 4);
    const [xs, ys] = [[width, 0], [height, 0]];
    for (let y = 0; y < height; y += STEP) for (let x = 0; x < width; x += STEP) {
      if (isPaper(4 * (y * width + x))) continue;
      xs[0] = Math.min(xs[0], x);
      xs[1] = Math.max(xs[1], x);
      ys[0] = Math.min(ys[0], y);
      ys[1] = Math.max(ys[1], y);
    }
    if (xs[1] < xs[0]) return { x: 0, y: 0, width, height };
    const [x, y] = [Math.max(0, xs[0] - MARGIN), Math.max(0, ys[0] - MARGIN)];
    return { x, y, width: Math.min(width, xs[1] + MARGIN) - x, height: Math.min(height, ys[1] + MARGIN) - y };
  }

  // Words in as many lines as the width asks for.
  function wrapped(pen, words, width) {
    const lines = [];
    for (const word of words) {
      const longer = lines.length ? `${lines.at(-1)}    ${word}` : word;
      if (lines.length && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  // A long text without places to break it, in as many lines as the width asks for.
  function folded(pen, text, width) {
    const lines = [""];
    for (const letter of text) {
      if (lines.at(-1) && pen.measureText(lines.at(-1) + letter).width > width) lines.push("");
      lines[lines.length - 1] += letter;
    }
    return lines;
  }

  // The elements in as many lines as the width asks for: [{ element, colour, x, line }]
  function keyed(pen, elements, width) {
    let [x, line] = [0, 0];
    return elements.map((item) => {
      const taken = TEXT + pen.measureText(item.element).width;
      if (x && x + taken > width) [x, line] = [0, line + 1];
      const out = { ...item, x, line };
      x += taken + 0.9 * TEXT;
      return out;
    });
  }

  // titles: what stands above, in bold, each on lines of its own, and the heights below them; elements: [{ element, colour }]; directions: of the axes
  function poster(image, { titles, heights }, elements, directions, { paper, ink, dark }) {
    const part = inked(image);
    const corner = 2 * page.axes.SIZE * 1.3;
    const width = Math.max(LEAST, part.width + 2 * corner);
    const canvas = h("canvas", { width, height: 10 });
    const pen = canvas.getContext("2d");
    const room = width - 2 * MARGIN;
    pen.font = `600 ${TITLE}px ${FONT}`;
    const heads = titles.flatMap((text) => folded(pen, text, room));
    pen.font = `${TEXT}px ${FONT}`;
    const lines = wrapped(pen, heights, room);
    const key = keyed(pen, elements, room);
    const headed = MARGIN + TITLE + Math.max(0, heads.length - 1) * 1.2 * TITLE;
    const top = headed + lines.length * 1.3 * TEXT + 20;
    const keyHeight = (key.length ? key.at(-1).line : 0) * 1.3 * TEXT; // of all its lines but one
    canvas.height = Math.round(top + part.height + 2 * TEXT + keyHeight + MARGIN);
    pen.fillStyle = paper;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, part.x, part.y, part.width, part.height, (width - part.width) / 2, top, part.width, part.height);
    pen.fillStyle = ink;
    pen.font = `600 ${TITLE}px ${FONT}`;
    heads.forEach((line, k) => pen.fillText(line, MARGIN, MARGIN + (0.75 + 1.2 * k) * TITLE));
    pen.font = `${TEXT}px ${FONT}`;
    lines.forEach((line, k) => pen.fillText(line, MARGIN, headed + (k + 0.85) * 1.3 * TEXT, room));
    const bottom = canvas.height - MARGIN;
    page.axes.paint(pen, directions, dark, [corner / 2, bottom - keyHeight - 1.6 * TEXT - corner / 2], 2.6, ink);
    for (const { element, colour, x: across, line } of key) {
      const [x, y] = [MARGIN + across, bottom - keyHeight + line * 1.3 * TEXT];
      pen.fillStyle = colour;
      pen.strokeStyle = ink;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(x + 0.4 * TEXT, y - 0.35 * TEXT, 0.4 * TEXT, 0, 7);
      pen.fill();
      pen.stroke();
      pen.fillStyle = ink;
      pen.fillText(element, x + TEXT, y);
    }
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  page.poster = poster;
})(globalThis.polycage);
