// The agenda's order: the arrows, the number fields and the handles move a row at once, and what came of it is said.
// Only ticked rows have a place. Without this script the same buttons are sent, and the page comes back in the new order.
const list = document.querySelector("[data-agenda]");
const said = document.querySelector("[data-agenda-said]");

const rows = () => [...list.querySelectorAll("[data-item]")];
const box = (row) => row.querySelector("input[type=checkbox]");
const place = (row) => row.querySelector("input[type=number]");
const ticked = () => rows().filter((row) => box(row).checked);

// Places follow the order of the rows, and a heading stands wherever award or kind of nominee changes.
function settle() {
  const chosen = ticked();
  for (const row of rows()) place(row).value = box(row).checked ? chosen.indexOf(row) + 1 : "";
  for (const heading of list.querySelectorAll(".agenda-order__group")) heading.remove();
  let group;
  for (const row of rows()) {
    if (row.dataset.group !== group) row.before(headingOf(row.dataset.group));
    group = row.dataset.group;
  }
}

function headingOf(words) {
  const heading = document.createElement("tr");
  heading.className = "agenda-order__group";
  const cell = Object.assign(document.createElement("th"), { colSpan: 3, scope: "rowgroup", textContent: words });
  heading.append(cell);
  return heading;
}

function tell(row) {
  const chosen = ticked();
  const words = { name: row.dataset.item, place: chosen.indexOf(row) + 1, count: chosen.length };
  said.textContent = list.dataset.moved.replace(/\{(\w+)\}/g, (_all, word) => words[word]);
}

// Puts a ticked row at a place among the ticked ones, counted from 0.
function moveTo(row, target) {
  const others = ticked().filter((other) => other !== row);
  const before = others[Math.max(0, target)];
  if (before) before.before(row);
  else others.at(-1)?.after(row);
  settle();
  tell(row);
}

function press(button) {
  if (button.value === "plan") {
    const rank = (row) => Number(row.dataset.rank) + (box(row).checked ? 0 : 1e6);
    list.append(...rows().sort((one, other) => rank(one) - rank(other)));
    settle();
    said.textContent = list.dataset.byPlan;
    return;
  }
  const row = button.closest("[data-item]");
  if (!box(row).checked) {
    said.textContent = list.dataset.notTicked;
    return;
  }
  const now = ticked().indexOf(row);
  moveTo(row, button.value.startsWith("up") ? now - 1 : now + 1);
  button.focus();
}

// Moving the row frees the pointer that a handle would hold, so the page listens until it is let go.
function drag(row, event) {
  event.preventDefault();
  row.classList.add("agenda-order__drawn");
  let moved = false;
  const follow = (now) => {
    const under = document.elementFromPoint(now.clientX, now.clientY)?.closest("[data-item]");
    if (!under || under === row) return;
    const { top, height } = under.getBoundingClientRect();
    if (now.clientY < top + height / 2) under.before(row);
    else under.after(row);
    moved = true;
  };
  const over = new AbortController();
  const drop = () => {
    over.abort();
    row.classList.remove("agenda-order__drawn");
    if (!moved) return;
    box(row).checked = true;
    settle();
    tell(row);
  };
  document.addEventListener("pointermove", follow, { signal: over.signal });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, drop, { signal: over.signal });
}

if (list) {
  const form = list.closest("form");
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    event.preventDefault();
    press(button);
  });
  list.addEventListener("change", (event) => {
    const row = event.target.closest("[data-item]");
    if (event.target === box(row)) settle();
    else if (place(row).value) {
      box(row).checked = true;
      moveTo(row, place(row).value - 1);
    }
  });
  for (const handle of list.querySelectorAll("[data-handle]")) {
    handle.hidden = false;
    handle.addEventListener("pointerdown", (event) => drag(handle.closest("[data-item]"), event));
  }
}
