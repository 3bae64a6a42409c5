import type { User } from "@latchkey/client";
import { type Confirm, confirm, failConfirm, pressConfirm } from "../../kit/confirm.ts";
import { escape } from "../../format/escape.ts";
import type { Screen } from "../../kit/screen.ts";
import { roles } from "../../format/user-role.ts";

export type SetRoleState = {
  readonly kind: "set-role";
  readonly user: User;
  readonly confirm: Confirm;
};

export function openSetRole(user: User): SetRoleState {
  const chosen = Math.max(0, roles.indexOf(user.role));
  return { kind: "set-role", user, confirm: confirm(roles.length, chosen, { focus: "choice" }) };
}

export const setRole: Screen<SetRoleState> = {
  press(state, press) {
    const [next, outcome] = pressConfirm(state.confirm, press);
    const updated = { ...state, confirm: next };
    switch (outcome) {
      case "stay":
        return [updated];
      case "cancel":
        return [state, [{ command: "close" }]];
      case "confirm": {
        const role = roles[next.chosen] ?? state.user.role;
        if (role === state.user.role) return [state, [{ command: "close" }]];
        const request = { kind: "set-role", id: state.user.id, role } as const;
        return [updated, [{ command: "ask", ask: next.asked, request }]];
      }
    }
  },
  answer(state, answer) {
    if (answer.kind !== "set-role" || answer.ask !== state.confirm.asked) return [state];
    if (!answer.ok) return [{ ...state, confirm: failConfirm(state.confirm, answer.failure) }];
    const user = answer.value;
    const text = `${escape(user.email)} is ${user.role} now.`;
    return [
      state,
      [
        { command: "close" },
        { command: "user-changed", user },
        { command: "notify", notice: { tone: "info", text } },
      ],
    ];
  },
};
