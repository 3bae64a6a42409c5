import { type ErrorOf, err, EVERYTHING, ok, type Result } from "@latchkey/core";
import type { PrincipalInfo } from "../wire.ts";
import type { Caller, Services } from "./services.ts";

/** The principal with the user behind it. Error: UNAUTHENTICATED where that user is gone. */
export async function whoAmI(
  { store }: Services,
  { principal }: Caller,
): Promise<Result<PrincipalInfo, ErrorOf<"UNAUTHENTICATED">>> {
  const user = await store.readUser(principal.userId);
  if (user === null) return err({ code: "UNAUTHENTICATED" });
  const isKey = principal.kind === "key";
  return ok({
    kind: principal.kind,
    userId: user.id,
    email: user.email,
    name: user.name,
    role: principal.role,
    keyId: isKey ? principal.keyId : null,
    scopes: isKey ? [...principal.scopes] : [EVERYTHING],
  });
}
