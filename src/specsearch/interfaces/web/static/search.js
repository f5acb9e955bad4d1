// The search page: which facets stand open, what makes a step in the history, and more hits below those that are read.
(() => {
  "use strict";
  const wide = matchMedia("(min-width: 60.01rem)");
  let open = wide.matches, inner = [], settled = true, more = null;
  const set = () => {
    const facets = document.querySelector(".all-facets");
    if (facets) facets.open = open;
    for (const id of inner) { const rest = document.getElementById(id); if (rest) rest.open = true; }
  };
  set();
  wide.addEventListener("change", () => { open = wide.matches; set(); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const facets = document.querySelector(".all-facets");
    if (!facets || event.detail.target.id !== "facets") return;
    open = facets.open;
    inner = [...facets.querySelectorAll("details[open]")].map((rest) => rest.id);
  });
  document.addEventListener("htmx:afterSwap", set);

  // What is typed takes the place of what was typed just before; the first letter after an answer that was asked for is a step.
  document.addEventListener("htmx:configRequest", (event) => {
    const id = event.detail.elt.id;
    if (id === "q") { if (settled) event.detail.headers["X-Step"] = "new"; settled = false; } else if (["ask", "facets", "more"].includes(id)) settled = true;
  });

  // Who asks for more stays where they are, with what they selected.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "hits") return;
    const asked = event.detail.requestConfig.elt.id === "more";
    more = asked ? { from: document.querySelectorAll("#hits [data-row]").length, picked: [...document.querySelectorAll("#hits [data-pick]:checked")].map((box) => box.value) } : null;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!more || event.detail.target.id !== "hits") return;
    for (const box of document.querySelectorAll("#hits [data-pick]")) box.checked = more.picked.includes(box.value);
    document.querySelectorAll("#hits [data-row]")[more.from]?.querySelector("[data-open]")?.focus({ preventScroll: true });
    more = null;
  });
})();
