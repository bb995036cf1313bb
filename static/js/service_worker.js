/**
 * Shows notifications, and says that nothing is lost while there is no connection. It stores no
 * conversations: KEPT lists the offline page and its files, ICON is the notifications' icon, PUSH
 * has the URLs for its subscription. The server writes these constants above this script.
 */

const CACHE = KEPT.join(" ")

self.addEventListener("install", (event) => event.waitUntil(keep()))
self.addEventListener("activate", (event) => event.waitUntil(begin()))

async function keep() {
  const cache = await caches.open(CACHE)
  await cache.addAll(KEPT.map((address) => new Request(address, { cache: "reload" })))
  await self.skipWaiting()
}

async function begin() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name)
  await self.clients.claim()
}

self.addEventListener("fetch", (event) => {
  const { request } = event
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(page(request))
  else if (KEPT.includes(new URL(request.url).pathname)) event.respondWith(file(request))
})

async function page(request) {
  try {
    return await fetch(request)
  } catch {
    return (await caches.match(KEPT[0])) ?? Response.error()
  }
}

async function file(request) {
  return (await caches.match(request)) ?? fetch(request)
}

self.addEventListener("push", (event) => event.waitUntil(notify(event.data)))

async function notify(data) {
  const { title, text, url, topic } = data.json()
  await self.registration.showNotification(title, {
    body: text,
    icon: ICON,
    badge: ICON,
    tag: topic,
    renotify: true,
    data: { url },
  })
}

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renew(event.oldSubscription, event.newSubscription).catch(() => {}))
})

/**
 * The browser has ended its subscription, perhaps while no page is open. If this fails, for example
 * because no one is signed in, the next page reports it.
 */
async function renew(before, given) {
  const { key } = await (await fetch(PUSH.state)).json()
  const wanted = { userVisibleOnly: true, applicationServerKey: key }
  const made = given ?? (await self.registration.pushManager.subscribe(wanted))
  const { endpoint, keys } = made.toJSON()
  const body = new URLSearchParams({ endpoint, ...keys, before: before?.endpoint ?? "" })
  await fetch(PUSH.subscribe, { method: "POST", body })
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data.url))
})

/** In an existing tab, if there is one. */
async function open(url) {
  const address = new URL(url, self.location.origin).href
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true })
  const tab = tabs.find((one) => one.url === address) ?? tabs[0]
  if (!tab) return self.clients.openWindow(address)
  await tab.focus()
  if (tab.url !== address) tab.postMessage({ open: address })
}
