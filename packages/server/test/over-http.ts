import { createClient, type LatchkeyClient } from "@latchkey/client";
import { httpApp } from "../src/http/app.ts";
import { identifyOr } from "../src/http/identify.ts";
import type { Origin } from "../src/use-cases/services.ts";
import { type Installation, ORIGIN } from "./installation.ts";

export const PASSWORD = "correct horse battery";
export const OTHER = "another long password";

/** A server where nobody is anybody without a credential. */
export function overHttp({ services, defects }: Installation, address = "192.0.2.1") {
  const origin: Origin = { via: "http", address };
  const app = httpApp({
    services,
    identify: identifyOr(null, services),
    originOf: () => origin,
    onDefect: (defect) => defects.push(defect),
  });
  const client = (authorization?: string): LatchkeyClient =>
    createClient({
      url: ORIGIN,
      fetch: async (request) => {
        if (authorization !== undefined) request.headers.set("authorization", authorization);
        return app.fetch(request);
      },
    });
  return {
    anybody: client(),
    as: (authorization: string) => client(authorization),
    send: async (request: Request) => app.fetch(request),
    login: async (email: string, password = PASSWORD) => {
      const { sessionToken } = await client().auth.login.mutate({ email, password });
      return { sessionToken, client: client(`Bearer ${sessionToken}`) };
    },
  };
}

/** Somebody whose password is `PASSWORD`. */
export async function withPassword(
  latchkey: Installation,
  role: "admin" | "member",
  email: string,
) {
  return latchkey.clientOf(latchkey.admin).users.add.mutate({ email, role, password: PASSWORD });
}
