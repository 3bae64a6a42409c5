import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";

// An answer that precedes the end of its request is the last one on its connection. Else the next request
// would begin wherever the client believes the body to end: a proxy that announces a body and sends none
// would lose the first bytes of its next request, and with them the credential that they hold.

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * How long a connection is still read after its last answer. One that is closed with bytes unread is reset,
 * and the reset may overtake the answer.
 */
const LINGER_MS = 2000;

/** Node's server, whose connections end with an answer that did not wait for its request. */
export function createHttpServer(options: ServerOptions, handle: Handler): Server {
  const finished = new WeakSet<Socket>();
  const answer: Handler = (request, response) => {
    // Nothing that follows a last answer was meant as it reads.
    if (finished.has(request.socket)) return;
    if (!announcesBody(request)) return handle(request, response);
    endsWithRequest(request, response, finished);
    // By then a body that came together with its headers is there.
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
      // Node calls it once the answer is out.
      socket.destroySoon = () => linger(request, socket);
    }
    return writeHead.apply(response, args);
  };
  response.writeHead = writeLast;
}

/** Sends the connection's end, and reads on until the client's, or for a while. */
function linger(request: IncomingMessage, socket: Socket): void {
  socket.destroySoon = () => {};
  socket.end();
  // Whoever reads no further holds nothing up.
  request.removeAllListeners("data").resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(timer));
}
