// The library: files go one by one to the server, and the part with one's own books is rendered anew as they are read.
// Those of somebody who has never been here go with the form, which makes a guest of them.

import { announce } from "./announce.js";
import { fragment } from "./fragments.js";
import { live } from "./live.js";
import { morph } from "./morph.js";

const AT_ONCE = 2; // files on their way
const PAUSE = 400; // milliseconds between two renderings
const LONGEST = 60; // seconds to wait for a turn; a day's limit is said at once
const TRIES = 20;
const TURNS = /^generation\.(queued|started|retrying|completed|failed|cancelled)$/;
const form = document.getElementById("drop");
const input = document.getElementById("file");
const sending = document.getElementById("sending");

const known = "account" in document.body.dataset;

if (known) form.removeAttribute("data-once"); // its files go by other ways, as often as there are some

// What is being read.

const labels = new Map(); // id -> what it is doing
let wanted = false;
let fetching = false;

if (known) live.watchAll({}, (event) => {
  if (event.seq === undefined) return;
  const row = document.querySelector(`#mine [data-id="${CSS.escape(event.id)}"]`);
  if (event.type === "phase.started") labels.set(event.id, event.label);
  if (row && event.seq <= Number(row.dataset.seq)) return;
  if (TURNS.test(event.type) && (row || event.kind === "book")) renew();
  else if (row) move(row, event);
});

function move(row, { id, progress, phase, done, total }) {
  const bar = row.querySelector("progress");
  if (bar) bar.value = progress;
  const doing = row.querySelector("[data-doing]");
  const count = phase && total > 1 ? ` ${done ?? 0} of ${total}` : "";
  if (doing) doing.textContent = `${Math.floor(progress * 100)}% ${labels.get(id) ?? ""}${count}`;
}

async function renew() {
  wanted = true;
  if (fetching) return;
  fetching = true;
  while (wanted) {
    wanted = false;
    const fresh = await fragment(`/library/mine${location.search}`);
    if (fresh) morph(document.getElementById("mine"), fresh);
    document.dispatchEvent(new Event("rendered"));
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  fetching = false;
}

// What is sent.

const queue = [];
let under = 0;
let held = false; // the server has asked to wait

function take(files) {
  for (const file of files) {
    const row = document.getElementById("sent").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = file.name;
    row.querySelector("[data-said]").textContent = "Waiting to be sent";
    row.querySelector("button").addEventListener("click", () => remove(row));
    sending.append(row);
    sending.hidden = false;
    if (file.size > Number(form.dataset.largest)) end(row, `This file is larger than ${Math.round(form.dataset.largest / 2 ** 20)} MiB.`);
    else queue.push({ file, row, tries: 0 });
  }
  next();
}

function next() {
  while (!held && under < AT_ONCE && queue.length) {
    under += 1;
    send(queue.shift()).finally(() => {
      under -= 1;
      next();
    });
  }
}

// Not fetch(), which does not tell how much has been sent.
function send(one) {
  const { file, row } = one;
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const said = row.querySelector("[data-said]");
    const bar = row.querySelector("progress");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = total ? loaded / total : 0;
      said.textContent = loaded < total ? `Sending, ${Math.floor((loaded / total) * 100)}%` : "Sent";
    });
    request.addEventListener("load", () => {
      if (!postponed(request, one)) answered(request, row, file);
    });
    request.addEventListener("error", () => end(row, "It could not be sent. Look at your connection, and add it again."));
    request.addEventListener("loadend", resolve);
    request.open("POST", "/api/v1/books");
    request.responseType = "json";
    const body = new FormData();
    body.append("file", file);
    request.send(body);
  });
}

// Not now: it stays at the head of the queue, as those behind it would not be taken either.
function postponed(request, one) {
  const seconds = Number(request.getResponseHeader("Retry-After") ?? LONGEST);
  if (request.status !== 429 || !(seconds <= LONGEST) || one.tries >= TRIES) return false;
  one.tries += 1;
  one.row.querySelector("[data-said]").textContent = "Waiting for its turn";
  one.row.querySelector("progress").value = 0;
  queue.unshift(one);
  if (!held) setTimeout(() => {
    held = false;
    next();
  }, 1000 * Math.max(1, seconds));
  held = true;
  return true;
}

function answered({ status, response }, row, file) {
  if (status === 202 || (status === 200 && response?.status !== "completed")) {
    announce(`${file.name} is being read`);
    remove(row);
    renew();
  } else if (status === 200) {
    end(row, "You have this book already: ", `/library/${response.id}`, response.result.title);
  } else {
    const link = response?.book ? `/library/${response.book.split("/").pop()}` : "";
    end(row, response?.detail ?? "It could not be added. Try it again.", link, "Open it");
  }
}

function end(row, text, href = "", words = "") {
  row.dataset.tone = "failed";
  const said = row.querySelector("[data-said]");
  said.textContent = href ? `${text} ` : text;
  if (href) {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = words;
    said.append(link);
  }
  row.querySelector("progress").hidden = true;
  row.querySelector("button").hidden = false;
  announce(`${row.querySelector("[data-name]").textContent}: ${said.textContent}`);
}

function remove(row) {
  if (row.contains(document.activeElement)) input.focus({ preventScroll: true });
  row.remove();
  sending.hidden = !sending.children.length;
}

form.addEventListener("submit", (event) => {
  if (!input.files.length) return; // the server says what to do
  if (!known) {
    announce("The files are being sent");
    return;
  }
  event.preventDefault();
  take(input.files);
  form.reset();
});
input.addEventListener("change", () => input.files.length && form.requestSubmit());

// Dropping: anywhere on the form.

form.querySelector("[data-drop-hint]").hidden = false;
form.querySelector("[data-at-once]").hidden = known; // they are sent one by one
let depth = 0;
const over = (inside) => {
  if (inside) form.dataset.over = "";
  else delete form.dataset.over;
};
form.addEventListener("dragenter", (event) => {
  event.preventDefault();
  depth += 1;
  over(true);
});
form.addEventListener("dragleave", () => {
  depth -= 1;
  over(depth > 0);
});
form.addEventListener("dragover", (event) => event.preventDefault());
form.addEventListener("drop", (event) => {
  event.preventDefault();
  depth = 0;
  over(false);
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  form.requestSubmit();
});
