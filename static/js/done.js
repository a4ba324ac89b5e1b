// A finished session: what follows from it, fetched again as the change of the program goes on.

import { announce } from "./announce.js";
import { fragment } from "./fragments.js";
import { keepNext } from "./kept.js";
import { live } from "./live.js";
import { drop, load, Sender, waits } from "./logbook.js";

const TURNS = /^generation\.(queued|started|completed|failed|cancelled)$/;
const { logId } = document.body.dataset;
const program = location.pathname.match(/^\/programs\/[^/]+/)[0];
const place = () => document.getElementById("after");
let asked = 0;

const { generation, seq } = place().dataset;
live.watchAll(generation ? { [generation]: Number(seq) } : {}, async (event) => {
  if (event.seq === undefined || !TURNS.test(event.type)) return;
  if (event.id !== place().dataset.generation && event.result?.url !== program && event.type !== "generation.queued") return;
  const number = (asked += 1);
  const fresh = await fragment(`${location.pathname}/after`);
  if (!fresh || number !== asked) return;
  const focused = place().contains(document.activeElement);
  place().replaceWith(fresh);
  document.body.dataset.generation = fresh.dataset.generation;
  keepUpcoming();
  if (focused) fresh.focus({ preventScroll: true });
  if (/completed|failed/.test(event.type)) announce(fresh.querySelector("p").textContent);
});

// The next session as it now is; without it this page still works.
function keepUpcoming() {
  keepNext(document.querySelector("[data-next-session]")?.getAttribute("href") ?? null).catch(() => {});
}

keepUpcoming();

// Entered on this device and not sent yet: sent now, and shown.
const session = load(logId);
if (waits(session)) {
  const sender = new Sender();
  sender.addEventListener("state", ({ detail }) => detail.id === logId && detail.state === "saved" && location.reload());
  sender.now();
} else if (session) {
  drop(logId);
}
