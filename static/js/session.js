// Warns before a pause grows so long that the person is asked anew who they are, and before the sign-in ends.
// The server counts; this page asks it again before it warns, since another window may have shown a sign of life.

const WARN_S = 120;
const box = document.querySelector("[data-session]");
const words = box?.querySelector("[data-session-words]");
const stay = box?.querySelector("[data-session-stay]");
let timer;

if (box) {
  look(Number(box.dataset.idle), Number(box.dataset.absolute));
  // What htmx or an autosaved draft sends is a sign of life, too.
  document.addEventListener("htmx:afterRequest", () => look(Number(box.dataset.idleLimit), NaN));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  stay.addEventListener("click", async () => {
    const token = document.body.getAttribute("hx-headers") ?? "{}";
    try {
      await fetch(box.dataset.stay, { method: "POST", headers: JSON.parse(token), redirect: "manual" });
    } finally {
      await ask();
    }
  });
}

async function ask() {
  try {
    const answer = await fetch(box.dataset.left, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (!answer.ok) return over("ended");
    const left = await answer.json();
    look(left.idle, left.absolute);
  } catch {
    // No connection: the server counts on; ask again when there may be one.
    later(30);
  }
}

function look(idle, absolute) {
  const ends = Number.isNaN(absolute) || idle < absolute ? ["idle", idle] : ["absolute", absolute];
  const [kind, seconds] = ends;
  if (seconds <= 0) return over(kind === "idle" ? "over" : "ended");
  if (seconds > WARN_S) {
    box.hidden = true;
    return later(seconds - WARN_S);
  }
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  words.textContent = box.dataset[kind === "idle" ? "idleWords" : "absoluteWords"].replace("#", minutes);
  stay.hidden = kind !== "idle";
  box.hidden = false;
  return later(Math.min(20, seconds));
}

function over(kind) {
  words.textContent = box.dataset[`${kind}Words`];
  stay.hidden = true;
  box.hidden = false;
}

function later(seconds) {
  clearTimeout(timer);
  timer = setTimeout(ask, Math.min(seconds, 3600) * 1000);
}
