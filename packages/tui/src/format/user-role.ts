import type { User } from "@latchkey/client";

/** What one can be, the usual first. */
export const roles = ["member", "admin", "service"] as const satisfies readonly User["role"][];

/** What a role means, in a line. */
export const roleWords = {
  member: "sees and manages their own keys",
  admin: "sees and manages everybody's keys, and users",
  service: "owns keys of machines, signs in nowhere",
} satisfies Record<User["role"], string>;
