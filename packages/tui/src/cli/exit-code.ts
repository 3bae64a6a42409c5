import type { CallError } from "@latchkey/client";

/** The exit codes: 1 refused or not found, 2 wrong usage, 3 not available, 4 not allowed. */
export const exitCodes = {
  NOT_FOUND: 1,
  TITLE_INVALID: 1,
  SCOPE_INVALID: 1,
  KEY_ALREADY_REVOKED: 1,
  KEY_NOT_REVOKED: 1,
  KEY_EXPIRED: 1,
  KEY_REVOCATION_SCHEDULED: 1,
  REVOCATION_NOT_SCHEDULED: 1,
  CONFLICT: 1,
  EMAIL_TAKEN: 1,
  LAST_ADMIN: 1,
  LOG_RESTARTED: 1,
  UNRECOGNIZED: 1,
  INPUT_INVALID: 2,
  UNAVAILABLE: 3,
  RATE_LIMITED: 3,
  INTERNAL: 3,
  UNAUTHENTICATED: 4,
  FORBIDDEN: 4,
} satisfies Record<CallError["code"], number>;
