// A region that every change in it exchanges as a whole. Changes are sent one after the other, so that no
// answer arrives for a region that is gone by then; what is typed, open and switched outlives each exchange.

/** Returns `send(address, values, fields)`; `isHeld` says whether a poll has to wait. */
export function exchanged(id, isHeld = () => false) {
  const region = () => document.getElementById(id);
  const queue = [];
  let current = null;

  function send(address, values, fields = []) {
    queue.push({ address, values, sent: new Map(fields.map((field) => [field.id, field.value])) });
    if (!current) next();
  }

  async function next() {
    while ((current = queue.shift())) {
      window.htmx.trigger(region(), "htmx:abort"); // a poll that answers first would exchange the region
      try {
        await window.htmx.ajax("POST", current.address, {
          target: `#${id}`,
          swap: "outerHTML",
          values: current.values,
        });
      } catch {
        /* said by the page: what was typed is still there */
      }
    }
  }

  document.addEventListener("htmx:confirm", (event) => {
    const { elt, path, verb, triggeringEvent } = event.detail;
    if (
      verb !== "post" ||
      event.defaultPrevented ||
      !(elt instanceof HTMLFormElement) ||
      !region()?.contains(elt)
    )
      return;
    event.preventDefault();
    const values = Object.fromEntries(new FormData(elt, triggeringEvent?.submitter));
    send(
      path,
      values,
      [...elt.elements].filter((field) => field.id),
    );
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target === region() && (current || isHeld())) event.preventDefault();
  });

  const inputs = () => [...(region()?.querySelectorAll("input[id]:not([type=checkbox])") ?? [])];
  const wasSent = (input) => [current, ...queue].some((one) => one?.sent.get(input.id) === input.value);
  const isOwn = (input) => current?.sent.get(input.id) === input.value;
  let kept = null;

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    kept = null;
    if (detail.target !== region() || !region() || !detail.shouldSwap) return;
    const typed = inputs().filter((input) => input.value !== input.defaultValue && !isOwn(input));
    const opened = [...region().querySelectorAll("details[id]")].filter(
      (one) => !current || !one.matches(".menu"),
    );
    kept = {
      typed: typed.map((input) => ({ id: input.id, value: input.value, start: input.selectionStart })),
      opened: opened.map((one) => [one.id, one.open]),
      switched: [...region().querySelectorAll("input[type=checkbox][id]")].map((box) => [
        box.id,
        box.checked,
      ]),
      scrolled: [...region().querySelectorAll(".scroll")].map((one) => one.scrollLeft),
      focus: region().contains(document.activeElement) ? document.activeElement.id : "",
    };
  });

  document.addEventListener("htmx:afterSwap", () => {
    if (!kept || !region()) return;
    const { typed, opened, switched, scrolled, focus } = kept;
    kept = null;
    for (const [name, open] of opened) document.getElementById(name)?.toggleAttribute("open", open);
    for (const [name, checked] of switched) {
      const box = document.getElementById(name);
      if (box) box.checked = checked;
    }
    region()
      .querySelectorAll(".scroll")
      .forEach((one, place) => {
        one.scrollLeft = scrolled[place] ?? 0;
      });
    const focused = focus && document.getElementById(focus);
    if (focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
    if (focused?.matches?.(".cell-value, .sheet-cell") && !typed.some((one) => one.id === focus))
      focused.select();
    for (const { id: name, value, start } of typed) {
      const input = document.getElementById(name);
      if (!input) continue;
      input.value = value;
      if (input !== focused) continue;
      input.dataset.putBack = "";
      input.setSelectionRange(start, start);
    }
  });

  // A browser tells of a change only what it saw typed: what was put back into a new field is sent here.
  document.addEventListener("focusout", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.isConnected || !region()?.contains(target)) return;
    if (target.dataset.putBack === undefined || target.value === target.defaultValue || wasSent(target))
      return;
    delete target.dataset.putBack;
    target.form?.requestSubmit();
  });

  return send;
}
