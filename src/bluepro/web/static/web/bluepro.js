// Small comforts; every page works without them: dialogs, menus, focus on errors, figures typed over, results chosen by
// keys, unsaved changes, one send per form.
(() => {
  "use strict";
  const closeMenus = (but) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== but) menu.open = false; });
  };
  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("[data-open]") ? null : event.target.closest("details.menu"));
    const opener = event.target.closest("[data-open]");
    if (opener) { event.preventDefault(); document.getElementById(opener.dataset.open)?.showModal(); }
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.activeElement?.closest("details.menu[open]")?.querySelector("summary").focus();
    closeMenus(null);
  });

  // Figures are typed over, not added to; a second click places the cursor.
  const figure = "input[inputmode=decimal]";
  let entered = null;
  document.addEventListener("focusin", (event) => { if (event.target.matches(figure)) event.target.select(); });
  document.addEventListener("mousedown", (event) => { entered = event.target === document.activeElement ? null : event.target; });
  document.addEventListener("mouseup", (event) => {
    const field = event.target;
    if (field !== entered || !field.matches?.(figure)) return;
    if (field.selectionStart === field.selectionEnd) field.select();
  });

  // What a search found: arrow keys go through it, Return chooses the only one; it closes when it is left.
  const resultsOf = (field) => document.querySelector(field.getAttribute("hx-target") ?? field.form?.getAttribute("hx-target") ?? "#none");
  const close = (finder) => finder.querySelector("[aria-live]").replaceChildren();
  document.addEventListener("keydown", (event) => {
    const results = event.target.closest("#customers, #services");
    const search = event.target.matches(".find-row input[type=search]") ? event.target : null;
    if (!results && !search) return;
    const found = [...(results ?? resultsOf(search))?.querySelectorAll(".found :is(a, button)") ?? []];
    const at = found.indexOf(event.target);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const to = at + (event.key === "ArrowDown" ? 1 : -1);
      if (to >= 0) found[to]?.focus(); else results?.parentElement.querySelector("input[type=search]")?.focus();
    } else if (event.key === "Enter" && search?.closest(".finder")) {
      event.preventDefault();
      if (search.dataset.found !== search.value || !search.value) return;
      if (found.length === 1) found[0].click(); else found[0]?.focus();
    } else if (event.key === "Escape" && event.target.closest(".finder")) {
      const finder = event.target.closest(".finder");
      finder.querySelector("input[type=search]").focus();
      close(finder);
    }
  });
  document.addEventListener("focusout", (event) => {
    const finder = event.target.closest(".finder");
    if (finder && event.relatedTarget && !finder.contains(event.relatedTarget)) close(finder);
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll(".finder").forEach((finder) => { if (!finder.contains(event.target)) close(finder); });
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const finder = event.target.closest(".finder");
    if (!finder) return;
    const search = finder.querySelector("input[type=search]");
    if (!finder.contains(document.activeElement)) event.detail.shouldSwap = false;
    search.dataset.found = new URL(event.detail.xhr.responseURL).searchParams.get(search.name) ?? "";
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
