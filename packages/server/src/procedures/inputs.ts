import { isKeyId, isUserId, type KeyId } from "@latchkey/core";
import { z } from "zod";
import { isStorableInstant } from "../instant.ts";

// The shapes of inputs that several procedures share. Messages name the mend; none repeats a value.

/** A well-formed id that no key ever has: its UUID is not of version 7. */
const NO_KEY: KeyId = "key_00000000000000000000000000";

/** What is no key id finds no key: another's, an absent and a nonsensical id all look alike. */
export const keyId = z
  .string("Give the id of a key.")
  .transform((id) => (isKeyId(id) ? id : NO_KEY));

const INSTANT_HINT = "Write an instant like 2026-11-23T09:00:00Z.";

export const instant = z.iso
  .datetime({ offset: true, error: INSTANT_HINT })
  .transform((text) => new Date(text))
  // An offset, or the year 0, can lead out of what the engines take.
  .refine(isStorableInstant, INSTANT_HINT);

export const range = z.strictObject({ from: instant.optional(), to: instant.optional() });

export const pageSize = z
  .int("Give a whole number from 1 to 100.")
  .min(1, "Give a whole number from 1 to 100.")
  .max(100, "Give a whole number from 1 to 100.")
  .default(20);

export const userId = z.string().refine(isUserId, "Give the id of a user.");

/** Seconds from now, whole. */
export const seconds = z
  .int("Give whole seconds, 0 or more.")
  .min(0, "Give whole seconds, 0 or more.");

export const scopes = z.array(
  z.string("A scope is a text like orders:read."),
  "Give a list of scopes.",
);
