/* Arrow keys in the gradebook: from cell to cell, as in a spreadsheet. Tab works without it. */
"use strict";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const cell = event.target.closest && event.target.closest(".gb-cells tbody td, .gb-cells tbody th");
  if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const row = cell.parentElement;
  const rows = row.parentElement.rows;
  const next = rows[Array.prototype.indexOf.call(rows, row) + step[0]];
  const found = next && next.cells[cell.cellIndex + step[1]];
  const link = found && found.querySelector("a");
  if (link) {
    event.preventDefault();
    link.focus();
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
});

/* The class comes after its page: whoever was led to a student is brought there then. */
document.addEventListener("htmx:afterSettle", (event) => {
  const box = event.target.closest && event.target.closest(".gb-later");
  if (!box) {
    return;
  }
  box.removeAttribute("aria-busy");
  const row = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (row) {
    row.scrollIntoView({ block: "center" });
  }
});
