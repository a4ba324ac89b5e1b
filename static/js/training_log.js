// A session that is deleted here is not kept on this device, either.

import { drop } from "./logbook.js";

for (const form of document.querySelectorAll("form[data-training]")) {
  form.addEventListener("submit", () => drop(form.dataset.training));
}
