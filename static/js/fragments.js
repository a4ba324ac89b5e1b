// Pieces of page as the server renders them.

const PAUSES = [300, 1_000, 3_000];

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// The first element of the fragment at `address`; null when the server says that there is none.
export async function fragment(address) {
  for (const wait of [...PAUSES, null]) {
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (answer.ok && !answer.redirected) {
        const template = document.createElement("template");
        template.innerHTML = await answer.text();
        return template.content.firstElementChild;
      }
      if (answer.status < 500 && answer.status !== 429) return null;
    } catch {
      // No network: try again below.
    }
    if (wait !== null) await pause(wait + Math.random() * wait);
  }
  return null;
}
