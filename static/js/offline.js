// "Offline" only after five seconds: a reconnect that works is nobody's business.

import { announce } from "./announce.js";
import { live } from "./live.js";

const PATIENCE = 5_000;

export function showConnection() {
  const notice = document.getElementById("offline");
  const text = notice.querySelector("[data-text]");
  const signIn = notice.querySelector("[data-signed-out]");
  let timer = 0;

  const dots = () => document.querySelectorAll("[data-connection]");
  const show = (words, signedOut) => {
    text.textContent = words;
    signIn.hidden = !signedOut;
    notice.hidden = false;
    for (const dot of dots()) {
      dot.textContent = signedOut ? "Signed out" : "Offline";
      dot.dataset.state = "away";
      dot.hidden = false;
    }
    announce(words);
  };

  const update = () => {
    if (live.state === "open") {
      clearTimeout(timer);
      timer = 0;
      notice.hidden = true;
      for (const dot of dots()) {
        dot.textContent = "Live";
        delete dot.dataset.state;
        dot.hidden = false;
      }
    } else if (live.state === "signed-out") {
      clearTimeout(timer);
      show("You are signed out.", true);
    } else if (!timer && live.state !== "idle") {
      timer = setTimeout(() => show("Offline. Trying to reconnect…", false), PATIENCE);
    }
  };
  live.addEventListener("state", update);
  document.addEventListener("rendered", update); // a fetched panel has a dot of its own
  update();
}
