// Flat and measures: rows, flats and photos light each other up; the table works as a spreadsheet does;
// landmarks are dragged. The region is exchanged as a whole by htmx, so listeners sit on the document.

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

function step(cell, by) {
  const next = cells()[cells().indexOf(cell) + by];
  next?.focus();
  next?.select();
}

document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!(cell instanceof HTMLInputElement) || !cell.classList.contains("cell-value")) return;
  if (event.key === "Enter" || event.key === "ArrowDown") {
    event.preventDefault();
    step(cell, 1);
  } else if (event.key === "ArrowUp") {
    event.preventDefault();
    step(cell, -1);
  } else if (event.key === "Escape") {
    cell.value = cell.dataset.was;
    cell.blur();
  }
});

document.addEventListener("paste", (event) => {
  const cell = event.target;
  if (!(cell instanceof HTMLInputElement) || !cell.classList.contains("cell-value")) return;
  const lines = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n+$/, "").split("\n");
  if (lines.length < 2) return;
  event.preventDefault();
  const below = cells().slice(cells().indexOf(cell));
  const values = {};
  lines.slice(0, below.length).forEach((line, place) => {
    const text = line.split("\t").map((part) => part.trim()).filter(Boolean).at(-1) ?? "";
    values[below[place].closest("tr").dataset.code] = text;
  });
  const table = cell.closest("table");
  const token = table.querySelector("[name=csrfmiddlewaretoken]").value;
  window.htmx.ajax("POST", table.dataset.values, {
    target: "#specification", swap: "outerHTML", values: { values: JSON.stringify(values), csrfmiddlewaretoken: token },
  });
});

// A value that is unusual is refused once; entered again as it is, it is kept.
let doubted = "";
let sent = "";
document.addEventListener("implausible", () => { doubted = sent; });
document.addEventListener("htmx:configRequest", (event) => {
  const cell = event.target.querySelector?.(".cell-value");
  if (!cell || !inRegion(cell)) return;
  sent = `${cell.id}=${cell.value}`;
  if (sent === doubted) event.detail.parameters.force = "1";
});

// What is being typed elsewhere in the table outlives an exchange of the region.
let typing = null;
let photosOpen = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  const cell = document.activeElement;
  typing = null;
  photosOpen = Boolean(region()?.querySelector(".on-photos")?.open);
  if (event.detail.target?.id !== "specification" || !cell?.classList?.contains("cell-value")) return;
  typing = { id: cell.id, value: cell.value, dirty: cell.value !== cell.dataset.was, start: cell.selectionStart };
});
document.addEventListener("htmx:afterSettle", () => {
  const photos = region()?.querySelector(".on-photos");
  if (photos && photosOpen) photos.open = true;
  const cell = typing && document.getElementById(typing.id);
  if (!cell) return;
  cell.focus({ preventScroll: true });
  if (typing.dirty && cell.id !== sent.split("=")[0]) cell.value = typing.value;
  else cell.select();
  typing = null;
});

// Landmarks --------------------------------------------------------------------------------------

const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let dragged = null;

const place = (mark) => mark.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
const put = (mark, x, y) => mark.setAttribute("transform", `translate(${x} ${y})`);

function pointIn(svg, event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
}

function send(mark) {
  const svg = mark.ownerSVGElement;
  const [x, y] = place(mark);
  const { width, height } = svg.viewBox.baseVal;
  const token = region().querySelector("[name=csrfmiddlewaretoken]").value;
  window.htmx.ajax("POST", mark.closest("[data-landmarks]").dataset.landmarks, {
    target: "#specification", swap: "outerHTML",
    values: { name: mark.dataset.name, x: x / width, y: y / height, csrfmiddlewaretoken: token },
  });
}

document.addEventListener("pointerdown", (event) => {
  const mark = event.target.closest?.(".landmark");
  if (!mark || !inRegion(mark)) return;
  event.preventDefault();
  mark.focus();
  dragged = { mark, moved: false };
  mark.setPointerCapture(event.pointerId);
});
document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const { x, y } = pointIn(dragged.mark.ownerSVGElement, event);
  const { width, height } = dragged.mark.ownerSVGElement.viewBox.baseVal;
  put(dragged.mark, Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y)));
  dragged.moved = true;
});
document.addEventListener("pointerup", () => {
  if (dragged?.moved) send(dragged.mark);
  dragged = null;
});
let pending;
document.addEventListener("keydown", (event) => {
  const mark = event.target.closest?.(".landmark");
  const way = STEP[event.key];
  if (!mark || !way) return;
  event.preventDefault();
  const [x, y] = place(mark);
  const size = event.shiftKey ? 10 : 2;
  put(mark, x + way[0] * size, y + way[1] * size);
  clearTimeout(pending);
  pending = setTimeout(() => send(mark), 500);
});
