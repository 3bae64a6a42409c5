import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { until } from "@latchkey/testing/until";
import type { PrivateGateway } from "../src/connection/on-this-machine.ts";
import { superviseSsh } from "../src/cli/serve/supervise-ssh.ts";

// Real processes in the place of the SSH server's, which end as they please.

type End = Parameters<PrivateGateway["processEnded"]>[0];

const LISTENS = `process.on("message", ({ type, settings }) => {
  if (type === "listen") process.send({ type: "listens", port: settings.port || 7, hostKey: "SHA256:x" });
});`;

/** @param program what the process does, beside listening for its settings */
async function supervised(program: string, longestPauseMs = 40) {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-supervise-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const entry = join(folder, "entry.mjs");
  await writeFile(entry, program);
  const ends: End[] = [];
  const ports: number[] = [];
  const gateway: PrivateGateway = {
    socketPath: join(folder, "socket"),
    close: async () => {},
    refused: () => {},
    defect: () => {},
    processListens: ({ port }) => ports.push(port),
    processEnded: (end) => ends.push(end),
  };
  const bounds = { silenceMs: 2000, firstPauseMs: 10, longestPauseMs, stopMs: 100 };
  const settings = { hostKeyFile: "", host: "127.0.0.1", port: 0 };
  const started = superviseSsh({ gateway, ...settings, entry, bounds });
  onTestFinished(async () => (await started.catch(() => null))?.close());
  return { started, ends, ports };
}

test("a process that keeps ending starts again after longer and longer, on the port it had", async () => {
  const { started, ends, ports } = await supervised(
    `${LISTENS} process.on("message", () => setTimeout(() => process.exit(3), 1));`,
  );
  expect((await started).port).toBe(7);
  await until(() => ends.length >= 5);
  expect(ends.slice(0, 5).map(({ restartsInMs }) => restartsInMs)).toEqual([10, 20, 40, 40, 40]);
  expect(ends[0]).toMatchObject({ code: 3, signal: null, hung: false });
  expect(new Set(ports)).toEqual(new Set([7]));
});

test("a process in an endless loop is killed", async () => {
  const { started, ends } = await supervised(
    `${LISTENS} process.on("message", () => setTimeout(() => { for (;;); }, 10));`,
  );
  await started;
  await until(() => ends.length > 0);
  expect(ends[0]).toMatchObject({ code: null, signal: "SIGKILL", hung: true });
});

test("a process that does not stop when it is told to is killed", async () => {
  const { started, ends } = await supervised(`${LISTENS} process.on("SIGTERM", () => {});`);
  await (await started).close();
  expect(ends).toEqual([]);
});

test("nothing is started again once it is closed, also during the pause", async () => {
  const { started, ends } = await supervised(
    `${LISTENS} process.on("message", () => setTimeout(() => process.exit(), 1));`,
    600_000,
  );
  const { close } = await started;
  await until(() => ends.length > 6);
  await close();
  const { length } = ends;
  await close();
  expect(ends.length).toBe(length);
});

test("what can't listen says why, and what ends before is no start either", async () => {
  const refusal = { type: "refusal", code: "UNAVAILABLE", message: "Port 1 is in use." };
  const refused = await supervised(
    `process.send(${JSON.stringify(refusal)}, () => process.exit(1));`,
  );
  await expect(refused.started).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: "Port 1 is in use.",
  });
  const broken = await supervised("process.exit(9);");
  await expect(broken.started).rejects.toMatchObject({ code: "INTERNAL" });
});
