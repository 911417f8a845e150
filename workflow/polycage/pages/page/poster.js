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

  // title: what stands above, in bold, and the heights below it; elements: [{ element, colour }]; directions: of the axes
  function poster(image, { title, heights }, elements, directions, { paper, ink, dark }) {
    const part = inked(image);
    const corner = 2 * page.axes.SIZE * 1.3;
    const width = Math.max(LEAST, part.width + 2 * corner);
    const canvas = h("canvas", { width, height: 10 });
    const pen = canvas.getContext("2d");
    pen.font = `${TEXT}px ${FONT}`;
    const lines = wrapped(pen, heights, width - 2 * MARGIN);
    const top = MARGIN + TITLE + lines.length * 1.3 * TEXT + 20;
    canvas.height = Math.round(top + part.height + 2 * TEXT + MARGIN);
    pen.fillStyle = paper;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, part.x, part.y, part.width, part.height, (width - part.width) / 2, top, part.width, part.height);
    pen.fillStyle = ink;
    pen.font = `600 ${TITLE}px ${FONT}`;
    pen.fillText(title, MARGIN, MARGIN + 0.75 * TITLE, width - 2 * MARGIN);
    pen.font = `${TEXT}px ${FONT}`;
    lines.forEach((line, k) => pen.fillText(line, MARGIN, MARGIN + TITLE + (k + 0.85) * 1.3 * TEXT, width - 2 * MARGIN));
    const bottom = canvas.height - MARGIN;
    page.axes.paint(pen, directions, dark, [corner / 2, bottom - 1.6 * TEXT - corner / 2], 2.6, ink);
    let x = MARGIN;
    for (const { element, colour } of elements) {
      pen.fillStyle = colour;
      pen.strokeStyle = ink;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(x + 0.4 * TEXT, bottom - 0.35 * TEXT, 0.4 * TEXT, 0, 7);
      pen.fill();
      pen.stroke();
      pen.fillStyle = ink;
      pen.fillText(element, x + TEXT, bottom);
      x += 1.9 * TEXT + pen.measureText(element).width;
    }
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  page.poster = poster;
})(globalThis.polycage);
