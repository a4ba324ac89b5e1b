// The editor of an outline: each button's answer takes the place of the form, and the focus stays where it was.

import { announce } from "./announce.js";

export function editing(place = document) {
  place.querySelector("#outline form")?.addEventListener("submit", submit);
}

async function submit(event) {
  const form = event.target;
  const pressed = event.submitter;
  if (!pressed || pressed.value === "go") return;
  event.preventDefault();
  if (pressed.value === "keep" || form.ariaBusy) return; // the Enter key in a title; or another button is under way
  form.ariaBusy = "true";
  const told = new FormData(form, pressed);
  let text;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(told), credentials: "same-origin" });
    if (answer.redirected) { // it has gone on meanwhile, from another tab
      location.assign(answer.url);
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    text = await answer.text();
  } catch {
    announce("There is no connection. Nothing is lost; try it again.");
    form.ariaBusy = null;
    return;
  }
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("outline");
  if (!fresh) return;
  document.getElementById("outline").replaceWith(fresh);
  editing();
  focus(fresh, pressed.value.replace(/-at-\d+$/, ""));
}

// To the same button of the row that was moved, to the title of a new one.
function focus(outline, what) {
  const row = outline.querySelector("[data-focus]");
  const title = row?.querySelector("[name=title]");
  const button = row?.querySelector(`button[value^="${what}-at-"]:not(:disabled)`);
  const target = (what === "up" || what === "down" ? button : null) ?? title ?? outline;
  target.focus();
  const name = row?.querySelector("label")?.textContent;
  const sum = outline.querySelector("[data-sum]").textContent;
  if (name) announce(`${name}: ${title.value}. ${sum}`);
}

editing();
