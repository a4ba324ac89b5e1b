// A lesson: its sources at hand, what is done kept as it is done, and keys for those who like them.

import { announce } from "./announce.js";
import { showSources } from "./cited.js";
import { shortcuts } from "./keys.js";
import { Study, waiting } from "./study.js";

const { course, section } = document.body.dataset;
const study = new Study();
const SAID = {
  sending: "Saving…",
  saved: "Saved",
  away: "Kept on this device; it is sent when there is a connection.",
  "signed-out": "You are signed out. It is kept on this device.",
  refused: "This could not be saved. It is kept on this device.",
  newer: "Not saved: another note was written here meanwhile.",
};
const PAUSE = 800; // after the last key

const note = document.getElementById("note");
const noteForm = document.querySelector("[data-note]");
const noteState = noteForm.querySelector("[data-state]");
let noteTimer = 0;
let noteTold = false;
let noteWas = note.defaultValue; // the server's, as it was when this one was begun
let theirs = null; // the server's, where it is another one than both

study.addEventListener("state", ({ detail }) => {
  if (detail.course !== course || detail.section !== section) return;
  const said = detail.text ? `${SAID[detail.state]} ${detail.text}` : SAID[detail.state];
  if (detail.state === "saved" && detail.note !== undefined) noteWas = detail.note;
  if (detail.state === "newer") conflict(detail.note);
  if (noteTold || detail.state !== "saved") noteState.textContent = said;
  if (["away", "signed-out", "refused", "newer"].includes(detail.state)) announce(said);
});

const put = (told) => study.put(course, section, told);

function putNote() {
  clearTimeout(noteTimer);
  noteTold = true;
  put({ note: note.value, note_was: noteWas });
}

// Both are shown. What is typed on is kept here, and takes the other's place only by the button beside that.
function conflict(text) {
  theirs = text;
  const box = noteForm.querySelector("[data-theirs]");
  box.querySelector("[data-theirs-text]").textContent = text;
  box.querySelector("[data-over]").hidden = box.hidden = false;
}

note.addEventListener("input", () => {
  clearTimeout(noteTimer);
  noteState.textContent = "";
  noteTimer = setTimeout(putNote, PAUSE);
});
note.addEventListener("change", putNote);
addEventListener("pagehide", () => noteTimer && note.value !== note.defaultValue && putNote());
noteForm.addEventListener("submit", (event) => {
  event.preventDefault();
  putNote();
});
// A button of its own: the other's note may have come in the very moment in which the usual one was pressed.
noteForm.querySelector("[data-over]").addEventListener("click", () => {
  noteWas = theirs;
  noteForm.querySelector("[data-theirs]").hidden = true;
  note.focus();
  putNote();
});

// A button that is on or off.
function toggle(selector, field, on, off) {
  const form = document.querySelector(selector);
  const button = form.querySelector("button");
  const words = form.querySelector("[data-words]");
  const show = (now) => {
    button.setAttribute("aria-pressed", now);
    button.value = now ? "no" : "yes";
    words.textContent = now ? on : off;
    if (field === "read") document.querySelector("[data-read-said]").hidden = !now;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const now = button.value === "yes";
    show(now);
    put({ [field]: now });
  });
  return { show, press: () => form.requestSubmit() };
}

const mark = toggle("[data-mark]", "marked", "Marked", "Mark it");
const read = toggle("[data-read]", "read", "Read", "Mark as read");

// On to the next, whatever the connection does: that it is read is kept here first.
document.querySelector("[data-on]").addEventListener("submit", (event) => {
  event.preventDefault();
  put({ read: true });
  const next = document.querySelector('[data-key="n"]') ?? document.querySelector('[data-key="o"]');
  location.assign(next.href);
});

function known(check, answer) {
  check.dataset.known = answer;
  check.querySelector("[data-said]").textContent = answer === "known" ? "knew it" : "not yet";
  for (const button of check.querySelectorAll("[name=answer]")) button.setAttribute("aria-pressed", button.value === answer);
}

for (const check of document.querySelectorAll("[data-check]")) {
  check.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    known(check, event.submitter.value);
    put({ answers: { [check.dataset.check]: event.submitter.value } });
  });
}

// Done here and not sent yet, perhaps on the page as it was before.
const kept = waiting(course, section);
if (kept) {
  if (kept.note !== undefined) {
    note.value = kept.note;
    noteWas = kept.note_was ?? noteWas;
  }
  if (kept.marked !== undefined) mark.show(kept.marked);
  if (kept.read !== undefined) read.show(kept.read);
  for (const [id, answer] of Object.entries(kept.answers ?? {})) {
    const check = document.querySelector(`[data-check="${CSS.escape(id)}"]`);
    if (check) known(check, answer);
  }
}
study.now();

// How far down one was, on this device.
const PLACE = `unfold.place.${course}.${section}`;
const lesson = document.getElementById("lesson");
const blocks = [...lesson.children];
const was = Number(localStorage.getItem(PLACE) ?? 0);
if (was > 1 && was < blocks.length && !location.hash) {
  const resume = document.querySelector("[data-resume]");
  blocks[was].id ||= "resume";
  resume.querySelector("a").hash = blocks[was].id;
  resume.hidden = false;
}
let placeTimer = 0;
addEventListener("scroll", () => {
  clearTimeout(placeTimer);
  placeTimer = setTimeout(() => {
    const at = blocks.findIndex((block) => block.getBoundingClientRect().bottom > 80);
    if (at > 1) localStorage.setItem(PLACE, at);
    else localStorage.removeItem(PLACE);
  }, 300);
}, { passive: true });

const citations = showSources();
const go = (key) => document.querySelector(`[data-key="${key}"]`)?.click();
const show = (id) => document.getElementById(id)?.scrollIntoView();
shortcuts({
  n: () => go("n"),
  p: () => go("p"),
  o: () => go("o"),
  r: read.press,
  m: mark.press,
  s: () => show("sources-title"),
  c: () => {
    show("check");
    document.querySelector("#check summary")?.focus();
  },
  e: () => note.focus(),
  "?": () => {
    const keys = document.getElementById("keys");
    keys.open = true;
    keys.querySelector("summary").focus();
  },
}, citations.close);
