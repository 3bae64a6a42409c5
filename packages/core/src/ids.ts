import { TypeID } from "typeid-js";

// Ids are TypeIDs: a type, then a UUIDv7 (RFC 9562), so they sort by the time they were made.

export type KeyId = `key_${string}`;
export type UserId = `user_${string}`;
export type SessionId = `session_${string}`;

const ID = /^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** @param randomBytes returns n random bytes from a cryptographic source */
export function newKeyId(now: Date, randomBytes: (n: number) => Uint8Array): KeyId {
  return newId("key", now, randomBytes);
}

/** `user_` and a TypeID suffix that sorts by time. */
export function newUserId(now: Date, randomBytes: (n: number) => Uint8Array): UserId {
  return newId("user", now, randomBytes);
}

/** `session_` and a TypeID suffix that sorts by time. */
export function newSessionId(now: Date, randomBytes: (n: number) => Uint8Array): SessionId {
  return newId("session", now, randomBytes);
}

/** Whether a text is a well-formed key id, not whether there is such a key. */
export function isKeyId(text: string): text is KeyId {
  return text.startsWith("key_") && ID.test(text);
}

/** Whether a text is a well-formed user id, not whether there is such a user. */
export function isUserId(text: string): text is UserId {
  return text.startsWith("user_") && ID.test(text);
}

/** Whether a text is a well-formed session id, not whether there is such a session. */
export function isSessionId(text: string): text is SessionId {
  return text.startsWith("session_") && ID.test(text);
}

function newId<Type extends string>(
  type: Type,
  now: Date,
  randomBytes: (n: number) => Uint8Array,
): `${Type}_${string}` {
  const bytes = Uint8Array.from(randomBytes(16));
  const view = new DataView(bytes.buffer);
  const milliseconds = now.getTime();
  view.setUint32(0, Math.floor(milliseconds / 2 ** 16));
  view.setUint16(4, milliseconds % 2 ** 16);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  return TypeID.fromUUIDBytes(type, bytes).toString() as `${Type}_${string}`;
}
