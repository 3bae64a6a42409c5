import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LATCHKEY, latchkey } from "@latchkey/testing/command/command";
import { startServer } from "@latchkey/testing/command/server";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";
import { openTerminal } from "@latchkey/testing/terminal/pseudo-terminal";

// What a process loads decides when a person sees something.

/** Node's own modules that take long, and serve only a process that is a server itself. */
const SERVERS_OWN = /^NativeModule (sqlite|crypto|tls|internal\/deps\/undici\/undici)$/m;

test("whoever asks another server loads no database, no cryptography and no second HTTP client", async () => {
  const home = await temporaryFolder();
  const server = await startServer({ LATCHKEY_DATA_DIR: join(home, "data") });
  const env = { HOME: home, LATCHKEY_URL: server.url };
  const list = join(home, "modules");
  const hook = join(home, "hook.cjs");
  const observer = `require("node:fs").writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join("\\n"))`;
  await writeFile(hook, `process.on("exit", () => ${observer});`);
  const loaded = async (): Promise<string> => {
    const modules = await readFile(list, "utf8");
    expect(modules).toMatch(/^NativeModule http$/m);
    return modules;
  };

  const asked = await latchkey(["whoami"], { env: { ...env, NODE_OPTIONS: `--require=${hook}` } });
  expect(asked.code).toBe(4);
  expect(await loaded()).not.toMatch(SERVERS_OWN);

  const terminal = openTerminal(process.execPath, ["--require", hook, LATCHKEY], { env });
  await terminal.shows("Password");
  terminal.type("\u0003");
  await terminal.ended();
  expect(await loaded()).not.toMatch(SERVERS_OWN);
});
