// How long the chair still means to take ballots; nothing closes by itself. The server says how much is left, since the
// clocks of phones differ.

function show() {
  for (const place of document.querySelectorAll("[data-seconds-left]")) {
    place.endsAt ??= performance.now() + place.dataset.secondsLeft * 1000;
    const left = Math.ceil((place.endsAt - performance.now()) / 1000);
    const [minutes, seconds] = [Math.floor(left / 60), String(left % 60).padStart(2, "0")];
    place.querySelector("strong").textContent = left > 0 ? `${minutes}:${seconds}` : place.dataset.over;
  }
}

show();
setInterval(show, 1000);
document.addEventListener("htmx:afterSwap", show);
