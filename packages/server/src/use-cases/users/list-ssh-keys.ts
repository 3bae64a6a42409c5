import {
  type DomainError,
  ok,
  type Result,
  requireAdmin,
  type SshKey,
  type UserId,
} from "@latchkey/core";
import type { Caller, Services } from "../services.ts";

/** One's own, or for an admin anybody's. Error: FORBIDDEN. */
export async function listSshKeys(
  { store }: Services,
  { principal }: Caller,
  { userId = principal.userId }: { readonly userId?: UserId | undefined },
): Promise<Result<SshKey[], DomainError>> {
  if (userId !== principal.userId) {
    const admin = requireAdmin(principal);
    if (!admin.ok) return admin;
  }
  return ok(await store.listSshKeys(userId));
}
