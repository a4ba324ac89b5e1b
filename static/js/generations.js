// The list: rows move with their generations, and new ones come on top.

import { fragment } from "./fragments.js";
import { live } from "./live.js";
import { placed } from "./panel.js";

const list = document.getElementById("made");
const TURNS = /^generation\.(queued|started|retrying|waiting|cancelling|completed|failed|cancelled)$/;
const labels = new Map(); // id -> what it is doing

live.watchAll({}, (event) => {
  if (event.type === "queue") place(event);
  if (event.seq === undefined) return;
  if (event.type === "phase.started") labels.set(event.id, event.label);
  const row = find(event.id);
  if (row && event.seq <= Number(row.dataset.seq)) return;
  if (TURNS.test(event.type)) turn(event.id);
  else if (row) move(row, event);
});

function find(id) {
  return list?.querySelector(`[data-id="${CSS.escape(id)}"]`);
}

function place(frame) {
  const text = find(frame.id)?.querySelector("[data-place]");
  if (text) text.textContent = placed(frame);
}

function move(row, { id, progress, phase, done, total }) {
  const bar = row.querySelector("progress");
  if (bar) bar.value = progress;
  const doing = row.querySelector("[data-doing]");
  if (!doing) return;
  const count = phase && total > 1 ? ` ${done ?? 0} of ${total}` : "";
  doing.textContent = `${Math.floor(progress * 100)}% ${labels.get(id) ?? ""}${count}`;
}

const fetching = new Map();

// Fetches of one row follow each other; only the newest answer counts.
async function turn(id) {
  const number = (fetching.get(id) ?? 0) + 1;
  fetching.set(id, number);
  const fresh = await fragment(`/generations/${id}/row`);
  if (!fresh || fetching.get(id) !== number) return;
  const row = find(id);
  if (row) {
    if (Number(fresh.dataset.seq) < Number(row.dataset.seq)) return;
    const focused = row.contains(document.activeElement);
    row.replaceWith(fresh);
    if (focused) fresh.querySelector("a").focus({ preventScroll: true });
  } else if (list && "newest" in list.dataset) {
    fresh.dataset.new = "";
    list.prepend(fresh);
  } else if (!list) {
    location.reload(); // the first one: the page was empty
  }
  document.dispatchEvent(new Event("rendered"));
}
