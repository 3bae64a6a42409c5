import type { User, UserId } from "@latchkey/core";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../src/log/log.ts";
import { setOwnPassword } from "../src/use-cases/sessions/set-own-password.ts";
import { startSshSession } from "../src/use-cases/sessions/start-ssh-session.ts";
import { sshGateway } from "../src/ssh/gateway.ts";
import { codeOf, onEachEngine } from "./installation.ts";
import { OTHER, overHttp, PASSWORD, withPassword } from "./over-http.ts";
import { newPublicKey } from "./key-pair.ts";
import { until } from "@latchkey/testing/until";

// Nobody signs in as a disabled or a service user, whatever they still have of when they could.

const barred = {
  "a disabled user": { disabled: true },
  "a service user": { role: "service" },
} satisfies Record<string, Partial<User>>;

onEachEngine("ways in", (latchkey) => {
  const EMAIL = "max@example.com";

  /** Somebody with a password, a session and an SSH key. */
  const setUp = async () => {
    const { services, clientOf, admin } = latchkey();
    const { id } = await withPassword(latchkey(), "member", EMAIL);
    const asAdmin = clientOf(admin);
    const input = { publicKey: newPublicKey(), userId: id };
    const { fingerprint } = await asAdmin.sshKeys.add.mutate(input);
    const server = overHttp(latchkey());
    const { client } = await server.login(EMAIL);
    const stopping = new AbortController();
    onTestFinished(() => stopping.abort());
    const gateway = sshGateway(services, createLog("silent"), stopping.signal);
    return { id, asAdmin, fingerprint, server, client, gateway };
  };

  /** What is written of a user, and nothing that goes with it. */
  const write = async (id: UserId, facts: Partial<User>) => {
    const { store } = latchkey().services;
    const user = (await store.readUser(id)) as User;
    await store.change(async (tx) => tx.updateUser({ ...user, ...facts }));
  };

  test.for(Object.entries(barred))("%s has none", async ([, facts]) => {
    const { services } = latchkey();
    const { id, fingerprint, server, client, gateway } = await setUp();
    const { store } = services;
    const started = await startSshSession(services, fingerprint, null);
    if (!started.ok) throw new Error("no session began");
    const inSession = latchkey().clientOf(started.value.caller);
    expect(await codeOf(inSession.keys.create.mutate({ title: "Before" }))).toBe("no failure");
    await write(id, facts);

    expect(await codeOf(server.login(EMAIL))).toBe("UNAUTHENTICATED");
    expect(await codeOf(client.auth.whoami.query())).toBe("UNAUTHENTICATED");
    expect(await store.readAuthorizedKey(fingerprint)).toBeNull();
    expect(await gateway.begin(fingerprint, null)).toBeNull();
    expect((await startSshSession(services, fingerprint, null)).ok).toBe(false);
    // A call that was under way when it came about.
    expect(await codeOf(inSession.keys.create.mutate({ title: "x" }))).toBe("UNAUTHENTICATED");
    expect(await codeOf(inSession.sshKeys.add.mutate({ publicKey: newPublicKey() }))).toBe(
      "UNAUTHENTICATED",
    );
    const passwords = { current: PASSWORD, next: OTHER };
    const changed = await setOwnPassword(services, started.value.caller, passwords);
    expect(changed).toMatchObject({ ok: false, error: { code: "UNAUTHENTICATED" } });
  });

  test("whoever becomes a service loses them all, and has none of them in another role", async () => {
    const { id, asAdmin, fingerprint, server, client, gateway } = await setUp();
    const session = await gateway.begin(fingerprint, null);
    let isOver = false;
    session?.onOver(() => {
      isOver = true;
    });
    await asAdmin.users.setRole.mutate({ id, role: "service" });
    await until(() => isOver);
    const { items } = await asAdmin.events.list.query({ limit: 2 });
    expect(items).toMatchObject([
      { type: "ssh_key.removed", userId: id, data: { fingerprint, email: EMAIL } },
      { type: "user.role_changed", userId: id, data: { from: "member", to: "service" } },
    ]);
    await asAdmin.users.setRole.mutate({ id, role: "member" });

    expect(await codeOf(server.login(EMAIL))).toBe("UNAUTHENTICATED");
    expect(await codeOf(client.auth.whoami.query())).toBe("UNAUTHENTICATED");
    expect(await gateway.begin(fingerprint, null)).toBeNull();
    expect(await asAdmin.sshKeys.list.query({ userId: id })).toEqual({ items: [] });
    await asAdmin.users.setPassword.mutate({ id, password: OTHER });
    expect(await codeOf(server.login(EMAIL, OTHER))).toBe("no failure");
  });

  test("a service from before loses what it still has with its next role", async () => {
    const { id, asAdmin, fingerprint, server, gateway } = await setUp();
    await write(id, { role: "service" });
    await asAdmin.users.setRole.mutate({ id, role: "admin" });
    expect(await codeOf(server.login(EMAIL))).toBe("UNAUTHENTICATED");
    expect(await gateway.begin(fingerprint, null)).toBeNull();
  });
});
