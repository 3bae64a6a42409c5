import { escape } from "../../format/escape.ts";
import { type FactLine, factLines, labelCells } from "../../format/facts.ts";
import { actionOf, subjectOf } from "../../format/history.ts";
import { personText, userState } from "../../format/person.ts";
import { standingText } from "../../format/ssh-key.ts";
import { exact, logged, relative } from "../../format/time.ts";
import { fit } from "../../format/width.ts";
import { failureText, type Remote } from "../../kit/remote.ts";
import type { Context } from "../../kit/screen.ts";
import { roleWords } from "../../format/user-role.ts";
import type { UserState } from "./about.ts";

/** Header, gap, title, gap, message, hints. */
const OTHER_LINES = 6;
const WHAT_CELLS = 22;
/** `yesterday 14:03:20`. */
const LONGEST_MOMENT = 18;

/** How many lines of the page are seen at once. */
export function userRows(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

export function userLines({ user, ...state }: UserState, context: Context): FactLine[] {
  const facts = factLines(
    [
      ["Name", escape(user.name)],
      ["Role", `${escape(user.role)} (${roleWords[user.role] ?? ""})`],
      ["State", userState(user)],
      ["Added", exact(new Date(user.createdAt))],
      ["Id", escape(user.id)],
    ],
    context.columns,
  );
  return [
    ...facts,
    { kind: "gap" },
    { kind: "heading", text: "SSH keys" },
    ...sshKeys(state, context),
    { kind: "gap" },
    { kind: "heading", text: "Did lately" },
    ...events(state, context),
  ];
}

type Read = Omit<UserState, "user">;

function sshKeys({ sshKeys: read }: Read, context: Context): FactLine[] {
  const { now } = context;
  const { known: keys } = read;
  if (keys === null) return [unread(read)];
  if (keys.length === 0) return [{ kind: "note", text: "None." }];
  return keys.map((key) => {
    const { label, lastUsedAt } = key;
    const used = lastUsedAt === null ? "never used" : `used ${relative(new Date(lastUsedAt), now)}`;
    const standing = standingText(key, (id) => personText(id, context));
    return { kind: "note", text: `${escape(label)}  ${standing}, ${used}` };
  });
}

function events({ events: read }: Read, context: Context): FactLine[] {
  const { known: items } = read;
  if (items === null) return [unread(read)];
  if (items.length === 0) return [{ kind: "note", text: "Nothing yet." }];
  const cells = labelCells(context.columns);
  const form = cells > LONGEST_MOMENT ? "long" : "short";
  return items.map((event) => ({
    kind: "fact",
    label: fit(logged(new Date(event.at), context.now, form), cells),
    value: fit(actionOf(event.type), WHAT_CELLS) + subjectOf(event, context),
  }));
}

function unread(read: Remote<unknown>): FactLine {
  return { kind: "note", text: failureText(read) ?? "Loading…" };
}
