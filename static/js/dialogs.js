// Dialogs that Back closes: who looks at a picture at large and goes back wants the page, not the one before it.
// The grid at large (js/gallery.js) has an address, and a history of its own.

/** Open a modal dialog. The answer comes when it is closed and the history is as it was before. */
export function openDialog(box) {
  const isFirst = !document.querySelector("dialog:modal");
  box.showModal();
  if (isFirst) history.pushState({ dialog: box.id }, "");
  return new Promise((resolve) => {
    box.addEventListener(
      "close",
      () => {
        if (history.state?.dialog !== box.id) {
          resolve();
          return;
        }
        addEventListener("popstate", resolve, { once: true });
        history.back();
      },
      { once: true },
    );
  });
}

addEventListener("popstate", ({ state }) => {
  for (const box of [...document.querySelectorAll("dialog:modal")].reverse()) {
    if (box.id === state?.dialog || box.id === "grid-box") return;
    box.close("no");
  }
});
