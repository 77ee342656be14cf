// A team server for tests: every WebSocket gets a language server of its own, started with the command given.
// usage: node bridge.mjs NODE_MODULES PORT COMMAND...
import { spawn } from "node:child_process";
import { createRequire } from "node:module";

const [modules, port, command, ...args] = process.argv.slice(2);
const { WebSocketServer } = createRequire(`${modules}/`)("ws");

new WebSocketServer({ host: "127.0.0.1", port: Number(port) }).on("connection", (socket) => {
  const server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  let held = Buffer.alloc(0);
  server.stdout.on("data", (data) => {
    held = Buffer.concat([held, data]);
    for (let split = held.indexOf("\r\n\r\n"); split >= 0; split = held.indexOf("\r\n\r\n")) {
      const length = Number(/Content-Length: (\d+)/i.exec(held.subarray(0, split).toString())[1]);
      const end = split + 4 + length;
      if (held.length < end) break;
      socket.send(held.subarray(split + 4, end)); // a binary frame, as pygls sends them
      held = held.subarray(end);
    }
  });
  socket.on("message", (data) => server.stdin.write(`Content-Length: ${data.length}\r\n\r\n${data}`));
  socket.on("close", () => server.kill());
  server.on("exit", () => socket.close());
});
