// What is told to people who have left. Part of the service worker (service_worker.js).

// A push must always show something; whether one is needed at all, the server has decided. The tag makes a second one
// about the same replace the first without another sound.
addEventListener("push", (event) => event.waitUntil(show(said(event.data))));

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

// The browser has changed its address by itself: the server learns the new one, and that it takes the old one's place.
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event.oldSubscription, event.newSubscription)));

function said(data) {
  try {
    const { title, url, tag } = data.json();
    return { title: String(title), url: inside(url), tag: String(tag) };
  } catch {
    return { title: "Something you asked for has ended", url: "/generations", tag: "unfold" };
  }
}

// A path of ours, whatever it was.
function inside(url) {
  const { origin, pathname, search } = new URL(String(url), location.origin);
  return origin === location.origin ? pathname + search : "/generations";
}

function show({ title, url, tag }) {
  const icon = "/static/now/icons/notification.png";
  return registration.showNotification(title, { body: "Open it in Unfold", tag, icon, data: { url, tag } });
}

// An open tab that shows it, else the one that watched it being made, else a new one.
async function open({ url, tag }) {
  const tabs = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const at = (path) => tabs.find((tab) => new URL(tab.url).pathname === path);
  const there = at(url);
  if (there) return there.focus();
  const watching = at(`/generations/${tag}`);
  if (!watching) return clients.openWindow(url);
  await watching.focus();
  return watching.navigate(url).catch(() => clients.openWindow(url)); // a tab from before this worker cannot be led
}

async function renew(old, fresh) {
  const api = "/api/v1/push-subscriptions";
  if (!fresh) {
    const answer = await fetch(api);
    if (!answer.ok) return; // signed out: nobody here is to be told
    const { public_key: applicationServerKey } = await answer.json();
    fresh = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  }
  const body = JSON.stringify({ ...fresh.toJSON(), replaces: old?.endpoint ?? null });
  await fetch(api, { method: "POST", headers: { "Content-Type": "application/json" }, body });
}
