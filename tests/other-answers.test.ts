import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { latchkey } from "@latchkey/testing/command/command";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";

// Commands whose address leads to something else, or whose token can't be sent.

async function answering(status: number, type: string, body: string) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    response
      .writeHead(status, { "content-type": type, location: "https://127.0.0.1:1/" })
      .end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked: () => asked };
}

const HTML = "<!doctype html><title>Sign in to the network</title>";

describe("a command whose address leads to something else", () => {
  test.each([
    [301, "Nothing was changed."],
    [404, "Nothing was changed."],
    [407, "Nothing was changed."],
    [421, "Nothing was changed."],
    [502, "look whether it happened"],
    [200, "look whether it happened"],
  ])("says so (%i), and what it knows of a change", async (status, outcome) => {
    const { url } = await answering(status, "text/html", HTML);
    const env = { HOME: await temporaryFolder(), LATCHKEY_URL: url, LATCHKEY_TOKEN: "sk_x" };
    const { code, stdout, stderr } = await latchkey(["keys", "create", "--title", "x"], { env });
    expect([code, stdout]).toEqual([3, ""]);
    for (const said of [url, String(status), outcome]) expect(stderr).toContain(said);
    expect(stderr).not.toContain("connection was lost");
  });
});

describe("a token that can't be sent", () => {
  test.each(["sk_x\r", "sk_x\n", "\uFEFFsk_x", "sk_x y"])(
    "is named by its variable, and nothing is asked (%j)",
    async (token) => {
      const { url, asked } = await answering(200, "text/html", HTML);
      const home = await temporaryFolder();
      for (const where of [{ LATCHKEY_URL: url }, {}]) {
        const env = { HOME: home, LATCHKEY_TOKEN: token, ...where };
        const { code, stdout, stderr } = await latchkey(["keys", "list"], { env });
        expect([code, stdout]).toEqual([2, ""]);
        expect(stderr).toMatch(/^LATCHKEY_TOKEN holds a character that no token has/);
        expect(stderr).not.toContain("sk_x");
      }
      expect(asked()).toBe(0);
    },
  );
});
