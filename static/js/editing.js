// Values changed in place: one editor, outside of what polls exchange, that lies over the value it changes.
// Without scripts the same links lead to a page of the value.

const cell = document.getElementById("cell");
const holder = cell?.querySelector(".cell-input");
let at = "";     // the id of the value being changed: its element may be exchanged meanwhile
let then = null; // what to do when the answer is there
let busy = false;

const anchor = () => document.getElementById(at);
const values = () => [...document.querySelectorAll("a.val")].filter((value) => value.checkVisibility());

// Opening and closing ---------------------------------------------------------------------------

function open(value) {
  at = value.id;
  const { kind, name, path, cell: address } = value.dataset;
  cell.action = address;
  cell.elements.path.value = path;
  cell.elements.expected.value = value.dataset.value;
  cell.elements.act.value = "set";
  cell.querySelector("label").textContent = name;
  holder.replaceChildren(...inputs(value, kind));
  cell.querySelector("[data-do=confirm]").hidden = /(entered|confirmed)$/.test(value.ariaLabel);
  cell.hidden = false;
  place();
  const input = cell.elements.value;
  input.focus();
  input.select?.();
}

function inputs(value, kind) {
  const now = JSON.parse(value.dataset.value);
  const input = document.createElement({ choice: "select", long: "textarea" }[kind] ?? "input");
  Object.assign(input, { name: "value", id: "cell-value", className: "input", autocomplete: "off", maxLength: 500 });
  if (kind === "choice") input.append(...options(JSON.parse(value.dataset.choices), now));
  else input.value = now ?? "";
  if (kind === "long") input.rows = 3;
  if (kind === "number") Object.assign(input, { inputMode: "decimal", className: "input mono" });
  if (kind === "colour") return [pick(input), input];
  return value.dataset.unit ? [input, unit(value.dataset.unit)] : [input];
}

function options(names, now) {
  return names.map((name) => new Option(name, name, name === now, name === now));
}

function unit(now) {
  const select = document.createElement("select");
  Object.assign(select, { name: "unit", className: "input unit", ariaLabel: "Unit" });
  select.append(...options(["cm", "in", "ratio"], now));
  return select;
}

/** The browser's own colour picker beside the hex. */
function pick(input) {
  const picker = document.createElement("input");
  Object.assign(picker, { type: "color", value: input.value.toLowerCase(), ariaLabel: "Pick a colour", className: "pick" });
  input.classList.add("mono");
  picker.addEventListener("input", () => { input.value = picker.value.toUpperCase(); });
  input.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(input.value)) picker.value = input.value.toLowerCase(); });
  return picker;
}

function place() {
  const value = anchor();
  if (!value || cell.hidden) return;
  const box = value.getBoundingClientRect();
  const wide = Math.min(Math.max(box.width + 40, 320), document.documentElement.clientWidth - 24);
  cell.style.width = `${wide}px`;
  cell.style.left = `${Math.max(12, Math.min(box.left - 10, document.documentElement.clientWidth - wide - 12)) + scrollX}px`;
  cell.style.top = `${box.top - 8 + scrollY}px`;
}

function close({ focus = true } = {}) {
  cell.hidden = true;
  holder.replaceChildren();
  if (focus) anchor()?.focus();
  at = "";
}

// Saving ----------------------------------------------------------------------------------------

const same = () => {
  const value = anchor();
  if (!value || (cell.elements.unit && cell.elements.unit.value !== value.dataset.unit)) return false;
  return String(JSON.parse(cell.elements.expected.value) ?? "") === cell.elements.value.value.trim();
};

function send(act, next) {
  if (busy) return;
  if (act === "set" && same()) { next(); return; }
  cell.elements.act.value = act;
  then = next;
  busy = true;
  htmx.ajax("POST", cell.action, { source: cell, swap: "none", values: { version: document.getElementById("page-version").value } });
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt !== cell) return;
  busy = false;
  if (detail.successful || detail.xhr.status === 409) setTimeout(then ?? close);
  else cell.elements.value?.focus();
});

// What somebody else changed meanwhile comes with the refusal.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 409 && detail.xhr.getResponseHeader("X-Version")) Object.assign(detail, { shouldSwap: true, isError: false });
});

function neighbour(step) {
  const all = values(), place = all.findIndex((value) => value.id === at);
  return all[place + step]?.id ?? "";
}

function move(step) {
  const id = neighbour(step);
  send("set", () => {
    const next = document.getElementById(id);
    if (next) { close({ focus: false }); open(next); } else close();
  });
}

const acts = {
  set: () => send("set", close),
  confirm: () => send("confirm", close),
  cancel: () => close(),
  more: () => { const value = anchor(); close(); if (value) more(value); },
};

function more(value) {
  htmx.ajax("GET", value.getAttribute("href"), { source: value, target: "#workbench", swap: "innerHTML" });
}

function confirm(value) {
  open(value);
  send("confirm", close);
}

// Hands -----------------------------------------------------------------------------------------

if (cell) {
  document.addEventListener("click", (event) => {
    const value = event.target.closest?.("a.val");
    if (value && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      if (!busy) open(value);
      return;
    }
    if (!cell.hidden && !busy && !cell.contains(event.target) && !event.target.closest("dialog")) send("set", () => close({ focus: false }));
  });
  cell.addEventListener("click", (event) => {
    const act = event.target.closest("[data-do]")?.dataset.do;
    if (!act) return;
    event.preventDefault();
    acts[act]();
  });
  cell.addEventListener("submit", (event) => { event.preventDefault(); acts.set(); });
  cell.addEventListener("keydown", (event) => {
    const inBar = event.target.closest(".cell-bar");
    if (event.key === "Escape") { event.stopPropagation(); close(); }
    if (event.key === "Enter" && !inBar && !event.shiftKey) { event.preventDefault(); acts.set(); }
    if (event.key === "Tab" && event.target.name === "value" && (event.shiftKey || !cell.elements.unit)) { event.preventDefault(); move(event.shiftKey ? -1 : 1); }
    if (event.key === "Tab" && event.target.name === "unit" && !event.shiftKey) { event.preventDefault(); move(1); }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, dialog");
    if (typing) return;
    const value = event.target.closest?.("a.val");
    const bare = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (value && bare && event.key.toLowerCase() === "c") { event.preventDefault(); confirm(value); }
    if (value && bare && event.key.toLowerCase() === "a") { event.preventDefault(); more(value); }
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z") { event.preventDefault(); undo(); }
  });
  addEventListener("resize", place);
  document.addEventListener("htmx:afterSettle", place);
  document.addEventListener("toggle", () => { if (!cell.hidden && !anchor()?.checkVisibility()) close({ focus: false }); }, true);
}

/** The last change of one's own; the focus stays where it was, though the value was exchanged. */
function undo() {
  const id = document.activeElement?.id;
  const form = document.getElementById("undo-last");
  htmx.ajax("POST", form.action, { source: form, swap: "none", values: { version: document.getElementById("page-version").value } })
    .then(() => { if (id && document.activeElement === document.body) document.getElementById(id)?.focus(); });
}
