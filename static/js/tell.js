// "Tell me when it is done": on the live page while it is made, and on the account page.

import { announce } from "./announce.js";
import { possible, state, turnOff, turnOn } from "./push.js";

const WORDS = {
  off: ["Tell me when it is done", ""],
  on: ["Stop telling me", "This browser tells you when it is done. You may close the page."],
  blocked: ["", "Notifications from Unfold are blocked in this browser’s settings."],
};

const place = document.getElementById("tell");
if (place && possible) await begin();

async function begin() {
  const [button, note] = [place.querySelector("button"), place.querySelector("[data-note]")];
  const show = (now, problem = "") => {
    const [label, words] = WORDS[now];
    place.dataset.state = now;
    button.textContent = label;
    button.hidden = !label;
    note.textContent = problem || words;
    note.hidden = !note.textContent;
  };
  button.addEventListener("click", async () => {
    const wanted = place.dataset.state === "off" ? turnOn : turnOff;
    button.disabled = true;
    let problem = "";
    try {
      await wanted();
    } catch (error) {
      problem = error.message;
    }
    button.disabled = false;
    show(await state(), problem);
    announce(note.textContent || "This browser tells you no more.");
    document.dispatchEvent(new Event("told"));
  });
  show(await state());
  place.hidden = false;
}
