// Nobody scrolls the screen of a hall: its words shrink until all of them stand on it, and grow again when there is room.

const LEAST = 0.3;
const STEP = 0.04;

const page = document.documentElement;
const isTooLow = () => page.scrollHeight > page.clientHeight;

function fit() {
  let scale = 1;
  document.body.style.setProperty("--hall-scale", scale);
  while (isTooLow() && scale > LEAST) {
    scale -= STEP;
    document.body.style.setProperty("--hall-scale", scale.toFixed(2));
  }
}

fit();
addEventListener("load", fit);
addEventListener("resize", fit);
// Letters that come late have another width.
document.fonts.addEventListener("loadingdone", fit);
// A countdown that appears takes more room than was there.
new ResizeObserver(() => isTooLow() && fit()).observe(document.querySelector("main"));
document.addEventListener("htmx:afterSettle", fit);
