import { once } from "node:events";
import type { Socket } from "node:net";
import ssh2, { type Client, type ConnectConfig } from "ssh2";
import { onTestFinished } from "vitest";

// A client that keeps to nothing: packets of any content, on ssh2's own key exchange and encryption.

type Handler = (protocol: unknown, ...values: never[]) => void;

type RawProtocol = {
  readonly _handlers: Record<string, Handler>;
  readonly _kex: { readonly sessionID: Buffer };
  readonly _authsQueue: string[];
  readonly _cipher: { encrypt(packet: Buffer): void };
  readonly _packetRW: {
    readonly write: {
      readonly allocStart: number;
      alloc(length: number): Buffer;
      finalize(packet: Buffer): Buffer;
    };
  };
  rekey(): void;
};

export function rawOf(client: unknown): { protocol: RawProtocol; socket: Socket } {
  const { _protocol, _sock } = client as { _protocol: RawProtocol; _sock: Socket };
  return { protocol: _protocol, socket: _sock };
}

export function send(client: Client, payload: Buffer): void {
  const { _packetRW, _cipher } = rawOf(client).protocol;
  const bytes = _packetRW.write.alloc(payload.length);
  bytes.set(payload, _packetRW.write.allocStart);
  _cipher.encrypt(_packetRW.write.finalize(bytes));
}

/** What the server sends of these messages, by ssh2's names of them, as long as there is a connection. */
export function received(client: Client, ...names: readonly string[]) {
  const messages: { readonly name: string; readonly values: readonly unknown[] }[] = [];
  const { _handlers: handlers } = rawOf(client).protocol;
  for (const name of names) {
    handlers[name] = (_, ...values) => void messages.push({ name, values });
  }
  return messages;
}

export type RawClient = Client & {
  /** The sentence with which the server ended the connection, once it has. */
  readonly ended: Promise<string>;
  /** What it said before it let anybody in. */
  readonly banners: () => readonly string[];
};

function open(config: ConnectConfig): RawClient {
  const client = new ssh2.Client();
  // ssh2 keeps to itself what a server says that ends a connection in good order.
  let sentence = "";
  const banners: string[] = [];
  client.on("error", () => {}).on("banner", (text) => banners.push(text));
  const ended = new Promise<string>((done) => client.once("close", () => done(sentence)));
  client.connect({ host: "127.0.0.1", username: "anybody", keepaliveInterval: 0, ...config });
  client.setNoDelay(true);
  onTestFinished(() => void client.destroy());
  const { _handlers: handlers } = rawOf(client).protocol;
  const disconnected = handlers["DISCONNECT"] as (...values: unknown[]) => void;
  handlers["DISCONNECT"] = (protocol: unknown, reason: unknown, description: string) => {
    sentence = description;
    disconnected(protocol, reason, description);
  };
  return Object.assign(client, { ended, banners: () => [...banners] });
}

/** Ready for whatever may be sent before somebody is known. */
export async function unproven(port: number): Promise<RawClient> {
  let begin: () => void = () => {};
  const begun = new Promise<void>((done) => (begin = done));
  // Never asked for a next method: what is sent is sent by hand.
  const client = open({ port, authHandler: () => begin() });
  await Promise.race([
    begun,
    client.ended.then((sentence) => Promise.reject(new Error(`ended: ${sentence}`))),
  ]);
  return client;
}

/** Rejects with the server's sentence where it lets nobody in. */
export async function signedIn(port: number, privateKey: string): Promise<RawClient> {
  const client = open({ port, privateKey });
  await Promise.race([
    once(client, "ready"),
    client.ended.then((sentence) => Promise.reject(new Error(`ended: ${sentence}`))),
  ]);
  return client;
}
