// The panel with figures, stages and buttons. Events move the figures; a turn of state brings a panel rendered by the server.

import { fragment } from "./fragments.js";
import { duration } from "./times.js";

export class Panel {
  #id;
  #element = document.getElementById("panel");
  #since = []; // events that came while a new panel was under way
  #turns = 0;
  #refreshing = null;
  #retryTimer = 0;

  constructor(id) {
    this.#id = id;
  }

  get status() {
    return this.#element.dataset.status;
  }

  // The address of what was made, when that was only just now.
  get fresh() {
    return this.#element.dataset.fresh;
  }

  get seq() {
    return Number(this.#element.dataset.seq);
  }

  apply(event) {
    if (this.#refreshing) this.#since.push(event);
    if (event.seq > this.seq) this.#show(event);
    if (event.type === "generation.retrying") this.#countDown(event.retry_in_seconds);
    else clearInterval(this.#retryTimer);
  }

  // Frames without a number: the place in the queue.
  passing({ type, queue_position: position }) {
    if (type === "queue" && this.status === "pending" && position) this.#text("[data-eta]", `place ${position} in the queue`);
  }

  // One fetch at a time; a turn during a fetch is another fetch after it.
  async refresh() {
    this.#turns += 1;
    this.#refreshing ??= this.#catchUp();
    await this.#refreshing;
  }

  async #catchUp() {
    for (let done = 0; done !== this.#turns; ) {
      done = this.#turns;
      this.#since = [];
      await this.#replace();
    }
    this.#refreshing = null;
  }

  async #replace() {
    const fresh = await fragment(`/generations/${this.#id}/panel`);
    if (!fresh || Number(fresh.dataset.seq) < this.seq) return;
    const focused = this.#element.contains(document.activeElement);
    this.#element.replaceWith(fresh);
    this.#element = fresh;
    // The button that had the focus may be gone; its place is not.
    if (focused) fresh.focus({ preventScroll: true });
    for (const event of this.#since) if (event.seq > this.seq) this.#show(event);
    document.dispatchEvent(new Event("panel"));
  }

  #show(event) {
    const progress = this.#element.querySelector("progress");
    if (progress) progress.value = event.progress;
    this.#text("[data-percent]", `${Math.floor(event.progress * 100)}%`);
    const left = event.eta_seconds;
    this.#text("[data-eta]", left === null ? "" : `about ${duration(Math.max(1, left))} left`);
    if (event.phase) this.#stage(event);
  }

  #stage(event) {
    const stage = this.#element.querySelector(`[data-phase="${CSS.escape(event.phase)}"]`);
    if (!stage) return;
    const state = (name, words) => {
      stage.dataset.status = name;
      stage.querySelector("[data-state]").textContent = words;
    };
    if (event.type === "phase.started") state("running", "under way");
    if (event.type === "phase.completed") {
      state("done", event.reused ? "kept from before" : "done");
      stage.querySelector("[data-seconds]").textContent = event.seconds < 0.05 ? "< 0.1 s" : `${event.seconds.toFixed(1)} s`;
    }
    const count = stage.querySelector("[data-count]");
    // Progress is told at most four times a second: the last of it may be left to the end.
    if (event.type === "phase.completed") count.textContent = count.textContent.replace(/^\d+ of (\d+)$/, "$1 of $1");
    if (event.total > 1) count.textContent = `${event.done} of ${event.total}`;
  }

  #countDown(seconds) {
    clearInterval(this.#retryTimer);
    const until = performance.now() + seconds * 1000;
    const tick = () => {
      const place = this.#element.querySelector("[data-retry]");
      const left = Math.ceil((until - performance.now()) / 1000);
      if (place) {
        place.hidden = false;
        place.textContent = left > 0 ? `Trying again in ${duration(left)}.` : "Trying again now.";
      }
      if (left <= 0) clearInterval(this.#retryTimer);
    };
    this.#retryTimer = setInterval(tick, 500);
    tick();
  }

  #text(selector, words) {
    const place = this.#element.querySelector(selector);
    if (place) place.textContent = words;
  }
}
