import { Box } from "ink";
import { ChoiceRow } from "../../components/choice-row.tsx";
import { ConfirmView } from "../../components/confirm-view.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useLayout } from "../../components/page.tsx";
import { OtherField } from "../../components/other-field.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import { escape } from "../../format/escape.ts";
import { standingOf } from "../../format/status.ts";
import { exact, relative } from "../../format/time.ts";
import { type RevokeKeyState, secondsIn } from "./state.ts";

type Props = { readonly state: RevokeKeyState; readonly now: Date };

const CONSEQUENCE_LINES = 2;

export function RevokeKeyView({ state, now }: Props) {
  const { columns } = useLayout();
  const cells = dialogCells(columns);
  const { confirm, choices } = state;
  return (
    <Dialog title={`Revoke ${escape(state.key.title)}?`}>
      {/* As many lines whatever is chosen, so that nothing jumps. */}
      <Paragraph
        text={consequence(state, now)}
        cells={cells}
        lines={choices.length > 1 ? CONSEQUENCE_LINES : 1}
      />
      <Paragraph text={usedText(state.key.lastUsedAt, now)} cells={cells} />
      {choices.length > 1 && (
        <>
          <Box height={1} flexShrink={0} />
          <ChoiceRow
            label="When"
            choices={choices.map(({ label }) => label)}
            chosen={confirm.chosen}
            focused={confirm.focus === "choice"}
          />
          <OtherField confirm={confirm} label="When" cells={cells} />
        </>
      )}
      <ConfirmView confirm={confirm} cells={cells} {...actionOf(state, now)} />
    </Dialog>
  );
}

function actionOf(state: RevokeKeyState, now: Date) {
  const inSeconds = secondsIn(state, now);
  if (inSeconds === null) {
    return {
      action: "Cancel the schedule",
      cancel: "Leave as it is",
      working: "Canceling…",
      effect: "the schedule was canceled",
    };
  }
  return inSeconds === 0
    ? { action: "Revoke API key", danger: true, working: "Revoking…", effect: "it was revoked" }
    : {
        action: "Schedule revocation",
        danger: true,
        working: "Scheduling…",
        effect: "its revocation was scheduled",
      };
}

function consequence(state: RevokeKeyState, now: Date): string {
  const { key } = state;
  const inSeconds = secondsIn(state, now);
  const redacted = escape(key.redacted);
  if (inSeconds === null) {
    const set = key.revokedAt === null ? "" : `, set for ${exact(new Date(key.revokedAt))},`;
    return `${redacted} stays active. Its revocation${set} is canceled.`;
  }
  if (typeof inSeconds === "object") {
    return `${redacted} works until then, and stops everywhere. Until then you can take this back.`;
  }
  if (inSeconds === 0) {
    const stops =
      standingOf(key, now) === "expired"
        ? `${redacted} has expired and no longer works; revoked, it can be deleted.`
        : `${redacted} stops working at once, everywhere.`;
    return `${stops} This can't be undone.`;
  }
  const at = exact(new Date(now.getTime() + inSeconds * 1000));
  return `${redacted} works until ${at}, then stops everywhere. Until then you can take this back.`;
}

function usedText(lastUsedAt: string | null, now: Date): string {
  if (lastUsedAt === null) return "Never used, as far as known.";
  const at = relative(new Date(lastUsedAt), now);
  return /ago$|^just/.test(at) ? `It was last used ${at}.` : `It was last used on ${at}.`;
}
