// My schedules: a row is fetched again when its schedule has run, and when what that made goes on.

import { announce } from "./announce.js";
import { fragment } from "./fragments.js";
import { live } from "./live.js";

const TURNS = /^generation\.(queued|started|retrying|completed|failed|cancelled)$/;
const list = document.getElementById("schedules");
const rows = (selector) => (list ? [...list.querySelectorAll(`.schedule${selector}`)] : []);

live.watchAll({}, ({ type, id, seq }) => {
  if (type === "schedule.fired") {
    for (const row of rows(`[data-id="${CSS.escape(id)}"]`)) refresh(row, true);
  } else if (seq !== undefined && TURNS.test(type)) {
    for (const row of rows(`[data-generation="${CSS.escape(id)}"]`)) refresh(row);
  }
});

// That a schedule has run is told once: whoever was away for it looks again.
let away = false;
live.addEventListener("state", () => {
  if (live.state === "away") away = true;
  if (live.state !== "open" || !away) return;
  away = false;
  rows("").forEach((row) => refresh(row));
});

const asked = new WeakMap(); // row -> how often; only the newest answer counts

// Only what can have changed is put in place: an open question stays open, and the focus where it is.
async function refresh(row, ran = false) {
  const number = (asked.get(row) ?? 0) + 1;
  asked.set(row, number);
  const fresh = await fragment(`/schedules/${row.dataset.id}/row`);
  if (!fresh || asked.get(row) !== number) return;
  if (fresh.dataset.generation) row.dataset.generation = fresh.dataset.generation;
  else delete row.dataset.generation;
  for (const part of ["last", "next"]) put(row, fresh, `[data-part="${part}"]`);
  if (!ran) return;
  delete row.dataset.new;
  row.dataset.ran = "";
  row.addEventListener("animationend", () => delete row.dataset.ran, { once: true });
  announce(`${row.querySelector(".schedule-what").textContent.trim()}. ${said(row)}`);
}

function put(row, fresh, selector) {
  const [old, now] = [row, fresh].map((place) => place.querySelector(selector));
  const focused = old.contains(document.activeElement);
  old.replaceWith(now);
  if (focused) now.querySelector("a")?.focus({ preventScroll: true });
}

function said(row) {
  return row.querySelector('[data-part="last"]').textContent.replace(/\s+/g, " ").trim();
}
