// Judging with keys: what carries data-key is pressed by it. One key, one judgement: what is typed before the next passage is there, is not taken for it.
(() => {
  "use strict";
  let sent = false;
  const typing = (element) => element.closest("input:not([type=hidden]), textarea, select, dialog") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (!sent) target.click();
  }, true);

  document.addEventListener("click", (event) => {
    if (event.target.closest("a[data-key]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) sent = true;
  });
  document.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => { sent = false; });
})();
