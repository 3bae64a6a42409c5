import {
  type DomainError,
  type KeyId,
  newKeyId,
  ok,
  type Redacted,
  type Result,
  rotateKey as rotate,
} from "@latchkey/core";
import { type Changed, changeKey, type Write } from "../change.ts";
import { newToken } from "./new-token.ts";
import type { Caller, Services } from "../services.ts";

export type Rotated = {
  readonly key: Changed;
  readonly token: Redacted<string>;
  readonly previous: Changed;
};

/** Errors: NOT_FOUND, KEY_REVOCATION_SCHEDULED, KEY_EXPIRED, KEY_ALREADY_REVOKED, FORBIDDEN, INPUT_INVALID. */
export async function rotateKey(
  services: Services,
  caller: Caller,
  input: { readonly id: KeyId; readonly graceSeconds: number },
): Promise<Result<Rotated, DomainError>> {
  const { graceSeconds } = input;
  const { token, redacted, digest } = newToken(services);
  const changed = await changeKey<[Write, Write]>(
    services,
    caller,
    input.id,
    ({ key, ...decision }) => {
      const id = newKeyId(decision.now, services.randomBytes);
      const rotation = rotate(key, { id, redacted, graceSeconds }, decision);
      if (!rotation.ok) return rotation;
      const { successor, previous } = rotation.value;
      return ok([
        { kind: "insert", ...successor, digest },
        { kind: "update", ...previous },
      ]);
    },
  );
  if (!changed.ok) return changed;
  const [key, previous] = changed.value;
  return ok({ key, token, previous });
}
