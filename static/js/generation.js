// The live page: the server rendered it as of an event number; from there on the events make it true.

import { announce } from "./announce.js";
import { favicon } from "./favicon.js";
import { fragment } from "./fragments.js";
import { Items } from "./items.js";
import { live } from "./live.js";
import { Panel } from "./panel.js";

const { generation: id, label } = document.body.dataset;
const MOVE_ON = 4_000;
// After these the panel is rendered anew by the server; the others only move figures in it.
const TURNS = new Set([
  "generation.queued", "generation.started", "generation.retrying", "generation.waiting", "generation.cancelling",
  "generation.completed", "generation.failed", "generation.cancelled",
]);
const SAID = {
  "generation.started": () => "Started",
  "generation.cancelling": () => "Cancelling",
  "generation.cancelled": () => "Cancelled",
  "generation.retrying": (event) => `Trying again. ${event.error?.message ?? ""}`,
  "generation.failed": (event) => `It could not be made. ${event.error.message}`,
  "generation.completed": (event) => `Ready: ${event.result.title}`,
  "phase.started": (event) => event.label,
};

const editorPlace = document.getElementById("outline-place");
const panel = new Panel(id);
const items = new Items(id, document.getElementById("items"));
let status = panel.status;
let touched = false;

function tab(progress) {
  const share = `${Math.floor(progress * 100)}%`;
  const [icon, words] = {
    pending: ["idle", ""],
    processing: ["working", `${share} · `],
    completed: ["done", "Ready · "],
    failed: ["failed", "Failed · "],
    cancelled: ["cancelled", "Cancelled · "],
  }[status];
  favicon(icon, progress);
  document.title = `${words}${label} – Unfold`;
}

function statusAfter({ type }) {
  if (type === "generation.queued" || type === "generation.retrying" || type === "generation.waiting") return "pending";
  const end = type.match(/^generation\.(completed|failed|cancelled)$/);
  return end ? end[1] : "processing";
}

live.watch(id, panel.seq, async (event) => {
  if (event.seq === undefined) {
    if (event.type === "item.delta") items.delta(event);
    else panel.passing(event);
    return;
  }
  status = statusAfter(event);
  tab(event.progress);
  const words = SAID[event.type]?.(event);
  if (words) announce(words);
  if (event.type === "item.ready") items.ready(event);
  if (event.type === "generation.completed") items.finished();
  if (event.type === "generation.waiting") await outline();
  else if (event.type === "generation.queued") editorPlace.replaceChildren(); // somebody has gone on, perhaps in another tab
  if (event.note) note(event.note);
  if (TURNS.has(event.type)) items.undraft();
  panel.apply(event);
  if (TURNS.has(event.type)) await panel.refresh();
  if (["completed", "failed"].includes(status)) live.seen(id);
  if (event.type === "generation.completed") moveOn(event.result.url);
});

if (["completed", "failed"].includes(status)) live.seen(id);
if (panel.fresh) moveOn(panel.fresh);

// What a maker has just found or done, where the page has room for it.
function note(words) {
  const place = document.querySelector("[data-note]");
  if (place) place.textContent = ` · ${words}`;
}

// The editor of an outline, while it is waited for.
async function outline() {
  const editor = await fragment(`/generations/${id}/outline`);
  if (!editor || editorPlace.hasChildNodes()) return; // what is being edited stays
  editorPlace.replaceChildren(editor);
  (await import("./outline.js")).editing(editorPlace);
  announce("The outline is ready. Look through it, and go on.");
}

// Gently on to what was made: only for a reader who did nothing else here, with time to stay.
function moveOn(url) {
  const place = document.querySelector("[data-moving]");
  if (!place || touched || document.visibilityState !== "visible") return;
  const go = () => !touched && location.assign(url);
  const timer = setTimeout(go, MOVE_ON);
  place.hidden = false;
  place.querySelector("[data-text]").textContent = "Opening it in a moment.";
  place.querySelector("[data-stay]").addEventListener("click", () => {
    clearTimeout(timer);
    place.hidden = true;
  });
}

for (const type of ["pointerdown", "keydown", "wheel", "touchmove"]) {
  addEventListener(type, () => { touched = true; }, { once: true, passive: true });
}
