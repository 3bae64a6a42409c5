import { Agent } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test } from "vitest";
import { postgresql } from "@latchkey/testing/database/engines";
import { onEngine, signIn } from "./installation.ts";
import { listenInTest, sendRaw } from "./listener.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is still held once all garbage is collected. */
async function heldMegabytes(): Promise<number> {
  for (let time = 0; time < 5; time += 1) {
    collectGarbage();
    await new Promise((next) => setImmediate(next));
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

onEngine(postgresql, (latchkey) => {
  test("malformed requests leave nothing behind, whoever sends them", async () => {
    const { url } = await listenInTest(latchkey().services);
    const { token } = await signIn(latchkey(), latchkey().admin);
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    onTestFinished(() => agent.destroy());
    const bodies = [
      "[".repeat(60_000),
      '{"a":'.repeat(10_000),
      `{"title":"${"x".repeat(60_000)}"}`,
    ];
    const send = async (count: number) => {
      const requests = Array.from({ length: count }, (_, i) =>
        sendRaw(url, i % 10 === 0 ? "/trpc/keys.list,keys.create?batch=1" : "/trpc/keys.create", {
          method: "POST",
          headers: [
            ["Content-Type", "application/json"],
            ["Authorization", `Bearer ${i % 3 === 0 ? "sk_none" : token}`],
          ],
          body: `${bodies[i % bodies.length]}`,
          agent,
        }),
      );
      for (const { status } of await Promise.all(requests)) expect(status).not.toBe(200);
    };
    // What is loaded and compiled by the first ones stays.
    await send(100);
    const before = await heldMegabytes();
    // Of 600 bodies of 55 kB, 33 MB, nothing is kept.
    for (let round = 0; round < 4; round += 1) await send(150);
    expect((await heldMegabytes()) - before).toBeLessThan(15);
  });
});
