import { expect, test } from "vitest";
import { MAX_ADDRESSES, MISSES_PER_WINDOW, missLimit } from "../src/http/verify/miss-limit.ts";

function limitAt() {
  let milliseconds = 1000;
  const reached: (string | null)[] = [];
  const limit = missLimit(
    () => milliseconds,
    (address) => reached.push(address),
  );
  return {
    limit,
    reached,
    pass: (seconds: number) => {
      milliseconds += seconds * 1000;
    },
    use: (address: string | null, times = MISSES_PER_WINDOW) => {
      for (let i = 0; i < times; i += 1) limit.count(address);
    },
  };
}

test("an address may miss so often in a minute, and again in the next", () => {
  const { limit, reached, pass, use } = limitAt();
  use("192.0.2.1", MISSES_PER_WINDOW - 1);
  expect(reached).toEqual([]);
  expect(limit.waitSeconds("192.0.2.1")).toBe(0);
  pass(15);
  use("192.0.2.1", 1);
  expect(reached).toEqual(["192.0.2.1"]);
  expect(limit.waitSeconds("192.0.2.1")).toBe(45);
  expect(limit.waitSeconds("192.0.2.2")).toBe(0);
  pass(44.999);
  expect(limit.waitSeconds("192.0.2.1")).toBe(1);
  pass(0.001);
  expect(limit.waitSeconds("192.0.2.1")).toBe(0);
});

test("the addresses of one IPv6 network count together", () => {
  const { limit, use } = limitAt();
  use("2001:db8::1");
  for (const same of ["2001:db8::2", "2001:db8:0:0:ffff::", "2001:db8:0:0:1:2:3:4"]) {
    expect(limit.waitSeconds(same)).toBeGreaterThan(0);
  }
  for (const other of ["2001:db8:0:1::1", "2001:db8:1::1", "::1", "2001:db9::1"]) {
    expect(limit.waitSeconds(other)).toBe(0);
  }
  use("::1");
  expect(limit.waitSeconds("::2")).toBeGreaterThan(0);
  expect(limit.waitSeconds("1::2")).toBe(0);
});

test("requests without an address count together", () => {
  const { limit, use } = limitAt();
  use(null);
  expect(limit.waitSeconds(null)).toBeGreaterThan(0);
});

test("ever new addresses take no more memory: the oldest is forgotten", () => {
  const { limit, use } = limitAt();
  use("192.0.2.1");
  for (let i = 0; i < MAX_ADDRESSES; i += 1) limit.count(`10.0.${i >> 8}.${i & 255}`);
  expect(limit.size).toBe(MAX_ADDRESSES);
  expect(limit.waitSeconds("192.0.2.1")).toBe(0);
});
