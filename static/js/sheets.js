// Sheets as a spreadsheet: Enter and arrows move from row to row.

import { exchanged } from "./region.js";

exchanged("sheets");
const cells = (table) => [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll(".sheet-cell")]);

document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!(cell instanceof HTMLInputElement) || !cell.classList.contains("sheet-cell")) return;
  const by = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const rows = cells(cell.closest("table"));
  const at = rows.findIndex((row) => row.includes(cell));
  const next = rows[at + by]?.[rows[at].indexOf(cell)];
  if (!next) return cell.blur();
  next.focus();
  next.select();
});

document.getElementById("new-link")?.select();
