import { formatLogPosition, positionOf } from "@latchkey/core";
import { sql } from "drizzle-orm";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  createClient,
  createVerifier,
  followEvents,
  type LogHead,
  type VerifierLink,
} from "@latchkey/client";
import { openLink } from "@latchkey/testing/database/database-link";
import { withTwoServed } from "./served.ts";
import { until } from "@latchkey/testing/until";
import { watch } from "./watching.ts";

// A log that loses its end, as by a restore or a failover to a standby that lagged, and then grows past it.

const latchkey = withTwoServed();
const store = () => latchkey().installation.services.store;
const head = async () => positionOf(await store().readHead());
const create = async (times: number) => {
  const { clientOf, admin } = latchkey().installation;
  for (let time = 0; time < times; time += 1) {
    await clientOf(admin).keys.create.mutate({ title: "One" });
  }
};
const asAdmin = async () => {
  const { tokenOf, clientBy, installation } = latchkey();
  return clientBy(await tokenOf(installation.admin, "*"));
};

/** Takes the last events away, and sets the head back to what it was. */
const cut = async ({ seq }: LogHead) => {
  await latchkey().installation.database.db.transaction(async (tx) => {
    await tx.execute(sql`lock table event_head`);
    await tx.execute(sql`delete from events where seq > ${seq}`);
    await tx.execute(sql`update event_head set (seq, mac, at) =
      (select seq, mac, at from events where seq = ${seq})`);
  });
};

/** Until both servers have seen that their log is another. */
const noticed = async () => {
  const { seq } = await head();
  await until(() => latchkey().servers.every(({ services }) => services.feed.seq() === seq));
};

describe("a watcher that comes after a place in the log", () => {
  test("gets what came since, where the log holds that place", async () => {
    const client = await asAdmin();
    const kept = await head();
    await create(2);
    const watching = watch(client, formatLogPosition(kept));
    await watching.reaches(kept.seq + 2);
    expect(watching.seqs()).toEqual([kept.seq + 1, kept.seq + 2]);
    const stored = await store().readLogAfter(kept.seq, 2);
    const positions = stored.events.map((event) => formatLogPosition(positionOf(event)));
    expect(watching.positions.slice(0, 2)).toEqual(positions);
    // A beat leaves it at the last event.
    expect(watching.positions.at(-1)).toBe(positions[1]);
  });

  test("is told that the log was restarted where it was cut, also when it has grown past", async () => {
    const client = await asAdmin();
    const before = await head();
    await create(3);
    const kept = await head();
    await cut(before);
    const early = watch(client, formatLogPosition(kept));
    expect(await early.fails()).toBe("LOG_RESTARTED");
    await create(7);
    await noticed();
    const late = watch(client, formatLogPosition(kept));
    expect(await late.fails()).toBe("LOG_RESTARTED");
    expect([...early.items, ...late.items]).toEqual([]);
    const fromHere = watch(client, formatLogPosition(before));
    await fromHere.reaches(before.seq + 7);
    expect(fromHere.seqs()).toEqual(Array.from({ length: 7 }, (_, at) => before.seq + 1 + at));
  });

  test("by its number alone is told so only while the log is shorter", async () => {
    const client = await asAdmin();
    const before = await head();
    await create(2);
    const { seq } = await head();
    await cut(before);
    expect(await watch(client, seq).fails()).toBe("LOG_RESTARTED");
    await create(4);
    await noticed();
    const watching = watch(client, seq);
    await watching.reaches(seq + 2);
    expect(watching.seqs()).toEqual([seq + 1, seq + 2]);
  });

  test("is told so whatever it may see, and only where it may watch at all", async () => {
    const { installation, tokenOf, clientBy } = latchkey();
    const member = await installation.addPerson("member", "Mia");
    const service = await installation.addPerson("service", "Sven");
    const wrong = `1:${"00".repeat(32)}`;
    const codeOf = async (token: string) => watch(clientBy(token), wrong).fails();
    expect(await codeOf(await tokenOf(member, "events:read"))).toBe("LOG_RESTARTED");
    expect(await codeOf(await tokenOf(service, "keys:verify"))).toBe("LOG_RESTARTED");
    expect(await codeOf(await tokenOf(member, "keys:read"))).toBe("FORBIDDEN");
  });

  test("begins with the first event after the beginning of every log", async () => {
    const client = await asAdmin();
    const { seq } = await head();
    const watching = watch(client, `0:${"00".repeat(32)}`);
    await watching.reaches(seq);
    expect(watching.seqs()[0]).toBe(1);
    expect(await watch(client, `0:${"01".repeat(32)}`).fails()).toBe("LOG_RESTARTED");
  });

  test("is refused with what is no such place", async () => {
    const client = await asAdmin();
    const { mac } = await head();
    for (const place of [
      "",
      "x",
      ":",
      `1:${mac}0`,
      `1:${mac.slice(1)}`,
      `-1:${mac}`,
      ` 1:${mac}`,
    ]) {
      expect(await watch(client, place).fails()).toBe("INPUT_INVALID");
    }
  });

  test("learns of a cut while it watches, with nothing of the new log taken for the old one's", async () => {
    const client = await asAdmin();
    const before = await head();
    const watching = watch(client);
    await watching.joined();
    await create(3);
    await watching.reaches(before.seq + 3);
    await cut(before);
    await create(5);
    expect(await watching.fails()).toBe("LOG_RESTARTED");
    expect(watching.seqs()).toEqual([1, 2, 3].map((more) => before.seq + more));
  });
});

describe("whoever follows the log for ever", () => {
  /** Follows by a road that a test may break. */
  const follow = async () => {
    const { tokenOf, installation, servers } = latchkey();
    const origin = await openLink(servers[1].url);
    onTestFinished(origin.close);
    return {
      origin,
      client: createClient({ url: origin.url, token: await tokenOf(installation.admin, "*") }),
    };
  };

  test("is told that it was restarted and where it stands, and joins anew", async () => {
    const { client } = await follow();
    const before = await head();
    await create(2);
    const heard: string[] = [];
    let restartedAt: LogHead | undefined;
    const seqs: number[] = [];
    onTestFinished(
      followEvents(client, {
        joined: () => heard.push("joined"),
        lost: (error) => {
          heard.push(error.code);
          if (error.code === "LOG_RESTARTED") restartedAt = error.head ?? restartedAt;
        },
        item: (item) => {
          seqs.push(item.seq);
        },
      }),
    );
    await until(() => heard.includes("joined"));
    await cut(before);
    const now = await head();
    await until(() => heard.at(-1) === "joined" && heard.includes("LOG_RESTARTED"));
    expect(restartedAt).toEqual(now);
    await create(1);
    await until(() => seqs.at(-1) === before.seq + 1);
  });

  test("is told nothing of the kind where the link alone broke", async () => {
    const { client, origin } = await follow();
    const heard: string[] = [];
    onTestFinished(
      followEvents(client, {
        joined: () => heard.push("joined"),
        lost: ({ code }) => heard.push(code),
        item: () => {},
      }),
    );
    await until(() => heard.includes("joined"));
    origin.breakAll();
    await create(3);
    await until(() => heard.filter((word) => word === "joined").length === 2);
    expect(heard).toEqual(["joined", "UNAVAILABLE", "joined"]);
  });

  test("as a verifier forgets what it knew, and says why", async () => {
    const { client } = await follow();
    const { tokenOf, installation } = latchkey();
    const token = await tokenOf(installation.admin, "a:b");
    const before = await head();
    await create(1);
    const links: VerifierLink[] = [];
    const verifier = createVerifier(client, { onLink: (link) => links.push(link) });
    onTestFinished(verifier.close);
    await until(() => links.at(-1)?.state === "live");
    await until(async () => {
      await verifier.verify(token);
      return verifier.verifyAtOnce(token)?.outcome === "VALID";
    });
    let knewWhenTold: unknown = "not told";
    links.push = (link) => {
      if (link.state === "lost" && link.error.code === "LOG_RESTARTED") {
        knewWhenTold = verifier.verifyAtOnce(token);
      }
      return Array.prototype.push.call(links, link);
    };
    await cut(before);
    await until(() => knewWhenTold !== "not told" && links.at(-1)?.state === "live");
    expect(knewWhenTold).toBeUndefined();
    expect(await verifier.verify(token)).toMatchObject({ outcome: "VALID" });
  });
});
