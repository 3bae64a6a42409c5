import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Feed } from "../src/events/feed.ts";
import { followLog, type LogNews } from "../src/events/follow-log.ts";
import { httpApp } from "../src/http/app.ts";
import { countedWatches } from "../src/events/watches.ts";
import type { LogPage, StoredEvent } from "../src/store/port/log.ts";
import { until } from "@latchkey/testing/until";

// A reader of the log that reads too slowly, or not at all.

type Follower = Parameters<Feed["follow"]>[0];

/** A feed that tells what the test tells, and a log of as many events as it told. */
function tellingFeed(eventBytes = 1) {
  const followers = new Set<Follower>();
  const log: StoredEvent[] = [];
  const append = (count: number) => {
    const from = log.length + 1;
    const events = Array.from({ length: count }, (_, at) => anEvent(from + at, eventBytes));
    log.push(...events);
    for (const follower of followers) follower.events?.(events);
  };
  const loseLink = () => {
    for (const follower of followers) follower.reset?.("here");
  };
  const beat = (received: number) => {
    const seq = log.length;
    const position = { seq, mac: "" };
    const observer = { seq, at: new Date(received), position, sent: received, received };
    for (const follower of followers) follower.beat?.(observer);
  };
  const feed: Feed = {
    start: () => {},
    follow: (follower) => {
      followers.add(follower);
      return () => followers.delete(follower);
    },
    wake: () => {},
    state: () => "live",
    seq: () => log.length,
    lastBeatAt: () => 0,
    close: async () => {},
  };
  const readAfter = async (seq: number, limit: number): Promise<LogPage> => {
    const events = log.slice(seq, seq + limit);
    return { events, asOf: { seq: log.length, at: new Date(0) } };
  };
  return { feed, followers, append, loseLink, beat, readAfter };
}

function anEvent(seq: number, bytes: number): StoredEvent {
  return {
    seq,
    at: new Date(seq),
    type: "key.renamed",
    actor: { kind: "system", userId: null, keyId: null, via: "process", address: null },
    keyId: `key_${seq}`,
    userId: null,
    ownerId: null,
    data: { from: "", to: "x".repeat(bytes) },
    mac: new Uint8Array(32),
  };
}

const seqOf = (news: LogNews | undefined) =>
  news?.kind === "event" ? news.event.seq : news?.kind === "beat" ? `beat ${news.beat.seq}` : null;

describe("a reader of the log", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const read = (telling: ReturnType<typeof tellingFeed>, after: number) => {
    const life = new AbortController();
    const onStuck = vi.fn<() => void>();
    const ends = [life.signal];
    const news = followLog({ ...telling, after, ends, onStuck });
    onTestFinished(() => life.abort());
    const next = async () => seqOf((await news.next()).value ?? undefined);
    return { next, onStuck, end: () => life.abort(), return: () => news.return() };
  };

  test("is given the past, then what came while it read, then what comes", async () => {
    const telling = tellingFeed();
    telling.append(3);
    const reader = read(telling, 1);
    expect(await reader.next()).toBe(2);
    telling.append(1);
    expect([await reader.next(), await reader.next()]).toEqual([3, 4]);
    const coming = reader.next();
    await vi.waitFor(() => expect(telling.followers.size).toBe(1));
    telling.append(1);
    expect(await coming).toBe(5);
    telling.beat(1);
    expect(await reader.next()).toBe("beat 5");
  });

  test("is given no more beats than it needs, though the feed beats with each change", async () => {
    const telling = tellingFeed();
    const reader = read(telling, 0);
    const first = reader.next();
    await vi.waitFor(() => expect(telling.followers.size).toBe(1));
    for (let at = 0; at <= 1000; at += 10) telling.beat(at);
    expect(await first).toBe("beat 0");
    expect([await reader.next(), await reader.next()]).toEqual(["beat 0", "beat 0"]);
    const next = reader.next();
    telling.append(1);
    expect(await next).toBe(1);
  });

  test("that leaves more than a thousand events waiting is ended", async () => {
    const telling = tellingFeed();
    const reader = read(telling, 0);
    const first = reader.next();
    await vi.waitFor(() => expect(telling.followers.size).toBe(1));
    telling.append(1);
    expect(await first).toBe(1);
    telling.append(1000);
    expect(reader.onStuck).not.toHaveBeenCalled();
    telling.append(1);
    expect(reader.onStuck).toHaveBeenCalledOnce();
    expect(await reader.next()).toBeNull();
    expect(telling.followers.size).toBe(0);
  });

  test("that takes nothing for ten seconds, though there is something, is ended", async () => {
    const telling = tellingFeed();
    telling.append(2);
    const idle = read(telling, 2);
    const nothing = idle.next();
    const stuck = read(telling, 0);
    expect(await stuck.next()).toBe(1);
    vi.advanceTimersByTime(9999);
    expect(stuck.onStuck).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(stuck.onStuck).toHaveBeenCalledOnce();
    // Whom there is nothing to give waits for as long as it likes.
    expect(idle.onStuck).not.toHaveBeenCalled();
    telling.append(1);
    expect(await nothing).toBe(3);
  });

  test("goes on after the feed's link was lost", async () => {
    const telling = tellingFeed();
    telling.append(3);
    const reader = read(telling, 3);
    const next = reader.next();
    await vi.waitFor(() => expect(telling.followers.size).toBe(1));
    telling.loseLink();
    telling.append(1);
    expect(await next).toBe(4);
    expect(reader.onStuck).not.toHaveBeenCalled();
  });

  test("ends when it is told to, wherever it is", async () => {
    const telling = tellingFeed();
    telling.append(2);
    const [inPast, waiting, before] = [read(telling, 0), read(telling, 2), read(telling, 0)];
    expect(await inPast.next()).toBe(1);
    const nothing = waiting.next();
    for (const reader of [inPast, waiting, before]) reader.end();
    expect(await nothing).toBeNull();
    expect([await inPast.next(), await before.next()]).toEqual([null, null]);
    expect(telling.followers.size).toBe(0);
  });
});

test("the connection of a watcher that does not read is broken off", async () => {
  const telling = tellingFeed(20_000);
  const watches = countedWatches();
  const principal = { kind: "operator", userId: "user_x", role: "admin" };
  const store = {
    readHead: async () => ({ seq: 0, mac: new Uint8Array(32), at: new Date(0) }),
    readVisibleAfter: async () => telling.readAfter(0, 0),
  };
  const app = httpApp({
    services: { feed: telling.feed, watches, store } as never,
    identify: async () => ({ principal, user: {}, via: "http", address: null }) as never,
    onDefect: (defect) => expect.unreachable(String(defect)),
  });
  const server = createServer((...call) => void getRequestListener(app.fetch)(...call));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
  const head = "GET /trpc/events.watch HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n";
  socket.write(head);
  await until(() => telling.followers.size === 2);
  socket.pause();
  await until(() => {
    telling.append(100);
    return watches.count() === 0;
  });
  socket.resume();
  await once(socket, "close");
});

test("a hundred may watch by one credential, and no more", () => {
  const watches = countedWatches();
  const enter = (userId: string) =>
    watches.enter({ kind: "operator", userId: userId as never, role: "admin" });
  const leaving = Array.from({ length: 100 }, () => enter("user_a"));
  expect(enter("user_a")).toBeNull();
  const other = enter("user_b");
  expect(other).not.toBeNull();
  leaving[0]?.();
  expect(enter("user_a")).not.toBeNull();
  expect(watches.count()).toBe(101);
  for (let person = 0; watches.count() < 1000; person += 1) enter(`user_c${person % 50}`);
  expect(enter("user_d")).toBeNull();
  other?.();
  expect(enter("user_d")).not.toBeNull();
});
