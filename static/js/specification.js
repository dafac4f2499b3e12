// Flat and measures: rows, flats and photos light each other up; the table works as a spreadsheet does;
// landmarks are dragged. The region is exchanged as a whole by htmx, so listeners sit on the document.

import { exchanged } from "./region.js";

let dragged = null;
let pending = 0; // a landmark that the arrow keys move
export const held = new Set(); // what else may not be exchanged under somebody's hands
export const send = exchanged("specification", () => Boolean(dragged || pending || held.size));
const region = () => document.getElementById("specification");
const inRegion = (target) => target instanceof Element && region()?.contains(target);

// Lighting up ------------------------------------------------------------------------------------

function light(code) {
  for (const element of region()?.querySelectorAll("[data-code]") ?? []) {
    element.classList.toggle("on", code !== "" && element.dataset.code === code);
  }
}

const codeOf = (target) => (inRegion(target) ? (target.closest("[data-code]")?.dataset.code ?? "") : null);

for (const event of ["pointerover", "focusin", "click"]) {
  document.addEventListener(event, ({ target }) => {
    const code = codeOf(target);
    if (code !== null) light(code);
  });
}

// The table as a spreadsheet ---------------------------------------------------------------------

const cells = () => [...(region()?.querySelectorAll(".cell-value") ?? [])];
const isCell = (target) => target instanceof HTMLInputElement && target.classList.contains("cell-value");

function step(cell, by) {
  const next = cells()[cells().indexOf(cell) + by];
  if (!next) return cell.blur(); // the last row is sent as every other
  next.focus();
  next.select();
}

document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!isCell(cell)) return;
  if (event.key === "Enter" || event.key === "ArrowDown") {
    event.preventDefault();
    if (event.key === "Enter" && doubted === said(cell)) keep(cell);
    step(cell, 1);
  } else if (event.key === "ArrowUp") {
    event.preventDefault();
    step(cell, -1);
  } else if (event.key === "Escape") {
    cell.value = cell.defaultValue;
    settle(cell);
    cell.blur();
  }
});

document.addEventListener("paste", (event) => {
  const cell = event.target;
  if (!isCell(cell)) return;
  const lines = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n+$/, "").split("\n");
  if (lines.length < 2) return;
  event.preventDefault();
  const below = cells().slice(cells().indexOf(cell));
  const values = {};
  lines.slice(0, below.length).forEach((line, place) => {
    const text =
      line
        .split("\t")
        .map((part) => part.trim())
        .filter(Boolean)
        .at(-1) ?? "";
    values[below[place].closest("tr").dataset.code] = text;
  });
  send(cell.closest("table").dataset.values, { values: JSON.stringify(values) });
});

// A value that is unusual is refused once; "Keep it", or Enter once more, keeps it.
let doubted = "";
const said = (cell) => `${cell.id}=${cell.value}`;

document.addEventListener("implausible", ({ detail }) => {
  const cell = document.getElementById(`value-${detail.code}`);
  if (!cell || cell.value === cell.defaultValue) return; // pasted: it is not in its cell
  doubted = said(cell);
  doubt(cell);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const cell of cells()) if (said(cell) === doubted && cell.value !== cell.defaultValue) doubt(cell);
});

function doubt(cell) {
  settle(cell);
  cell.setAttribute("aria-invalid", "true");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn keep";
  button.textContent = "Keep it";
  button.addEventListener("click", () => keep(cell));
  cell.closest("td").append(button);
}

function settle(cell) {
  cell.removeAttribute("aria-invalid");
  cell.closest("td").querySelector(".keep")?.remove();
}

function keep(cell) {
  settle(cell);
  doubted = "";
  send(cell.form.getAttribute("action"), { value: cell.value, force: "1" }, [cell]);
}

document.addEventListener("input", ({ target }) => {
  if (isCell(target)) settle(target);
});

// Landmarks --------------------------------------------------------------------------------------

const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const place = (mark) =>
  mark
    .getAttribute("transform")
    .match(/-?[\d.]+/g)
    .map(Number);

function put(mark, x, y) {
  const { width, height } = mark.ownerSVGElement.viewBox.baseVal;
  const inside = [Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))];
  mark.setAttribute("transform", `translate(${inside.join(" ")})`);
}

function pointIn(svg, event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
}

function sendPlace(mark) {
  const [x, y] = place(mark);
  const { width, height } = mark.ownerSVGElement.viewBox.baseVal;
  const { x: left, y: top, unit } = mark.ownerSVGElement.dataset;
  if (unit)
    return send(mark.closest("[data-landmarks]").dataset.landmarks, {
      name: mark.dataset.name,
      x: (x - left) / unit,
      y: (y - top) / unit,
    });
  send(mark.closest("[data-landmarks]").dataset.landmarks, {
    name: mark.dataset.name,
    x: x / width,
    y: y / height,
  });
}

document.addEventListener("pointerdown", (event) => {
  const mark = event.target.closest?.(".landmark");
  if (!mark || !inRegion(mark)) return;
  event.preventDefault();
  mark.focus();
  dragged = { mark, moved: false, from: place(mark) };
  mark.setPointerCapture(event.pointerId);
});
document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const { x, y } = pointIn(dragged.mark.ownerSVGElement, event);
  put(dragged.mark, x, y);
  dragged.moved = true;
});
document.addEventListener("pointerup", () => {
  if (dragged?.moved) sendPlace(dragged.mark);
  dragged = null;
});
document.addEventListener("pointercancel", () => {
  // a call, or the browser took the finger for itself
  if (dragged) put(dragged.mark, ...dragged.from);
  dragged = null;
});
document.addEventListener("keydown", (event) => {
  const mark = event.target.closest?.(".landmark");
  const way = STEP[event.key];
  if (!mark || !way) return;
  event.preventDefault();
  const [x, y] = place(mark);
  const unit = Number(mark.ownerSVGElement.dataset.unit) || 10; // of a cm on the flat; a photo is 1000 across
  const size = unit * (event.shiftKey ? 1 : 0.2);
  put(mark, x + way[0] * size, y + way[1] * size);
  clearTimeout(pending);
  pending = setTimeout(() => {
    pending = 0;
    sendPlace(mark);
  }, 500);
});
