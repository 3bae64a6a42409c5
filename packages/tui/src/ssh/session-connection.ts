import { createClient, followEvents } from "@latchkey/server/client";
import type { Connection } from "../app/connection.ts";
import type { SshSession } from "../installation/on-this-machine.ts";

/** The server as the person of this session sees it. What it closes is the session's own affair. */
export function sessionConnection({ fetch, token }: SshSession): Connection {
  const client = createClient({ url: "http://localhost", token, fetch });
  return {
    client,
    place: "over SSH",
    follow: (told) => followEvents(client, told),
    close: async () => {},
  };
}
