// The one socket of this tab. Modules watch generations; the socket comes back by itself and goes on after the last event seen.

const STALL = 45_000; // no frame for so long: the link is dead although nobody said so (heartbeats come every 20 s)
const BASE = 1_000;
const CAP = 30_000;
const CLOSE = { signedOut: 4401, restart: 1012, slow: 1013 };
const ENDS = new Set(["generation.completed", "generation.failed", "generation.cancelled"]);
const NUMBERLESS = new Set(["*", "analytics"]); // what can be watched beside single generations
const REMEMBERED = 100; // ended generations whose number is still told on reconnect, in case of a retry
const KEPT = "unfold.seqs"; // what is under way, for the next page of this tab: nothing ends unheard between two pages

// Every module of the page has said what it watches before the socket opens.
const loaded = document.readyState === "complete" ? Promise.resolve() : new Promise((go) => addEventListener("load", go, { once: true }));

class Live extends EventTarget {
  #socket = null;
  #retries = 0;
  #turnedAway = false;
  #timer = 0;
  #stall = 0;
  #state = "idle"; // idle, connecting, open, away, signed-out
  #last = new Map(Object.entries(JSON.parse(sessionStorage.getItem(KEPT) ?? "{}"))); // id -> seq of the last event seen
  #ended = new Set(); // the latest last
  #watched = new Map(); // id, or "*" -> Set of handlers

  get state() {
    return this.#state;
  }

  // Calls handler(event) for every event of this generation after `after`, and for passing frames about it.
  watch(id, after, handler) {
    const handlers = this.#watched.get(id) ?? new Set();
    handlers.add(handler);
    this.#watched.set(id, handlers);
    // Until the socket opens, the page is the newest that is known.
    if (!NUMBERLESS.has(id)) this.#last.set(id, this.#state === "idle" ? after : Math.max(after, this.#last.get(id) ?? 0));
    if (this.#state === "open") this.#ask(id);
    else loaded.then(() => this.#connect());
  }

  // All generations of this person, those of `seqs` after what the page shows of them.
  watchAll(seqs, handler) {
    for (const [id, seq] of Object.entries(seqs)) this.#last.set(id, seq);
    this.watch("*", 0, handler);
  }

  // Tells the server that a visible tab has shown this generation's end, so that no notification is needed.
  seen(id) {
    if (document.visibilityState === "visible") this.#say({ type: "seen", id });
    else document.addEventListener("visibilitychange", () => this.seen(id), { once: true });
  }

  // Now rather than after the pause: the network or the reader is back.
  hurry() {
    if (this.#state !== "away") return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), Math.random() * 500);
  }

  // The page is left, perhaps to be shown again from the browser's cache.
  leave() {
    const open = [...this.#last].filter(([id]) => !this.#ended.has(id));
    sessionStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(open)));
    this.#drop();
  }

  #drop() {
    const socket = this.#socket;
    this.#forget();
    socket?.close();
  }

  resume() {
    if (this.#watched.size && !this.#socket) this.#connect();
  }

  // Now, or as soon as there is a socket.
  #say(message) {
    if (this.#state === "open") this.#send(message);
    else this.addEventListener("state", () => this.#say(message), { once: true });
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #ask(id) {
    if (id !== "*") {
      this.#send({ type: "watch", id, after: this.#last.get(id) ?? 0 });
      return;
    }
    const old = new Set([...this.#ended].slice(0, -REMEMBERED));
    this.#send({ type: "watch", id, seqs: Object.fromEntries([...this.#last].filter(([known]) => !old.has(known))) });
  }

  #connect() {
    if (this.#socket || this.#state === "signed-out") return;
    clearTimeout(this.#timer);
    const address = new URL("/live", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#become("connecting");
    this.#watchForStall();
    socket.addEventListener("open", () => socket === this.#socket && this.#opened());
    socket.addEventListener("message", ({ data }) => socket === this.#socket && this.#received(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => socket === this.#socket && this.#closed(code));
  }

  #opened() {
    this.#become("open");
    for (const id of this.#watched.keys()) this.#ask(id);
  }

  #closed(code) {
    this.#forget();
    // A guest who signs in in another tab has a new cookie, and this tab with it: asked once more.
    if (code === CLOSE.signedOut && this.#turnedAway) {
      this.#become("signed-out");
      return;
    }
    this.#turnedAway = code === CLOSE.signedOut;
    if (code === CLOSE.slow) this.#retries += 1;
    this.#become("away");
    // Full jitter from the first retry on: after a restart not everybody comes back in the same moment.
    const pause = Math.random() * Math.min(CAP, BASE * 2 ** this.#retries);
    this.#retries += 1;
    this.#timer = setTimeout(() => this.#connect(), pause);
  }

  #forget() {
    clearTimeout(this.#stall);
    clearTimeout(this.#timer);
    this.#socket = null;
  }

  #watchForStall() {
    clearTimeout(this.#stall);
    this.#stall = setTimeout(() => {
      this.#drop(); // close events of dead links may never come
      this.#closed(0);
    }, STALL);
  }

  #received(frame) {
    this.#retries = 0;
    this.#turnedAway = false;
    this.#watchForStall();
    if (frame.type === "heartbeat") this.#compare(frame.seqs ?? {});
    else if (frame.type === "error") this.#refused(frame);
    else if (frame.seq === undefined) this.#tell(frame);
    else if (frame.seq > (this.#last.get(frame.id) ?? 0)) {
      this.#last.set(frame.id, frame.seq);
      this.#noteEnd(frame);
      this.#tell(frame);
    }
  }

  // Asked in a bad moment: the socket is well, the watch is not.
  #refused({ code }) {
    if (code !== "unavailable" && code !== "too_fast") return;
    const socket = this.#socket;
    const again = () => socket === this.#socket && [...this.#watched.keys()].forEach((id) => this.#ask(id));
    setTimeout(again, 1000 + Math.random() * 2000);
  }

  // The server's numbers against ours: a higher one is an event that never came.
  #compare(seqs) {
    for (const [id, seq] of Object.entries(seqs)) {
      if (seq <= (this.#last.get(id) ?? 0)) continue;
      if (!this.#last.has(id)) this.#last.set(id, 0); // then it is asked for by name, from its beginning
      this.#ask(this.#watched.has(id) ? id : "*");
    }
  }

  #noteEnd({ id, type }) {
    this.#ended.delete(id);
    if (ENDS.has(type)) this.#ended.add(id);
  }

  #tell(frame) {
    for (const id of [frame.id, "*"]) for (const handler of this.#watched.get(id) ?? []) handler(frame);
  }

  #become(state) {
    this.#state = state;
    this.dispatchEvent(new Event("state"));
  }
}

export const live = new Live();

addEventListener("online", () => live.hurry());
addEventListener("pagehide", () => live.leave());
addEventListener("pageshow", ({ persisted }) => persisted && live.resume());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && live.hurry());
