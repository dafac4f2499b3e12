// The workbench dialog, which pieces of the page open, and the divide between two takes in it.
// The dialog stands outside of what polls exchange, so nothing that arrives disturbs it.

import { openDialog } from "./dialogs.js";

const bench = document.getElementById("workbench");
let opener = "";

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt.matches?.("[data-dialog]")) opener = detail.elt.id;
});

// A refusal comes as the dialog again, with the reason in it, whatever its status.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!bench || !detail.xhr.getResponseHeader("X-Dialog")) return;
  Object.assign(detail, { shouldSwap: true, isError: false, target: bench, swapOverride: "innerHTML" });
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== bench) return;
  divideAll(bench);
  if (!bench.open) openDialog(bench);
  (bench.querySelector("[autofocus]") ?? bench.querySelector("input[type=range]"))?.focus();
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const done = detail.elt.matches?.("[data-closes-dialog]") && detail.successful;
  if (done && !detail.xhr.getResponseHeader("X-Dialog")) bench?.close();
});

bench?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close]")) return;
  event.preventDefault();
  bench.close();
});

// Whatever was swapped meanwhile: the focus goes back to where the dialog was opened from.
bench?.addEventListener("close", () => {
  bench.replaceChildren();
  const piece = document.getElementById(opener);
  const beside = () =>
    document.getElementById(opener.replace(/-[a-z]+$/, "-compare")) ??
    document.querySelector("#undo-last.on button");
  (piece ?? beside())?.focus();
});

// A native range lies over the pictures: pointer, touch and arrow keys are its own.
function divideAll(within) {
  within.querySelectorAll("[data-compare]").forEach((stage) => {
    const range = stage.querySelector("input[type=range]"),
      { width, height } = stage.querySelector("img").attributes;
    stage.style.setProperty("--ratio", width.value / height.value);
    const show = () => stage.style.setProperty("--at", `${range.value}%`);
    range.addEventListener("input", show);
    show();
  });
}
divideAll(document);
