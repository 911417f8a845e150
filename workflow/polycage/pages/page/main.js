"use strict";
// Which view is shown: the part of the address after # says so, so that links and the browser's back work.
(function (page) {
  const { h, meta } = page;
  const count = (view) => Object.values(meta.tables).filter((table) => table.view === view && table.rows).length;
  const VIEWS = [
    ["materials", "Materials", page.materials, true],
    ["cages", "Cages", page.cages, meta.counts.cages + meta.counts.voids > 0],
    ["relation", "The relation", page.relation, Boolean(meta.tables.fit || meta.tables.predictions)],
    ["series", "Series", page.series, true],
    ["ledger", "Ledger", page.ledger, count("ledger") > 0],
    ["failures", "Failures and warnings", page.failures, true],
    ["methods", "Methods", page.methods, true],
    ["more", "More tables", page.more, count("more") + count("material") > 0],
  ].filter(([, , , there]) => there);
  const main = document.getElementById("main");
  const side = document.getElementById("side");
  let shown = 0;
  const scrolled = new Map();
  let here = "";

  function wanted() {
    const text = location.hash.slice(1);
    if (text.startsWith("id=")) return { view: "id", id: safelyDecoded(text.slice(3)), filters: {} };
    const [view, query] = text.split("?");
    const found = VIEWS.find(([name]) => name === view);
    return { view: found ? view : "materials", filters: found && query ? Object.fromEntries(new URLSearchParams(query)) : {} };
  }

  function safelyDecoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  async function show() {
    const { view, id, filters } = wanted();
    shown += 1;
    const mine = shown;
    scrolled.set(here, window.scrollY);
    here = location.hash;
    document.body.classList.remove("menu-open");
    document.getElementById("menu").setAttribute("aria-expanded", "false");
    for (const link of side.querySelectorAll("a")) {
      if (link.dataset.view === view || (view === "id" && link.dataset.view === "materials")) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const content = h("div", { class: `view view-${view}` });
    main.replaceChildren(content);
    delete document.body.dataset.ready;
    try {
      if (view === "id") await page.material(content, id);
      else await VIEWS.find(([name]) => name === view)[2](content, filters);
    } catch (error) {
      content.append(h("p", { class: "box failed" }, `This view could not be made: ${error.message}. The tables beside this page are complete.`));
      console.error(error);
    }
    if (mine !== shown) return;
    const heading = content.querySelector("h1");
    document.title = `${heading ? heading.textContent : "polycage"} - polycage`;
    window.scrollTo(0, scrolled.get(here) || 0);
    page.announce(document.title);
    document.body.dataset.ready = here || "#";
  }

  // The theme that was chosen last; a browser may keep nothing for a page from disk.
  function remembered(name) {
    try {
      if (name) localStorage.setItem("polycage-theme", name);
      return localStorage.getItem("polycage-theme");
    } catch {
      return null;
    }
  }

  function theme(name) {
    document.documentElement.dataset.theme = name;
    const button = document.getElementById("theme");
    button.textContent = name === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", name === "dark" ? "Light theme" : "Dark theme");
  }

  for (const [view, title] of VIEWS) side.append(h("a", { href: `#${view}`, "data-view": view }, title));
  document.getElementById("theme").addEventListener("click", () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    theme(next);
    remembered(next);
    page.crystalView.again();
  });
  document.getElementById("menu").addEventListener("click", (event) => {
    const open = document.body.classList.toggle("menu-open");
    event.currentTarget.setAttribute("aria-expanded", String(open));
  });
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  page.findBox(document.getElementById("find"));
  window.addEventListener("hashchange", show);
  // Paper is white, whatever the screen is.
  let onScreen = "";
  window.addEventListener("beforeprint", () => {
    onScreen ||= document.documentElement.dataset.theme; // a browser may tell it twice
    theme("light");
    page.crystalView.again();
  });
  window.addEventListener("afterprint", () => {
    theme(onScreen || document.documentElement.dataset.theme);
    onScreen = "";
    page.crystalView.again();
  });
  // A page of one structure opens with it; its tables are one step away.
  async function opened() {
    if (!location.hash && meta.counts.structures === 1) {
      const { n, columns } = await page.table("materials");
      if (n && !location.hash) history.replaceState(null, "", page.link(columns.structure_id[0]));
    }
    await show();
  }

  theme(remembered() || (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  opened();
})(globalThis.polycage);
