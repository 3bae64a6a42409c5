import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";

// A response that precedes the end of its request is the last one on its connection. Otherwise the next request
// would begin wherever the client believes the body to end: a proxy that announces a body and sends none would
// lose the first bytes of its next request, and with them its credential.

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * How long a connection is still read after its last response. Closing it with unread bytes resets it, and the
 * reset may overtake the response.
 */
const LINGER_MS = 2000;

/** Node's server, which closes a connection after a response that did not wait for its request. */
export function createHttpServer(options: ServerOptions, handle: Handler): Server {
  const finished = new WeakSet<Socket>();
  const answer: Handler = (request, response) => {
    // What follows a last response is not a request.
    if (finished.has(request.socket)) return;
    if (!announcesBody(request)) return handle(request, response);
    endsWithRequest(request, response, finished);
    // By then a body that came together with its headers has been received.
    setImmediate(handle, request, response);
  };
  const server = createServer(options, answer);
  // Node would answer by itself, and keep the connection.
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    if (finished.has(request.socket)) return;
    endsWithRequest(request, response, finished);
    response.writeHead(417).end();
  });
  return server;
}

function announcesBody({ headers }: IncomingMessage): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = headers;
  return (length !== undefined && length !== "0") || encoding !== undefined;
}

function endsWithRequest(
  request: IncomingMessage,
  response: ServerResponse,
  finished: WeakSet<Socket>,
): void {
  const { socket } = request;
  const { writeHead } = response;
  const writeLast = (...args: [status: number]) => {
    if (!request.complete && !finished.has(socket)) {
      finished.add(socket);
      response.setHeader("connection", "close");
      // Node calls it once the response was sent.
      socket.destroySoon = () => linger(request, socket);
    }
    return writeHead.apply(response, args);
  };
  response.writeHead = writeLast;
}

/** Half-closes the connection, and reads on until the client closes it, or for a while. */
function linger(request: IncomingMessage, socket: Socket): void {
  socket.destroySoon = () => {};
  socket.end();
  // A slow reader blocks nothing.
  request.removeAllListeners("data").resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(timer));
}
