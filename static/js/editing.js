// Values changed in place: one editor, outside of what polls exchange, that lies over the value it changes.
// Without scripts the same links lead to a page of the value.

const cell = document.getElementById("cell");
const holder = cell?.querySelector(".cell-input");
const note = document.getElementById("cell-note");
const undoing = document.getElementById("undo-last");
let at = ""; // the id of the value being changed: its element may be exchanged meanwhile
let then = null; // what to do when the answer is there
let busy = false;
let refusal = ""; // why the last answer changed nothing
let overtaken = false; // somebody else changed the value while it is being changed here
let changes = 0; // made on this page and not taken back

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
  say("");
  const input = cell.elements.value;
  input.setAttribute("aria-describedby", "cell-note");
  input.focus({ preventScroll: true });
  input.select?.();
  place();
  bringIntoSight();
}

function inputs(value, kind) {
  const now = JSON.parse(value.dataset.shown);
  const input = document.createElement({ choice: "select", long: "textarea" }[kind] ?? "input");
  Object.assign(input, {
    name: "value",
    id: "cell-value",
    className: "input",
    autocomplete: "off",
    maxLength: 500,
  });
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
  select.append(
    ...[
      ["cm", "cm"],
      ["in", "in"],
      ["of total length", "ratio"],
    ].map(([name, one]) => new Option(name, one, one === now, one === now)),
  );
  return select;
}

/** The browser's own colour picker beside the hex. */
function pick(input) {
  const picker = document.createElement("input");
  Object.assign(picker, {
    type: "color",
    value: input.value.toLowerCase(),
    ariaLabel: "Pick a colour",
    className: "pick",
  });
  input.classList.add("mono");
  picker.addEventListener("input", () => {
    input.value = picker.value.toUpperCase();
  });
  input.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(input.value)) picker.value = input.value.toLowerCase();
  });
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

/** All of it, its buttons too, above what lies at the edge of the window. */
function bringIntoSight() {
  const box = cell.getBoundingClientRect(),
    { clientHeight } = document.documentElement;
  const over = [...document.querySelectorAll("#toasts > .toast"), undoing]
    .map((one) => one.getBoundingClientRect())
    .filter(({ width, height, left, right }) => width && height && left < box.right && right > box.left);
  const lowest = Math.min(clientHeight, ...over.map(({ top }) => top)) - 12;
  if (box.bottom > lowest) scrollBy(0, Math.min(box.bottom - lowest, box.top - 12));
  else if (box.top < 12) scrollBy(0, box.top - 12);
}

/** Beside the value: why it was not saved. */
function say(words) {
  overtaken = false;
  refusal = "";
  note.hidden = !words;
  note.textContent = words;
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
  const shown =
    cell.elements.expected.value === value.dataset.value ? value.dataset.shown : cell.elements.expected.value;
  return String(JSON.parse(shown) ?? "") === cell.elements.value.value.trim();
};

function send(act, next) {
  if (busy) return;
  if (act === "set" && same()) {
    next();
    return;
  }
  cell.elements.act.value = act;
  then = next;
  busy = true;
  say("");
  htmx.ajax("POST", cell.action, {
    source: cell,
    swap: "none",
    values: { version: document.getElementById("page-version").value },
  });
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt !== cell) return;
  busy = false;
  if (detail.xhr.status === 409) setTimeout(meet);
  else if (detail.successful && !isSignedOut(detail.xhr)) setTimeout(then ?? close);
  else stay();
});

const isSignedOut = (xhr) => new URL(xhr.responseURL || location, location).pathname.startsWith("/accounts/");

/** Not saved: what was typed stays where it is. */
function stay() {
  if (refusal) say(refusal);
  place();
  bringIntoSight();
  cell.elements.value?.focus({ preventScroll: true });
}

/** Somebody else was first. Both values are seen, and the next save is meant to replace theirs. */
function meet() {
  const value = anchor(),
    input = cell.elements.value;
  if (!value) {
    stay();
    return;
  }
  const was = String(JSON.parse(cell.elements.expected.value) ?? ""),
    yours = input.value.trim();
  cell.elements.expected.value = value.dataset.value;
  const typed = yours !== was;
  if (!typed) input.value = JSON.parse(value.dataset.shown) ?? "";
  const words = typed
    ? `Yours: “${yours}”. Save again to replace it, Esc to keep theirs.`
    : "Confirm again to confirm this, Esc to leave it.";
  refusal = `${refusal || "This was changed meanwhile."} ${words}`;
  stay();
  overtaken = true;
}

// What else is said of a change comes as a toast; why one was refused stands beside the value.
cell?.addEventListener("toast", (event) => {
  if (event.detail.tone !== "bad") return;
  event.stopPropagation();
  refusal = event.detail.text;
});

// What somebody else changed meanwhile comes with the refusal.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 409 && detail.xhr.getResponseHeader("X-Version"))
    Object.assign(detail, { shouldSwap: true, isError: false });
});

function neighbour(step) {
  const all = values(),
    place = all.findIndex((value) => value.id === at);
  return all[place + step]?.id ?? "";
}

function move(step) {
  const id = neighbour(step);
  send("set", () => {
    const next = document.getElementById(id);
    if (next) {
      close({ focus: false });
      open(next);
    } else close();
  });
}

const acts = {
  set: () => send("set", close),
  confirm: () => send("confirm", close),
  cancel: () => close(),
  more: () => {
    const value = anchor();
    close();
    if (value) more(value);
  },
};

// The colour in the dialog of a value has the same picker as in place.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== "workbench") return;
  detail.target
    .querySelectorAll("[data-pick]")
    .forEach((swatch) => swatch.replaceWith(pick(document.getElementById(swatch.dataset.pick))));
});

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
      if (cell.hidden) open(value);
      else leave(value.id);
      return;
    }
    if (!cell.hidden && !cell.contains(event.target) && !event.target.closest("dialog, #toasts")) leave("");
  });
  cell.addEventListener("click", (event) => {
    const act = event.target.closest("[data-do]")?.dataset.do;
    if (!act) return;
    event.preventDefault();
    acts[act]();
  });
  cell.addEventListener("submit", (event) => {
    event.preventDefault();
    acts.set();
  });
  cell.addEventListener("keydown", (event) => {
    const inBar = event.target.closest(".cell-bar");
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (event.key === "Enter" && !inBar && !event.shiftKey) {
      event.preventDefault();
      acts.set();
    }
    if (event.key === "Tab" && event.target.name === "value" && (event.shiftKey || !cell.elements.unit)) {
      event.preventDefault();
      move(event.shiftKey ? -1 : 1);
    }
    if (event.key === "Tab" && event.target.name === "unit" && !event.shiftKey) {
      event.preventDefault();
      move(1);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.("input, textarea, select, dialog")) return;
    const value = event.target.closest?.("a.val");
    const bare = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (value && bare && event.key.toLowerCase() === "c") {
      event.preventDefault();
      confirm(value);
    }
    if (value && bare && event.key.toLowerCase() === "a") {
      event.preventDefault();
      more(value);
    }
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z") {
      event.preventDefault();
      undo();
    }
  });
  addEventListener("resize", place);
  document.addEventListener("htmx:afterSettle", place);
  document.addEventListener(
    "toggle",
    () => {
      if (!cell.hidden && !anchor()?.checkVisibility()) close({ focus: false });
    },
    true,
  );
}

/** Pressed elsewhere: saved on the way, unless that would replace what somebody else has just entered. */
function leave(id) {
  if (busy) return;
  if (overtaken) {
    stay();
    return;
  }
  send("set", () => {
    const next = document.getElementById(id);
    close({ focus: false });
    if (next) open(next);
  });
}

// Taking back -----------------------------------------------------------------------------------

/** The last change of one's own; the focus stays where it was, though the value was exchanged. */
function undo() {
  const id = document.activeElement?.id;
  htmx
    .ajax("POST", undoing.action, {
      source: undoing,
      swap: "none",
      values: { version: document.getElementById("page-version").value },
    })
    .then(() => {
      if (id && document.activeElement === document.body) document.getElementById(id)?.focus();
    });
}

function count(now) {
  changes = Math.max(0, now);
  undoing.classList.toggle("on", changes > 0);
}

if (undoing) {
  undoing.addEventListener("submit", (event) => {
    event.preventDefault();
    undo();
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt === undoing && detail.xhr.status) count(detail.successful ? changes - 1 : 0);
  });
  // A new entry gets the focus: where the form to add it stood, all was exchanged.
  document.addEventListener("edited", ({ detail }) => {
    count(changes + 1);
    if (detail.at) setTimeout(() => document.querySelector(`a.val[id^="${detail.at}"]`)?.focus());
  });
}
