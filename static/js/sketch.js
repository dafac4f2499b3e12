// Things that mean the same, a pin and its text, a measurement's row and its line, share a
// data-link: pointing at one, focusing it or tapping it marks all of them.

let held = "";

function mark(key) {
  document.querySelectorAll("[data-link].on").forEach((element) => {
    if (element.dataset.link !== key) element.classList.remove("on");
  });
  if (key)
    document
      .querySelectorAll(`[data-link="${CSS.escape(key)}"]`)
      .forEach((element) => element.classList.add("on"));
}

const linkOf = (event) => event.target.closest?.("[data-link]")?.dataset.link ?? "";

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "mouse") mark(linkOf(event) || held);
});
document.addEventListener("focusin", (event) => mark(linkOf(event) || held));
document.addEventListener("focusout", () => mark(held));

// A tap or a click holds the mark until the next one elsewhere. A pin's link works without scripts
// by jumping to its text; with them, the page only moves when the other end is out of sight.
document.addEventListener("click", (event) => {
  const key = linkOf(event);
  const within = event.target.closest?.(".flat, .view");
  held = key && held !== key ? key : "";
  mark(held);
  const jump = event.target.closest?.("a.pin, a.number");
  if (!jump) return;
  event.preventDefault();
  const other = [...(within ?? document).querySelectorAll(`[data-link="${CSS.escape(key)}"]`)].find(
    (element) => !element.contains(jump) && element !== jump,
  );
  other?.scrollIntoView({
    block: "nearest",
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !held) return;
  held = "";
  mark("");
});
