// Ticks without leaving the page; without this they are plain forms.
import { announce } from "./announce.js";

async function tick(form, button) {
  const wanted = button.value;
  const data = new FormData(form);
  data.set("done", wanted);
  show(button, wanted === "yes");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(data),
      headers: { "X-Fragment": "1" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    announce(`${button.textContent.trim()}: ${wanted === "yes" ? "done" : "not done"}`);
  } catch {
    show(button, wanted !== "yes");
    announce("That could not be saved. Try again when you are online.");
  }
}

function show(button, done) {
  button.setAttribute("aria-pressed", String(done));
  button.value = done ? "no" : "yes";
}

// On paper everything is open.
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details.part")) part.open = true;
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-tick]");
  if (!form) return;
  event.preventDefault();
  tick(form, form.querySelector("button"));
});
