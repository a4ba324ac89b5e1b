// What was done on a course's pages and the server does not have yet: kept in this browser, and sent until it has it.
//
// One entry a section, of the fields that were changed, each with its newest value: what is sent twice changes nothing.

const PREFIX = "unfold.study.";
const FIRST = 2_000;
const LONGEST = 60_000;

const keyOf = (course, section) => `${PREFIX}${course}.${section}`;
const read = (key) => JSON.parse(localStorage.getItem(key) ?? "null");
const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

export const waiting = (course, section) => read(keyOf(course, section));

// Says "state" with detail { course, section, state }: sending, saved, away, signed-out, refused.
export class Study extends EventTarget {
  #failures = 0;
  #timer = 0;
  #busy = null;

  constructor() {
    super();
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => this.now());
  }

  put(course, section, told) {
    const key = keyOf(course, section);
    const old = read(key) ?? {};
    localStorage.setItem(key, JSON.stringify({ ...old, ...told, answers: { ...old.answers, ...told.answers } }));
    this.now();
  }

  // One round at a time; what changes during one is sent by the next.
  now() {
    clearTimeout(this.#timer);
    this.#busy = (this.#busy ?? Promise.resolve()).then(() => exclusively(() => this.#all()));
    return this.#busy;
  }

  async #all() {
    let failed = false;
    for (const key of keys()) {
      const [course, ...number] = key.slice(PREFIX.length).split(".");
      const section = number.join(".");
      const say = (state) => this.dispatchEvent(new CustomEvent("state", { detail: { course, section, state } }));
      say("sending");
      const state = await send(key, course, section);
      failed ||= state === "away";
      say(state);
    }
    this.#failures = failed ? this.#failures + 1 : 0;
    if (failed) this.#timer = setTimeout(() => this.now(), Math.min(LONGEST, FIRST * 2 ** (this.#failures - 1)) * (0.75 + Math.random() / 2));
  }
}

function exclusively(work) {
  return navigator.locks ? navigator.locks.request("unfold.study", work) : work();
}

async function send(key, course, section) {
  const sent = localStorage.getItem(key);
  if (sent === null) return "saved";
  let answer;
  try {
    answer = await fetch(`/api/v1/courses/${course}/progress/${section}`, {
      method: "PUT", body: sent, credentials: "same-origin", signal: AbortSignal.timeout?.(15_000),
      headers: { "Content-Type": "application/json", Accept: "application/json" },
    });
  } catch {
    return "away";
  }
  if (answer.status === 401) return "signed-out";
  if (answer.status >= 500 || answer.status === 429) return "away";
  // Refused, or of a course that is gone: to send it again would not help. The page has what was typed.
  if (localStorage.getItem(key) === sent) localStorage.removeItem(key);
  return answer.ok ? "saved" : "refused";
}
