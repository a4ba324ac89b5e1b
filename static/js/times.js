// Durations that run, and how durations read: the same words as the server's.

export function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

// An estimate, no finer than it can be.
export function about(seconds) {
  const grain = seconds < 20 ? 1 : seconds < 57.5 ? 5 : 60;
  return `about ${duration(Math.max(1, Math.floor(seconds / grain + 0.5) * grain))}`;
}

// Counts on from the server's figure, since its clock and ours may differ.
export function runElapsed() {
  const since = new WeakMap();
  const tick = () => {
    for (const element of document.querySelectorAll("[data-elapsed][data-running]")) {
      if (!since.has(element)) since.set(element, performance.now() - Number(element.dataset.elapsed) * 1000);
      element.textContent = duration((performance.now() - since.get(element)) / 1000);
    }
  };
  setInterval(tick, 1000);
  tick();
}

// Moments of guests, whose time zone the server does not know, in the browser's own.
export function localTimes() {
  const form = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  for (const element of document.querySelectorAll("time[data-local]")) {
    element.textContent = form.format(new Date(element.dateTime)).replace(" at ", ", ");
  }
}
