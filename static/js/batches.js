// The list of batches: rendered anew when one of them has got on.

import { fragment } from "./fragments.js";
import { live } from "./live.js";

const PAUSE = 500;
let wanted = false;
let fetching = false;

live.watchAll({}, (event) => {
  if (event.batch || event.type === "batch.finished") renew();
});

async function renew() {
  wanted = true;
  if (fetching) return;
  fetching = true;
  while (wanted) {
    wanted = false;
    const fresh = await fragment(`/batches/list${location.search}`);
    const list = document.getElementById("batches");
    if (fresh && !list) location.reload(); // the first one: the page was empty
    else if (fresh) put(list, fresh);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  fetching = false;
}

function put(list, fresh) {
  const focused = document.activeElement?.closest("[data-id]")?.dataset.id;
  list.replaceWith(fresh);
  if (focused) fresh.querySelector(`[data-id="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
}
