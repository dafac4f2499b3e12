// Close-ups at full size: arrow keys, swipe, zoom, the neighbours loaded ahead. What it shows is
// read from the links on the page each time, so pictures that arrive meanwhile join in.

import { openDialog } from "./dialogs.js";

const box = document.getElementById("lightbox");
const stage = document.getElementById("lightbox-stage");
const part = (name) => document.getElementById(`lightbox-${name}`);
let current = "";

const links = () => [...document.querySelectorAll("a[data-lightbox]")];
const position = () => links().findIndex((link) => link.id === current);

function picture(link) {
  const img = new Image(Number(link.dataset.width), Number(link.dataset.height));
  img.alt = link.dataset.title;
  img.decoding = "async";
  img.style.setProperty("background-color", link.dataset.placeholder);
  img.src = link.href;
  return img;
}

function show(link) {
  current = link.id;
  zoom(false);
  stage.replaceChildren(picture(link));
  part("title").textContent = link.dataset.title;
  part("words").textContent = link.dataset.words;
  part("original").href = link.dataset.original;
  where(link.dataset);
  const all = links(),
    at = all.indexOf(link);
  part("count").textContent = `${at + 1} / ${all.length}`;
  for (const near of [all[at + 1], all[at - 1]]) if (near) new Image().src = near.href;
}

function where({ photo, photoWidth, photoHeight, area, view }) {
  const [left, top, right, bottom] = area.split(" ").map(Number);
  const img = new Image(Number(photoWidth), Number(photoHeight));
  img.alt = "";
  img.src = photo;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 1 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.classList.add("over");
  const rect = document.createElementNS(svg.namespaceURI, "rect");
  const sizes = { x: left, y: top, width: right - left, height: bottom - top };
  for (const [name, value] of Object.entries(sizes)) rect.setAttribute(name, value);
  svg.append(rect);
  part("where").querySelector(".canvas").replaceChildren(img, svg);
  part("where").querySelector("figcaption").textContent = view;
}

function step(by) {
  const all = links();
  if (all.length) show(all[(Math.max(position(), 0) + by + all.length) % all.length]);
}

function zoom(on, event) {
  const img = stage.firstElementChild;
  const button = box.querySelector('[data-lb="zoom"]');
  const spot = on && img && event ? spotIn(img, event) : [0.5, 0.5];
  stage.classList.toggle("zoomed", on);
  button.setAttribute("aria-pressed", String(on));
  button.setAttribute("aria-label", on ? "Zoom out" : "Zoom in");
  if (!on || !img) {
    img?.style.removeProperty("width");
    return;
  }
  img.style.setProperty("width", `${Math.max(img.naturalWidth, stage.clientWidth * 2)}px`);
  stage.scrollTo(
    stage.scrollWidth * spot[0] - stage.clientWidth / 2,
    stage.scrollHeight * spot[1] - stage.clientHeight / 2,
  );
}

function spotIn(img, event) {
  const at = img.getBoundingClientRect();
  return [(event.clientX - at.left) / at.width, (event.clientY - at.top) / at.height];
}

const zoomed = () => stage.classList.contains("zoomed");

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-lightbox]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link);
  openDialog(box);
  stage.focus();
});

box?.addEventListener("click", (event) => {
  const does = event.target.closest("[data-lb]")?.dataset.lb;
  if (does === "close") box.close();
  else if (does === "prev") step(-1);
  else if (does === "next") step(1);
  else if (does === "zoom") zoom(!zoomed());
});

box?.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by && !zoomed()) {
    event.preventDefault();
    step(by);
  } else if (event.key === "Home" || event.key === "End") show(links().at(event.key === "Home" ? 0 : -1));
  else if (event.key === "+" || event.key === "=") zoom(true);
  else if (event.key === "-") zoom(false);
});

// The place on the page where somebody left off gets the focus back, whichever picture that is.
box?.addEventListener("close", () => document.getElementById(current)?.focus());

// Mouse and touch on the picture: a click zooms, a drag pans or goes to the next one ------------

let from = null;
stage?.addEventListener("pointerdown", (event) => {
  from = {
    x: event.clientX,
    y: event.clientY,
    left: stage.scrollLeft,
    top: stage.scrollTop,
    touch: event.pointerType === "touch",
  };
});
stage?.addEventListener("pointermove", (event) => {
  if (!from || from.touch || !zoomed()) return;
  event.preventDefault();
  stage.scrollTo(from.left - (event.clientX - from.x), from.top - (event.clientY - from.y));
});
stage?.addEventListener("dragstart", (event) => event.preventDefault());
addEventListener("pointerup", (event) => {
  if (!from || !box.open) return;
  const dx = event.clientX - from.x,
    moved = Math.hypot(dx, event.clientY - from.y);
  const swiped = from.touch && !zoomed() && Math.abs(dx) > 50;
  from = null;
  if (swiped) step(dx < 0 ? 1 : -1);
  else if (moved < 6 && event.target.closest?.("#lightbox-stage")) zoom(!zoomed(), event);
});
