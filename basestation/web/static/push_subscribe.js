// Asks a browser for notifications, and returns what the base station needs to send them. A page calls it when
// somebody presses a button, never by itself: browsers then ask their owner.

export const ASKED_NO = "not allowed";
export const NOT_POSSIBLE = "not possible";

// `trusted` makes the address of the worker acceptable under the page's policy (Trusted Types).
// Returns {subscription} with JSON for the address of a responder, or {fault}: ASKED_NO or NOT_POSSIBLE.
export async function subscribe(publicKey, trusted = (url) => url) {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) {
    return { fault: NOT_POSSIBLE };
  }
  if ((await Notification.requestPermission()) !== "granted") {
    return { fault: ASKED_NO };
  }
  await navigator.serviceWorker.register(trusted("/push.js"), { scope: "/" });
  const worker = await navigator.serviceWorker.ready;
  const known = await worker.pushManager.getSubscription();
  if (known && !isOf(known, publicKey)) {
    await known.unsubscribe();
  }
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(publicKey) };
  return { subscription: JSON.stringify(await worker.pushManager.subscribe(options)) };
}

// A subscription under an old key of the site would be refused by its service.
function isOf(subscription, publicKey) {
  const key = subscription.options?.applicationServerKey;
  const wanted = bytesOf(publicKey);
  return Boolean(key) && new Uint8Array(key).every((byte, place) => byte === wanted[place]);
}

export function bytesOf(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}
