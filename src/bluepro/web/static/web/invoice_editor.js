// The invoice editor while it is open: lines added, moved and removed without a reload, totals as the server computes
// them. No arithmetic here; without this file every button asks the server instead.
(() => {
  "use strict";
  const form = document.getElementById("invoice-form");
  if (!form) return;
  const list = document.getElementById("lines");
  const said = document.getElementById("lines-said");
  form.querySelectorAll("[data-without-script]").forEach((button) => { button.hidden = true; });

  let waiting = 0;
  let under_way = null;
  const totals = async () => {
    under_way?.abort();
    under_way = new AbortController();
    try {
      const answer = await fetch(form.dataset.totals, { method: "POST", body: new FormData(form), signal: under_way.signal });
      if (!answer.ok) return;
      const found = await answer.json();
      document.getElementById("totals").innerHTML = found.totals;
      list.querySelectorAll("[data-amount]").forEach((cell) => {
        const amount = found.amounts[cell.dataset.amount];
        cell.textContent = amount === undefined ? "" : amount.startsWith("-") ? `−$${amount.slice(1)}` : `$${amount}`;
      });
    } catch (error) {
      if (error.name !== "AbortError") document.getElementById("totals").textContent = "The totals cannot be reached right now. What you typed is safe here; saving tells whether it arrived.";
    }
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(totals, 200); };

  const renumber = () => {
    list.querySelectorAll("[data-position]").forEach((place, at) => { place.textContent = `Line ${at + 1}`; });
  };
  const changed = (words) => {
    renumber();
    said.textContent = words;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const move = (line, way) => {
    const other = way === "up" ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    const focused = document.activeElement;
    if (way === "up") other.before(line); else other.after(line);
    focused?.focus();
    changed(`Moved to place ${[...list.children].indexOf(line) + 1} of ${list.children.length}.`);
  };
  const remove = (line) => {
    const next = line.nextElementSibling ?? line.previousElementSibling;
    line.remove();
    (next?.querySelector("[data-move=remove]") ?? document.getElementById("find-service")).focus();
    changed("Line removed.");
  };

  const part = async (address) => {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  };
  const add = async (what) => {
    list.insertAdjacentHTML("beforeend", await part(`${form.dataset.line}?add=${encodeURIComponent(what)}`));
    const line = list.lastElementChild;
    document.getElementById("services").replaceChildren();
    document.getElementById("find-service").value = "";
    (line.classList.contains("line-service") ? line.querySelector("[name^=quantity]") : line.querySelector("[id^=name]")).focus();
    changed(`Line ${list.children.length} added.`);
  };
  const pick = async (contact) => {
    const place = document.getElementById("customer");
    place.innerHTML = await part(`${form.dataset.customer}?contact=${encodeURIComponent(contact)}`);
    document.getElementById("customers").replaceChildren();
    const rate = form.elements.tax_rate;
    if (!form.elements.invoice && !rate.value) rate.value = place.querySelector("[data-rate-used]")?.dataset.rateUsed ?? "";
    const details = form.querySelector("details.find");
    const stayed = details.contains(document.activeElement) || document.activeElement === document.body;
    details.open = false;
    details.querySelector("summary").textContent = "Choose another customer";
    details.querySelector("input").value = "";
    // Who already types elsewhere keeps the focus: taking it would close the search results there.
    if (stayed) (place.querySelector("select") ?? details.querySelector("summary")).focus();
    changed("Customer chosen.");
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button) return;
    const [verb, what] = button.value.split(":");
    const line = button.closest("[data-line]");
    const actions = {
      up: () => move(line, "up"), down: () => move(line, "down"), remove: () => remove(line),
      add: () => add(what), pick: () => pick(what), totals,
      find_customer: () => document.getElementById("find-customer").focus(),
      find_service: () => document.getElementById("find-service").focus(),
    };
    if (!(verb in actions)) return;
    event.preventDefault();
    Promise.resolve(actions[verb]()).catch(() => { said.textContent = "That did not work. Check your connection and try again."; });
  });
  form.addEventListener("keydown", (event) => {
    const line = event.target.closest("[data-line]");
    if (line && event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(line, event.key === "ArrowUp" ? "up" : "down");
    }
    if (event.key === "Enter" && event.target.matches("input[type=search]")) event.preventDefault();
  });
  form.addEventListener("input", (event) => { if (!event.target.matches("input[type=search]")) soon(); });
  form.addEventListener("change", soon);
  renumber();
  // What the server sent back is not saved either: leaving the page asks.
  if ("typed" in form.dataset) form.dispatchEvent(new Event("input", { bubbles: true }));
})();
