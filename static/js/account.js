// The browsers that are told: which of them is this one, and what becomes of it when it is removed.

import { compare } from "./push.js";

const list = document.getElementById("devices");
const ids = () => [...list.querySelectorAll("[data-device]")].map((one) => one.dataset.device);

const mark = async () => {
  const id = await compare(ids());
  for (const one of list.querySelectorAll("[data-device]")) one.querySelector("[data-here]").hidden = one.dataset.device !== id;
};
document.addEventListener("told", () => location.reload()); // the list is the server's
await mark();
