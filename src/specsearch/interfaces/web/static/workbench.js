// Keys and small helps of all pages. Nothing here is needed to read, search, decide or download.
(() => {
  "use strict";
  const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.getClientRects().length > 0);
  const current = () => document.querySelector("[data-row].current");

  function goTo(row) {
    if (!row) return;
    for (const other of document.querySelectorAll("[data-row].current")) other.classList.remove("current");
    row.classList.add("current");
    const link = row.querySelector("[data-open]");
    if (link) link.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = rows(), at = all.indexOf(current());
    goTo(at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[Math.min(all.length - 1, Math.max(0, at + by))]);
  }

  function picked() {
    return [...document.querySelectorAll("input[data-pick]:checked")].map((box) => box.dataset.pick || box.value);
  }

  function compare() {
    const chosen = [...new Set(picked())];
    const given = document.body.dataset.role || document.querySelector("[data-role]")?.dataset.role;
    if (given && !chosen.includes(given)) chosen.unshift(given);
    if (!chosen.length) return; // of one alone or of too many, the page says so
    location.href = "/compare?" + chosen.map((id) => "role=" + encodeURIComponent(id)).join("&");
  }

  const actions = {
    "/": () => { const field = document.querySelector("[data-first]") || document.querySelector("input[type=search]"); if (!field) return false; field.focus(); field.select(); },
    j: () => step(1),
    k: () => step(-1),
    Enter: () => { const link = current()?.querySelector("[data-open]"); if (link && document.activeElement !== link) link.click(); else return false; },
    x: () => { const box = current()?.querySelector("input[type=checkbox]"); if (box) box.click(); },
    c: compare,
    "?": () => document.getElementById("keys")?.showModal(),
  };

  // Who opens a row and comes back, is at that row again.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-row] [data-open]");
    if (link) sessionStorage.setItem("opened", JSON.stringify([location.href, link.getAttribute("href")]));
  });
  let returning = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const comeBack = () => {
    const [at, href] = JSON.parse(sessionStorage.getItem("opened") || "[]");
    if (!returning || at !== location.href || current()) return;
    const row = rows().find((row) => row.querySelector("[data-open]")?.getAttribute("href") === href);
    if (row) { returning = false; goTo(row); }
  };
  addEventListener("pageshow", comeBack);
  document.addEventListener("htmx:afterSettle", comeBack); // of rows that come after the page
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => { returning = false; }, { once: true });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") { event.preventDefault(); event.target.blur(); } // what is typed stays
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary, input")) return;
    const act = actions[event.key];
    if (act && act() !== false) event.preventDefault();
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && !row.classList.contains("current")) {
      for (const other of document.querySelectorAll("[data-row].current")) other.classList.remove("current");
      row.classList.add("current");
    }
  });

  const keys = document.getElementById("show-keys");
  if (keys) {
    keys.hidden = false;
    keys.addEventListener("click", actions["?"]);
  }
  for (const element of document.querySelectorAll(".needs-script")) element.hidden = false;
  document.documentElement.classList.add("scripted");

  // What a server refuses is a page too: it takes the place of what was asked for.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  document.addEventListener("htmx:sendError", (event) => {
    const place = document.getElementById("unreachable");
    if (place) place.hidden = false;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const place = document.getElementById("unreachable");
    if (place && event.detail.successful) place.hidden = true;
  });
})();
