// The gym page. The form is all there is; this keeps what is entered, sends it, and puts the next set into reach.

import { announce } from "./announce.js";
import { Ease } from "./ease.js";
import { drop, isOf, joined, load, Sender, store, waits } from "./logbook.js";
import { keep } from "./kept.js";
import { Lifts } from "./lifts.js";
import { Rest } from "./rest.js";
import { told, valueOf, wrong } from "./training.js";

const form = document.getElementById("gym");
const bar = form.querySelector("[data-bar]");
const { log: address } = form.dataset;
const id = address.split("/").pop();
const words = {
  sending: "Saving…",
  saved: "Saved",
  away: "Kept on this phone, sent when you are back online",
  "signed-out": "Kept on this phone. You are signed out.",
  refused: "Kept on this phone, but it cannot be saved here.",
};

const sender = new Sender();
const rest = new Rest(bar, (until) => change({}, { rest: until }, false));
const lifts = new Lifts(form);
const ease = new Ease(form, (values, eased) => change(values, { eased }, false));
let state = "";

// As it is kept, or as the page came.
function current() {
  const { week, day, revision, started, finished } = form.dataset;
  return load(id) ?? {
    id, address, page: location.pathname, week: Number(week), day: Number(day), base: Number(revision), changes: 0, sent: 0,
    started: Number(started) || Date.now() / 1000, finished: Number(finished) || null, rest: 0, values: told(form), mine: {},
  };
}

function change(values, more = {}, counts = true) {
  const session = current();
  const changes = session.changes + (counts ? 1 : 0);
  const mine = { ...session.mine, ...Object.fromEntries(Object.keys(values).map((name) => [name, session.changes + 1])) };
  store({ ...session, ...more, values: { ...session.values, ...values }, changes, mine });
  show();
  if (counts) sender.soon();
}

// Puts what is kept into the form.
function show() {
  const session = load(id);
  if (session) lifts.fill(session.values);
  ease.show(session?.eased ?? 0);
  lifts.arrange();
  rest.show(session?.rest ?? 0);
  form.querySelector("[data-kept]").hidden = !(session?.finished && waits(session) && ["away", "signed-out"].includes(state));
  bar.querySelector("[data-count]").textContent = lifts.count();
}

function say(now) {
  const before = state;
  state = now;
  const place = bar.querySelector("[data-state]");
  place.textContent = words[now] ? `· ${words[now]}` : "";
  place.parentElement.dataset.tone = ["away", "signed-out", "refused"].includes(now) ? "away" : "";
  bar.querySelector("[data-sign-in]").hidden = now !== "signed-out";
  const lost = now !== "sending" && now !== "saved";
  if (lost && before !== now) announce(words[now]);
  if (now === "saved" && words[before] && !["sending", "saved"].includes(before)) announce("Saved");
  show();
}

sender.addEventListener("state", ({ detail }) => {
  if (detail.id !== id) return;
  if (!(detail.state === "sending" && state === "away")) say(detail.state);
  // Finished, and the server has it: it says what follows.
  if (detail.state === "saved" && load(id) === null) location.replace(location.pathname);
});

form.addEventListener("input", ({ target }) => {
  lifts.drawPlates();
  if (target.matches("[type=checkbox], [type=radio], select")) return; // told by `change`
  entered(target);
});

// Kept in any case; of a set that is not ticked there is nothing to send.
function entered(field) {
  const row = field.closest("[data-row]");
  change({ [field.name]: valueOf(field) }, {}, !row || row.querySelector("[type=checkbox]").checked);
}

form.addEventListener("change", ({ target }) => {
  const row = target.closest("[data-row]");
  if (target.name.endsWith(".instead")) lifts.substitute(target);
  if (row && target.type === "checkbox") tick(row, target);
  else entered(target);
});

function tick(row, box) {
  const values = Object.fromEntries([...row.querySelectorAll("[name]")].map((field) => [field.name, valueOf(field)]));
  const fault = box.checked ? wrong(values, row.dataset.row) : "";
  if (fault) {
    box.checked = false;
    lifts.refuse(row, fault);
    return;
  }
  lifts.accept(row);
  const seconds = Number(row.dataset.rest);
  const instead = row.closest("[data-key]").querySelector("select[name$='.instead']");
  if (instead) values[instead.name] = instead.value;
  change(values, { rest: box.checked && seconds ? Date.now() + seconds * 1000 : current().rest });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!lifts.anything()) {
    lifts.nothing();
    return;
  }
  const { values, finished } = current();
  const fresh = Object.entries(told(form)).filter(([name, value]) => value !== values[name]);
  change(Object.fromEntries(fresh), { finished: finished ?? Date.now() / 1000, rest: 0 });
  sender.now();
});

// Another tab of the same session.
addEventListener("storage", ({ key }) => {
  if (!isOf(key, id)) return;
  if (load(id) === null) location.reload();
  else if (!waits(load(id))) say("saved");
  else show();
});

function begin() {
  const session = load(id);
  const revision = Number(form.dataset.revision);
  if (session && revision > session.base) {
    // The server knows more, by another device or after a deletion.
    if (waits(session)) store(joined(session, told(form), revision, Number(form.dataset.finished) || null));
    else drop(id);
  }
  bar.hidden = false;
  lifts.equip();
  show();
  if (waits(load(id))) sender.now();
  else if (load(id) || revision) say("saved");
}

begin();
addEventListener("load", () => keep().catch(() => {})); // without it the page still works, online
