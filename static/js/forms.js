// Comforts for forms. Each page works without them.

// data-once: the first press locks the buttons, so that an impatient second press sends nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // After this turn, or the pressed button's own name and value would not be sent.
  setTimeout(() => setLocked(form, true), 0);
});

// The browser's back button may show the page as it was left, with its buttons locked.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once][data-sent]")) {
    delete form.dataset.sent;
    setLocked(form, false);
  }
});

function setLocked(form, locked) {
  for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = locked;
}

// data-error-summary: read first, then its links lead to the fields.
function showErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}
showErrors(document);
document.addEventListener("htmx:afterSwap", (event) => showErrors(event.detail.target ?? document));

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  const field = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
  (field ?? target).focus();
});

// data-max-bytes: say a file's size before it travels; words come from the server's own language.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("input[type=file][data-max-bytes]")) return;
  const limit = Number(input.dataset.maxBytes);
  const heaviest = Math.max(0, ...[...input.files].map((file) => file.size));
  const line = sizeLine(input);
  const over = heaviest > limit;
  line.classList.toggle("file-size--over", over);
  const size = `${(heaviest / 1048576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;
  line.textContent = input.files.length ? [size, over ? input.dataset.tooBig : ""].filter(Boolean).join(" · ") : "";
});

function sizeLine(input) {
  const known = input.parentElement.querySelector(".file-size");
  if (known) return known;
  const line = document.createElement("p");
  line.className = "file-size";
  line.setAttribute("role", "status");
  input.after(line);
  return line;
}

// data-autosave: the draft is sent as it stands, two seconds after the last change. "Kept" is said only where the
// server said so of this draft; a page of sign-in, however friendly, keeps nothing.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const state = form.querySelector("[data-autosave-state]") ?? document.querySelector("[data-autosave-state]");
  const tell = (text) => { if (state && text) state.textContent = text; };
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (form.dataset.sent) return;
      tell(state?.dataset.saving);
      const body = new FormData(form);
      // Files travel with the real send, not with every pause in typing.
      for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-Autosave": "1" } });
        if (answer.headers.has("X-Kept")) tell(state?.dataset.saved);
        else tell(answer.redirected ? state?.dataset.signedOut : state?.dataset.failed);
      } catch {
        tell(state?.dataset.failed);
      }
    }, 2000);
  });
}
