// The gym page opens without a connection: what the page has kept (gym.js) is the answer when the network has none.
// Nothing else of the site passes through here.

importScripts("/static/now/js/service_worker_push.js"); // what is told to people who have left

const KEPT = "unfold-gym"; // as in kept.js
const PATIENCE = 4_000; // a network that takes longer is as good as none, where something is kept
const GYM = /^\/programs\/[^/]+\/train(\/\d+\/\d+)?$/;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const ours = origin === location.origin && event.request.method === "GET";
  if (ours && (pathname.startsWith("/static/") || (event.request.mode === "navigate" && GYM.test(pathname)))) {
    event.respondWith(answer(event.request, pathname));
  }
});

async function answer(request, pathname) {
  const kept = await find(request, pathname);
  const asked = fetch(request);
  if (!kept) return asked;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  const met = asked.then((answer) => (answer.status >= 500 ? kept : answer)).catch(() => kept); // a proxy may answer for us
  return Promise.race([met, late]);
}

async function find(request, pathname) {
  // Opening would make it anew where it is just being forgotten.
  const same = await caches.match(request, { cacheName: KEPT, ignoreSearch: true });
  if (same || !pathname.endsWith("/train") || !(await caches.has(KEPT))) return same;
  const cache = await caches.open(KEPT);
  // "The next session" is decided by the server; without it, the one that is kept.
  const page = (await cache.keys()).find(({ url }) => new URL(url).pathname.startsWith(`${pathname}/`));
  return page && Response.redirect(page.url);
}
