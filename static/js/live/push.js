/**
 * Push notifications in this browser. Each session tells the server about the subscription once,
 * when a page starts, because sessions end and browsers lose subscriptions. A lost one is created
 * again; if that fails, <push-lost> says so.
 */

import { whenIdle } from "../page/idle.js"
import { put } from "./put.js"

// Keys under which this browser remembers that it is on, and what this tab has told the server.
const ON = "push"
const TOLD = "push:told"

/** "change" events when `push.isLost` has changed: it was on, and cannot be created again. */
class Push extends EventTarget {
  isLost = false

  lose(isLost) {
    if (this.isLost === isLost) return
    this.isLost = isLost
    this.dispatchEvent(new Event("change"))
  }
}

export const push = new Push()

export function isPossible() {
  return Boolean(
    window.isSecureContext && navigator.serviceWorker && window.PushManager && window.Notification,
  )
}

/** Tell the server about this browser, with a new subscription if needed. Throws if that fails. */
export async function keepOn() {
  const registration = await navigator.serviceWorker.ready
  const { key } = await state()
  const found = await registration.pushManager.getSubscription()
  const subscription = await usable(registration, found, key)
  const { endpoint, keys } = subscription.toJSON()
  const body = new URLSearchParams({ endpoint, ...keys, before: endpointBefore() })
  const answer = await fetch("/push/subscribe", { method: "POST", body })
  if (answer.status !== 204) throw new Error("refused")
  localStorage.setItem(ON, endpoint)
  sessionStorage.setItem(TOLD, what(endpoint))
  push.lose(false)
  await showBrowsers()
}

export async function turnOff() {
  const registration = await navigator.serviceWorker.ready
  const subscription = await registration.pushManager.getSubscription()
  await forget(subscription?.toJSON().endpoint ?? endpointBefore())
  await subscription?.unsubscribe()
  letGo()
  await showBrowsers()
}

/** Turned off: show no notice that it was lost. */
export function letGo() {
  localStorage.removeItem(ON)
  sessionStorage.removeItem(TOLD)
  push.lose(false)
}

export function wasOn() {
  return localStorage.getItem(ON) !== null
}

async function usable(registration, found, key) {
  const wanted = { userVisibleOnly: true, applicationServerKey: bytes(key) }
  // A subscription made for another key no longer works.
  const made = found?.options?.applicationServerKey
  if (made && String(new Uint8Array(made)) !== String(bytes(key))) await found.unsubscribe()
  else if (found) return found
  return registration.pushManager.subscribe(wanted)
}

function endpointBefore() {
  return localStorage.getItem(ON) ?? ""
}

async function forget(endpoint) {
  const body = new URLSearchParams({ endpoint })
  await fetch("/push/unsubscribe", { method: "POST", body })
}

async function state() {
  return (await fetch("/push/state")).json()
}

/** Show how many of this person's browsers are notified, where a page says so. */
async function showBrowsers() {
  if (document.getElementById("push_browsers")) put((await state()).browsers)
}

function what(endpoint) {
  return `${document.documentElement.dataset.session} ${endpoint}`
}

let lastLook = Promise.resolve()

/** When a page starts and when the permission changes: one look at a time. */
function look() {
  lastLook = lastLook.then(lookOnce).catch(() => {})
  return lastLook
}

async function lookOnce() {
  if (!document.documentElement.dataset.session || !isPossible()) return
  const isGranted = Notification.permission === "granted"
  if (!isGranted && !wasOn()) return
  const registration = await navigator.serviceWorker.ready
  const found = isGranted ? await registration.pushManager.getSubscription() : null
  if (!found && !wasOn()) return
  const told = sessionStorage.getItem(TOLD)
  if (found && told === what(found.toJSON().endpoint)) return
  if (!found && told === what(reason(isGranted))) return push.lose(true)
  try {
    if (!isGranted) throw new Error("denied")
    await keepOn()
  } catch (fault) {
    // There may be no connection right now: the next page tries again.
    if (!(fault instanceof TypeError)) await giveUp(isGranted)
  }
}

async function giveUp(isGranted) {
  if (!wasOn()) return
  await forget(endpointBefore()).catch(() => {})
  sessionStorage.setItem(TOLD, what(reason(isGranted)))
  push.lose(true)
  await showBrowsers()
}

/** Why it was lost: a permission that comes back is worth another try. */
function reason(isGranted) {
  return isGranted ? "lost" : "denied"
}

function bytes(base64) {
  const text = atob(base64.replaceAll("-", "+").replaceAll("_", "/"))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

async function watchPermission() {
  const permission = await navigator.permissions?.query({ name: "notifications" })
  permission?.addEventListener("change", look)
}

// Watch before the first look: a change in between would be missed. Not at once, because reading
// the storage takes a cheap phone a while.
whenIdle(() =>
  watchPermission()
    .catch(() => {})
    .then(look),
)
