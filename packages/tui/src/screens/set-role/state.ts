import type { User } from "@latchkey/client";
import { closing } from "../../kit/change.ts";
import { type Confirm, confirm, confirmScreen } from "../../kit/confirm.ts";
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

export const setRole: Screen<SetRoleState> = confirmScreen<SetRoleState>(
  ({ user, confirm: { chosen } }) => {
    const role = roles[chosen] ?? user.role;
    if (role === user.role) return { commands: [{ command: "close" }] };
    return { ask: { procedure: "users.setRole", input: { id: user.id, role } } };
  },
  {
    "users.setRole": (_, user) =>
      closing({ command: "user-changed", user }, `${escape(user.email)} is ${user.role} now.`),
  },
);
