"use strict";
// The rows of a grid by the keyboard: one stop of the tab key, the arrow keys go from row to row, also to those out of sight.
(function (page) {
  const SIDEWAYS = 120; // pixels that the arrows to left and right move the columns
  const REST_MS = 150; // after which the rows that a key has moved have come to rest
  const PLAIN = ["altKey", "ctrlKey", "metaKey", "shiftKey"]; // with these a key is the browser's

  // What of a row takes the focus: its link, if it has one.
  const stopOf = (row) => row.querySelector("a.id") || row;

  // holder: the element of the grid; rowHeight: of every row, in pixels
  function walk(table, holder, rowHeight) {
    const frame = holder.querySelector(".tabulator-tableholder");
    let at = 0; // place of the row that the tab key leads to, among those that are left
    let walked = false; // whether a key, not a wheel, scrolls
    let rest = 0;
    let within = false; // whether the focus is, or was when its row went out of sight, in the rows
    frame.setAttribute("tabindex", "-1");

    const rows = () => table.getRows("active");
    const made = () => [...frame.querySelectorAll(".tabulator-row")];
    const elementOf = (row) => row?._row.element || null; // getElement() would make one of every row it is asked for
    const placeOf = (element) => rows().findIndex((row) => elementOf(row) === element);

    // The one stop: the present row where it is made, else the first one in sight.
    function settle() {
      const here = made();
      if (!here.length) return;
      const old = frame.querySelector("[tabindex='0']");
      if (old && here.some((row) => stopOf(row) === old)) return;
      const all = rows();
      const present = elementOf(all[at]);
      let row = here.includes(present) ? present : null;
      if (!row) {
        const top = all[Math.max(0, Math.min(all.length - 1, Math.ceil(frame.scrollTop / rowHeight)))];
        row = here.includes(elementOf(top)) ? elementOf(top) : here[0];
      }
      stopOf(row).setAttribute("tabindex", "0");
    }

    function stopAt(element) {
      for (const old of frame.querySelectorAll("[tabindex='0']")) old.setAttribute("tabindex", "-1");
      stopOf(element).setAttribute("tabindex", "0");
    }

    function walking() {
      walked = true;
      clearTimeout(rest);
      rest = setTimeout(() => { walked = false; }, REST_MS);
    }

    // Scrolls until a row that is made is in sight.
    function bring(element) {
      const [box, sight] = [element.getBoundingClientRect(), frame.getBoundingClientRect()];
      const low = sight.top + frame.clientHeight;
      const off = box.top < sight.top ? box.top - sight.top : Math.max(0, box.bottom - low);
      if (Math.abs(off) < 1) return;
      walking();
      frame.scrollTop += Math.sign(off) * Math.ceil(Math.abs(off));
    }

    async function go(to) {
      const all = rows();
      if (!all.length) return;
      at = Math.max(0, Math.min(all.length - 1, to));
      const row = all[at];
      if (!frame.contains(elementOf(row))) {
        walking();
        await table.scrollToRow(row, to > all.length / 2 ? "bottom" : "top", true);
      }
      const element = row.getElement();
      bring(element);
      stopAt(element);
      stopOf(element).focus({ preventScroll: true });
    }

    frame.addEventListener("keydown", (event) => {
      if (PLAIN.some((key) => event[key])) return;
      const screen = Math.max(1, Math.floor(frame.clientHeight / rowHeight) - 1);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + screen, PageUp: at - screen, Home: 0, End: Infinity }[event.key];
      const aside = { ArrowRight: SIDEWAYS, ArrowLeft: -SIDEWAYS }[event.key];
      if (to === undefined && !aside) return;
      event.preventDefault();
      event.stopPropagation(); // Tabulator has a use of its own for them
      if (aside) frame.scrollLeft += aside;
      else go(to);
    });
    frame.addEventListener("focusin", (event) => {
      within = true;
      const row = event.target.closest(".tabulator-row");
      if (!row) return;
      const place = placeOf(row);
      if (place >= 0) at = place;
      stopAt(row);
    });
    frame.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !frame.contains(event.relatedTarget)) within = false;
      else if (event.target.isConnected && document.hasFocus()) setTimeout(() => { if (event.target.isConnected && document.activeElement === document.body) within = false; });
    });
    // A row that is scrolled out of sight takes the focus with it: the frame keeps the place.
    table.on("scrollVertical", () => requestAnimationFrame(() => {
      settle();
      if (walked && within) {
        const here = elementOf(rows()[at]);
        if (!here || !frame.contains(here)) {
          go(at);
          return;
        }
        bring(here); // rows were made meanwhile, which may have moved it
      }
      if (!within || (document.activeElement !== document.body && document.activeElement !== frame)) return;
      const present = elementOf(rows()[at]);
      if (present && frame.contains(present)) stopOf(present).focus({ preventScroll: true });
      else frame.focus({ preventScroll: true });
    }));
    for (const name of ["wheel", "pointerdown", "touchstart"]) frame.addEventListener(name, () => { walked = false; }, { passive: true });
    table.on("dataFiltered", () => { at = 0; });
    table.on("dataSorted", () => { at = 0; });
    table.on("renderComplete", settle);
    settle();
  }

  Object.assign(page, { walkRows: walk });
})(globalThis.polycage);
