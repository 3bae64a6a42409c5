import { Redacted } from "@latchkey/core";
import { checkVariables } from "@latchkey/server";
import { type Transport, createClient, followEvents, type PrincipalInfo } from "@latchkey/client";
import type { Connection } from "./connection.ts";
import { type Credentials, readCredentials, writeCredentials } from "./credentials.ts";
import { givenToken } from "./given-token.ts";
import { transportByHttp } from "./send.ts";
import { parseServerUrl } from "./server-url.ts";

/** A session that was started, without its token: that goes only to the credentials file. */
type SignedIn = { readonly expiresAt: string; readonly principal: PrincipalInfo };

export type RemoteConnection = Omit<Connection, "signIn"> & {
  readonly signIn: (
    ...credentials: Parameters<NonNullable<Connection["signIn"]>>
  ) => Promise<SignedIn>;
};

/**
 * A connection to a server over HTTP: with `LATCHKEY_TOKEN`, else as the user who is logged in there, else as
 * nobody until somebody signs in.
 *
 * @param kept the login, if it was read already; `null` to connect as nobody
 * @throws StartRefused for an invalid address, or a login that can't be read
 */
export async function connectRemotely(
  address: string,
  env: NodeJS.ProcessEnv,
  kept?: Credentials | null,
): Promise<RemoteConnection> {
  checkVariables(env);
  const url = parseServerUrl(address);
  const given = givenToken(env);
  const known = given !== undefined ? null : kept === undefined ? readCredentials(env) : kept;
  const login = known?.url === url ? known : null;
  let device = login?.device;
  let token = given ?? login?.sessionToken;

  const { protocol, host } = new URL(url);
  const http = transportByHttp(protocol);
  const transport: Transport = async (outgoing) => {
    const headers = { ...outgoing.headers };
    if (token !== undefined) headers["authorization"] = `Bearer ${token.reveal()}`;
    return http.transport({ ...outgoing, headers });
  };
  const client = createClient({ url, transport });
  return {
    client,
    place: host,
    follow: (observer) => followEvents(client, observer),
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
      try {
        writeCredentials(env, { url, email: principal.email, sessionToken, expiresAt, device });
      } catch (error) {
        // Nobody could use the session, nor end it.
        await client.auth.logout.mutate().catch(() => {});
        throw error;
      }
      return { expiresAt, principal };
    },
  };
}
