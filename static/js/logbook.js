// Sessions that are being logged, kept in this browser at every change, and sent until the server has them.
//
// A session is sent whole, as the revision after the one that is known here (`base`). If the server has it already, or
// another device was first, nothing changes there and the answer is what it has: both are put together and sent again.
// `changes` counts what was entered here, `sent` how much of it the server has, and `mine` says of each field with which
// of these changes it was entered last: of two devices each keeps what was entered on it, and takes the rest as it is.

import { body, told } from "./training.js";

const PREFIX = "unfold.log.";
const FIRST = 2_000;
const LONGEST = 60_000;

const keyOf = (id) => PREFIX + id;

export function load(id) {
  return JSON.parse(localStorage.getItem(keyOf(id)) ?? "null");
}

export function store(session) {
  localStorage.setItem(keyOf(session.id), JSON.stringify(session));
}

export function drop(id) {
  localStorage.removeItem(keyOf(id));
}

export function isOf(key, id) {
  return key === keyOf(id);
}

// The sessions that the server does not have as they are here.
export function unsent() {
  const ids = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  return ids.filter((id) => waits(load(id)));
}

export const waits = (session) => session !== null && session.sent < session.changes;

// Keeps trying. Says "state" with detail { id, state }: sending, saved, away, signed-out, refused.
export class Sender extends EventTarget {
  #failures = 0;
  #timer = 0;
  #busy = false;
  #again = false;

  constructor() {
    super();
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.now());
  }

  soon(milliseconds = 600) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), milliseconds);
  }

  async now() {
    clearTimeout(this.#timer);
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    try {
      do {
        this.#again = false;
        await exclusively(() => this.#all());
      } while (this.#again);
    } finally {
      this.#busy = false;
    }
  }

  async #all() {
    let failed = false;
    for (const id of unsent()) {
      this.#say(id, "sending");
      const state = await send(id);
      if (state === "away") failed = true;
      this.#say(id, waits(load(id)) && state === "saved" ? "sending" : state);
      if (waits(load(id)) && state === "saved") this.#again = true; // changed while it was sent
    }
    this.#failures = failed ? this.#failures + 1 : 0;
    if (failed) this.soon(Math.min(LONGEST, FIRST * 2 ** (this.#failures - 1)) * (0.75 + Math.random() / 2));
  }

  #say(id, state) {
    this.dispatchEvent(new CustomEvent("state", { detail: { id, state } }));
  }
}

// Of several tabs one sends at a time; where that cannot be had, the server sorts it out.
function exclusively(work) {
  return navigator.locks ? navigator.locks.request("unfold.log", work) : work();
}

async function send(id) {
  for (let tries = 0; tries < 3; tries += 1) {
    const session = load(id);
    if (!waits(session)) return "saved";
    const sent = body(session);
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    let answer;
    try {
      answer = await fetch(session.address, { method: "PUT", headers, body: JSON.stringify(sent), credentials: "same-origin", signal: AbortSignal.timeout?.(15_000) });
    } catch {
      return "away";
    }
    if (answer.status === 401) return "signed-out";
    if (answer.status >= 500 || answer.status === 429) return "away";
    if (!answer.ok) return "refused";
    const there = await answer.json().catch(() => null);
    if (there === null) return "away";
    if (same(there, sent)) {
      settle(id, session, sent);
      return "saved";
    }
    if (!(await join(id, there))) return "away"; // it was logged on another device, too
  }
  return "away";
}

function same(there, sent) {
  const alike = (name) => JSON.stringify(there[name]) === JSON.stringify(sent[name]);
  return ["revision", "entries", "readiness", "session_rpe", "notes"].every(alike) && !there.finished_at === !sent.finished_at;
}

// The server has it. A finished session is read there from now on.
function settle(id, was, sent) {
  const session = load(id);
  if (session === null) return;
  if (session.finished && session.changes === was.changes) drop(id);
  else store({ ...session, base: sent.revision, sent: was.changes, mine: since(session, was.changes) });
}

// Both what the server has and what this device has: nothing that was ticked on either is lost.
async function join(id, there) {
  let text;
  try {
    const answer = await fetch(`${load(id).page}?correct`, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return false;
    text = await answer.text();
  } catch {
    return false;
  }
  const form = new DOMParser().parseFromString(text, "text/html").getElementById("gym");
  if (form === null) return false;
  const session = load(id);
  if (session !== null) store(joined(session, told(form), there.revision, there.finished_at));
  return true;
}

// The fields that were entered after so many changes.
function since({ mine }, changes) {
  return Object.fromEntries(Object.entries(mine).filter(([, change]) => change > changes));
}

export function joined(session, theirs, revision, finished) {
  const own = Object.keys(session.mine).map((name) => [name, session.values[name]]);
  return {
    ...session,
    values: { ...theirs, ...Object.fromEntries(own) },
    base: revision,
    changes: session.changes + 1,
    finished: session.finished ?? finished ?? null,
  };
}
