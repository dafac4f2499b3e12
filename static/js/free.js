// The page of the free blueprint: up to three photos with previews, each looked at as soon as it is
// chosen; and a form that is sent without leaving the page, so that photos stay when something is
// refused. Without JavaScript it is a plain form.

import { tooLarge } from "./photo_size.js";

const MOST = 3;
const form = document.querySelector("[data-free]");
const input = form.querySelector("input[type=file]");
const rows = form.querySelector("[data-photos]");
const template = form.querySelector("template");
const button = form.querySelector("button.main");
const words = button.textContent;
const box = form.querySelector("[data-selfies]");

let photos = []; // {file, row, request}

// Photos --------------------------------------------------------------------------------------

const same = (one, other) =>
  one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

function add(files) {
  tell("selfies", []);
  for (const file of files) {
    if (photos.some((photo) => same(photo.file, file)))
      tell("selfies", [`${file.name} was chosen twice. It is taken once.`]);
    else if (photos.length === MOST)
      tell("selfies", [`At most ${MOST} photos are used. ${file.name} was left out.`]);
    else show(file);
  }
  settle();
}

function show(file) {
  const row = template.content.firstElementChild.cloneNode(true);
  const name = file.name || "pasted photo";
  row.querySelector("[data-name]").textContent = name;
  row.querySelector("[data-remove]").ariaLabel = `Remove ${name}`;
  const image = row.querySelector("img");
  const address = URL.createObjectURL(file);
  image.onload = () => URL.revokeObjectURL(address);
  image.onerror = () => {
    image.hidden = true;
    URL.revokeObjectURL(address);
  }; // a HEIC, in most browsers
  image.src = address;
  rows.append(row);
  const photo = { file, row, request: new AbortController() };
  photos.push(photo);
  look(photo);
}

/** Ask what is wrong with it. Not being told is no problem: the form asks again. */
async function look(photo) {
  const large = tooLarge(photo.file, form.dataset.mostBytes);
  if (large) {
    say(photo, [large], "error");
    announce(photo, [large]);
    return;
  }
  say(photo, ["Looking at it..."], "soft");
  try {
    const body = new FormData();
    body.append("photo", photo.file, photo.file.name || "pasted.png");
    const answer = await post(form.dataset.check, body, photo.request.signal);
    const { refused, warnings, good = [] } = await answer.json();
    if (refused.length) say(photo, refused, "error");
    else say(photo, [...warnings, ...good], "soft");
    announce(photo, [...refused, ...warnings]);
  } catch {
    say(photo, [], "soft");
  }
}

function say(photo, sentences, tone) {
  photo.row.classList.toggle("refused", tone === "error");
  photo.row
    .querySelector("[data-problems]")
    .replaceChildren(...sentences.map((sentence) => line("li", sentence, tone)));
}

function announce(photo, sentences) {
  const name = photo.row.querySelector("[data-name]").textContent;
  box.querySelector("[data-said]").textContent = sentences.length
    ? `${name}: ${sentences.join(" ")}`
    : `${name} will do.`;
}

/** The field holds what the rows show, so the form carries it by itself. */
function settle() {
  const all = new DataTransfer();
  photos.forEach(({ file }) => all.items.add(file));
  input.files = all.files;
  box.classList.toggle("filled", photos.length > 0);
  box.classList.toggle("full", photos.length === MOST);
}

input.addEventListener("change", () => add([...input.files]));
rows.addEventListener("click", (event) => {
  const row = event.target.closest("[data-remove]")?.closest("li");
  if (!row) return;
  photos.find((photo) => photo.row === row).request.abort();
  photos = photos.filter((photo) => photo.row !== row);
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  tell("selfies", []);
  settle();
  (next?.querySelector("[data-remove]") ?? input).focus();
});

const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!carries(event)) return;
  event.preventDefault(); // a file dropped beside the field must not replace the page
  box.classList.toggle("over", box.contains(event.target));
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) box.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  box.classList.remove("over");
  if (box.contains(event.target)) add([...event.dataTransfer.files]);
});
document.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files];
  if (!files.length) return;
  event.preventDefault();
  add(files);
});
if (input.files.length) add([...input.files]); // chosen before this script was there

// Sending ---------------------------------------------------------------------------------------

function post(address, body, signal) {
  const headers = { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  return fetch(address, { method: "POST", body, headers, signal });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.ariaDisabled === "true") return;
  busy(true);
  try {
    const answer = await post(form.action, new FormData(form));
    if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error(answer.status);
    const told = await answer.json();
    if (told.next) {
      location.assign(told.next);
      return;
    }
    refused(told);
  } catch {
    tell("__all__", ["It could not be sent. Your photos and words are still here; try again."]);
  }
  busy(false);
});

function refused({ errors, photos: problems }) {
  ["__all__", "email", "vibe", "feed_style", "selfies", "consent"].forEach((name) =>
    tell(name, errors[name] ?? []),
  );
  problems.forEach((sentences, place) => {
    if (photos[place] && sentences.length) say(photos[place], sentences, "error");
  });
  const first =
    form.querySelector("[aria-invalid=true]") ?? form.querySelector(".free-photo.refused [data-remove]");
  first?.focus();
}

function tell(name, sentences) {
  const place = form.querySelector(`[data-said-of="${name}"]`);
  place.replaceChildren(
    ...sentences.map((sentence) => line("p", sentence, name === "__all__" ? "note bad" : "error")),
  );
  const field = form.elements[name];
  if (!field) return;
  if (sentences.length) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

function line(tag, sentence, tone) {
  const element = document.createElement(tag);
  element.className = tone;
  element.textContent = sentence;
  return element;
}

function busy(is) {
  button.textContent = is ? "Sending your photos..." : words;
  if (is) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}

addEventListener("pageshow", (event) => {
  if (event.persisted) busy(false);
});
