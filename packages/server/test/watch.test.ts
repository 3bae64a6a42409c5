import type { UserId } from "@latchkey/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { createClient, type LatchkeyClient } from "@latchkey/client";
import { openLink } from "@latchkey/testing/database/database-link";
import type { Person } from "./installation.ts";
import { withTwoServed } from "./served.ts";
import { until } from "@latchkey/testing/until";
import { watch } from "./watching.ts";

// Two servers over HTTP before one PostgreSQL: what happens on the first is watched on the second.

const latchkey = withTwoServed();

const keysOf = (person: Person) => latchkey().installation.clientOf(person).keys;
const create = async (person: Person) => (await keysOf(person).create.mutate({ title: "One" })).key;
const headSeq = async () => (await latchkey().installation.services.store.readHead()).seq;
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

let people = 0;
const addPerson = (role: "admin" | "member" | "service") => {
  people += 1;
  return latchkey().installation.addPerson(role, `${role}-${people}`);
};
/** What an admin does to a user. */
const setUser = (change: "disable" | "enable", id: UserId) => {
  const { installation } = latchkey();
  return installation.clientOf(installation.admin).users[change].mutate({ id });
};

describe("events.watch", () => {
  test("shows an admin the whole log as it grows, on whatever server it grows", async () => {
    const { installation, tokenOf, clientBy } = latchkey();
    const { admin } = installation;
    const member = await addPerson("member");
    const watching = watch(clientBy(await tokenOf(admin, "events:read")));
    await watching.joined();
    const from = (await headSeq()) + 1;
    const key = await create(member);
    await keysOf(admin).revoke.mutate({ id: key.id });
    await watching.reaches(from + 1);
    expect(watching.items.filter(({ seq, kind }) => seq >= from && kind !== "beat")).toMatchObject([
      { kind: "event", seq: from, type: "key.created", keyId: key.id, ownerId: member.userId },
      {
        kind: "event",
        type: "key.revoked",
        actor: { kind: "operator", userId: admin.userId, address: "192.0.2.7" },
        data: { title: "One", wasScheduledFor: null },
      },
    ]);
  });

  test("gives each event once and in order, from any place on, while others go on writing", async () => {
    const { installation, tokenOf, clientBy, servers } = latchkey();
    const { admin } = installation;
    const client = clientBy(await tokenOf(admin, "*"));
    const others = createClient({ url: servers[1].url, token: await tokenOf(admin, "*") });
    const from = await headSeq();
    const writing = Promise.all(
      range(1, 40).map((number) =>
        (number % 2 === 0 ? keysOf(admin) : others.keys).create.mutate({ title: `Key ${number}` }),
      ),
    );
    const watchers = [watch(client, from), watch(client, 0), watch(client, from - 1)];
    await watchers[0]?.joined();
    watchers.push(watch(client, from), watch(client, from + 3));
    await writing;
    const to = await headSeq();
    for (const watching of watchers) await watching.reaches(to);
    expect(watchers.map((watching) => watching.seqs())).toEqual(
      [from, 0, from - 1, from, from + 3].map((after) => range(after + 1, to)),
    );
  });

  test("beats each second, and only after what came before it", async () => {
    const { installation, tokenOf, clientBy } = latchkey();
    const watching = watch(clientBy(await tokenOf(installation.admin, "*")));
    await watching.joined();
    await create(installation.admin);
    const beats = () => watching.items.filter((item) => item.kind === "beat");
    await until(() => beats().length >= 3);
    let last = 0;
    for (const item of watching.items) {
      expect(item.seq).toBeGreaterThanOrEqual(last);
      last = item.seq;
    }
    const times = beats().map((beat) => Date.parse(beat.at));
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });

  test("shows a member their own events alone, then and now", async () => {
    const { installation, tokenOf, clientBy } = latchkey();
    const { admin } = installation;
    const member = await addPerson("member");
    const before = await headSeq();
    const old = await create(member);
    const client = clientBy(await tokenOf(member, "*"));
    const watching = watch(client, before);
    await watching.joined();
    await create(admin);
    const key = await create(member);
    await keysOf(admin).revoke.mutate({ id: key.id });
    await create(admin);
    await watching.reaches(await headSeq());
    const events = watching.items.filter((item) => item.kind === "event");
    expect(events.map(({ type, keyId }) => [type, keyId])).toEqual([
      ["key.created", old.id],
      ["key.created", expect.any(String)],
      ["key.created", key.id],
      ["key.revoked", key.id],
    ]);
    expect(events.every(({ ownerId }) => ownerId === member.userId)).toBe(true);
    expect(watching.items.some(({ kind }) => kind === "fact")).toBe(false);
  });

  test("shows a verifier of every key the bare facts, and of its owner what concerns keys", async () => {
    const { installation, tokenOf, clientBy } = latchkey();
    const { admin, clientOf } = installation;
    const service = await addPerson("service");
    const member = await addPerson("member");
    const watching = watch(clientBy(await tokenOf(service, "keys:verify")));
    await watching.joined();
    const from = (await headSeq()) + 1;
    const key = await create(member);
    await setUser("disable", member.userId);
    await setUser("enable", member.userId);
    await clientOf(admin).users.setRole.mutate({ id: member.userId, role: "admin" });
    const email = `${member.userId}@example.org`;
    await clientOf(admin).users.add.mutate({ email, password: "correct horse battery" });
    await clientOf(null).auth.login.mutate({ email, password: "correct horse battery" });
    await keysOf(admin).rename.mutate({ id: key.id, title: "Secret plans" });
    await watching.reaches(await headSeq());
    const facts = watching.items.filter(({ seq, kind }) => seq >= from && kind !== "beat");
    const ofKey = { kind: "fact", keyId: key.id, ownerId: member.userId };
    const ofUser = { kind: "fact", keyId: null, ownerId: member.userId };
    expect(facts).toEqual([
      { ...ofKey, seq: from, type: "key.created" },
      { ...ofUser, seq: from + 1, type: "user.disabled" },
      { ...ofUser, seq: from + 2, type: "user.enabled" },
      { ...ofUser, seq: from + 3, type: "user.role_changed" },
      { ...ofKey, seq: from + 6, type: "key.renamed" },
    ]);
  });

  test("is for those alone who may read events or check keys", async () => {
    const { tokenOf, clientBy, servers } = latchkey();
    const member = await addPerson("member");
    const refused = watch(clientBy(await tokenOf(member, "keys:verify", "keys:write")));
    expect(await refused.fails()).toBe("FORBIDDEN");
    const unknown = watch(createClient({ url: servers[1].url }));
    expect(await unknown.fails()).toBe("UNAUTHENTICATED");
  });

  test("alone comes by GET, for whoever takes a stream, with nothing but a place in the log in its URL", async () => {
    const { installation, tokenOf, servers } = latchkey();
    const authorization = `Bearer ${await tokenOf(installation.admin, "*")}`;
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(servers[1].url + path, {
        headers: { authorization, accept: "text/event-stream", ...headers },
      });
    const stream = await get("/trpc/events.watch?input=%7B%22after%22%3A0%7D");
    expect(stream.status).toBe(200);
    expect(Object.fromEntries(stream.headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    await stream.body?.cancel();
    const refused = async (path: string, headers?: Record<string, string>) =>
      (await get(path, headers)).status;
    expect(await refused("/trpc/events.watch", { accept: "application/json" })).toBe(405);
    expect(await refused("/trpc/keys.list")).toBe(405);
    expect(await refused("/trpc/events.watch,keys.list?batch=1")).toBe(405);
    expect(await refused("/trpc/events.watch", { origin: "https://evil.example" })).toBe(403);
    const typed = encodeURIComponent(JSON.stringify({ token: "sk_typed" }));
    const answer = await (await get(`/trpc/events.watch?input=${typed}`)).text();
    expect(answer).toContain('"reason":"INPUT_INVALID"');
    expect(answer).not.toContain("sk_typed");
  });
});

describe("a watch that breaks off", () => {
  test("goes on where it was, with nothing missing and nothing twice", async () => {
    const { installation, tokenOf, servers } = latchkey();
    const { admin } = installation;
    const origin = await openLink(servers[1].url);
    onTestFinished(origin.close);
    const client = createClient({ url: origin.url, token: await tokenOf(admin, "*") });
    const from = await headSeq();
    const watching = watch(client, from);
    await watching.joined();
    for (let round = 1; round <= 3; round += 1) {
      await create(admin);
      origin.breakAll();
      await create(admin);
      await watching.reaches(await headSeq());
    }
    expect(watching.seqs()).toEqual(range(from + 1, from + 6));
    expect(watching.connections()).toBe(4);
  });

  test("goes on elsewhere when its server stops, which waits for no watcher", async () => {
    const { installation, tokenOf, servers } = latchkey();
    const { admin } = installation;
    const [, second] = servers;
    const client = createClient({ url: second.url, token: await tokenOf(admin, "*") });
    const from = await headSeq();
    const watching = watch(client, from);
    await watching.joined();
    await second.stop();
    await create(admin);
    await second.start();
    await watching.reaches(from + 1);
    expect(watching.seqs()).toEqual([from + 1]);
  });

  test("by the hundred leaves nothing behind, and the server alive", async () => {
    const { installation, tokenOf, clientBy, servers } = latchkey();
    const { admin } = installation;
    const { watches, feed } = servers[1].services;
    const client = clientBy(await tokenOf(admin, "*"));
    for (let round = 0; round < 3; round += 1) {
      const watchers = range(1, 40).map(() => watch(client, 0));
      // Some leave before they have joined, some in the midst of the past.
      await watchers[round]?.joined();
      for (const { leave } of watchers) leave();
      await create(admin);
    }
    await until(() => watches.count() === 0);
    await until(() => feed.state() === "live");
    const last = watch(client);
    await last.joined();
    expect(watches.count()).toBe(1);
  });
});

describe("how many watch at once is bounded", () => {
  const refused = async (client: LatchkeyClient) => watch(client).fails();

  test("to a hundred by one credential, whatever others do", async () => {
    const { installation, tokenOf, clientBy } = latchkey();
    const { admin } = installation;
    const [client, other] = [
      clientBy(await tokenOf(admin, "*")),
      clientBy(await tokenOf(admin, "*")),
    ];
    const watchers = range(1, 100).map(() => watch(client));
    for (const watching of watchers) await watching.joined();
    expect(await refused(client)).toBe("RATE_LIMITED");
    await watch(other).joined();
    watchers[0]?.leave();
    await until(() => latchkey().servers[1].services.watches.count() === 100);
    await watch(client).joined();
    expect(watchers.flatMap(({ failures }) => failures)).toEqual([]);
  });

  test("to a thousand on a server, whoever comes", async () => {
    const { installation, tokenOf, clientBy, servers } = latchkey();
    const client = clientBy(await tokenOf(installation.admin, "*"));
    const { watches } = servers[1].services;
    await until(() => watches.count() === 0);
    // As many as there may be; what they are made of matters to nobody here.
    const leaving = range(1, 1000).map((number) => {
      const keyId = `key_${number % 10}` as const;
      const key = {
        kind: "key",
        userId: "user_x",
        role: "admin",
        scopes: [],
        endsAt: null,
      } as const;
      return watches.enter({ ...key, keyId });
    });
    onTestFinished(() => {
      for (const leave of leaving) leave?.();
    });
    expect(watches.count()).toBe(1000);
    expect(await refused(client)).toBe("RATE_LIMITED");
    leaving.shift()?.();
    await watch(client).joined();
    expect(await refused(clientBy(await tokenOf(installation.admin, "*")))).toBe("RATE_LIMITED");
  });
});

describe("a watch lasts no longer than its credential", () => {
  /** Watches by a key of this person's, and tells which key that is. */
  const watchBy = async (person: Person, ...scopes: string[]) => {
    const { clientBy } = latchkey();
    const { key, token } = await keysOf(person).create.mutate({ title: "Watching", scopes });
    const watching = watch(clientBy(token));
    await watching.joined();
    return { id: key.id, watching };
  };

  test("a key loses it when it is revoked, and sees nothing from then on", async () => {
    const { admin } = latchkey().installation;
    const { id, watching } = await watchBy(admin, "*");
    await keysOf(admin).revoke.mutate({ id });
    const seq = await headSeq();
    await create(admin);
    expect(await watching.fails()).toBe("UNAUTHENTICATED");
    expect(watching.seqs().every((seen) => seen < seq)).toBe(true);
  });

  test("a key loses it at its expiry, and at its scheduled revocation", async () => {
    const { admin } = latchkey().installation;
    const expiresAt = new Date(Date.now() + 3000).toISOString();
    const { token } = await keysOf(admin).create.mutate({ title: "Short", expiresAt });
    const expiring = watch(latchkey().clientBy(token));
    const { id, watching } = await watchBy(admin, "events:read");
    await keysOf(admin).revoke.mutate({ id, inSeconds: 1 });
    expect(await watching.fails()).toBe("UNAUTHENTICATED");
    expect(await expiring.fails()).toBe("UNAUTHENTICATED");
  });

  test("a key keeps it when it is renamed", async () => {
    const { admin } = latchkey().installation;
    const { id, watching } = await watchBy(admin, "*");
    await keysOf(admin).rename.mutate({ id, title: "Still watching" });
    await watching.reaches(await headSeq());
    expect(watching).toMatchObject({ failures: [] });
    expect(watching.connections()).toBe(1);
  });

  test("the keys of a disabled user lose it, and so does their session", async () => {
    const { installation, servers } = latchkey();
    const { admin, clientOf } = installation;
    const login = { email: "gone@example.org", password: "correct horse battery" };
    const { id } = await clientOf(admin).users.add.mutate(login);
    const { sessionToken } = await clientOf(null).auth.login.mutate(login);
    const session = createClient({ url: servers[1].url, token: sessionToken });
    const { token } = await session.keys.create.mutate({ title: "Theirs" });
    const watchers = [watch(session), watch(latchkey().clientBy(token))];
    for (const watching of watchers) await watching.joined();
    await setUser("disable", id);
    for (const watching of watchers) expect(await watching.fails()).toBe("UNAUTHENTICATED");
  });

  test("a session loses it when it ends, and no other session does", async () => {
    const { installation, servers } = latchkey();
    const { admin, clientOf } = installation;
    const login = { email: "two@example.org", password: "correct horse battery" };
    await clientOf(admin).users.add.mutate(login);
    const signIn = async () => {
      const { sessionToken } = await clientOf(null).auth.login.mutate(login);
      return createClient({ url: servers[1].url, token: sessionToken });
    };
    const [leaving, staying] = [await signIn(), await signIn()];
    const [left, stayed] = [watch(leaving), watch(staying)];
    await left.joined();
    await stayed.joined();
    await leaving.auth.logout.mutate();
    expect(await left.fails()).toBe("UNAUTHENTICATED");
    await stayed.reaches(await headSeq());
    expect(stayed.failures).toEqual([]);
  });

  test("who is no admin any more sees their own from then on", async () => {
    const { admin, clientOf } = latchkey().installation;
    const former = await addPerson("admin");
    const { watching } = await watchBy(former, "*");
    await clientOf(admin).users.setRole.mutate({ id: former.userId, role: "member" });
    const changed = await headSeq();
    await create(admin);
    const own = await create(former);
    await watching.reaches(await headSeq());
    const after = watching.items.filter(({ seq, kind }) => seq > changed && kind !== "beat");
    expect(after).toMatchObject([{ kind: "event", keyId: own.id }]);
  });
});
