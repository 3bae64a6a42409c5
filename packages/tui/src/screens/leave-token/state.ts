import type { ApiKey } from "@latchkey/client";
import { type Confirm, confirm, confirmScreen } from "../../kit/confirm.ts";
import type { Screen } from "../../kit/screen.ts";
import { continueTo } from "../created-key/state.ts";

/** Asked before a token is lost that was neither shown nor copied; and before quitting, for any. */
export type LeaveTokenState = {
  readonly kind: "leave-token";
  readonly key: ApiKey;
  /** What comes after, if it is left. */
  readonly after: "continue" | "quit";
  readonly isUnseen: boolean;
  readonly confirm: Confirm;
};

export function openLeaveToken({
  key,
  after,
  isUnseen,
}: Pick<LeaveTokenState, "key" | "after" | "isUnseen">): LeaveTokenState {
  return { kind: "leave-token", key, after, isUnseen, confirm: confirm() };
}

export const leaveToken: Screen<LeaveTokenState> = confirmScreen(({ after, key }) => ({
  commands: after === "quit" ? [{ command: "quit" }] : continueTo(key),
}));
