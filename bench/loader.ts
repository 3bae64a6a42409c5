import type { Fixture } from "./fixture.ts";
import { startProgram } from "./program.ts";
import { type Load, type Loaded, type Request, TOKEN } from "./programs/load.ts";

export type AskedLoad = Omit<Load, "tokens" | "tokenLength"> & {
  /** All of one length. */
  readonly tokens: readonly string[];
};

/** How many answers a second a server gives to this load; throws where one is not 200. */
export type Loader = (load: AskedLoad) => Promise<number>;

/** From a process of its own. */
export function startLoader(fixture: Fixture): Loader {
  const program = startProgram<Load, Loaded>(fixture, "load");
  return async ({ tokens, ...load }) => {
    const { perSecond, statuses } = await program.ask({
      ...load,
      tokens: Buffer.from(tokens.join(""), "latin1"),
      tokenLength: tokens[0]?.length ?? 0,
    });
    const other = Object.keys(statuses).filter((status) => status !== "200");
    if (other.length > 0) throw new Error(`answers of status ${other.join(", ")}`);
    return perSecond;
  };
}

/** Whether each token may pass, as a proxy asks. */
export const verifying: Request = {
  path: "/verify",
  headers: { authorization: `Bearer ${TOKEN}` },
};

/** A tRPC call; the token is in its input, or its credential. */
export function calling(procedure: string, input: unknown, credential: string = TOKEN): Request {
  return {
    path: `/trpc/${procedure}`,
    headers: { authorization: `Bearer ${credential}` },
    body: input === undefined ? "" : JSON.stringify(input),
  };
}
