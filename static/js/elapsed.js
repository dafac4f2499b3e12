// Elapsed times tick here, from the age the server gave: clocks of the two need not agree.
// <span data-elapsed="31"> counts on as 00:31; with data-late-after and data-late-words it keeps
// its words until that many seconds and then says the others.

const began = new WeakMap();

function age(element) {
  if (!began.has(element)) began.set(element, performance.now() - 1000 * Number(element.dataset.elapsed));
  return Math.floor((performance.now() - began.get(element)) / 1000);
}

const two = (number) => String(number).padStart(2, "0");

function inWords(seconds) {
  const minutes = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? minutes : `${Math.floor(seconds / 3600)}:${minutes}`;
}

function tick() {
  for (const element of document.querySelectorAll("[data-elapsed]")) {
    const seconds = age(element);
    const { lateAfter, lateWords } = element.dataset;
    const words = !lateAfter ? inWords(seconds) : seconds > Number(lateAfter) ? lateWords : null;
    if (words !== null && element.textContent !== words) element.textContent = words;
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("htmx:load", tick);
