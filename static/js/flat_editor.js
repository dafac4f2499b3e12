// Change the flat by hand: move its points, draw seams, topstitches, pockets and labels on it, by mouse, touch
// or keyboard; and show once what a change moved. The region is exchanged as a whole: the tool and what is
// being drawn outlive that.

import { held, send } from "./specification.js";

const CORNERS = ["pocket", "label"]; // two opposite corners; other tools draw a path
const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NEAR = 3; // mm on the sheet: a click this close to a landmark lies on it
const NS = "http://www.w3.org/2000/svg";

const region = () => document.getElementById("specification");
const sheets = () => [...(region()?.querySelectorAll(".livedraw[data-draw] svg") ?? [])];
const viewOf = (svg) => svg.closest("[data-draw]").dataset.view;
const cm = (svg, [x, y]) => [(x - svg.dataset.x) / svg.dataset.unit, (y - svg.dataset.y) / svg.dataset.unit];
const mm = (svg, [x, y]) => [
  Number(svg.dataset.x) + x * svg.dataset.unit,
  Number(svg.dataset.y) + y * svg.dataset.unit,
];

let tool = "";
let draft = null; // {view, points in cm}
let cursor = null; // {view, at: cm}: where the keyboard points

function say(text) {
  const place = document.getElementById("flat-said");
  if (place) place.textContent = text;
}

const HINTS = {
  move: "Drag a point, or move it with the arrow keys. The measures that hang on it follow.",
  seam: "Click along the seam, then Done. With the keyboard: arrows, Enter for a point.",
  topstitch: "Click along the topstitch, then Done. With the keyboard: arrows, Enter for a point.",
  pocket: "Click two opposite corners of the pocket.",
  label: "Click two opposite corners of the label.",
};

function choose(name) {
  tool = name === tool ? "" : name;
  forget();
  cursor = null;
  show();
  say(HINTS[tool] ?? "");
}

function forget() {
  draft = null;
  held.delete("flat");
}

/** Put tool and draft on the region as it is now. */
function show() {
  const bar = document.getElementById("flat-tools");
  if (!bar) return;
  bar.hidden = false;
  for (const button of bar.querySelectorAll("[data-flat-tool]")) {
    button.setAttribute("aria-pressed", String(button.dataset.flatTool === tool));
  }
  const draws = tool !== "" && tool !== "move";
  bar.querySelector(".drawing-options").hidden = !draws;
  bar.querySelector("#flat-done").hidden = CORNERS.includes(tool);
  region().classList.toggle("moves-points", tool === "move");
  region().classList.toggle("draws", draws);
  for (const svg of sheets()) {
    if (draws) svg.setAttribute("tabindex", "0");
    else svg.removeAttribute("tabindex");
    sketch(svg);
  }
}

function sketch(svg) {
  svg.querySelector(".draft")?.remove();
  const points = draft?.view === viewOf(svg) ? draft.points.map((point) => mm(svg, point)) : [];
  const at = cursor?.view === viewOf(svg) ? mm(svg, cursor.at) : null;
  if (!points.length && !at) return;
  const group = document.createElementNS(NS, "g");
  group.setAttribute("class", "draft");
  const add = (name, values) => {
    const shape = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(values)) shape.setAttribute(key, value);
    group.append(shape);
  };
  if (points.length > 1) add("polyline", { points: points.map((point) => point.join(",")).join(" ") });
  for (const [cx, cy] of points) add("circle", { cx, cy, r: 0.9 });
  if (at) add("path", { d: `M${at[0] - 3},${at[1]} h6 M${at[0]},${at[1] - 3} v6` });
  svg.append(group);
}

/** The landmark near a point of the sheet, else the point itself. */
function snapped(svg, point) {
  let best = point;
  let reach = NEAR;
  for (const mark of svg.querySelectorAll(".flat-handle")) {
    const place = mark
      .getAttribute("transform")
      .match(/-?[\d.]+/g)
      .map(Number);
    const away = Math.hypot(place[0] - point[0], place[1] - point[1]);
    if (away < reach) [best, reach] = [place, away];
  }
  return best;
}

function addPoint(svg, point) {
  if (draft?.view !== viewOf(svg)) draft = { view: viewOf(svg), points: [] };
  draft.points.push(point.map((part) => Math.round(part * 100) / 100));
  held.add("flat");
  say(
    `Point ${draft.points.length}: ${point[0].toFixed(1)} cm from the middle, ${point[1].toFixed(1)} cm down.`,
  );
  if (CORNERS.includes(tool) && draft.points.length === 2) finish();
  else sketch(svg);
}

function finish() {
  if (!draft || draft.points.length < 2) return say("Click at least two points first.");
  const figure = region().querySelector(`.livedraw[data-view="${draft.view}"]`);
  const mirrored = document.getElementById("flat-mirrored")?.checked ? "1" : "";
  const values = { kind: tool, points: JSON.stringify(draft.points), mirrored };
  forget();
  sheets().forEach(sketch);
  send(figure.dataset.draw, values);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-flat-tool]");
  if (button) return choose(button.dataset.flatTool);
  if (event.target.closest?.("#flat-done")) return finish();
  const svg = event.target.closest?.(".livedraw[data-draw] svg");
  if (!svg || !region()?.contains(svg)) return;
  if (tool && tool !== "move") {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    if (event.detail > 1 && draft && !CORNERS.includes(tool)) return finish(); // a double click ends a path
    return addPoint(svg, cm(svg, snapped(svg, [x, y])));
  }
  const mark = event.target.closest("[data-mark]");
  if (mark) document.getElementById(`delete-mark-${mark.dataset.mark}`)?.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && tool) {
    if (draft) {
      forget();
      sheets().forEach(sketch);
      return say("Dropped. Nothing was drawn.");
    }
    return region()?.contains(event.target) ? choose(tool) : undefined;
  }
  const svg = event.target.matches?.(".livedraw[data-draw] svg") ? event.target : null;
  if (!svg || !tool || tool === "move") return;
  if (STEP[event.key]) {
    event.preventDefault();
    if (cursor?.view !== viewOf(svg)) cursor = { view: viewOf(svg), at: [0, 20] };
    const size = event.shiftKey ? 5 : 0.5;
    cursor.at = cursor.at.map((part, axis) => part + STEP[event.key][axis] * size);
    sketch(svg);
    say(`${cursor.at[0].toFixed(1)} cm from the middle, ${cursor.at[1].toFixed(1)} cm down.`);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) return finish();
    addPoint(svg, cursor?.view === viewOf(svg) ? [...cursor.at] : [0, 20]);
  }
});

// What a change moved, once --------------------------------------------------------------------------

let before = null;
let focus = ""; // the point that had it: a point shows, and can have it again, only when the tool is back

function picture() {
  const dims = new Map(
    [...region().querySelectorAll(".livedraw .dimension")].map((one) => [
      `${viewOf(one.ownerSVGElement)} ${one.dataset.code}`,
      one.dataset.cm,
    ]),
  );
  const values = new Map(
    [...region().querySelectorAll("tr[data-code] .cell-value")].map((one) => [one.id, one.defaultValue]),
  );
  const lines = new Map(
    sheets().map((svg) => [
      viewOf(svg),
      {
        sheet: `${svg.getAttribute("viewBox")} ${svg.dataset.x} ${svg.dataset.y}`,
        paths: new Set(
          [...svg.querySelectorAll("g[class^=layer] path")].map((path) => path.getAttribute("d")),
        ),
      },
    ]),
  );
  return { dims, values, lines };
}

function point(moved) {
  moved.classList.add("moved");
  moved.addEventListener("animationend", () => moved.classList.remove("moved"), { once: true });
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  before = detail.shouldSwap && detail.target === region() && region() ? picture() : null;
  focus = before && document.activeElement?.matches(".flat-handle") ? document.activeElement.id : "";
});

// As it settles, htmx takes away classes that the region did not come with.
document.addEventListener("htmx:afterSettle", () => {
  show();
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  focus = "";
});

document.addEventListener("htmx:afterSwap", () => {
  show();
  if (!before || !region()) return;
  const was = before;
  before = null;
  for (const one of region().querySelectorAll(".livedraw .dimension")) {
    const old = was.dims.get(`${viewOf(one.ownerSVGElement)} ${one.dataset.code}`);
    if (old !== undefined && old !== one.dataset.cm) point(one);
  }
  for (const one of region().querySelectorAll("tr[data-code] .cell-value")) {
    const old = was.values.get(one.id);
    if (old !== undefined && old !== one.defaultValue) point(one.closest("tr"));
  }
  for (const svg of sheets()) {
    const old = was.lines.get(viewOf(svg));
    if (old?.sheet !== `${svg.getAttribute("viewBox")} ${svg.dataset.x} ${svg.dataset.y}`) continue;
    for (const path of svg.querySelectorAll("g[class^=layer] path")) {
      if (!old.paths.has(path.getAttribute("d"))) point(path);
    }
  }
});

show();
