import { Redacted } from "@latchkey/core";
import type { ApiKey, LatchkeyClient } from "@latchkey/client";
import type { Request, Results } from "../kit/request.ts";

const HISTORY_LIMIT = 50;
/** Among so many of the newest keys scopes are looked for. */
const SCOPES_FROM = 100;

/** Asks the server one question; throws what the call threw. */
export async function call(
  client: LatchkeyClient,
  request: Request,
): Promise<Results[keyof Results]> {
  const { keys, events, auth, users, sshKeys } = client;
  switch (request.kind) {
    case "whoami":
      return auth.whoami.query();
    case "users":
      return (await users.list.query()).items;
    case "add-user": {
      const { email, name, role, password } = request;
      return users.add.mutate({
        email,
        role,
        ...(name === undefined ? {} : { name }),
        ...(password === undefined ? {} : { password: password.reveal() }),
      });
    }
    case "set-disabled": {
      const { id, disabled } = request;
      return disabled ? users.disable.mutate({ id }) : users.enable.mutate({ id });
    }
    case "set-role":
      return users.setRole.mutate({ id: request.id, role: request.role });
    case "set-password":
      return users.setPassword.mutate({ id: request.id, password: request.password.reveal() });
    case "set-own-password": {
      const { current, next } = request;
      return auth.setPassword.mutate({ current: current.reveal(), next: next.reveal() });
    }
    case "sessions":
      return (await auth.sessions.query()).items;
    case "end-session":
      return auth.endSession.mutate({ id: request.id });
    case "ssh-keys":
      return (await sshKeys.list.query({ userId: request.userId })).items;
    case "add-ssh-key": {
      const { publicKey, label, userId } = request;
      return sshKeys.add.mutate({
        publicKey,
        userId,
        ...(label === undefined ? {} : { label }),
      });
    }
    case "remove-ssh-key":
      return sshKeys.remove.mutate({ fingerprint: request.fingerprint });
    case "list":
      return keys.list.query(request.input);
    case "get":
      return keys.get.query({ id: request.id });
    case "usage":
      return keys.usage.query({ id: request.keyId });
    case "history": {
      const { keyId } = request;
      return (await events.list.query({ keyId, limit: HISTORY_LIMIT })).items;
    }
    case "events":
      return events.list.query(request.input);
    case "scopes": {
      const page = await keys.list.query({ owner: "all", limit: SCOPES_FROM });
      return scopesIn(page.items);
    }
    case "create": {
      const { title, scopes, expiresAt } = request;
      const { key, token } = await keys.create.mutate({
        title,
        ...(scopes === undefined ? {} : { scopes: [...scopes] }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
      return { key, token: new Redacted(token) };
    }
    case "rename": {
      const { id, title, revision } = request;
      return keys.rename.mutate({ id, title, revision });
    }
    case "revoke":
      return keys.revoke.mutate({ id: request.id, inSeconds: request.inSeconds });
    case "cancel-revocation":
      return keys.cancelRevocation.mutate({ id: request.id });
    case "rotate": {
      const { id, graceSeconds } = request;
      const { key, token, previous } = await keys.rotate.mutate({ id, graceSeconds });
      return { key, token: new Redacted(token), previous };
    }
    case "delete":
      return keys.delete.mutate({ id: request.id });
  }
}

/** The most used first. That of everything needs no completion. */
function scopesIn(items: readonly ApiKey[]): string[] {
  const counts = new Map<string, number>();
  for (const scope of items.flatMap(({ scopes }) => scopes)) {
    if (scope !== "*") counts.set(scope, (counts.get(scope) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([scope]) => scope);
}
