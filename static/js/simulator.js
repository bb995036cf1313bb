// The simulator's page of phones. The server sends whole phones; what is typed here stays.

const deck = document.getElementById("deck")
const limit = Number(deck.dataset.limit)
const isClose = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 60

function parsed(html) {
  const template = document.createElement("template")
  template.innerHTML = html
  return template.content.firstElementChild
}

function showTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime)
    time.textContent = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    time.title = moment.toLocaleString()
  }
}

// Add a phone to the desk, or update the one that is there.
function put(html, wanted = false) {
  const fresh = parsed(html)
  showTimes(fresh)
  const old = document.getElementById(fresh.id)
  if (!old) {
    deck.querySelector(".nobody")?.remove()
    deck.prepend(fresh)
    makeRoom(fresh)
    toEnd(fresh.querySelector(".talk"))
    return fresh
  }
  if (Number(fresh.dataset.order) < Number(old.dataset.order)) return old
  old.querySelector(".owner h2").textContent = fresh.querySelector(".owner h2").textContent
  mergeTalk(old.querySelector(".talk"), fresh.querySelector(".talk"))
  const isNewer = fresh.dataset.order !== old.dataset.order
  old.dataset.order = fresh.dataset.order
  if (wanted || (isNewer && isIdle())) bringForward(old)
  return old
}

function mergeTalk(talk, fresh) {
  const follow = isClose(talk)
  const known = new Map([...talk.children].map((bubble) => [bubble.id, bubble]))
  for (const bubble of [...fresh.children]) {
    const old = known.get(bubble.id)
    known.delete(bubble.id)
    if (!old) talk.append(bubble)
    else if (old.innerHTML !== bubble.innerHTML) old.replaceWith(bubble)
  }
  for (const gone of known.values()) gone.remove()
  if (follow) toEnd(talk)
}

// Nothing moves while someone is about to press something.
const isIdle = () => !deck.matches(":hover") && !deck.contains(document.activeElement)
const isInUse = (phone) =>
  phone.contains(document.activeElement) || phone.querySelector("textarea").value !== ""

function bringForward(phone) {
  if (deck.firstElementChild === phone) return
  const talk = phone.querySelector(".talk")
  const { scrollTop } = talk
  deck.prepend(phone)
  talk.scrollTop = scrollTop
}

function makeRoom(kept) {
  const spare = [...deck.querySelectorAll(".phone")].reverse()
  let over = spare.length - limit
  for (const phone of spare) {
    if (over <= 0) return
    if (phone === kept || isInUse(phone)) continue
    phone.remove()
    over -= 1
  }
}

const toEnd = (talk) => talk.scrollTo({ top: talk.scrollHeight })

function complain(form, sentence) {
  const problem = form.querySelector(".problem")
  problem.textContent = sentence
  problem.hidden = !sentence
}

async function post(form, submitter) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form, submitter),
    headers: { Accept: "application/json" },
  })
  const said = await answer.json()
  if (!answer.ok) throw new Error(said.error)
  return said
}

deck.addEventListener("submit", async (event) => {
  event.preventDefault()
  const form = event.target
  const area = form.querySelector("textarea")
  const typed = event.submitter?.name === "word" ? "" : area.value
  try {
    const sending = post(form, event.submitter)
    if (typed) area.value = ""
    complain(form, "")
    await sending
  } catch (error) {
    area.value ||= typed
    complain(form, error.message || "That was not sent: the simulator does not answer.")
  }
})

deck.addEventListener("keydown", (event) => {
  if (!event.target.matches("textarea") || event.isComposing || event.repeat) return
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault()
    event.target.form.requestSubmit(event.target.form.querySelector(".send"))
  }
})

// The box grows with its text; the end of the conversation stays in view.
deck.addEventListener("input", (event) => {
  const talk = event.target.closest(".phone").querySelector(".talk")
  if (isClose(talk)) toEnd(talk)
})

deck.addEventListener("click", (event) => {
  event.target.closest(".away")?.closest(".phone").remove()
})

// Finding and adding phones.

const search = document.getElementById("search")
const found = document.getElementById("found")
let asked = 0

search.addEventListener("input", async () => {
  const turn = ++asked
  const answer = await fetch(`/handsets?${new URLSearchParams(new FormData(search))}`)
  const html = await answer.text()
  if (answer.ok && turn === asked) found.innerHTML = html
})

search.addEventListener("submit", (event) => {
  event.preventDefault()
  found.querySelector("a")?.click()
})

found.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-open]")
  if (!link || event.metaKey || event.ctrlKey) return
  event.preventDefault()
  const answer = await fetch(`/handsets/${link.dataset.open}`)
  if (answer.ok) take(await answer.text())
})

document.getElementById("add").addEventListener("submit", async (event) => {
  event.preventDefault()
  const form = event.target
  try {
    const { html } = await post(form)
    form.reset()
    complain(form, "")
    take(html)
    search.dispatchEvent(new Event("input"))
  } catch (error) {
    complain(form, error.message || "The simulator does not answer.")
  }
})

// A phone that was requested: in front, in view, and ready to type on.
function take(html) {
  const phone = put(html, true)
  phone.scrollIntoView({ block: "nearest" })
  phone.querySelector("textarea").focus({ preventScroll: true })
}

// Faults.

const faults = document.getElementById("faults")

function wantedFaults() {
  const wanted = {}
  for (const select of faults.querySelectorAll("select")) {
    const chance = Number(select.value)
    if (chance) wanted[select.name] = { chance, ...JSON.parse(select.dataset.extra) }
  }
  return wanted
}

async function setFaults() {
  const answer = await fetch("/_simulator/faults", {
    method: "PUT",
    body: JSON.stringify(wantedFaults()),
  })
  if (answer.ok) showFaults(await answer.json())
}

function showFaults(state) {
  for (const select of faults.querySelectorAll("select")) {
    const { chance } = state[select.name]
    if (select !== document.activeElement) choose(select, chance)
    const struck = state.struck[select.name]
    faults.querySelector(`[data-struck="${select.name}"]`).textContent = struck ? `${struck}×` : ""
  }
}

// A probability set elsewhere may not be one of our choices.
function choose(select, chance) {
  if (![...select.options].some((option) => Number(option.value) === chance)) {
    select.add(new Option(`${Math.round(chance * 100)} % of the time`, chance))
  }
  select.value = [...select.options].find((option) => Number(option.value) === chance).value
}

faults.addEventListener("change", setFaults)
faults.addEventListener("reset", () => setTimeout(setFaults))

// Live.

const line = document.getElementById("line")
const live = new EventSource("/handsets/live")

function tell(state, words) {
  line.dataset.state = state
  line.textContent = words
}

live.addEventListener("open", () => tell("live", "Live"))
live.addEventListener("error", () => tell("lost", "Reconnecting…"))
live.addEventListener("phone", (event) => put(JSON.parse(event.data).html))
live.addEventListener("faults", (event) => showFaults(JSON.parse(event.data)))
live.addEventListener("complaints", (event) => {
  const box = document.getElementById("complaints")
  box.innerHTML = JSON.parse(event.data).html
  showTimes(box)
})

showTimes(document)
document.querySelectorAll(".talk").forEach(toEnd)
if (matchMedia("(min-width: 60rem)").matches) {
  for (const panel of document.querySelectorAll("[data-wide-open]")) panel.open = true
}
