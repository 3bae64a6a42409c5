import { once } from "node:events";
import type { Ground } from "../ground.ts";
import type { Load, LoadResult } from "./load-process.ts";
import { startChild } from "./processes.ts";

/** How many right answers a second a server gives to this load, in a process of its own. */
export type Loader = (load: Load) => Promise<number>;

export function startLoader(ground: Ground): Loader {
  const child = startChild(ground, "load-process.ts");
  return async (load) => {
    child.send(load);
    const [{ perSecond, wrong }] = (await once(child, "message")) as [LoadResult];
    if (wrong > 0) throw new Error(`${wrong} answers were not ${load.status}`);
    return perSecond;
  };
}

/** A request without a body, but for its token. */
export function getWithToken(path: string): Pick<Load, "before" | "after"> {
  return {
    before: `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer `,
    after: "\r\n\r\n",
  };
}

/** A tRPC call whose input holds a token as long as the credential. */
export function callWithToken(
  procedure: string,
  credential: string,
): Pick<Load, "before" | "after"> {
  const [open, close] = ['{"token":"', '"}'];
  const length = open.length + credential.length + close.length;
  return {
    before: [
      `POST /trpc/${procedure} HTTP/1.1`,
      "host: 127.0.0.1",
      `authorization: Bearer ${credential}`,
      "content-type: application/json",
      `content-length: ${length}`,
      "",
      open,
    ].join("\r\n"),
    after: close,
  };
}
