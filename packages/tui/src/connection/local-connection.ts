import type { Redacted } from "@latchkey/core";
import { type EmbeddedOptions, openDefectLog } from "@latchkey/server";
import { type Transport, createClient, followEvents, neverSent } from "@latchkey/client";
import type { Connection } from "./connection.ts";
import { type Attached, attach } from "./attach.ts";

/**
 * A lasting connection to the embedded installation: when the holder of the folder ends, this process takes over,
 * or joins the new holder.
 *
 * @param token a credential to act with, rather than as the operator
 */
export async function connectLocally(
  options: EmbeddedOptions,
  token?: Redacted<string>,
): Promise<Connection> {
  let attached = await attach(options);
  let attaching: Promise<Attached> | null = null;
  let closed = false;

  /** However many calls find the holder gone, one attaches again for all. */
  const attachAgain = (lost: Attached): Promise<Attached> => {
    if (attached !== lost) return Promise.resolve(attached);
    attaching ??= attach(options)
      .then((next) => {
        attached = next;
        return next;
      })
      .finally(() => {
        attaching = null;
      });
    return attaching;
  };

  const transport: Transport = async (outgoing) => {
    // Each joined holder may be a command that ends a moment later: then the next one is tried.
    for (let used = attached; ; used = await attachAgain(used)) {
      try {
        return await used.transport(outgoing);
      } catch (error) {
        if (used.holds || closed || outgoing.signal?.aborted === true) throw error;
        // A request that was sent may have happened: only one that never left is sent again.
        if (!neverSent(error)) {
          await attachAgain(used);
          throw error;
        }
      }
    }
  };

  const client = createClient({ url: "http://localhost", token, transport });
  return {
    client,
    place: "this computer",
    logDefect: openDefectLog(options.folder.logFile),
    follow: (observer) => followEvents(client, observer),
    close: async () => {
      closed = true;
      if (attaching !== null) await attaching.catch(() => {});
      await attached.close();
    },
  };
}
