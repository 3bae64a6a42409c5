import { inspect } from "node:util";
import { cacheName, generateToken, PresentedToken, SESSION_PREFIX } from "@latchkey/core";
import { expect, test } from "vitest";
import { randomBytes } from "./given.ts";

const tokenOf = (prefix: string) => generateToken(prefix, randomBytes).token.reveal();

test("a presented token is one by its shape, and prints as itself nowhere", () => {
  const token = tokenOf("sk");
  const presented = PresentedToken.parse(token);
  expect(presented?.reveal()).toBe(token);
  expect(presented?.name).toBe(cacheName(token));
  expect(presented?.name).toBe(presented?.name);
  expect(inspect(presented, { showHidden: true, depth: null })).not.toContain(token);
  for (const junk of ["", "sk_x", `${token}x`, token.slice(1)]) {
    expect(PresentedToken.parse(junk)).toBeNull();
  }
});

test("a session's token is told from a key's", () => {
  expect(PresentedToken.parse(tokenOf(SESSION_PREFIX))?.isSession).toBe(true);
  expect(PresentedToken.parse(tokenOf("sk"))?.isSession).toBe(false);
});
