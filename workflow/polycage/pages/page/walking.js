"use strict";
// The rows of a grid by the keyboard: one stop of the tab key, the arrow keys go from row to row, also to those out of sight.
(function (page) {
  const SIDEWAYS = 120; // pixels that the arrows to left and right move the columns
  const CALM = 2; // frames in a row in which nothing had to move: the row has come to rest
  const PATIENCE = 120; // frames after which the row is where it is
  const PLAIN = ["altKey", "ctrlKey", "metaKey", "shiftKey"]; // with these a key is the browser's

  // What of a row takes the focus: its link, if it has one.
  const stopOf = (row) => row.querySelector("a.id") || row;

  // holder: the element of the grid; rowHeight: of every row, in pixels. What comes back leads to the present row.
  function walk(table, holder, rowHeight) {
    const frame = holder.querySelector(".tabulator-tableholder");
    let at = 0; // place of the row that the tab key leads to, among those that are left
    let led = 0; // frames for which a key, not a wheel, may still lead the frame to that row; 0: it does not
    let calm = 0;
    let stop = null; // what the tab key leads to
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
      if (frame.contains(stop)) return;
      const all = rows();
      const present = elementOf(all[at]);
      let row = here.includes(present) ? present : null;
      if (!row) {
        const top = all[Math.max(0, Math.min(all.length - 1, Math.ceil(frame.scrollTop / rowHeight)))];
        row = here.includes(elementOf(top)) ? elementOf(top) : here[0];
      }
      stopAt(row);
    }

    // Of all rows only one is a stop, also of those out of sight, which may come back.
    function stopAt(element) {
      stop?.setAttribute("tabindex", "-1");
      stop = stopOf(element);
      stop.setAttribute("tabindex", "0");
    }

    // Scrolls by so many pixels; whether that moved anything.
    function scroll(by) {
      const before = frame.scrollTop;
      if (Math.abs(by) >= 1) frame.scrollTop += Math.sign(by) * Math.ceil(Math.abs(by));
      return frame.scrollTop !== before;
    }

    // From the frame's edge to a place for a row, that lies so far below the upper edge: 0 where it is in sight.
    function off(top) {
      const below = top + rowHeight - frame.clientHeight;
      return top < 0 ? top : Math.max(0, below);
    }

    // Scrolls towards the present row, and puts the focus on it once it is made; whether anything moved.
    function approach() {
      const row = elementOf(rows()[at]);
      const edge = frame.getBoundingClientRect().top;
      if (row && frame.contains(row)) {
        stopAt(row);
        if (document.activeElement !== stopOf(row)) stopOf(row).focus({ preventScroll: true });
        return scroll(off(row.getBoundingClientRect().top - edge));
      }
      frame.focus({ preventScroll: true }); // which stays, whichever rows go
      const first = made()[0]; // all rows have one height: from one of them the others' places are known
      return Boolean(first) && scroll(off(first.getBoundingClientRect().top - edge + (at - placeOf(first)) * rowHeight));
    }

    // Rows that are made late move those that are there: the row is looked at until it is at rest.
    function lead() {
      if (!within) led = 0; // another key led out of the rows
      if (!led) return;
      calm = approach() ? 0 : calm + 1;
      led = calm < CALM ? led - 1 : 0;
      if (led) requestAnimationFrame(lead);
    }

    function go(to) {
      const last = rows().length - 1;
      if (last < 0) return;
      at = Math.max(0, Math.min(last, to));
      const idle = !led;
      [led, calm] = [PATIENCE, 0];
      approach();
      if (idle) requestAnimationFrame(lead);
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
      if (led) return;
      if (!within || (document.activeElement !== document.body && document.activeElement !== frame)) return;
      const present = elementOf(rows()[at]);
      if (present && frame.contains(present)) stopOf(present).focus({ preventScroll: true });
      else frame.focus({ preventScroll: true });
    }));
    for (const name of ["wheel", "pointerdown", "touchstart"]) frame.addEventListener(name, () => { led = 0; }, { passive: true });
    table.on("dataFiltered", () => { at = 0; });
    table.on("dataSorted", () => { at = 0; });
    table.on("renderComplete", settle);
    settle();
    return () => go(at);
  }

  Object.assign(page, { walkRows: walk });
})(globalThis.polycage);
