// The pause between sets: a moment when it ends, so that a phone that slept shows the right time.

import { announce } from "./announce.js";

export class Rest {
  #place;
  #clock;
  #words;
  #until = 0; // milliseconds of the clock; 0: no pause
  #told = false;
  #timer = 0;

  // `change(until)` is called when the reader changes it.
  constructor(bar, change) {
    this.#place = bar.querySelector("[data-resting]");
    this.#clock = bar.querySelector("[data-clock]");
    this.#words = bar.querySelector("[data-rest-words]");
    bar.querySelector("[data-longer]").addEventListener("click", () => change(Math.max(this.#until, Date.now()) + 30_000));
    bar.querySelector("[data-skip]").addEventListener("click", () => change(0));
    document.addEventListener("visibilitychange", () => this.#tick());
  }

  show(until) {
    if (until === this.#until) return;
    this.#until = until;
    this.#told = until <= Date.now(); // one that is over already is no news
    clearInterval(this.#timer);
    if (until) this.#timer = setInterval(() => this.#tick(), 250);
    this.#tick();
  }

  #tick() {
    const left = Math.ceil((this.#until - Date.now()) / 1000);
    const over = this.#until > 0 && left <= 0;
    this.#place.hidden = !this.#until || left < -600;
    this.#place.toggleAttribute("data-over", over);
    const seconds = Math.abs(left);
    this.#clock.textContent = `${over && seconds ? "+" : ""}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.#words.textContent = over ? "rested: next set" : "rest";
    if (!over || this.#told) return;
    this.#told = true;
    navigator.vibrate?.([200, 100, 200]);
    announce("Rest is over");
  }
}
