// Wherever in the site the reader is: it is done, here it is.

import { announce } from "./announce.js";
import { batchEnds } from "./batch_ends.js";
import { fragment } from "./fragments.js";
import { live } from "./live.js";

const STAYS = 12_000;
const MOST = 3; // at once; of those before them it is told how many
const { generation: shown, batch: shownBatch } = document.body.dataset;
const opened = Number(document.body.dataset.at); // when the server rendered this page
const OVERLAP = 5; // seconds: what ended between two pages is news

export function toasts() {
  batchEnds((end) => end.id === shownBatch || together(end));
  live.watchAll(seqsOnPage(), (event) => {
    if (event.id === shown) return; // its own page shows the end
    if (event.at < opened - OVERLAP) return; // the old end of one that is being tried again
    if (event.batch) return; // told with the others, when all have ended
    if (event.type === "generation.completed") {
      toast(event.id, "done", "Ready", event.result.title, event.result.url);
    } else if (event.type === "generation.failed") {
      failed(event.id);
    }
  });
}

// By its name, which the event does not have.
async function failed(id) {
  const row = await fragment(`/generations/${id}/row`);
  const name = row?.querySelector(".made-what a")?.textContent ?? "See what to do";
  toast(id, "failed", "It could not be made", name, `/generations/${id}`);
}

function together({ id, counts: { completed, failed, cancelled }, total, kind, url }) {
  if (!completed && !failed) return; // the reader has cancelled them all
  const what = kind ? `${kind}${total === 1 ? "" : "s"} ` : "";
  if (completed === total) {
    toast(id, "done", "Ready", `${total} of ${total} ${what}${total === 1 ? "is" : "are"} ready`, url);
    return;
  }
  const parts = [[completed, "ready"], [failed, "failed"], [cancelled, "cancelled"]];
  const title = parts.filter(([count]) => count).map(([count, words]) => `${count} ${words}`).join(", ");
  toast(id, failed ? "failed" : "done", title, `See all ${total} ${what}`.trim(), url);
}

function seqsOnPage() {
  const rows = document.querySelectorAll(".made[data-seq]:is([data-status=pending], [data-status=processing])");
  return Object.fromEntries([...rows].map((row) => [row.dataset.id, Number(row.dataset.seq)]));
}

function toast(id, tone, title, text, href) {
  announce(`${title}: ${text}`);
  live.seen(id);
  if (listed(id, href)) return;
  show(tone, title, text, href);
  crowd();
}

// A list of this page has it, as a row that says how it stands or as what has become of it.
function listed(id, href) {
  return document.querySelector(`.made[data-id="${CSS.escape(id)}"], main li a[href="${CSS.escape(href)}"]`) !== null;
}

function show(tone, title, text, href) {
  const element = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  element.dataset.tone = tone;
  element.querySelector("[data-title]").textContent = title;
  const link = element.querySelector("[data-link]");
  link.textContent = text;
  link.href = href;
  element.querySelector("button").addEventListener("click", () => element.remove());
  document.getElementById("toasts").append(element);
  leave(element);
  return element;
}

let more = 0;
let others = null;

// The oldest make room: many books can be ready in one second.
function crowd() {
  if (!others?.isConnected) more = 0;
  const all = [...document.getElementById("toasts").children].filter((one) => one !== others);
  for (const one of all.slice(0, Math.max(0, all.length - MOST))) {
    if (one.matches(":hover, :focus-within")) continue;
    one.remove();
    more += 1;
  }
  if (!more) return;
  others?.remove();
  others = show("done", `And ${more} more`, "See them all", "/generations");
  document.getElementById("toasts").prepend(others);
}

// Gone after a while that somebody could see it, but not from under the pointer or the focus.
function leave(element) {
  setTimeout(() => {
    if (document.visibilityState === "hidden" || element.matches(":hover, :focus-within")) leave(element);
    else element.remove();
  }, STAYS);
}
