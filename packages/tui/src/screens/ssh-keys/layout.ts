import type { SshKey } from "@latchkey/server/client";
import { roomBeside } from "../../format/columns.ts";
import { width } from "../../format/width.ts";

/** Lines that are no keys: header, gap, summary, gap, column heads, message, hints. */
const OTHER_LINES = 7;
const MIN_LABEL = 12;
const MAX_LABEL = 40;
const FINGERPRINT = 50;
const MOMENT = 11;

export function visibleSshKeys(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

/** When a key was used goes first, then when it was added; at last its fingerprint is cut. */
export function sshKeyColumns(columns: number, keys: readonly SshKey[]) {
  const wanted = Math.max(MIN_LABEL, ...keys.map(({ label }) => Math.min(MAX_LABEL, width(label))));
  const attempts = [
    { added: MOMENT, used: MOMENT },
    { added: MOMENT, used: 0 },
    { added: 0, used: 0 },
  ] as const;
  const labelBeside = (others: { readonly added: number; readonly used: number }): number =>
    roomBeside(columns, [FINGERPRINT, others.added, others.used]);
  const fits = attempts.find((attempt) => labelBeside(attempt) >= Math.min(wanted, 20));
  if (fits !== undefined) {
    return { ...fits, fingerprint: FINGERPRINT, label: Math.min(wanted, labelBeside(fits)) };
  }
  const label = Math.min(wanted, 20);
  return { ...attempts[2], label, fingerprint: roomBeside(columns, [label]) };
}
