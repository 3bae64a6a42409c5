import type { Role } from "@latchkey/core";

/** What a role means, in a line; the usual first. */
export const roleWords = {
  member: "sees and manages their own keys",
  admin: "sees and manages everybody's keys, and users",
  service: "owns keys of machines, signs in nowhere",
} satisfies Record<Role, string>;

/** What one can be, in that order. */
export const roles = Object.keys(roleWords) as readonly Role[];
