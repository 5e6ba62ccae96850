// Keys, drop-down panels and the print button.

const SWITCH = "shortcuts-off";
const remembered = () => { try { return localStorage.getItem(SWITCH) === "1"; } catch { return false; } };
const remember = (off) => { try { localStorage.setItem(SWITCH, off ? "1" : "0"); } catch { /* private window: lasts for this page */ } };
let off = remembered();

// People who speak to their computer, or whose hands slip, need one-key shortcuts to be switchable.
const toggle = document.querySelector("[data-shortcuts]");
const usesKeys = document.querySelector("[data-next], [data-previous], [data-search]");
function showToggle() {
  toggle.textContent = off ? toggle.dataset.off : toggle.dataset.on;
}
if (toggle && usesKeys) {
  toggle.hidden = false;
  showToggle();
  toggle.addEventListener("click", () => {
    off = !off;
    remember(off);
    showToggle();
  });
}

const TARGETS = { j: "[data-next]", k: "[data-previous]" };

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeDrops();
  if (off || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search?.offsetParent) {
      event.preventDefault();
      search.focus();
    }
    return;
  }
  document.querySelector(TARGETS[event.key.toLowerCase()] ?? ":not(*)")?.click();
});

function closeDrops(except) {
  for (const drop of document.querySelectorAll("details[data-drop][open]")) {
    if (drop === except) continue;
    const held = drop.contains(document.activeElement);
    drop.open = false;
    if (held) drop.querySelector("summary").focus();
  }
}
document.addEventListener("click", (event) => closeDrops(event.target.closest("details[data-drop]")));

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
