// The page that is kept for a gym without a connection: one, the last that was opened, with the files it needs. After
// a session it is that of the next one, as the log has made it, so that it opens in the gym although it never was before.

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

// `path`: of the session that comes after the one on this page; null after the last.
export async function keepNext(path) {
  if (!("caches" in window) || !(await caches.has(NAME))) return;
  const cache = await caches.open(NAME);
  await cache.delete(location.pathname);
  const same = await cache.match(new URL("./gym.js", import.meta.url)); // files of another version would not fit the page
  if (path && same) await cache.add(new Request(path, { redirect: "error" }));
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
