import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { PostgresTarget } from "./postgres-url.ts";
import type { PostgresTls } from "./postgres-url-tls.ts";

/** The protocol's SSLRequest, 80877103. Answered by one byte, S or N. */
const TLS_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * A connection on which the PostgreSQL protocol can start, inside TLS if the target requires it. TLS is
 * established here rather than in postgres.js, which checks less of a certificate than `sslmode` promises.
 *
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
 *
 * @throws Error with Node's `code`; ETIMEDOUT after `withinMs`, TLS_NOT_OFFERED by a server without TLS
 */
export async function connectSocket(target: PostgresTarget, withinMs: number): Promise<Socket> {
  const { host, port, tls, keepAliveMs } = target;
  let socket = host.startsWith("/")
    ? connectTcp(`${host}/.s.PGSQL.${port}`)
    : connectTcp({
        host,
        port,
        noDelay: true,
        keepAlive: keepAliveMs !== null,
        keepAliveInitialDelay: keepAliveMs ?? 0,
      });
  const timer = setTimeout(() => socket.destroy(socketError("ETIMEDOUT")), withinMs);
  try {
    await first(socket, "connect");
    if (tls === null || host.startsWith("/")) return socket;
    socket.write(TLS_REQUEST);
    const answer = (await first(socket, "data")) as Buffer;
    // More than the one byte would be injected by a man in the middle, to be read as if inside TLS.
    if (answer.length === 1 && answer[0] === 0x53) {
      socket = connectTls({ ...tlsOptions(host, tls), socket });
      await first(socket, "secureConnect");
      return socket;
    }
    if (tls.isOptional && answer.toString("latin1") === "N") return socket;
    throw socketError("TLS_NOT_OFFERED");
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function tlsOptions(host: string, { checksChain, checksName, ca, client }: PostgresTls) {
  return {
    // The name that is verified; without it Node would verify "localhost".
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: checksChain,
    ...(ca === undefined ? {} : { ca: ca as string | string[] }),
    ...client,
    ...(checksName ? {} : { checkServerIdentity: () => undefined }),
  };
}

/** The first argument of the next such event; the end of the socket is an error. */
async function first(socket: Socket, event: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const onClose = () => reject(socketError("ECONNRESET"));
  socket.once(event, resolve).once("error", reject).once("close", onClose);
  try {
    return await promise;
  } finally {
    socket.off(event, resolve).off("error", reject).off("close", onClose);
  }
}

/** An error like Node's, with its `code`. */
export function socketError(code: string): Error {
  return Object.assign(new Error(`the connection to the database failed: ${code}`), { code });
}
