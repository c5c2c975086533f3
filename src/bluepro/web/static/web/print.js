// The customer's invoice: a button that opens the browser's own print window, which also saves a PDF.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
