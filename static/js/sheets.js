// Sheets as a spreadsheet. Each cell is saved at once; what cannot be sent is kept and sent again. A cell that
// somebody else has changed meanwhile is told, never overwritten.

import { toast } from "./app.js";

document.getElementById("new-link")?.select();

const page = document.getElementById("sheets");
const csrf = () => document.querySelector("input[name=csrfmiddlewaretoken]").value;
const RETRY = 4000; // milliseconds until what could not be sent is sent again

// Where a cell stands ------------------------------------------------------------------------------

const gridOf = (cell) => cell?.closest("table.grid");
const isCell = (target) =>
  target instanceof HTMLTableCellElement && target.matches("table.grid tbody td:not(.row-tools)");
const rowsOf = (grid) => [...grid.tBodies[0].rows];
const columnOf = (cell) => gridOf(cell).tHead.rows[0].cells[cell.cellIndex]?.dataset.column ?? "";
const isWritable = (cell) => columnOf(cell) !== "" && !cell.classList.contains("locked");
const at = (grid, row, column) => rowsOf(grid)[row]?.cells[column];
const placeOf = (cell) => ({
  grid: gridOf(cell),
  row: cell.parentElement.sectionRowIndex,
  column: cell.cellIndex,
});
const textOf = (cell) => cell.dataset.text ?? cell.textContent.trim();

function addressOf(target) {
  if (isCell(target)) {
    return {
      sheet: gridOf(target).dataset.sheet,
      row: target.parentElement.dataset.row,
      column: columnOf(target),
    };
  }
  const { sheet, row, column } = target.dataset;
  return { sheet, row, column };
}

// Selection ----------------------------------------------------------------------------------------

let anchor = null; // where a selection began
let active = null;

function select(cell, extend = false) {
  if (!cell || !isCell(cell)) return;
  if (active && active !== cell) active.tabIndex = -1;
  active = cell;
  if (!extend || !anchor?.isConnected || gridOf(anchor) !== gridOf(cell)) anchor = cell;
  cell.tabIndex = 0;
  cell.focus();
  mark();
}

function mark() {
  for (const one of page.querySelectorAll("td.selected")) one.classList.remove("selected");
  if (anchor !== active) for (const one of selected()) one.classList.add("selected");
}

/** The selected cells, row by row. */
function block() {
  if (!active) return [];
  const [from, to] = [placeOf(anchor), placeOf(active)];
  const rows = rowsOf(from.grid).slice(Math.min(from.row, to.row), Math.max(from.row, to.row) + 1);
  const [first, last] = [Math.min(from.column, to.column), Math.max(from.column, to.column)];
  return rows.map((row) => [...row.cells].slice(first, last + 1).filter(isCell));
}
const selected = () => block().flat();

function move(rows, columns, extend = false) {
  const { grid, row, column } = placeOf(active);
  const wanted = at(grid, row + rows, column + columns);
  if (wanted && isCell(wanted)) select(wanted, extend);
}

/** The next cell that can be written, over the ends of rows; null at the end of the table. */
function following(cell, by) {
  const cells = [...gridOf(cell).tBodies[0].querySelectorAll("td")].filter(
    (one) => isCell(one) && isWritable(one),
  );
  return cells[cells.indexOf(cell) + by] ?? null;
}

// Editing ------------------------------------------------------------------------------------------

let editor = null;
let isLeaving = false; // after Escape, Tab leaves the table

function edit(cell, text) {
  if (editor) commit();
  if (!isWritable(cell)) return;
  editor = document.createElement("input");
  editor.className = "cell-editor";
  editor.maxLength = 2000;
  editor.autocomplete = "off";
  editor.ariaLabel = gridOf(cell).tHead.rows[0].cells[cell.cellIndex].textContent;
  editor.value = text ?? textOf(cell);
  editor.dataset.before = textOf(cell);
  cell.dataset.text = textOf(cell);
  cell.classList.add("editing");
  cell.append(editor);
  editor.focus();
  if (text === undefined) editor.select();
  editor.addEventListener("blur", commit);
}

function close() {
  const cell = editor?.parentElement;
  const closed = editor;
  editor = null; // first: taking a focused field away tells of a blur
  closed?.remove();
  cell?.classList.remove("editing");
  if (cell) delete cell.dataset.text;
  return cell;
}

function commit() {
  if (!editor) return;
  const { value } = editor;
  const before = editor.dataset.before;
  const cell = close();
  if (value.trim() !== before) put([[cell, value.trim()]]);
}

// Sending ------------------------------------------------------------------------------------------

const queue = [];
let isSending = false;

/** Show texts in cells or fields and send them, as one change. */
function put(pairs, force = false) {
  const cells = [];
  for (const [target, text] of pairs) {
    const expected = isCell(target) ? textOf(target) : target.dataset.was;
    cells.push({ ...addressOf(target), text, expected });
    show(target, text);
    target.classList.add("saving");
  }
  if (cells.length) queue.push({ cells, force });
  send();
}

function show(target, text) {
  if (!isCell(target)) target.dataset.was = text;
  else {
    delete target.dataset.text;
    target.textContent = text;
    target.classList.toggle("open", !text && target.classList.contains("open"));
  }
}

async function send() {
  if (isSending || !queue.length) return;
  isSending = true;
  const one = queue[0];
  try {
    const body = JSON.stringify({ page: page.dataset.page, cells: one.cells, force: one.force });
    const answer = await fetch(page.dataset.write, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
    });
    if (answer.redirected) throw new SignedOutError();
    if (answer.status >= 500) throw new Error(String(answer.status));
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    const told = isJson ? await answer.json() : { error: "You may look at this product, and not change it." };
    queue.shift();
    await take(one, answer.status, told);
  } catch (error) {
    const words =
      error instanceof SignedOutError
        ? "You have been signed out. What you typed is still here: sign in in another tab, it is sent then."
        : "Not saved yet. It is sent again as soon as the site can be reached.";
    if (!one.told) toast({ text: words, tone: "bad" });
    one.told = true;
    setTimeout(send, RETRY);
    isSending = false;
    return;
  }
  isSending = false;
  send();
}

class SignedOutError extends Error {}

async function take(one, status, told) {
  if (status === 200) return accepted(one, told);
  for (const cell of one.cells) restore(cell);
  if (status === 409) {
    for (const cell of told.cells ?? []) restore({ ...cell, expected: cell.now });
    const own = one.cells.length === 1 && one.cells[0].text ? ` You typed “${one.cells[0].text}”.` : "";
    toast({ text: told.error + own, tone: "bad" });
  } else if (told.implausible) {
    const target = find(one.cells.find((cell) => cell.row === told.implausible) ?? one.cells[0]);
    toast({ text: told.error, tone: "bad" });
    if (target) doubt(target, one);
  } else {
    toast({ text: told.error ?? "This cannot be saved.", tone: "bad" });
    refused(one, told.where ?? []);
  }
}

/** What was typed stays to be mended: in its field, or in the editor of its cell. */
function refused(one, [sheet, row, column]) {
  const sent = one.cells.find((cell) => cell.sheet === sheet && cell.row === row && cell.column === column);
  const target = sent && find(sent);
  if (!target) return;
  target.classList.add("refused");
  if (!isCell(target)) target.value = sent.text;
  else if (!editor) {
    select(target);
    edit(target, sent.text);
  }
}

/** A value that such products do not have is kept when somebody says so. */
function doubt(target, one) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn keep";
  button.textContent = `Keep ${one.cells[0].text}`;
  button.addEventListener("click", () => {
    button.remove();
    put(
      one.cells.map((cell) => [find(cell), cell.text]).filter(([cell]) => cell),
      true,
    );
  });
  if (isCell(target)) target.dataset.text = textOf(target); // without the words of the button
  (isCell(target) ? target : target.parentElement).append(button);
}

function find({ sheet, row, column }) {
  for (const grid of page.querySelectorAll(`table.grid[data-sheet="${CSS.escape(sheet)}"]`)) {
    const index = [...grid.tHead.rows[0].cells].findIndex((head) => head.dataset.column === column);
    const found = index < 0 ? null : rowsOf(grid).find((one) => one.dataset.row === row)?.cells[index];
    if (found) return found;
  }
  const fields = [...page.querySelectorAll("[data-sheet][data-column]:not(table)")];
  return fields.find(
    (one) => one.dataset.sheet === sheet && one.dataset.row === row && one.dataset.column === column,
  );
}

/** What a cell said before it was sent. */
function restore(cell) {
  const target = find(cell);
  if (!target) return;
  target.classList.remove("saving");
  show(target, cell.expected);
  if (!isCell(target)) target.value = cell.expected;
}

function accepted(one, told) {
  if (told.reload) return location.reload();
  const held = active?.isConnected ? placeOf(active) : null;
  const began = anchor?.isConnected ? placeOf(anchor) : null;
  const open = editor && { value: editor.value, ...placeOf(editor.parentElement) };
  for (const { grid, row, html } of told.rows) {
    const table = page.querySelector(`table[data-grid="${grid}"]`);
    const old = table && rowsOf(table).find((line) => line.dataset.row === row);
    if (!old || isWaiting(grid, row)) continue;
    const made = document.createElement("template");
    made.innerHTML = html;
    if (open && old.contains(editor)) close();
    old.replaceWith(made.content);
  }
  for (const { key, value, symbol } of told.fields) field(key, value, symbol);
  for (const [name, html] of Object.entries(told.parts)) part(name, html);
  document.getElementById("undo")?.toggleAttribute("disabled", !told.canUndo);
  for (const cell of one.cells) find(cell)?.classList.remove("saving", "refused");
  if (began) anchor = at(began.grid, began.row, began.column);
  if (held && !active?.isConnected) {
    active = at(held.grid, held.row, held.column);
    if (active) {
      active.tabIndex = 0;
      if (!open && document.activeElement === document.body) active.focus();
    }
  }
  if (open && !editor) edit(at(open.grid, open.row, open.column), open.value);
  mark();
}

/** Whether a later change of this row is on its way: its own answer brings the row. */
function isWaiting(grid, row) {
  const { sheet } = page.querySelector(`table[data-grid="${grid}"]`).dataset;
  return queue.some((one) => one.cells.some((cell) => cell.sheet === sheet && cell.row === row));
}

function field(key, value, symbol) {
  for (const one of page.querySelectorAll(`[id="${CSS.escape(key)}"], [id$="-${CSS.escape(key)}"]`)) {
    if (one === document.activeElement && one.value !== one.dataset.was) continue;
    one.value = value;
    one.dataset.was = value;
    one.closest(".cell-field")?.classList.toggle("open", !value);
  }
  const drawn = page.querySelector(`[data-symbol="${CSS.escape(key)}"]`);
  if (drawn) drawn.innerHTML = symbol;
}

/** What follows on the page, unless somebody is typing in it. */
function part(name, html) {
  const box = document.getElementById(`part-${name}`);
  if (!box) return;
  const focus = box.contains(document.activeElement) ? document.activeElement : null;
  const typed = focus && focus.value !== focus.dataset.was ? focus.value : null;
  const opened = [...box.querySelectorAll("details[open]")].map((one) => one.id);
  box.innerHTML = html;
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  const again = focus && document.getElementById(focus.id);
  if (!again) return;
  if (typed !== null) again.value = typed;
  again.focus();
}

addEventListener("online", send);
addEventListener("beforeunload", (event) => {
  if (queue.length) event.preventDefault();
});

// Keys, mouse, clipboard ---------------------------------------------------------------------------

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function inEditor(event) {
  if (event.key === "Escape") {
    event.preventDefault();
    select(close());
  } else if (
    event.key === "Enter" ||
    event.key === "Tab" ||
    event.key === "ArrowUp" ||
    event.key === "ArrowDown"
  ) {
    event.preventDefault();
    const cell = editor.parentElement;
    commit();
    select(cell);
    if (event.key === "Tab") select(following(cell, event.shiftKey ? -1 : 1) ?? cell);
    else move(event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey) ? -1 : 1, 0);
  }
}

function inGrid(event) {
  const { key } = event;
  const command = event.ctrlKey || event.metaKey;
  if (ARROWS[key]) {
    event.preventDefault();
    move(...ARROWS[key], event.shiftKey);
  } else if (key === "Tab" && !isLeaving) {
    const next = following(active, event.shiftKey ? -1 : 1);
    if (!next) return;
    event.preventDefault();
    select(next);
  } else if (key === "Escape") {
    isLeaving = true;
    select(active);
    return;
  } else if (key === "Enter" || key === "F2") {
    event.preventDefault();
    edit(active);
  } else if (key === "Delete" || key === "Backspace") {
    event.preventDefault();
    put(
      selected()
        .filter((cell) => isWritable(cell) && textOf(cell))
        .map((cell) => [cell, ""]),
    );
  } else if (command && key.toLowerCase() === "d") {
    event.preventDefault();
    fillDown();
  } else if (command && key.toLowerCase() === "z") {
    event.preventDefault();
    document.getElementById("undo-form")?.requestSubmit();
  } else if (command && (key === "Home" || key === "End")) {
    event.preventDefault();
    const rows = rowsOf(gridOf(active));
    select(key === "Home" ? rows[0].cells[0] : rows.at(-1).cells[active.cellIndex]);
  } else if (key.length === 1 && !command && !event.altKey) {
    event.preventDefault();
    edit(active, key);
  }
  isLeaving = false;
}

/** The first row of the selection into all rows below it; of one cell, what stands above it. */
function fillDown() {
  let rows = block();
  if (rows.length === 1) {
    const { grid, row } = placeOf(active);
    const above = rowsOf(grid)[row - 1];
    if (!above) return;
    rows = [rows[0].map((cell) => above.cells[cell.cellIndex]), ...rows];
  }
  const [first, ...rest] = rows;
  put(
    rest
      .flatMap((row) => row.map((cell, place) => [cell, textOf(first[place])]))
      .filter(([cell]) => isWritable(cell)),
  );
}

document.addEventListener("keydown", (event) => {
  if (editor && event.target === editor) inEditor(event);
  else if (isCell(event.target)) inGrid(event);
});

document.addEventListener("focusin", ({ target }) => {
  if (isCell(target) && target !== active) select(target);
});
document.addEventListener("mousedown", (event) => {
  const cell = event.target.closest?.("td");
  if (!isCell(cell) || cell.classList.contains("editing")) return;
  event.preventDefault();
  if (editor) commit();
  if (cell === active && !event.shiftKey && anchor === active) edit(cell);
  else select(cell, event.shiftKey);
});
document.addEventListener("dblclick", ({ target }) => {
  const cell = target.closest?.("td");
  if (isCell(cell) && !editor) edit(cell);
});

document.addEventListener("copy", (event) => {
  if (editor || !isCell(document.activeElement)) return;
  event.preventDefault();
  event.clipboardData.setData(
    "text/plain",
    block()
      .map((row) => row.map(textOf).join("\t"))
      .join("\n"),
  );
});

document.addEventListener("paste", (event) => {
  if (editor || !isCell(document.activeElement)) return;
  event.preventDefault();
  const lines = pasted(event.clipboardData.getData("text/plain"));
  const { grid, row, column } = placeOf(active);
  const pairs = [];
  let left = 0;
  const many = selected();
  if (lines.length === 1 && lines[0].length === 1 && many.length > 1) {
    put(many.filter(isWritable).map((cell) => [cell, lines[0][0]]));
    return;
  }
  lines.forEach((texts, down) =>
    texts.forEach((text, along) => {
      const cell = at(grid, row + down, column + along);
      if (!cell || !isCell(cell)) left += 1;
      else if (isWritable(cell) && textOf(cell) !== text.trim()) pairs.push([cell, text.trim()]);
    }),
  );
  put(pairs);
  if (left)
    toast({ text: `${left} cells of what you pasted lie outside the table. Add rows first.`, tone: "bad" });
});

/** Rows of cells of what Excel or Sheets put on the clipboard: quoted cells may hold line ends. */
function pasted(text) {
  const rows = [[""]];
  let quoted = false;
  const marks = [...text.replace(/\r\n?/g, "\n").replace(/\n$/, "")];
  for (let place = 0; place < marks.length; place += 1) {
    const sign = marks[place];
    const row = rows.at(-1);
    if (sign === '"' && quoted && marks[place + 1] === '"') row[row.length - 1] += marks[(place += 1)];
    else if (sign === '"' && (quoted || row.at(-1) === "")) quoted = !quoted;
    else if (sign === "\t" && !quoted) row.push("");
    else if (sign === "\n" && !quoted) rows.push([""]);
    else row[row.length - 1] += sign === "\n" ? " " : sign;
  }
  return rows;
}

// Fields, rows, size ranges ------------------------------------------------------------------------

document.addEventListener("change", ({ target }) => {
  if (target.id === "size-range") return range(target.selectedOptions[0]);
  if (!target.dataset?.column || !page?.contains(target) || target === editor) return undefined;
  if (target.value.trim() !== target.dataset.was) put([[target, target.value.trim()]]);
  return undefined;
});

function range({ dataset }) {
  if (!dataset.sizes) return;
  const fields = ["size_system", "sizes", "base_size"].map((name) =>
    document.getElementById(`header-1-${name}`),
  );
  put(fields.map((one, place) => [one, [dataset.system, dataset.sizes, dataset.base][place]]));
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-act]");
  if (!button || !page?.contains(button)) return;
  const form = document.getElementById("row-form");
  const line = button.closest("tr");
  form.action = `${form.dataset.rows}${gridOf(button).dataset.sheet}/${encodeURIComponent(line.dataset.row)}/`;
  document.getElementById("row-act").name = button.dataset.act;
  form.submit();
});

for (const grid of page?.querySelectorAll("table.grid") ?? []) {
  const first = grid.tBodies[0].querySelector("td");
  if (first) first.tabIndex = 0;
}
