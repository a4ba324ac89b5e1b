// All of a batch on one page: figures move in their rows with the events; whatever turned is rendered anew by the server,
// many rows in one fetch, so that a hundred of them stay calm.

import { announce } from "./announce.js";
import { favicon } from "./favicon.js";
import { fragment } from "./fragments.js";
import { live } from "./live.js";

const { batch: id, label } = document.body.dataset;
const PAUSE = 250; // between two fetches
const TURNS = /^generation\.(queued|started|retrying|waiting|cancelling|completed|failed|cancelled)$/;
const ENDS = /^generation\.(completed|failed|cancelled)$/;

const rows = new Map([...document.querySelectorAll(".member")].map((row) => [row.dataset.id, row]));
const progress = new Map([...rows].map(([member, row]) => [member, Number(row.dataset.progress)]));
const doing = new Map(); // id -> the phase it is in
const moved = new Map(); // id -> its newest event that is not shown yet
const turned = new Set(); // ids whose rows are to be fetched
let summary = document.getElementById("summary");
let fetching = false;

const seqs = Object.fromEntries([...rows].map(([member, row]) => [member, Number(row.dataset.seq)]));
live.watchAll(seqs, (event) => {
  if (event.type === "batch.finished" && event.id === id) turn(id);
  const row = rows.get(event.id);
  if (!row || event.seq === undefined) return;
  if (event.type === "phase.started") doing.set(event.id, event.label);
  progress.set(event.id, ENDS.test(event.type) ? 1 : event.progress);
  if (event.seq <= Number(row.dataset.seq)) return;
  if (TURNS.test(event.type)) turn(event.id);
  if (!moved.size) requestAnimationFrame(show);
  moved.set(event.id, event);
});

function show() {
  for (const [member, event] of moved) {
    const row = rows.get(member);
    const bar = row.querySelector("progress");
    if (bar) bar.value = progress.get(member);
    const text = row.querySelector("[data-doing]");
    if (!text || !event.phase) continue;
    const count = event.total > 1 ? ` ${event.done ?? 0} of ${event.total}` : "";
    text.textContent = `${Math.floor(event.progress * 100)}% ${doing.get(member) ?? ""}${count}`;
  }
  moved.clear();
  whole();
}

// The bar of all, and the tab.
function whole() {
  const made = [...progress.values()].reduce((sum, one) => sum + one, 0) / Math.max(1, progress.size);
  summary.querySelector("progress").value = made;
  const { status, done } = summary.dataset;
  favicon({ pending: "idle", processing: "working", completed: "done" }[status] ?? status, made);
  const words = { completed: "Ready", failed: "Failed", cancelled: "Cancelled" }[status] ?? `${done} of ${rows.size}`;
  document.title = `${words} · ${label} – Unfold`;
}

async function turn(member) {
  turned.add(member);
  if (fetching) return;
  fetching = true;
  while (turned.size) {
    const wanted = [...turned];
    turned.clear();
    const fresh = await fragment(`/batches/${id}/rows?${wanted.map((one) => `id=${one}`).join("&")}`);
    if (fresh) replace(fresh);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  fetching = false;
}

function replace(fresh) {
  const before = summary;
  for (const row of [...fresh.querySelectorAll(".member")]) {
    const old = rows.get(row.dataset.id);
    if (!old || Number(row.dataset.seq) < Number(old.dataset.seq)) continue;
    put(old, row, row.querySelector("a"));
    rows.set(row.dataset.id, row);
    progress.set(row.dataset.id, Number(row.dataset.progress));
  }
  summary = fresh.querySelector("#summary");
  put(before, summary, summary);
  document.dispatchEvent(new Event("rendered"));
  whole();
  tell(before.dataset.status);
}

// The focus stays where it was, though what had it is new.
function put(old, fresh, focusable) {
  const focused = old.contains(document.activeElement);
  old.replaceWith(fresh);
  if (focused) focusable.focus({ preventScroll: true });
}

const ended = () => ["completed", "failed", "cancelled"].includes(summary.dataset.status);
if (ended()) live.seen(id);
let said = summary.querySelectorAll(".message").length;

// For those who listen: what failed, and the end; not every one of a hundred.
function tell(before) {
  const reasons = summary.querySelectorAll(".message");
  if (reasons.length > said) announce(reasons[reasons.length - 1].querySelector("h2").textContent);
  said = reasons.length;
  if (!ended()) return;
  live.seen(id);
  if (before !== summary.dataset.status) announce(summary.querySelector(".batch-figure").textContent);
}
