// A bounded text says how much of it is used. The bound is lifted here, or the browser would cut a pasted text without a
// word; the server counts again, with line ends of two characters as they travel.
function countText(area) {
  const line = area.closest(".field")?.querySelector(".text-limit");
  if (!line) return;
  if (area.hasAttribute("maxlength")) {
    area.dataset.limit = area.maxLength;
    area.removeAttribute("maxlength");
  }
  const limit = Number(area.dataset.limit);
  const used = [...area.value.replace(/\r?\n/g, "\r\n")].length;
  const written = (count) => count.toLocaleString(document.documentElement.lang);
  const warning = line.querySelector("[data-too-long]");
  line.querySelector("[data-text-count]").textContent = `${written(used)} / ${written(limit)}`;
  line.classList.toggle("text-limit--over", used > limit);
  warning.textContent = used > limit ? warning.dataset.tooLong : "";
}
function countTexts(root) {
  for (const area of root.querySelectorAll("textarea[maxlength]")) countText(area);
}
countTexts(document);
document.addEventListener("htmx:afterSwap", (event) => countTexts(event.detail.target ?? document));
document.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) countText(event.target);
});
