// What wakes the workers is away: said calmly, and only where something waits. It goes as it came, by itself.

import { announce } from "./announce.js";
import { live } from "./live.js";

const WAITS = "main [data-status=pending]:not(.stage)";
const GRACE = 2_000; // a new socket is told at once if it is still so

export function showPauses() {
  const notice = document.getElementById("making");
  let paused = "paused" in notice.dataset;
  let timer = 0;

  const update = () => {
    const shows = paused && document.querySelector(WAITS) !== null;
    if (shows && notice.hidden) announce(notice.textContent);
    notice.hidden = !shows;
  };
  const become = (now) => {
    clearTimeout(timer);
    paused = now;
    update();
  };
  live.watchAll({}, ({ type, making }) => {
    if (type === "service") become(making === "paused");
    else if (paused) update(); // what waited may have been cancelled
  });
  live.addEventListener("state", () => {
    clearTimeout(timer);
    if (live.state === "open" && paused) timer = setTimeout(become, GRACE, false);
  });
  document.addEventListener("rendered", update);
}
