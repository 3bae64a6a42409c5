import { expect, test } from "vitest";
import { until } from "@latchkey/testing/until";
import { LATCHKEY } from "@latchkey/testing/command/command";
import { installation } from "./support/installation.ts";
import { startProxy } from "./support/proxy.ts";
import { startServer } from "@latchkey/testing/command/server";
import { seatOf } from "./support/team.ts";
import { openTerminal } from "@latchkey/testing/terminal/pseudo-terminal";

test("a long audit verify says so on a terminal's standard error, and to no program", async () => {
  const here = await installation();
  const server = await startServer(here.env);
  const ada = { email: "ada@example.com", password: "correct horse battery" };
  await here.json(["users", "add", "--email", ada.email, "--role", "admin"], ada.password);
  const proxy = await startProxy(server.url);
  const { env, run, json } = await seatOf();
  await json(["login", `http://127.0.0.1:${proxy.port}`, "--email", ada.email], ada.password);

  const release = proxy.hold("events.verify");
  const asked = (times: number) =>
    until(() => proxy.seen.filter(({ url }) => url.includes("events.verify")).length === times);
  const verify = [LATCHKEY, "audit", "verify"];
  const piped = run(["audit", "verify"]);
  const asJson = openTerminal(process.execPath, [...verify, "--json"], { env });
  await asked(2);
  const shown = openTerminal(process.execPath, verify, { env });
  // Its answer goes on to a program, its standard error to the terminal.
  const command = [process.execPath, ...verify].map((part) => `'${part}'`).join(" ");
  const halfPiped = openTerminal("bash", ["--norc", "-c", `${command} | tr a-z A-Z`], { env });
  await shown.shows(/^Checking the log… [1-9]\d* s$/m);
  await halfPiped.shows(/^Checking the log… [1-9]\d* s$/m);
  await asked(4);
  release();

  const says = /^The log holds: \d+ events\.$/;
  expect(await shown.ended()).toBe(0);
  expect(shown.screen().trim()).toMatch(says);
  expect(await halfPiped.ended()).toBe(0);
  expect(halfPiped.screen().trim()).toMatch(/^THE LOG HOLDS: \d+ EVENTS\.$/);
  // They had been waiting for longer than those.
  const { code, stdout, stderr } = await piped;
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.trim()).toMatch(says);
  expect(await asJson.ended()).toBe(0);
  expect(JSON.parse(asJson.written())).toMatchObject({ ok: true });
});
