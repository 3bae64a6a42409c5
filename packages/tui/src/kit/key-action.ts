import type { ApiKey } from "@latchkey/client";
import { type Standing, standingOf } from "../format/status.ts";

// What a person can do with a key, and why not if they can't.

export const allKeyActions = ["edit", "rotate", "revoke", "delete", "copy"] as const;
export type KeyAction = (typeof allKeyActions)[number];

export function isKeyAction(action: string): action is KeyAction {
  return allKeyActions.some((known) => known === action);
}

type Refusals = Readonly<Partial<Record<Standing, string>>>;

/** Why a command is not possible, by the key's state; in a menu's few words. */
const refusals = {
  edit: {},
  rotate: {
    scheduled: "its revocation is set",
    expired: "it has expired",
    revoked: "it is revoked",
  },
  revoke: { revoked: "it is revoked" },
  delete: {
    active: "revoke it first",
    scheduled: "revoke it first",
    expired: "revoke it first",
  },
  copy: {},
} satisfies Record<KeyAction, Refusals>;

const labels = {
  edit: "Edit title",
  rotate: "Rotate…",
  revoke: "Revoke…",
  delete: "Delete…",
  copy: "Copy redacted token",
} satisfies Record<KeyAction, string>;

export function labelOf(action: KeyAction): string {
  return labels[action];
}

/** `null` if the command is possible. */
export function refusalOf(action: KeyAction, key: ApiKey, now: Date): string | null {
  const byStanding: Refusals = refusals[action];
  return byStanding[standingOf(key, now)] ?? null;
}

/** The same as a sentence. */
export function refusalText(action: KeyAction, key: ApiKey, now: Date): string | null {
  const refusal = refusalOf(action, key, now);
  if (refusal === null) return null;
  const verb = action === "delete" ? "deleted" : action === "revoke" ? "revoked" : "rotated";
  return `This key can't be ${verb}: ${refusal}.`;
}
