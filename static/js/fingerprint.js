// Says at once whether a chosen file is what was issued: its fingerprint is computed here, and the file stays on this
// machine. Without this script, or where the browser cannot compute it, the form sends the file and the server answers.
const form = document.querySelector("[data-fingerprint]");
const said = form?.querySelector("[data-compared]");

async function fingerprintOf(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

form?.querySelector("input[type=file]")?.addEventListener("change", async (event) => {
  const [file] = event.target.files;
  said.textContent = "";
  if (!file || !globalThis.crypto?.subtle) return;
  try {
    const words = (await fingerprintOf(file)) === form.dataset.fingerprint ? "same" : "other";
    if (event.target.files[0] === file) said.textContent = form.dataset[words];
  } catch {
    said.textContent = form.dataset.unread;
  }
});
