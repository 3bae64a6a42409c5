import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Address } from "../config/config.ts";
import { StartRefused } from "../faults/start-refused.ts";
import { stopServer } from "./stop-server.ts";

/** A server that listens. */
export type Bound = {
  /** Like `http://127.0.0.1:7420`. */
  readonly url: string;
  /** Accepts no more requests, answers those under way, then closes. */
  readonly close: () => Promise<void>;
};

export type BindOptions = {
  /** The variables that configure host and port. */
  readonly variables: { readonly host: string; readonly port: string };
  /** How long a server that stops waits for the requests under way. */
  readonly drainMs: number;
};

/** @throws StartRefused if it can't listen on the address */
export async function bind(
  server: Server,
  { host, port }: Address,
  { variables, drainMs }: BindOptions,
): Promise<Bound> {
  await new Promise<void>((listening, failed) => {
    server.once("error", (error) => failed(refusal(error, { host, port }, variables)));
    server.listen(port, host, () => listening());
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    close: () => stopServer(server, drainMs),
  };
}

/** Listens on a Unix socket, which the umask opens for its owner only, or for its group too. */
export async function bindSocket(
  server: Server,
  path: string,
  umask: 0o177 | 0o117,
): Promise<void> {
  const before = process.umask(umask);
  try {
    await new Promise<void>((listening, failed) => {
      server.once("error", failed).listen(path, () => listening());
    });
  } finally {
    process.umask(before);
  }
}

function refusal(
  error: NodeJS.ErrnoException,
  { host, port }: Address,
  variables: BindOptions["variables"],
): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new StartRefused(
        `Port ${port} of ${host} is in use. Stop what uses it, or choose another with ${variables.port}.`,
      );
    case "EACCES":
      return new StartRefused(
        `Port ${port} may not be used. Choose one above 1023 with ${variables.port}.`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartRefused(`${host} is not an address of this machine. Fix ${variables.host}.`);
    default:
      return error;
  }
}
