import type { KeyId, SessionId, UserId } from "./ids.ts";

/** What a user is. A service user owns the keys of machines, and never signs in. */
export const roles = ["admin", "member", "service"] as const;
export type Role = (typeof roles)[number];

/** Who is acting now. `endsAt` is when the acting key stops working, as known now. */
export type Principal =
  | { readonly kind: "operator"; readonly userId: UserId; readonly role: Role }
  | {
      readonly kind: "session";
      readonly userId: UserId;
      readonly role: Role;
      readonly sessionId: SessionId;
    }
  | {
      readonly kind: "key";
      readonly userId: UserId;
      readonly role: Role;
      readonly keyId: KeyId;
      readonly scopes: readonly string[];
      readonly endsAt: Date | null;
    };
