const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** Seconds of a duration like `90d`, `2h`, `30m`, `45s` or `1w`; `null` where it is none. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})([smhdw])$/.exec(text.trim());
  if (match === null) return null;
  return Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
}
