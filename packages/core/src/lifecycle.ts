import { checkAhead, secondsAfter } from "./ahead.ts";
import type { DomainError, ErrorOf } from "./errors.ts";
import type { KeyEvent } from "./event.ts";
import type { KeyId } from "./ids.ts";
import { type Key, stateAt } from "./key.ts";
import { endsLater, mayGrant } from "./policy.ts";
import type { Principal } from "./principal.ts";
import { err, ok, type Result } from "./result.ts";
import { parseScopes } from "./scope.ts";
import { parseTitle } from "./title.ts";

// What may happen to a key. Each transition takes a key and returns the next one with its event, or an
// error. Nothing leaves `revoked` but deletion.

export type Change = { readonly key: Key; readonly event: KeyEvent };
type Failure = DomainError;

/** Who acts, and the one instant at which everything in this change happens. */
export type Decision = { readonly principal: Principal; readonly now: Date };

export type NewKey = {
  readonly id: KeyId;
  readonly redacted: string;
  readonly title: string;
  readonly scopes: readonly string[] | undefined;
  readonly expiresAt: Date | null;
};

/**
 * A new key of the principal's own. Errors: TITLE_INVALID, SCOPE_INVALID, INPUT_INVALID, FORBIDDEN.
 *
 * @example
 * const { token, redacted } = generateToken("sk", randomBytes);
 * const input = { id: newKeyId(now, randomBytes), redacted, title, scopes, expiresAt: null };
 * createKey(input, { principal, now }); // the key, with the event key.created
 */
export function createKey(input: NewKey, { principal, now }: Decision): Result<Change, Failure> {
  const title = parseTitle(input.title);
  if (!title.ok) return title;
  const scopes = parseScopes(input.scopes);
  if (!scopes.ok) return scopes;
  const ahead = checkAhead("expiresAt", input.expiresAt, now);
  if (!ahead.ok) return ahead;
  return makeKey(
    {
      id: input.id,
      redacted: input.redacted,
      title: title.value,
      scopes: scopes.value,
      expiresAt: input.expiresAt,
      ownerId: principal.userId,
      rotatedFrom: null,
    },
    { principal, now },
  );
}

/**
 * Errors: TITLE_INVALID; CONFLICT if `revision` is given and another change came between.
 *
 * @example
 * renameKey(key, { title: "orders", revision: 3 }, decision); // CONFLICT if the key is at 4
 */
export function renameKey(
  key: Key,
  input: { readonly title: string; readonly revision?: number | undefined },
  { now }: Decision,
): Result<Change, ErrorOf<"TITLE_INVALID" | "CONFLICT">> {
  const title = parseTitle(input.title);
  if (!title.ok) return title;
  if (input.revision !== undefined && input.revision !== key.revision) {
    return err({ code: "CONFLICT", revision: key.revision });
  }
  return ok({
    key: { ...touched(key, now), title: title.value },
    event: { type: "key.renamed", data: { from: key.title, to: title.value } },
  });
}

/**
 * Ends a key now (`inSeconds` 0) or at a later instant; a schedule may be brought forward or postponed.
 * Errors: KEY_ALREADY_REVOKED; for a later instant also KEY_EXPIRED, INPUT_INVALID; for a key that postpones
 * beyond its own end, FORBIDDEN.
 *
 * @example
 * revokeKey(key, { inSeconds: 0 }, decision); // ended, with the event key.revoked
 * revokeKey(key, { inSeconds: 3600 }, decision); // ends in an hour: key.revocation_scheduled
 */
export function revokeKey(
  key: Key,
  { inSeconds }: { readonly inSeconds: number },
  { principal, now }: Decision,
): Result<Change, Failure> {
  const state = stateAt(key, now);
  const scheduled = key.revocation?.at.toISOString() ?? null;
  if (state.status === "revoked") {
    return err({ code: "KEY_ALREADY_REVOKED", revokedAt: state.revocation.at });
  }
  if (inSeconds === 0) {
    return ok({
      key: { ...touched(key, now), revocation: { at: now, by: principal.userId } },
      event: { type: "key.revoked", data: { title: key.title, wasScheduledFor: scheduled } },
    });
  }
  if (state.status === "expired") return err({ code: "KEY_EXPIRED", expiresAt: state.expiresAt });
  const at = secondsAfter(now, inSeconds);
  const ahead = checkAhead("inSeconds", at, now);
  if (!ahead.ok) return ahead;
  const next = { ...touched(key, now), revocation: { at, by: principal.userId } };
  const granted = mayLengthen(key, next, principal);
  if (!granted.ok) return granted;
  return ok({
    key: next,
    event: {
      type: "key.revocation_scheduled",
      data: { title: key.title, revokedAt: at.toISOString(), wasScheduledFor: scheduled },
    },
  });
}

/**
 * Cancels a scheduled revocation. Errors: REVOCATION_NOT_SCHEDULED, KEY_EXPIRED, KEY_ALREADY_REVOKED,
 * FORBIDDEN.
 *
 * @example
 * cancelRevocation(scheduledKey, decision); // active again, with the event key.revocation_canceled
 */
export function cancelRevocation(key: Key, { principal, now }: Decision): Result<Change, Failure> {
  const state = stateAt(key, now);
  switch (state.status) {
    case "active":
      return err({ code: "REVOCATION_NOT_SCHEDULED" });
    case "expired":
      return err({ code: "KEY_EXPIRED", expiresAt: state.expiresAt });
    case "revoked":
      return err({ code: "KEY_ALREADY_REVOKED", revokedAt: state.revocation.at });
    case "scheduled": {
      const next = { ...touched(key, now), revocation: null };
      const granted = mayLengthen(key, next, principal);
      if (!granted.ok) return granted;
      return ok({
        key: next,
        event: {
          type: "key.revocation_canceled",
          data: { title: key.title, wasScheduledFor: state.revocation.at.toISOString() },
        },
      });
    }
  }
}

export type Rotation = { readonly previous: Change; readonly successor: Change };

/**
 * A successor with the key's title, scopes, owner and expiry, and the key's own revocation
 * `graceSeconds` later, though never after its expiry. Errors: KEY_REVOCATION_SCHEDULED, KEY_EXPIRED,
 * KEY_ALREADY_REVOKED, INPUT_INVALID, FORBIDDEN.
 *
 * @example
 * rotateKey(key, { id, redacted, graceSeconds: 86_400 }, decision); // works for a day still
 */
export function rotateKey(
  key: Key,
  input: { readonly id: KeyId; readonly redacted: string; readonly graceSeconds: number },
  { principal, now }: Decision,
): Result<Rotation, Failure> {
  const state = stateAt(key, now);
  switch (state.status) {
    case "scheduled":
      return err({ code: "KEY_REVOCATION_SCHEDULED", revokedAt: state.revocation.at });
    case "expired":
      return err({ code: "KEY_EXPIRED", expiresAt: state.expiresAt });
    case "revoked":
      return err({ code: "KEY_ALREADY_REVOKED", revokedAt: state.revocation.at });
    case "active": {
      const { title, scopes, ownerId, expiresAt } = key;
      const { id, redacted, graceSeconds } = input;
      const ahead = checkAhead(
        "graceSeconds",
        graceSeconds === 0 ? null : secondsAfter(now, graceSeconds),
        now,
      );
      if (!ahead.ok) return ahead;
      const successor = makeKey(
        { id, redacted, title, scopes, ownerId, expiresAt, rotatedFrom: key.id },
        { principal, now },
      );
      if (!successor.ok) return successor;
      const graceEnd = secondsAfter(now, graceSeconds);
      const at = expiresAt !== null && expiresAt < graceEnd ? expiresAt : graceEnd;
      const previous: Change = {
        key: { ...touched(key, now), revocation: { at, by: principal.userId } },
        event: { type: "key.rotated", data: { title, rotatedTo: id, revokedAt: at.toISOString() } },
      };
      return ok({ previous, successor: successor.value });
    }
  }
}

/**
 * The event of a removal. Error: KEY_NOT_REVOKED, also for a key whose revocation is scheduled.
 *
 * @example
 * deleteKey(activeKey, decision); // { ok: false, error: { code: "KEY_NOT_REVOKED" } }
 */
export function deleteKey(
  key: Key,
  { now }: Decision,
): Result<KeyEvent, ErrorOf<"KEY_NOT_REVOKED">> {
  if (stateAt(key, now).status !== "revoked") return err({ code: "KEY_NOT_REVOKED" });
  return ok({ type: "key.deleted", data: { title: key.title, redacted: key.redacted } });
}

function makeKey(
  facts: Pick<
    Key,
    "id" | "redacted" | "title" | "scopes" | "ownerId" | "expiresAt" | "rotatedFrom"
  >,
  { principal, now }: Decision,
): Result<Change, ErrorOf<"FORBIDDEN">> {
  const key: Key = {
    ...facts,
    createdAt: now,
    createdBy: principal.userId,
    createdByKeyId: principal.kind === "key" ? principal.keyId : null,
    updatedAt: now,
    revision: 1,
    revocation: null,
  };
  const granted = mayGrant(principal, key);
  if (!granted.ok) return granted;
  const { title, redacted, ownerId, scopes, rotatedFrom } = key;
  const expiresAt = key.expiresAt?.toISOString() ?? null;
  const data = { title, redacted, ownerId, scopes, expiresAt, rotatedFrom };
  return ok({ key, event: { type: "key.created", data } });
}

/** Postponing a key's end extends its life: a key may only do so within its own bounds. */
function mayLengthen(
  before: Key,
  after: Key,
  principal: Principal,
): Result<null, ErrorOf<"FORBIDDEN">> {
  if (!endsLater(after.revocation?.at ?? null, before.revocation?.at ?? null)) return ok(null);
  return mayGrant(principal, after);
}

function touched(key: Key, now: Date): Key {
  return { ...key, updatedAt: now, revision: key.revision + 1 };
}
