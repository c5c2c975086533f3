// Small comforts; every page works without them: dialogs, focus on errors, unsaved changes, one send per form.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) { event.preventDefault(); document.getElementById(opener.dataset.open)?.showModal(); }
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
  });

  let dirty = false;
  document.addEventListener("input", (event) => { if (event.target.closest("form[data-guard]")) dirty = true; });
  document.addEventListener("submit", (event) => {
    dirty = false;
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    if (event.target.method === "post" && !event.target.hasAttribute("hx-post")) event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

  document.addEventListener("DOMContentLoaded", () => { document.querySelector("[data-focus]")?.focus(); });
})();
