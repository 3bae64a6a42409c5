import { CHECKSUM_LENGTH, SECRET_LENGTH } from "@latchkey/core";
import { Box } from "ink";
import { Page, useLayout } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import { Toned } from "../../components/tone.tsx";
import { copiedText } from "../../format/copied.ts";
import { escape } from "../../format/escape.ts";
import { exact } from "../../format/time.ts";
import { truncate, width, wrap } from "../../format/width.ts";
import type { CreatedKeyState } from "./state.ts";

const INDENT = 3;

export function CreatedKeyView({
  state,
  now,
}: {
  readonly state: CreatedKeyState;
  readonly now: Date;
}) {
  const { columns } = useLayout();
  const { key, token } = state.fresh;
  const text = state.shown ? token.reveal() : maskToken(escape(key.redacted));
  // Alone on its line and without a border, so that the mouse can select it without a clipboard.
  const indent = width(text) + INDENT <= columns ? INDENT : 0;
  const cells = columns - INDENT - 1;
  return (
    <Page path={[state.rotated === null ? "Secret API key created" : "Secret API key rotated"]}>
      <Box paddingLeft={INDENT} flexDirection="column" flexShrink={0}>
        <Toned bold>{truncate(escape(key.title), cells)}</Toned>
        <Box height={1} />
        <Paragraph
          text="Copy it now and store it safely. This is the only time it is shown."
          cells={cells}
        />
      </Box>
      <Box height={1} flexShrink={0} />
      <Box paddingLeft={indent} flexDirection="column" flexShrink={0}>
        {wrap(text, columns - indent).map((line) => (
          <Toned key={line} tone="accent">
            {line}
          </Toned>
        ))}
      </Box>
      <Box height={1} flexShrink={0} />
      <Box paddingLeft={INDENT} flexDirection="column" flexShrink={0}>
        {state.sentBy !== undefined && (
          <Paragraph
            text={`${copiedText(state.sentBy)} If nothing arrived, show and select it.`}
            cells={cells}
            tone="good"
          />
        )}
        {state.rotated !== null && (
          <Paragraph text={rotatedText(state, now)} cells={cells} tone="muted" />
        )}
      </Box>
    </Page>
  );
}

function rotatedText({ rotated }: CreatedKeyState, now: Date): string {
  const redacted = escape(rotated?.redacted ?? "");
  const until = rotated?.revokedAt ? new Date(rotated.revokedAt) : now;
  return until <= now
    ? `${redacted}, which it replaces, is revoked.`
    : `${redacted}, which it replaces, works until ${exact(until)}.`;
}

/** Masked in its full length, showing only what the redacted form does. */
export function maskToken(redacted: string): string {
  const [head = "", tail = ""] = redacted.split("…");
  const prefix = head.slice(0, head.lastIndexOf("_") + 1);
  return `${prefix}${"•".repeat(SECRET_LENGTH + CHECKSUM_LENGTH - tail.length)}${tail}`;
}
