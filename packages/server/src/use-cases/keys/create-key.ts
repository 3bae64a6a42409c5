import {
  createKey as create,
  type DomainError,
  newKeyId,
  ok,
  type Redacted,
  type Result,
} from "@latchkey/core";
import { addKey, type Changed } from "../change.ts";
import { newToken } from "./new-token.ts";
import type { Caller, Services } from "../services.ts";

export type CreateKeyInput = {
  readonly title: string;
  readonly scopes?: readonly string[] | undefined;
  readonly expiresAt?: Date | undefined;
};

/** Errors: TITLE_INVALID, SCOPE_INVALID, INPUT_INVALID (expiresAt), FORBIDDEN, UNAUTHENTICATED. */
export async function createKey(
  services: Services,
  caller: Caller,
  input: CreateKeyInput,
): Promise<Result<{ key: Changed; token: Redacted<string> }, DomainError>> {
  const { token, redacted, digest } = newToken(services);
  const changed = await addKey(services, caller, (decision) => {
    const id = newKeyId(decision.now, services.randomBytes);
    const { title, scopes, expiresAt = null } = input;
    const created = create({ id, redacted, title, scopes, expiresAt }, decision);
    if (!created.ok) return created;
    return ok([{ kind: "insert", ...created.value, digest }]);
  });
  if (!changed.ok) return changed;
  const [key] = changed.value;
  return ok({ key, token });
}
