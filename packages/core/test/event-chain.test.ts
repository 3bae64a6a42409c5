import {
  type ChainedEvent,
  createPepper,
  derivePepperKey,
  EMPTY_LOG_MAC,
  eventMac,
  eventTypes,
  formatLogPosition,
  type LatchkeyEvent,
  parseLogPosition,
  positionOf,
  type UnknownEvent,
} from "@latchkey/core";
import { describe, expect, test } from "vitest";
import { BOB, KEY, later, randomBytes } from "./given.ts";
import { digestVectors } from "./vectors/read.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const { pepper, chain } = digestVectors.log;
const key = derivePepperKey(createPepper(Buffer.from(pepper, "hex")), "latchkey/event-log/v1");
const rows = chain.map(({ event, previousMac, mac }) => ({
  event: { ...event, at: new Date(event.at) } as unknown as ChainedEvent,
  previousMac: Buffer.from(previousMac, "hex"),
  mac,
}));
const row = rows[1] as (typeof rows)[number];

describe("the chain over the log", () => {
  test("its rows have the known MACs, each over the one before", () => {
    let previousMac = EMPTY_LOG_MAC;
    for (const { event, mac } of rows) {
      previousMac = eventMac(key, previousMac, event);
      expect(hex(previousMac)).toBe(mac);
    }
  });

  const changes: readonly object[] = [
    { seq: 3 },
    { at: later(1, row.event.at) },
    { type: "key.renamed" },
    { actor: { ...row.event.actor, kind: "system" } },
    { actor: { ...row.event.actor, userId: BOB } },
    { actor: { ...row.event.actor, keyId: KEY } },
    { actor: { ...row.event.actor, via: "ssh" } },
    { actor: { ...row.event.actor, address: "192.0.2.1" } },
    { keyId: null },
    { userId: BOB },
    { ownerId: null },
    { data: {} },
    { data: null },
    { keyId: row.event.ownerId, ownerId: row.event.keyId },
  ];
  test.for(changes)("a row with another %j has another MAC", (change) => {
    const mac = eventMac(key, row.previousMac, { ...row.event, ...change });
    expect(hex(mac)).not.toBe(row.mac);
  });

  test("so has one that follows another row, or is made under another pepper", () => {
    const otherKey = derivePepperKey(createPepper(randomBytes(32)), "latchkey/event-log/v1");
    expect(hex(eventMac(key, EMPTY_LOG_MAC, row.event))).not.toBe(row.mac);
    expect(hex(eventMac(otherKey, row.previousMac, row.event))).not.toBe(row.mac);
  });

  test("the order in which a database gives the fields of an object back does not matter", () => {
    const turned = (value: unknown): unknown =>
      value !== null && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([k, v]) => [k, turned(v)]),
          )
        : value;
    const data = { b: { d: 1, c: [{ y: 1, x: 2 }] }, a: 2 };
    const nested = { ...row.event, data } as unknown as ChainedEvent;
    const same = { ...nested, data: turned(nested.data) } as ChainedEvent;
    expect(Object.keys(same.data as object)).toEqual(["a", "b"]);
    expect(eventMac(key, row.previousMac, same)).toEqual(eventMac(key, row.previousMac, nested));
  });

  test("the order of a list does matter", () => {
    const [one, other] = [
      ["a", "b"],
      ["b", "a"],
    ].map((scopes) => ({ ...row.event, data: { scopes } }) as unknown as ChainedEvent);
    const macOf = (event: ChainedEvent) => eventMac(key, row.previousMac, event);
    expect(macOf(one as ChainedEvent)).not.toEqual(macOf(other as ChainedEvent));
  });
});

test("event types tell what happened, and each is named once", () => {
  for (const type of eventTypes) expect(type).toMatch(/^[a-z_]+\.(?:[a-z_]+ed|proven)$/);
  expect(new Set(eventTypes).size).toBe(eventTypes.length);
});

test("a misspelt event does not compile, and one of a newer server is told from those that are known", () => {
  // @ts-expect-error -- There is no such type.
  const misspelt: LatchkeyEvent = { type: "key.deletd", data: { title: "", redacted: "" } };
  const titleOf = (event: LatchkeyEvent | UnknownEvent): string =>
    event.type === "key.deleted" ? event.data.title : event.type;
  expect(titleOf(misspelt)).toBe("key.deletd");
});

describe("a place in the log", () => {
  const mac = "5a".repeat(32);

  test("is written as SEQ:MAC and read from that alone", () => {
    const position = positionOf({ seq: 12, mac: Buffer.from(mac, "hex") });
    expect(formatLogPosition(position)).toBe(`12:${mac}`);
    expect(parseLogPosition(`12:${mac}`)).toEqual(position);
  });

  test.for(["", "12", `12:${mac}0`, `12:${mac.slice(1)}`, `-1:${mac}`, `12:${mac.toUpperCase()}`])(
    "is not %j",
    (text) => expect(parseLogPosition(text)).toBeNull(),
  );
});
