import type { ApiKey } from "@latchkey/client";
import { type Standing, standingOf } from "../format/status.ts";

// What a person can do with a key, and why not where they can't.

export const keyCommands = ["edit", "rotate", "revoke", "delete", "copy"] as const;
export type KeyCommand = (typeof keyCommands)[number];

export function isKeyCommand(command: string): command is KeyCommand {
  return keyCommands.some((known) => known === command);
}

type Refusals = Readonly<Partial<Record<Standing, string>>>;

/** Why a command is not possible, by how the key stands; in a menu's few words. */
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
} satisfies Record<KeyCommand, Refusals>;

const labels = {
  edit: "Edit title",
  rotate: "Rotate…",
  revoke: "Revoke…",
  delete: "Delete…",
  copy: "Copy redacted token",
} satisfies Record<KeyCommand, string>;

export function labelOf(command: KeyCommand): string {
  return labels[command];
}

/** `null` where the command is possible. */
export function refusalOf(command: KeyCommand, key: ApiKey, now: Date): string | null {
  const byStanding: Refusals = refusals[command];
  return byStanding[standingOf(key, now)] ?? null;
}

/** The same as a sentence. */
export function refusalText(command: KeyCommand, key: ApiKey, now: Date): string | null {
  const refusal = refusalOf(command, key, now);
  if (refusal === null) return null;
  const verb = command === "delete" ? "deleted" : command === "revoke" ? "revoked" : "rotated";
  return `This key can't be ${verb}: ${refusal}.`;
}
