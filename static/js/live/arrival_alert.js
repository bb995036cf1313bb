/**
 * When a text arrives while no one is looking: one sound per burst, and a dot on the tab's icon
 * until someone looks again.
 */

import { live } from "./live.js"

// Milliseconds. A text that arrives within this of the previous one belongs to the same burst.
const BURST = 4_000
const NOTES = [
  [659.3, 0],
  [880, 0.13],
]

let sound = null
let lastAt = -Infinity

live.addEventListener("arrived", () => {
  if (document.visibilityState === "visible") return
  icon()?.setAttribute("href", icon().dataset.news)
  const isNew = performance.now() - lastAt > BURST
  lastAt = performance.now()
  if (isNew && "sound" in document.documentElement.dataset) onlyOneTab(ring)
})

document.addEventListener("visibilitychange", () => {
  const shown = icon()
  if (document.visibilityState !== "visible" || !shown) return
  shown.dataset.plain ??= shown.getAttribute("href")
  shown.setAttribute("href", shown.dataset.plain)
})

function icon() {
  const link = document.querySelector("link[rel=icon][data-news]")
  if (link) link.dataset.plain ??= link.getAttribute("href")
  return link
}

/** Among several hidden tabs, only one plays the sound. */
function onlyOneTab(work) {
  if (!navigator.locks) return work()
  navigator.locks.request("ring", { ifAvailable: true }, async (lock) => {
    if (!lock) return
    work()
    await new Promise((done) => setTimeout(done, BURST))
  })
}

/**
 * Browsers allow sound only after someone has interacted with the page; until then it is silent.
 */
async function ring() {
  if (!sound) return
  await sound.resume()
  for (const [pitch, after] of NOTES) play(pitch, sound.currentTime + after)
  setTimeout(() => sound.suspend(), 1_500)
}

function play(pitch, at) {
  const tone = new OscillatorNode(sound, { type: "sine", frequency: pitch })
  const loudness = new GainNode(sound, { gain: 0 })
  loudness.gain.setValueAtTime(0, at)
  loudness.gain.linearRampToValueAtTime(0.12, at + 0.015)
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.5)
  tone.connect(loudness).connect(sound.destination)
  tone.start(at)
  tone.stop(at + 0.55)
}

// Not "pointerdown": opening a sound device takes a cheap phone a while, and a conversation is
// requested when its row is pressed. Besides, browsers count a tap only once the finger is lifted.
const TOUCHED = ["pointerup", "keydown"]

function touched() {
  if (!("sound" in document.documentElement.dataset)) return
  for (const event of TOUCHED) document.removeEventListener(event, touched)
  // Safari plays only what was opened during the tap.
  sound = new AudioContext()
  sound.suspend()
}

for (const event of TOUCHED) document.addEventListener(event, touched)
