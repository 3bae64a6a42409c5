import type { UnavailableReason } from "@latchkey/core";

/** The storage could not answer. It says nothing about any key: it is never an outcome. */
export class Outage extends Error {
  override readonly name = "Outage";

  readonly why: UnavailableReason;

  constructor(why: UnavailableReason, options?: ErrorOptions) {
    super(`storage ${why}`, options);
    this.why = why;
  }
}

/** What the engines report, without the values that their messages contain. */
export type StorageFault = {
  readonly code: string | undefined;
  readonly constraint: string | undefined;
};

/** SQLSTATE or Node's own code of a fault, through any number of wrappers. */
export function storageFault(error: unknown): StorageFault {
  for (let inner: unknown = error; inner instanceof Error; inner = inner.cause) {
    const { code, constraint, constraint_name } = inner as {
      code?: unknown;
      constraint?: unknown;
      constraint_name?: unknown;
    };
    if (typeof code === "string") {
      const name = constraint_name ?? constraint;
      return { code, constraint: typeof name === "string" ? name : undefined };
    }
  }
  return { code: undefined, constraint: undefined };
}

/** Deadlock, serialization failure: a retry of the same change may succeed. */
export function isRetryable(error: unknown): boolean {
  const { code } = storageFault(error);
  return code === "40P01" || code === "40001";
}

/** The outage behind a fault, or `null` if it is a defect of ours. */
export function outageOf(error: unknown): Outage | null {
  // Drizzle wraps the engine's errors.
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof Outage) return inner;
  }
  const { code } = storageFault(error);
  if (code === undefined) return null;
  const why = outageReason(code);
  return why === null ? null : new Outage(why, { cause: error });
}

function outageReason(code: string): UnavailableReason | null {
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  if (code === "53100") return "storage_full";
  if (code === "25006") return "read_only";
  if (code === "55P03" || code === "57014" || code === "40P01" || code === "40001") return "busy";
  if (/^(08|53|57|58)/.test(code)) return "unreachable";
  if (
    /^(CONNECT|CONNECTION_|ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOST|ENET|EMFILE|ENFILE)/.test(
      code,
    )
  ) {
    return "unreachable";
  }
  return null;
}
