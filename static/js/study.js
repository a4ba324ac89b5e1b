// What was done on a course's pages and the server does not have yet: kept in this browser, and sent until it has it.
//
// One entry a section, of the fields that were changed, each with its newest value: what is sent twice changes nothing.
// Entries have their owner's name: whoever signs in on the same browser neither sees nor sends another's.

const PREFIX = `unfold.study.${document.body.dataset.account}.`;
// A note that cannot be saved keeps nothing else from it: it is sent by itself.
const APART = [["read", "marked", "answers"], ["note", "note_was"]];
const FIRST = 2_000;
const LONGEST = 60_000;

const keyOf = (course, section) => `${PREFIX}${course}.${section}`;
const read = (key) => JSON.parse(localStorage.getItem(key) ?? "null");
const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

// Those of an entry's fields that say anything.
const some = (entry, names) => Object.fromEntries(names
  .map((name) => [name, entry?.[name]])
  .filter(([, value]) => value !== undefined && !(typeof value === "object" && !Object.keys(value).length)));

export const waiting = (course, section) => read(keyOf(course, section));

// Says "state" with detail { course, section, state, note, text }: sending, saved, away, signed-out, refused, newer.
// `note` is the server's after saved and newer (another one was written meanwhile), `text` why it was refused.
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
      const say = (told) => this.dispatchEvent(new CustomEvent("state", { detail: { course, section, ...told } }));
      for (const names of APART) {
        if (!Object.keys(some(read(key), names)).length) continue;
        say({ state: "sending" });
        const told = await send(key, course, section, names);
        failed ||= told.state === "away";
        say(told);
      }
    }
    this.#failures = failed ? this.#failures + 1 : 0;
    if (failed) this.#timer = setTimeout(() => this.now(), Math.min(LONGEST, FIRST * 2 ** (this.#failures - 1)) * (0.75 + Math.random() / 2));
  }
}

function exclusively(work) {
  return navigator.locks ? navigator.locks.request("unfold.study", work) : work();
}

async function send(key, course, section, names) {
  const sent = some(read(key), names);
  let answer;
  try {
    answer = await fetch(`/api/v1/courses/${course}/progress/${section}`, {
      method: "PUT", body: JSON.stringify(sent), credentials: "same-origin", signal: AbortSignal.timeout?.(15_000),
      headers: { "Content-Type": "application/json", Accept: "application/json" },
    });
  } catch {
    return { state: "away" };
  }
  if (answer.status === 401) return { state: "signed-out" };
  if (answer.status >= 500 || answer.status === 429) return { state: "away" };
  const there = await answer.json().catch(() => ({}));
  // What is refused stays here: nobody else has what was typed.
  if (answer.status === 409) return { state: "newer", note: there.note };
  if (!answer.ok) return { state: "refused", text: there.errors?.[0]?.msg ?? there.detail ?? "" };
  arrived(key, sent, there);
  return { state: "saved", note: sent.note === undefined ? undefined : there.note };
}

// What the server has now is kept here no longer, but for what was changed meanwhile.
function arrived(key, sent, there) {
  const left = read(key) ?? {};
  const typedOn = left.note !== sent.note;
  for (const name of Object.keys(sent)) if (JSON.stringify(left[name]) === JSON.stringify(sent[name])) delete left[name];
  if (sent.note !== undefined && typedOn) left.note_was = there.note;
  if (APART.some((names) => Object.keys(some(left, names)).length)) localStorage.setItem(key, JSON.stringify(left));
  else localStorage.removeItem(key);
}
