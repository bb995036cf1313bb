/**
 * Whether this browser is woken when somebody writes. What it has is told to the server at the
 * start of a page, once in each session: sessions end, and browsers lose a subscription by
 * themselves. What was on and is gone is made anew; where that cannot be, <push-lost> says so.
 */

import { put } from "./put.js"

// Under what this browser remembers that it is on, and what it has told in this tab.
const ON = "push"
const TOLD = "push:told"

/** "change" events when `push.isLost` has changed: it was on, and cannot be made anew. */
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

/** Tells the server of this browser, with a subscription made anew if need be. Raises if it fails. */
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

/** It is off from now on, and nobody is to be told of it. */
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
  // One that was made for another key cannot be used any more.
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

/** How many browsers of this person are woken, where a page says so. */
async function showBrowsers() {
  if (document.getElementById("push_browsers")) put((await state()).browsers)
}

function what(endpoint) {
  return `${document.documentElement.dataset.session} ${endpoint}`
}

/** At the start of a page. */
async function look() {
  if (!document.documentElement.dataset.session || !isPossible()) return
  const isGranted = Notification.permission === "granted"
  if (!isGranted && !wasOn()) return
  const registration = await navigator.serviceWorker.ready
  const found = isGranted ? await registration.pushManager.getSubscription() : null
  if (!found && !wasOn()) return
  const told = sessionStorage.getItem(TOLD)
  if (found && told === what(found.toJSON().endpoint)) return
  if (!found && told === what("lost")) return push.lose(true)
  try {
    if (!isGranted) throw new Error("denied")
    await keepOn()
  } catch (fault) {
    // There may be no line at the moment: the next page asks again.
    if (!(fault instanceof TypeError)) await giveUp()
  }
}

async function giveUp() {
  if (!wasOn()) return
  await forget(endpointBefore()).catch(() => {})
  sessionStorage.setItem(TOLD, what("lost"))
  push.lose(true)
  await showBrowsers()
}

function bytes(base64) {
  const text = atob(base64.replaceAll("-", "+").replaceAll("_", "/"))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

// Never in the way of the page itself.
if (document.readyState === "complete") look()
else window.addEventListener("load", look)
