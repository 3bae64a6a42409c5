import { expect, test, vi } from "vitest";
import { LATCHKEY, run } from "@latchkey/testing/command/command";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";

test("what is tested knows nothing of the desktop, folders and settings of whoever tests", async () => {
  const theirs = [
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "SSH_CONNECTION",
    "SSH_AUTH_SOCK",
    "COLORTERM",
    "STY",
    "TMUX",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "LATCHKEY_TOKEN",
    "DATABASE_URL",
  ];
  for (const name of theirs) vi.stubEnv(name, "theirs");
  const { stdout } = await run("env", [], { env: { HOME: "/nowhere" } });
  vi.unstubAllEnvs();
  const lines = stdout.trim().split("\n");
  expect(lines.filter((line) => line.endsWith("=theirs"))).toEqual([]);
  expect(lines).toEqual(expect.arrayContaining(["HOME=/nowhere", `PATH=${process.env["PATH"]}`]));
});

test("a process that may open few files says so, and how to have more", async () => {
  const folder = await temporaryFolder();
  const limited = 'ulimit -n 64; exec "$0" "$@"';
  const ran = await run("sh", ["-c", limited, process.execPath, LATCHKEY, "keys", "list"], {
    env: { HOME: folder, LATCHKEY_DATA_DIR: folder },
  });
  expect(ran).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("ulimit -n") });
});
