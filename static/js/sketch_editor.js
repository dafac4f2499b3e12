// The sketch editor: pins and the ends of dimension lines under mouse, finger or arrow keys. Every change is
// one request, sent in order; the answer is the whole state, and what others did comes with it. While the
// server cannot be reached, changes wait here in their order and are sent when it can.

const STEP = 0.005,
  LEAP = 0.05,
  PAUSE = 350,
  RETRY = 5000;
const AWAY =
  "Not saved yet: the server cannot be reached. What you changed is kept on this page and sent when it can be.";
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const clamp = (part) => Math.min(1, Math.max(0, Math.round(part * 1e4) / 1e4));
const alike = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const percent = (part) => `${(100 * part).toFixed(1)} %`;

/** Sent, but nobody heard the answer: what it would have made, so that it is not made twice. */
const MADE = {
  add:
    ({ to, text }) =>
    (one) =>
      alike(one.position, to) && one.text === text,
  move:
    ({ to }) =>
    (one) =>
      alike(one.position, to),
  line:
    ({ line }) =>
    (one) =>
      alike(one.line, line),
  write:
    ({ text, category }) =>
    (one) =>
      (text === undefined || one.text === text) && (category === undefined || one.category === category),
};
const things = (state) => [...state.callouts, ...state.measurements];
const seals = (state) => new Set(things(state).map(({ seal }) => seal));

/** The connection is back, or it is time to try again. */
const back = () =>
  new Promise((resolve) => {
    const late = AbortSignal.timeout(RETRY);
    late.addEventListener("abort", resolve);
    addEventListener("online", resolve, { once: true, signal: late });
  });
const tell = (text, tone) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }));
const away = new Set(); // editors whose changes wait for the connection

class Editor {
  constructor(root) {
    this.root = root;
    this.state = JSON.parse(root.dataset.state);
    this.chosen = ""; // the seal of a callout or a measurement
    this.held = null; // what is being moved: {seal, item, end, spots}
    this.shown = new Map(); // by seal, spots that are not saved yet
    this.words = new Map(); // ... and words
    this.renamed = new Map(); // seals that our own changes have given way to others
    this.queue = Promise.resolve();
    this.waiting = 0;
    this.form = this.part("form");
    this.canvas = this.part("canvas");
    const { width, height } = this.canvas.querySelector("img").attributes;
    this.canvas.style.setProperty("--ratio", width.value / height.value);
    this.listen();
    this.draw();
  }

  part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }
  callout() {
    return this.state.callouts.find((item) => item.seal === this.chosen);
  }
  measure() {
    return this.state.measurements.find((item) => item.seal === this.chosen);
  }

  // --- asking

  /** `action` answers what to post, or nothing; it is asked when its turn comes, for seals change. */
  send(action) {
    this.waiting += 1;
    this.saved(away.has(this) ? "Not saved yet" : "Saving...");
    this.queue = this.queue
      .then(() => this.deliver(action()))
      .catch(() => this.note("That failed on our side. The last change was not saved."))
      .finally(() => {
        this.waiting -= 1;
        if (!this.waiting) this.saved(this.part("note").hidden ? "Saved" : "Not saved");
      });
    return this.queue;
  }

  /** Again and again until there is an answer; whatever was done after it waits behind it. */
  async deliver(action) {
    if (!action) return;
    let answer = await this.ask(action);
    try {
      while (!answer) {
        if (!away.has(this)) this.note(AWAY);
        away.add(this);
        this.saved("Not saved yet");
        await back();
        const now = await this.ask();
        answer = now && (this.made(action, now.state) ?? (await this.ask(action)));
      }
    } finally {
      away.delete(this);
    }
    this.hear(action, answer);
  }

  /** Nothing when the server cannot be reached. Without an action, how things stand. */
  async ask(action) {
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    const posted = {
      method: "POST",
      body: JSON.stringify(action),
      keepalive: true,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    };
    let answer = null;
    try {
      answer = await fetch(this.root.dataset.address, action && posted);
    } catch {
      return null;
    }
    return [502, 503, 504].includes(answer.status) ? null : answer.json();
  }

  made(action, state) {
    if (!state || !MADE[action.do]) return null;
    const before = seals(this.state),
      found = things(state).find((one) => !before.has(one.seal) && MADE[action.do](action)(one));
    return found ? { state, at: found.seal } : null;
  }

  hear(action, { state, at, error }) {
    if (at) this.rename(action.seal, at);
    if (action.do === "write") this.sent = null;
    if (state) this.take(state);
    this.note(
      error
        ? `${error}${action.text && action.do === "write" ? ` Your words were: “${action.text}”.` : ""}`
        : "",
    );
    if (!error && action.do === "undo") this.say("Taken back.");
    if (!error && action.do === "add") {
      this.part("field=text").focus();
      this.part("field=text").select();
    }
  }

  rename(seal, at) {
    if (!seal || seal === this.chosen) this.chosen = at;
    if (seal && seal !== at) this.renamed.set(seal, at);
    const text = this.part("field=text");
    if (text.dataset.seal === seal) text.dataset.seal = at;
    if (!this.held || this.held.seal !== seal) return;
    this.held.seal = at;
    this.shown.set(at, this.held.spots);
  }

  /** What a thing with this seal is called by now: changes of ours that came before may have renamed it. */
  known(seal) {
    const all = seals(this.state);
    for (let turn = 0; turn < 50 && !all.has(seal) && this.renamed.has(seal); turn += 1)
      seal = this.renamed.get(seal);
    return seal;
  }

  take(state) {
    const other = state.image !== this.state.image;
    this.state = state;
    if (other && state.image) this.canvas.querySelector("img").src = state.image;
    this.draw();
  }

  saved(words) {
    this.part("saved").textContent = words;
  }
  say(words) {
    this.part("said").textContent = words;
  }
  note(words) {
    if (words && !this.root.isConnected) tell(words, "bad");
    this.part("note").hidden = !words;
    this.part("note").textContent = words;
  }

  // --- drawing

  draw() {
    if (this.chosen && !this.callout() && !this.measure()) this.chosen = "";
    this.drawPins();
    this.drawLines();
    this.drawLists();
    this.drawForm();
    const undo = this.part("undo"),
      { last } = this.state;
    undo.disabled = !last;
    undo.textContent = last ? `Undo: ${last.words}` : "Undo";
  }

  /** As many as there are things, each kept where it is, so that the focus stays. */
  fit(holder, selector, count, make) {
    const there = [...holder.querySelectorAll(selector)];
    while (there.length > count) there.pop().remove();
    while (there.length < count) there.push(holder.appendChild(make()));
    return there;
  }

  drawPins() {
    const pins = this.fit(this.canvas, ".e-pin", this.state.callouts.length, () => button("e-pin mono"));
    pins.forEach((pin, index) => {
      const item = this.state.callouts[index];
      const [at] = this.spots(item);
      pin.dataset.seal = item.seal;
      pin.textContent = item.number;
      pin.ariaLabel = `Callout ${item.number}: ${this.words.get(item.seal) ?? item.text}. At ${percent(at[0])} across, ${percent(at[1])} down`;
      pin.setAttribute("aria-describedby", "e-help");
      pin.setAttribute("aria-pressed", String(item.seal === this.chosen));
      place(pin, at);
    });
  }

  drawLines() {
    const lined = this.state.measurements.filter((item) => item.line);
    const svg = this.part("lines");
    svg.replaceChildren(
      ...lined.map((item) => {
        const [[x1, y1], [x2, y2]] = this.spots(item);
        const line = document.createElementNS(svg.namespaceURI, "line");
        Object.entries({ x1, y1, x2, y2 }).forEach(([name, part]) => line.setAttribute(name, part * 1000));
        line.classList.toggle("on", item.seal === this.chosen);
        return line;
      }),
    );
    const measure = this.measure(),
      ends = this.fit(this.canvas, ".e-end", measure?.line ? 2 : 0, () => button("e-end"));
    ends.forEach((end, index) => {
      const at = this.spots(measure)[index];
      Object.assign(end.dataset, { seal: measure.seal, end: index });
      end.ariaLabel = `${index ? "End" : "Start"} of ${measure.code} ${measure.name}, ${measure.value}. At ${percent(at[0])} across, ${percent(at[1])} down`;
      end.setAttribute("aria-describedby", "e-help");
      place(end, at);
    });
  }

  spots(item) {
    return this.shown.get(item.seal) ?? item.line ?? [item.position];
  }

  drawLists() {
    const rows = this.fit(this.part("callouts"), "li", this.state.callouts.length, row);
    rows.forEach((li, index) => {
      const { seal, number, text, source } = this.state.callouts[index];
      fill(li, seal, this.chosen, [number, this.words.get(seal) ?? text, source]);
    });
    const lines = this.fit(this.part("measures"), "li", this.state.measurements.length, row);
    lines.forEach((li, index) => {
      const { seal, code, name, value, line } = this.state.measurements[index];
      fill(li, seal, this.chosen, [code, line ? name : `${name} (not on this view)`, value]);
      li.firstElementChild.disabled = !line;
    });
  }

  drawForm() {
    const item = this.callout();
    this.form.hidden = !item;
    if (!item) return;
    const number = this.part("field=number"),
      text = this.part("field=text"),
      category = this.part("field=category");
    number.replaceChildren(...this.state.callouts.map((_, index) => new Option(index + 1, index + 1)));
    number.value = item.number;
    category.value = item.category;
    if (document.activeElement !== text || text.dataset.seal !== item.seal)
      text.value = this.words.get(item.seal) ?? item.text;
    text.dataset.seal = item.seal;
  }

  choose(seal) {
    if (seal === this.chosen) return;
    this.write();
    this.chosen = seal;
    this.draw();
  }

  // --- doing

  /** What was typed, if it is new. */
  write() {
    clearTimeout(this.typing);
    const text = this.part("field=text"),
      item = this.callout();
    if (
      !item ||
      text.dataset.seal !== item.seal ||
      text.value.trim() === (this.words.get(item.seal) ?? item.text)
    )
      return;
    if (!text.value.trim()) {
      if (document.activeElement !== text) {
        text.value = item.text;
        this.note("A callout needs words.");
      }
      return;
    }
    const words = text.value.trim(),
      was = item.seal;
    if (words === this.sent?.words && was === this.sent.was) return; // on its way already
    this.sent = { words, was };
    this.words.set(was, words);
    this.send(() => ({ do: "write", seal: this.known(was), text: words })).finally(() => {
      if (this.words.get(was) === words) this.words.delete(was);
      this.draw();
    });
  }

  hold(handle) {
    const { seal } = handle.dataset;
    if (this.held && this.held.seal !== seal) this.drop();
    if (!this.held) {
      const item = things(this.state).find((one) => one.seal === seal);
      this.held = { seal, item, spots: this.spots(item).map((spot) => [...spot]) };
      this.shown.set(seal, this.held.spots);
    }
    this.held.end = Number(handle.dataset.end ?? 0);
    return this.held;
  }

  to(x, y) {
    this.held.spots[this.held.end] = [clamp(x), clamp(y)];
    this.drawPins();
    this.drawLines();
  }

  drop() {
    clearTimeout(this.timer);
    const { held } = this;
    this.held = null;
    if (!held) return;
    const { seal, item, spots } = held;
    const moved = item.line ? { do: "line", line: spots } : { do: "move", to: spots[0] };
    this.send(() => ({ ...moved, seal: this.known(seal) })).finally(() => {
      if (this.shown.get(seal) === spots) this.shown.delete(seal);
      this.draw();
    });
  }

  listen() {
    this.canvas.addEventListener("pointerdown", (event) => this.grab(event));
    this.canvas.addEventListener("dblclick", (event) => {
      if (!event.target.closest("button")) this.add(this.spotOf(event));
    });
    this.canvas.addEventListener("focusin", (event) => {
      if (event.target.dataset.seal) this.choose(event.target.dataset.seal);
    });
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.canvas.addEventListener("keyup", (event) => {
      if (KEYS[event.key] && this.held) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.drop(), PAUSE);
      }
    });
    this.canvas.addEventListener("focusout", () => this.drop());
    this.root.addEventListener("click", (event) => this.click(event));
    this.part("field=text").addEventListener("change", () => this.write());
    this.part("field=text").addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.write(), 4 * PAUSE);
    });
    this.part("field=number").addEventListener("change", (event) =>
      this.set("renumber", { number: Number(event.target.value) }),
    );
    this.part("field=category").addEventListener("change", (event) =>
      this.set("write", { category: event.target.value }),
    );
    this.root.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "z" && event.target.localName !== "textarea") {
        event.preventDefault();
        this.undo();
      }
    });
    this.form.addEventListener("submit", (event) => event.preventDefault());
  }

  set(does, more) {
    this.write();
    const item = this.callout();
    if (item) this.send(() => ({ do: does, seal: this.known(item.seal), ...more }));
  }

  click(event) {
    const target = event.target.closest("button");
    if (!target) return;
    if (target.matches(".e-row")) {
      this.choose(target.dataset.seal);
      this.canvas.querySelector(`[data-seal="${target.dataset.seal}"]`)?.scrollIntoView({ block: "nearest" });
    } else if (target.matches("[data-add]")) this.add([0.5, 0.5]);
    else if (target.matches("[data-delete]")) this.remove();
    else if (target.matches("[data-undo]")) this.undo();
  }

  add(to) {
    this.write();
    while (this.state.callouts.some(({ position: [x, y] }) => Math.hypot(x - to[0], y - to[1]) < 0.03))
      to = [clamp(to[0] + 0.04), clamp(to[1] + 0.02)];
    this.send(() => ({ do: "add", to, text: "To be specified", category: "construction" }));
  }

  remove() {
    const item = this.callout();
    if (!item) return;
    this.held = null;
    this.send(() => ({ do: "delete", seal: this.known(item.seal) })).then(() => {
      this.say(`Callout ${item.number} deleted.`);
      this.part("add").focus();
    });
  }

  undo() {
    this.write();
    this.drop();
    this.send(() => this.state.last && { do: "undo", change: this.state.last.id });
  }

  key(event) {
    const handle = event.target.closest("button[data-seal]");
    if (!handle) return;
    if (event.key === "Delete" && handle.matches(".e-pin")) return this.remove();
    if (event.key === "Enter" && handle.matches(".e-pin")) {
      event.preventDefault();
      this.part("field=text").focus();
      return;
    }
    const way = KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    const held = this.hold(handle),
      by = event.shiftKey ? LEAP : STEP,
      [x, y] = held.spots[held.end];
    clearTimeout(this.timer);
    this.to(x + way[0] * by, y + way[1] * by);
    this.say(`${percent(held.spots[held.end][0])}, ${percent(held.spots[held.end][1])}`);
  }

  grab(event) {
    const handle = event.target.closest("button[data-seal]");
    if (!handle || event.button) return;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    const from = [event.clientX, event.clientY];
    let moved = false;
    const move = (at) => {
      moved ||= Math.hypot(at.clientX - from[0], at.clientY - from[1]) > 3;
      if (!moved) return;
      this.hold(handle);
      this.to(...this.spotOf(at));
    };
    handle.addEventListener("pointermove", move);
    const end = () => {
      handle.removeEventListener("pointermove", move);
      this.drop();
    };
    handle.addEventListener("pointerup", end, { once: true });
    handle.addEventListener("pointercancel", end, { once: true });
  }

  spotOf(event) {
    const box = this.canvas.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  }

  /** What is still to be saved, before the editor goes. */
  finish() {
    this.write();
    this.drop();
    return this.queue;
  }
}

function button(names) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = names;
  return made;
}

function row() {
  const li = document.createElement("li"),
    inside = button("e-row");
  inside.append(
    ...["mono", "", "mono soft"].map((names) =>
      Object.assign(document.createElement("span"), { className: names }),
    ),
  );
  li.append(inside);
  return li;
}

function fill(li, seal, chosen, words) {
  const inside = li.firstElementChild;
  inside.dataset.seal = seal;
  inside.setAttribute("aria-pressed", String(seal === chosen));
  words.forEach((word, index) => {
    inside.children[index].textContent = word;
  });
}

function place(element, [x, y]) {
  element.style.setProperty("left", `${100 * x}%`);
  element.style.setProperty("top", `${100 * y}%`);
}

// --- where it stands: in the workbench dialog, or on a page of its own

const editors = new WeakMap();
let open = null;

function begin(within) {
  within.querySelectorAll("[data-editor]").forEach((root) => {
    if (editors.has(root)) return;
    open = new Editor(root);
    editors.set(root, open);
  });
}

begin(document);
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "workbench") begin(detail.target);
});
addEventListener("pagehide", () => open?.finish());

// What waits for the connection would go with the page: the browser asks before that.
addEventListener("beforeunload", (event) => {
  if (!navigator.onLine) open?.finish();
  if (away.size || (!navigator.onLine && open?.waiting)) event.preventDefault();
});

// On closing the page behind gets what was changed, as a poll would bring it.
document.getElementById("workbench")?.addEventListener("close", async () => {
  const editor = open;
  open = null;
  if (!editor) return;
  const late = away.has(editor);
  if (late) tell(AWAY, "bad");
  await editor.finish();
  if (late) tell("The changes to the drawing are saved now.", "good");
  const version = document.getElementById("page-version")?.value ?? 0;
  htmx.ajax("GET", `${editor.root.dataset.changes}&version=${version}`, { source: "#poller", swap: "none" });
});
