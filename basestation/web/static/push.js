// The service worker of responders: shows what is pushed, and opens the page behind it. It keeps nothing, and
// answers no request. Whatever comes is shown: a message that cannot be read is still a message.
const UNREADABLE = {
  title: "Rufweite",
  body: "A message came that cannot be read. Open the page.\nEine Nachricht ist nicht lesbar. Bitte die Seite öffnen.",
};

function read(data) {
  try {
    const told = data.json();
    return typeof told.title === "string" && told.title ? told : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}

function show(told) {
  const options = {
    body: String(told.body ?? ""),
    lang: told.language === "de" ? "de" : "en",
    data: { link: String(told.link ?? "") },
    requireInteraction: true,
    icon: "/static/icon.svg",
  };
  if (told.tag) {
    // The same notice stands once; what is told again sounds again.
    Object.assign(options, { tag: String(told.tag), renotify: true });
  }
  return self.registration.showNotification(told.title, options);
}

function pageOf(link) {
  try {
    const url = new URL(link, self.location.origin);
    return url.origin === self.location.origin ? url.href : `${self.location.origin}/`;
  } catch {
    return `${self.location.origin}/`;
  }
}

// A page that is open already is the one to look at, unless it is another person's or another case's.
async function open(link) {
  const href = pageOf(link);
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = pages.find((page) => page.url === href);
  return shown ? shown.focus() : self.clients.openWindow(href);
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(show(event.data ? read(event.data) : UNREADABLE)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.link ?? ""));
});
