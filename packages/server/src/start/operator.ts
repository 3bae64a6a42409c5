import { userInfo } from "node:os";
import { ensureOperator } from "../use-cases/users/ensure-operator.ts";
import type { Caller, Services } from "../use-cases/services.ts";

/** The account that this process runs under, as a caller. Its user row is created on first use. */
export async function operatorOf(services: Services, via: "local" | "process"): Promise<Caller> {
  const user = await ensureOperator(services, accountName());
  const principal = { kind: "operator", userId: user.id, role: "admin" } as const;
  return { principal, user, via, address: null };
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 0}`;
  }
}
