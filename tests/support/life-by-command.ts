import type { ApiKey } from "@latchkey/client";
import { expect } from "vitest";
import type { CommandRunner } from "@latchkey/testing/command/command-runner";

/**
 * The whole life of a key, line by line. What is done at the one seat is seen at the other: they may
 * be one and the same, or one person's two machines at two servers.
 *
 * @param email whose key it is, as the log names them
 * @returns the ids of the key and of its successor, both gone by then
 */
export async function liveByCommand(
  acts: CommandRunner,
  sees: CommandRunner,
  email: string | RegExp,
): Promise<{ key: ApiKey; successor: ApiKey }> {
  const code = async (commandRunner: CommandRunner, ...args: string[]) => {
    const { code: exit, stdout } = await commandRunner.run([...args, "--json"]);
    return [exit, (JSON.parse(stdout) as { error?: { code: string } }).error?.code];
  };

  // The token stands on standard output, alone, once.
  const create = ["keys", "create", "--title", "CI deploy", "--expires-in", "90d"];
  const created = await acts.run(create);
  expect(created.code).toBe(0);
  expect(created.stdout).toMatch(/^sk_[0-9A-Za-z]{49}\n$/);
  expect(created.stderr).not.toContain(created.stdout.trim());
  const token = created.stdout.trim();

  const [key] = (await sees.keys()).items as [ApiKey];
  expect(key).toMatchObject({ title: "CI deploy", status: "active", scopes: ["*"], revision: 1 });
  expect(Date.parse(key.expiresAt as string) - Date.parse(key.createdAt)).toBeGreaterThan(
    89 * 864e5,
  );
  expect(JSON.stringify(key)).not.toContain(token.slice(3, -6));
  // Its use is written whenever there is time for it, so an answer may already tell of it or not.
  const show = async () => ({
    ...(await sees.json<ApiKey>(["keys", "show", key.id])),
    lastUsedAt: null,
  });

  const valid = await sees.run(["keys", "verify"], `${token}\n`);
  expect([valid.code, valid.stdout]).toEqual([0, "VALID\n"]);
  const scoped = await sees.run(["keys", "verify", "--scope", "orders:read"], token);
  expect([scoped.code, scoped.stdout]).toEqual([0, "VALID\n"]);

  const renamed = await acts.json<ApiKey>(["keys", "rename", key.id, "--title", "Deploy"]);
  expect([renamed.title, renamed.revision]).toEqual(["Deploy", 2]);
  expect(await show()).toEqual({ ...renamed, lastUsedAt: null });

  // A revocation is scheduled, moved and taken back; till then the key works.
  const scheduled = async (duration: string) => {
    const at = await acts.json<ApiKey>(["keys", "revoke", key.id, "--in", duration, "--yes"]);
    expect(at.status).toBe("active");
    expect(await show()).toEqual({ ...at, lastUsedAt: null });
    return (Date.parse(at.revokedAt as string) - Date.parse(at.updatedAt)) / 1000;
  };
  expect(await scheduled("1h")).toBe(3600);
  expect(await sees.verdict(token)).toBe("VALID");
  expect(await scheduled("24h")).toBe(86_400);
  expect(await code(acts, "keys", "rotate", key.id)).toEqual([1, "KEY_REVOCATION_SCHEDULED"]);
  expect(await code(acts, "keys", "delete", key.id, "--yes")).toEqual([1, "KEY_NOT_REVOKED"]);
  expect((await acts.json<ApiKey>(["keys", "revoke", key.id, "--cancel"])).revokedAt).toBeNull();
  expect(await code(sees, "keys", "revoke", key.id, "--cancel")).toEqual([
    1,
    "REVOCATION_NOT_SCHEDULED",
  ]);

  // Its successor takes over while it still works; then it is ended ahead of its schedule.
  const rotated = await acts.run(["keys", "rotate", key.id, "--grace", "24h"]);
  const successorToken = rotated.stdout.trim();
  expect(successorToken).toMatch(/^sk_[0-9A-Za-z]{49}$/);
  const { rotatedTo } = await show();
  const successor = await sees.json<ApiKey>(["keys", "show", rotatedTo as string]);
  expect(successor).toMatchObject({ title: "Deploy", scopes: ["*"], rotatedFrom: key.id });
  expect(successor.expiresAt).toBe(key.expiresAt);
  expect(await Promise.all([token, successorToken].map(sees.verdict))).toEqual(["VALID", "VALID"]);

  const revoked = await acts.json<ApiKey>(["keys", "revoke", key.id, "--yes"]);
  expect(revoked.status).toBe("revoked");
  const refused = await sees.run(["keys", "verify"], token);
  expect([refused.code, refused.stdout]).toEqual([1, "REVOKED\n"]);
  expect(await sees.verdict(successorToken)).toBe("VALID");
  expect(await code(sees, "keys", "revoke", key.id, "--yes")).toEqual([1, "KEY_ALREADY_REVOKED"]);
  const again = await acts.json<ApiKey>(["keys", "rename", key.id, "--title", "Old deploy"]);
  expect([again.title, again.status]).toEqual(["Old deploy", "revoked"]);

  expect(await acts.json(["keys", "delete", key.id, "--yes"])).toEqual({ id: key.id });
  expect(await sees.verdict(token)).toBe("NOT_FOUND");
  expect(await code(sees, "keys", "show", key.id)).toEqual([1, "NOT_FOUND"]);
  await acts.json(["keys", "revoke", successor.id, "--yes"]);
  expect(await acts.json(["keys", "delete", successor.id, "--yes"])).toEqual({ id: successor.id });
  expect((await sees.keys()).items).toEqual([]);

  // The history outlives the key, and names who did it.
  const { items } = await sees.events("--key", key.id);
  expect(items.map(({ type }) => type)).toEqual([
    "key.deleted",
    "key.renamed",
    "key.revoked",
    "key.rotated",
    "key.revocation_canceled",
    "key.revocation_scheduled",
    "key.revocation_scheduled",
    "key.renamed",
    "key.created",
  ]);
  expect(new Set(items.map(({ actor }) => actor.userId))).toEqual(new Set([key.ownerId]));
  const text = await sees.run(["audit", "list", "--key", key.id]);
  const lines = text.stdout.trim().split("\n");
  expect(lines).toHaveLength(items.length);
  for (const line of lines) expect(line).toMatch(email);
  return { key, successor };
}
