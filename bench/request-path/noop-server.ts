import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

// What Node itself can do: an answer that never changes.

const server = createServer((_, response) => {
  response.writeHead(200, { "content-length": "0" });
  response.end();
});
server.listen(0, "127.0.0.1", () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
