/**
 * This tab's Socket.IO client, whose library is loaded once the page is shown: no page needs it
 * before, and it is a sixth of our code. Until then, it is as if the connection took that long.
 */

import { whenIdle } from "../page/idle.js"

const LOAD_AGAIN = 5_000 // milliseconds
const OPTIONS = {
  path: "/socket.io",
  transports: ["websocket"],
  withCredentials: true,
  autoConnect: false,
  reconnectionDelay: 1_000,
  reconnectionDelayMax: 30_000,
  randomizationFactor: 0.5,
}

let client = null
let isWanted = false
const heard = []

export const socket = {
  get connected() {
    return client?.connected ?? false
  },
  /** Connected, or trying to. */
  get active() {
    return client ? client.active : isWanted
  },
  get id() {
    return client?.id
  },
  connect() {
    isWanted = true
    client?.connect()
  },
  disconnect() {
    isWanted = false
    client?.disconnect()
  },
  on(event, handler) {
    heard.push([event, handler])
    client?.on(event, handler)
  },
  /** The next two are for a socket that is connected. */
  emit(event, data) {
    client.emit(event, data)
  },
  /** What the server answers. Rejects if it does not do so in time. */
  ask(milliseconds, event, ...data) {
    return client.timeout(milliseconds).emitWithAck(event, ...data)
  },
}

// Under two addresses: a browser asks only once for each, however dead the line was meanwhile.
const LIBRARIES = [
  () => import("../../vendor/socket.io.js"),
  () => import("../../vendor/socket.io.js?again"),
]

whenIdle(() => load(0))

/** If it is neither loaded nor refused in time, the other one is tried; the first to come counts. */
async function load(times) {
  const again = setTimeout(() => load(times + 1), LOAD_AGAIN)
  try {
    begin(await LIBRARIES[times % LIBRARIES.length]())
    clearTimeout(again)
  } catch {
    // The connection chip reports it.
  }
}

function begin({ io }) {
  if (client) return
  client = io(OPTIONS)
  for (const [event, handler] of heard) client.on(event, handler)
  if (isWanted) client.connect()
}
