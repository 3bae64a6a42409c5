import type { ApiKey } from "@latchkey/client";
import { type Standing, standingOf, statusText } from "../format/status.ts";
import { fit } from "../format/width.ts";
import type { Tone } from "../theme/tone.ts";
import { Toned } from "./tone.tsx";

const tones = {
  active: "good",
  scheduled: "warning",
  expired: "muted",
  revoked: "muted",
} satisfies Record<Standing, Tone>;

type Props = {
  readonly apiKey: ApiKey;
  readonly now: Date;
  readonly form?: "long" | "short";
  readonly cells?: number;
};

/** How a key stands: glyph and word, coloured. */
export function Status({ apiKey, now, form = "long", cells }: Props) {
  const text = statusText(apiKey, now, form);
  return (
    <Toned tone={tones[standingOf(apiKey, now)]}>
      {cells === undefined ? text : fit(text, cells)}
    </Toned>
  );
}
