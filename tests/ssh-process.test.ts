import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "@latchkey/testing/free-port";
import { until } from "@latchkey/testing/until";
import type { CommandRunner } from "@latchkey/testing/command/command-runner";
import { type RunningServer, startServer } from "@latchkey/testing/command/server";
import { hasSsh, type KeyPair, makeKeyPair, seatOverSsh, sshAddress } from "./support/ssh.ts";
import { seatOf } from "./support/team.ts";

// The process of the SSH server, killed, stopped and left alone: the server beside it goes on.

const undo = new AsyncDisposableStack();
const atEnd = (step: () => Promise<void>) => undo.defer(step);
let operator: CommandRunner;
let metricsUrl: string;
let token: string;
let person: KeyPair;

beforeAll(async () => {
  if (!hasSsh) return;
  const metrics = `127.0.0.1:${await freePort()}`;
  metricsUrl = `http://${metrics}/metrics`;
  operator = await seatOf({ LATCHKEY_SSH_PORT: "0", LATCHKEY_METRICS_ADDRESS: metrics }, atEnd);
  const add = ["users", "add", "--email", "ada@example.com", "--role", "admin"];
  await operator.json(add, "a password of hers");
  person = await makeKeyPair(undefined, atEnd);
  await operator.json(["ssh-keys", "add", `${person.file}.pub`, "--user", "ada@example.com"]);
  ({ token } = await operator.create("Checked throughout"));
});
afterAll(async () => {
  await undo.disposeAsync();
});

type Served = {
  readonly server: RunningServer;
  readonly ada: CommandRunner;
  readonly sshPid: () => number;
};

async function serve(): Promise<Served> {
  const server = await startServer(operator.env, { args: ["--ssh"] });
  const address = await sshAddress(server, operator.env["XDG_DATA_HOME"] as string);
  const listens = () => server.log().filter(({ msg }) => msg === "ssh process listens");
  const sshPid = () => listens().at(-1)?.["pid"] as number;
  return { server, ada: await seatOverSsh(address, person), sshPid };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Asks until it is done; gives every status that came. */
async function statusesUntil(url: string, isDone: () => boolean): Promise<Set<number>> {
  const statuses = new Set<number>();
  const headers = { authorization: `Bearer ${token}` };
  await until(async () => {
    for (const path of ["/healthz", "/verify"]) {
      statuses.add((await fetch(url + path, { headers })).status);
    }
    return isDone();
  });
  return statuses;
}

describe.skipIf(!hasSsh)("the process of the SSH server", () => {
  test("has nothing of the server's environment, and of the installation its host key alone", async () => {
    const { sshPid } = await serve();
    const environment = await readFile(`/proc/${sshPid()}/environ`, "utf8");
    expect(
      environment.split("\0").filter((one) => /^(LATCHKEY|DATABASE|XDG|HOME)/.test(one)),
    ).toEqual([]);
    expect(await readFile(`/proc/${sshPid()}/maps`, "utf8")).not.toContain("pglite");
  });

  test("that is killed takes its sessions with it, and nothing else; another takes its place", async () => {
    const { server, ada, sshPid } = await serve();
    const shown = ada.terminal();
    await shown.shows("0 keys · mine");
    const first = sshPid();
    process.kill(first, "SIGKILL");
    const statuses = await statusesUntil(server.url, () => sshPid() !== first);
    expect(statuses).toEqual(new Set([200]));
    expect(await shown.ended()).toBe(255);
    await until(async () => {
      const { items } = await operator.events("--actor", "ada@example.com");
      return items[0]?.type === "session.ended";
    });
    expect((await ada.run(["whoami"])).code).toBe(0);
    const end = server.log().find(({ msg }) => msg === "ssh process ended");
    expect(end).toMatchObject({ signal: "SIGKILL", hung: false });
    const metrics = await (await fetch(metricsUrl)).text();
    expect(metrics).toContain("\nlatchkey_ssh_restarts_total 1\n");
    expect(await server.stop()).toBe(0);
  });

  test("that hangs is killed, and another takes its place, while checks are answered", async () => {
    const { server, ada, sshPid } = await serve();
    const first = sshPid();
    process.kill(first, "SIGSTOP");
    const statuses = await statusesUntil(server.url, () => sshPid() !== first);
    expect(statuses).toEqual(new Set([200]));
    const end = server.log().find(({ msg }) => msg === "ssh process ended");
    expect(end).toMatchObject({ signal: "SIGKILL", hung: true });
    expect((await ada.run(["whoami"])).code).toBe(0);
    expect(await server.stop()).toBe(0);
  });

  test("that hangs keeps no server from its end", async () => {
    const { server, sshPid } = await serve();
    process.kill(sshPid(), "SIGSTOP");
    expect(await server.stop()).toBe(0);
    expect(isAlive(sshPid())).toBe(false);
  });

  test("that is told to stop leaves every screen in good order, and another takes its place", async () => {
    const { server, ada, sshPid } = await serve();
    const shown = ada.terminal();
    await shown.shows("0 keys · mine");
    const first = sshPid();
    process.kill(first, "SIGTERM");
    expect(await shown.ended()).toBe(3);
    expect(shown.screen()).toContain("The server stops.");
    await until(() => sshPid() !== first);
    expect(await server.stop()).toBe(0);
  });

  test("goes with a server that is killed", async () => {
    const { server, ada, sshPid } = await serve();
    const shown = ada.terminal();
    await shown.shows("0 keys · mine");
    server.signal("SIGKILL");
    await until(() => !isAlive(sshPid()));
    expect(await shown.ended()).not.toBe(0);
    expect(shown.written()).toContain("\x1b[?1049l");
  });
});
