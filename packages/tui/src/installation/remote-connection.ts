import { Redacted } from "@latchkey/core";
import {
  type Carry,
  createClient,
  followEvents,
  type PrincipalInfo,
} from "@latchkey/server/client";
import type { Connection } from "../app/connection.ts";
import { readCredentials, writeCredentials } from "./credentials.ts";
import { givenToken } from "./given-token.ts";
import { carryByHttp } from "./send.ts";
import { parseServerUrl } from "./server-url.ts";

/** A session that has begun, without its token: that goes to the credentials' file alone. */
type SignedIn = { readonly expiresAt: string; readonly principal: PrincipalInfo };

export type RemoteConnection = Omit<Connection, "signIn"> & {
  readonly signIn: (
    ...credentials: Parameters<NonNullable<Connection["signIn"]>>
  ) => Promise<SignedIn>;
};

/**
 * A connection to a server over HTTP: as `LATCHKEY_TOKEN`, else as whoever is logged in there, else as
 * nobody until somebody signs in.
 *
 * @throws StartRefused for an address that won't do
 */
export async function connectRemotely(
  address: string,
  env: NodeJS.ProcessEnv,
): Promise<RemoteConnection> {
  const url = parseServerUrl(address);
  const kept = readCredentials(env);
  const given = givenToken(env);
  const login = kept !== null && kept.url === url ? kept : null;
  let device = login?.device;
  let token = given === undefined ? login?.sessionToken : new Redacted(given);

  const { protocol, host } = new URL(url);
  const http = carryByHttp(protocol);
  const carry: Carry = async (outgoing) => {
    const headers = { ...outgoing.headers };
    if (token !== undefined) headers["authorization"] = `Bearer ${token.reveal()}`;
    return http.carry({ ...outgoing, headers });
  };
  const client = createClient({ url, carry });
  return {
    client,
    place: host,
    follow: (told) => followEvents(client, told),
    close: async () => http.close(),
    ...(login === null ? {} : { lastEmail: login.email }),
    signIn: async ({ email, password }) => {
      const hint = device === undefined ? {} : { device };
      const session = await client.auth.login.mutate({
        email,
        password: password.reveal(),
        ...hint,
      });
      const sessionToken = new Redacted(session.sessionToken);
      token = sessionToken;
      const { expiresAt, principal } = session;
      ({ device } = session);
      writeCredentials(env, { url, email: principal.email, sessionToken, expiresAt, device });
      return { expiresAt, principal };
    },
  };
}
