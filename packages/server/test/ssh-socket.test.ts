import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { sshGateway } from "../src/ssh/gateway.ts";
import { serveSshSocket } from "../src/ssh/gateway-socket.ts";
import { onEachEngine } from "./installation.ts";

onEachEngine("sshd's socket", (latchkey) => {
  /** The status of a call, and what the server logs meanwhile. */
  const serve = async () => {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-sshd-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const socketPath = join(folder, "sshd");
    const lines: string[] = [];
    const log = pino({ level: "error" }, { write: (line: string) => void lines.push(line) });
    const gateway = sshGateway(latchkey().services, log, new AbortController().signal);
    const server = await serveSshSocket(socketPath, gateway);
    onTestFinished(server.close);
    const call = (method: string, path: string, body?: unknown) =>
      new Promise<number | undefined>((answered, failed) => {
        const calling = request({ socketPath, method, path, agent: false }, (response) => {
          response.resume().once("end", () => answered(response.statusCode));
        });
        calling.once("error", failed).end(body === undefined ? "" : JSON.stringify(body));
      });
    return { call, lines };
  };

  test("takes what is no fingerprint for nobody's, without a defect", async () => {
    const { call, lines } = await serve();
    for (const odd of ["", "\0", "a\u0000b", "SHA256:", `SHA256:${"A".repeat(44)}`, "\u202e"]) {
      const query = `/authorized-key?fingerprint=${encodeURIComponent(odd)}`;
      expect(await call("GET", query)).toBe(404);
      expect(await call("POST", "/session", { fingerprint: odd, address: null })).toBe(400);
    }
    const fingerprint = `SHA256:${"A".repeat(43)}`;
    expect(await call("GET", `/authorized-key?fingerprint=${fingerprint}`)).toBe(404);
    expect(await call("POST", "/session", { fingerprint, address: null })).toBe(401);
    const lone = { fingerprint: "SHA256:\ud800", address: "\ud800" };
    expect(await call("POST", "/session", lone)).toBe(400);
    expect(lines).toEqual([]);
  });
});
