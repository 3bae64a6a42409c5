/** A position in the log. The MAC of its event, 64 hex digits, shows whether it is still the same log. */
export type LogPosition = { readonly seq: number; readonly mac: string };

/** An event's position in the log: its `seq` and its MAC. */
export function positionOf({
  seq,
  mac,
}: {
  readonly seq: number;
  readonly mac: Uint8Array;
}): LogPosition {
  return { seq, mac: Buffer.from(mac).toString("hex") };
}

/** `SEQ:MAC`, as `audit head` prints it. */
export function formatLogPosition({ seq, mac }: LogPosition): string {
  return `${seq}:${mac}`;
}

/** From `SEQ:MAC`; `null` for anything else. */
export function parseLogPosition(text: string): LogPosition | null {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  return match === null ? null : { seq: Number(match[1]), mac: match[2] as string };
}
