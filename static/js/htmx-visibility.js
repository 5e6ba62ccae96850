// Polling waits while nobody looks; the next tick after the page is shown again brings it up to date.
// Only timed requests are held back: a press of a button always goes through.
document.addEventListener("htmx:beforeRequest", (event) => {
  const trigger = event.detail.elt?.getAttribute?.("hx-trigger") ?? "";
  if (document.hidden && trigger.includes("every")) event.preventDefault();
});
