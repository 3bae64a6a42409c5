import { isKeyId, isUserId, type KeyId, type SessionId, type UserId } from "@latchkey/core";
import { z } from "zod";
import { isStorableInstant } from "../../use-cases/instant.ts";

// The shapes of inputs that several procedures share. Messages name the mend; none repeats a value.

/** Of a procedure that takes nothing. */
export const nothing = z.strictObject({}).optional();

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

/** Two texts around an `@` in which every character is one that can be seen. */
const EMAIL =
  /^[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800@]+@[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800@]+$/u;

/** Lower-cased and composed, since people don't tell addresses apart by either. */
export const email = z
  .string("Give an email.")
  .trim()
  .toLowerCase()
  .normalize("NFC")
  .max(254, "An email has at most 254 characters.")
  .regex(EMAIL, "Give an email like ops@example.com.");

/** Its length as a password is judged where it is set; here it is only kept from being a burden. */
export const passwordText = z
  .string("Give a password.")
  .max(1024, "The password is too long.")
  // Each half of a surrogate pair would be hashed as the same replacement.
  .refine((text) => text.isWellFormed(), "The password holds half of a character. Type it again.");

/** What is no hint of ours counts as none; it is only kept from being a burden. */
export const deviceHint = z
  .string("Leave it out, or give what a login gave.")
  .max(256, "It is too long.");

export const role = z.enum(["admin", "member", "service"], "Use admin, member or service.");

/** A well-formed id that nobody ever has. */
const NOBODY: UserId = "user_00000000000000000000000000";
const NO_SESSION: SessionId = "session_00000000000000000000000000";

export const anyUserId = z
  .string("Give the id of a user.")
  .transform((id) => (isUserId(id) ? id : NOBODY));

export const fingerprint = z
  .string("Give the fingerprint of an SSH key.")
  .trim()
  .regex(/^SHA256:[0-9A-Za-z+/]{43}$/, "Give a fingerprint as ssh-keygen -l prints it: SHA256:….");

export const sessionId = z
  .string("Give the id of a session.")
  .transform((id) => (/^session_[0-9a-z]{26}$/.test(id) ? (id as SessionId) : NO_SESSION));
