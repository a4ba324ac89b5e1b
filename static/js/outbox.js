// On any page: sessions that were logged without a connection. The pages of a session send them themselves.

export function sendUnsent() {
  const own = document.getElementById("gym") || "logId" in document.body.dataset;
  if (own || !Object.keys(localStorage).some((key) => key.startsWith("unfold.log."))) return;
  import("./logbook.js").then(({ Sender }) => new Sender().now());
}
