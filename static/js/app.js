// On every page. Without a session there is nothing to hear, and no socket is opened.

import { onceOnly } from "./form.js";
import { forget } from "./kept.js";
import { showPauses } from "./making.js";
import { showConnection } from "./offline.js";
import { sendUnsent } from "./outbox.js";
import { forgetPush, keepUp } from "./push.js";
import { localTimes, runElapsed } from "./times.js";
import { toasts } from "./toasts.js";

onceOnly();
runElapsed();
localTimes();
if ("live" in document.body.dataset) {
  toasts();
  showConnection();
  showPauses();
  sendUnsent();
  keepUp();
} else {
  forget();
  forgetPush();
}
