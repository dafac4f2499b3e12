// The outline of a photo is repainted: strokes by mouse, finger or keys, each sent as it ends. The answer is the
// stage with the outline as it is then; strokes painted meanwhile wait for their turn.

const SVG = "http://www.w3.org/2000/svg";
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 6,
  LEAP = 30,
  MOST = 380; // units of 1000 across; points of a stroke

const part = (id) => document.getElementById(id);
const canvas = () => part("paint-canvas");
const drawing = () => canvas().querySelector("svg");
const box = () => drawing().viewBox.baseVal;
const adds = () => document.querySelector("[name=brush]:checked").value === "adds";
const say = (words) => {
  part("paint-said").textContent = words;
};

/** As wide as its height lets it be. */
function size() {
  const { width: across, height: down } = box();
  canvas().style.setProperty("--ratio", across / down);
}
if (canvas()) size();

let stroke = null; // {line, points, pointer}: what is being painted
let tip = null; // where the keys have moved the brush
const waiting = [];
let isSending = false;

/** The width of the brush in units of the drawing; the server takes it as a share of the longer side. */
const width = () => (Number(part("brush-size").value) / 100) * Math.max(box().width, box().height);

function put(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  drawing().append(element);
  return element;
}

function pointOf(event) {
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(
    drawing().getScreenCTM().inverse(),
  );
  return inside(x, y);
}
const inside = (x, y) => [Math.min(box().width, Math.max(0, x)), Math.min(box().height, Math.max(0, y))];

function begin(point, pointer) {
  const line = put("polyline", { class: adds() ? "stroke" : "stroke takes", "stroke-width": width() });
  stroke = { line, points: [], pointer, adds: adds(), width: width() };
  extend(point);
}

function extend(point) {
  const last = stroke.points.at(-1);
  if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < 2) return;
  stroke.points.push(point);
  const shown = stroke.points.length > 1 ? stroke.points : [point, [point[0] + 0.1, point[1]]];
  stroke.line.setAttribute("points", shown.map((one) => one.join(",")).join(" "));
}

function drop() {
  stroke?.line.remove();
  stroke = null;
  showTip();
}

function end() {
  const { points, adds: isAdded, width: wide } = stroke;
  const every = Math.ceil(points.length / MOST);
  const kept = points.filter((_, place) => place % every === 0 || place === points.length - 1);
  const longer = Math.max(box().width, box().height);
  const sent = kept.map(([x, y]) => [x / box().width, y / box().height]);
  waiting.push({ stroke: JSON.stringify({ adds: isAdded, width: wide / longer, points: sent }) });
  stroke = null;
  showTip();
  if (!isSending) next();
}

async function next() {
  isSending = true;
  while (waiting.length) {
    part("stage").setAttribute("aria-busy", "true");
    const before = canvas().querySelectorAll(".stroke")[0];
    let refused = false;
    const note = ({ detail }) => {
      refused = !detail.successful;
    };
    document.addEventListener("htmx:afterRequest", note, { once: true });
    try {
      await window.htmx.ajax("POST", part("stage").dataset.address, {
        target: "#stage",
        swap: "outerHTML",
        values: waiting[0],
      });
    } catch {
      refused = true;
    }
    waiting.shift();
    if (refused) before?.remove();
    else say("The outline follows your stroke.");
  }
  part("stage").removeAttribute("aria-busy");
  isSending = false;
}

// Mouse, pen and finger ------------------------------------------------------------------------------

document.addEventListener("pointerdown", (event) => {
  if (!canvas()?.contains(event.target) || event.button || stroke) return;
  if (!event.isPrimary) return; // two fingers zoom
  event.preventDefault();
  canvas().focus({ preventScroll: true });
  tip = null;
  begin(pointOf(event), event.pointerId);
});
document.addEventListener("pointermove", (event) => {
  if (stroke?.pointer !== event.pointerId) return;
  for (const one of event.getCoalescedEvents?.() ?? [event]) extend(pointOf(one));
});
document.addEventListener("pointerup", (event) => {
  if (stroke?.pointer === event.pointerId) end();
});
document.addEventListener("pointercancel", (event) => {
  if (stroke?.pointer === event.pointerId) drop();
});

// Keys -----------------------------------------------------------------------------------------------

function showTip() {
  drawing().querySelector(".tip")?.remove();
  if (!tip || document.activeElement !== canvas()) return;
  const look = ["tip", adds() ? "" : "takes", stroke ? "down" : ""].join(" ");
  put("circle", { class: look, cx: tip[0], cy: tip[1], r: width() / 2 });
}

document.addEventListener("keydown", (event) => {
  if (!canvas()) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "z") {
    event.preventDefault();
    part("undo-stroke").click();
  }
  if (event.target !== canvas() || event.ctrlKey || event.metaKey || event.altKey) return;
  const way = WAYS[event.key],
    key = event.key.toLowerCase();
  if (way || key === " ") {
    event.preventDefault();
    tip ??= [box().width / 2, box().height / 2];
  }
  if (way) {
    const far = event.shiftKey ? LEAP : STEP;
    tip = inside(tip[0] + way[0] * far, tip[1] + way[1] * far);
    if (stroke) extend(tip);
    else
      say(
        `${Math.round((100 * tip[0]) / box().width)} % across, ${Math.round((100 * tip[1]) / box().height)} % down`,
      );
  } else if (key === " " && stroke) {
    end();
  } else if (key === " ") {
    begin(tip, "keys");
    say(adds() ? "Painting product" : "Painting background");
  } else if (key === "escape" && stroke) {
    drop();
    say("Stroke dropped");
  } else if (key === "p" || key === "b") {
    document.querySelector(`[name=brush][value=${key === "p" ? "adds" : "takes"}]`).checked = true;
    say(key === "p" ? "The brush paints product" : "The brush paints background");
  } else {
    return;
  }
  showTip();
});
document.addEventListener("focusin", () => {
  if (canvas()) showTip();
});

// An exchange of the stage keeps the focus, the tip and what is painted at the moment.
let hadFocus = false;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target === part("stage")) hadFocus = document.activeElement === canvas();
});
document.addEventListener("htmx:afterSwap", () => {
  if (!canvas()) return;
  size();
  if (hadFocus) canvas().focus({ preventScroll: true });
  for (const one of waiting.slice(1)) redraw(JSON.parse(one.stroke));
  if (stroke) drawing().append(stroke.line);
  showTip();
});

function redraw({ adds: isAdded, width: wide, points }) {
  const spots = points.map(([x, y]) => `${x * box().width},${y * box().height}`).join(" ");
  const thick = wide * Math.max(box().width, box().height);
  put("polyline", { class: isAdded ? "stroke" : "stroke takes", "stroke-width": thick, points: spots });
}
