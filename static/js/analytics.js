// The analytics page: frames say that something has changed, and the server renders the part anew.

import { announce } from "./announce.js";
import { fragment } from "./fragments.js";
import { live } from "./live.js";
import { morph } from "./morph.js";

const FIGURES_EVERY = 10_000; // they are dear, and move slowly

class Part {
  #element;
  #address;
  #every;
  #wanted = "";
  #busy = false;
  #fetched = -Infinity;

  constructor(id, address, every) {
    this.#element = document.getElementById(id);
    this.#address = address;
    this.#every = every;
  }

  // One fetch at a time; what changes meanwhile, or sooner than it may be fetched again, is one fetch after it.
  async want(version) {
    this.#wanted = version;
    if (this.#busy) return;
    this.#busy = true;
    for (let asked = ""; this.#wanted !== asked && this.#wanted !== this.#element.dataset.version; ) {
      await pause(this.#fetched + this.#every - performance.now());
      await visible();
      asked = this.#wanted;
      this.#fetched = performance.now();
      const fresh = await fragment(this.#address);
      if (fresh) this.#show(fresh);
    }
    this.#busy = false;
  }

  #show(fresh) {
    const alert = this.#element.querySelector("[data-alert]") !== null;
    morph(this.#element, fresh);
    const now = this.#element.querySelector("[data-alert]");
    if (now && !alert) announce(now.textContent.trim());
    document.dispatchEvent(new Event("rendered"));
  }
}

const pause = (milliseconds) => milliseconds > 0 && new Promise((resolve) => setTimeout(resolve, milliseconds));

// Nobody reads a hidden tab: it is brought up to date when it is looked at.
const visible = () =>
  document.visibilityState === "visible" ||
  new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));

const now = new Part("now", "/analytics/now", 0);
const figures = new Part("figures", `/analytics/figures${location.search}`, FIGURES_EVERY);

live.watch("analytics", 0, ({ version, made, workers }) => {
  heard(workers);
  now.want(version);
  figures.want(made);
});

// What a worker's sign of life changes comes with the frame.
function heard(workers) {
  for (const [id, { seen, memory_mb: memory }] of Object.entries(workers)) {
    const row = document.querySelector(`[data-worker="${CSS.escape(id)}"]`);
    if (!row) continue;
    const old = row.querySelector("[data-elapsed]");
    const since = old.cloneNode(true); // a duration that runs counts from when it came
    since.dataset.elapsed = seen;
    old.replaceWith(since);
    if (memory !== null) row.querySelector("[data-memory]").textContent = Math.round(memory);
  }
}
