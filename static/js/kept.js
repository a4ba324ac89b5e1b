// The page that is kept for a gym without a connection: one, the last that was opened, with the files it needs.

const NAME = "unfold-gym"; // as in service_worker.js

export async function keep() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  const files = performance.getEntriesByType("resource").map(({ name }) => name);
  const needed = [location.pathname, ...files.filter((name) => new URL(name).pathname.startsWith("/static/"))];
  const cache = await caches.open(NAME);
  await cache.addAll(needed.map((name) => new Request(name, { redirect: "error" }))); // all, or what was kept stays
  const urls = new Set(needed.map((name) => new URL(name, location.href).href));
  for (const old of await cache.keys()) if (!urls.has(old.url)) await cache.delete(old);
}

// For whoever is signed out: what the server has is not left on this device. What was not sent waits for its owner.
export async function forget() {
  for (const [key, text] of Object.entries(localStorage)) {
    if (key.startsWith("unfold.place.")) localStorage.removeItem(key);
    if (!key.startsWith("unfold.log.")) continue;
    const { sent, changes } = JSON.parse(text);
    if (sent >= changes) localStorage.removeItem(key);
  }
  if ("caches" in window) await caches.delete(NAME);
}
