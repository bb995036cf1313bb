/** Emits what is posted to all connected clients, and answers: bench/standins.py on node. */

import { createServer } from "node:http"
import { Server } from "socket.io"

const http = createServer((request, response) => {
  if (request.url !== "/emit") return response.end("ok")
  const parts = []
  request.on("data", (part) => parts.push(part))
  request.on("end", () => {
    io.to("everybody").emit("put", Buffer.concat(parts).toString())
    response.end()
  })
})

const io = new Server(http, { transports: ["websocket"], serveClient: false })

io.on("connection", (socket) => {
  socket.join("everybody")
  socket.on("join", (_, answer) => answer({ ok: true }))
})

http.keepAliveTimeout = 0
http.listen(Number(process.env.PORT), "127.0.0.1")
