// Preselects the browser's own time zone where nothing was chosen yet.
(() => {
  "use strict";
  const choice = document.querySelector("select[data-guess-zone]");
  if (!choice || choice.closest("form").querySelector("[aria-invalid]")) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...choice.options].some((option) => option.value === zone)) choice.value = zone;
})();
