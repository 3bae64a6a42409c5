import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Seen = {
  readonly method: string | undefined;
  readonly url: string | undefined;
  /** Names in lower case, and as many as arrived. */
  readonly latchkey: readonly (readonly [string, string])[];
  readonly headers: readonly string[];
  readonly body: string;
};

export type EchoApplication = {
  readonly host: string;
  readonly seen: Seen[];
  readonly close: () => Promise<void>;
};

/** An application behind a proxy: it keeps what it saw, and answers with the status it is asked for. */
export async function startApplication(): Promise<EchoApplication> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      const { method, url, rawHeaders } = request;
      const pairs = rawHeaders.flatMap((name, i) =>
        i % 2 === 0 ? [[name.toLowerCase(), rawHeaders[i + 1] ?? ""] as const] : [],
      );
      const latchkey = pairs.filter(([name]) => name.startsWith("latchkey"));
      seen.push({ method, url, latchkey, headers: rawHeaders, body });
      const status = /[?&]status=(\d+)/.exec(url ?? "")?.[1] ?? "200";
      response.writeHead(Number(status)).end("the application");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
