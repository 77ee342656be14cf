import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";

import { createMessageConnection } from "vscode-jsonrpc/node";
import { WebSocketServer, type WebSocket } from "ws";

import { asked, connect, isExposed, shown } from "../transport";

/** A server on a free port that does `behave` with every socket. */
async function serving(behave: (socket: WebSocket) => void): Promise<{ url: string; end: () => void }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", behave);
  await once(server, "listening");
  const end = (): void => {
    server.clients.forEach((socket) => socket.terminate());
    server.close();
  };
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, end };
}

/** Answers each request with its own parameters, in frames of the given kind. */
const echo = (binary: boolean) => (socket: WebSocket) =>
  socket.on("message", (data) => {
    const { id, params } = JSON.parse(data.toString());
    socket.send(Buffer.from(JSON.stringify({ jsonrpc: "2.0", id, result: params })), { binary });
  });

for (const [kind, binary] of [["text", false], ["binary", true]] as const) {
  test(`answers in ${kind} frames are understood`, async () => {
    const { url, end } = await serving(echo(binary));
    const { reader, writer } = await connect(url);
    const connection = createMessageConnection(reader, writer);
    connection.listen();
    assert.deepEqual(await connection.sendRequest("x", { text: "你好😀\u2028" }), { text: "你好😀\u2028" });
    connection.dispose();
    end();
  });
}

test("what is not JSON is an error that does not quote it, and later messages still arrive", async () => {
  const { url, end } = await serving((socket) => {
    socket.send("客户的草稿");
    socket.send('{"jsonrpc":"2.0","method":"later"}');
  });
  const { reader } = await connect(url);
  const errors: string[] = [];
  reader.onError((error) => errors.push(error.message));
  await new Promise<void>((resolve) => reader.listen(() => resolve()));
  assert.deepEqual(errors, ["not JSON"]);
  end();
});

test("a lost connection is noticed", async () => {
  const { url, end } = await serving((socket) => socket.on("message", () => socket.terminate()));
  const { reader, writer } = await connect(url);
  const closed = new Promise<void>((resolve) => reader.onClose(resolve));
  await writer.write({ jsonrpc: "2.0" });
  await closed;
  end();
});

test("a server that is not there is told at once", async () => {
  const { url, end } = await serving(() => undefined);
  end();
  await assert.rejects(connect(url));
});

test("a token in the address is shown to the server, and is no part of the address", async () => {
  const seen: (string | undefined)[] = [];
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (_, request) => seen.push(request.headers.authorization, request.url));
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { writer } = await connect(`ws://s3cret~1@127.0.0.1:${port}/lsp`);
  assert.deepEqual(seen, ["Bearer s3cret~1", "/lsp"]);
  writer.dispose();
  server.close();
});

for (const [url, address, token] of [
  ["wss://keqi.example.com/lsp", "wss://keqi.example.com/lsp", undefined],
  ["wss://token@keqi.example.com/lsp?x=1", "wss://keqi.example.com/lsp?x=1", "Bearer token"],
  ["wss://anybody:token@keqi.example.com:8443/lsp", "wss://keqi.example.com:8443/lsp", "Bearer token"],
] as const) {
  test(`${url} is asked for as ${address}`, () =>
    assert.deepEqual(asked(url), { address, headers: token === undefined ? {} : { Authorization: token } }));
}

test("an address is shown without what may be secret in it", () => {
  assert.equal(shown("wss://me:secret@keqi.example.com/lsp?token=secret"), "keqi.example.com");
});

for (const [url, exposed] of [
  ["ws://keqi.example.com/lsp", true],
  ["ws://10.0.0.8:8080/lsp", true],
  ["wss://keqi.example.com/lsp", false],
  ["ws://localhost:8080/lsp", false],
  ["ws://127.0.0.1/lsp", false],
  ["ws://[::1]/lsp", false],
  ["ws://127.0.0.1.example.com/lsp", true],
] as const) {
  test(`${url} is ${exposed ? "readable on the way" : "safe"}`, () => assert.equal(isExposed(url), exposed));
}
