import {
  isKeyId,
  isSessionId,
  isSshFingerprint,
  isUserId,
  type KeyId,
  roles,
  type SessionId,
  type UserId,
} from "@latchkey/core";
import { z } from "zod";
import { isStorableInstant } from "../../use-cases/instant.ts";

// The inputs that several procedures share. Messages say what to do; none repeats a value.

/** Of a procedure without input. */
export const nothing = z.strictObject({}).optional();

/** One of some words, which the message lists. */
export const oneOf = <const Words extends readonly [string, string, ...string[]]>(words: Words) =>
  z.enum(words, `Use ${words.slice(0, -1).join(", ")} or ${words.at(-1)}.`);

/** A well-formed id that no key ever has: its UUID is not of version 7. */
const NO_KEY: KeyId = "key_00000000000000000000000000";

/** An invalid key id finds no key: another's, an absent and a malformed id look the same. */
export const keyId = z
  .string("Give the id of a key.")
  .transform((id) => (isKeyId(id) ? id : NO_KEY));

const INSTANT_HINT = "Write an instant like 2026-11-23T09:00:00Z.";

export const instant = z.iso
  .datetime({ offset: true, error: INSTANT_HINT })
  .transform((text) => new Date(text))
  // An offset, or the year 0, can exceed the range of the engines.
  .refine(isStorableInstant, INSTANT_HINT);

export const range = z.strictObject({ from: instant.optional(), to: instant.optional() });

const MAX_PAGE_SIZE = 100;
const PAGE_SIZE_HINT = `Give a whole number from 1 to ${MAX_PAGE_SIZE}.`;

export const pageSize = z
  .int(PAGE_SIZE_HINT)
  .min(1, PAGE_SIZE_HINT)
  .max(MAX_PAGE_SIZE, PAGE_SIZE_HINT)
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

/** As SMTP can send to (RFC 5321, 4.5.3.1.3, less the angle brackets). */
const MAX_EMAIL_LENGTH = 254;
/** Two texts around an `@` in which every character is visible. */
const EMAIL =
  /^[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800@]+@[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800@]+$/u;

/** Lower-cased and composed, since people don't distinguish addresses by either. */
export const email = z
  .string("Give an email.")
  .trim()
  .toLowerCase()
  .normalize("NFC")
  .max(MAX_EMAIL_LENGTH, `An email has at most ${MAX_EMAIL_LENGTH} characters.`)
  .regex(EMAIL, "Give an email like ops@example.com.");

/** A password is validated when it is set; here its length is only limited. */
export const passwordText = z
  .string("Give a password.")
  .max(1024, "The password is too long.")
  // Each half of a surrogate pair would be hashed as the same replacement.
  .refine((text) => text.isWellFormed(), "The password holds half of a character. Type it again.");

/** An invalid hint counts as none; here its length is only limited. */
export const deviceHint = z
  .string("Leave it out, or give what a login gave.")
  .max(256, "It is too long.");

export const role = oneOf(roles);

/** A well-formed id that no user has. */
const NOBODY: UserId = "user_00000000000000000000000000";
const NO_SESSION: SessionId = "session_00000000000000000000000000";

export const anyUserId = z
  .string("Give the id of a user.")
  .transform((id) => (isUserId(id) ? id : NOBODY));

export const fingerprint = z
  .string("Give the fingerprint of an SSH key.")
  .trim()
  .refine(isSshFingerprint, "Give a fingerprint as ssh-keygen -l prints it: SHA256:….");

export const sessionId = z
  .string("Give the id of a session.")
  .transform((id) => (isSessionId(id) ? id : NO_SESSION));
