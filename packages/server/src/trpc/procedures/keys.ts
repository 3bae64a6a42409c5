import { keySorts, keyStatuses } from "@latchkey/core";
import { z } from "zod";
import { cancelRevocation } from "../../use-cases/keys/cancel-revocation.ts";
import { createKey } from "../../use-cases/keys/create-key.ts";
import { deleteKey } from "../../use-cases/keys/delete-key.ts";
import { getKey } from "../../use-cases/keys/get-key.ts";
import { keyUsage } from "../../use-cases/keys/key-usage.ts";
import { listKeys } from "../../use-cases/keys/list-keys.ts";
import { KEPT_DAYS } from "../../usage/record-use.ts";
import { renameKey } from "../../use-cases/keys/rename-key.ts";
import { resolveKey } from "../../use-cases/keys/resolve-key.ts";
import { revokeKey } from "../../use-cases/keys/revoke-key.ts";
import { rotateKey } from "../../use-cases/keys/rotate-key.ts";
import { verifyKey } from "../../use-cases/keys/verify-key.ts";
import { keyToWire, outcomeToWire, resolvedToWire, usageToWire } from "../to-wire.ts";
import { router, scoped, unwrap, verifier } from "../procedure.ts";
import type { KeyPage, Resolved } from "@latchkey/client";
import { instant, keyId, oneOf, pageSize, range, scopes, seconds, userId } from "./inputs.ts";

// keys.*: parse, call the use case of the same name, map the answer.

const title = z.string("Give the key a title.");
const token = z.string("Give a token.");

const MAX_SEARCH_LENGTH = 300;
const search = z
  .string()
  .max(MAX_SEARCH_LENGTH, `Search for at most ${MAX_SEARCH_LENGTH} characters.`)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "Remove control characters from the search.")
  .transform((text) => text.trim());

const listInput = z
  .strictObject({
    search: search.optional(),
    status: oneOf(keyStatuses).optional(),
    owner: z
      .union([z.literal("me"), z.literal("all"), userId], 'Use "me", "all" or the id of a user.')
      .default("me"),
    created: range.default({}),
    updated: range.default({}),
    revoked: range.default({}),
    lastUsedBefore: instant.optional(),
    sort: oneOf(keySorts).default("createdAt"),
    order: oneOf(["asc", "desc"]).default("desc"),
    cursor: z.string().max(4000, "is not from this list. Start again without it.").optional(),
    limit: pageSize,
  })
  .prefault({});

const DAYS_HINT = `Give a whole number of days from 1 to ${KEPT_DAYS}.`;
const days = z.int(DAYS_HINT).min(1, DAYS_HINT).max(KEPT_DAYS, DAYS_HINT).default(30);

export const keys = router({
  list: scoped("keys:read")
    .input(listInput)
    .query(async ({ ctx: { services, caller }, input }): Promise<KeyPage> => {
      const { search: term, status, lastUsedBefore, cursor, ...rest } = input;
      const page = unwrap(
        await listKeys(services, caller, {
          ...rest,
          status,
          lastUsedBefore,
          cursor,
          search: term === "" ? undefined : term,
        }),
      );
      const { items, nextCursor, total, totalIsCapped, now } = page;
      return {
        items: items.map((view) => keyToWire({ view, now })),
        nextCursor,
        total,
        totalIsCapped,
      };
    }),

  get: scoped("keys:read")
    .input(z.strictObject({ id: keyId }))
    .query(async ({ ctx: { services, caller }, input }) =>
      keyToWire(unwrap(await getKey(services, caller, input))),
    ),

  usage: scoped("keys:read")
    .input(z.strictObject({ id: keyId, days }))
    .query(async ({ ctx: { services, caller }, input }) =>
      usageToWire(unwrap(await keyUsage(services, caller, input))),
    ),

  create: scoped("keys:write")
    .input(z.strictObject({ title, scopes: scopes.optional(), expiresAt: instant.optional() }))
    .mutation(async ({ ctx: { services, caller }, input }) => {
      const created = unwrap(await createKey(services, caller, input));
      return { key: keyToWire(created.key), token: created.token.reveal() };
    }),

  rename: scoped("keys:write")
    .input(z.strictObject({ id: keyId, title, revision: z.int().min(1).optional() }))
    .mutation(async ({ ctx: { services, caller }, input }) =>
      keyToWire(unwrap(await renameKey(services, caller, input))),
    ),

  revoke: scoped("keys:write")
    .input(z.strictObject({ id: keyId, inSeconds: seconds.default(0) }))
    .mutation(async ({ ctx: { services, caller }, input }) =>
      keyToWire(unwrap(await revokeKey(services, caller, input))),
    ),

  cancelRevocation: scoped("keys:write")
    .input(z.strictObject({ id: keyId }))
    .mutation(async ({ ctx: { services, caller }, input }) =>
      keyToWire(unwrap(await cancelRevocation(services, caller, input))),
    ),

  rotate: scoped("keys:write")
    .input(z.strictObject({ id: keyId, graceSeconds: seconds.default(0) }))
    .mutation(async ({ ctx: { services, caller }, input }) => {
      const { key, token, previous } = unwrap(await rotateKey(services, caller, input));
      return { key: keyToWire(key), token: token.reveal(), previous: keyToWire(previous) };
    }),

  delete: scoped("keys:write")
    .input(z.strictObject({ id: keyId }))
    .mutation(async ({ ctx: { services, caller }, input }) =>
      unwrap(await deleteKey(services, caller, input)),
    ),

  // Mutations, so that a token is never in a URL.
  verify: scoped("keys:verify")
    .input(z.strictObject({ token, scopes: scopes.optional() }))
    .mutation(async ({ ctx: { services }, input }) =>
      outcomeToWire(unwrap(await verifyKey(services, input))),
    ),

  resolve: verifier
    .input(z.strictObject({ token }))
    .mutation(
      async ({ ctx: { services }, input }): Promise<Resolved> =>
        resolvedToWire(await resolveKey(services, input)),
    ),
});
