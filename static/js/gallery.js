// The gallery of thirty: a picture that is there already is not loaded again when its cell is
// exchanged, and a grid opens at large in a dialog, with the address of its page. What the dialog
// shows comes from that page each time, so it holds nothing of its own.

const box = document.getElementById("grid-box");
const sheet = () => document.getElementById("sheet");
const inDialog = () => Boolean(box?.open);

// Cells -----------------------------------------------------------------------------------

document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  for (const fresh of detail.fragment.querySelectorAll(".cell[id]")) keepPicture(fresh);
  const asking = detail.fragment.querySelector("#selfie-end details");
  if (asking) asking.open = Boolean(document.querySelector("#selfie-end details[open]"));
});

/** The very image moves over, so that nothing flickers and nothing fades in twice. */
function keepPicture(fresh) {
  const [now, before] = [fresh, document.getElementById(fresh.id)].map((cell) => cell?.querySelector(".pic"));
  const source = (pic) => pic?.querySelector("img")?.getAttribute("src");
  if (before && source(now) === source(before)) now.replaceWith(before);
}

// What unfolds below the edge of the screen comes into view.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.id === "redo" && target.open) target.scrollIntoView({ block: "nearest" });
  },
  true,
);

// A picture that was taken over by its address, which may be dead: words in its place.
const ELSEWHERE = "[data-elsewhere] > img";

function sayThatItIsGone(image) {
  const words = document.createElement("span");
  words.className = "say soft";
  words.textContent = "This picture lies elsewhere, and does not load from there.";
  image.closest(".pic").replaceWith(words);
}
document.addEventListener(
  "error",
  ({ target }) => {
    if (target.matches?.(ELSEWHERE)) sayThatItIsGone(target);
  },
  true,
);
for (const image of document.querySelectorAll(ELSEWHERE)) {
  if (image.complete && !image.naturalWidth) image.src = image.src; // failed before anybody listened
}

// A grid whose cell changed while it is open at large is asked for again.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const open = sheet();
  if (!inDialog() || !open || detail.target?.id === "grid-sheet") return;
  const cell = document.getElementById(`grid-${open.dataset.number}`);
  if (cell && Number(cell.dataset.version) > Number(open.dataset.version)) load(open.dataset.address);
});

// The dialog --------------------------------------------------------------------------------

const load = (address) => htmx.ajax("GET", address, { target: "#grid-sheet", swap: "innerHTML" });

async function open(address) {
  await load(address);
  if (!sheet()) return; // a notice came instead
  if (!box.open) {
    box.showModal();
    document.getElementById("sheet-title").focus();
  }
  box.scrollTop = 0;
}

/** Back, on a phone the usual way out, leads to the gallery and not away from it. */
function remember(address) {
  if (history.state?.sheet) history.replaceState({ sheet: true }, "", address);
  else history.pushState({ sheet: true }, "", address);
}

document.addEventListener("click", (event) => {
  if (!box || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest?.("a[data-sheet]");
  const closing = inDialog() && event.target.closest?.("#sheet-close");
  if (!link && !closing) return;
  event.preventDefault();
  if (closing) {
    box.close();
    return;
  }
  remember(link.href);
  open(link.href);
});

addEventListener("popstate", ({ state }) => {
  if (!box) return;
  if (state?.sheet) open(location.href);
  else if (box.open) box.close();
});

box?.addEventListener("close", () => {
  const number = sheet()?.dataset.number;
  if (history.state?.sheet) history.back();
  document.getElementById("grid-sheet").replaceChildren();
  document.getElementById(`grid-${number}-act`)?.focus(); // where one had walked to
});

document.addEventListener("htmx:afterSettle", () => {
  for (const { dataset } of document.querySelectorAll("#sheet [data-ahead]")) new Image().src = dataset.ahead;
});

// Keys and swipes, in the dialog and on the page of one grid -----------------------------------

const go = (id) => document.getElementById(id)?.click();
const WAYS = {
  ArrowLeft: "sheet-prev",
  ArrowRight: "sheet-next",
  ArrowUp: "sheet-up",
  ArrowDown: "to-frame-1",
};

document.addEventListener("keydown", (event) => {
  const way = WAYS[event.key];
  if (!way || !sheet() || event.altKey || event.ctrlKey || event.metaKey) return;
  if (document.querySelector("#confirm[open]") || event.target.matches?.("input, select, textarea")) return;
  if (event.key === "ArrowDown" && document.querySelector(".nine [aria-current]")) return;
  if (!document.getElementById(way)) return;
  event.preventDefault();
  go(way);
});

// In the gallery they go from place to place, as the eye does.
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("#grids .cell");
  if (!cell || event.altKey || event.ctrlKey || event.metaKey || !(event.key in WAYS)) return;
  const cells = [...cell.parentElement.children];
  const columns = cells.filter((other) => other.offsetTop === cells[0].offsetTop).length;
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
  const next = cells[cells.indexOf(cell) + by]?.querySelector("[id$='-act']");
  if (!next) return;
  event.preventDefault();
  next.focus();
});

let from = null;
document.addEventListener("pointerdown", (event) => {
  from = event.pointerType === "touch" && event.isPrimary && event.target.closest?.("#stage") ? event : null;
});
document.addEventListener("pointercancel", () => {
  from = null;
});
document.addEventListener("pointerup", (event) => {
  const [dx, dy] = from ? [event.clientX - from.clientX, event.clientY - from.clientY] : [0, 0];
  from = null;
  if (Math.abs(dx) > 50 && Math.abs(dx) > 2 * Math.abs(dy)) go(dx < 0 ? "sheet-next" : "sheet-prev");
});
