// The page of a document: saying the section of a statement by keyboard, and printing.
(() => {
  "use strict";
  const select = document.getElementById("label");
  const say = document.getElementById("say");
  const print = document.getElementById("print");
  const boxes = () => [...document.querySelectorAll("input[name=statement]")];
  const current = () => document.querySelector(".statement.current");

  function land() {
    const found = location.hash.startsWith("#c") && document.getElementById(location.hash.slice(1));
    if (!found || !found.matches(".statement")) return;
    for (const other of document.querySelectorAll("[data-row].current")) other.classList.remove("current");
    found.classList.add("current");
  }

  function tell() {
    const count = boxes().filter((box) => box.checked).length;
    document.getElementById("chosen").textContent = count ? `${count} selected` : "none selected";
  }

  function open() {
    const row = current();
    if (!boxes().some((box) => box.checked) && row) row.querySelector("input[name=statement]").checked = true;
    tell();
    select.focus();
  }

  if (print) print.addEventListener("click", () => window.print());
  window.addEventListener("hashchange", land);
  land();
  if (!say) return;
  document.addEventListener("change", (event) => { if (event.target.name === "statement") tell(); });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target === select && event.key === "Enter") {
      event.preventDefault();
      select.form.requestSubmit(say.querySelector("button:not([name])"));
      return;
    }
    if (event.key !== "l" || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    event.preventDefault();
    open();
  });
  tell();
})();
