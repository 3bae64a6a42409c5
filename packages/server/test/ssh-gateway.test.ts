import { stat } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../src/log/log.ts";
import { type SshGateway, sshGateway } from "../src/ssh/gateway.ts";
import { openPrivateGateway } from "../src/ssh/private-gateway.ts";
import { Outage } from "../src/faults/outage.ts";
import { postgresql } from "@latchkey/testing/database/engines";
import { onEngine } from "./installation.ts";
import { newPublicKey } from "./key-pair.ts";
import { until } from "@latchkey/testing/until";

// The socket of the SSH server's process. One engine: none of it is the database's.

onEngine(postgresql, (latchkey) => {
  async function open(changes: Partial<SshGateway> = {}) {
    const defects: unknown[] = [];
    const gateway = sshGateway(
      latchkey().services,
      createLog("silent"),
      new AbortController().signal,
    );
    const defect = (error: unknown) => void defects.push(error);
    const privateGateway = await openPrivateGateway({ ...gateway, defect, ...changes });
    onTestFinished(privateGateway.close);
    return { ...privateGateway, defects };
  }

  async function arrive(socketPath: string, fingerprint: string): Promise<number | undefined> {
    const asking = request({ socketPath, path: "/session", method: "POST", agent: false });
    onTestFinished(() => void asking.destroy());
    asking.end(JSON.stringify({ fingerprint, address: null }));
    return new Promise((answered, failed) => {
      asking.once("response", ({ statusCode }) => answered(statusCode)).once("error", failed);
    });
  }

  async function fingerprintOfAdmin(): Promise<string> {
    const { clientOf, admin } = latchkey();
    return (await clientOf(admin).sshKeys.add.mutate({ publicKey: newPublicKey() })).fingerprint;
  }

  /** What comes back for these bytes, until the connection ends. */
  async function answerTo(socketPath: string, bytes: string): Promise<string> {
    const socket = connect(socketPath).on("error", () => {});
    socket.write(bytes);
    return text(socket);
  }

  test("is for its own account alone, and gone once it is closed", async () => {
    const { socketPath, close } = await open();
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(socketPath))).mode & 0o777).toBe(0o700);
    await close();
    await expect(stat(dirname(socketPath))).rejects.toThrow("ENOENT");
  });

  test.each([
    ["POST /session", "{", "400"],
    ["POST /session", "x".repeat(900), "400"],
    ["POST /authorized-key", "{", "404"],
    ["POST /trpc/keys.list", "{", "401"],
    ["GET //", "x", "401"],
    ["GET /%", "x", "401"],
  ])("takes no body without bound: %s %s…", async (target, piece, status) => {
    const { socketPath, defects } = await open();
    const head = `${target} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `${piece.length.toString(16)}\r\n${piece}\r\n`;
    expect(await answerTo(socketPath, head + chunk.repeat(1200))).toContain(`HTTP/1.1 ${status}`);
    expect(defects).toEqual([]);
  });

  test("tells an outage from a defect, and logs the defect alone", async () => {
    const fingerprint = `SHA256:${"x".repeat(43)}`;
    const away = async () => {
      throw new Outage("unreachable");
    };
    const outage = await open({ begin: away, authorizedKey: away });
    expect(await arrive(outage.socketPath, fingerprint)).toBe(503);
    expect(outage.defects).toEqual([]);
    const error = new TypeError("a defect");
    const broken = await open({ begin: () => Promise.reject(error) });
    expect(await arrive(broken.socketPath, fingerprint)).toBe(500);
    expect(broken.defects).toEqual([error]);
  });

  test("ends the session of whoever left while it began", async () => {
    const { services } = latchkey();
    const gateway = sshGateway(services, createLog("silent"), new AbortController().signal);
    const left = Promise.withResolvers<void>();
    const begin: SshGateway["begin"] = async (...who) => {
      await left.promise;
      return gateway.begin(...who);
    };
    const { socketPath } = await open({ begin });
    const asking = request({ socketPath, path: "/session", method: "POST", agent: false });
    asking.on("error", () => {});
    asking.end(JSON.stringify({ fingerprint: await fingerprintOfAdmin(), address: null }));
    await new Promise((sent) => asking.once("finish", sent));
    asking.destroy();
    left.resolve();
    const { clientOf, admin } = latchkey();
    await until(async () => {
      const { items } = await clientOf(admin).events.list.query({ type: "session.ended" });
      return items.length > 0;
    });
    expect(services.tally.ssh.open).toBe(0);
  });

  test("ends every session before it is closed", async () => {
    const { services } = latchkey();
    const { socketPath, close } = await open();
    expect(await arrive(socketPath, await fingerprintOfAdmin())).toBe(200);
    expect(services.tally.ssh.open).toBe(1);
    await close();
    expect(services.tally.ssh.open).toBe(0);
    const { clientOf, admin } = latchkey();
    const [last] = (await clientOf(admin).events.list.query()).items;
    expect(last?.type).toBe("session.ended");
  });
});
