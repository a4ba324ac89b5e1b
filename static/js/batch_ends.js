// The end of a batch is told by a frame without a number, which is lost when it comes between two pages or two sockets. So
// what is under way is remembered, and looked at once whenever a socket has opened.

import { fragment } from "./fragments.js";
import { live } from "./live.js";

const KEPT = "unfold.batches";
const open = new Set(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
const TOLD = "unfold.batches.told";
const REMEMBERED = 100;
const told = new Set(JSON.parse(sessionStorage.getItem(TOLD) ?? "[]")); // an end may come by both ways, and on two pages

// Calls tell(end) once for each end of a batch.
export function batchEnds(tell) {
  const end = (frame) => {
    forget(frame.id);
    const which = `${frame.id} ${frame.at}`;
    if (told.has(which)) return;
    sessionStorage.setItem(TOLD, JSON.stringify([...told.add(which)].slice(-REMEMBERED)));
    tell(frame);
  };
  live.watchAll({}, (event) => {
    if (event.type === "batch.finished") end(event);
    else if (event.batch) remember(event.batch);
  });
  const { batch } = document.body.dataset;
  if (batch && !document.querySelector("#summary[data-end]")) remember(batch);
  live.addEventListener("state", async () => {
    if (live.state !== "open") return;
    for (const id of [...open]) {
      const summary = (await fragment(`/batches/${id}/rows`))?.querySelector("#summary");
      if (!summary) forget(id);
      else if (summary.dataset.end) end(JSON.parse(summary.dataset.end));
    }
  });
}

function remember(id) {
  if (!open.has(id)) keep(open.add(id));
}

function forget(id) {
  if (open.delete(id)) keep();
}

function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify([...open]));
}
