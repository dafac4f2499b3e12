// Photos that travel with a form. Each file is uploaded at once and becomes a draft; the form
// posts the drafts' ids and views in order. See templates/components/uploader.html.

const VIEWS = ["front", "back", "side", "detail"];
const AT_ONCE = 3;

/** As `techpack.forms.guess_view`: the file's name says it, else what no photo shows yet. */
function guessView(name, taken) {
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);
  return (
    VIEWS.find((view) => words.includes(view)) ?? VIEWS.find((view) => !taken.includes(view)) ?? "detail"
  );
}

/** As `techpack.forms.twice`. */
const twice = (name, first) =>
  name === first
    ? `${name} was chosen twice. It is taken once.`
    : `${name} is the same photo as ${first}. It is taken once.`;

class Uploader {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.rows = box.querySelector("[data-rows]");
    this.input = box.querySelector("input[type=file]");
    this.errors = box.querySelector("[data-errors]");
    this.room = Number(box.dataset.room);
    this.waiting = [];
    this.sending = 0;
    this.listen();
    this.number();
    this.takeChosen(); // those chosen before this script was there
  }

  get tiles() {
    return [...this.rows.querySelectorAll("[data-tile]")];
  }
  get busy() {
    return this.sending + this.waiting.length > 0;
  }
  get taken() {
    return [
      ...this.box.dataset.taken.split(" "),
      ...this.tiles.map((tile) => tile.querySelector("[data-view]").value),
    ];
  }
  get broken() {
    return this.tiles.filter((tile) => tile.classList.contains("broken"));
  }

  listen() {
    this.input.addEventListener("change", () => this.takeChosen());
    this.rows.addEventListener("click", (event) => this.clicked(event));
    this.form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (!files.length) return;
      event.preventDefault();
      this.add(files);
    });
    // a file dropped beside the zone must not replace the page: wherever it falls, it is taken
    document.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.box.classList.add("over");
    });
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) this.box.classList.remove("over");
    });
    document.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.box.classList.remove("over");
      this.add([...event.dataTransfer.files]);
    });
    this.dragging();
  }

  // Adding ----------------------------------------------------------------------------------

  takeChosen() {
    const files = [...this.input.files];
    if (!files.length) return;
    this.input.value = ""; // they travel by themselves
    this.add(files);
  }

  add(files) {
    this.errors.replaceChildren();
    const free = this.room - this.tiles.length;
    if (files.length > free) {
      const out = files.slice(Math.max(0, free)).map((file) => file.name);
      this.refuse(
        `A product has at most ${this.room} photos. The first ${this.room} are kept. Left out: ${out.join(", ")}.`,
      );
    }
    files.slice(0, Math.max(0, free)).forEach((file) => this.addOne(file));
    this.number();
  }

  addOne(file) {
    const tile = this.box.querySelector("template").content.firstElementChild.cloneNode(true);
    const id = `view-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    const view = tile.querySelector("[data-view]");
    view.id = id;
    tile.querySelector("label").htmlFor = id;
    tile.file = file;
    this.name(tile, file.name || "pasted.png");
    view.value = guessView(file.name, this.taken);
    this.show(tile, file);
    this.rows.append(tile);
    this.waiting.push(tile);
    this.pump();
  }

  name(tile, name) {
    const line = tile.querySelector("[data-name]");
    line.textContent = line.title = name;
    tile.querySelector("[data-remove]").ariaLabel = `Remove ${name}`;
    tile.querySelector("[data-view]").setAttribute("aria-description", name);
  }

  /** At once, from the file itself; a kind the browser cannot show waits for the server's. */
  show(tile, file) {
    const img = tile.querySelector("img");
    const address = URL.createObjectURL(file);
    img.onload = () => URL.revokeObjectURL(address);
    img.onerror = () => {
      img.onerror = null;
      img.hidden = true;
      URL.revokeObjectURL(address);
    };
    img.src = address;
  }

  // Sending ---------------------------------------------------------------------------------

  pump() {
    while (this.sending < AT_ONCE && this.waiting.length) this.send(this.waiting.shift());
  }

  async send(tile) {
    this.sending += 1;
    try {
      const answer = await this.post(tile);
      if (!tile.isConnected) this.forget(answer.id);
      else this.arrived(tile, answer);
    } catch (error) {
      if (tile.isConnected) this.failed(tile, error);
    } finally {
      this.sending -= 1;
      this.pump();
      this.settled();
    }
  }

  post(tile) {
    const data = new FormData();
    data.append("photo", tile.file, tile.file.name || "pasted.png");
    const bar = tile.querySelector("progress");
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch does not tell how far an upload is
      tile.request = request;
      request.open("POST", this.box.dataset.upload);
      request.setRequestHeader("X-CSRFToken", this.form.elements.csrfmiddlewaretoken.value);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
      };
      request.onload = () => {
        const answer = request.response;
        if (request.status === 201 && answer) resolve(answer);
        else if (answer?.error) reject({ refused: answer.error });
        else if (request.status === 200 || request.status === 403)
          reject({ again: "You were signed out. Sign in again in another tab, then try again." });
        else if (request.status === 413)
          reject({ refused: `${tile.file.name} is larger than the 25 MB a photo may have.` });
        else reject({ again: "The upload failed on our side." });
      };
      request.onerror = () => reject({ again: "The upload broke off." });
      request.send(data);
    });
  }

  arrived(tile, answer) {
    const twin = this.tiles.find((other) => other.dataset.sha256 === answer.sha256);
    if (twin) {
      tile.dataset.id = answer.id; // so that the draft is forgotten with its tile
      this.mention(twice(answer.name, twin.querySelector("[data-name]").textContent));
      this.remove(tile);
      return;
    }
    tile.dataset.sha256 = answer.sha256;
    tile.classList.remove("sending", "broken");
    tile.dataset.id = answer.id;
    const hidden = tile.querySelector("[name=draft]");
    hidden.value = answer.id;
    hidden.disabled = false;
    tile.querySelector("[data-view]").name = `view_${answer.id}`;
    tile.querySelector("progress").hidden = true;
    const img = tile.querySelector("img");
    if (img.hidden) {
      img.hidden = false;
      img.src = answer.picture;
    }
    this.say(`${answer.name} is here.`);
  }

  failed(tile, { refused, again }) {
    if (refused) {
      // no use in trying the same file again
      this.refuse(refused);
      this.remove(tile);
      return;
    }
    tile.classList.add("broken");
    const line = tile.querySelector("[data-tile-error]");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "link", textContent: "Try again" });
    button.dataset.again = "";
    line.replaceChildren(`${again ?? "The upload failed."} `, button);
    line.hidden = false;
  }

  again(tile) {
    tile.classList.remove("broken");
    tile.querySelector("[data-tile-error]").hidden = true;
    this.waiting.push(tile);
    this.pump();
  }

  refuse(sentence) {
    this.mention(sentence, "error");
  }

  /** What is no error does not keep the form from going on. */
  mention(sentence, kind = "hint") {
    const line = document.createElement("li");
    line.className = kind;
    line.textContent = sentence;
    this.errors.append(line);
  }

  // Order, removal --------------------------------------------------------------------------

  clicked(event) {
    const button = event.target.closest("button");
    const tile = button?.closest("[data-tile]");
    if (!tile) return;
    if (button.dataset.move) this.move(tile, Number(button.dataset.move), button);
    else if ("again" in button.dataset) this.again(tile);
    else if ("remove" in button.dataset) {
      const next = tile.nextElementSibling ?? tile.previousElementSibling;
      this.remove(tile);
      (next?.querySelector("[data-remove]") ?? this.input).focus();
    }
  }

  move(tile, by, button) {
    const other = by < 0 ? tile.previousElementSibling : tile.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(tile);
    else other.after(tile);
    this.number();
    const stays = button.disabled ? tile.querySelector(`[data-move="${-by}"]`) : button;
    stays.focus();
    this.say(`Now ${this.tiles.indexOf(tile) + 1} of ${this.tiles.length}.`);
  }

  remove(tile) {
    tile.request?.abort();
    this.waiting = this.waiting.filter((other) => other !== tile);
    if (tile.dataset.id) this.forget(tile.dataset.id);
    tile.remove();
    this.number();
    this.settled();
  }

  forget(id) {
    fetch(`${this.box.dataset.upload}${id}/delete/`, {
      method: "POST",
      headers: { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
    }).catch(() => {}); // forgotten drafts are purged anyway
  }

  number() {
    const tiles = this.tiles;
    tiles.forEach((tile, place) => {
      tile.draggable = tiles.length > 1;
      tile.querySelector("[data-number]").textContent = place + 1;
      tile.querySelector('[data-move="-1"]').disabled = place === 0;
      tile.querySelector('[data-move="1"]').disabled = place === tiles.length - 1;
    });
    this.box.querySelector("[data-count]").textContent = `${tiles.length} of ${this.room}`;
    this.box.classList.toggle("filled", tiles.length > 0);
    this.box.classList.toggle("full", tiles.length >= this.room);
  }

  dragging() {
    let dragged = null;
    this.rows.addEventListener("dragstart", (event) => {
      dragged = event.target.closest("[data-tile]");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
      requestAnimationFrame(() => dragged?.classList.add("lifted"));
    });
    this.rows.addEventListener("dragover", (event) => {
      const over = event.target.closest("[data-tile]");
      if (!dragged || !over) return;
      event.preventDefault();
      if (over === dragged) return;
      const tiles = this.tiles;
      if (tiles.indexOf(over) > tiles.indexOf(dragged)) over.after(dragged);
      else over.before(dragged);
    });
    this.rows.addEventListener("dragend", () => {
      dragged?.classList.remove("lifted");
      dragged = null;
      this.number();
    });
  }

  // The form --------------------------------------------------------------------------------

  submitted(event) {
    if (event.defaultPrevented) return;
    if (this.busy) {
      event.preventDefault();
      this.submitter = event.submitter;
      this.wait(true);
    } else if (this.broken.length) {
      event.preventDefault();
      this.broken[0].querySelector("[data-again]").focus();
      this.refuse("Some photos did not arrive. Try them again, or remove them.");
    } else {
      this.wait(false, event.submitter?.dataset.busy);
    }
  }

  /** Create was pressed while photos are on their way: it goes on by itself when they are there. */
  settled() {
    if (!this.submitter || this.busy) return;
    const submitter = this.submitter;
    this.submitter = null;
    this.release(submitter);
    if (!this.errors.querySelector(".error") && !this.broken.length) this.form.requestSubmit(submitter);
  }

  wait(forPhotos, words) {
    const button = forPhotos ? this.submitter : this.form.querySelector("[data-busy]");
    if (!button) return;
    button.dataset.words ??= button.textContent;
    button.textContent = forPhotos ? "Waiting for the photos..." : (words ?? button.textContent);
    button.setAttribute("aria-disabled", "true");
    if (!forPhotos)
      setTimeout(() => {
        button.disabled = true;
      }); // after the form was taken
  }

  release(button) {
    button.textContent = button.dataset.words;
    button.removeAttribute("aria-disabled");
    button.disabled = false;
  }

  say(sentence) {
    this.box.querySelector("[data-said]").textContent = sentence;
  }
}

// Chrome calls a picture that is dragged within the page a file too
const hasFiles = (event) =>
  !document.querySelector("[data-tile].lifted") && [...(event.dataTransfer?.types ?? [])].includes("Files");

document.querySelectorAll("[data-uploader]").forEach((box) => new Uploader(box));

// back from the next page: the button works again
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("[data-words]").forEach((button) => {
    button.textContent = button.dataset.words;
    button.removeAttribute("aria-disabled");
    button.disabled = false;
  });
});
