import type { KeyId } from "@latchkey/core";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { createClient } from "@latchkey/client";
import { createFeed } from "../src/events/feed.ts";
import { knownKeys } from "../src/verification/known-keys.ts";
import { startListener } from "./listener.ts";
import { codeOf, type Person } from "./installation.ts";
import { withTwoServed } from "./served.ts";
import { watch } from "./watching.ts";

// A server whose feed lags behind the database: what it knows of a key is old, and so is what it is told.

const latchkey = withTwoServed();
let lagging: { readonly url: string; readonly hold: () => Promise<void>; readonly go: () => void };

beforeAll(async () => {
  const { services } = latchkey().servers[1];
  const { store, pepper } = services;
  let heldAt = Number.POSITIVE_INFINITY;
  const feed = createFeed({
    readHead: store.readHead,
    readLogAfter: async (after, limit) => {
      const { events, asOf } = await store.readLogAfter(after, limit);
      const seq = Math.min(asOf.seq, heldAt);
      return { events: events.filter((event) => event.seq <= heldAt), asOf: { ...asOf, seq } };
    },
    followLog: async () => ({ isWoken: false, check: async () => {}, close: () => {} }),
  });
  const keys = knownKeys({ pepper, findKeys: store.findKeys, feed });
  const listener = await startListener({ ...services, feed, keys });
  lagging = {
    url: listener.url,
    hold: async () => {
      heldAt = (await store.readHead()).seq;
    },
    go: () => {
      heldAt = Number.POSITIVE_INFINITY;
    },
  };
  return async () => {
    await listener.close();
    await feed.close();
  };
});

const keysOf = (person: Person) => latchkey().installation.clientOf(person).keys;
const headSeq = async () => (await latchkey().installation.services.store.readHead()).seq;

/** A key that the lagging server knows, before it falls behind. */
const knownKey = async (owner: Person) => {
  const { key, token } = await keysOf(owner).create.mutate({ title: "Watching" });
  const client = createClient({ url: lagging.url, token });
  const joined = watch(client);
  await joined.joined();
  joined.leave();
  await client.auth.whoami.query();
  await lagging.hold();
  onTestFinished(lagging.go);
  return { id: key.id, client };
};

const newPerson = (role: "admin" | "service") =>
  latchkey().installation.addPerson(role, `${role}-${performance.now()}`);

const ends = {
  "that is revoked": ({ installation: { admin } }: Latchkey, { id }: Ending) =>
    keysOf(admin).revoke.mutate({ id }),
  "of a disabled user": ({ installation: { admin, clientOf } }: Latchkey, { owner }: Ending) =>
    clientOf(admin).users.disable.mutate({ id: owner.userId }),
};
type Latchkey = ReturnType<typeof latchkey>;
type Ending = { readonly id: KeyId; readonly owner: Person };

test.for(Object.entries(ends))(
  "a key %s watches nothing, wherever in the log it begins",
  async ([, end]) => {
    const owner = await newPerson("service");
    const { id, client } = await knownKey(owner);
    const before = await headSeq();
    await end(latchkey(), { id, owner });
    const watchers = [watch(client, before), watch(client, await headSeq()), watch(client)];
    const codes = await Promise.all(watchers.map((watching) => watching.fails()));
    expect(codes).toEqual(["UNAUTHENTICATED", "UNAUTHENTICATED", "UNAUTHENTICATED"]);
    expect(watchers.flatMap(({ items }) => items)).toEqual([]);
  },
);

test.for(Object.entries(ends))("a key %s changes nothing, though it is known", async ([, end]) => {
  const owner = await newPerson("admin");
  const { id, client } = await knownKey(owner);
  await end(latchkey(), { id, owner });
  expect(await codeOf(client.keys.create.mutate({ title: "Late" }))).toBe("UNAUTHENTICATED");
  expect(await codeOf(client.keys.rename.mutate({ id, title: "Late" }))).toBe("UNAUTHENTICATED");
});

test("a key of a former admin changes nothing of others", async () => {
  const { admin, clientOf } = latchkey().installation;
  const former = await newPerson("admin");
  const { client } = await knownKey(former);
  const others = await keysOf(admin).create.mutate({ title: "Another's" });
  await clientOf(admin).users.setRole.mutate({ id: former.userId, role: "member" });
  expect(await codeOf(client.keys.revoke.mutate({ id: others.key.id }))).toBe("NOT_FOUND");
});

test("a key of a former admin sees nothing of others", async () => {
  const { admin, clientOf } = latchkey().installation;
  const former = await newPerson("admin");
  const { client } = await knownKey(former);
  await clientOf(admin).users.setRole.mutate({ id: former.userId, role: "member" });
  const after = await headSeq();
  await keysOf(admin).create.mutate({ title: "Another's" });
  const own = await keysOf(former).create.mutate({ title: "Own" });
  const watching = watch(client, after);
  lagging.go();
  await watching.reaches(await headSeq());
  expect(watching.seqs()).toHaveLength(1);
  expect(watching.items.find(({ kind }) => kind === "event")).toMatchObject({ keyId: own.key.id });
});

test("a watch that began before ends when the server has caught up", async () => {
  const { admin } = latchkey().installation;
  const { id, client } = await knownKey(admin);
  const watching = watch(client);
  await watching.joined();
  await keysOf(admin).revoke.mutate({ id });
  const seq = await headSeq();
  await keysOf(admin).create.mutate({ title: "After" });
  lagging.go();
  expect(await watching.fails()).toBe("UNAUTHENTICATED");
  expect(watching.seqs().every((seen) => seen < seq)).toBe(true);
});
