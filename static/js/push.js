// Whether this browser is told of what ends while nobody looks on. The browser's own permission is asked for only at a click.

const API = "/api/v1/push-subscriptions";
const ID = "unfold.push"; // the subscription's id on the server, while this browser is told
const SYNCED = "unfold.push.synced"; // in this tab, the server has heard from us

export const possible = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

// off, on, or blocked: then only the browser's settings can change it.
export async function state() {
  if (Notification.permission === "denied") return "blocked";
  return localStorage.getItem(ID) && (await current()) ? "on" : "off";
}

// Raises an Error whose message is for a person.
export async function turnOn() {
  const [permission, registration] = await Promise.all([
    Notification.requestPermission(),
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).then(() => navigator.serviceWorker.ready),
  ]);
  if (permission !== "granted") throw new Error("The browser did not allow it.");
  const key = await publicKey();
  let subscription;
  try {
    subscription = await subscribed(registration, key);
  } catch {
    throw new Error("The browser could not reach its push service. Try again later.");
  }
  await tell(subscription);
}

export async function turnOff() {
  const id = localStorage.getItem(ID);
  localStorage.removeItem(ID);
  if (id) await fetch(`${API}/${id}`, { method: "DELETE" });
  await (await current())?.unsubscribe();
}

// Once for each tab: the server knows this browser by the sign-in of today. What was removed there ends here, too.
export async function keepUp() {
  if (location.pathname === "/sign-in") sessionStorage.removeItem(SYNCED);
  if (!possible || !localStorage.getItem(ID) || sessionStorage.getItem(SYNCED)) return;
  const subscription = Notification.permission === "granted" && (await current());
  if (subscription) await tell(subscription).catch(() => {});
}

// Signed out: what is told here would be read by whoever comes next.
export async function forgetPush() {
  sessionStorage.removeItem(SYNCED);
  if (!possible || !localStorage.getItem(ID)) return;
  localStorage.removeItem(ID);
  await (await current())?.unsubscribe();
}

// On the page that lists the browsers: this one was removed from another.
export async function compare(ids) {
  const id = localStorage.getItem(ID);
  if (id && !ids.includes(id)) await forgetPush();
  return localStorage.getItem(ID);
}

async function current() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return registration?.pushManager.getSubscription();
}

async function publicKey() {
  const answer = await fetch(API);
  if (!answer.ok) throw new Error("The server did not answer. Try again later.");
  return (await answer.json()).public_key;
}

// One that was made for another key of the server's is of no use.
async function subscribed(registration, applicationServerKey) {
  const options = { userVisibleOnly: true, applicationServerKey };
  try {
    return await registration.pushManager.subscribe(options);
  } catch (error) {
    const old = error.name === "InvalidStateError" && (await registration.pushManager.getSubscription());
    if (!old) throw error;
    await old.unsubscribe();
    return registration.pushManager.subscribe(options);
  }
}

async function tell(subscription) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(API, { method: "POST", headers, body: JSON.stringify(subscription.toJSON()) });
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).errors?.[0]?.msg ?? "It could not be saved. Try again later.");
  localStorage.setItem(ID, (await answer.json()).id);
  sessionStorage.setItem(SYNCED, "1");
}
