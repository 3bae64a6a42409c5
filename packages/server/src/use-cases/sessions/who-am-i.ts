import { EVERYTHING } from "@latchkey/core";
import type { PrincipalInfo } from "@latchkey/client";
import type { Caller } from "../services.ts";

/** The principal with their user, as they were when the call came in. */
export function whoAmI({ principal, user }: Caller): PrincipalInfo {
  const isKey = principal.kind === "key";
  return {
    kind: principal.kind,
    userId: principal.userId,
    email: user.email,
    name: user.name,
    role: principal.role,
    keyId: isKey ? principal.keyId : null,
    scopes: isKey ? [...principal.scopes] : [EVERYTHING],
  };
}
