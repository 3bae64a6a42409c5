import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFolder, type RunningServer, socketPathOf, startEmbedded } from "@latchkey/server";
import { createClient, type LatchkeyClient, type WatchItem } from "@latchkey/client";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { connectLocally } from "../src/connection/local-connection.ts";
import { transportBySocket } from "../src/connection/send.ts";

// The log watched on this computer: over the folder's socket, and inside the process that holds it.

const TEMPLATE = fileURLToPath(new URL("../dist/database-template", import.meta.url));

describe("a watch on this computer", () => {
  let path: string;
  let holder: RunningServer | null = null;
  const folder = () => dataFolder(join(path, "data"));
  // One for both tests: where no build left a ready-made database it takes its time.
  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), "latchkey-watch-"));
    const templateFolder = existsSync(TEMPLATE) ? TEMPLATE : undefined;
    holder = await startEmbedded({ folder: folder(), tokenPrefix: "sk", templateFolder });
  }, 120_000);
  afterAll(async () => {
    await holder?.close();
    await rm(path, { recursive: true, force: true });
  });
  const endHolder = async () => {
    await holder?.close();
    holder = null;
  };
  const url = "http://localhost";

  test("hears of what happens, over the socket and inside the process", async () => {
    if (holder === null) throw new Error("somebody else holds the folder");
    const inProcess = createClient({ url, fetch: holder.fetch });
    const transport = transportBySocket(String(await socketPathOf(folder())));
    const overSocket = createClient({ url, transport });
    const watchers = [watch(inProcess), watch(overSocket)];
    for (const { sees } of watchers) await sees("beat");
    await overSocket.keys.create.mutate({ title: "One" });
    for (const { sees } of watchers) await sees("key.created");
    const [inside, outside] = watchers.map(({ seqs }) => seqs());
    expect(outside).toEqual(inside);
  });

  test("goes on when its holder ends, which waits for no watcher, and this process takes over", async () => {
    const joined = await connectLocally({ folder: folder(), tokenPrefix: "sk" });
    onTestFinished(joined.close);
    const observer: string[] = [];
    const leave = joined.follow({
      joined: () => observer.push("joined"),
      lost: ({ code }) => observer.push(code),
      item: (item) => {
        if (item.kind === "event" && "title" in item.data) observer.push(String(item.data.title));
      },
    });
    onTestFinished(leave);
    const hears = (...words: string[]) =>
      vi.waitFor(() => expect(observer.slice(-words.length)).toEqual(words), { timeout: 20_000 });
    await hears("joined");
    await endHolder();
    await hears("UNAVAILABLE", "joined");
    await joined.client.keys.create.mutate({ title: "After" });
    await hears("joined", "After");
  });
});

function watch(client: LatchkeyClient) {
  const items: WatchItem[] = [];
  let look = () => {};
  const { unsubscribe } = client.events.watch.subscribe(undefined, {
    onData: ({ data }) => {
      items.push(data);
      look();
    },
  });
  onTestFinished(unsubscribe);
  return {
    seqs: () => items.filter(({ kind }) => kind !== "beat").map(({ seq }) => seq),
    /** Until it has heard a beat, or an event of this type. */
    sees: (wanted: string) =>
      new Promise<void>((seen) => {
        look = () => {
          const isThere = items.some((item) =>
            item.kind === "beat" ? wanted === "beat" : item.type === wanted,
          );
          if (isThere) seen();
        };
        look();
      }),
  };
}
