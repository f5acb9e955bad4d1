// Facets stand open beside the hits, and closed above them where there is no room.
(() => {
  "use strict";
  const wide = matchMedia("(min-width: 60.01rem)");
  let open = wide.matches;
  const set = () => { const facets = document.querySelector(".all-facets"); if (facets) facets.open = open; };
  set();
  wide.addEventListener("change", () => { open = wide.matches; set(); });
  document.addEventListener("htmx:beforeSwap", () => { const facets = document.querySelector(".all-facets"); if (facets) open = facets.open; });
  document.addEventListener("htmx:afterSwap", set);
})();
