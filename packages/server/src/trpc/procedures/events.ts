import { EVENT_MAC_BYTES, formatLogPosition, parseLogPosition } from "@latchkey/core";
import { tracked } from "@trpc/server";
import { z } from "zod";
import { listEvents } from "../../use-cases/log/list-events.ts";
import { verifyLog } from "../../use-cases/log/verify-log.ts";
import { type KnownPosition, watchEvents } from "../../use-cases/log/watch-events.ts";
import { eventToWire, headToWire, watchedToWire } from "../to-wire.ts";
import { adminOnly, endless, router, scoped, signedIn } from "../procedure.ts";
import type { EventPage, LogProof, ProofProgress, WatchItem } from "@latchkey/client";
import { keyId, nothing, pageSize, userId } from "./inputs.ts";

// events.*: the log.

const seq = z.int("Give a sequence number.").min(0, "Give a sequence number.");

const keptHead = z.strictObject({
  seq,
  mac: z
    .string()
    .regex(
      new RegExp(`^[0-9a-f]{${EVENT_MAC_BYTES * 2}}$`),
      "Give the 64 hex digits of a head's MAC.",
    )
    .transform((hex) => Uint8Array.from(Buffer.from(hex, "hex"))),
});

const PLACE_HINT =
  "Give a place in the log: SEQ:MAC as audit head prints it, or a sequence number.";

/** A bare number, as an older client has it, is weaker: other events may have taken it since. */
const place = z
  .union([seq.transform(String), z.string().regex(/^\d{1,15}(:[0-9a-f]{64})?$/)], PLACE_HINT)
  .transform((text): KnownPosition => parseLogPosition(text) ?? { seq: Number(text), mac: null });

export const events = router({
  list: scoped("events:read")
    .input(
      z
        .strictObject({
          keyId: keyId.optional(),
          actorId: userId.optional(),
          type: z
            .string()
            .regex(/^[a-z_.]{1,64}$/, "Give a type like key.revoked.")
            .optional(),
          before: seq.optional(),
          limit: pageSize,
        })
        .prefault({}),
    )
    .query(async ({ ctx: { services, caller }, input }): Promise<EventPage> => {
      const { keyId, actorId, type, before, limit } = input;
      const page = await listEvents(services, caller, { keyId, actorId, type, before, limit });
      return { items: page.items.map(eventToWire), nextBefore: page.nextBefore };
    }),

  watch: signedIn
    .input(
      z
        .strictObject({
          after: place.optional(),
          known: place.optional(),
          // A client that lost its connection resumes by it: tRPC puts it there.
          lastEventId: place.optional(),
        })
        .prefault({}),
    )
    .subscription(async function* ({ ctx, input, signal }) {
      const { services, caller, identifyAgain, stopping, cut } = ctx;
      const after = input.lastEventId ?? input.after ?? null;
      const known = input.known ?? null;
      const ends = signal === undefined ? [stopping] : [stopping, signal];
      const watched = watchEvents(services, caller, { after, known, identifyAgain, ends, cut });
      for await (const item of endless(watched)) {
        const onWire: WatchItem = watchedToWire(item);
        yield tracked(formatLogPosition(item.position), onWire);
      }
    }),

  head: adminOnly("events:read")
    .input(nothing)
    .query(async ({ ctx: { services } }) => headToWire(await services.store.readHead())),

  verify: adminOnly("events:read")
    .input(z.strictObject({ from: keptHead.optional() }).prefault({}))
    .query(async ({ ctx: { services }, input }): Promise<LogProof> => {
      const { head, ...proof } = await verifyLog(services, { from: input.from });
      return { ...proof, head: headToWire(head) };
    }),

  proofProgress: adminOnly("events:read")
    .input(nothing)
    .query(({ ctx: { services } }): ProofProgress | null => services.tally.logProof),
});
