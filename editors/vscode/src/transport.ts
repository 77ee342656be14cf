/** LSP over WebSocket: one JSON-RPC message a frame, without headers. Knows nothing of VS Code. */

import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from "vscode-jsonrpc";
import { WebSocket, type RawData } from "ws";

export interface Transports {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
}

const PATIENCE_MS = 15_000;

/** Connect to a server. Rejects with the reason when it cannot be reached. */
export function connect(url: string, patience: number = PATIENCE_MS): Promise<Transports> {
  return new Promise((resolve, reject) => {
    const { address, headers } = asked(url);
    const socket = new WebSocket(address, { handshakeTimeout: patience, headers });
    socket.once("error", reject);
    socket.once("open", () => {
      socket.off("error", reject);
      socket.pause(); // until somebody listens
      resolve({ reader: new SocketReader(socket), writer: new SocketWriter(socket) });
    });
  });
}

class SocketReader extends AbstractMessageReader implements MessageReader {
  constructor(private readonly socket: WebSocket) {
    super();
    socket.on("close", () => this.fireClose());
    socket.on("error", (error) => this.fireError(error));
  }

  listen(callback: DataCallback): Disposable {
    // Servers send text or binary frames; what is inside is the same.
    const onMessage = (data: RawData): void => {
      const message = this.parsed(data);
      if (message !== undefined) {
        callback(message);
      }
    };
    this.socket.on("message", onMessage);
    this.socket.resume();
    return { dispose: () => this.socket.off("message", onMessage) };
  }

  private parsed(data: RawData): Message | undefined {
    try {
      return JSON.parse(data.toString()) as Message;
    } catch {
      this.fireError(new Error("not JSON")); // the parser's own words would quote the message
      return undefined;
    }
  }
}

class SocketWriter extends AbstractMessageWriter implements MessageWriter {
  constructor(private readonly socket: WebSocket) {
    super();
    socket.on("close", () => this.fireClose());
  }

  write(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.send(JSON.stringify(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  end(): void {
    this.socket.close();
  }

  override dispose(): void {
    super.dispose();
    this.socket.close();
  }
}

/** Where to connect, and what to show there: in `wss://token@host/lsp` the token is for the server's eyes. */
export function asked(url: string): { readonly address: string; readonly headers: Record<string, string> } {
  const parsed = new URL(url);
  const token = decodeURIComponent(parsed.password || parsed.username);
  parsed.username = parsed.password = "";
  return token === "" ? { address: url, headers: {} } : { address: parsed.href, headers: { Authorization: `Bearer ${token}` } };
}

/** The part of an address that may be shown: without a password or token. */
export function shown(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** Whether drafts sent there could be read on the way: not encrypted, and not to this machine. */
export function isExposed(url: string): boolean {
  try {
    const { protocol, hostname } = new URL(url);
    return protocol === "ws:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  } catch {
    return false;
  }
}
