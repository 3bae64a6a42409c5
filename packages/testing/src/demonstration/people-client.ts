import type { SshKey, User } from "@latchkey/client";
import { ago, demoUser } from "./examples.ts";
import { happened, type Held, type Procedure } from "./held.ts";

// Users and their SSH keys.

export function usersClient(state: Held, procedure: Procedure) {
  const change = (id: unknown, next: Partial<User>, type: string): User => {
    const user = state.users.find((candidate) => candidate.id === id);
    if (user === undefined) throw new Error("no such user");
    const changed = { ...user, ...next };
    state.users = state.users.map((candidate) => (candidate.id === id ? changed : candidate));
    happened(state, type, changed);
    return changed;
  };
  return {
    list: { query: procedure("users.list", () => ({ items: state.users })) },
    add: {
      mutate: procedure("users.add", ({ email, name, role }) => {
        const user = demoUser({
          email: String(email),
          role: role as User["role"],
          createdAt: ago(0),
          ...(name === undefined ? {} : { name: name as string }),
        });
        state.users = [...state.users, user];
        happened(state, "user.created", user);
        return user;
      }),
    },
    disable: {
      mutate: procedure("users.disable", ({ id }) =>
        change(id, { disabled: true }, "user.disabled"),
      ),
    },
    enable: {
      mutate: procedure("users.enable", ({ id }) =>
        change(id, { disabled: false }, "user.enabled"),
      ),
    },
    setRole: {
      mutate: procedure("users.setRole", ({ id, role }) =>
        change(id, { role: role as User["role"] }, "user.role_changed"),
      ),
    },
    setPassword: {
      mutate: procedure("users.setPassword", ({ id }) => change(id, {}, "user.password_changed")),
    },
  };
}

export function sshKeysClient(state: Held, procedure: Procedure) {
  return {
    list: {
      query: procedure("sshKeys.list", ({ userId = state.principal.userId }) => ({
        items: state.sshKeys.filter((key) => key.userId === userId),
      })),
    },
    add: {
      mutate: procedure("sshKeys.add", ({ publicKey, label, userId }) => {
        const key: SshKey = {
          fingerprint: `SHA256:${String(publicKey).slice(-43).padStart(43, "0")}`,
          label: (label as string | undefined) ?? "you@laptop",
          userId: userId as User["id"],
          createdAt: ago(0),
          addedBy: state.principal.userId,
          proven: false,
          lastUsedAt: null,
        };
        state.sshKeys = [...state.sshKeys, key];
        happened(state, "ssh_key.added");
        return key;
      }),
    },
    remove: {
      mutate: procedure("sshKeys.remove", ({ fingerprint }) => {
        state.sshKeys = state.sshKeys.filter((key) => key.fingerprint !== fingerprint);
        happened(state, "ssh_key.removed");
        return { fingerprint };
      }),
    },
  };
}
