// Asks for what changed while work goes on: every 3 s in sight, every 30 s out of sight, at once on
// coming back, not while offline. The clock never depends on an answer, so nothing stops it for good.

const IN_SIGHT = 3000,
  OUT_OF_SIGHT = 30000,
  LONGEST = 60000;
let timer = 0;
let failures = 0;

const poller = () => document.querySelector("#poller[hx-get]");
const shown = () => Number(document.getElementById("poller")?.dataset.version ?? 0);
const isPoll = (event) =>
  event.detail?.elt?.id === "poller" || event.detail?.requestConfig?.elt?.id === "poller";

function pause() {
  const usual = document.hidden ? OUT_OF_SIGHT : IN_SIGHT;
  return Math.max(usual, Math.min(usual * 2 ** failures, LONGEST));
}

function schedule() {
  clearTimeout(timer);
  if (poller()) timer = setTimeout(poll, pause());
}

function poll() {
  const element = poller();
  if (element) htmx.trigger(element, "poll"); // not sent while offline: see app.js
  schedule();
}

document.addEventListener("visibilitychange", () => (document.hidden ? schedule() : poll()));
addEventListener("online", () => {
  failures = 0;
  poll();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) poll();
});
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id === "poller") schedule();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!isPoll(event)) return;
  failures = event.detail.successful ? 0 : failures + 1;
  if (failures) schedule();
});
schedule();

// No toast for a poll, whatever it is answered. That it could not be sent is no news to app.js either.
document.addEventListener(
  "htmx:responseError",
  (event) => {
    if (isPoll(event)) event.stopImmediatePropagation();
  },
  true,
);

// What a swap must not disturb ----------------------------------------------------------------

// An answer older than what is shown (a slow poll overtaken by a click) is dropped whole.
document.addEventListener("htmx:beforeSwap", (event) => {
  const version = event.detail.xhr.getResponseHeader("X-Version");
  if (version && Number(version) < shown()) event.detail.shouldSwap = false;
});

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { fragment, target } = event.detail;
  keepState(fragment);
  keepStepsInSight(fragment);
  if (target.classList.contains("pieces") && !fragment.querySelector(`#${CSS.escape(target.id)}`))
    takeKnownOut(fragment);
});

/** What was opened, closed or switched by hand stays so in the piece that takes its place. */
function keepState(fragment) {
  for (const fresh of fragment.querySelectorAll("details[id], input[type=checkbox][id]")) {
    const old = document.getElementById(fresh.id);
    if (!old) continue;
    if (fresh.localName === "details") fresh.open = old.open;
    else fresh.checked = old.checked;
  }
}

/** Folding the steps away as the run ends would make the page jump under somebody who watches. They fold
    when the page is opened again, or by hand. */
function keepStepsInSight(fragment) {
  const steps = fragment.querySelector("#progress-steps");
  if (steps && !document.getElementById("progress-steps")) steps.open = true;
}

/** A new piece that another answer brought already takes its own place instead of a second one. */
function takeKnownOut(fragment) {
  for (const fresh of [...fragment.querySelectorAll(".piece")]) {
    const known = document.getElementById(fresh.id);
    if (!known) continue;
    known.replaceWith(fresh);
    htmx.process(fresh);
  }
}

// The loader is exchanged whole, so what it says is spoken from a place that stays.
document.addEventListener("htmx:afterSettle", () => {
  const line = document.getElementById("progress")?.dataset.activity ?? "";
  const spoken = document.getElementById("announce");
  if (spoken && spoken.textContent !== line) spoken.textContent = line;
});

// Forms that begin a run load the page anew: once is enough.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-once]") || event.defaultPrevented) return;
  const button = event.target.querySelector("button");
  setTimeout(() => {
    button.disabled = true;
  });
  addEventListener(
    "pageshow",
    () => {
      button.disabled = false;
    },
    { once: true },
  );
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.matches?.("[data-closes-menu]") && event.detail.successful)
    event.detail.elt.closest("details").open = false;
});
