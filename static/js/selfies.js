// Selfies are sent as soon as they are chosen, dropped or pasted. See templates/blueprint/selfies.html.
// Everything is delegated: the region is swapped after a refusal.

import { tooLarge } from "./photo_size.js";

const form = () => document.getElementById("selfie-form");
const say = (words) => {
  form().querySelector("[data-said]").textContent = words;
};

function take(files) {
  const target = form();
  if (!target || !files.length) return;
  const chosen = new DataTransfer();
  files.forEach((file) => chosen.items.add(file));
  target.elements.selfies.files = chosen.files;
  send(target);
}

/** Goes on by itself when the box is ticked, should it not be yet. */
function send(target) {
  const count = target.elements.selfies.files.length;
  if (!count) return;
  const large = [...target.elements.selfies.files].map((file) => tooLarge(file, target.dataset.mostBytes));
  if (large.some(Boolean)) {
    target.elements.selfies.value = "";
    say(large.filter(Boolean).join(" "));
    return;
  }
  const consent = target.elements.consent;
  if (consent && !consent.checked) {
    say(
      `${count === 1 ? "1 photo is" : `${count} photos are`} chosen. Tick the box to send ${count === 1 ? "it" : "them"}.`,
    );
    consent.focus();
    return;
  }
  say("Uploading...");
  target.requestSubmit();
}

document.addEventListener("change", ({ target }) => {
  if (target.form && target.form === form() && ["selfies", "consent"].includes(target.name))
    send(target.form);
});

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || !form()) return;
  event.preventDefault();
  take(files);
});

// a file dropped beside the zone must not replace the page
const zone = (event) => form() && event.target.closest?.("#selfies");
const hasFiles = (event) => form() && [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  form().classList.toggle("over", Boolean(zone(event)));
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) form()?.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  form().classList.remove("over");
  if (zone(event)) take([...event.dataTransfer.files]);
});

document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  if (target !== form() || !detail.lengthComputable) return;
  const bar = target.querySelector("progress");
  bar.hidden = false;
  bar.value = (100 * detail.loaded) / detail.total;
  if (detail.loaded === detail.total) say("Looking at your photos...");
});

// a refusal brings the region with its reason
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target?.id !== "selfies" || ![400, 409, 503].includes(detail.xhr.status)) return;
  detail.shouldSwap = true;
  detail.isError = false;
});
function failed(words) {
  form().querySelector("progress").hidden = true;
  form().elements.selfies.value = "";
  say(words);
}
document.addEventListener("htmx:sendError", ({ target }) => {
  if (target === form()) failed("The upload broke off. Choose the photos again.");
});

const WHY = {
  413: "That is more than the server takes at once. Choose one photo at a time.",
  429: "That was too often. Wait a minute, then choose the photos again.",
};
document.addEventListener("htmx:responseError", ({ target, detail }) => {
  if (target !== form()) return;
  failed(WHY[detail.xhr.status] ?? "The photos could not be taken. Reload the page, then choose them again.");
});
