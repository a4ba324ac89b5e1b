// Comforts of forms; none of them is needed.

// A second click on the same button sends nothing new. The server would recognise it anyway.
export function onceOnly() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    mark(form, "true");
  });
  // Back by the browser's button: it may be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-once]")) {
      delete form.dataset.sent;
      mark(form, "false");
    }
  });
  for (const field of document.querySelectorAll("[data-time-zone]")) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  }
}

function mark(form, busy) {
  form.querySelector("button:not([type])")?.setAttribute("aria-disabled", busy);
}
