// The panel with figures, stages and buttons. Events move the figures; a turn of state brings a panel rendered by the server.

import { fragment } from "./fragments.js";
import { about, duration } from "./times.js";

// The words of the server's `place`.
export function placed({ queue_position: position, eta_seconds: left, workers }) {
  if (workers === 0) return "Waiting for a worker to start";
  return `Place ${position} in the queue${left === null ? "" : `, ${about(left)}`}`;
}

// The words of the server's `spent`.
function spent({ tokens_in: read, tokens_out: written, cost }) {
  const dollars = cost ? `, $${cost.toFixed(4)}` : "";
  return `Language model: ${(read + written).toLocaleString("en-US")} tokens${dollars}`;
}

export class Panel {
  #id;
  #element = document.getElementById("panel");
  #since = []; // events that came while a new panel was under way
  #turns = 0;
  #refreshing = null;
  #retryTimer = 0;

  constructor(id) {
    this.#id = id;
    this.#countDown();
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
  }

  // Frames without a number: the place in the queue, of no interest before the next try is due.
  passing(frame) {
    if (frame.type === "queue" && !this.#retryTimer) this.#text("[data-place]", placed(frame));
    if (frame.type === "spent") this.#text("[data-spent]", spent(frame));
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
    this.#countDown();
    document.dispatchEvent(new Event("rendered"));
  }

  #show(event) {
    const progress = this.#element.querySelector("progress");
    if (progress) progress.value = event.progress;
    this.#text("[data-percent]", `${Math.floor(event.progress * 100)}%`);
    const left = event.eta_seconds;
    this.#text("[data-eta]", left === null ? "" : `${about(left)} left`);
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
    if (event.notice) stage.querySelector("[data-notice]").textContent = `${event.notice} Our rules engine writes on.`;
    const count = stage.querySelector("[data-count]");
    // Progress is told at most four times a second: the last of it may be left to the end.
    if (event.type === "phase.completed") count.textContent = count.textContent.replace(/^\d+ of (\d+)$/, "$1 of $1");
    if (event.total > 1) count.textContent = `${event.done} of ${event.total}`;
  }

  // To the next try, from what the server said when it rendered the panel.
  #countDown() {
    clearInterval(this.#retryTimer);
    this.#retryTimer = 0;
    const place = this.#element.querySelector("[data-retry]");
    if (!place) return;
    const until = performance.now() + Number(place.dataset.retry) * 1000;
    const tick = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      place.textContent = left > 0 ? `Trying again in ${duration(left)}` : "Trying again now";
      if (left > 0) return;
      clearInterval(this.#retryTimer);
      this.#retryTimer = 0;
    };
    this.#retryTimer = setInterval(tick, 500);
    tick();
  }

  #text(selector, words) {
    const place = this.#element.querySelector(selector);
    if (place) place.textContent = words;
  }
}
