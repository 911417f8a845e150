"use strict";
// What an atom of the crystal is: its label, element and occupancy, under the mouse or by the key N, one after another.
(function (page) {
  const { h, geometry: g } = page;
  const TIP = "position:absolute;z-index:4;pointer-events:none;padding:.1rem .4rem;border-radius:.3rem;font-size:.85rem;background:var(--paper);color:var(--ink);border:1px solid var(--line)";
  let named = -1; // by the key

  // Ba1 Ba, or all that share a place: Ba1 Ba 0.6, K1 K 0.4
  function words({ all }) {
    return all.map(({ label, element, share }) => [label && label !== element ? label : "", element, share && share < 1 - 1e-6 ? page.fixed(share, 4).replace(/\.?0+$/, "") : ""].filter(Boolean).join(" ")).join(", ");
  }

  // Places of atoms in the frame, in pixels, and pixels in an Å.
  function onScreen(host, { viewer, atoms, right }) {
    const frame = host.getBoundingClientRect();
    const point = (p) => ({ x: p[0], y: p[1], z: p[2] });
    const places = viewer.modelToScreen(atoms.map(({ p }) => point(p))).map(({ x, y }) => [x - frame.left - window.scrollX, y - frame.top - window.scrollY]);
    const [[ax, ay], [bx, by]] = viewer.modelToScreen([point(atoms[0].p), point(g.add(atoms[0].p, right))]).map(({ x, y }) => [x, y]);
    return { places, scale: Math.hypot(bx - ax, by - ay) };
  }

  function tell(host, text, [x, y] = [0, 0]) {
    host.querySelector(".atom-name")?.remove();
    if (!text) return;
    const tip = h("div", { class: "atom-name", style: TIP }, text);
    host.append(tip);
    tip.style.left = `${Math.min(Math.max(0, x + 12), host.clientWidth - tip.offsetWidth)}px`;
    tip.style.top = `${Math.min(Math.max(0, y - tip.offsetHeight - 8), host.clientHeight - tip.offsetHeight)}px`;
  }

  // The foremost atom under the mouse.
  function under(host, view, x, y) {
    const { places, scale } = onScreen(host, view);
    let found = -1;
    let nearest = -Infinity;
    view.atoms.forEach((atom, k) => {
      const depth = g.dot(atom.p, view.towards);
      if (depth > nearest && Math.hypot(places[k][0] - x, places[k][1] - y) <= Math.max(5, scale * view.radius(atom.element))) [found, nearest] = [k, depth];
    });
    return [found, places[found]];
  }

  // view: () => what is drawn and how it is turned
  function listen(host, view) {
    let waiting = false;
    host.addEventListener("mousemove", (event) => {
      if (waiting || event.buttons) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        const now = view();
        if (!now.atoms.length || !host.isConnected) return;
        const frame = host.getBoundingClientRect();
        const [found, place] = under(host, now, event.clientX - frame.left, event.clientY - frame.top);
        tell(host, found < 0 ? "" : words(now.atoms[found]), place);
      });
    });
    for (const end of ["mouseleave", "mousedown", "blur"]) host.addEventListener(end, () => tell(host, ""));
    host.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "n" || event.ctrlKey || event.metaKey || event.altKey) {
        tell(host, "");
        return;
      }
      const now = view();
      const { length } = now.atoms;
      if (!length) return;
      named = (named + (event.shiftKey ? length - 1 : 1)) % length;
      const text = words(now.atoms[named]);
      tell(host, text, onScreen(host, now).places[named]);
      page.announce(text);
      event.preventDefault();
    });
  }

  page.atomNames = { listen };
})(globalThis.polycage);
