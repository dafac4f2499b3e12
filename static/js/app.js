// What every page does: toasts, the confirm dialog, menus, the theme, the offline notice,
// pictures that fade in. Everything is delegated, so swapped-in pieces need no wiring.

import { openDialog } from "./dialogs.js";

const root = document.documentElement;

// Toasts ------------------------------------------------------------------------------------

const toasts = document.getElementById("toasts");
const LASTING = 6000; // of what went well; what failed stays until it is closed
const MOST = 3;
const isFailure = (box) => box.classList.contains("bad");

/** Show a sentence at the corner of the page; tone: "plain", "good" or "bad". */
export function toast({ text, tone = "plain", id = "" }) {
  if (!toasts || !text || wasSaid(id)) return;
  const shown = [...toasts.children];
  shown.filter((one) => one.textContent.trim() === text).forEach((one) => one.remove()); // said anew, not twice
  const box = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  box.classList.add(tone);
  box.querySelector("p").textContent = text;
  stand();
  toasts.append(box);
  toasts.scrollTop = toasts.scrollHeight; // of many, the newest is in sight
  shown
    .filter((one) => one.isConnected && !isFailure(one))
    .slice(0, Math.max(0, toasts.children.length - MOST))
    .forEach((one) => one.remove());
  letGo(box);
}

/** Whether this tab has said it before: a reload, another page or a late poll brings the same line again. */
function wasSaid(id) {
  if (!id) return false;
  try {
    const said = (sessionStorage.getItem("toasts") ?? "").split(" ").slice(-50);
    if (said.includes(id)) return true;
    sessionStorage.setItem("toasts", [...said, id].join(" "));
  } catch {
    /* no storage: then it may be said twice */
  }
  return false;
}

/** It goes by itself, but not while somebody points at it or has the focus in it. */
function letGo(box) {
  if (isFailure(box)) return;
  let left;
  const start = () => {
    clearTimeout(left);
    left = setTimeout(() => (box.matches(":hover, :focus-within") ? start() : dismissToast(box)), LASTING);
  };
  box.addEventListener("pointerleave", start);
  box.addEventListener("focusout", start);
  start();
}

/** In the dialog that is open, if one is: behind it nobody sees, reaches or hears them. Already as it
    opens, since a region is only heard that was there before its words. */
function stand() {
  const open = [...document.querySelectorAll("dialog:modal")];
  const place = open.findLast((one) => one.contains(document.activeElement)) ?? open.at(-1) ?? document.body;
  if (toasts.parentElement !== place) place.append(toasts);
}
if (toasts) for (const name of ["toggle", "close"]) document.addEventListener(name, stand, true);

function dismissToast(box) {
  box.classList.add("leaving");
  setTimeout(() => box.remove(), 220);
}

toasts?.querySelectorAll(".toast").forEach((box) => (wasSaid(box.dataset.id) ? box.remove() : letGo(box)));
toasts?.addEventListener("click", (event) => {
  if (event.target.closest("button")) dismissToast(event.target.closest(".toast"));
});

// HX-Trigger: {"toast": {"text": ..., "tone": ...}} or {"toast": {"all": [{...}, ...]}}
document.addEventListener("toast", ({ detail }) => (detail.all ?? [detail]).forEach(toast));

// Confirm -----------------------------------------------------------------------------------
// <button data-confirm="Delete this?" data-confirm-text="What goes." data-confirm-yes="Delete">

const dialog = document.getElementById("confirm");

/** Ask; answers true for yes. */
export async function ask({ title, text = "", yes = "Go on" }) {
  dialog.querySelector("#confirm-title").textContent = title;
  dialog.querySelector("#confirm-text").textContent = text;
  dialog.querySelector("#confirm-yes").textContent = yes;
  dialog.returnValue = "no";
  await openDialog(dialog);
  return dialog.returnValue === "yes";
}

const words = (element) => ({
  title: element.dataset.confirm,
  text: element.dataset.confirmText,
  yes: element.dataset.confirmYes,
});

let confirmed = null;
document.addEventListener(
  "submit",
  async (event) => {
    const asking = [event.submitter, event.target].find((element) => element?.dataset?.confirm);
    if (!asking || confirmed === asking || event.target.matches("[hx-post], [hx-delete]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(words(asking)))) return;
    confirmed = asking;
    event.target.requestSubmit(event.submitter);
    confirmed = null;
  },
  true,
);

document.addEventListener("htmx:confirm", async (event) => {
  const asking = event.target;
  if (!asking.dataset?.confirm || confirmed === asking) return;
  event.preventDefault();
  if (!(await ask(words(asking)))) return;
  if (asking.isConnected) event.detail.issueRequest(true);
  else sendByTheOneNow(asking);
});

/** The page changed while the dialog was open, and what asked went with its piece: htmx sends nothing
    for what is not in the page. The same stands there anew, unless there is nothing left to do. */
function sendByTheOneNow(gone) {
  const way = ["hx-post", "hx-delete"].find((name) => gone.hasAttribute(name));
  const same = document.querySelector(`[data-confirm][${way}="${CSS.escape(gone.getAttribute(way))}"]`);
  if (!same) {
    toast({ text: "The page changed meanwhile. There is nothing left to do." });
    return;
  }
  confirmed = same;
  if (same.matches("form")) same.requestSubmit();
  else same.click();
  confirmed = null;
}

// Menus and dialogs -------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  if (event.target.nodeName === "DIALOG" && event.target.open) closeOnBackdrop(event);
});

function closeOnBackdrop(event) {
  const box = event.target.getBoundingClientRect();
  const inside =
    event.clientX >= box.left &&
    event.clientX <= box.right &&
    event.clientY >= box.top &&
    event.clientY <= box.bottom;
  if (!inside && (event.clientX || event.clientY)) event.target.close("no");
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

// Theme -------------------------------------------------------------------------------------

const themes = document.querySelector("[data-theme-switch]");

function showTheme() {
  const now = root.dataset.theme ?? "system";
  themes.querySelectorAll("button").forEach((button) => {
    button.ariaPressed = String(button.dataset.themeTo === now);
  });
}

if (themes) {
  themes.hidden = false;
  showTheme();
  themes.addEventListener("click", (event) => {
    const to = event.target.closest("button")?.dataset.themeTo;
    if (!to) return;
    if (to === "system") delete root.dataset.theme;
    else root.dataset.theme = to;
    try {
      if (to === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", to);
    } catch {
      /* kept for this page only */
    }
    showTheme();
  });
}

// Offline -----------------------------------------------------------------------------------

const offline = document.getElementById("offline");
const showOffline = () => {
  if (offline) offline.hidden = navigator.onLine;
};
addEventListener("online", showOffline);
addEventListener("offline", showOffline);
showOffline();

// Pictures fade in from their placeholder -----------------------------------------------------

function awaitPictures(within) {
  within.querySelectorAll?.(".pic > img").forEach((img) => {
    if (img.complete || img.dataset.seen) return;
    img.dataset.seen = "1";
    img.classList.add("arriving");
    const there = () => img.classList.remove("arriving");
    img.addEventListener("load", there, { once: true });
    img.addEventListener("error", there, { once: true });
  });
}
awaitPictures(document);
document.addEventListener("htmx:load", (event) => awaitPictures(event.detail.elt));

// A refused form: go to what was refused

document.querySelector("main [aria-invalid=true]")?.focus();

// What was mended is not told any longer: an error of a field as soon as it is changed, a failure when what was
// tried next has worked.
for (const name of ["input", "change"]) {
  document.addEventListener(name, ({ target }) => {
    const field = target.closest?.(".field");
    if (!field?.querySelector("[aria-invalid=true], .errorlist")) return;
    field.querySelectorAll("[aria-invalid=true]").forEach((one) => one.removeAttribute("aria-invalid"));
    field.querySelectorAll(".errorlist").forEach((list) => list.remove());
  });
}
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.requestConfig?.verb === "get") return;
  const told = [...(toasts?.querySelectorAll(".toast.bad") ?? [])];
  const notice = document.querySelector("#page-notice > .note");
  detail.xhr.addEventListener("load", () => {
    if (detail.xhr.status >= 400) return;
    told.filter((box) => box.isConnected).forEach(dismissToast);
    notice?.remove();
  });
});

// Answers that are not a piece of the page ----------------------------------------------------

// A session that ended answers with the page to sign in: say so, and leave the page as it is.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!new URL(detail.xhr.responseURL || location, location).pathname.startsWith("/accounts/login/")) return;
  detail.shouldSwap = false;
  toast({ text: "You were signed out. Sign in again to go on.", tone: "bad" });
});

// What asks by a clock of its own asks again: it rests while offline, and no failure of it is news.
const asksAgain = (element) => /\b(every|poll)\b/.test(element?.getAttribute("hx-trigger") ?? "");
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!navigator.onLine && asksAgain(event.detail.elt)) event.preventDefault();
});

// A connection that breaks off, or a proxy that gives up, says nothing of what the server has done.
const UNCLEAR = "The server did not answer. Look whether your change is there before you try again.";
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (asksAgain(detail.elt)) return;
  toast({ text: UNCLEAR, tone: "bad" });
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  const status = detail.xhr.status;
  if (detail.requestConfig.headers["HX-Quiet"]) return;
  if (status >= 500 && asksAgain(detail.elt)) return;
  if (status === 401) toast({ text: "You were signed out. Sign in again to go on.", tone: "bad" });
  else if (status === 403) toast({ text: "That was not allowed. Reload the page, then try again.", tone: "bad" });
  else if (status === 404) toast({ text: "This no longer exists. Reload the page.", tone: "bad" });
  else if (status === 413) toast({ text: "That is more than the server takes at once.", tone: "bad" });
  else if (status === 502 || status === 504) toast({ text: UNCLEAR, tone: "bad" });
  else if (status >= 500)
    toast({ text: "That failed on our side. Nothing was charged; try again.", tone: "bad" });
});
