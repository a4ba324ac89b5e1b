// On any page: what was logged or studied without a connection. The pages of a session or a lesson send it themselves.

export function sendUnsent() {
  const kept = (prefix) => Object.keys(localStorage).some((key) => key.startsWith(prefix));
  if (kept(`unfold.study.${document.body.dataset.account}.`) && !("section" in document.body.dataset)) import("./study.js").then(({ Study }) => new Study().now());
  const own = document.getElementById("gym") || "logId" in document.body.dataset;
  if (own || !kept("unfold.log.")) return;
  import("./logbook.js").then(({ Sender }) => new Sender().now());
}
